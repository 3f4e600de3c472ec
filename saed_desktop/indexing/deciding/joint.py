"""Several patterns of one specimen: one answer from all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from saed_desktop.indexing.solution import of_all
from saed_desktop.results.record import AnswerRecord, JointLine, JointRecord, Status

_FLOOR = 1e-4
"""No single pattern may exclude a phase beyond doubt: any one can show another grain."""


@dataclass(frozen=True)
class Evidence:
    """Evidence that one pattern contributes.

    Parameters
    ----------
    phase
        The phase named, None without an answer.
    among_candidates
        Probabilities by phase, given that it is one of them.
    prediction_set
        Phases that the pattern does not exclude.
    none_of_these
        Probability that it is none of them; None where that is not known.
    """

    phase: str | None
    among_candidates: Mapping[str, float]
    prediction_set: tuple[str, ...]
    none_of_these: float | None = None

    @classmethod
    def of_record(cls, record: AnswerRecord) -> Self:
        """Return the evidence of a pattern by its record."""
        phase = record.phase if record.status is Status.INDEXED else None
        among = record.among_candidates
        return cls(phase, among, record.prediction_set, record.none_of_these)


@dataclass(frozen=True)
class JointAnswer:
    """Joint answer of several patterns of one specimen.

    Parameters
    ----------
    phase
        The likeliest phase, None where no pattern could be answered.
    among_candidates
        Probabilities by phase, given that all patterns show the same one of them.
    none_of_these
        Probability that they show none of them, that of the pattern which leaves it least: a
        crystal outside the list that looks like one of it in a zone looks so in others as well, so
        that their doubts are not independent. None where no pattern knows.
    supporting, contradicting
        How many of the answered patterns name that phase or do not exclude it, and how many do.
    unanswered
        Patterns without an answer, which take no part.
    """

    phase: str | None
    among_candidates: dict[str, float]
    supporting: int
    contradicting: int
    unanswered: int
    none_of_these: float | None = None

    @property
    def probabilities(self) -> dict[str, float]:
        """By phase, of the patterns being of it; with `none_of_these` they sum to 1."""
        return of_all(self.among_candidates, self.none_of_these)

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

    def to_line(self, *, specimen: str) -> JointLine:
        """Return the answer as the command line prints it."""
        return JointLine(
            joint=JointRecord(
                specimen=specimen,
                phase=self.phase,
                probabilities={name: round(p, 4) for name, p in self.probabilities.items()},
                supporting=self.supporting,
                contradicting=self.contradicting,
                unanswered=self.unanswered,
                none_of_these=None if self.none_of_these is None else round(self.none_of_these, 4),
            )
        )


def joint_answer(
    evidence: Sequence[Evidence], *, log_weights: Mapping[str, float] | None = None
) -> JointAnswer:
    """Return the answer of several patterns of one specimen, taken to show one phase.

    Each pattern's probabilities are evidence of their own, so they multiply; the classes' equal
    priors cancel.

    Parameters
    ----------
    evidence
        What each pattern says, over the same candidates.
    log_weights
        By phase, what else speaks for it, such as that its patterns agree in scale.
    """
    more = log_weights or {}
    answered = [e for e in evidence if e.phase is not None]
    names = sorted({name for e in answered for name in e.among_candidates})
    if not answered or not names:
        return JointAnswer(None, {}, 0, 0, len(evidence) - len(answered))
    total = np.array([more.get(name, 0.0) for name in names])
    for one in answered:
        values = np.array([one.among_candidates.get(name, 0.0) for name in names])
        total += np.log(np.maximum(values, _FLOOR))
    weight = np.exp(total - total.max())
    probabilities = {n: float(w) for n, w in zip(names, weight / weight.sum(), strict=True)}
    phase = max(probabilities, key=lambda name: probabilities[name])
    supporting = sum(phase in e.prediction_set or e.phase == phase for e in answered)
    none = [e.none_of_these for e in answered if e.none_of_these is not None]
    return JointAnswer(
        phase,
        probabilities,
        supporting,
        len(answered) - supporting,
        len(evidence) - len(answered),
        min(none, default=None),
    )
