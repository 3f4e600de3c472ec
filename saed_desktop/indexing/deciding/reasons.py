"""Reasons about a candidate, as values."""

from collections.abc import Iterable, Sequence

from saed_desktop.indexing.solution import Candidate
from saed_desktop.network.session import Prediction
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.results.reason import Reason, ReasonKind


def evidence_of(candidate: Candidate, kind: ReasonKind = ReasonKind.EXPLAINS) -> Reason:
    """Return what a candidate explains of the spots and what of it is missing."""
    return Reason(
        kind=kind,
        phase=candidate.phase,
        zone_axis=candidate.zone_axis,
        zone_label=candidate.zone_label,
        matched=candidate.matched,
        spots=candidate.spots,
        missing=candidate.missing,
    )


def why_none(prediction: Prediction | None, phases: Iterable[str]) -> Reason:
    """Return why no phase is named; a network has no say in phases that it was never shown."""
    speaks = prediction is not None and any(name in prediction.probabilities for name in phases)
    if prediction is not None and speaks and not prediction.is_known:
        return Reason(kind=ReasonKind.NOTHING_KNOWN_EXPLAINS)
    return Reason(kind=ReasonKind.NOTHING_EXPLAINS)


def why_foreign(prediction: Prediction) -> Reason:
    """Return that the pattern looks like none of the network's phases, and how surely."""
    return Reason(kind=ReasonKind.FOREIGN, probability=1 - prediction.in_distribution)


def why_unknown(candidate: Candidate, listed: float) -> Reason:
    """Return that a candidate fits, as many an unknown crystal would."""
    return Reason(
        kind=ReasonKind.UNKNOWN_CRYSTAL,
        phase=candidate.phase,
        zone_axis=candidate.zone_axis,
        zone_label=candidate.zone_label,
        probability=listed,
    )


def why_more(candidate: Candidate, further: Sequence[Candidate]) -> tuple[Reason, ...]:
    """Return what explains spots besides a candidate's own reflections, and what it lacks.

    Parameters
    ----------
    candidate
        The crystal named.
    further
        Crystals in what it leaves, its twin among them.
    """
    more = [
        Reason(kind=ReasonKind.WEAK_SPOTS, matched=len(spots), cause=cause)
        for spots, cause in candidate.weak
    ]
    if candidate.is_mostly_missing:
        more.append(Reason(kind=ReasonKind.MOSTLY_MISSING))
    if candidate.twin is not None:
        twin = candidate.twin
        more.append(Reason(kind=ReasonKind.TWIN, law=twin.law, matched=twin.crystal.matched))
    twins = () if candidate.twin is None else (candidate.twin.crystal,)
    for crystal in further:
        if not any(crystal is twin for twin in twins):
            is_same = crystal.phase == candidate.phase
            more.append(
                Reason(
                    kind=ReasonKind.FURTHER_CRYSTAL,
                    phase=crystal.phase,
                    phases=(candidate.phase,) if is_same else (),
                    zone_axis=crystal.zone_axis,
                    zone_label=crystal.zone_label,
                    matched=crystal.matched,
                )
            )
    return tuple(more)


def scale_doubts(prepared: PreparedPattern, rescaled: Sequence[Candidate]) -> tuple[Reason, ...]:
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
