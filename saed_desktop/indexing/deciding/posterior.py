"""Posterior probabilities of the phases: by spot indexing alone, and with the network."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from saed_desktop.indexing.solution import Candidate
from saed_desktop.network.session import Prediction

_MIN_NETWORK_PROBABILITY = 1e-4
"""A network's probability is never taken to be less: it has not seen everything."""


def best_per_phase(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return each phase's best candidate, best first."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        known = best.get(candidate.phase)
        if known is None or candidate.log_posterior > known.log_posterior:
            best[candidate.phase] = candidate
    return sorted(best.values(), key=lambda c: -c.log_posterior)


def indexing_probabilities(
    candidates: Sequence[Candidate], phases: Sequence[str], *, exponent: float = 1.0
) -> dict[str, float]:
    """Return the phases' probabilities by spot indexing alone; they sum to 1.

    Parameters
    ----------
    candidates
        Candidates of all phases, by spot indexing.
    phases
        Names of the phases under consideration.
    exponent
        On the probabilities, which are normalised afterwards.
    """
    best = {c.phase: c.log_posterior for c in best_per_phase(candidates)}
    # a phase without any candidate explains the spots no better than chance
    floor = min(0.0, *best.values()) if best else 0.0
    values = np.array([best.get(name, floor) for name in phases])
    weight = np.exp(exponent * (values - values.max())) if len(values) else values
    return {name: float(w) for name, w in zip(phases, weight / weight.sum(), strict=True)}


def fused_probabilities(
    candidates: Sequence[Candidate],
    prediction: Prediction | None,
    phases: Sequence[str],
    priors: Mapping[str, float],
    *,
    network_exponent: float,
    indexing_exponent: float,
    alone_exponent: float = 1.0,
) -> dict[str, float]:
    """Return the normalised, weighted product of the two sources' probabilities.

    Parameters
    ----------
    candidates
        Candidates of all phases, by spot indexing.
    prediction
        The network's answer, None without a network.
    phases
        Names of the phases under consideration.
    priors
        Relative frequencies of phases, 1 where not stated; the network's answer holds them.
    network_exponent, indexing_exponent
        On the probabilities of each where both know every phase and spot indexing has a candidate.
    alone_exponent
        On the probabilities by spot indexing where no network speaks.
    """
    seen = [name for name in phases if prediction and name in prediction.probabilities]
    if prediction is None or not seen:
        alone = indexing_probabilities(candidates, phases, exponent=alone_exponent)
        return normalised({name: p * priors.get(name, 1.0) for name, p in alone.items()})
    if not candidates or len(seen) < len(phases):
        network_exponent = indexing_exponent = 1.0
    indexing = indexing_probabilities(candidates, phases, exponent=indexing_exponent)
    # a phase that the network never saw gets what the seen ones have on average
    average = sum(prediction.probabilities[n] for n in seen) / len(seen)
    weight = {
        name: indexing[name]
        * max(prediction.probabilities.get(name, average), _MIN_NETWORK_PROBABILITY)
        ** network_exponent
        # the exponent is on what the network sees, not on how often a phase is met
        * priors.get(name, 1.0) ** (1 - network_exponent)
        for name in phases
    }
    return normalised(weight)


_FAR_AHEAD = 10.0
"""In log posterior, of the best candidate before all others: no network finds such a pattern
foreign. Of 120 pictures of other crystals none had such a candidate that an unknown crystal would
not explain as well."""

_LEAST_IN_CANDIDATES = 0.125


def update_in_distribution(
    prediction: Prediction,
    in_candidates: float,
    candidates: Sequence[Candidate],
    *,
    weight: float,
) -> Prediction:
    """Return the network's answer, its probability of a known phase corrected by indexing.

    Parameters
    ----------
    prediction
        The network's answer.
    in_candidates
        Probability, by spot indexing, that the pattern is of one of the same phases.
    candidates
        Candidates of all phases.
    weight
        What that probability, above or below one half, is worth in the logarithm of the
        network's odds.
    """
    inside = min(max(prediction.in_distribution, 1e-6), 1 - 1e-6)
    log_odds = np.log(inside / (1 - inside)) + weight * (in_candidates - 0.5)
    updated = float(1 / (1 + np.exp(-log_odds)))
    if is_far_ahead(candidates, in_candidates):
        # strange to the network, but not foreign
        updated = max(updated, prediction.open_set_threshold / 2)
    return replace(prediction, in_distribution=updated)


def lead_of(candidates: Sequence[Candidate]) -> float:
    """Return how far the best candidate is before all other phases and chance, in log posterior."""
    values = [0.0, *(c.log_posterior for c in reversed(best_per_phase(candidates)))]
    return values[-1] - max(values[:-1], default=0.0)


def is_far_ahead(candidates: Sequence[Candidate], in_candidates: float) -> bool:
    """Tell whether one candidate leads all others so far that no network finds it foreign.

    Parameters
    ----------
    candidates
        Candidates of all phases.
    in_candidates
        Probability, by spot indexing, that the pattern is of one of the phases.
    """
    return lead_of(candidates) > _FAR_AHEAD and in_candidates > _LEAST_IN_CANDIDATES


def normalised(weight: Mapping[str, float]) -> dict[str, float]:
    """Return weights as probabilities, which sum to 1."""
    total = sum(weight.values()) or 1.0
    return {name: value / total for name, value in weight.items()}
