"""Which orientation of each phase explains the spots best."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.likelihood import DEFAULT_OPTIONS, ModelOptions, expect, judge
from saed_desktop.indexing.naming import zone_axis_shown
from saed_desktop.indexing.observation import Observation
from saed_desktop.indexing.refine import Fit, refine, start_fit
from saed_desktop.indexing.solution import Candidate, Match
from saed_desktop.indexing.starts import (
    DEFAULT_SEARCH,
    SearchOptions,
    Seed,
    Trials,
    log_reach_prior,
    scale_range,
    trials_of,
)
from saed_desktop.indexing.table import PhaseTable, phase_table

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_CHUNK = 256


def match_phase(
    phase: Phase,
    observation: Observation,
    starts: Sequence[Seed],
    *,
    search: SearchOptions = DEFAULT_SEARCH,
    options: ModelOptions = DEFAULT_OPTIONS,
) -> list[Candidate]:
    """Return the best distinct orientations of a phase, best first; none where nothing fits.

    Parameters
    ----------
    phase
        The crystal.
    observation
        The spots.
    starts
        Vectors to start from.
    search
        Thoroughness.
    options
        Constants of the likelihood.
    """
    if len(observation) < search.min_spots or not starts:
        return []
    table = phase_table(phase, _q_max(observation, search))
    trials = trials_of(table, observation, starts, search)
    if len(trials) == 0:
        return []
    first_guess = _first_likelihood(table, observation, trials, options)
    order = np.argsort(-options.temper * first_guess - trials.log_prior, kind="stable")
    fits: list[tuple[float, Fit]] = []
    for i in _distinct(trials.orientation, trials.scale, order, search.n_refined):
        fit = start_fit(
            table,
            observation,
            trials.orientation[i],
            float(trials.scale[i]),
            options,
            affine=trials.affine[i],
            shift_px=trials.shift_px[i],
        )
        fit = refine(table, observation, fit, options=options)
        prior = fit.log_prior + log_zone_prior(phase, fit.orientation, _matched_hkl(table, fit))
        if observation.scale is None:
            prior += float(log_reach_prior(observation, fit.scale, search))
        fits.append((options.temper * fit.log_likelihood + prior, fit))
    fits.sort(key=lambda item: -item[0])
    candidates = [_candidate(table, observation, fit, value) for value, fit in fits]
    return _without_repeats([c for c in candidates if c.matched >= 3])[: search.n_kept]


def _q_max(observation: Observation, search: SearchOptions) -> float:
    if observation.scale is not None:
        largest = observation.scale * np.exp(3 * min(observation.scale_sigma, 0.1))
    else:
        largest = scale_range(observation, search)[1]
    # in steps, so that patterns of one camera share their tables
    return float(np.ceil(10 * 1.05 * observation.reach_px * largest) / 10)


def _first_likelihood(
    table: PhaseTable,
    observation: Observation,
    trials: Trials,
    options: ModelOptions,
) -> FloatArray:
    parts = []
    for start in range(0, len(trials), _CHUNK):
        part = trials[slice(start, start + _CHUNK)]
        expectation = expect(
            table,
            observation,
            part.orientation,
            part.scale,
            affine=part.affine,
            shift_px=part.shift_px,
            options=options,
        )
        relative_sigma = np.where(part.is_exact, 0.008, 0.015)[:, None]
        judgement = judge(
            observation,
            expectation,
            relative_sigma=relative_sigma,
            sigma_px=1.5,
            options=options,
        )
        parts.append(judgement.log_likelihood)
    return np.concatenate(parts)


def _distinct(
    orientation: FloatArray, scale: FloatArray, order: npt.NDArray[np.intp], count: int
) -> list[int]:
    """Return the first `count` of `order` that are not nearly the same as an earlier one."""
    kept: list[int] = []
    half_turn = np.diag([-1.0, -1.0, 1.0])
    for i in order[:400]:
        same = False
        for j in kept:
            cosine = max(
                np.trace(orientation[i] @ orientation[j].T),
                np.trace(orientation[i] @ (half_turn @ orientation[j]).T),
            )
            if (cosine - 1) / 2 > np.cos(np.deg2rad(2.0)) and abs(scale[i] / scale[j] - 1) < 0.02:
                same = True
                break
        if not same:
            kept.append(int(i))
            if len(kept) >= count:
                break
    return kept


def _matched_hkl(table: PhaseTable, fit: Fit) -> IntArray:
    return np.asarray(table.points.hkl[fit.expectation.index[0, fit.judgement.spot[0] >= 0]])


def log_zone_prior(phase: Phase, orientation: FloatArray, matched_hkl: IntArray) -> float:
    """Return the log prior of an orientation: people tilt to short zone axes.

    The share of patterns taken along a direction falls with the cube of its length, relative to
    the crystal's mean spacing; directions near none get that of an index-5 one.
    """
    uvw, off = zone_axis_shown(phase, orientation, matched_hkl)
    length = float(np.linalg.norm(phase.lattice.directions(uvw)))
    primitive_volume = phase.lattice.volume / len(phase.space_group.centring_vectors)
    relative = max(length / primitive_volume ** (1 / 3), 0.5)
    return float(-1.5 * np.log(relative) - 0.05 * min(off, 6.0) ** 2)


def _candidate(
    table: PhaseTable, observation: Observation, fit: Fit, log_posterior: float
) -> Candidate:
    judgement, expectation = fit.judgement, fit.expectation
    shown = np.flatnonzero(expectation.in_view[0])
    spot = judgement.spot[0, shown]
    matched = spot >= 0
    visible = judgement.visible[0, shown]
    used = np.unique(spot[matched])
    brightness = np.maximum(
        observation.log_intensity - observation.log_intensity.min(initial=0.0), 0.1
    )
    explained = float(brightness[used].sum() / brightness.sum()) if len(brightness) else 0.0
    found = float(visible[matched].sum() / max(visible.sum(), 1e-9))
    score = 2 * explained * found / max(explained + found, 1e-9)
    ideal_px = np.hypot(
        *(expectation.xy_px[0, shown[matched]] - observation.offsets_px[spot[matched]]).T
    )
    rms = float(np.sqrt(np.mean(ideal_px**2))) * fit.scale if matched.any() else np.nan
    uvw, off = zone_axis_shown(table.phase, fit.orientation, _matched_hkl(table, fit))
    center = np.array(observation.center_xy) + fit.shift_px
    values = expectation.log_intensity[0, shown]
    index = expectation.index[0, shown]
    axes = np.linalg.eigvalsh(fit.affine)
    first = fit.orientation @ table.phase.lattice.reciprocal[0]
    return Candidate(
        phase=table.phase.name,
        zone_axis=table.phase.space_group.canonical_uvw(uvw),
        off_zone_deg=off,
        orientation=fit.orientation,
        score=score,
        log_likelihood=fit.log_likelihood,
        log_posterior=log_posterior,
        matched=int(matched.sum()),
        unexplained=len(observation) - len(used),
        missing=int(((visible > 0.5) & ~matched).sum()),
        rms_residual_inv_angstrom=rms,
        scale_inv_angstrom_per_px=fit.scale,
        scale_sigma=fit.scale_sigma,
        ellipticity=float(axes[1] / axes[0] - 1),
        rotation_deg=float(np.rad2deg(np.arctan2(first[1], first[0]))),
        center_xy=(float(center[0]), float(center[1])),
        match=Match(
            hkl=table.points.hkl[index],
            xy=expectation.xy_px[0, shown] + np.array(observation.center_xy),
            intensity=np.exp(values - values.max(initial=-np.inf)) if len(values) else values,
            visible=visible,
            spot=np.where(matched, observation.index[np.maximum(spot, 0)], -1),
            forbidden=table.points.absent[index],
            residual_px=np.where(matched, judgement.distance_px[0, shown], np.nan),
        ),
    )


def _without_repeats(candidates: list[Candidate]) -> list[Candidate]:
    """Drop candidates that say the same as a better one: same zone axis, same spots."""
    kept: list[Candidate] = []
    for candidate in candidates:
        matched = {tuple(p) for p in np.round(candidate.match.xy[candidate.match.is_matched], 0)}
        repeat = False
        for other in kept:
            same_zone = other.zone_axis == candidate.zone_axis
            other_matched = {tuple(p) for p in np.round(other.match.xy[other.match.is_matched], 0)}
            overlap = len(matched & other_matched) / max(len(matched), 1)
            repeat |= same_zone and overlap > 0.5
        if not repeat:
            kept.append(candidate)
    return kept
