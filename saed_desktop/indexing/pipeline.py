"""The one function that answers: a pattern goes in, a `Solution` comes out."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from saed_desktop.indexing.deciding.ambiguity import deciding_reasons
from saed_desktop.indexing.deciding.by_judge import fit_probabilities
from saed_desktop.indexing.deciding.centers import (
    View,
    center_doubt,
    judged_by_all,
    verdict_over_places,
    views_of,
)
from saed_desktop.indexing.deciding.combined_verdict import CombinedVerdict, without_answer
from saed_desktop.indexing.deciding.posterior import FitProbabilities, best_per_phase, knows_any
from saed_desktop.indexing.deciding.prediction_set import with_rivals
from saed_desktop.indexing.deciding.reasons import scale_doubts, why_more
from saed_desktop.indexing.deciding.ring_verdict import rings_of, with_rings
from saed_desktop.indexing.deciding.verdict import combine_evidence
from saed_desktop.indexing.deciding.verdict_options import NOT_INDEXABLE
from saed_desktop.indexing.lattice.evidence import lattice_record
from saed_desktop.indexing.rings.solution import RingSolution
from saed_desktop.indexing.setup import IndexingSetup, bundled_phases, verdict_options
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.indexing.spot_indexing import (
    SpotIndexing,
    find_candidates,
    further_crystals,
    index_spots,
)
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import NO_EDITS, Edits, PreparedPattern, prepare
from saed_desktop.results.lattice_sentences import lattice_reason
from saed_desktop.results.reason import Reason, ReasonKind

__all__ = ["IndexingSetup", "answer", "bundled_phases", "decide", "index_pattern", "look"]


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
    started = time.perf_counter()
    return answer(prepare(pattern, edits=edits), setup, started=started)


def answer(
    prepared: PreparedPattern, setup: IndexingSetup, *, started: float | None = None
) -> Solution:
    """Answer a pattern that is prepared already, as when only the candidates have changed."""
    started = time.perf_counter() if started is None else started
    asked = setup.without_excluded()
    solution = decide(prepared, look(prepared, asked), replace(asked, report=None))
    among = {**solution.among_candidates, **dict.fromkeys(setup.excluded, 0.0)}
    return replace(solution, among_candidates=among, seconds=time.perf_counter() - started)


def look(prepared: PreparedPattern, setup: IndexingSetup) -> list[View]:
    """Ask spot indexing and network about every place where the beam may be.

    Parameters
    ----------
    prepared
        The pattern.
    setup
        Candidate phases and network.
    """
    places = views_of(prepared)
    return [_view(one, setup.part(i, len(places))) for i, one in enumerate(places)]


def decide(prepared: PreparedPattern, views: Sequence[View], setup: IndexingSetup) -> Solution:
    """Return the answer to what was seen, as when only priors or judge have changed.

    Parameters
    ----------
    prepared
        The pattern.
    views
        What spot indexing and network found in it, see `look`.
    setup
        Candidate phases, network, judge and priors.
    """
    center, shares = judged_by_all(prepared, views)
    chosen = views[int(np.argmax(shares))]
    fits = _fits(chosen, setup)
    spot_indexing = index_spots(chosen.prepared, setup, candidates=chosen.candidates, fits=fits)
    if spot_indexing.rescaled:
        fits = _fits(replace(chosen, candidates=spot_indexing.rescaled), setup)
    prediction, session = chosen.prediction, setup.session
    combined = _combined(chosen, fits, setup, spot_indexing.in_candidates)
    if spot_indexing.log_odds_of_plate > verdict_options(chosen.prepared, setup).beyond_doubt:
        combined = without_answer(combined, Reason(kind=ReasonKind.FCC_PLATE))
    if len(views) > 1:
        combined = _over_places(combined, chosen, views, shares, setup, spot_indexing)
    rings = rings_of(chosen.prepared, setup.phases, setup.priors)
    combined = with_rings(combined, rings, chosen.prepared)
    # the spots were told from the beam at the chosen place; its doubts are the answer's
    prepared = replace(chosen.prepared, center=center)
    doubts = (*scale_doubts(prepared, spot_indexing.rescaled), *center_doubt(center))
    best = best_per_phase(spot_indexing.rescaled or spot_indexing.candidates)
    if not knows_any(prediction, combined.among_candidates):
        best.sort(key=lambda c: -combined.among_candidates.get(c.phase, 0.0))
    named = next((c for c in best if c.phase == combined.phase), None)
    explained = named or next(iter(spot_indexing.fitting), None)
    further = further_crystals(chosen.prepared, explained, setup) if explained else ()
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
        candidates=tuple(best),
        calibration=_calibration(prepared, spot_indexing.candidates, combined.phase, rings),
        prepared=prepared,
        prediction=prediction,
        network_name=session.bundle.card.name if session else None,
        network_sha256=session.bundle.sha256 if session else None,
        further_crystals=further,
        deciding=_deciding(named, not_excluded, spot_indexing, setup, prepared),
        rings=rings,
        lattice=lattice,
    )


def _view(prepared: PreparedPattern, setup: IndexingSetup) -> View:
    """Ask spot indexing and network about one place of the beam."""
    prediction = setup.session.predict(prepared, priors=setup.priors) if setup.session else None
    if prepared.kind in NOT_INDEXABLE:
        return View(prepared, (), prediction)
    found = find_candidates(observe(prepared), prepared.spot_lattice, setup)
    return View(prepared, tuple(found), prediction)


def _fits(view: View, setup: IndexingSetup) -> FitProbabilities:
    return fit_probabilities(setup.judge, view, setup.phases, setup.verdict)


def _combined(
    view: View, fits: FitProbabilities, setup: IndexingSetup, in_candidates: float
) -> CombinedVerdict:
    return combine_evidence(
        view.prepared,
        view.candidates,
        view.prediction,
        [phase.name for phase in setup.phases],
        setup.verdict,
        fits=fits,
        priors=setup.priors,
        in_candidates=in_candidates,
    )


def _deciding(
    named: Candidate | None,
    not_excluded: Collection[str],
    spot_indexing: SpotIndexing,
    setup: IndexingSetup,
    prepared: PreparedPattern,
) -> tuple[Reason, ...]:
    """Return what would decide between the phase named and others that are not excluded."""
    if named is None:
        return ()
    others = [c for c in spot_indexing.fitting if c.phase in not_excluded and c is not named]
    return deciding_reasons(
        [named, *others],
        {phase.name: phase for phase in setup.phases},
        is_scaled=prepared.pattern.calibration.is_known,
        energy_kev=observe(prepared).energy_kev,
    )


_NEGLIGIBLE = 0.02


def _over_places(
    combined: CombinedVerdict,
    chosen: View,
    views: Sequence[View],
    shares: Sequence[float],
    setup: IndexingSetup,
    spot_indexing: SpotIndexing,
) -> CombinedVerdict:
    """Return the verdict with its probabilities summed over the places of the beam."""
    parts: list[Mapping[str, float]] = []
    weights: list[float] = []
    for view, share in zip(views, shares, strict=True):
        if view is chosen:
            parts.insert(0, combined.among_candidates)
            weights.insert(0, share)
        elif share > _NEGLIGIBLE:
            fits = _fits(view, setup)
            other = _combined(view, fits, setup, spot_indexing.in_candidates)
            parts.append(other.among_candidates)
            weights.append(share)
    return verdict_over_places(combined, parts, weights)


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
