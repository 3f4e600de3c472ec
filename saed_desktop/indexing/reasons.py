"""The sentences that say why a phase is named, or none."""

from collections.abc import Sequence

from saed_desktop.indexing.solution import Candidate
from saed_desktop.network.session import Prediction


def evidence_of(candidate: Candidate) -> str:
    """Say what a candidate explains of the spots and what of it is missing."""
    total = candidate.matched + candidate.unexplained
    missing = {0: "no expected one is", 1: "1 expected one is"}
    absent = missing.get(candidate.missing, f"{candidate.missing} expected ones are")
    return (
        f"{candidate.phase} along {candidate.zone_label} explains {candidate.matched} of "
        f"{total} spots; {absent} missing."
    )


def why_none(prediction: Prediction | None) -> str:
    """Say why no phase is named."""
    if prediction is not None and not prediction.is_known:
        return "The pattern looks like none of the known phases, and none explains its spots."
    return "No orientation of any candidate phase explains the spots."


def why_foreign(prediction: Prediction) -> str:
    """Say that the pattern looks like none of the network's phases, and how surely."""
    return (
        "The pattern looks like none of the phases that the network knows "
        f"({100 * (1 - prediction.in_distribution):.0f} %)."
    )


def why_unknown(candidate: Candidate, in_candidates: float) -> str:
    """Say that a candidate fits, as many an unknown crystal would."""
    return (
        f"{candidate.phase} along {candidate.zone_label} fits the spots, but so would many an "
        f"unknown crystal ({100 * in_candidates:.0f} % that it is one of the candidates)."
    )


def listed(names: Sequence[str]) -> str:
    """Return names as a list in words."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
