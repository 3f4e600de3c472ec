"""Frequencies of classes: all alike, as in the paper's test set, or as stated."""

from collections.abc import Sequence

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.errors import UsageError
from saed_desktop.network.labels import PAPER_LABELS

PAPER_COUNTS = (61, 6, 47, 7, 4, 10, 2, 8, 3)
"""Patterns by class in the paper's test set, in the order of its labels."""


def mix_of(words: Sequence[str], names: Sequence[str]) -> FloatArray:
    """Return how often each class (classes,) is met.

    Parameters
    ----------
    words
        `PHASE=N` for each phase, a phase that is left out being never met; or the one word
        "paper" or "uniform".
    names
        Of the classes.

    Raises
    ------
    UsageError
        If a word cannot be understood, or names none of the classes.
    """
    if list(words) == ["uniform"]:
        return np.ones(len(names))
    if list(words) == ["paper"]:
        counts = dict(zip(PAPER_LABELS, map(float, PAPER_COUNTS), strict=True))
        if not set(counts) & set(names):
            raise UsageError("None of the network's classes is one of the paper's.")
    else:
        try:
            counts = {name: float(n) for name, n in (word.split("=") for word in words)}
        except ValueError as error:
            raise UsageError("--mix wants PHASE=N for each phase, or 'paper'.") from error
        strange = sorted(set(counts) - set(names))
        if strange or min(counts.values()) < 0 or sum(counts.values()) <= 0:
            raise UsageError(
                f"--mix names {strange[0]}, which is none of the classes."
                if strange
                else "--mix wants numbers that are not negative, one of them above 0."
            )
    return np.array([counts.get(name, 0.0) for name in names])
