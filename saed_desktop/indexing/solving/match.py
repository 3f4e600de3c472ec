"""Find the orientations of a phase that explain the spots best."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.setting import setting_of
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.candidates import candidate_of, log_zone_prior, zones_shown
from saed_desktop.indexing.solving.fitting.likelihood import TEMPER, MatchTolerance
from saed_desktop.indexing.solving.fitting.refinement import (
    RefinedOrientations,
    refine_geometry,
    replaced,
    unrefined_orientations,
)
from saed_desktop.indexing.solving.fitting.spot_model import SpotModel
from saed_desktop.indexing.solving.fitting.tilt_refinement import crystal_rotations, refine_tilt
from saed_desktop.indexing.solving.hypotheses.basis_pairs import (
    FULL_SEARCH,
    BasisPair,
    OrientationHypotheses,
    SearchEffort,
    log_reach_prior,
    orientation_hypotheses,
    q_max_of,
)
from saed_desktop.indexing.solving.hypotheses.geometry import Geometry
from saed_desktop.indexing.solving.imperfections.weak_spots import weak_spots
from saed_desktop.indexing.solving.naming.own_axes import on_own_axes
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.indexing.solving.phase_table import phase_table

_CHUNK = 256
_MOST_COMPARED = 400
_MANY = 32
"""Hypotheses of a phase that are compared with all spots, the best by the inner ones."""
_FEWEST_INNER = 8
_FEWEST_SPOTS = 4
_FEWEST_MATCHED = 3
_HOPELESSLY_BEHIND = 20.0
"""In log posterior behind the best refined orientation: no tilt makes up for that."""

_HOPELESS_BESIDE_ITS_OWN = 7.0
"""Behind the best orientation of the same phase, all of them upright: of 242 phases about 40
pictures none was led in the end by one that had been more than 5.1 behind."""


def match_phase(
    phase: Phase,
    observation: Observation,
    basis_pairs: Sequence[BasisPair],
    *,
    search: SearchEffort = FULL_SEARCH,
) -> list[Candidate]:
    """Return the best distinct orientations of a phase, best first; none where nothing fits.

    Parameters
    ----------
    phase
        The crystal.
    observation
        The spots.
    basis_pairs
        Vectors to start from.
    search
        Thoroughness.
    """
    return match_phases((phase,), observation, basis_pairs, search=search)


def match_phases(
    phases: Sequence[Phase],
    observation: Observation,
    basis_pairs: Sequence[BasisPair],
    *,
    search: SearchEffort = FULL_SEARCH,
) -> list[Candidate]:
    """Return the best distinct orientations of each phase, best first.

    A crystal described with less symmetry than it has is indexed on its conventional axes, so
    that the description does not matter; the names are those of its own axes.

    Parameters
    ----------
    phases
        The crystals.
    observation
        The spots.
    basis_pairs
        Vectors to start from.
    search
        Thoroughness.
    """
    if len(observation) < _FEWEST_SPOTS or not basis_pairs:
        return []
    started = [
        (phase, fits, _value(fits))
        for phase in phases
        if (fits := _upright_fits(phase, observation, basis_pairs, search)) is not None
    ]
    found: list[Candidate] = []
    best = -np.inf
    # tilts cost most: the best phase first, so that what is hopeless beside it is known
    for phase, fits, value in sorted(started, key=lambda one: -float(one[2].max())):
        least = max(best - _HOPELESSLY_BEHIND, float(value.max()) - _HOPELESS_BESIDE_ITS_OWN)
        hopeful = _hopeful(fits, value, least)
        tilted = refine_tilt(fits[hopeful]) if len(hopeful) else fits
        candidates = _distinct_candidates(phase, replaced(fits, hopeful, tilted), search.n_kept)
        best = max(best, *(c.log_posterior for c in candidates), -np.inf)
        found += candidates
    return sorted(found, key=lambda c: -c.log_posterior)


def _upright_fits(
    phase: Phase,
    observation: Observation,
    basis_pairs: Sequence[BasisPair],
    search: SearchEffort,
) -> RefinedOrientations | None:
    """Return the likeliest orientations, refined but for their tilts; None where there is none."""
    setting = setting_of(phase)
    table = phase_table(phase if setting is None else setting.conventional, q_max_of(observation))
    hypotheses = orientation_hypotheses(table, observation, basis_pairs, search.n_tried)
    if len(hypotheses) == 0:
        return None
    model = SpotModel(table, observation)
    first_guess = _first_likelihood(model, hypotheses)
    order = np.argsort(-TEMPER * first_guess - hypotheses.log_prior, kind="stable")
    order = order[np.isfinite(first_guess[order])]
    chosen = distinct(table.phase, hypotheses.geometry, order, search.n_refined)
    return refine_geometry(unrefined_orientations(model, hypotheses.geometry[chosen]))


def _value(fits: RefinedOrientations) -> FloatArray:
    """Return the log posteriors (b,) of fits, but for what the zone and weak spots add."""
    value = TEMPER * fits.log_likelihood + fits.log_prior
    if fits.model.observation.scale is None:
        value += log_reach_prior(fits.model.observation, fits.geometry.scale)
    return value


def _hopeful(fits: RefinedOrientations, value: FloatArray, least: float) -> IntArray:
    """Return the fits whose log posteriors, with the weak spots that they allow, reach `least`."""
    if (behind := np.flatnonzero(value <= least)).size == 0:
        return np.arange(len(fits))
    value = value.copy()
    for i, zone in zip(behind, zones_shown(fits[behind]), strict=True):
        value[i] += TEMPER * sum(w.gain for w in weak_spots(fits, int(i), zone))
    return np.flatnonzero(value > least)


def _distinct_candidates(phase: Phase, fits: RefinedOrientations, count: int) -> list[Candidate]:
    """Return the best of the fits that say different things, named on the phase's own axes."""
    zones = zones_shown(fits)
    weak = [weak_spots(fits, i, zone) for i, zone in enumerate(zones)]
    value = _value(fits)
    value += [TEMPER * sum(w.gain for w in one) for one in weak]
    value += [log_zone_prior(fits.model.table, uvw, off) for uvw, off in zones]
    setting = setting_of(phase)
    kept: list[Candidate] = []
    for i in np.argsort(-value, kind="stable"):
        candidate = candidate_of(fits, int(i), zones[i], float(value[i]), weak=weak[i])
        if candidate.matched >= _FEWEST_MATCHED and not _says_the_same(candidate, kept):
            kept.append(candidate)
            if len(kept) == count:
                break
    return kept if setting is None else [on_own_axes(c, phase, setting) for c in kept]


