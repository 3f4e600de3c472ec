"""The verdict over one pattern with what it rests on, and verdicts that name nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from saed_desktop.indexing.deciding.posterior import normalised
from saed_desktop.indexing.solution import of_all
from saed_desktop.network.session import Prediction
from saed_desktop.results.reason import Reason
from saed_desktop.results.record import Status, Verdict

_UNNAMED = 0.5
"""Least probability of "none of these" where nothing is named."""


@dataclass(frozen=True)
class CombinedVerdict:
    """The verdict with what it rests on; see `Solution` for the fields."""

    status: Status
    verdict: Verdict
    phase: str | None
    among_candidates: Mapping[str, float]
    prediction_set: tuple[str, ...]
    in_distribution: float
    reasons: tuple[Reason, ...]
    none_of_these: float | None = 0.0

    @property
    def probabilities(self) -> dict[str, float]:
        """By phase; with `none_of_these` they sum to 1."""
        return of_all(self.among_candidates, self.none_of_these)

    @property
    def probability(self) -> float | None:
        """Of the phase that is named."""
        return None if self.phase is None else self.probabilities[self.phase]


def no_answer(
    reasons: tuple[Reason, ...],
    prediction: Prediction | None,
    phases: Sequence[str],
    listed: float | None,
    by_fits: Mapping[str, float] | None = None,
) -> CombinedVerdict:
    """Return the verdict that names nothing.

    Parameters
    ----------
    reasons
        Why.
    prediction
        The network's answer, None without a network.
    phases
        Names of the phases under consideration.
    listed
        Probability that the pattern is of one of them; None where the question has no sense.
    by_fits
        Probabilities by how the phases fit, which stand where no network was shown all of them.
    """
    seen = dict(prediction.probabilities) if prediction else {}
    if phases and seen.keys() >= set(phases):
        probabilities = normalised({name: seen[name] for name in phases})
    elif by_fits is not None:
        probabilities = dict(by_fits)
    elif phases:
        # a network's phases that are no candidates are not what was asked for
        probabilities = {name: 1 / len(phases) for name in phases}
    else:
        probabilities = seen
    return CombinedVerdict(
        status=Status.UNKNOWN,
        verdict=Verdict.NONE,
        phase=None,
        among_candidates=probabilities,
        prediction_set=(),
        in_distribution=prediction.in_distribution if prediction else 0.0,
        reasons=reasons,
        none_of_these=None if listed is None else max(1 - listed, _UNNAMED),
    )


def without_answer(combined: CombinedVerdict, *reasons: Reason) -> CombinedVerdict:
    """Return a verdict that names nothing, for reasons that stand after what is known anyway."""
    none = combined.none_of_these
    none = None if none is None else max(none, _UNNAMED)
    if combined.phase is None:
        return replace(combined, reasons=(*combined.reasons, *reasons), none_of_these=none)
    return replace(
        combined,
        status=Status.UNKNOWN,
        verdict=Verdict.NONE,
        phase=None,
        prediction_set=(),
        reasons=(combined.reasons[0], *reasons),
        none_of_these=none,
    )
