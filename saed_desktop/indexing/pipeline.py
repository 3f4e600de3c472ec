"""The one function that answers: a pattern goes in, a `Solution` comes out."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from saed_desktop.crystal.cif import read_phases
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.ambiguity import deciding_measurements
from saed_desktop.indexing.centers import View, center_doubt, judged_by_all, summed, views_of
from saed_desktop.indexing.match import match_phase
from saed_desktop.indexing.observation import Observation, observe
from saed_desktop.indexing.posterior import best_per_phase
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.indexing.starts import DEFAULT_SEARCH, SearchOptions, seeds
from saed_desktop.indexing.unknown import probability_in_candidates
from saed_desktop.indexing.verdict import (
    DEFAULT_VERDICT,
    NOT_INDEXABLE,
    Judged,
    VerdictOptions,
    fits,
    judge_witnesses,
)
from saed_desktop.network.session import NetworkSession
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import Calibration, Source
from saed_desktop.pattern.net import Net, find_net
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import NO_EDITS, Edits, PreparedPattern, prepare
from saed_desktop.results.reason import Reason, ReasonKind


@dataclass(frozen=True)
class Witnesses:
    """Who is asked: the candidate phases and the network.

    Parameters
    ----------
    phases
        Candidates for the physics.
    session
        The network, None to go by the physics alone.
    priors
        Relative frequencies of phases that the user expects.
    """

    phases: tuple[Phase, ...]
    session: NetworkSession | None = None
    priors: Mapping[str, float] = field(default_factory=dict)
    search: SearchOptions = DEFAULT_SEARCH
    verdict: VerdictOptions = DEFAULT_VERDICT


def bundled_phases() -> tuple[Phase, ...]:
    """Return the phases that come with the program."""
    return read_phases(resources_dir() / "phases")


def index_pattern(pattern: Pattern, witnesses: Witnesses, *, edits: Edits = NO_EDITS) -> Solution:
    """Answer one pattern.

    Parameters
    ----------
    pattern
        The measured image with its calibration.
    witnesses
        Candidate phases and network.
    edits
        The user's corrections of centre and mask.
    """
    start = time.perf_counter()
    return answer(prepare(pattern, edits=edits), witnesses, started=start)


def answer(
    prepared: PreparedPattern, witnesses: Witnesses, *, started: float | None = None
) -> Solution:
    """Answer a pattern that is prepared already, as when only the candidates have changed."""
    start = time.perf_counter() if started is None else started
    views = [_view(one, witnesses) for one in views_of(prepared)]
    center, shares = judged_by_all(prepared, views)
    chosen = views[int(np.argmax(shares))]
    physics = ask_physics(chosen.prepared, witnesses, candidates=chosen.candidates)
    prediction, session = chosen.prediction, witnesses.session
    judged = _judged(chosen, witnesses, physics.in_candidates)
    if len(views) > 1:
        judged = _over_places(judged, chosen, views, shares, witnesses)
    # the spots were told from the beam at the chosen place; its doubts are the answer's
    prepared = replace(chosen.prepared, center=center)
    doubts = (*_scale_doubts(prepared, physics.rescaled), *center_doubt(center))
    reasons = (*judged.reasons, *doubts)
    return Solution(
        status=judged.status,
        verdict=judged.verdict,
        phase=judged.phase,
        probability=judged.probability,
        probabilities=judged.probabilities,
        prediction_set=judged.prediction_set,
        in_distribution=judged.in_distribution,
        reasons=reasons,
        candidates=tuple(best_per_phase(physics.rescaled or physics.candidates)),
        calibration=_calibration(prepared, physics.candidates, judged.phase),
        prepared=prepared,
        prediction=prediction,
        network_name=session.bundle.card.name if session else None,
        network_sha256=session.bundle.sha256 if session else None,
        seconds=time.perf_counter() - start,
        further_crystals=physics.further_crystals,
        deciding=physics.deciding,
        physics_in_candidates=judged.physics_in_candidates,
    )


@dataclass(frozen=True, eq=False)
class Physics:
    """What the physics says by itself.

    Parameters
    ----------
    candidates
        Of all phases.
    further_crystals
        What explains the spots that the best candidate leaves.
    deciding
        What would tell apart candidates that fit equally well.
    rescaled
        Where nothing fits on the stated scale: candidates that fit on another one.
    in_candidates
        Probability that the pattern is of one of the phases and not of an unknown crystal.
    """

    candidates: tuple[Candidate, ...] = ()
    further_crystals: tuple[Candidate, ...] = ()
    deciding: tuple[Reason, ...] = ()
    rescaled: tuple[Candidate, ...] = ()
    in_candidates: float = 0.0


def _view(prepared: PreparedPattern, witnesses: Witnesses) -> View:
    """Ask physics and network about one place of the beam."""
    session = witnesses.session
    prediction = session.predict(prepared, priors=witnesses.priors) if session else None
    if prepared.kind in NOT_INDEXABLE:
        return View(prepared, (), prediction)
    found = _candidates(observe(prepared), prepared.net, witnesses)
    return View(prepared, tuple(found), prediction)


def _judged(view: View, witnesses: Witnesses, in_candidates: float) -> Judged:
    return judge_witnesses(
        view.prepared,
        view.candidates,
        view.prediction,
        [phase.name for phase in witnesses.phases],
        witnesses.verdict,
        priors=witnesses.priors,
        in_candidates=in_candidates,
    )


_NEGLIGIBLE = 0.02


def _over_places(
    judged: Judged,
    chosen: View,
    views: Sequence[View],
    shares: Sequence[float],
    witnesses: Witnesses,
) -> Judged:
    """Return the verdict with its probabilities summed over the places of the beam."""
    parts: list[Mapping[str, float]] = []
    weights: list[float] = []
    for view, share in zip(views, shares, strict=True):
        if view is chosen:
            parts.insert(0, judged.probabilities)
            weights.insert(0, share)
        elif share > _NEGLIGIBLE:
            parts.append(_judged(view, witnesses, judged.physics_in_candidates).probabilities)
            weights.append(share)
    if len(parts) < 2 or judged.phase is None:
        return judged
    probabilities = summed(parts, weights)
    possible = {
        max(part, key=lambda name: part[name])
        for part, weight in zip(parts, weights, strict=True)
        if weight > 0.1 and part
    }
    names = {*judged.prediction_set, *possible}
    return replace(
        judged,
        probability=probabilities[judged.phase],
        probabilities=probabilities,
        prediction_set=tuple(sorted(names, key=lambda name: -probabilities.get(name, 0.0))),
    )


def ask_physics(
    prepared: PreparedPattern,
    witnesses: Witnesses,
    *,
    candidates: Sequence[Candidate] | None = None,
) -> Physics:
    """Return what the physics says; nothing for patterns of no single crystal.

    Parameters
    ----------
    prepared
        The pattern about its centre.
    witnesses
        Candidate phases.
    candidates
        The phases' candidates where they are known already.
    """
    if prepared.kind in NOT_INDEXABLE:
        return Physics()
    observation = observe(prepared)
    if candidates is None:
        candidates = _candidates(observation, prepared.net, witnesses)
    fitting = [c for c in best_per_phase(candidates) if fits(c, witnesses.verdict)]
    if not fitting:
        return Physics(
            tuple(candidates), rescaled=_on_another_scale(observation, prepared.net, witnesses)
        )
    top = fitting[0].log_posterior
    tied = [c for c in fitting if c.log_posterior >= top - witnesses.verdict.tie]
    by_name = {phase.name: phase for phase in witnesses.phases}
    deciding = deciding_measurements(tied, by_name, energy_kev=observation.energy_kev)
    return Physics(
        tuple(candidates),
        _further_crystals(prepared, observation, fitting[0], witnesses),
        tuple(measurement.reason for measurement in deciding),
        in_candidates=probability_in_candidates(
            fitting, witnesses.phases, observation, prepared.net
        ),
    )


def _candidates(observation: Observation, net: Net | None, witnesses: Witnesses) -> list[Candidate]:
    starts = seeds(observation, net)
    candidates = [
        candidate
        for phase in witnesses.phases
        for candidate in match_phase(phase, observation, starts, search=witnesses.search)
    ]
    return sorted(candidates, key=lambda c: -c.log_posterior)


_SURE_SCORE = 0.6


def _on_another_scale(
    observation: Observation, net: Net | None, witnesses: Witnesses
) -> tuple[Candidate, ...]:
    """Index by ratios and angles alone, as if the stated scale were wrong by a factor.

    With the scale free some phase or other nearly always fits a little, so only good fits count.
    """
    if observation.scale is None:
        return ()
    free = replace(observation, scale=None, scale_sigma=np.inf)
    found = best_per_phase(_candidates(free, net, witnesses))
    return tuple(c for c in found if fits(c, witnesses.verdict) and c.score >= _SURE_SCORE)


_FEWEST_LEFT = 6


def _further_crystals(
    prepared: PreparedPattern, observation: Observation, best: Candidate, witnesses: Witnesses
) -> tuple[Candidate, ...]:
    """Index what the best candidate leaves unexplained, on its scale and about its centre.

    Only a net of its own counts: single spots left over are dust, not crystals.
    """
    found: list[Candidate] = []
    spots = prepared.diffracted
    explained = best
    for _ in range(2):
        taken = np.isin(observation.index, explained.match.spot[explained.match.is_matched])
        observation = observation.without(taken)
        if len(observation) < _FEWEST_LEFT:
            break
        tolerance = max(1.2, 0.003 * max(prepared.pattern.shape_yx))
        net = find_net(spots[observation.index], tolerance_px=tolerance)
        if net is None or net.members.sum() < max(_FEWEST_LEFT, 0.5 * len(observation)):
            break
        shift = np.array(best.center_xy) - np.array(observation.center_xy)
        on_best = replace(
            observation,
            offsets_px=observation.offsets_px - shift,
            center_xy=best.center_xy,
            center_sigma_px=1.0,
            scale=best.scale_inv_angstrom_per_px,
            scale_sigma=max(0.005, best.scale_sigma),
        )
        fitting = [c for c in _candidates(on_best, net, witnesses) if fits(c, witnesses.verdict)]
        if not fitting:
            break
        explained = fitting[0]
        found.append(explained)
    return tuple(found)


def _scale_doubts(prepared: PreparedPattern, rescaled: Sequence[Candidate]) -> tuple[Reason, ...]:
    """Return what would fit if the stated scale were wrong."""
    stated = prepared.pattern.calibration.scale_inv_angstrom_per_px
    if not rescaled or stated is None:
        return ()
    best = rescaled[0]
    return (
        Reason(
            kind=ReasonKind.ANOTHER_SCALE,
            phase=best.phase,
            zone_axis=best.zone_axis,
            zone_label=best.zone_label,
            factor=best.scale_inv_angstrom_per_px / stated,
        ),
    )


def _calibration(
    prepared: PreparedPattern, candidates: Sequence[Candidate], phase: str | None
) -> Calibration:
    """Return the pattern's scale; where it has none, the one fitted with the phase named."""
    stated = prepared.pattern.calibration
    if stated.is_known or phase is None:
        return stated
    best = next((c for c in candidates if c.phase == phase), None)
    if best is None:
        return stated
    return Calibration(best.scale_inv_angstrom_per_px, Source.FITTED, best.scale_sigma)
