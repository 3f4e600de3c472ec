"""The cell that a structure file states, completed by what its symmetry demands."""

from collections.abc import Sequence

import gemmi
import numpy as np

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.symmetry import SpaceGroup
from saed_desktop.errors import PhaseError

_CELL_TOLERANCE = 0.02
_SHORTEST_EDGE, _LONGEST_EDGE = 0.1, 2_000.0
"""In Å; a file in nm has edges from 0.2, and no crystal has others."""

_EDGES, _ANGLES = ("a", "b", "c"), ("alpha", "beta", "gamma")


def stated_lattice(
    values: Sequence[float | None], group: SpaceGroup, file_name: str, remarks: list[str]
) -> Lattice:
    """Return the lattice of a, b, c, α, β, γ, of which symmetry gives those that are missing.

    Raises
    ------
    PhaseError
        If something lacks that symmetry does not give, or a value is impossible.
    """
    if values[0] is None and values[1] is None and values[2] is None:
        raise PhaseError(f"{file_name} states no unit cell.")
    complete = list(values)
    implied = _implied(values, group)
    for index, value in enumerate(values):
        if value is None:
            complete[index] = implied[index]
    missing = [n for n, v in zip((*_EDGES, *_ANGLES), complete, strict=True) if v is None]
    if missing:
        raise PhaseError(f"{file_name} does not state {', '.join(missing)} of its cell.")
    if None in values:
        remarks.append("The cell is stated in part; the rest follows from its symmetry.")
    numbers = [float(value or 0.0) for value in complete]
    if not all(_SHORTEST_EDGE <= edge <= _LONGEST_EDGE for edge in numbers[:3]):
        edges = " ".join(f"{edge:g}" for edge in numbers[:3])
        raise PhaseError(f"{file_name}: the cell {edges} Å is none of a crystal.")
    try:
        return Lattice(*numbers)
    except PhaseError as error:
        raise PhaseError(f"{file_name}: {error.sentence}") from error


def _implied(values: Sequence[float | None], group: SpaceGroup) -> list[float | None]:
    """Return what the crystal system says of the six values."""
    entry = next((e for e in gemmi.spacegroup_table() if e.number == group.number), None)
    system = entry.crystal_system_str() if entry is not None else ""
    a, _, _, alpha, beta, gamma = values
    if system == "cubic":
        return [a, a, a, 90.0, 90.0, 90.0]
    if system == "trigonal" and group.symbol.endswith(":R"):
        angle = next((x for x in (alpha, beta, gamma) if x is not None), None)
        return [a, a, a, angle, angle, angle]
    if system in ("hexagonal", "trigonal"):
        return [a, a, None, 90.0, 90.0, 120.0]
    if system == "tetragonal":
        return [a, a, None, 90.0, 90.0, 90.0]
    if system == "orthorhombic":
        return [None, None, None, 90.0, 90.0, 90.0]
    if system == "monoclinic" and sum(x is not None for x in (alpha, beta, gamma)) == 1:
        return [None, None, None, 90.0, 90.0, 90.0]
    return [None] * 6


def has_symmetry(lattice: Lattice, group: SpaceGroup) -> bool:
    """Tell whether a cell can have a symmetry; a cubic group cannot stand on unequal axes."""
    metric = lattice.direct @ lattice.direct.T
    turned = np.swapaxes(group.laue_rotations, 1, 2) @ metric @ group.laue_rotations
    size = np.sqrt(np.outer(np.diag(metric), np.diag(metric)))
    return bool(np.abs((turned - metric) / size).max() <= _CELL_TOLERANCE)
