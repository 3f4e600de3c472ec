"""Thresholds of the verdict: the lines between an answer and none."""

from dataclasses import dataclass, replace

from saed_desktop.indexing.solution import Candidate
from saed_desktop.pattern.kind import PatternKind

NOT_INDEXABLE = (
    PatternKind.RINGS,
    PatternKind.AMORPHOUS,
    PatternKind.DISKS,
    PatternKind.NOTHING,
    PatternKind.FEW,
)
"""Kinds that show no single crystal's zone axis."""


@dataclass(frozen=True)
class VerdictOptions:
    """Thresholds of the verdict.

    Parameters
    ----------
    min_log_likelihood
        Below it a candidate explains no more than chance would.
    min_matched
        Fewest matched spots of a fit.
    min_explained
        Fewer spots than this are a fit only where they are half of all: three angles can always
        be chosen so that a few of many spots are explained.
    tie_log_posterior
        Candidates whose log posterior is less than this below the best fit as well.
    network_only_min_probability
        Probability from which a network's answer stands without spot indexing.
    network_only_max_spots
        With more spots than this the right structure would have been found to explain them, so
        that a network's answer alone does not stand.
    network_exponent, indexing_exponent
        Exponents of the two probabilities where both cover every phase. Both rest on the same
        spots, so together they count for less than two; fitted on pictures of the second and the
        third camera, with and without a scale (docs/experiments).
    partial_exponent
        Exponent of the network's probabilities where it knows some of the phases only.
    agree_min_probability
        Network and spot indexing that name the same phase agree if it is this probable: twice as
        likely as all others and "none of these" together.
    agree_min_network_probability
        They agree only if the network alone gives the phase at least this much: spot indexing
        alone can be sure enough to carry the combined probability.
    min_listed
        Below this probability of being one of the candidates at all, none is named: "none of these"
        is the likelier.
    min_in_candidates
        Below this probability by spot indexing, a poor fit may be one on a wrong scale.
    exponent_without_scale
        On the probabilities by spot indexing where no scale is known: phases on other scales then
        differ by little more than their intensities, which dynamical scattering changes.
    share_of_set
        Of the probability, which the set must hold where no scale is known and spot indexing speaks
        alone: the truth was in 14 of 15 such sets of measured patterns, and in all of simulated
        ones.
    beyond_doubt
        Log odds from which a crystal outside the candidates is believed against all of them, a
        network's voice included: it was never shown that crystal.
    in_distribution_weight
        Spot indexing's say in whether the pattern is of a phase that the network knows at all:
        what its probability of that, above or below one half, is worth in the logarithm of the
        network's odds; fitted likewise, with foreign crystals among them (5.9 with a scale, 3.6
        without).
    """

    min_log_likelihood: float = 18.0
    min_matched: int = 5
    min_explained: int = 10
    tie_log_posterior: float = 2.5
    network_only_min_probability: float = 0.8
    network_only_max_spots: int = 15
    network_exponent: float = 0.75
    indexing_exponent: float = 0.5
    partial_exponent: float = 0.5
    agree_min_probability: float = 2 / 3
    agree_min_network_probability: float = 0.5
    min_listed: float = 0.5
    min_in_candidates: float = 0.25
    beyond_doubt: float = 2.0
    exponent_without_scale: float = 0.35
    share_of_set: float = 0.6
    in_distribution_weight: float = 4.5

    def without_scale(self) -> "VerdictOptions":
        """Return where the lines are drawn for patterns of no known scale."""
        return replace(
            self,
            tie_log_posterior=_TIES_WITHOUT_SCALE * self.tie_log_posterior,
            min_in_candidates=self.min_in_candidates / 2,
            beyond_doubt=self.beyond_doubt - 9.4,
        )


_TIES_WITHOUT_SCALE = 4.0
"""Additional distance behind the best within which a phase fits as well without a scale."""

DEFAULT_VERDICT = VerdictOptions()


def is_acceptable_fit(candidate: Candidate, options: VerdictOptions = DEFAULT_VERDICT) -> bool:
    """Tell whether a candidate explains enough of the spots, and better than chance would.

    Its score is no line: the more sensitive the detector, the more is missing. Rivals and the
    unknown crystal decide.
    """
    explained = candidate.spots - candidate.unexplained
    return (
        candidate.log_likelihood >= options.min_log_likelihood
        and candidate.matched >= options.min_matched
        and explained >= min(options.min_explained, (candidate.spots + 1) // 2)
    )
