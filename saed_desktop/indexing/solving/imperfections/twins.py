"""The twin of a candidate: what a twin law explains of the spots that the crystal leaves."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.twin_laws import TwinLaw, twin_laws
from saed_desktop.indexing.solution import Candidate, Twin
from saed_desktop.indexing.solving.candidates import candidate_of
from saed_desktop.indexing.solving.fitting.likelihood import (
    FINAL,
    TEMPER,
    MatchTolerance,
    SpotLikelihood,
)
from saed_desktop.indexing.solving.fitting.prediction import PredictedReflections
from saed_desktop.indexing.solving.fitting.refinement import RefinedOrientations
from saed_desktop.indexing.solving.fitting.spot_model import SpotModel
from saed_desktop.indexing.solving.hypotheses.basis_pairs import q_max_of
from saed_desktop.indexing.solving.hypotheses.geometry import Geometry
from saed_desktop.indexing.solving.naming.zone_axis_assignment import assign_zone_axis
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.indexing.solving.phase_table import phase_table

FEWEST_LEFT = 4
_LEAST_GAIN = 10.0
"""A twin must be worth this much of the log likelihood, whatever else is in the pattern."""

_LEAST_FOUND = 0.45
"""Share of the twin's own reflections that must be seen."""

_TOLERANCE = MatchTolerance(1.5 * FINAL.relative, 1.2 * FINAL.px)
"""Of the twin, which is not refined on its own spots."""

_LOG_TWINNED = -2.0
"""Log prior of a crystal's being twinned at all."""


_TWINS_TRIED = 4
_MOST_TRIED = 12
_IN_PLAY = 8.0
"""Beside a twin, those that a gain like its own would bring within this of the best in log
posterior are tried as well: all metals of one structure explain a twin alike."""
_SHARE_LEFT = 0.1


def with_twins(
    candidates: Sequence[Candidate],
    phases: Sequence[Phase],
    observation: Observation,
    min_log_likelihood: float,
) -> list[Candidate]:
    """Return candidates, best first; the best that leave many spots have their twins.

    Parameters
    ----------
    candidates
        Of all phases, best first.
    phases
        Crystals by whose names they go.
    observation
        The spots.
    min_log_likelihood
        Below it a candidate explains no more than chance would.
    """
    by_name = {phase.name: phase for phase in phases}
    fewest = max(FEWEST_LEFT, _SHARE_LEFT * len(observation))
    found: list[Candidate] = []
    tried, gain, best = 0, 0.0, -np.inf
    for candidate in candidates:
        plausible = candidate.log_likelihood >= min_log_likelihood
        in_play = tried < _TWINS_TRIED or candidate.log_posterior + gain > best - _IN_PLAY
        if plausible and candidate.unexplained >= fewest and in_play and tried < _MOST_TRIED:
            tried += 1
            found.append(with_twin(candidate, by_name[candidate.phase], observation))
            gain = max(gain, found[-1].log_posterior - candidate.log_posterior)
        else:
            found.append(candidate)
        best = max(best, found[-1].log_posterior)
    return sorted(found, key=lambda c: -c.log_posterior)


def with_twin(candidate: Candidate, phase: Phase, observation: Observation) -> Candidate:
    """Return a candidate with its best twin where one explains what it leaves, else itself.

    The twin's reflections that fall on the crystal's own are neither counted nor missed; the rest
    must be there. What it gains goes to the candidate's likelihood.

    Parameters
    ----------
    candidate
        A phase in an orientation.
    phase
        The crystal of that name.
    observation
        The spots.
    """
    left = observation.without(np.isin(observation.index, candidate.explained_spots))
    laws = twin_laws(phase)
    if len(left) < FEWEST_LEFT or not laws or candidate.distortion is None:
        return candidate
    table = phase_table(phase, q_max_of(observation))
    twins = _twins(SpotModel((table,), observation), SpotModel((table,), left), candidate, laws)
    own_share = _found_share(twins.predicted, twins.likelihood)
    prior = np.array([law.log_prior for law in laws])
    gain = twins.log_likelihood
    has_spot = twins.predicted.row[twins.likelihood.spot >= 0]
    matched = np.bincount(has_spot, minlength=len(laws))
    allowed = (matched >= FEWEST_LEFT - 1) & (own_share >= _LEAST_FOUND) & (gain >= _LEAST_GAIN)
    # of laws that lay the twin on the same spots, the plane that stands on edge names it
    edge = np.array([abs(candidate.orientation[2] @ law.normal) for law in laws])
    value = np.where(allowed, TEMPER * gain + prior - 0.5 * edge, -np.inf)
    best = int(np.argmax(value))
    worth = TEMPER * gain[best] + prior[best] + _LOG_TWINNED
    if not allowed[best] or worth <= 0:
        return candidate
    twin = twins[np.array([best])]
    hkl = table.points.hkl[twin.predicted.index[twin.matched(0)]]
    zone = assign_zone_axis(phase, twin.geometry.orientation[0], hkl)
    crystal = candidate_of(twin, 0, zone, candidate.log_posterior + float(worth))
    return _joined(candidate, crystal, laws[best], observation, float(gain[best]), float(worth))