def _first_likelihood(model: SpotModel, hypotheses: OrientationHypotheses) -> FloatArray:
    """Return the log likelihoods (n,) of hypotheses as they are; minus infinity of hopeless ones.

    Where there are many, the inner spots, which few reflections can explain, tell which are worth
    comparing with all spots.
    """
    worth = np.arange(len(hypotheses))
    if len(hypotheses) > _MANY:
        inner = model.observation.inner
        if len(inner) >= _FEWEST_INNER:
            coarse = _likelihood_of(SpotModel(model.table, inner), hypotheses)
            order = np.argsort(-TEMPER * coarse - hypotheses.log_prior, kind="stable")
            worth = np.sort(order[:_MANY])
    found = np.full(len(hypotheses), -np.inf)
    found[worth] = _likelihood_of(model, hypotheses[worth])
    return found


def _likelihood_of(model: SpotModel, hypotheses: OrientationHypotheses) -> FloatArray:
    # by scale, since the scale says how many reflections are in view
    order = np.argsort(hypotheses.geometry.scale, kind="stable")
    found = np.empty(len(hypotheses))
    for start in range(0, len(hypotheses), _CHUNK):
        rows = order[start : start + _CHUNK]
        part = hypotheses[rows]
        tolerance = MatchTolerance(np.where(part.is_exact, 0.008, 0.015), 1.5)
        found[rows] = model.evaluate(model.predict(part.geometry), tolerance).log_likelihood
    return found


def distinct(
    phase: Phase, geometry: Geometry, order: npt.NDArray[np.intp], count: int
) -> npt.NDArray[np.intp]:
    """Return the first `count` of `order` that are not nearly the same as an earlier one.

    Orientations that a symmetry of the crystal, or half a turn about the beam, makes one another
    show the same spots.
    """
    order = order[:_MOST_COMPARED]
    orientation, scale = geometry.orientation[order], geometry.scale[order]
    flat = orientation.reshape(-1, 9)
    symmetry = crystal_rotations(phase)
    half_turn = np.diag([-1.0, -1.0, 1.0])
    limit = 1 + 2 * np.cos(np.deg2rad(2.0))
    new = np.ones(len(order), dtype=bool)
    kept: list[int] = []
    while new.any() and len(kept) < count:
        i = int(np.argmax(new))
        kept.append(i)
        equivalent = orientation[i] @ symmetry
        equivalent = np.concatenate([equivalent, half_turn @ equivalent]).reshape(-1, 9)
        # the trace of one rotation times the other's inverse is 1 + 2·cos of the angle between
        trace = (flat @ equivalent.T).max(axis=1)
        new &= ~((trace > limit) & (np.abs(scale / scale[i] - 1) < 0.02))
        new[i] = False
    return order[kept]


def _says_the_same(candidate: Candidate, better: Sequence[Candidate]) -> bool:
    """Tell whether one of several better candidates has the same zone axis and the same spots."""
    matched = _places(candidate)
    return any(
        other.zone_axis == candidate.zone_axis
        and len(matched & _places(other)) / max(len(matched), 1) > 0.5
        for other in better
    )


def _places(candidate: Candidate) -> set[tuple[float, ...]]:
    places = np.round(candidate.match.xy[candidate.match.is_matched], 0)
    return set(map(tuple, places.tolist()))
