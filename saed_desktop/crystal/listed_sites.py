"""The atom sites that a CIF file lists."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import gemmi
import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import DEFAULT_B_ISO, Phase, Site
from saed_desktop.crystal.site_elements import occupants
from saed_desktop.crystal.structure_text import last_digit, number
from saed_desktop.crystal.symmetry import SpaceGroup
from saed_desktop.errors import PhaseError

_COLUMNS = (
    "fract_x", "fract_y", "fract_z", "?label", "?type_symbol", "?occupancy", "?U_iso_or_equiv",
    "?B_iso_or_equiv", "?calc_flag", "?symmetry_multiplicity", "?site_symmetry_multiplicity",
)  # fmt: skip

_LARGEST_OCCUPANCY = 1.1
"""Refined occupancies run over 1 by their uncertainty; beyond this they mean something else."""


@dataclass(frozen=True)
class ListedSite:
    """One atom on a site, with how exactly its position is known.

    Parameters
    ----------
    site
        The atom.
    label
        As the file calls it.
    last_digits
        Value of the last digit of each coordinate, 0 where it is exact.
    multiplicity
        As the file states it, 0 where it does not.
    """

    site: Site
    label: str
    last_digits: tuple[float, float, float]
    multiplicity: int = 0


def site_table(block: "gemmi.cif.Block") -> "gemmi.cif.Table":
    """Return the table of sites of a block, under the names of either dictionary."""
    for prefix in ("_atom_site_", "_atom_site."):
        table = block.find(prefix, list(_COLUMNS))
        if len(table):
            return table
    return block.find("_atom_site_", list(_COLUMNS))


def listed_sites(
    table: "gemmi.cif.Table", formula: Collection[str], file_name: str, remarks: list[str]
) -> list[ListedSite]:
    """Return the occupied sites of a table.

    Parameters
    ----------
    table
        From `site_table`.
    formula
        Elements of the stated formula.
    file_name
        By which complaints call the file.
    remarks
        Where what was assumed or left out is added to.

    Raises
    ------
    PhaseError
        If a site has no element, no position or an impossible occupancy.
    """
    found: list[ListedSite] = []
    without_position: list[str] = []
    for row in table:
        cells = {name.lstrip("?"): _text(row, i) for i, name in enumerate(_COLUMNS)}
        label = cells["label"] or cells["type_symbol"]
        if cells["calc_flag"].lower() in ("dum", "dummy"):
            continue
        elements = occupants(cells["type_symbol"], cells["label"], formula, remarks)
        if elements is None:
            raise PhaseError(f"{file_name}: '{label}' is no element.")
        texts = [cells[f"fract_{axis}"] for axis in "xyz"]
        xyz = [number(text) for text in texts]
        if elements and None in xyz:
            if [part.element for part in elements] != ["H"]:
                raise PhaseError(f"{file_name}: site {label} has no position.")
            without_position.append(label)
            continue
        x, y, z = (value or 0.0 for value in xyz)
        a, b, c = (last_digit(text) for text in texts)
        occupancy = _occupancy(cells["occupancy"], label, file_name, remarks)
        for part in elements:
            if occupancy * part.share > 0:
                site = Site(part.element, (x, y, z), occupancy * part.share, _b_iso(cells))
                found.append(ListedSite(site, label, (a, b, c), _multiplicity(cells)))
    if without_position:
        names = ", ".join(without_position[:3]) + (" and others" * (len(without_position) > 3))
        remarks.append(f"Hydrogen without a position was left out: {names}.")
    if not found:
        raise PhaseError(f"{file_name} has no occupied atom site.")
    return found


def without_repeats(
    entries: Sequence[ListedSite], lattice: Lattice, group: SpaceGroup
) -> list[ListedSite]:
    """Leave out whole atoms that stand where symmetry puts one that was listed before.

    Some programs list all atoms of the cell beside the symmetry that makes them.
    """
    rotations, translations = group.symmetry_operations
    taken: dict[str, FloatArray] = {}
    kept = []
    for entry in entries:
        site = entry.site
        before = taken.get(site.element)
        if site.occupancy > 0.999:
            if before is not None:
                difference = before - np.array(site.xyz)
                difference -= np.round(difference)
                nearest = np.linalg.norm(difference @ lattice.direct, axis=1).min()
                if nearest < site.same_within_angstrom:
                    continue
            images = np.einsum("nij,j->ni", rotations, np.array(site.xyz)) + translations
            taken[site.element] = images if before is None else np.concatenate([before, images])
        kept.append(entry)
    return kept


def _text(row: "gemmi.cif.Table.Row", column: int) -> str:
    if not row.has(column):
        return ""
    text = gemmi.cif.as_string(row[column]).strip()
    return "" if text in ("?", ".") else text


def _occupancy(text: str, label: str, file_name: str, remarks: list[str]) -> float:
    value = number(text)
    if value is None:
        return 1.0
    if not 0 <= value <= _LARGEST_OCCUPANCY or not math.isfinite(value):
        raise PhaseError(f"{file_name}: site {label} has occupancy {value:g}.")
    if value > 1.001:
        remarks.append(f"The occupancy {value:g} of {label} was taken as 1.")
    return min(value, 1.0)


def _b_iso(cells: dict[str, str]) -> float:
    u_iso, b_iso = number(cells["U_iso_or_equiv"]), number(cells["B_iso_or_equiv"])
    value = u_iso * 8 * math.pi**2 if u_iso else b_iso
    return value if value is not None and 0 < value < 20 else DEFAULT_B_ISO


def _multiplicity(cells: dict[str, str]) -> int:
    for name in ("symmetry_multiplicity", "site_symmetry_multiplicity"):
        if cells[name].isdecimal():
            return int(cells[name])
    return 0


def split(entry: ListedSite, phase: Phase) -> ListedSite:
    """Return a site of which only images within the rounding of its coordinates are one atom.

    Two images of one position differ by at most one and a half of the last digit.

    Parameters
    ----------
    entry
        The site.
    phase
        The crystal on whose symmetry elements it may stand.
    """
    rotations, translations = phase.space_group.symmetry_operations
    images = np.einsum("nij,j->ni", rotations, np.array(entry.site.xyz)) + translations
    difference = images - images[0]
    difference -= np.round(difference)
    distance = np.linalg.norm(difference @ phase.lattice.direct, axis=1)
    beyond = (np.abs(difference) > 1.6 * np.array(entry.last_digits) + 1e-5).any(axis=1)
    apart = distance[beyond & (distance < entry.site.same_within_angstrom)]
    if not len(apart):
        return entry
    return replace(entry, site=replace(entry.site, same_within_angstrom=float(apart.min()) / 2))
