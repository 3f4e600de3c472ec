"""The probability that a pattern is of a crystal on the list, and not of one that is not.

Both witnesses have a say of their own: spot indexing sets the best candidate against an unknown
crystal of the same lattice (`unknown_crystal`), and the network was shown crystals that it does not
name. Neither number is a probability as it comes: the errors within one pattern are anything but
independent, and a network knows too little of all crystals. A logistic function of the two, fitted
on patterns with and without their crystal on the list (docs/experiments), makes one of them.
"""

from dataclasses import dataclass

import numpy as np

PRIOR_LISTED = 0.8
"""Share of the patterns that people index whose crystal is on their list. An assumption, not a
measurement: people list what they expect. Without any evidence this is the answer."""

MOST_SURE = 0.99
"""No pattern excludes every crystal that is not on a list."""


@dataclass(frozen=True)
class ListedEvidence:
    """Evidence that the crystal of a pattern is on the list.

    Parameters
    ----------
    by_spots
        Probability by spot indexing that the pattern is of the best candidate and not of an unknown
        crystal with the same lattice: 0 where none fits, None where there is nothing to index.
    by_network
        Probability by the network that it knows the crystal; None without one, or where it was not
        shown every phase on the list.
    is_scaled
        Whether the scale is known.
    is_mostly_missing
        Whether more of the reflections that the best candidate should show are missing than found.
    lead
        In log posterior, of the best candidate before all other phases.
    """

    by_spots: float | None
    by_network: float | None
    is_scaled: bool
    is_mostly_missing: bool = False
    lead: float = 0.0


@dataclass(frozen=True)
class _Weights:
    """Constant and weights of the evidence, for patterns half of which are of listed crystals."""

    constant: float
    spots: float
    network: float = 0.0
    lead: float = 0.0


_BOTH = {True: _Weights(-1.8, 0.7, 0.4), False: _Weights(-2.5, 0.45, 0.5, lead=0.24)}
_SPOTS_ALONE = {True: _Weights(-0.85, 0.55), False: _Weights(-0.4, 0.4)}
_NETWORK_ALONE = {True: _Weights(-2.2, 0.0, 0.9), False: _Weights(-1.0, 0.0, 0.4)}
_MOSTLY_MISSING = -0.7

_LARGEST_LEAD = 15.0
_LARGEST = 5.0
"""Beyond it log odds say no more."""


def probability_listed(evidence: ListedEvidence, *, prior: float = PRIOR_LISTED) -> float:
    """Return the probability that the pattern is of a crystal on the list.

    Parameters
    ----------
    evidence
        What speaks for that.
    prior
        Share of patterns whose crystal is on the list.
    """
    if evidence.by_network is None:
        if evidence.by_spots is None:
            return prior
        weights = _SPOTS_ALONE[evidence.is_scaled]
    elif evidence.by_spots is None:
        weights = _NETWORK_ALONE[evidence.is_scaled]
    else:
        weights = _BOTH[evidence.is_scaled]
    log_odds = _log_odds(prior) + weights.constant
    log_odds += weights.spots * _log_odds(evidence.by_spots or 0.0)
    log_odds += weights.network * _log_odds(evidence.by_network or 0.0)
    log_odds += weights.lead * min(evidence.lead, _LARGEST_LEAD)
    if evidence.is_mostly_missing:
        log_odds += _MOSTLY_MISSING
    return min(float(1 / (1 + np.exp(-log_odds))), MOST_SURE)


def _log_odds(probability: float) -> float:
    inside = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.clip(np.log(inside / (1 - inside)), -_LARGEST, _LARGEST))
