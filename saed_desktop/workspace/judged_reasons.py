"""The judge's reasons for one candidate and against another, in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.centers import View
from saed_desktop.indexing.deciding.judge_explained import explain_judged
from saed_desktop.indexing.deciding.judged_spots import judged_spot_weights
from saed_desktop.indexing.solution import Solution
from saed_desktop.network.judge import Judge
from saed_desktop.network.occlusion import SpotWeights
from saed_desktop.results.wording import (
    EVIDENCE_WORDS,
    LEAST_LOG_FACTOR,
    factor_size,
    factor_text,
    phase_label,
)
from saed_desktop.translation import tr


@dataclass(frozen=True)
class Reason:
    """One part of the evidence: its name, and the logarithm of the factor that it is worth."""

    label: str
    log_factor: float

    @property
    def factor(self) -> str:
        """The factor on the odds of the first candidate: "×2.3", or "÷2.3" below 1."""
        return factor_text(self.log_factor)


@dataclass(frozen=True, eq=False)
class JudgedReasons:
    """The judge's reasons for one candidate and against another.

    Parameters
    ----------
    first, second
        The candidates.
    reasons
        What speaks for the first (above zero) or for the second, the strongest first.
    note
        What they come to, in sentences.
    weights
        By how much each spot speaks for the first.
    """

    first: str
    second: str
    reasons: tuple[Reason, ...]
    note: str
    weights: SpotWeights | None = None


def judged_reasons(
    solution: Solution,
    phases: Sequence[Phase],
    priors: Mapping[str, float],
    judge: Judge,
    *,
    first: str,
    second: str,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> JudgedReasons | None:
    """Return why the judge prefers one candidate of an answer to another; None where it does not.

    Parameters
    ----------
    solution
        The answer.
    phases, priors
        The crystals and their relative frequencies, as they were asked about.
    judge
        The judge.
    first, second
        The phases, by name.
    is_cancelled
        Asked again and again; what is known by then is returned.
    """
    view = View(solution.prepared, solution.candidates, solution.prediction)
    found = explain_judged(judge, view, phases, priors, first=first, second=second)
    if found is None:
        return None
    weights = judged_spot_weights(
        judge, view, phases, first=first, second=second, is_cancelled=is_cancelled
    )
    zones = {c.phase: c.zone_label for c in solution.candidates}
    names = [f"{phase_label(name)} {zones[name]}" for name in (first, second)]
    reasons = [Reason(tr(EVIDENCE_WORDS[part]), value) for part, value in found.telling]
    return JudgedReasons(
        phase_label(first),
        phase_label(second),
        tuple(reasons),
        _note(found.lead, names),
        weights,
    )


def _note(lead: float, names: Sequence[str]) -> str:
    values = {"first": names[0], "second": names[1]}
    if abs(lead) < LEAST_LOG_FACTOR:
        return tr("{first} and {second} fit equally well.", **values)
    likelier = names if lead > 0 else names[::-1]
    return tr(
        "In this pattern {likelier} is {factor} times as likely as {other}: the factors multiply "
        "to that. They come from the network that compares how well candidates fit. Amber spots "
        "speak for {first}, blue ones for {second}.",
        **values,
        likelier=likelier[0],
        other=likelier[1],
        factor=factor_size(lead),
    )
