"""Several patterns of one specimen: one answer from all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from saed_desktop.indexing.solution import Status

_FLOOR = 1e-4
"""No single pattern may exclude a phase beyond doubt: any one can show another grain."""


class PatternAnswer(Protocol):
    """What of a pattern's answer takes part; a `Solution` has it, and so has a row of a table."""

    @property
    def status(self) -> str:
        """Whether there is an answer: one of `Status`."""
        ...

    @property
    def phase(self) -> str | None:
        """The phase named."""
        ...

    @property
    def probabilities(self) -> Mapping[str, float]:
        """By phase."""
        ...

    @property
    def prediction_set(self) -> tuple[str, ...]:
        """Phases that cannot be excluded."""
        ...


@dataclass(frozen=True)
class JointAnswer:
    """What several patterns of one specimen say together.

    Parameters
    ----------
    phase
        The likeliest phase, None where no pattern could be answered.
    probabilities
        By phase, given that all patterns show the same one.
    supporting, contradicting
        How many of the answered patterns name that phase or do not exclude it, and how many do.
    unanswered
        Patterns without an answer, which take no part.
    """

    phase: str | None
    probabilities: dict[str, float]
    supporting: int
    contradicting: int
    unanswered: int

    @property
    def sentence(self) -> str:
        """The answer in words."""
        if self.phase is None:
            return "None of the patterns could be answered."
        total = self.supporting + self.contradicting
        words = f"{self.phase}: {self.supporting} of {total} answered patterns agree"
        if self.contradicting:
            words += f", {self.contradicting} show something else: perhaps a second phase"
        return words + "."


def joint_answer(solutions: Sequence[PatternAnswer]) -> JointAnswer:
    """Return the answer of several patterns of one specimen, taken to show one phase.

    Each pattern's probabilities are evidence of their own, so they multiply; the classes' equal
    priors cancel.

    Parameters
    ----------
    solutions
        The answers of the single patterns, over the same candidates.
    """
    answered = [s for s in solutions if s.status == Status.INDEXED]
    names = sorted({name for s in answered for name in s.probabilities})
    if not answered or not names:
        return JointAnswer(None, {}, 0, 0, len(solutions) - len(answered))
    total = np.zeros(len(names))
    for solution in answered:
        values = np.array([solution.probabilities.get(name, 0.0) for name in names])
        total += np.log(np.maximum(values, _FLOOR))
    weight = np.exp(total - total.max())
    probabilities = {n: float(w) for n, w in zip(names, weight / weight.sum(), strict=True)}
    phase = max(probabilities, key=lambda name: probabilities[name])
    supporting = sum(phase in s.prediction_set or s.phase == phase for s in answered)
    return JointAnswer(
        phase, probabilities, supporting, len(answered) - supporting, len(solutions) - len(answered)
    )
