"""Find the orientations of a phase that explain the spots best."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.setting import setting_of
from saed_desktop.crystal.zone_axis import Indices
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.candidates import (
    WeakSpots,
    candidate_of,
    log_zone_prior,
    zones_shown,
)
from saed_desktop.indexing.solving.fitting.likelihood import TEMPER, MatchTolerance
from saed_desktop.indexing.solving.fitting.refinement import (
    RefinedOrientations,
    refine_geometry,
    replaced,
    unrefined_orientations,
)
from saed_desktop.indexing.solving.fitting.several_phases import (
    by_phase,
    joined_geometry,
    together,
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
from saed_desktop.indexing.solving.phase_table import PhaseTable, phase_table

_CHUNK = 256
_MOST_COMPARED = 400
_MANY = 32
"""Hypotheses of a phase that are compared with all spots, the best by the inner ones."""
_FEWEST_INNER = 8
_FEWEST_SPOTS = 4
_FEWEST_MATCHED = 3
_PHASES_AT_ONCE, _POINTS_AT_ONCE = 12, 300_000
"""That are fitted side by side: more spare no time and take memory."""

_WEIGHTS = np.random.default_rng(1).normal(size=(3, 3, 3))
"""Of linear functions that tell orientations apart; any do."""

_HOPELESSLY_BEHIND = 25.0
"""In log posterior behind the best refined orientation: tilts win up to 17 (corundum [232]), and 20
spares no time."""

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
    report: Callable[[float], None] | None = None,
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
    report
        Told again and again which share of the work is done; what it raises ends the work.
    """
    if len(observation) < _FEWEST_SPOTS or not basis_pairs:
        return []
    told = report or (lambda _share: None)
    started = []
    for i, phase in enumerate(phases, start=1):
        for table, geometry in _first_orientations(phase, observation, basis_pairs, search):
            started.append((phase, table, geometry))
        told(0.4 * i / len(phases))
    upright: list[tuple[Phase, RefinedOrientations, FloatArray]] = []
    for group in _groups([table for _, table, _ in started]):
        some = [started[i] for i in group]
        for (phase, _, _), fits in zip(some, _upright_fits(some, observation), strict=True):
            upright.append((phase, fits, _value(fits)))
        told(0.4 + 0.2 * len(upright) / len(started))
    # tilts cost most: the best phase first, so that what is hopeless beside it is known
    upright.sort(key=lambda one: -float(one[2].max()))
    found: list[Candidate] = []
    best = -np.inf
    tables = [fits.model.table for _, fits, _ in upright]
    for group in ([0], *([1 + i for i in some] for some in _groups(tables[1:])))[: len(tables)]:
        for candidates in _tilted_candidates([upright[i] for i in group], best, search):
            found += candidates
        told(0.6 + 0.4 * (group[-1] + 1) / len(tables))
        best = max(best, *(c.log_posterior for c in found), -np.inf)
    return sorted(found, key=lambda c: -c.log_posterior)


def _groups(tables: Sequence[PhaseTable]) -> list[list[int]]:
    """Return which phases are fitted side by side: few enough that their points are few as well."""
    groups: list[list[int]] = []
    points = 0
    for i, table in enumerate(tables):
        points += len(table.points.length)
        if not groups or len(groups[-1]) == _PHASES_AT_ONCE or points > _POINTS_AT_ONCE:
            groups.append([])
            points = len(table.points.length)
        groups[-1].append(i)
    return groups


def _first_orientations(
    phase: Phase,
    observation: Observation,
    basis_pairs: Sequence[BasisPair],
    search: SearchEffort,
) -> list[tuple[PhaseTable, Geometry]]:
    """Return a phase's table and its likeliest orientations; nothing where there is none."""
    setting = setting_of(phase)
    table = phase_table(phase if setting is None else setting.conventional, q_max_of(observation))
    hypotheses = orientation_hypotheses(table, observation, basis_pairs, search.n_tried)
    if len(hypotheses) == 0:
        return []
    hypotheses = hypotheses[_unlike(table.phase, hypotheses.geometry)]
    first_guess = _first_likelihood(SpotModel((table,), observation), hypotheses)
    # of equals the first: not rounding decides
    value = np.round(TEMPER * first_guess + hypotheses.log_prior, 6)
    order = np.argsort(-value, kind="stable")
    order = order[np.isfinite(first_guess[order])]
    chosen = distinct(table.phase, hypotheses.geometry, order, search.n_refined)
    return [(table, hypotheses.geometry[chosen])]


