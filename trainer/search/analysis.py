"""Analysis of search results: Pareto fronts, effects of variables, agreement of the rungs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from saed_desktop.proportion import Interval, wilson_interval
from trainer.metrics import mean_and_sd
from trainer.search.layout import result_files
from trainer.search.results import Result, merge
from trainer.search.rung_trials import (
    is_final,
    n_rungs,
    ranked_architectures,
    ranking,
    rung_name,
)
from trainer.search.settings import SearchSettings


@dataclass(frozen=True)
class RungResults:
    """The results of a rung with a score, best first.

    Parameters
    ----------
    name
        Of the rung.
    results
        One per training.
    is_final
        Whether it is that of the finals.
    """

    name: str
    results: tuple[Result, ...]
    is_final: bool


@dataclass(frozen=True)
class ScoredArchitecture:
    """An architecture's place in the ranking.

    Parameters
    ----------
    index
        The architecture.
    results
        Its trainings in the rung that ranks it.
    score, sd
        Mean over the seeds, and their standard deviation (NaN for one seed).
    interval
        95 % Wilson interval of the mean accuracy, from the number of validation patterns.
    """

    index: int
    results: tuple[Result, ...]
    score: float
    sd: float
    interval: Interval


@dataclass(frozen=True)
class Effect:
    """Mean effect of one value of a variable.

    Parameters
    ----------
    value
        The value.
    mean, error
        Score over all architectures that have it, and the standard error of that mean.
    best
        Highest score among them.
    kept_share
        Share of them that reached the last rung before the finals; None where there is one rung.
    """

    value: object
    mean: float
    error: float
    best: float
    kept_share: float | None


def rung_results(folder: Path, settings: SearchSettings) -> list[RungResults]:
    """Return the scored results of every rung that has any."""
    found = []
    for rung in range(n_rungs(settings)):
        merged = merge(result_files(folder, rung))
        ranked = tuple(ranking(merged.by_key.values()))
        if ranked:
            found.append(RungResults(rung_name(settings, rung), ranked, is_final(settings, rung)))
    return found


def scored_architectures(rung: RungResults) -> list[ScoredArchitecture]:
    """Return the ranking of a rung, the seeds of an architecture taken together."""
    by_index: dict[int, list[Result]] = defaultdict(list)
    for result in rung.results:
        by_index[result.index].append(result)
    found = []
    for index in ranked_architectures(rung.results):
        results = by_index[index]
        mean, sd = mean_and_sd([result.score or 0.0 for result in results])
        n = min(result.n or 0 for result in results)
        accuracy = float(np.mean([(r.correct or 0) / max(r.n or 0, 1) for r in results]))
        interval = wilson_interval(round(accuracy * n), n)
        found.append(ScoredArchitecture(index, tuple(results), mean, sd, interval))
    return found


def pareto_front(costs: Sequence[float], scores: Sequence[float]) -> list[int]:
    """Return the places of those that nothing cheaper or as cheap surpasses, cheapest first."""
    order = sorted(range(len(costs)), key=lambda i: (costs[i], -scores[i]))
    front: list[int] = []
    for i in order:
        if not front or scores[i] > scores[front[-1]]:
            front.append(i)
    return front


def main_effects(settings: SearchSettings, rungs: Sequence[RungResults]) -> dict[str, list[Effect]]:
    """Return the effect of every variable that takes several values, over the first rung.

    There every architecture has been trained alike, so that a mean over all that share a value
    says what the value does, the others being balanced.
    """
    first = rungs[0].results
    searched = [rung for rung in rungs if not rung.is_final]
    survivors = {result.index for result in searched[-1].results}
    found: dict[str, list[Effect]] = {}
    described = {result.index: settings.space.at(result.index).describe() for result in first}
    for name, values in settings.space.axes.items():
        if len(values) < 2:
            continue
        effects = []
        for value in values:
            word = getattr(value, "value", value)
            own = [r for r in first if described[r.index][name] == word]
            if not own:
                continue
            scores = np.array([r.score or 0.0 for r in own])
            kept = None
            if len(searched) > 1:
                kept = sum(r.index in survivors for r in own) / len(own)
            error = float(scores.std(ddof=1) / np.sqrt(len(scores))) if len(scores) > 1 else 0.0
            effects.append(Effect(word, float(scores.mean()), error, float(scores.max()), kept))
        found[name] = effects
    return found


def agreement(rungs: Sequence[RungResults]) -> list[tuple[str, str, int, float]]:
    """Return the Spearman correlation of each rung with the last, over what both trained."""
    if len(rungs) < 2:
        return []
    last = _scores(rungs[-1].results)
    found = []
    for rung in rungs[:-1]:
        own = _scores(rung.results)
        shared = sorted(set(own) & set(last))
        if len(shared) > 2:
            value = spearman([own[i] for i in shared], [last[i] for i in shared])
            found.append((rung.name, rungs[-1].name, len(shared), value))
    return found


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    """Return Spearman's rank correlation; NaN where one side is constant."""
    first, second = _ranks(a), _ranks(b)
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])


def _scores(results: Iterable[Result]) -> Mapping[int, float]:
    by_index: dict[int, list[float]] = defaultdict(list)
    for result in results:
        by_index[result.index].append(result.score or 0.0)
    return {index: float(np.mean(values)) for index, values in by_index.items()}


def _ranks(values: Sequence[float]) -> np.ndarray:
    _, inverse, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    # ties share the mean of the ranks that they take
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]
