"""The conventional cell of a crystal, however its structure file describes it.

A structure may be written without its symmetry (P 1), in a primitive, sheared or permuted cell,
or with another origin. spglib finds the symmetry of the atoms; the crystal is then described on
its conventional axes, and the matrix that leads there is remembered.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING

import gemmi
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import OwnSetting, Phase, Site
from saed_desktop.crystal.symmetry import SpaceGroup
from saed_desktop.crystal.zone_axis import Indices, reduced

if TYPE_CHECKING:
    from spglib import SpglibDataset

MAX_ATOMS = 500
"""Cells with more atoms are left as they are: the search grows with the square of their number."""

_TOLERANCE_ANGSTROM = 0.01
_LATTICE_TOLERANCE_DEG = 0.5
_MOST_TRANSLATIONS = 64


@dataclass(frozen=True, eq=False)
class Setting:
    """A crystal on its conventional axes, and the way there from the axes of its description.

    Parameters
    ----------
    conventional
        The crystal on conventional axes, with all its symmetry.
    to_conventional
        Matrix P (3, 3): uvw on conventional axes are P·uvw, and hkl·P are the indices hkl back on
        the description's own axes.
    rotation
        Rotation (3, 3) from the Cartesian frame of the description to that of the conventional
        axes.
    """

    conventional: Phase
    to_conventional: FloatArray
    rotation: FloatArray

    def own_hkl(self, hkl: npt.ArrayLike) -> IntArray:
        """Return reflections (n, 3) on the description's own axes."""
        own = np.asarray(hkl, dtype=np.float64) @ self.to_conventional
        return np.asarray(np.round(own), dtype=np.int64)

    def own_uvw(self, uvw: npt.ArrayLike) -> Indices:
        """Return a direction on the description's own axes, in smallest whole numbers."""
        return own_direction(self.to_conventional, uvw)


def own_direction(to_conventional: npt.ArrayLike, uvw: npt.ArrayLike) -> Indices:
    """Return a conventional direction on own axes, in smallest whole numbers."""
    own = np.linalg.solve(np.asarray(to_conventional, dtype=np.float64), np.asarray(uvw))
    # a basis of one lattice in another has small denominators
    for divisor in range(1, 97):
        whole = np.round(own * divisor)
        if np.abs(own * divisor - whole).max() < 0.01:
            return reduced(whole.astype(np.int64))
    return reduced(np.round(own * 96).astype(np.int64))


def conventional(phase: Phase) -> Phase:
    """Return a crystal on its conventional axes; itself where it states all its symmetry.

    Parameters
    ----------
    phase
        The crystal as a file describes it.
    """
    setting = setting_of(phase)
    if setting is None:
        return phase
    own = OwnSetting(
        phase.lattice,
        phase.space_group.symbol,
        tuple(tuple(float(x) for x in row) for row in setting.to_conventional),
    )
    remark = (
        f"Described in {phase.space_group.symbol or 'a group without a name'}; its atoms have the "
        f"symmetry {setting.conventional.space_group.symbol}, on whose conventional axes "
        "directions and planes are named."
    )
    return replace(setting.conventional, own=own, remarks=(*phase.remarks, remark))


@lru_cache(maxsize=512)
def setting_of(phase: Phase) -> Setting | None:
    """Return the conventional setting of a crystal that has more symmetry than it states.

    None where it states all, in whatever setting, and where no symmetry can be found.
    """
    if not _may_have_more(phase):
        return None
    atoms = _merged_atoms(phase)
    found = _spglib_dataset(phase.lattice, atoms)
    if found is None:
        return None
    group = _space_group(found.hall_number)
    primitive = phase.lattice.volume / len(phase.space_group.centring_vectors)
    transformation = np.asarray(found.transformation_matrix, dtype=np.float64)
    volume = phase.lattice.volume / np.linalg.det(transformation)
    found_primitive = volume / len(group.centring_vectors)
    more = len(group.laue_rotations) > len(phase.space_group.laue_rotations)
    if not more and found_primitive > 0.9 * primitive:
        return None
    lattice = _snapped(found.std_lattice)
    sites = _asymmetric_unit(group, lattice, atoms, found)
    whole = Phase(phase.name, lattice, group, sites, phase.formula, phase.remarks)
    return Setting(whole, transformation, _frame_rotation(phase.lattice, lattice, transformation))