def _upright_fits(
    started: Sequence[tuple[Phase, PhaseTable, Geometry]], observation: Observation
) -> list[RefinedOrientations]:
    """Return each phase's orientations, refined but for their tilts."""
    model = SpotModel(tuple(table for _, table, _ in started), observation)
    geometry = joined_geometry([geometry for _, _, geometry in started])
    return by_phase(refine_geometry(unrefined_orientations(model, geometry)))


def _tilted_candidates(
    upright: Sequence[tuple[Phase, RefinedOrientations, FloatArray]],
    best: float,
    search: SearchEffort,
) -> Iterator[list[Candidate]]:
    """Yield each phase's candidates, with the tilts of those refined that have a chance."""
    hopeful = []
    for _, fits, value in upright:
        least = max(best - _HOPELESSLY_BEHIND, float(value.max()) - _HOPELESS_BESIDE_ITS_OWN)
        hopeful.append(_hopeful(fits, value, least))
    chosen = [
        fits[rows] for (_, fits, _), (rows, _) in zip(upright, hopeful, strict=True) if len(rows)
    ]
    tilted = iter(by_phase(refine_tilt(together(chosen))) if chosen else ())
    for (phase, fits, _), (rows, shown) in zip(upright, hopeful, strict=True):
        refined = replaced(fits, rows, next(tilted)) if len(rows) else fits
        kept = {i: one for i, one in shown.items() if i not in rows}
        yield _distinct_candidates(phase, refined, search.n_kept, kept)


def _value(fits: RefinedOrientations) -> FloatArray:
    """Return the log posteriors (b,) of fits, but for what the zone and weak spots add."""
    value = TEMPER * fits.log_likelihood + fits.log_prior
    if fits.model.observation.scale is None:
        value += log_reach_prior(fits.model.observation, fits.geometry.scale)
    return value


_Shown = tuple[tuple[Indices, float], tuple[WeakSpots, ...]]
"""Zone axis of a fit with the beam's distance from it in degrees, and the weak spots it allows."""


def _shown_by(fits: RefinedOrientations, rows: IntArray) -> dict[int, _Shown]:
    """Return what some of the fits show."""
    zones = zones_shown(fits[rows])
    return {
        int(i): (zone, weak_spots(fits, int(i), zone)) for i, zone in zip(rows, zones, strict=True)
    }


def _hopeful(
    fits: RefinedOrientations, value: FloatArray, least: float
) -> tuple[IntArray, dict[int, _Shown]]:
    """Return the fits whose log posteriors, with the weak spots that they allow, reach `least`.

    And what those show that are behind without them.
    """
    behind = np.flatnonzero(value <= least)
    if len(behind) == 0:
        return np.arange(len(fits)), {}
    shown = _shown_by(fits, behind)
    value = value.copy()
    for i, (_, weak) in shown.items():
        value[i] += TEMPER * sum(w.gain for w in weak)
    return np.flatnonzero(value > least), shown


def _distinct_candidates(
    phase: Phase, fits: RefinedOrientations, count: int, known: dict[int, _Shown]
) -> list[Candidate]:
    """Return the best of the fits that say different things, named on the phase's own axes."""
    new = np.setdiff1d(np.arange(len(fits)), list(known))
    shown = {**known, **_shown_by(fits, new)}
    zones, weak = zip(*(shown[i] for i in range(len(fits))), strict=True)
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
            coarse = _likelihood_of(SpotModel(model.tables, inner), hypotheses)
            order = np.argsort(-np.round(TEMPER * coarse + hypotheses.log_prior, 6), kind="stable")
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


def _unlike(phase: Phase, geometry: Geometry) -> IntArray:
    """Return the orientations (k,) that no symmetry of the crystal makes an earlier one.

    A linear function of the orientation, at its largest over all that symmetry makes equal, is the
    same for all of these.
    """
    equal = _WEIGHTS[:, None] @ np.swapaxes(crystal_rotations(phase), 1, 2)
    flat = geometry.orientation.reshape(-1, 9)
    signs = [(flat @ one.T).max(axis=1) for one in equal.reshape(len(_WEIGHTS), -1, 9)]
    key = np.round(np.column_stack([*signs, np.log(geometry.scale)]), 5)
    return np.sort(np.unique(key, axis=0, return_index=True)[1])


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
