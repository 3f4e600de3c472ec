"""The one function that answers: a pattern goes in, a `Solution` comes out."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from saed_desktop.crystal.cif import read_phases
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.match import DEFAULT_SEARCH, SearchOptions, match_phase, seeds
from saed_desktop.indexing.observation import observe
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.indexing.verdict import (
    DEFAULT_VERDICT,
    NOT_INDEXABLE,
    VerdictOptions,
    best_per_phase,
    judge_witnesses,
)
from saed_desktop.network.session import NetworkSession
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import Calibration, Source
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import NO_EDITS, Edits, PreparedPattern, prepare


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
    candidates = physics_candidates(prepared, witnesses.phases, witnesses.search)
    session = witnesses.session
    prediction = session.predict(prepared, priors=witnesses.priors) if session else None
    names = [phase.name for phase in witnesses.phases]
    judged = judge_witnesses(prepared, candidates, prediction, names, witnesses.verdict)
    return Solution(
        status=judged.status,
        verdict=judged.verdict,
        phase=judged.phase,
        probability=judged.probability,
        probabilities=judged.probabilities,
        prediction_set=judged.prediction_set,
        in_distribution=judged.in_distribution,
        reasons=judged.reasons,
        candidates=tuple(best_per_phase(candidates)),
        calibration=_calibration(prepared, candidates, judged.phase),
        prepared=prepared,
        prediction=prediction,
        network_name=session.bundle.card.name if session else None,
        network_sha256=session.bundle.sha256 if session else None,
        seconds=time.perf_counter() - start,
    )


def physics_candidates(
    prepared: PreparedPattern, phases: Sequence[Phase], search: SearchOptions = DEFAULT_SEARCH
) -> list[Candidate]:
    """Return the candidates of all phases, best first; none for patterns of no single crystal."""
    if prepared.kind in NOT_INDEXABLE:
        return []
    observation = observe(prepared)
    starts = seeds(observation, prepared.net)
    candidates = [
        candidate
        for phase in phases
        for candidate in match_phase(phase, observation, starts, search=search)
    ]
    return sorted(candidates, key=lambda c: -c.log_likelihood)


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
