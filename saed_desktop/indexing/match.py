"""Which orientation of each phase explains the spots best."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import nearest_zone_axis
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.indexing.hypotheses import Hypotheses, Tolerance, hypotheses_from_pair
from saed_desktop.indexing.likelihood import DEFAULT_OPTIONS, ModelOptions, expect, judge
from saed_desktop.indexing.observation import Observation
from saed_desktop.indexing.refine import Fit, refine, start_fit
from saed_desktop.indexing.solution import Candidate, Match
from saed_desktop.indexing.table import PhaseTable, phase_table
from saed_desktop.pattern.net import Net
from saed_desktop.simulation.orientation import beam_direction

FloatArray = npt.NDArray[np.float64]

_CHUNK = 256


@dataclass(frozen=True, eq=False)
class Seed:
    """Two measured vectors that start the search, and what kind they are.

    Parameters
    ----------
    first_px, second_px
        Vectors (2,) in pixels.
    from_net
        Whether they span a net, which is exact, rather than lead to single spots.
    """

    first_px: FloatArray
    second_px: FloatArray
    from_net: bool


@dataclass(frozen=True)
class SearchOptions:
    """How thoroughly orientations are searched.

    Parameters
    ----------
    n_tried
        Hypotheses of each phase that are compared with the spots.
    n_refined
        Hypotheses of each phase that are refined.
    n_kept
        Distinct orientations of each phase that are returned.
    min_spots
        Fewer spots than this are not indexed.
    reach_q, reach_log_sigma
        Where no scale is known: the distance (1/Å) from the beam to the outermost spots that is
        most usual, and the standard deviation of its logarithm.
    """

    n_tried: int = 300
    n_refined: int = 4
    n_kept: int = 2
    min_spots: int = 4
    reach_q: float = 1.3
    reach_log_sigma: float = 0.4


DEFAULT_SEARCH = SearchOptions()


def seeds(observation: Observation, net: Net | None) -> list[Seed]:
    """Return the vectors to start from: the net's basis, or pairs of sure and short spots."""
    found = []
    if net is not None:
        found.append(Seed(net.basis[0], net.basis[1], from_net=True))
    weak = net is None or net.members.sum() < max(8, 0.3 * len(net.members))
    if weak:
        # without a scale each pair allows far more orientations: fewer pairs then
        found += _spot_pairs(observation, 10 if observation.scale is not None else 4)
    return found


