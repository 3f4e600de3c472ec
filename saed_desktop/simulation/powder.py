"""Kinematical diffraction of a powder: the lines of a phase with their intensities."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import plane_label
from saed_desktop.simulation.kinematical import reciprocal_points

REACHES = ((300.0, 2.0), (1000.0, 1.6), (np.inf, 1.2))
"""Up to which volume of the cell (Å³) lines are computed up to which length (1/Å)."""
_SAME_LENGTH = 0.0015
_LEAST = 0.002


@dataclass(frozen=True, eq=False)
class PowderLines:
    """The lines of a powder, by rising length; arrays have one entry (n,) per line.

    Parameters
    ----------
    phase
        The crystal.
    hkl
        Indices (n, 3) of a plane of the family that gives most of the line.
    q
        1/d in 1/Å.
    intensity
        Of the whole ring, strongest 1: |F|²·d summed over the family (Vainshtein, Structure
        Analysis by Electron Diffraction, 1964), grains in all orientations.
    q_max
        Up to which length they were computed.
    fibre
        Direction [uvw] that stands along the beam in all grains; None for grains in all
        orientations.
    """

    phase: Phase
    hkl: IntArray
    q: FloatArray
    intensity: FloatArray
    q_max: float
    fibre: tuple[int, int, int] | None = None

    def __len__(self) -> int:
        return len(self.q)

    def indices(self, line: int) -> tuple[int, int, int]:
        """Return the indices of a line by which people know it: 311, not -1-31."""
        family = self.phase.space_group.equivalent_hkl(self.hkl[line])
        h, k, el = (int(i) for i in _usual(family))
        return h, k, el

    def label(self, line: int) -> str:
        """Return the name of a line: 111, or 10-10 on hexagonal axes."""
        return plane_label(self.phase.lattice, self.indices(line))


@lru_cache(maxsize=2048)
def powder_lines(phase: Phase, q_max: float | None = None) -> PowderLines:
    """Return the lines of a powder; those far too weak to see are left out.

    Lines closer than the width of any ring count as one.

    Parameters
    ----------
    phase
        The crystal.
    q_max
        Up to which length in 1/Å; as far as patterns of its kind of cell reach where None.
    """
    if q_max is None:
        q_max = next(q for volume, q in REACHES if phase.lattice.volume < volume)
    points = reciprocal_points(phase, q_max)
    if not len(points.length):
        return PowderLines(phase, np.zeros((0, 3), np.int64), np.zeros(0), np.zeros(0), q_max)
    strength = points.amplitude**2 / points.length
    breaks = np.diff(points.length) > _SAME_LENGTH * points.length[:-1]
    group = np.concatenate([[0], np.cumsum(breaks)])
    total = np.bincount(group, strength)
    length = np.bincount(group, strength * points.length) / np.maximum(total, 1e-300)
    keep = np.flatnonzero(total > _LEAST * total.max(initial=0.0))
    order = np.lexsort((-strength, group))
    strongest = order[np.concatenate([[0], np.flatnonzero(np.diff(group[order])) + 1])]
    return PowderLines(
        phase, points.hkl[strongest[keep]], length[keep], total[keep] / total.max(), q_max
    )


_FIBRES = ((0, 0, 1), (1, 0, 0), (0, 1, 0))
_CUBIC_FIBRES = ((0, 0, 1), (1, 1, 0), (1, 1, 1))
_OFF_FIBRE = 0.004


@lru_cache(maxsize=2048)
def fibre_textures(lines: PowderLines) -> tuple[PowderLines, ...]:
    """Return the lines of fibre textures: films whose grains share a direction along the beam.

    Only planes along that direction diffract then, and hardly anything of the others is left.
    """
    group = lines.phase.space_group
    is_cubic = group.number >= 195
    is_uniaxial = 75 <= group.number < 195
    axes = _CUBIC_FIBRES if is_cubic else _FIBRES[:1] if is_uniaxial else _FIBRES
    if is_uniaxial and lines.phase.lattice.gamma_deg not in (90.0, 120.0):
        axes = _CUBIC_FIBRES[2:]  # the threefold axis of rhombohedral ones
    families = [group.equivalent_hkl(hkl) for hkl in lines.hkl]
    textures = []
    for axis in axes:
        share = np.array([float((rows @ np.array(axis) == 0).mean()) for rows in families])
        intensity = lines.intensity * np.maximum(share, _OFF_FIBRE * share.max(initial=0.0))
        if (share > 0).sum() >= 2:
            textures.append(replace(lines, intensity=intensity / intensity.max(), fibre=axis))
    return tuple(textures)


def _usual(family: IntArray) -> IntArray:
    """Return the member of a family that people write: few negative indices, large ones first."""
    rows = np.concatenate([family, -family])
    key = [(int((row < 0).sum()), *(-row).tolist()) for row in rows]
    return np.asarray(rows[min(range(len(rows)), key=key.__getitem__)])
