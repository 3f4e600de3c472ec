"""Probability of each candidate, and the limits of what it says."""

import math
from collections.abc import Sequence

from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.results.reason import ReasonKind
from saed_desktop.translation import tr

MANY_UNEXPLAINED = 0.3
"""From this share of spots on, what the answer leaves unexplained is said beside it."""


def candidate_probabilities(solution: Solution) -> tuple[float, ...]:
    """Return the probability of each candidate: of its phase, shared among its orientations.

    The phases' probabilities are the answer's, from network and spot indexing; the
    orientations of one phase are compared by the spots alone.
    """
    shares = []
    for candidate in solution.candidates:
        same = [c.log_posterior for c in solution.candidates if c.phase == candidate.phase]
        top = max(same)
        total = sum(math.exp(value - top) for value in same)
        share = math.exp(candidate.log_posterior - top) / total
        shares.append(share * solution.probabilities.get(candidate.phase, 0.0))
    return tuple(shares)


def by_probability(
    candidates: Sequence[Candidate], probabilities: Sequence[float], named: str | None
) -> list[int]:
    """Return the order in which candidates are listed.

    The likeliest come first, those of the phase that is named before all others; where no phase
    is named the order is that of the fit.
    """
    order = list(range(len(candidates)))
    if named is None:
        return order
    return sorted(order, key=lambda i: (candidates[i].phase != named, -probabilities[i]))


def caution(solution: Solution) -> str:
    """Return what stands against a probability that looks certain, "" where nothing does."""
    if solution.phase is None:
        return ""
    named = next((c for c in solution.candidates if c.phase == solution.phase), None)
    if named is None:
        is_open = any(r.kind == ReasonKind.RINGS_LATTICE_ONLY for r in solution.reasons)
        if not is_open or solution.prepared.pattern.calibration.is_known:
            return ""
        return tr("Without a scale many crystals that are not considered fit these rings as well.")
    total = named.spots
    # what a twin explains does not count as unexplained in the first place
    twin = named.twin.crystal if named.twin is not None else None
    further = [crystal for crystal in solution.further_crystals if crystal is not twin]
    explained_further = sum(crystal.matched for crystal in further)
    left = max(0, named.unexplained - explained_further)
    if total == 0 or left < MANY_UNEXPLAINED * total:
        return ""
    return tr(
        "{left} of {total} spots are explained by none of the phases considered: another crystal "
        "or phase may be there.",
        left=left,
        total=total,
    )
