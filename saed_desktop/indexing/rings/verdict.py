"""Odds that rings are of the phases considered and not of an unknown crystal."""

from dataclasses import dataclass

import numpy as np

from saed_desktop.indexing.rings.likelihood import most_gain
from saed_desktop.indexing.rings.mixture import Explanation
from saed_desktop.indexing.rings.observation import RingObservation


@dataclass(frozen=True)
class RingVerdictOptions:
    """Constants of the decision, fitted on simulated rings (tests/benchmarks/results/rings.md).

    Parameters
    ----------
    constant, margin_weight, share_weight, width_weight, offset_weight
        Log odds of the candidates with a scale, by logistic regression: of the log likelihood over
        an unknown crystal's, of the share of what the rings could gain, of their median width over
        the radius, and of the squared deviation from the stated scale in its uncertainty. The
        regression's constant is lowered by one, which asks for odds of three to one.
    most_width
        Broader rings count like these: there were none to fit the weight with.
    temper
        Exponent on likelihoods: the errors within one pattern are anything but independent.
    unknown_constant, unknown_share
        Log likelihood of an unknown crystal: it would explain every ring, each with this share of
        what the ring could gain at most.
    unknown_without_scale
        What is added to it without a scale: a candidate's own then has to be found.
    min_rings
        Fewer rings decide nothing with a scale; without one it takes one more.
    min_in_candidates
        Below this probability of being one of the candidates at all none is named.
    min_explained
        Least share of the rings, by the root of their brightness, that an answer explains.
    set_content
        Probability that the prediction set holds.
    """

    constant: float = -11.3
    margin_weight: float = 0.118
    share_weight: float = 10.95
    width_weight: float = 65.7
    offset_weight: float = -0.35
    most_width: float = 0.06
    temper: float = 0.4
    unknown_constant: float = 2.0
    unknown_share: float = 0.55
    unknown_without_scale: float = -4.0
    min_rings: int = 3
    min_in_candidates: float = 0.5
    min_explained: float = 0.6
    set_content: float = 0.95

    def unknown(self, observed: RingObservation) -> float:
        """Return the log likelihood of an unknown crystal."""
        more = 0.0 if observed.is_scaled else self.unknown_without_scale
        gained = self.unknown_share * float(most_gain(observed).sum())
        return self.unknown_constant + more + gained

    def log_odds(self, best: Explanation, observed: RingObservation) -> float:
        """Return the log odds that an explanation is right and not an unknown crystal."""
        margin = best.log_posterior - self.unknown(observed)
        if not observed.is_scaled:
            return self.temper * margin
        most = max(float(most_gain(observed).sum()), 1e-9)
        width = min(float(np.median(observed.width)), self.most_width)
        offset = (best.log_scales[0] - observed.log_scale) / observed.scale_sigma
        return (
            self.constant
            + self.margin_weight * margin
            + self.share_weight * float(best.fit.explained.sum()) / most
            + self.width_weight * width
            + self.offset_weight * offset**2
        )


DEFAULT_RING_VERDICT = RingVerdictOptions()
