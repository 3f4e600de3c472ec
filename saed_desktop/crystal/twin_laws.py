"""Twin laws: half turns and mirrors that a lattice nearly has and the crystal has not."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import direction_label, is_hexagonal, plane_label

Indices = tuple[int, int, int]

_HCP_PLANES: tuple[Indices, ...] = ((1, 0, 2), (1, 0, 1), (1, 0, 3), (1, 1, 1), (1, 1, 2))
"""{10-12}, {10-11}, {10-13}, {11-21} and {11-22}: the twins of hexagonal metals."""

_TRIGONAL_PLANES: tuple[Indices, ...] = ((0, 1, 2), (0, 1, 1), (1, 0, 4), (0, 1, 8))
"""Further ones of crystals such as corundum, calcite and bismuth."""

_SAME_DEG = 1.0
_MOST_LAWS = 80


@dataclass(frozen=True, eq=False)
class TwinLaw:
    """One variant of a twin law.

    Parameters
    ----------
    rotation
        Rotation (3, 3) in the crystal's Cartesian frame from the crystal to its twin.
    name
        For people: "Σ3 twin on (1-11)".
    normal
        Unit normal (3,) of the twin plane, Cartesian; of an axial twin, the axis.
    log_prior
        Natural logarithm of how often it is met, relative to the usual law of the lattice.
    """

    rotation: FloatArray
    name: str
    normal: FloatArray
    log_prior: float


@lru_cache(maxsize=128)
def twin_laws(phase: Phase) -> tuple[TwinLaw, ...]:
    """Return the twin laws that a crystal may follow, all variants of each.

    {111} of cubic crystals ({112} where they are body-centred: the same Σ3), the planes of
    hexagonal metals, and for all others mirrors in planes and half turns about directions of low
    indices.

    Parameters
    ----------
    phase
        The crystal.
    """
    group = phase.space_group
    planes: list[tuple[Indices, str, float]] = []
    axes: list[tuple[Indices, float]] = []
    if is_hexagonal(phase.lattice):
        planes = [(hkl, "twin", -0.4 * i) for i, hkl in enumerate(_HCP_PLANES)]
        planes.append(((0, 0, 1), "twin", 0.0))
        if len(group.laue_rotations) < 24:  # of trigonal crystals (01-12) is not (10-12)
            planes += [(hkl, "twin", -0.8) for hkl in _TRIGONAL_PLANES]
    elif len(group.laue_rotations) in (24, 48):
        body_centred = len(group.centring_vectors) == 2
        planes = [((1, 1, 2) if body_centred else (1, 1, 1), "Σ3 twin", 0.0)]
    else:
        low = [*_low_indices(1), (1, 1, 2), (1, 1, 3)]
        planes = [(hkl, "twin", -1.0) for hkl in low]
        axes = [(uvw, -1.5) for uvw in _low_indices(1)]
    laws = _laws_on_planes(phase, planes) + _laws_about_axes(phase, axes)
    return tuple(_true_twins(phase, laws)[:_MOST_LAWS])


def _low_indices(largest: int) -> list[Indices]:
    span = range(-largest, largest + 1)
    found = [(h, k, el) for h in span for k in span for el in span if (h, k, el) > (0, 0, 0)]
    return sorted(found, key=lambda i: sum(abs(x) for x in i))


def _laws_on_planes(phase: Phase, planes: list[tuple[Indices, str, float]]) -> list[TwinLaw]:
    laws = []
    for hkl, word, log_prior in planes:
        for member in _halved(phase.space_group.equivalent_hkl(hkl)):
            normal = phase.lattice.g_vectors(member)
            normal = normal / np.linalg.norm(normal)
            name = f"{word} on ({plane_label(phase.lattice, member)})"
            laws.append(TwinLaw(_half_turn(normal), name, normal, log_prior))
    return laws


def _laws_about_axes(phase: Phase, axes: list[tuple[Indices, float]]) -> list[TwinLaw]:
    laws = []
    for uvw, log_prior in axes:
        for member in _halved(phase.space_group.equivalent_uvw(uvw)):
            axis = phase.lattice.directions(member)
            axis = axis / np.linalg.norm(axis)
            name = f"twin by half a turn about {direction_label(phase.lattice, member)}"
            laws.append(TwinLaw(_half_turn(axis), name, axis, log_prior))
    return laws


def _halved(family: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Return one of each member and its negative, the one with the fewer minus signs."""
    kept: dict[tuple[int, ...], npt.NDArray[np.int64]] = {}
    for member in family:
        opposite = -member
        better = min(member, opposite, key=lambda m: ((m < 0).sum(), tuple(-m)))
        kept[tuple(int(i) for i in better)] = better
    return list(kept.values())


def _half_turn(axis: FloatArray) -> FloatArray:
    return np.asarray(2 * np.outer(axis, axis) - np.eye(3))


def _true_twins(phase: Phase, laws: list[TwinLaw]) -> list[TwinLaw]:
    """Return the laws that are no symmetry of the crystal's Laue group."""
    operations = np.asarray(phase.space_group.laue_rotations, dtype=np.float64)
    operations = operations[np.linalg.det(operations) > 0]
    to_cartesian = phase.lattice.direct.T
    symmetry = to_cartesian @ operations @ np.linalg.inv(to_cartesian)
    limit = 1 + 2 * np.cos(np.deg2rad(_SAME_DEG))
    flat = symmetry.reshape(-1, 9)
    return [law for law in laws if (flat @ law.rotation.ravel()).max() < limit]