def _may_have_more(phase: Phase) -> bool:
    """Tell quickly whether a crystal could have more symmetry than it states."""
    cell = phase.lattice
    unit_cell = gemmi.UnitCell(
        cell.a, cell.b, cell.c, cell.alpha_deg, cell.beta_deg, cell.gamma_deg
    )
    centring = _centring_symbol(phase.space_group)
    lattice_order = 2 * len(
        gemmi.find_lattice_symmetry(unit_cell, centring, _LATTICE_TOLERANCE_DEG).sym_ops
    )
    if phase.n_atoms > MAX_ATOMS:
        return False
    return len(phase.space_group.laue_rotations) < lattice_order or _hides_translation(phase)


def _centring_symbol(group: SpaceGroup) -> str:
    symbol = group.symbol[:1]
    return symbol if len(group.centring_vectors) > 1 and symbol in "ABCIFR" else "P"


def _hides_translation(phase: Phase) -> bool:
    """Tell whether a translation beside the group's centring maps all atoms onto atoms."""
    elements, positions, occupancies, _ = phase.cell_atoms
    kinds = [f"{e}{o:.2f}" for e, o in zip(elements, occupancies, strict=True)]
    members = defaultdict(list)
    for i, kind in enumerate(kinds):
        members[kind].append(i)
    rarest = min(members.values(), key=len, default=[])
    if len(rarest) > _MOST_TRANSLATIONS:
        return False
    centring = phase.space_group.centring_vectors
    for other in rarest[1:]:
        shift = positions[other] - positions[rarest[0]]
        known = shift - centring
        if np.abs(known - np.round(known)).max(axis=1).min() < 1e-3:
            continue
        if all(_maps_onto_itself(positions[m], shift, phase.lattice) for m in members.values()):
            return True
    return False


def _maps_onto_itself(positions: FloatArray, shift: FloatArray, lattice: Lattice) -> bool:
    difference = (positions + shift)[:, None, :] - positions[None, :, :]
    difference -= np.round(difference)
    distance = np.linalg.norm(difference @ lattice.direct, axis=-1)
    return bool((distance.min(axis=1) < 2 * _TOLERANCE_ANGSTROM).all())


Contents = tuple[tuple[str, float], ...]
"""Contents of a place: elements with their occupancies."""


@dataclass(frozen=True, eq=False)
class _Atoms:
    """Distinct places of the cell; atoms that share one are one place with their mixture."""

    positions: FloatArray
    contents: list[Contents]
    kinds: list[int]
    b_iso: FloatArray


def _merged_atoms(phase: Phase) -> _Atoms:
    elements, positions, occupancies, b_iso = phase.cell_atoms
    difference = positions[:, None, :] - positions[None, :, :]
    difference -= np.round(difference)
    same = np.linalg.norm(difference @ phase.lattice.direct, axis=-1) < 0.05
    first = np.argmax(same, axis=1)
    places = np.unique(first)
    contents: list[Contents] = []
    b_values: list[float] = []
    for place in places:
        mixture: dict[str, float] = defaultdict(float)
        here = np.flatnonzero(first == place)
        for i in here:
            mixture[elements[i]] += float(occupancies[i])
        content = tuple(sorted((e, round(o, 2)) for e, o in mixture.items()))
        contents.append(content)
        b_values.append(float(b_iso[here].mean()))
    distinct = sorted(set(contents))
    kinds = [distinct.index(content) + 1 for content in contents]
    return _Atoms(positions[places], contents, kinds, np.array(b_values))


