"""Phases that fit a pattern equally well, and the measurement that would decide between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import Indices, direction_label, plane_label, zone_axes
from saed_desktop.electron import DEFAULT_ENERGY_KEV
from saed_desktop.indexing.solution import Candidate
from saed_desktop.results.reason import Reason, ReasonKind
from saed_desktop.simulation.kinematical import (
    ReciprocalPoints,
    kinematical_reflections,
    reciprocal_points,
)
from saed_desktop.simulation.orientation import BEAM_TO_VIEWER, rotation_between

_Q_MAX = 1.0
_VISIBLE = 0.004
"""Reflections weaker than this, relative to the strongest, are not relied on."""

_LEAST_TILT_DEG = 4.0
"""A zone axis nearer than this is the one that the pattern is of."""

_SCALES_APART = 0.03
"""Relative difference of scales that any calibration tells apart."""


@dataclass(frozen=True)
class Deciding:
    """A measurement that would tell two phases apart.

    Parameters
    ----------
    first, second
        The phases.
    spots
        Reflections within this very pattern that one shows and the other does not, as pairs of
        phase and plane; fainter than what was seen here, so a longer exposure decides.
    zone_axis
        Zone axis of the first phase to tilt to.
    tilt_deg
        How far that is from the present one.
    difference
        Share of the visible brightness, 0 to 1, that only one of them shows there.
    """

    first: str
    second: str
    spots: tuple[tuple[str, str], ...]
    zone_axis: Indices | None
    tilt_deg: float | None
    difference: float
    reason: Reason


def deciding_reasons(
    candidates: Sequence[Candidate],
    phases: Mapping[str, Phase],
    *,
    is_scaled: bool,
    energy_kev: float = DEFAULT_ENERGY_KEV,
) -> tuple[Reason, ...]:
    """Return what would decide between a candidate and others that are not excluded.

    Parameters
    ----------
    candidates
        All of them, the one named first.
    phases
        By name.
    is_scaled
        Whether the scale is known; otherwise it decides between those that fit on different ones.
    energy_kev
        Electron energy.
    """
    if not candidates:
        return ()
    scale = candidates[0].scale_inv_angstrom_per_px
    apart = [
        c
        for c in candidates
        if not is_scaled and abs(np.log(c.scale_inv_angstrom_per_px / scale)) > _SCALES_APART
    ]
    alike = [c for c in candidates if c not in apart]
    found = [d.reason for d in deciding_measurements(alike, phases, energy_kev=energy_kev)]
    if apart:
        names = (candidates[0].phase, *(c.phase for c in apart))
        found.insert(0, Reason(kind=ReasonKind.SCALE_DECIDES, phases=names))
    return tuple(found)


def deciding_measurements(
    candidates: Sequence[Candidate],
    phases: Mapping[str, Phase],
    *,
    energy_kev: float = DEFAULT_ENERGY_KEV,
    max_tilt_deg: float = 40.0,
    limit: int = 3,
) -> list[Deciding]:
    """Return what would decide between the best candidate and each other one that fits.

    Parameters
    ----------
    candidates
        Those that fit, best first.
    phases
        By name.
    energy_kev
        Electron energy.
    max_tilt_deg
        Zone axes farther off are not offered.
    limit
        No more rivals than this.
    """
    if len(candidates) < 2:
        return []
    best = candidates[0]
    points = {c.phase: _points(phases[c.phase]) for c in candidates[: limit + 1]}
    return [
        _between(best, rival, phases, points, energy_kev, max_tilt_deg)
        for rival in candidates[1 : limit + 1]
    ]


@lru_cache(maxsize=64)
def _points(phase: Phase) -> ReciprocalPoints:
    return reciprocal_points(phase, _Q_MAX)


def _between(
    best: Candidate,
    rival: Candidate,
    phases: Mapping[str, Phase],
    points: Mapping[str, ReciprocalPoints],
    energy_kev: float,
    max_tilt_deg: float,
) -> Deciding:
    spots = (
        *_unshared_spots(best, rival, phases[best.phase]),
        *_unshared_spots(rival, best, phases[rival.phase]),
    )[:4]
    target, tilt, difference = _deciding_tilt(
        best, rival, phases[best.phase], points, energy_kev, max_tilt_deg
    )
    return Deciding(
        best.phase,
        rival.phase,
        spots,
        target,
        tilt,
        difference,
        _reason(best, rival, phases[best.phase], spots, target, tilt),
    )


def _reason(
    best: Candidate,
    rival: Candidate,
    phase: Phase,
    spots: tuple[tuple[str, str], ...],
    target: Indices | None,
    tilt: float | None,
) -> Reason:
    both = (best.phase, rival.phase)
    if target is not None and tilt is not None:
        return Reason(
            kind=ReasonKind.TILT_DECIDES,
            phase=best.phase,
            phases=both,
            zone_axis=target,
            zone_label=direction_label(phase.lattice, target),
            tilt_deg=tilt,
        )
    if spots:
        return Reason(kind=ReasonKind.EXPOSURE_DECIDES, phases=both, planes=spots)
    return Reason(kind=ReasonKind.NOTHING_DECIDES, phases=both)


def _unshared_spots(one: Candidate, other: Candidate, phase: Phase) -> list[tuple[str, str]]:
    """Return reflections of one candidate where the other has none, strongest first."""
    if len(one.match.xy) == 0 or len(other.match.xy) == 0:
        return []
    distance = np.linalg.norm(one.match.xy[:, None, :] - other.match.xy[None, :, :], axis=2)
    shown = other.match.visible > 0.02
    alone = np.where(shown[None, :], distance, np.inf).min(axis=1) > 4.0
    wanted = np.flatnonzero(alone & ~one.match.is_matched & (one.match.visible > 0.05))
    order = wanted[np.argsort(-one.match.visible[wanted])][:2]
    return [(one.phase, f"({plane_label(phase.lattice, one.match.hkl[i])})") for i in order]


def _deciding_tilt(
    best: Candidate,
    rival: Candidate,
    phase: Phase,
    points: Mapping[str, ReciprocalPoints],
    energy_kev: float,
    max_tilt_deg: float,
) -> tuple[Indices | None, float | None, float]:
    """Return the nearest zone axis at which the two patterns differ, and by how much."""
    options = []
    for family in zone_axes(phase, max_index=2):
        for member in phase.space_group.equivalent_uvw(family):
            direction = best.orientation @ phase.lattice.directions(member)
            cosine = float(direction @ BEAM_TO_VIEWER / np.linalg.norm(direction))
            tilt = float(np.rad2deg(np.arccos(np.clip(cosine, -1, 1))))
            if _LEAST_TILT_DEG < tilt <= max_tilt_deg:
                options.append((tilt, member, direction))
    options.sort(key=lambda item: item[0])
    for tilt, member, direction in options[:24]:
        turn = rotation_between(direction, BEAM_TO_VIEWER)
        difference = pattern_difference(
            points[best.phase],
            turn @ best.orientation,
            points[rival.phase],
            turn @ rival.orientation,
            energy_kev=energy_kev,
        )
        if difference > 0.25:
            u, v, w = (int(i) for i in member)
            return (u, v, w), tilt, difference
    return None, None, 0.0


def pattern_difference(
    first: ReciprocalPoints,
    first_orientation: FloatArray,
    second: ReciprocalPoints,
    second_orientation: FloatArray,
    *,
    energy_kev: float = DEFAULT_ENERGY_KEV,
    tolerance: float = 0.02,
) -> float:
    """Return the share of visible brightness, 0 to 1, that two patterns do not share.

    Brightness counts by its fourth root, as the eye and a stretched display weigh it.

    Parameters
    ----------
    first, second
        Reflections of the two phases.
    first_orientation, second_orientation
        Their orientations (3, 3).
    energy_kev
        Electron energy.
    tolerance
        Distance within which two reflections coincide, in 1/Å.
    """
    patterns = [
        kinematical_reflections(p, o, energy_kev=energy_kev)
        for p, o in ((first, first_orientation), (second, second_orientation))
    ]
    shown = []
    for pattern in patterns:
        strong = pattern.intensity > _VISIBLE * pattern.intensity.max(initial=0.0)
        shown.append((pattern.q_xy[strong], pattern.intensity[strong] ** 0.25))
    if not len(shown[0][0]) or not len(shown[1][0]):
        return 0.0
    distance = np.linalg.norm(shown[0][0][:, None, :] - shown[1][0][None, :, :], axis=2)
    alone = [distance.min(axis=1) > tolerance, distance.min(axis=0) > tolerance]
    shares = [
        float(weight[lonely].sum() / weight.sum())
        for (_, weight), lonely in zip(shown, alone, strict=True)
    ]
    return max(shares)
