"""Phases that a pattern cannot tell apart, decided from simulation alone.

No part of the indexing search is asked. Every orientation of a rival that puts two of its
reflections where the pattern has two short ones is laid over the noise-free pattern, as the wrong
scale and the ellipse show it. The rival is a tie if one of them reproduces it and is as admissible
as the truth, within stated errors of scale, ellipse, positions and, where asked, intensities, and
on neither side more than a tenth of the spots (but one in any case) without a counterpart.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import Indices, nearest_zone_axis, zone_axes
from saed_desktop.simulation.kinematical import (
    DEFAULT_MAX_EXCITATION_ERROR,
    ReciprocalPoints,
    reciprocal_points,
)
from saed_desktop.simulation.orientation import beam_direction, rotation_about
from trainer.data.ranges import OrientationRanges
from trainer.studies.noise_free import (
    FAINT_MARGIN_LOG,
    FAINTEST_LOG,
    Q_MAX,
    NoiseFreePattern,
    noise_free_pattern,
)

_LEAST_COMPARED = -8.0
"""Below this a computed log intensity says nothing of the measured one."""
_FARTHEST = 0.04
"""Distance from the Ewald sphere in 1/Å that a reflection may have before the tilt is found."""
_NEAR_ZONE_DEG = 4.0
_ANYWHERE = 1e-4
"""Share of one orientation among all those that are near no zone axis of low index."""
_SHARE_ALONE = 0.1
_MOST_PAIRS = 3000
_FLATTENING = 0.65
"""Exponent on kinematical intensities: dynamical scattering evens them out."""
_WELL_KNOWN_SCALE = 0.04
"""Up to this error of the scale, laying a rival over a pattern finds the right counterparts."""


@dataclass(frozen=True)
class Errors:
    """Allowed errors of a measurement.

    Parameters
    ----------
    scale
        Largest relative error of the stated scale.
    ellipse
        Largest ratio of the axes less one.
    log_intensity
        Standard deviation of the logarithm of an intensity about its computed one; None: brightness
        takes no part.
    faintest_log
        Reflections whose intensity has a smaller logarithm, relative to the brightest, need no
        counterpart: they may not be seen.
    dynamical
        Whether the pattern was scattered dynamically: then any reflection of the rival near the
        Ewald sphere may show a spot, those that only double diffraction makes included, however
        faint kinematical theory has it. The strong ones must be there all the same.
    """

    scale: float = 0.03
    ellipse: float = 0.02
    log_intensity: float | None = None
    faintest_log: float = FAINTEST_LOG
    dynamical: bool = False


DEFAULT_ERRORS = Errors()


def _small_tilts() -> FloatArray:
    """Return turns (n, 3, 3) by up to 3° about axes across the beam."""
    turns = [np.eye(3)]
    for angle in np.radians([0.4, 0.8, 1.2, 1.7, 2.3, 3.0]):
        for azimuth in np.arange(0, 360, 45.0):
            axis = np.array([np.cos(np.radians(azimuth)), np.sin(np.radians(azimuth)), 0.0])
            turns.append(rotation_about(axis, float(angle)))
    return np.array(turns)


_TILTS = _small_tilts()


def tied_zone_axes(
    rival: Phase, pattern: NoiseFreePattern, errors: Errors = DEFAULT_ERRORS
) -> set[Indices]:
    """Return the zone axes along which a phase reproduces a pattern; none: distinguishable."""
    points = rival_points(rival, errors)
    found: set[Indices] = set()
    for orientation in _tried(points, pattern, errors):
        uvw, _ = nearest_zone_axis(rival, beam_direction(orientation))
        name = rival.space_group.canonical_uvw(uvw)
        if name not in found and reproduces(points, orientation, pattern, errors):
            found.add(name)
    return found


def tied_plausibility(
    points: ReciprocalPoints, pattern: NoiseFreePattern, errors: Errors, ranges: OrientationRanges
) -> float:
    """Return how often a phase stands as it must to reproduce a pattern; 0: it does not.

    Of several orientations the likeliest counts: the share of its family of zone axes among the
    patterns that people take, by the ranges from which training patterns are drawn. What is a tie
    where the scale is known well is one where less is known of it, so both are looked at: a fit
    that may grow by a third starts from rough places and loses its way now and then.
    """
    phase = points.phase
    shares = _zone_shares(phase, ranges)
    best = 0.0
    for allowed in _nested(errors):
        for orientation in _tried(points, pattern, allowed):
            uvw, angle = nearest_zone_axis(phase, beam_direction(orientation))
            name = phase.space_group.canonical_uvw(uvw)
            share = shares.get(name, _ANYWHERE) if angle < _NEAR_ZONE_DEG else _ANYWHERE
            if share > best and _reproduces_somehow(points, orientation, pattern, allowed):
                best = share
    return best


def _nested(errors: Errors) -> tuple[Errors, ...]:
    """Return the errors to look within, the narrow ones first."""
    if errors.scale <= _WELL_KNOWN_SCALE:
        return (errors,)
    return replace(errors, scale=_WELL_KNOWN_SCALE), errors


def _zone_shares(phase: Phase, ranges: OrientationRanges) -> dict[Indices, float]:
    axes = zone_axes(phase, max_index=ranges.max_index)
    length = np.array([np.linalg.norm(phase.lattice.directions(axis)) for axis in axes])
    weight = (length / length.min()) ** -ranges.length_power
    shares = (1 - ranges.random_share) * weight / weight.sum()
    return {
        phase.space_group.canonical_uvw(axis): float(share)
        for axis, share in zip(axes, shares, strict=True)
    }


def _reproduces_somehow(
    points: ReciprocalPoints, orientation: FloatArray, pattern: NoiseFreePattern, errors: Errors
) -> bool:
    """Tell whether a phase shows the pattern, where need be after a small tilt."""
    if not errors.dynamical:
        return reproduces(points, orientation, pattern, errors)
    # two short reflections leave the tilt open to a degree or two
    return _holds_all(points, orientation, pattern, errors) and any(
        reproduces(points, turned, pattern, errors) for turned in _TILTS @ orientation
    )


def _holds_all(
    points: ReciprocalPoints, orientation: FloatArray, pattern: NoiseFreePattern, errors: Errors
) -> bool:
    """Tell whether a phase has a reflection for each spot, whatever its tilt and brightness."""
    own = _may_show(points, orientation, pattern, errors, max_excitation_error=_FARTHEST)
    if len(own.faint_xy) < 3:
        return False
    affine = np.eye(2) * _rough_growth(own, pattern, errors)
    affine = _fitted_distortion(own, pattern, affine, errors)
    gap, _ = _nearest(pattern.q_xy, own.faint_xy @ affine.T)
    return bool((gap > _room(pattern)).sum() <= max(1, _SHARE_ALONE * len(pattern.q_xy)))


def _may_show(
    points: ReciprocalPoints,
    orientation: FloatArray,
    pattern: NoiseFreePattern,
    errors: Errors,
    *,
    max_excitation_error: float = DEFAULT_MAX_EXCITATION_ERROR,
) -> NoiseFreePattern:
    """Return the rival's pattern; among its faint ones all that the errors allow to be seen."""
    return noise_free_pattern(
        points,
        orientation,
        pattern.resolution,
        errors.faintest_log,
        faint_margin=np.inf if errors.dynamical else FAINT_MARGIN_LOG,
        max_excitation_error=max_excitation_error,
    )


