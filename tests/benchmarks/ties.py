"""Which phases a pattern cannot tell apart, decided from simulation alone.

No part of the search is asked. Every orientation of a rival that puts two of its reflections
where the pattern has two short ones is laid over the noise-free pattern, as the wrong scale and
the ellipse show it. The rival is a tie if one of them reproduces it and is as admissible as the
truth: stated scale right to 3 %, ellipse no more than 2 %, positions within 1 % of their length
plus 1 px, and on neither side more than a tenth of the spots (but one in any case) without a
counterpart. Brightness takes no part, except that reflections fainter than e⁻⁶ of the brightest
need none.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import Indices, nearest_zone_axis
from saed_desktop.simulation.kinematical import (
    ReciprocalPoints,
    kinematical_reflections,
    reciprocal_points,
)
from saed_desktop.simulation.orientation import beam_direction

FloatArray = npt.NDArray[np.float64]

Q_MAX = 1.25
THICKNESS_ANGSTROM = 300.0
FAINTEST_LOG = -6.0
_MARGIN_LOG = -8.0
"""A counterpart may be somewhat fainter than what needs one, or thresholds would decide."""
_SCALE = 0.03
_ELLIPSE = 0.02
_SHARE_ALONE = 0.1
_MOST_PAIRS = 3000


@dataclass(frozen=True, eq=False)
class Undisturbed:
    """A noise-free pattern.

    Parameters
    ----------
    q_xy
        Positions (n, 2) in 1/Å by the stated scale, strongest first; only what is bright enough
        to be seen.
    lab
        The same reflections (n, 3) in the laboratory frame, free of distortion.
    faint_xy
        Positions (m, 2) of these and of the somewhat fainter ones.
    resolution
        The size of a pixel in 1/Å.
    """

    q_xy: FloatArray
    lab: FloatArray
    faint_xy: FloatArray
    resolution: float


def undisturbed(
    points: ReciprocalPoints, orientation: FloatArray, resolution: float
) -> Undisturbed:
    """Return the noise-free and undistorted pattern of a crystal in one orientation."""
    shown = kinematical_reflections(points, orientation, thickness_angstrom=THICKNESS_ANGSTROM)
    log = np.log(np.maximum(shown.intensity, 1e-30))
    log -= log.max(initial=-np.inf)
    inside = np.hypot(*shown.q_xy.T) < Q_MAX
    bright = inside & (log > FAINTEST_LOG)
    lab = points.phase.lattice.g_vectors(shown.hkl[bright]) @ orientation.T
    return Undisturbed(
        shown.q_xy[bright], lab, shown.q_xy[inside & (log > _MARGIN_LOG)], resolution
    )


def distorted(pattern: Undisturbed, affine: FloatArray) -> Undisturbed:
    """Return a pattern as a wrong scale and an ellipse (2, 2) show it."""
    return replace(pattern, q_xy=pattern.q_xy @ affine.T, faint_xy=pattern.faint_xy @ affine.T)


def tied_zone_axes(rival: Phase, pattern: Undisturbed) -> set[Indices]:
    """Return the zone axes along which a phase reproduces a pattern; none: distinguishable."""
    points = reciprocal_points(rival, Q_MAX * (1 + 2 * (_SCALE + _ELLIPSE)))
    found: set[Indices] = set()
    for first, second in _short_pairs(pattern):
        for orientation in _orientations(points, pattern.lab[first], pattern.lab[second]):
            uvw, _ = nearest_zone_axis(rival, beam_direction(orientation))
            name = rival.space_group.canonical_uvw(uvw)
            if name not in found and reproduces(points, orientation, pattern):
                found.add(name)
    return found


def _short_pairs(pattern: Undisturbed) -> list[tuple[int, int]]:
    """Return pairs of short reflections at an angle: more than one, as a rival may lack some."""
    order = np.argsort(np.hypot(*pattern.q_xy.T), kind="stable")[:12]
    pairs: list[tuple[int, int]] = []
    used: set[int] = set()
    for i in order:
        for j in order:
            a, b = pattern.q_xy[i], pattern.q_xy[j]
            sine = abs(a[0] * b[1] - a[1] * b[0]) / (np.hypot(*a) * np.hypot(*b) + 1e-12)
            if sine > 0.4 and i not in used and j not in used:
                pairs.append((int(i), int(j)))
                used |= {int(i), int(j)}
    return pairs[:3]


def _orientations(points: ReciprocalPoints, first: FloatArray, second: FloatArray) -> FloatArray:
    """Return rotations (n, 3, 3) that carry two reflections of a rival near two given places."""
    lengths = np.linalg.norm(first), np.linalg.norm(second)
    # the truth's own distortion lies between the two
    room = 2 * (_SCALE + _ELLIPSE)
    a = np.flatnonzero(np.abs(points.length / lengths[0] - 1) < room)
    a = a[_one_per_family(points, a)]
    b = np.flatnonzero(np.abs(points.length / lengths[1] - 1) < room)
    cosine = points.g[a] @ points.g[b].T / np.outer(points.length[a], points.length[b])
    angle = np.arccos(np.clip(cosine, -1, 1))
    wanted = np.arccos(np.clip(first @ second / (lengths[0] * lengths[1]), -1, 1))
    ratio = np.log(points.length[b][None, :] / points.length[a][:, None])
    # wider than the ellipse: what is laid over is judged by all reflections, not by these two
    slack = 2.5 * _ELLIPSE
    fits = np.abs(angle - wanted) < slack
    fits &= np.abs(ratio - np.log(lengths[1] / lengths[0])) < slack
    i, j = np.nonzero(fits)
    i, j = i[:_MOST_PAIRS], j[:_MOST_PAIRS]
    crystal = _frames(points.g[a[i]], points.g[b[j]])
    lab = _frames(np.tile(first, (len(i), 1)), np.tile(second, (len(i), 1)))
    return np.asarray(np.einsum("nij,nkj->nik", lab, crystal))


def _one_per_family(
    points: ReciprocalPoints, chosen: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    """Mark one of each family of equivalents: the others give the same patterns."""
    families = points.hkl[chosen] @ points.phase.space_group.laue_rotations
    base = np.array([1_000_000, 1000, 1])
    return np.asarray((families @ base).max(axis=0) == points.hkl[chosen] @ base)


def _frames(a: FloatArray, b: FloatArray) -> FloatArray:
    a = a / np.linalg.norm(a, axis=1, keepdims=True)
    normal = np.cross(a, b)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    return np.stack([a, np.cross(normal, a), normal], axis=2)


def reproduces(points: ReciprocalPoints, orientation: FloatArray, pattern: Undisturbed) -> bool:
    """Tell whether a crystal in one orientation shows the pattern, but for the stated errors."""
    own = undisturbed(points, orientation, pattern.resolution)
    if len(own.q_xy) < 3:
        return False
    radius = np.hypot(*pattern.q_xy.T)
    affine = np.eye(2)
    for share in (0.06, 0.03, 0.02):
        gap, partner = _nearest(pattern.q_xy, own.faint_xy @ affine.T)
        near = gap < np.minimum(share * radius, 0.02) + pattern.resolution
        if near.sum() < 3:
            return False
        affine = _distortion(own.faint_xy[partner[near]], pattern.q_xy[near])
    alone_there = (_nearest(pattern.q_xy, own.faint_xy @ affine.T)[0] > _room(pattern)).sum()
    theirs = own.q_xy @ affine.T
    gap = _nearest(theirs, pattern.faint_xy)[0]
    in_view = np.hypot(*theirs.T) < Q_MAX
    room = pattern.resolution + 0.01 * np.hypot(*theirs.T)
    alone_here = ((gap > room) & in_view).sum()
    return bool(
        alone_there <= max(1, _SHARE_ALONE * len(pattern.q_xy))
        and alone_here <= max(1, _SHARE_ALONE * in_view.sum())
    )


def _room(pattern: Undisturbed) -> FloatArray:
    return np.asarray(pattern.resolution + 0.01 * np.hypot(*pattern.q_xy.T))


def _nearest(points: FloatArray, others: FloatArray) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    distance = np.linalg.norm(points[:, None, :] - others[None, :, :], axis=2)
    return distance.min(axis=1), distance.argmin(axis=1)


def _distortion(ideal: FloatArray, measured: FloatArray) -> FloatArray:
    """Return the best scale, turn and ellipse (2, 2), no larger than the stated errors."""
    x, y = ideal.T
    rows = np.concatenate([np.column_stack([x, -y, x, y]), np.column_stack([y, x, -y, x])])
    target = np.concatenate([measured[:, 0] - x, measured[:, 1] - y])
    growth, turn, stretch, shear = np.linalg.lstsq(rows, target, rcond=None)[0]
    growth = np.clip(growth, -_SCALE, _SCALE)
    # the ellipse is stated as the ratio of the axes: half of it is the amplitude
    amplitude = float(np.hypot(stretch, shear))
    shrink = min(1.0, 0.5 * _ELLIPSE / amplitude) if amplitude > 0 else 1.0
    stretch, shear = stretch * shrink, shear * shrink
    return np.array([[1 + growth + stretch, shear - turn], [shear + turn, 1 + growth - stretch]])
