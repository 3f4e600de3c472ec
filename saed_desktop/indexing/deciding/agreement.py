"""The verdict where network and spot indexing name the same phase."""

from collections.abc import Sequence

from saed_desktop.indexing.deciding.reasons import evidence_of
from saed_desktop.indexing.solution import Candidate
from saed_desktop.results.reason import Reason, ReasonKind
from saed_desktop.results.record import Verdict


def same_phase(
    chosen: Candidate, others: Sequence[str], *, is_sure: bool, doubt: Reason | None = None
) -> tuple[Verdict, str, tuple[Reason, ...]]:
    """Return the verdict where both name a phase: they agree only if one can rely on it.

    Parameters
    ----------
    chosen
        The candidate of that phase.
    others
        Phases that fit as well.
    is_sure
        Whether the phase is far likelier than the others and than none of them.
    doubt
        That it may well be a crystal outside the list, where that is so.
    """
    reasons = [evidence_of(chosen)]
    if others:
        reasons.append(Reason(kind=ReasonKind.FITS_AS_WELL, phases=tuple(others)))
    if doubt is not None:
        return Verdict.INDEXING_ONLY, chosen.phase, (*reasons, doubt)
    if is_sure:
        return Verdict.AGREE, chosen.phase, (*reasons, Reason(kind=ReasonKind.NETWORK_AGREES))
    if others:
        doubt = Reason(kind=ReasonKind.NETWORK_UNSURE_BETWEEN)
        return Verdict.NETWORK_ONLY, chosen.phase, (*reasons, doubt)
    doubt = Reason(kind=ReasonKind.NETWORK_AGREES_UNSURE)
    return Verdict.INDEXING_ONLY, chosen.phase, (*reasons, doubt)