def rival_points(rival: Phase, errors: Errors) -> ReciprocalPoints:
    """Return the reciprocal lattice of a phase as far out as the errors can bring it into view."""
    reach = Q_MAX * (1 + 2 * (errors.scale + errors.ellipse))
    return reciprocal_points(rival, reach, with_absent=errors.dynamical)


def _tried(
    points: ReciprocalPoints, pattern: NoiseFreePattern, errors: Errors
) -> Iterator[FloatArray]:
    for first, second in _short_pairs(pattern):
        yield from _orientations(points, pattern.lab[first], pattern.lab[second], errors)


def _short_pairs(pattern: NoiseFreePattern) -> list[tuple[int, int]]:
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


def _orientations(
    points: ReciprocalPoints, first: FloatArray, second: FloatArray, errors: Errors
) -> FloatArray:
    """Return rotations (n, 3, 3) that carry two reflections of a rival near two given places."""
    lengths = np.linalg.norm(first), np.linalg.norm(second)
    # the truth's own distortion lies between the two
    room = 2 * (errors.scale + errors.ellipse)
    a = np.flatnonzero(np.abs(points.length / lengths[0] - 1) < room)
    a = a[_one_per_family(points, a)]
    b = np.flatnonzero(np.abs(points.length / lengths[1] - 1) < room)
    cosine = points.g[a] @ points.g[b].T / np.outer(points.length[a], points.length[b])
    angle = np.arccos(np.clip(cosine, -1, 1))
    wanted = np.arccos(np.clip(first @ second / (lengths[0] * lengths[1]), -1, 1))
    ratio = np.log(points.length[b][None, :] / points.length[a][:, None])
    # wider than the ellipse: what is laid over is judged by all reflections, not by these two
    slack = 2.5 * errors.ellipse
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


