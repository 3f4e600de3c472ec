"""Weigh places of the direct beam by image, spot indexing and network together.

The image leaves a few places (`pattern.center`). About each of them the crystals are fitted and
the network is asked; what they find adds to the image's evidence, the likeliest place is chosen at
the end, and the phases' probabilities are summed over the places.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.indexing.deciding.combined_verdict import CombinedVerdict
from saed_desktop.indexing.deciding.posterior import best_per_phase, normalised
from saed_desktop.indexing.deciding.prediction_set import with_rivals
from saed_desktop.indexing.solution import Candidate
from saed_desktop.network.session import Prediction
from saed_desktop.pattern.center import Center, CenterHypothesis, judged_center
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.results.reason import Reason, ReasonKind

_LEAST_PROBABLE = 0.03
_MOST = 3
"""Places less probable than this by the image alone, or beyond this many, are not asked about."""

_INDEXING = 0.5
"""Weight of spot indexing's log evidence beside the image's."""

_INDEXING_LIMIT = 8.0
"""The evidence of spot indexing for one place against another counts up to this much."""

_NETWORK = 0.5
"""Weight of the logarithm of the network's probability that it knows such a pattern."""

_REPORTED = 0.02
"""Places more probable than this stand in the answer."""


@dataclass(frozen=True, eq=False)
class View:
    """The pattern about one place, with what was found there.

    Parameters
    ----------
    prepared
        The pattern as if the beam were there.
    candidates
        Candidates of all phases, by spot indexing.
    prediction
        The network's answer, None without a network.
    """

    prepared: PreparedPattern
    candidates: tuple[Candidate, ...] = ()
    prediction: Prediction | None = None


def views_of(prepared: PreparedPattern) -> list[PreparedPattern]:
    """Return the pattern about every place that is worth asking about, likeliest first.

    Parameters
    ----------
    prepared
        The pattern with its centre's hypotheses.
    """
    center = prepared.center
    worth = [
        hypothesis
        for hypothesis, probability in zip(center.hypotheses, center.probabilities, strict=True)
        if probability >= _LEAST_PROBABLE
    ]
    if len(worth) < 2:
        return [prepared]
    return [replace(prepared, center=center.at(h)) for h in worth[:_MOST]]


def judged_by_all(
    prepared: PreparedPattern, views: Sequence[View]
) -> tuple[Center, tuple[float, ...]]:
    """Return the centre by image, spot indexing and network, and the views' probabilities.

    Parameters
    ----------
    prepared
        The pattern as the image alone has it.
    views
        What was found about the places.
    """
    if len(views) < 2:
        return prepared.center, (1.0,)
    evidence = np.array([_indexing_evidence(view.candidates) for view in views])
    gained = _INDEXING * np.maximum(evidence - evidence.max(), -_INDEXING_LIMIT)
    known = [view.prediction.in_distribution if view.prediction else 1.0 for view in views]
    gained += _NETWORK * np.log(np.maximum(known, 0.01))
    by_place = {view.prepared.center.xy: gain for view, gain in zip(views, gained, strict=True)}
    # a place that was not asked about gets what the least of the others has
    least = float(gained.min())
    weighed = [
        replace(h, log_weight=h.log_weight + float(by_place.get(h.xy, least)))
        for h in prepared.center.hypotheses
    ]
    center = judged_center(prepared.center, weighed)
    share = dict(zip([h.xy for h in center.hypotheses], center.probabilities, strict=True))
    weight = np.array([share[view.prepared.center.xy] for view in views])
    return center, tuple(float(p) for p in weight / weight.sum())


def _indexing_evidence(candidates: Sequence[Candidate]) -> float:
    """Return the logarithm of what all phases together explain; 0 is chance."""
    values = [0.0, *(candidate.log_posterior for candidate in best_per_phase(candidates))]
    return float(np.logaddexp.reduce(values))


def summed(parts: Sequence[Mapping[str, float]], weights: Sequence[float]) -> dict[str, float]:
    """Return the phases' probabilities summed over the places.

    Parameters
    ----------
    parts
        Probabilities about each place.
    weights
        The places' probabilities.
    """
    total = {
        name: sum(w * part.get(name, 0.0) for part, w in zip(parts, weights, strict=True))
        for name in parts[0]
    }
    return normalised(total)


def verdict_over_places(
    combined: CombinedVerdict, parts: Sequence[Mapping[str, float]], weights: Sequence[float]
) -> CombinedVerdict:
    """Return the verdict about the chosen place with probabilities summed over all of them.

    Parameters
    ----------
    combined
        The verdict; one that names nothing stays as it is.
    parts
        Probabilities about each place that counts, the chosen one first.
    weights
        The places' probabilities.
    """
    if len(parts) < 2 or combined.phase is None:
        return combined
    probabilities = summed(parts, weights)
    possible = {
        max(part, key=lambda name: part[name])
        for part, weight in zip(parts, weights, strict=True)
        if weight > 0.1 and part
    }
    return replace(
        combined,
        among_candidates=probabilities,
        prediction_set=with_rivals(combined.prediction_set, possible, probabilities),
    )


def remaining_places(center: Center) -> tuple[tuple[CenterHypothesis, float], ...]:
    """Return the places that remain possible with their probabilities, the chosen one first."""
    pairs = zip(center.hypotheses, center.probabilities, strict=True)
    return tuple((h, p) for h, p in pairs if h.xy == center.xy or p > _REPORTED)


def center_doubt(center: Center) -> tuple[Reason, ...]:
    """Return the reason that says where else the beam may be; none where that is settled."""
    places = remaining_places(center)
    if len(places) < 2:
        return ()
    rounded = tuple((round(h.xy[0], 1), round(h.xy[1], 1), round(p, 3)) for h, p in places)
    return (Reason(kind=ReasonKind.CENTER_UNSURE, places=rounded),)
