"""The one function that answers: a pattern goes in, a `Solution` comes out."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from saed_desktop.crystal.cif import read_phases
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.ambiguity import among, deciding_reasons
from saed_desktop.indexing.deciding.by_judge import judged_priors
from saed_desktop.indexing.deciding.centers import (
    View,
    center_doubt,
    judged_by_all,
    verdict_over_places,
    views_of,
)
from saed_desktop.indexing.deciding.close_packed_plate import (
    log_odds_of_plate,
    plates_listed,
)
from saed_desktop.indexing.deciding.combined_verdict import CombinedVerdict, without_answer
from saed_desktop.indexing.deciding.posterior import best_per_phase
from saed_desktop.indexing.deciding.prediction_set import with_rivals
from saed_desktop.indexing.deciding.reasons import scale_doubts, why_more
from saed_desktop.indexing.deciding.ring_verdict import rings_of, with_rings
from saed_desktop.indexing.deciding.unknown_crystal import probability_in_candidates
from saed_desktop.indexing.deciding.verdict import (
    DEFAULT_VERDICT,
    NOT_INDEXABLE,
    VerdictOptions,
    combine_evidence,
    is_acceptable_fit,
)
from saed_desktop.indexing.lattice.evidence import lattice_record
from saed_desktop.indexing.rings.solution import RingSolution
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.indexing.solving.hypotheses.basis_pairs import (
    FULL_SEARCH,
    SearchEffort,
    find_basis_pairs,
)
from saed_desktop.indexing.solving.imperfections.twins import with_twins
from saed_desktop.indexing.solving.match import match_phases
from saed_desktop.indexing.solving.observation import Observation, observe
from saed_desktop.network.judge import Judge
from saed_desktop.network.session import NetworkSession
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import NO_EDITS, Edits, PreparedPattern, prepare
from saed_desktop.pattern.spot_lattice import SpotLattice, find_spot_lattice, lattice_tolerance_px
from saed_desktop.results.lattice_sentences import lattice_reason
from saed_desktop.results.reason import Reason, ReasonKind


@dataclass(frozen=True)
class IndexingSetup:
    """Candidate phases, network and priors that patterns are indexed with.

    Parameters
    ----------
    phases
        Candidates for spot indexing.
    session
        The network, None to go by spot indexing alone.
    priors
        Relative frequencies of phases that the user expects.
    search
        Thoroughness of the search for orientations.
    verdict
        Where the lines are drawn between an answer and none.
    judge
        Weighs fits where no network speaks; None to go by spot indexing's own probabilities.
    report
        Told which share of the fits is done; what it raises ends the work.
    """

    phases: tuple[Phase, ...]
    session: NetworkSession | None = None
    priors: Mapping[str, float] = field(default_factory=dict)
    search: SearchEffort = FULL_SEARCH
    verdict: VerdictOptions = DEFAULT_VERDICT
    judge: Judge | None = None
    report: Callable[[float], None] | None = field(default=None, compare=False)

    def part(self, i: int, n: int) -> "IndexingSetup":
        """Return the setup for the i-th of n equal parts of the work."""
        told = self.report
        return self if told is None else replace(self, report=lambda x: told((i + x) / n))


def bundled_phases() -> tuple[Phase, ...]:
    """Return the phases that come with the program."""
    return read_phases(resources_dir() / "phases")


def index_pattern(pattern: Pattern, setup: IndexingSetup, *, edits: Edits = NO_EDITS) -> Solution:
    """Answer one pattern.

    Parameters
    ----------
    pattern
        The measured image with its calibration.
    setup
        Candidate phases and network.
    edits
        The user's corrections of centre and mask.
    """
    start = time.perf_counter()
    return answer(prepare(pattern, edits=edits), setup, started=start)


def answer(
    prepared: PreparedPattern, setup: IndexingSetup, *, started: float | None = None
) -> Solution:
    """Answer a pattern that is prepared already, as when only the candidates have changed."""
    start = time.perf_counter() if started is None else started
    places = views_of(prepared)
    views = [_view(one, setup.part(i, len(places))) for i, one in enumerate(places)]
    setup = replace(setup, report=None)
    center, shares = judged_by_all(prepared, views)
    chosen = views[int(np.argmax(shares))]
    spot_indexing = index_spots(chosen.prepared, setup, candidates=chosen.candidates)
    prediction, session = chosen.prediction, setup.session
    combined = _judged(chosen, setup, spot_indexing.in_candidates)
    if spot_indexing.log_odds_of_plate > verdict_options(chosen.prepared, setup).beyond_doubt:
        combined = without_answer(combined, Reason(kind=ReasonKind.FCC_PLATE))
    if len(views) > 1:
        combined = _over_places(combined, chosen, views, shares, setup, spot_indexing)
    rings = rings_of(chosen.prepared, setup.phases, setup.priors)
    combined = with_rings(combined, rings, chosen.prepared.kind)
    # the spots were told from the beam at the chosen place; its doubts are the answer's
    prepared = replace(chosen.prepared, center=center)
    doubts = (*scale_doubts(prepared, spot_indexing.rescaled), *center_doubt(center))
    best = best_per_phase(spot_indexing.candidates)
    named = next((c for c in best if c.phase == combined.phase), None)
    further = spot_indexing.further_crystals if named is not None and named is best[0] else ()
    more = why_more(named, further) if named is not None else ()
    lattice = lattice_record(prepared) if combined.phase is None else None
    alone = (lattice_reason(lattice),) if lattice is not None else ()
    reasons = (*combined.reasons[:1], *more, *combined.reasons[1:], *doubts, *alone)
    not_excluded = with_rivals(
        combined.prediction_set, spot_indexing.plates, combined.among_candidates
    )
    return Solution(
        status=combined.status,
        verdict=combined.verdict,
        phase=combined.phase,
        among_candidates=combined.among_candidates,
        none_of_these=combined.none_of_these,
        prediction_set=not_excluded,
        in_distribution=combined.in_distribution,
        reasons=reasons,
        candidates=tuple(best_per_phase(spot_indexing.rescaled or spot_indexing.candidates)),
        calibration=_calibration(prepared, spot_indexing.candidates, combined.phase, rings),
        prepared=prepared,
        prediction=prediction,
        network_name=session.bundle.card.name if session else None,
        network_sha256=session.bundle.sha256 if session else None,
        seconds=time.perf_counter() - start,
        further_crystals=spot_indexing.further_crystals,
        deciding=among(spot_indexing.deciding, not_excluded),
        rings=rings,
        lattice=lattice,
    )


@dataclass(frozen=True, eq=False)
class SpotIndexing:
    """Result of spot indexing, without the network.

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
    log_odds_of_plate
        Of an fcc plate along ⟨111⟩ that is none of the candidates, against the best of them.
    plates
        Candidates that are such plates, where the best is none and no better than one of them.
    """

    candidates: tuple[Candidate, ...] = ()
    further_crystals: tuple[Candidate, ...] = ()
    deciding: tuple[Reason, ...] = ()
    rescaled: tuple[Candidate, ...] = ()
    in_candidates: float = 0.0
    log_odds_of_plate: float = -np.inf
    plates: tuple[str, ...] = ()


def _view(prepared: PreparedPattern, setup: IndexingSetup) -> View:
    """Ask spot indexing and network about one place of the beam."""
    prediction = setup.session.predict(prepared, priors=setup.priors) if setup.session else None
    if prepared.kind in NOT_INDEXABLE:
        return View(prepared, (), prediction)
    found = _candidates(observe(prepared), prepared.spot_lattice, setup)
    return View(prepared, tuple(found), prediction)


def _judged(view: View, setup: IndexingSetup, in_candidates: float) -> CombinedVerdict:
    return combine_evidence(
        view.prepared,
        view.candidates,
        view.prediction,
        [phase.name for phase in setup.phases],
        setup.verdict,
        priors=judged_priors(setup.judge, view, setup.phases, setup.priors, setup.verdict),
        in_candidates=in_candidates,
    )


def verdict_options(prepared: PreparedPattern, setup: IndexingSetup) -> VerdictOptions:
    """Return where the lines are drawn for a pattern."""
    is_scaled = prepared.pattern.calibration.is_known
    return setup.verdict if is_scaled else setup.verdict.without_scale()


_NEGLIGIBLE = 0.02


def _over_places(
    combined: CombinedVerdict,
    chosen: View,
    views: Sequence[View],
    shares: Sequence[float],
    setup: IndexingSetup,
    spot_indexing: "SpotIndexing",
) -> CombinedVerdict:
    """Return the verdict with its probabilities summed over the places of the beam."""
    parts: list[Mapping[str, float]] = []
    weights: list[float] = []
    for view, share in zip(views, shares, strict=True):
        if view is chosen:
            parts.insert(0, combined.among_candidates)
            weights.insert(0, share)
        elif share > _NEGLIGIBLE:
            parts.append(_judged(view, setup, spot_indexing.in_candidates).among_candidates)
            weights.append(share)
    return verdict_over_places(combined, parts, weights)


def index_spots(
    prepared: PreparedPattern,
    setup: IndexingSetup,
    *,
    candidates: Sequence[Candidate] | None = None,
) -> SpotIndexing:
    """Return what spot indexing says; nothing for patterns of no single crystal.

    Parameters
    ----------
    prepared
        The pattern about its centre.
    setup
        Candidate phases.
    candidates
        The phases' candidates where they are known already.
    """
    if prepared.kind in NOT_INDEXABLE:
        return SpotIndexing()
    observation = observe(prepared)
    if candidates is None:
        candidates = _candidates(observation, prepared.spot_lattice, setup)
    fitting = [c for c in best_per_phase(candidates) if is_acceptable_fit(c, setup.verdict)]
    if not fitting:
        return SpotIndexing(
            tuple(candidates), rescaled=_on_another_scale(observation, prepared.spot_lattice, setup)
        )
    of_candidates = probability_in_candidates(
        fitting, setup.phases, observation, prepared.spot_lattice
    )
    if fitting[0].score < _POOR_SCORE and of_candidates < setup.verdict.min_in_candidates:
        other = _on_another_scale(observation, prepared.spot_lattice, setup)
        if other:
            return SpotIndexing(tuple(candidates), rescaled=other, in_candidates=of_candidates)
    top = fitting[0].log_posterior
    tie = verdict_options(prepared, setup).tie_log_posterior
    tied = [c for c in fitting if c.log_posterior >= top - tie]
    by_name = {phase.name: phase for phase in setup.phases}
    deciding = deciding_reasons(
        tied,
        by_name,
        is_scaled=observation.scale is not None,
        energy_kev=observation.energy_kev,
    )
    # a list that holds such a plate itself is not left for one
    plates = plates_listed(tied)
    lattice = None if plates else prepared.spot_lattice
    plate = log_odds_of_plate(fitting[0], observation, lattice)
    return SpotIndexing(
        tuple(candidates),
        _further_crystals(prepared, observation, fitting[0], setup),
        deciding,
        in_candidates=of_candidates / (1 + float(np.exp(min(plate, 50.0)))),
        log_odds_of_plate=plate,
        plates=plates,
    )


def _candidates(
    observation: Observation, spot_lattice: SpotLattice | None, setup: IndexingSetup
) -> list[Candidate]:
    pairs, told = find_basis_pairs(observation, spot_lattice), setup.report
    ranked = match_phases(setup.phases, observation, pairs, search=setup.search, report=told)
    return with_twins(ranked, setup.phases, observation, setup.verdict.min_log_likelihood)


_SURE_SCORE = 0.6
_POOR_SCORE = 0.42
"""A worse fit that an unknown crystal would give as well may be one on a wrong scale."""


def _on_another_scale(
    observation: Observation, spot_lattice: SpotLattice | None, setup: IndexingSetup
) -> tuple[Candidate, ...]:
    """Index by ratios and angles alone, as if the stated scale were wrong by a factor.

    With the scale free some phase or other nearly always fits a little, so only good fits count.
    """
    if observation.scale is None:
        return ()
    free = replace(observation, scale=None, scale_sigma=np.inf)
    found = best_per_phase(_candidates(free, spot_lattice, setup))
    return tuple(c for c in found if is_acceptable_fit(c, setup.verdict) and c.score >= _SURE_SCORE)


_FEWEST_LEFT = 6


def _further_crystals(
    prepared: PreparedPattern, observation: Observation, best: Candidate, setup: IndexingSetup
) -> tuple[Candidate, ...]:
    """Index what the best candidate leaves unexplained, on its scale and about its centre.

    Only a lattice of its own counts: single spots left over are dust, not crystals.
    """
    found: list[Candidate] = []
    spots = prepared.diffracted
    explained = best
    if best.twin is not None:
        found.append(best.twin.crystal)
        twin = best.twin.crystal.match
        observation = observation.without(np.isin(observation.index, twin.spot[twin.is_matched]))
    for _ in range(2):
        taken = np.isin(observation.index, explained.explained_spots)
        observation = observation.without(taken)
        if len(observation) < _FEWEST_LEFT:
            break
        tolerance = lattice_tolerance_px(prepared.pattern.shape_yx)
        spot_lattice = find_spot_lattice(spots[observation.index], tolerance_px=tolerance)
        if spot_lattice is None or spot_lattice.members.sum() < max(
            _FEWEST_LEFT, 0.5 * len(observation)
        ):
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
        fitting = [
            c
            for c in _candidates(on_best, spot_lattice, setup)
            if is_acceptable_fit(c, setup.verdict)
        ]
        if not fitting:
            break
        explained = fitting[0]
        found.append(explained)
    return tuple(found)


def _calibration(
    prepared: PreparedPattern,
    candidates: Sequence[Candidate],
    phase: str | None,
    rings: RingSolution | None,
) -> Calibration:
    """Return the pattern's scale; where it has none, the one fitted with the phase named."""
    stated = prepared.pattern.calibration
    if stated.is_known or phase is None:
        return stated
    best = next((c for c in candidates if c.phase == phase), None)
    if best is None:
        return stated if rings is None else rings.calibration
    return Calibration(best.scale_inv_angstrom_per_px, ScaleSource.FITTED, best.scale_sigma)
