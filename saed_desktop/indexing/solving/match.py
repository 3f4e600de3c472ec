"""Find the orientations of a phase that explain the spots best."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.setting import setting_of
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.candidates import candidate_of, log_zone_prior, zones_shown
from saed_desktop.indexing.solving.fitting.likelihood import (
    DEFAULT_LIKELIHOOD,
    LikelihoodOptions,
    evaluate_likelihood,
    predict_reflections,
)
from saed_desktop.indexing.solving.fitting.refinement import (
    refine_geometry,
    unrefined_orientations,
)
from saed_desktop.indexing.solving.fitting.tilt_refinement import refine_tilt
from saed_desktop.indexing.solving.hypotheses.basis_pairs import (
    DEFAULT_SEARCH,
    BasisPair,
    OrientationHypotheses,
    OrientationSearchOptions,
    log_reach_prior,
    orientation_hypotheses,
    q_max_of,
)
from saed_desktop.indexing.solving.imperfections.weak_spots import weak_spots
from saed_desktop.indexing.solving.naming.own_axes import on_own_axes
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.indexing.solving.phase_table import PhaseTable, phase_table

_CHUNK = 256
_FEWEST_MATCHED = 3


def match_phase(
    phase: Phase,
    observation: Observation,
    basis_pairs: Sequence[BasisPair],
    *,
    search: OrientationSearchOptions = DEFAULT_SEARCH,
    options: LikelihoodOptions = DEFAULT_LIKELIHOOD,
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
    options
        Constants of the likelihood.
    """
    if len(observation) < search.min_spots or not basis_pairs:
        return []
    setting = setting_of(phase)
    if setting is not None:
        found = match_phase(
            setting.conventional, observation, basis_pairs, search=search, options=options
        )
        return [on_own_axes(candidate, phase, setting) for candidate in found]
    table = phase_table(phase, q_max_of(observation, search))
    hypotheses = orientation_hypotheses(table, observation, basis_pairs, search)
    if len(hypotheses) == 0:
        return []
    first_guess = _first_likelihood(table, observation, hypotheses, options)
    order = np.argsort(-options.temper * first_guess - hypotheses.log_prior, kind="stable")
    chosen = _distinct(hypotheses.orientation, hypotheses.scale, order, search.n_refined)
    orientations = unrefined_orientations(table, observation, hypotheses[chosen], options)
    orientations = refine_geometry(table, observation, orientations, options)
    orientations = refine_tilt(table, observation, orientations, options)
    zones = zones_shown(table, orientations)
    weak = [weak_spots(table, observation, orientations, i, zone) for i, zone in enumerate(zones)]
    likelihood = orientations.log_likelihood + [sum(w.gain for w in one) for one in weak]
    value = options.temper * likelihood + orientations.log_prior
    value += [log_zone_prior(phase, uvw, off) for uvw, off in zones]
    if observation.scale is None:
        value += log_reach_prior(observation, orientations.scale, search)
    kept: list[Candidate] = []
    for i in np.argsort(-value, kind="stable"):
        candidate = candidate_of(
            table, observation, orientations, int(i), zones[i], float(value[i]), weak=weak[i]
        )
        if candidate.matched >= _FEWEST_MATCHED and not _says_the_same(candidate, kept):
            kept.append(candidate)
            if len(kept) == search.n_kept:
                break
    return kept


def _first_likelihood(
    table: PhaseTable,
    observation: Observation,
    hypotheses: OrientationHypotheses,
    options: LikelihoodOptions,
) -> FloatArray:
    parts = []
    for start in range(0, len(hypotheses), _CHUNK):
        part = hypotheses[slice(start, start + _CHUNK)]
        predicted = predict_reflections(
            table,
            observation,
            part.orientation,
            part.scale,
            affine=part.affine,
            shift_px=part.shift_px,
            options=options,
        )
        likelihood = evaluate_likelihood(
            observation,
            predicted,
            relative_sigma=np.where(part.is_exact, 0.008, 0.015),
            sigma_px=1.5,
            options=options,
        )
        parts.append(likelihood.log_likelihood)
    return np.concatenate(parts)


def _distinct(
    orientation: FloatArray, scale: FloatArray, order: npt.NDArray[np.intp], count: int
) -> npt.NDArray[np.intp]:
    """Return the first `count` of `order` that are not nearly the same as an earlier one."""
    order = order[:400]
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
