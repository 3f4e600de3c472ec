"""What is checked of every entry of the bundled library; shared by the tests and the benchmark."""

import re
import warnings
from functools import cache

import gemmi
import numpy as np
import spglib

from saed_desktop.library.bundled import bundled_entries
from saed_desktop.library.formula import (
    cell_contents,
    density_g_cm3,
    parse_formula,
    same_composition,
)
from saed_desktop.library.table import TableEntry

DENSITY_TOLERANCE = 0.05
CLOSEST, CLOSEST_METALS, FARTHEST = 0.74, 0.65, 1.5
"""Distance to the nearest neighbour, relative to the sum of the covalent radii (those of the
actinides are large)."""
UNRELAXED = ("martensite-0.8C",)
"""Iron is pushed aside by the carbon of its few filled interstices, which an average cell lacks."""


def problems(entry: TableEntry) -> list[str]:
    """Return what is wrong with an entry: one sentence each, none where all is well."""
    found = []
    phase = entry.phase
    contents = cell_contents(phase)
    if not same_composition(contents, parse_formula(entry.formula)):
        found.append(f"the sites make {contents}, the formula says {entry.formula}")
    density = density_g_cm3(phase)
    stated = entry.density_g_cm3
    if stated and abs(density / stated - 1) > DENSITY_TOLERANCE:
        found.append(f"density {density:.3f}, stated {stated}")
    if not stated:
        found += _volume(contents, phase.lattice.volume)
    found += _distances(entry)
    found += _symmetry(entry)
    atoms = int(re.sub(r"\D", "", entry.prototype.pearson))
    positions = len(_merged_positions(entry)[1])
    if positions != atoms:
        found.append(f"{positions} positions, Pearson symbol {entry.prototype.pearson}")
    if not entry.source:
        found.append("no source")
    return found


# Å³ per atom of non-metals, rounded means over many compounds
_VOLUMES = {"H": 3.5, "B": 7.0, "C": 7.0, "N": 9.0, "O": 11.0, "F": 12.0, "Si": 15.0, "P": 15.0}
_VOLUMES |= {"S": 19.0, "Cl": 26.0, "Se": 23.0, "Br": 31.0, "Te": 29.0, "I": 41.0, "As": 19.0}
_ANIONS = ("N", "O", "F", "S", "Cl", "Se", "Br", "Te", "I", "As", "P")


@cache
def _element_volumes() -> dict[str, float]:
    """Return the atomic volumes of the metals, in Å³, from the table of the elements."""
    volumes: dict[str, float] = {}
    for entry in bundled_entries():
        if entry.subject == "elements":
            element = entry.phase.sites[0].element
            volumes.setdefault(element, entry.phase.lattice.volume / entry.phase.n_atoms)
    return {**volumes, **_VOLUMES}


def _volume(contents: dict[str, float], volume: float) -> list[str]:
    expected = sum(count * _element_volumes()[element] for element, count in contents.items())
    ionic = any(element in _ANIONS for element in contents)
    # a cation takes next to nothing of what its atom takes in the metal
    low, high = (0.4, 1.35) if ionic else (0.75, 1.25)
    if not low < volume / expected < high:
        return [f"{volume / expected:.2f} of the volume that its atoms usually take"]
    return []


def _merged_positions(entry: TableEntry) -> tuple[list[dict[str, float]], np.ndarray]:
    """Return who sits where, atoms that share a place taken together."""
    elements, positions, occupancies, _ = entry.phase.cell_atoms
    places: list[np.ndarray] = []
    occupants: list[dict[str, float]] = []
    for element, xyz, occupancy in zip(elements, positions, occupancies, strict=True):
        for i, place in enumerate(places):
            off = xyz - place
            if np.abs(off - np.round(off)).max() < 1e-4:
                occupants[i][element] = occupants[i].get(element, 0) + float(occupancy)
                break
        else:
            places.append(xyz)
            occupants.append({element: float(occupancy)})
    return occupants, np.array(places)


def _distances(entry: TableEntry) -> list[str]:
    occupants, xyz = _merged_positions(entry)
    direct = entry.phase.lattice.direct
    steps = np.stack(np.meshgrid(*[[-1, 0, 1]] * 3, indexing="ij"), -1).reshape(-1, 3)
    radius = np.array([max(gemmi.Element(e).covalent_r for e in who) for who in occupants])
    weight = np.array([sum(who.values()) for who in occupants])
    difference = xyz[:, None, None, :] - xyz[None, :, None, :] + steps[None, None]
    distance = np.linalg.norm(difference @ direct, axis=-1)
    # only the hydrogens' halves and other split sites may come closer than atoms do
    shared = (weight[:, None] + weight[None, :] <= 1.001)[..., None]
    distance = np.where((distance < 1e-3) | shared, np.inf, distance)
    relative = distance.min(axis=2) / (radius[:, None] + radius[None, :])
    nearest = relative.min(axis=1)
    found = []
    metallic = np.array([all(e not in _VOLUMES for e in who) for who in occupants])
    limit = np.where(metallic[:, None] & metallic, CLOSEST_METALS, CLOSEST)
    if (relative < limit).any() and entry.name not in UNRELAXED:
        relative = relative / limit
        i, j = np.unravel_index(np.argmin(relative), relative.shape)
        found.append(
            f"{list(occupants[i])}-{list(occupants[j])} only {distance[i, j].min():.2f} Å apart"
        )
    noble = [{"Ne", "Ar", "Kr", "Xe"} & set(who) for who in occupants]
    nearest = np.where(noble, np.inf, nearest)  # the radii are those of bonds
    lonely = int(np.argmax(np.where(np.isfinite(nearest), nearest, 0)))
    if nearest[lonely] > FARTHEST and np.isfinite(nearest[lonely]):
        found.append(
            f"{list(occupants[lonely])} has no neighbour within {nearest[lonely]:.2f} radii"
        )
    return found


def _symmetry(entry: TableEntry) -> list[str]:
    occupants, xyz = _merged_positions(entry)
    kinds: list[tuple[tuple[str, float], ...]] = []
    numbers = []
    for who in occupants:
        kind = tuple(sorted((e, round(o, 3)) for e, o in who.items()))
        if kind not in kinds:
            kinds.append(kind)
        numbers.append(kinds.index(kind) + 1)
    cell = (entry.phase.lattice.direct, xyz, numbers)
    with warnings.catch_warnings():
        # of its own way of reporting failures, which we do not meet
        warnings.simplefilter("ignore", DeprecationWarning)
        found = spglib.get_symmetry_dataset(cell, symprec=5e-3)
    if found is None:
        return ["spglib finds no symmetry"]
    if found.number != entry.space_group.number:
        return [f"spglib finds {found.international} ({found.number}), "
                f"stated {entry.space_group.symbol} ({entry.space_group.number})"]  # fmt: skip
    return []
