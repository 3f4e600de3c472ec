"""Prediction sets: the phases that a pattern does not exclude."""

from collections.abc import Collection, Mapping, Sequence

from saed_desktop.indexing.solution import Candidate
from saed_desktop.network.session import Prediction

_ABOUT_AS_LIKELY = 0.75
_NOT_EXCLUDED = 0.5
"""A phase at least this likely, relative to the likeliest, is not excluded, whatever the share."""

_SHARE_OF_BOTH = 0.9
"""Of the probability by network and spot indexing. Without a scale such sets held the truth of
97 % of 184 pictures of the second camera (2.1 phases; the network's own 96 %, 2.2) and of 90 % of
51 of the third (2.6 phases; 84 %, 2.6)."""


def prediction_set(
    phase: str,
    probabilities: Mapping[str, float],
    fitting: Sequence[Candidate],
    prediction: Prediction | None,
    *,
    tie: float,
    share: float | None = None,
) -> tuple[str, ...]:
    """Return the phases that neither source can exclude, likeliest first.

    Parameters
    ----------
    phase
        The phase named.
    probabilities
        Of all phases, by both sources.
    fitting
        Each phase's best candidate that fits, best first.
    prediction
        The network's answer, None without a network.
    tie
        In log posterior: candidates less than this behind the best fit as well.
    share
        Of the probability of those that fit, what the set must hold where a network does not know
        every phase; None to go by the tie, and by the network's own set.
    """
    names = {phase}
    known: set[str] = set()
    if prediction is not None and prediction.is_known:
        known = probabilities.keys() & prediction.probabilities.keys()
    is_both = bool(fitting) and known == probabilities.keys()
    if is_both:
        # both know every phase: sets of what they say together are no larger than the network's
        # own, and hold the truth more often
        names |= _likeliest(probabilities, _SHARE_OF_BOTH)
    elif fitting:
        if share is not None:
            likely = _likeliest({c.phase: probabilities[c.phase] for c in fitting}, share)
        else:
            top = fitting[0].log_posterior
            likely = {c.phase for c in fitting if c.log_posterior >= top - tie}
        # what is likelier and fits too poorly to be named is not excluded
        likely |= {name for name, p in probabilities.items() if p > probabilities[phase]}
        names |= likely if share is not None else likely - known
    if prediction is not None and not is_both and (share is None or not fitting):
        # its sets are fitted to hold the truth as often as they say; more would only blur them
        names |= {name for name in prediction.prediction_set if name in known}
    return tuple(sorted(names, key=lambda name: -probabilities.get(name, 0.0)))


def with_rivals(
    names: tuple[str, ...], rivals: Collection[str], probabilities: Mapping[str, float]
) -> tuple[str, ...]:
    """Return a prediction set with further phases, likeliest first; an empty one stays empty.

    Parameters
    ----------
    names
        The set.
    rivals
        Phases that are as likely for a reason of their own.
    probabilities
        Of all phases.
    """
    if not names:
        return names
    return tuple(sorted({*names, *rivals}, key=lambda name: -probabilities.get(name, 0.0)))


def _likeliest(probabilities: Mapping[str, float], share: float) -> set[str]:
    """Return the fewest phases that together have a share, and what is about as likely as these."""
    names: set[str] = set()
    held, wanted, last = 0.0, share * sum(probabilities.values()), 1.0
    likely = _NOT_EXCLUDED * max(probabilities.values(), default=0.0)
    for name in sorted(probabilities, key=lambda name: -probabilities[name]):
        # a set that ends between equals would exclude one for nothing
        if held >= wanted and probabilities[name] < min(likely, _ABOUT_AS_LIKELY * last):
            break
        if held < wanted:
            last = probabilities[name]
        names.add(name)
        held += probabilities[name]
    return names
