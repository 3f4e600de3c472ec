"""Posterior probabilities of the phases: by spot indexing alone, and with the network."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.indexing.deciding.verdict_options import VerdictOptions
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


@dataclass(frozen=True)
class FitProbabilities:
    """Probabilities of the phases by how they fit, priors and the network aside.

    Parameters
    ----------
    by_phase
        They sum to 1.
    share_of_set
        Of the probability, what a prediction set must hold; None where sets go by ties in log
        posterior.
    exponent
        What a difference in log posterior is worth in log probability, for phases that nothing
        else weighs.
    """

    by_phase: Mapping[str, float]
    share_of_set: float | None = None
    exponent: float = 1.0


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
    return softmax({name: exponent * best.get(name, floor) for name in phases})


def by_log_posterior(
    candidates: Sequence[Candidate],
    phases: Sequence[str],
    prediction: Prediction | None,
    options: VerdictOptions,
    *,
    is_scaled: bool,
) -> FitProbabilities:
    """Return the phases' probabilities by spot indexing's own log posterior.

    Parameters
    ----------
    candidates
        Candidates of all phases, by spot indexing.
    phases
        Names of the phases under consideration.
    prediction
        The network's answer; one that knows a phase has the exponents of both.
    options
        Have the exponent and the share of a set where no scale is known.
    is_scaled
        Whether the scale is known.
    """
    is_plain = is_scaled or knows_any(prediction, phases)
    exponent = 1.0 if is_plain else options.exponent_without_scale
    share = None if is_scaled else options.share_of_set
    return FitProbabilities(
        indexing_probabilities(candidates, phases, exponent=exponent), share, exponent
    )


def fused_probabilities(
    by_fits: Mapping[str, float],
    prediction: Prediction | None,
    priors: Mapping[str, float],
    *,
    network_exponent: float = 1.0,
    indexing_exponent: float = 1.0,
    partial_exponent: float = 1.0,
) -> dict[str, float]:
    """Return the normalised, weighted product of the two sources' probabilities.

    Parameters
    ----------
    by_fits
        Probabilities by how the phases fit, of every phase under consideration.
    prediction
        The network's answer, None without a network.
    priors
        Relative frequencies of phases, 1 where not stated; the network's answer holds them.
    network_exponent, indexing_exponent
        On the probabilities of each, where the network knows every phase.
    partial_exponent
        On the network's, where it knows some of them only; those by fits then stand as they are.
    """
    seen = [name for name in by_fits if prediction and name in prediction.probabilities]
    if prediction is None or not seen:
        return normalised({name: p * priors.get(name, 1.0) for name, p in by_fits.items()})
    if len(seen) < len(by_fits):
        network_exponent, indexing_exponent = partial_exponent, 1.0
    # a phase that the network never saw gets what the seen ones have on average
    average = sum(prediction.probabilities[n] for n in seen) / len(seen)
    weight = {
        name: p**indexing_exponent
        * max(prediction.probabilities.get(name, average), _MIN_NETWORK_PROBABILITY)
        ** network_exponent
        # the exponent is on what the network sees, not on how often a phase is met
        * priors.get(name, 1.0) ** (1 - network_exponent)
        for name, p in by_fits.items()
    }
    return normalised(weight)


def knows_any(prediction: Prediction | None, phases: Iterable[str]) -> bool:
    """Tell whether there is a network that was shown one of the phases at all."""
    return prediction is not None and any(name in prediction.probabilities for name in phases)


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


def knows_all(prediction: Prediction | None, phases: Iterable[str]) -> bool:
    """Tell whether there is a network that was shown every one of the phases."""
    return prediction is not None and all(name in prediction.probabilities for name in phases)


def softmax(log_weight: Mapping[str, float]) -> dict[str, float]:
    """Return logarithms of weights as probabilities, which sum to 1."""
    most = max(log_weight.values(), default=0.0)
    return normalised({name: float(np.exp(w - most)) for name, w in log_weight.items()})


def normalised(weight: Mapping[str, float]) -> dict[str, float]:
    """Return weights as probabilities, which sum to 1."""
    total = sum(weight.values()) or 1.0
    return {name: value / total for name, value in weight.items()}