def reproduces(
    points: ReciprocalPoints,
    orientation: FloatArray,
    pattern: NoiseFreePattern,
    errors: Errors = DEFAULT_ERRORS,
) -> bool:
    """Tell whether a crystal in one orientation shows the pattern, but for the stated errors."""
    own = _may_show(points, orientation, pattern, errors)
    if len(own.q_xy) < 3 and not (errors.dynamical and len(own.q_xy)):
        return False
    affine = np.eye(2) * _rough_growth(own, pattern, errors)
    affine = _fitted_distortion(own, pattern, affine, errors)
    gap, partner = _nearest(pattern.q_xy, own.faint_xy @ affine.T)
    there = gap <= _room(pattern)
    theirs = own.q_xy @ affine.T
    gap = _nearest(theirs, pattern.faint_xy)[0]
    in_view = np.hypot(*theirs.T) < Q_MAX
    room = pattern.resolution + 0.01 * np.hypot(*theirs.T)
    alone_here = ((gap > room) & in_view).sum()
    return bool(
        (~there).sum() <= max(1, _SHARE_ALONE * len(pattern.q_xy))
        and alone_here <= max(1, _SHARE_ALONE * in_view.sum())
        and _as_bright(own.faint_log[partner[there]], pattern.log_intensity[there], errors)
    )


def _fitted_distortion(
    own: NoiseFreePattern, pattern: NoiseFreePattern, affine: FloatArray, errors: Errors
) -> FloatArray:
    """Return what of scale, turn and ellipse (2, 2) carries the rival's spots to the pattern's."""
    radius = np.hypot(*pattern.q_xy.T)
    for share in (0.06, 0.03, 0.02):
        gap, partner = _nearest(pattern.q_xy, own.faint_xy @ affine.T)
        near = gap < np.minimum(share * radius, 0.02) + pattern.resolution
        if near.sum() < 3:
            break
        affine = _distortion(own.faint_xy[partner[near]], pattern.q_xy[near], errors)
    return affine


def _rough_growth(own: NoiseFreePattern, pattern: NoiseFreePattern, errors: Errors) -> float:
    """Return the growth that brings the shortest reflections of both to one length.

    Only where hardly anything is known of the scale: otherwise lengths agree well enough.
    """
    if errors.scale <= DEFAULT_ERRORS.scale:
        return 1.0
    growth = float(np.hypot(*pattern.q_xy.T).min() / np.hypot(*own.q_xy.T).min())
    return float(np.clip(growth, 1 - errors.scale, 1 + errors.scale))


def _as_bright(computed: FloatArray, measured: FloatArray, errors: Errors) -> bool:
    """Tell whether intensities agree as well as those of the true phase would.

    The scatter of n intensities about their computed ones has a standard error of σ/√(2n): what
    lies more than two of them above σ is told apart.
    """
    known = computed > _LEAST_COMPARED
    computed, measured = computed[known], measured[known]
    if errors.log_intensity is None or len(computed) < 3:
        return True
    difference = measured - _FLATTENING * computed
    allowed = errors.log_intensity * (1 + 2 / np.sqrt(2 * len(computed)))
    return bool(difference.std() <= allowed)


def _room(pattern: NoiseFreePattern) -> FloatArray:
    return np.asarray(pattern.resolution + 0.01 * np.hypot(*pattern.q_xy.T))


def _nearest(points: FloatArray, others: FloatArray) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    distance = np.linalg.norm(points[:, None, :] - others[None, :, :], axis=2)
    return distance.min(axis=1), distance.argmin(axis=1)


def _distortion(ideal: FloatArray, measured: FloatArray, errors: Errors) -> FloatArray:
    """Return the best scale, turn and ellipse (2, 2), no larger than the stated errors."""
    x, y = ideal.T
    rows = np.concatenate([np.column_stack([x, -y, x, y]), np.column_stack([y, x, -y, x])])
    target = np.concatenate([measured[:, 0] - x, measured[:, 1] - y])
    growth, turn, stretch, shear = np.linalg.lstsq(rows, target, rcond=None)[0]
    growth = np.clip(growth, -errors.scale, errors.scale)
    # the ellipse is stated as the ratio of the axes: half of it is the amplitude
    amplitude = float(np.hypot(stretch, shear))
    shrink = min(1.0, 0.5 * errors.ellipse / amplitude) if amplitude > 0 else 1.0
    stretch, shear = stretch * shrink, shear * shrink
    return np.array([[1 + growth + stretch, shear - turn], [shear + turn, 1 + growth - stretch]])
