"""Answers that a probability leaves beside the one that is named."""

from collections.abc import Mapping, Sequence

_LARGEST_WITHOUT = 0.1
_ABOUT_AS_PROBABLE = 0.75
"""Of the probability of the phase that is named."""


def about_as_probable(
    phase: str | None, prediction_set: Sequence[str], probabilities: Mapping[str, float]
) -> tuple[str, ...]:
    """Return a phase with those of its set that nothing tells apart from it, likeliest first.

    Parameters
    ----------
    phase
        The phase that is named; without one there is no tie.
    prediction_set
        Phases that cannot be excluded.
    probabilities
        By phase.
    """
    if phase is None:
        return ()
    least = _ABOUT_AS_PROBABLE * probabilities.get(phase, 1.0)
    names = tuple(name for name in prediction_set if probabilities.get(name, 0.0) >= least)
    return names if phase in names else (phase,)


def includes_none(none_of_these: float | None) -> bool:
    """Tell whether a set of 90 % has to hold "none of these": all phases together have less."""
    return (none_of_these or 0.0) > _LARGEST_WITHOUT