def _spot_pairs(observation: Observation, count: int) -> list[Seed]:
    """Return pairs among the short, sure spots that stand at an angle to each other."""
    if len(observation) < 2:
        return []
    order = np.argsort(-observation.significance)[: max(4, len(observation) // 2)]
    order = order[np.argsort(observation.radius_px[order])][:8]
    pairs = []
    for i, a in enumerate(order):
        for b in order[i + 1 :]:
            first, second = observation.offsets_px[a], observation.offsets_px[b]
            sine = abs(first[0] * second[1] - first[1] * second[0]) / (
                np.hypot(*first) * np.hypot(*second) + 1e-12
            )
            if sine > 0.35:
                pairs.append((np.hypot(*first) + np.hypot(*second), first, second))
    pairs.sort(key=lambda item: float(item[0]))
    return [Seed(first, second, from_net=False) for _, first, second in pairs[:count]]


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
    orientation, scale = _hypotheses(table, observation, starts, search)
    if len(orientation) == 0:
        return []
    first_guess = _first_likelihood(table, observation, orientation, scale, options)
    order = np.argsort(-first_guess, kind="stable")
    fits: list[tuple[float, Fit]] = []
    for i in _distinct(orientation, scale, order, search.n_refined):
        fit = start_fit(table, observation, orientation[i], float(scale[i]), options)
        fit = refine(table, observation, fit, options=options)
        prior = fit.log_prior + log_zone_prior(phase, fit.orientation)
        if observation.scale is None:
            prior += float(log_reach_prior(observation, fit.scale, search))
        fits.append((options.temper * fit.log_likelihood + prior, fit))
    fits.sort(key=lambda item: -item[0])
    candidates = [_candidate(table, observation, fit, value) for value, fit in fits]
    return _without_repeats([c for c in candidates if c.matched >= 3])[: search.n_kept]


def _scale_range(observation: Observation, search: SearchOptions) -> tuple[float, float]:
    """Return the scales (1/Å per pixel) that put the outermost spots at a usual distance."""
    typical = search.reach_q / observation.reach_px
    spread = np.exp(2.2 * search.reach_log_sigma)
    return float(typical / spread), float(typical * spread)


def _q_max(observation: Observation, search: SearchOptions) -> float:
    if observation.scale is not None:
        largest = observation.scale * np.exp(3 * min(observation.scale_sigma, 0.1))
    else:
        largest = _scale_range(observation, search)[1]
    # in steps, so that patterns of one camera share their tables
    return float(np.ceil(10 * 1.05 * observation.reach_px * largest) / 10)


def _hypotheses(
    table: PhaseTable, observation: Observation, starts: Sequence[Seed], search: SearchOptions
) -> tuple[FloatArray, FloatArray]:
    """Return the most plausible orientations (n, 3, 3) and scales (n,) over all seeds."""
    known = observation.scale
    found: list[Hypotheses] = []
    for seed in starts:
        sharp = seed.from_net
        tolerance = Tolerance(
            length=float(np.hypot(observation.scale_sigma, 0.008)) if known else np.inf,
            ratio=0.02 if sharp else 0.025,
            angle_deg=1.1 if sharp else 1.5,
        )
        found.append(
            hypotheses_from_pair(
                table,
                seed.first_px,
                seed.second_px,
                scale=known,
                tolerance=tolerance,
                scale_range=_scale_range(observation, search),
                curvature=0.0 if sharp else wavelength_angstrom(observation.energy_kev),
            )
        )
    orientation = np.concatenate([h.orientation for h in found])
    scale = np.concatenate([h.scale for h in found])
    if len(scale) == 0:
        return orientation, scale
    plausible = -0.5 * np.concatenate([h.misfit for h in found])
    plausible += np.concatenate([_log_zone_size(table, h) for h in found])
    if known is None:
        plausible += log_reach_prior(observation, scale, search)
    else:
        # the measured vectors carry the ellipse; the stated scale does not
        weight = 0.01**2 / (0.01**2 + observation.scale_sigma**2)
        scale = np.exp((1 - weight) * np.log(scale) + weight * np.log(known))
    best = np.argsort(-plausible, kind="stable")[: search.n_tried]
    return orientation[best], scale[best]


def _log_zone_size(table: PhaseTable, hypotheses: Hypotheses) -> FloatArray:
    """Return the log prior of the zones (n,) that pairs of vectors span, by the area they span.

    The area between two reciprocal vectors times the cell volume is the length of their zone
    axis: small areas are short axes, which people tilt to.
    """
    primitive = table.phase.lattice.volume / len(table.phase.space_group.centring_vectors)
    relative = hypotheses.area * primitive ** (2 / 3)
    return np.asarray(-1.5 * np.log(np.maximum(relative, 0.3)))


def log_reach_prior(
    observation: Observation, scale: npt.ArrayLike, search: SearchOptions = DEFAULT_SEARCH
) -> FloatArray:
    """Return the log prior of a scale that nobody stated, by where it puts the outermost spots."""
    reach = np.log(np.asarray(scale) * observation.reach_px / search.reach_q)
    return np.asarray(-0.5 * (reach / search.reach_log_sigma) ** 2)


def _first_likelihood(
    table: PhaseTable,
    observation: Observation,
    orientation: FloatArray,
    scale: FloatArray,
    options: ModelOptions,
) -> FloatArray:
    parts = []
    for start in range(0, len(orientation), _CHUNK):
        part = slice(start, start + _CHUNK)
        expectation = expect(table, observation, orientation[part], scale[part], options=options)
        parts.append(
            judge(
                observation, expectation, relative_sigma=0.015, sigma_px=1.5, options=options
            ).log_likelihood
        )
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


def log_zone_prior(phase: Phase, orientation: FloatArray) -> float:
    """Return the log prior of an orientation: people tilt to short zone axes.

    The share of patterns taken along a direction falls with the cube of its length, relative to
    the crystal's mean spacing; directions near none get that of an index-5 one.
    """
    uvw, off = nearest_zone_axis(phase, beam_direction(orientation))
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
    uvw, off = nearest_zone_axis(table.phase, beam_direction(fit.orientation))
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
