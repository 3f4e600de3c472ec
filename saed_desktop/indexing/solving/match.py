"""Find the orientations of a phase that explain the spots best."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.setting import setting_of
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.candidates import candidate_of, log_zone_prior, zones_shown
from saed_desktop.indexing.solving.fitting.likelihood import TEMPER, MatchTolerance
from saed_desktop.indexing.solving.fitting.refinement import (
    refine_geometry,
    unrefined_orientations,
)
from saed_desktop.indexing.solving.fitting.spot_model import SpotModel
from saed_desktop.indexing.solving.fitting.tilt_refinement import refine_tilt
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
_FEWEST_SPOTS = 4
_FEWEST_MATCHED = 3


def match_phase(
    phase: Phase,
    observation: Observation,
    basis_pairs: Sequence[BasisPair],
    *,
    search: SearchEffort = FULL_SEARCH,
) -> list[Candidate]:
    """Return the best distinct orientations of a phase, best first; none where nothing fits.

    A crystal described with less symmetry than it has is indexed on its conventional axes, so
    that the description does not matter; the names are those of its own axes.

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
    if len(observation) < _FEWEST_SPOTS or not basis_pairs:
        return []
    setting = setting_of(phase)
    if setting is not None:
        found = match_phase(setting.conventional, observation, basis_pairs, search=search)
        return [on_own_axes(candidate, phase, setting) for candidate in found]
    table = phase_table(phase, q_max_of(observation))
    hypotheses = orientation_hypotheses(table, observation, basis_pairs, search.n_tried)
    if len(hypotheses) == 0:
        return []
    model = SpotModel(table, observation)
    first_guess = _first_likelihood(model, hypotheses)
    order = np.argsort(-TEMPER * first_guess - hypotheses.log_prior, kind="stable")
    chosen = hypotheses.geometry[_distinct(hypotheses.geometry, order, search.n_refined)]
    fits = refine_tilt(refine_geometry(unrefined_orientations(model, chosen)))
    zones = zones_shown(fits)
    weak = [weak_spots(fits, i, zone) for i, zone in enumerate(zones)]
    likelihood = fits.log_likelihood + [sum(w.gain for w in one) for one in weak]
    value = TEMPER * likelihood + fits.log_prior
    value += [log_zone_prior(phase, uvw, off) for uvw, off in zones]
    if observation.scale is None:
        value += log_reach_prior(observation, fits.geometry.scale)
    kept: list[Candidate] = []
    for i in np.argsort(-value, kind="stable"):
        candidate = candidate_of(fits, int(i), zones[i], float(value[i]), weak=weak[i])
        if candidate.matched >= _FEWEST_MATCHED and not _says_the_same(candidate, kept):
            kept.append(candidate)
            if len(kept) == search.n_kept:
                break
    return kept


def _first_likelihood(model: SpotModel, hypotheses: OrientationHypotheses) -> FloatArray:
    parts = []
    for start in range(0, len(hypotheses), _CHUNK):
        part = hypotheses[slice(start, start + _CHUNK)]
        tolerance = MatchTolerance(np.where(part.is_exact, 0.008, 0.015), 1.5)
        parts.append(model.evaluate(model.predict(part.geometry), tolerance).log_likelihood)
    return np.concatenate(parts)


def _distinct(geometry: Geometry, order: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.intp]:
    """Return the first `count` of `order` that are not nearly the same as an earlier one."""
    order = order[:400]
    orientation, scale = geometry.orientation, geometry.scale
    flat = orientation[order].reshape(-1, 9)
    half_turn = np.diag([-1.0, -1.0, 1.0])
    limit = 1 + 2 * np.cos(np.deg2rad(2.0))
    new = np.ones(len(order), dtype=bool)
    kept: list[int] = []
    while new.any() and len(kept) < count:
        i = int(order[np.argmax(new)])
        kept.append(i)
        # the trace of one rotation times the other's inverse is 1 + 2·cos of the angle between
        trace = np.maximum(
            flat @ orientation[i].ravel(), flat @ (half_turn @ orientation[i]).ravel()
        )
        new &= ~((trace > limit) & (np.abs(scale[order] / scale[i] - 1) < 0.02))
        new[order == i] = False
    return np.array(kept, dtype=np.intp)


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
