"""The verdict on patterns with rings: what the rings say beside, or instead of, the spots."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.combined_verdict import CombinedVerdict
from saed_desktop.indexing.deciding.listed import PRIOR_LISTED
from saed_desktop.indexing.deciding.verdict_options import NOT_INDEXABLE
from saed_desktop.indexing.rings.answer import halo_solution, index_rings
from saed_desktop.indexing.rings.solution import RingSolution
from saed_desktop.pattern.kind import PatternKind
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.results.record import Status, Verdict

RING_KINDS = (PatternKind.RINGS, PatternKind.MIXED)


def rings_of(
    prepared: PreparedPattern, phases: Sequence[Phase], priors: Mapping[str, float]
) -> RingSolution | None:
    """Return what the rings of a pattern say, None where it has none.

    Parameters
    ----------
    prepared
        The pattern.
    phases
        Candidates.
    priors
        Relative frequencies of phases that the user expects, 1 where not stated.
    """
    measured, calibration = prepared.measured_rings, prepared.pattern.calibration
    if measured is None:
        return None
    if prepared.kind is PatternKind.AMORPHOUS:
        return halo_solution(measured, calibration)
    if prepared.kind not in RING_KINDS:
        return None
    return index_rings(measured, calibration, phases, priors=priors)


def with_rings(
    combined: CombinedVerdict, rings: RingSolution | None, prepared: PreparedPattern
) -> CombinedVerdict:
    """Return the verdict over spots and rings.

    Where spots name a phase, the rings stand beside it. Kinds of patterns that are not answered at
    all have no probabilities: what a network says of them is not shown as if it were an answer.

    Parameters
    ----------
    combined
        The verdict by the spots and the network.
    rings
        What the rings say, None where there are none.
    prepared
        The pattern.
    """
    kind = prepared.kind
    if rings is None:
        is_silent = combined.phase is None and kind in NOT_INDEXABLE
        return replace(combined, among_candidates={}) if is_silent else combined
    if combined.phase is not None:
        return replace(combined, reasons=(*combined.reasons, *rings.reasons))
    # the first reason says what sort of pattern it is; of spots a ring pattern says nothing
    others = combined.reasons[1:] if kind is PatternKind.MIXED else ()
    reasons = (*combined.reasons[:1], *rings.reasons, *others)
    if not rings.phases:
        return replace(combined, reasons=reasons, among_candidates={}, prediction_set=())
    main = rings.phases[0].phase
    # without a scale rings tell how a crystal is built, and others are built so on other scales
    is_scaled = prepared.pattern.calibration.is_known
    listed = rings.in_candidates if is_scaled else PRIOR_LISTED * rings.in_candidates
    return CombinedVerdict(
        status=Status.INDEXED,
        verdict=Verdict.INDEXING_ONLY,
        phase=main,
        among_candidates=rings.probabilities,
        prediction_set=rings.prediction_set,
        in_distribution=combined.in_distribution,
        reasons=reasons,
        none_of_these=1 - listed,
    )
