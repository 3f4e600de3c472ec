"""The headline of an answer: the phase in a few words, and how sure it is."""

from collections.abc import Mapping

from saed_desktop.indexing.deciding.verdict_options import NOT_INDEXABLE
from saed_desktop.indexing.solution import Solution
from saed_desktop.pattern.kind import PatternKind
from saed_desktop.results.record import Verdict
from saed_desktop.results.speech import either
from saed_desktop.results.wording import percent, phase_label
from saed_desktop.translation import mark, tr

_HEADLINES = {
    PatternKind.RINGS: mark("Rings of an unknown material"),
    PatternKind.AMORPHOUS: mark("An amorphous material"),
    PatternKind.DISKS: mark("A convergent-beam pattern"),
    PatternKind.NOTHING: mark("No diffraction to be seen"),
    PatternKind.FEW: mark("Too few spots"),
}

_VERDICT_WORDS = {
    Verdict.AGREE: mark("Network and indexing agree."),
    Verdict.NETWORK_ONLY: mark("The network alone says so."),
    Verdict.INDEXING_ONLY: mark("Indexing alone says so."),
    Verdict.DISAGREE: mark("Network and indexing disagree."),
}


def headline_of(solution: Solution, zones: Mapping[str, str]) -> tuple[str, str]:
    """Return an answer in a few words, and how sure it is.

    Parameters
    ----------
    solution
        The answer.
    zones
        The candidates' zone axes by phase.
    """
    kind = solution.prepared.kind
    if solution.phase is None:
        if kind is PatternKind.RINGS:
            return tr(_HEADLINES[kind]), tr("No phase under consideration explains the rings.")
        if kind in NOT_INDEXABLE:
            return tr(_HEADLINES[kind]), tr("Nothing here can be indexed as one crystal.")
        none = solution.none_of_these
        return (
            tr("None of these phases"),
            tr("No phase under consideration explains this pattern.")
            if none is None
            else tr("Probability {percent}.", percent=percent(none)),
        )
    share = _share_words(solution)
    rings, tied = solution.rings, solution.tied
    phase = either([phase_label(name) for name in tied], tr)
    if solution.phase not in zones and rings is not None and rings.phases:
        main = rings.phases[0]
        words = tr("{matched} of {total} rings.", matched=main.n_rings, total=len(rings.lines))
        others = "".join(f" + {phase_label(p.phase)}" for p in rings.phases[1:])
        return f"{phase} ({main.structure}){others}", f"{words} {share}"
    words = tr(_VERDICT_WORDS[solution.verdict])
    if len(tied) > 1:
        words = tr("A tie: nothing seen here tells them apart.")
    along = {zones[name] for name in tied if name in zones}
    if len(along) == 1:
        phase = tr("{phase} along {zone}", phase=phase, zone=along.pop())
    return phase, f"{words} {share}"


def _share_words(solution: Solution) -> str:
    """Return how probable the phase is, or those that tie, and none of the phases."""
    shares = [percent(solution.probabilities[name]) for name in solution.tied]
    words = tr("Probability {percent}.", percent=", ".join(shares))
    if not solution.set_includes_none:
        return words
    none = percent(solution.none_of_these or 0.0)
    return f"{words} " + tr("None of these phases: {percent}.", percent=none)