def _spglib() -> ModuleType:
    """Return spglib, which raises what goes wrong."""
    # imported here: most structures state their symmetry, and the window need not wait for it
    import spglib
    import spglib.error

    spglib.error.OLD_ERROR_HANDLING = False
    return spglib


def _spglib_dataset(lattice: Lattice, atoms: _Atoms) -> "SpglibDataset | None":
    library = _spglib()
    cell = (lattice.direct.tolist(), atoms.positions.tolist(), atoms.kinds)
    try:
        found: SpglibDataset | None = library.get_symmetry_dataset(cell, _TOLERANCE_ANGSTROM)
    except library.error.SpglibError:
        return None
    return found


@lru_cache(maxsize=128)
def _space_group(hall_number: int) -> SpaceGroup:
    table = _spglib().get_symmetry_from_database(hall_number)
    triplets = []
    for rotation, translation in zip(table["rotations"], table["translations"], strict=True):
        operation = gemmi.Op()
        operation.rot = (gemmi.Op.DEN * rotation).tolist()
        operation.tran = [round(gemmi.Op.DEN * float(t)) for t in translation]
        triplets.append(operation.wrap().triplet())
    found = gemmi.find_spacegroup_by_ops(gemmi.GroupOps([gemmi.Op(t) for t in triplets]))
    symbol, number = (found.xhm(), found.number) if found is not None else ("", 0)
    return SpaceGroup(tuple(triplets), symbol, number)


def _snapped(axes: npt.ArrayLike) -> Lattice:
    """Return the lattice of idealised axes, free of rounding in what symmetry makes equal."""
    rows = np.asarray(axes, dtype=np.float64)
    a, b, c = (round(float(x), 6) for x in np.linalg.norm(rows, axis=1))

    def angle(i: int, j: int) -> float:
        cosine = rows[i] @ rows[j] / (np.linalg.norm(rows[i]) * np.linalg.norm(rows[j]))
        return round(float(np.rad2deg(np.arccos(cosine))), 6)

    return Lattice(a, b, c, angle(1, 2), angle(0, 2), angle(0, 1))


def _asymmetric_unit(
    group: SpaceGroup, lattice: Lattice, atoms: _Atoms, found: "SpglibDataset"
) -> tuple[Site, ...]:
    """Return one site of each orbit of the idealised cell, for each element on it."""
    positions = np.asarray(found.std_positions, dtype=np.float64)
    rotations, translations = group.symmetry_operations
    content_of = dict(zip(atoms.kinds, atoms.contents, strict=True))
    left = np.ones(len(positions), dtype=bool)
    sites: list[Site] = []
    for i, kind in enumerate(found.std_types):
        if not left[i]:
            continue
        orbit = rotations @ positions[i] + translations
        difference = positions[:, None, :] - orbit[None, :, :]
        difference -= np.round(difference)
        near = np.linalg.norm(difference @ lattice.direct, axis=-1).min(axis=1)
        left &= near > 5 * _TOLERANCE_ANGSTROM
        x, y, z = (float(x) for x in positions[i] - np.floor(positions[i] + 1e-9))
        # whose vibrations differ in the file are equivalent by place: their mean
        own = found.mapping_to_primitive == found.std_mapping_to_primitive[i]
        equivalent = found.crystallographic_orbits == found.crystallographic_orbits[np.argmax(own)]
        b_iso = float(atoms.b_iso[equivalent].mean())
        for element, occupancy in content_of[int(kind)]:
            sites.append(Site(element, (x, y, z), min(occupancy, 1.0), b_iso))
    return tuple(sites)


def _frame_rotation(
    own: Lattice, conventional_axes: Lattice, to_conventional: FloatArray
) -> FloatArray:
    """Return the rotation (3, 3) between the Cartesian frames of two descriptions (Kabsch 1976)."""
    rows = np.linalg.inv(to_conventional).T @ own.direct
    left, _, right = np.linalg.svd(conventional_axes.direct.T @ rows)
    handed = np.diag([1.0, 1.0, float(np.sign(np.linalg.det(left @ right)))])
    return np.asarray(left @ handed @ right)