def _twins(
    whole: SpotModel, left: SpotModel, candidate: Candidate, laws: Sequence[TwinLaw]
) -> RefinedOrientations:
    """Return what the twins show beside the crystal's own reflections, judged by what is left."""
    count = len(laws)
    assert candidate.distortion is not None
    shift = np.array(candidate.center_xy) - np.array(whole.observation.center_xy)
    geometry = Geometry(
        np.stack([candidate.orientation @ law.rotation for law in laws]),
        np.full(count, candidate.scale_inv_angstrom_per_px),
        np.broadcast_to(candidate.distortion, (count, 2, 2)),
        np.broadcast_to(shift, (count, 2)),
    )
    predicted = whole.predict(geometry)
    allowed = np.flatnonzero(~whole.table.points.absent[predicted.index])
    own = _on_others(predicted.xy_px[allowed], candidate, whole.observation)
    allowed = allowed[~own]
    predicted = predicted.of(allowed, predicted.row[allowed], count)
    return RefinedOrientations(
        left,
        geometry,
        np.full(count, candidate.scale_sigma),
        np.zeros(count),
        predicted,
        left.evaluate(predicted, _TOLERANCE),
        None,
        np.full(count, candidate.beam_direction_sigma_deg or np.inf),
    )


def _on_others(xy_px: FloatArray, candidate: Candidate, observation: Observation) -> BoolArray:
    """Tell which places (k, 2) are those of the crystal's own visible reflections."""
    match = candidate.match
    shown = match.is_matched | (match.visible > 0.3)
    places = match.xy[shown] - np.array(observation.center_xy)
    if len(places) == 0 or len(xy_px) == 0:
        return np.zeros(len(xy_px), dtype=bool)
    reach = 3 * FINAL.px + 0.008 * observation.radius_px.mean()
    # x and y apart: an axis of two is slow to sum over
    squared = np.subtract.outer(xy_px[:, 0], places[:, 0]) ** 2
    squared += np.subtract.outer(xy_px[:, 1], places[:, 1]) ** 2
    return np.asarray(squared.min(axis=1) < reach**2)


def _found_share(predicted: PredictedReflections, likelihood: SpotLikelihood) -> FloatArray:
    """Return the share (b,) of the visible reflections that have a spot."""
    visible = np.bincount(predicted.row, weights=likelihood.visible, minlength=predicted.count)
    held = likelihood.spot >= 0
    found = np.bincount(
        predicted.row[held], weights=likelihood.visible[held], minlength=predicted.count
    )
    return np.asarray(found / np.maximum(visible, 1e-9))


def _joined(
    candidate: Candidate,
    crystal: Candidate,
    law: TwinLaw,
    observation: Observation,
    gain: float,
    worth: float,
) -> Candidate:
    """Return the candidate that explains the spots together with its twin."""
    left = len(set(observation.index) - {*candidate.explained_spots, *crystal.explained_spots})
    share = crystal.matched / max(candidate.matched + crystal.matched, 1)
    explained = 1 - _brightness_left(candidate, crystal, observation)
    visible = float(candidate.match.visible.sum() + crystal.match.visible.sum())
    held = [c.match.visible[c.match.is_matched].sum() for c in (candidate, crystal)]
    found = float(sum(held)) / max(visible, 1e-9)
    return replace(
        candidate,
        score=2 * explained * found / max(explained + found, 1e-9),
        log_likelihood=candidate.log_likelihood + gain,
        log_posterior=candidate.log_posterior + worth,
        unexplained=max(left, 0),
        twin=Twin(law.name, share, replace(crystal, unexplained=max(left, 0))),
    )


def _brightness_left(candidate: Candidate, crystal: Candidate, observation: Observation) -> float:
    brightness = np.maximum(observation.log_intensity - observation.log_intensity.min(), 0.1)
    spots = np.concatenate([c.explained_spots for c in (candidate, crystal)])
    taken = np.isin(observation.index, spots)
    return float(brightness[~taken].sum() / brightness.sum())
