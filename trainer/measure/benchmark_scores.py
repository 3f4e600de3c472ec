"""From answered patterns to figures of merit with intervals, under a mix of classes.

Three answers are measured beside one another: the network's, spot indexing's, and that of both;
each is made to name one of the phases. What the program says of its own accord (agree, disagree,
none) is measured apart, as shares and the accuracy within each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.network.labels import OTHER, PAPER_LABELS
from saed_desktop.proportion import wilson_interval
from trainer.data.class_shares import PAPER_COUNTS
from trainer.measure.answer_records import MeasuredAnswer
from trainer.metrics import CALIBRATION_BINS, auroc

MIXES = ("as-is", "paper", "uniform")

WITH_PRIORS = "both, priors of the mix"

_RESAMPLES = 1000
_TIE = 2.5
_EQUAL = 2e-6
"""Probabilities that differ by no more are equal: records hold six digits."""


@dataclass(frozen=True, eq=False)
class _Answers:
    """Probabilities (n, classes), truths (n,) and weights (n,) that sum to 1."""

    probabilities: FloatArray
    truth: IntArray
    weight: FloatArray

    @property
    def guess(self) -> FloatArray:
        """Return how much each class (n, classes) is guessed: 1/k where k classes are likeliest.

        Equal probabilities are no answer; a choice among them is right one time in k,
        and not whenever the truth comes first in the alphabet.
        """
        best = self.probabilities.max(axis=1, keepdims=True)
        likeliest = self.probabilities >= best - _EQUAL
        return np.asarray(likeliest / likeliest.sum(axis=1, keepdims=True))

    @property
    def right(self) -> FloatArray:
        """Return the share (n,) of each guess that is right."""
        return np.asarray(self.guess[np.arange(len(self.truth)), self.truth])


def figures(
    records: Sequence[MeasuredAnswer],
    names: Sequence[str],
    *,
    mix: str = "uniform",
    groups: Sequence[Sequence[str]] = (),
) -> dict[str, Any]:
    """Return every figure of a benchmark as plain values.

    Parameters
    ----------
    records
        Answered patterns; those of truth "other" are none of the phases.
    names
        The phases.
    mix
        How much each class counts: "as-is", "uniform" or "paper".
    groups
        Phases that count as one in the merged figures.
    """
    read = [r for r in records if r.error is None]
    known = [r for r in read if r.truth in names]
    foreign = [r for r in read if r.truth not in names]
    found: dict[str, Any] = {
        "patterns": len(known),
        "foreign": len(foreign),
        "unreadable": len(records) - len(read),
        "mix": mix,
        "answers": {},
    }
    if known:
        truth = np.array([names.index(r.truth) for r in known])
        weight = _weights(truth, names, mix)
        answers_of = _probabilities(known, names)
        if mix == "paper":
            # what a user who states how often each phase is to be expected would have been told
            with_priors = answers_of["both"] * _shares(names, mix)
            answers_of[WITH_PRIORS] = with_priors / with_priors.sum(axis=1, keepdims=True)
        for which, probabilities in answers_of.items():
            answers = _Answers(probabilities, truth, weight)
            found["answers"][which] = _scores(answers, names, groups)
        found["named"] = _named(known, truth, weight)
        found["sets"] = _sets(known, weight)
        found["verdicts"] = _verdicts(known, weight)
        found["ties"] = _ties(known, weight)
        found["seconds_median"] = float(np.median([r.seconds for r in known]))
    if foreign:
        found["open_set"] = _open_set(known, foreign)
    return found


def _weights(truth: IntArray, names: Sequence[str], mix: str) -> FloatArray:
    counts = np.bincount(truth, minlength=len(names))
    if mix == "as-is":
        return np.full(len(truth), 1 / len(truth))
    weight = _shares(names, mix)[truth] / counts[truth]
    return np.asarray(weight / weight.sum())


def _shares(names: Sequence[str], mix: str) -> FloatArray:
    """Return how often each phase (classes,) is met in a mix; phases of none of it hardly ever."""
    if mix != "paper":
        return np.ones(len(names))
    by_name = dict(zip(PAPER_LABELS, PAPER_COUNTS, strict=True))
    return np.array([float(by_name.get(name, 1e-3)) for name in names])


def _probabilities(known: Sequence[MeasuredAnswer], names: Sequence[str]) -> dict[str, FloatArray]:
    found = {"both": _table([r.among_candidates for r in known], names)}
    if known[0].network is not None:
        found["network"] = _table([r.network or {} for r in known], names)
    indexing = np.full((len(known), len(names)), 0.0)
    for i, record in enumerate(known):
        best = record.log_posterior
        floor = min(0.0, *best.values()) if best else 0.0
        values = np.array([best.get(name, floor) for name in names])
        indexing[i] = np.exp(values - values.max())
    found["indexing"] = indexing / indexing.sum(axis=1, keepdims=True)
    return found


def _table(values: Sequence[Mapping[str, float]], names: Sequence[str]) -> FloatArray:
    """Return probabilities (patterns, classes); all alike where an answer says nothing of them."""
    table = np.array([[by_name.get(name, 0.0) for name in names] for by_name in values])
    table[table.sum(axis=1) == 0] = 1 / len(names)
    return table


def _scores(
    answers: _Answers, names: Sequence[str], groups: Sequence[Sequence[str]]
) -> dict[str, Any]:
    values = _point(answers, names, groups)
    low, high = _bootstrap(answers, names, groups)
    n_classes = len(names)
    recall = [
        float(answers.right[answers.truth == k].mean()) if (answers.truth == k).any() else None
        for k in range(n_classes)
    ]
    return {
        **{key: {"value": values[key], "low": low[key], "high": high[key]} for key in values},
        "calibration_error_by_chance": _calibration_error_by_chance(answers),
        "recall": dict(zip(names, recall, strict=True)),
        "confusion": _confusion(answers, np.ones(len(answers.truth)), n_classes).tolist(),
    }


def _point(
    answers: _Answers, names: Sequence[str], groups: Sequence[Sequence[str]]
) -> dict[str, float]:
    n = len(names)
    matrix = _confusion(answers, answers.weight, n)
    support, predicted, hit = matrix.sum(axis=1), matrix.sum(axis=0), np.diag(matrix)
    there = support > 0
    f1 = np.where(support + predicted > 0, 2 * hit / np.maximum(support + predicted, 1e-12), 0)
    merged = _merged(names, groups)
    classes = merged[answers.truth]
    same = (answers.guess * (merged[None, :] == classes[:, None])).sum(axis=1)
    return {
        "accuracy": float(hit.sum()),
        "balanced_accuracy": float((hit[there] / support[there]).mean()),
        "weighted_f1": float((f1 * support).sum()),
        "merged_accuracy": float((answers.weight * same).sum()),
        "merged_balanced_accuracy": float(
            np.mean([same[classes == k].mean() for k in np.unique(classes)])
        ),
        "calibration_error": _calibration_error(answers),
        "log_loss": float(
            -(
                answers.weight
                * np.log(
                    np.clip(
                        answers.probabilities[np.arange(len(answers.truth)), answers.truth],
                        1e-6,
                        1,
                    )
                )
            ).sum()
        ),
    }


def _bootstrap(
    answers: _Answers, names: Sequence[str], groups: Sequence[Sequence[str]]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the 2.5th and 97.5th percentile of every figure over resamples within classes."""
    rng = np.random.default_rng(0)
    members = [np.flatnonzero(answers.truth == k) for k in np.unique(answers.truth)]
    rows = []
    for _ in range(_RESAMPLES):
        chosen = np.concatenate([rng.choice(own, len(own)) for own in members])
        again = _Answers(
            answers.probabilities[chosen], answers.truth[chosen], answers.weight[chosen]
        )
        rows.append(_point(again, names, groups))
    keys = rows[0].keys()
    limits = {key: np.percentile([row[key] for row in rows], [2.5, 97.5]) for key in keys}
    return {k: float(v[0]) for k, v in limits.items()}, {k: float(v[1]) for k, v in limits.items()}


def _confusion(answers: _Answers, weight: FloatArray, n: int) -> FloatArray:
    matrix = np.zeros((n, n))
    np.add.at(matrix, answers.truth, weight[:, None] * answers.guess)
    return matrix


def _merged(names: Sequence[str], groups: Sequence[Sequence[str]]) -> IntArray:
    merged = np.arange(len(names))
    for group in groups:
        own = [names.index(name) for name in group if name in names]
        merged[own] = min(own, default=0)
    return merged


def _calibration_error(answers: _Answers) -> float:
    confidence = answers.probabilities.max(axis=1)
    correct = answers.right
    index = np.clip(np.ceil(confidence * CALIBRATION_BINS).astype(int) - 1, 0, CALIBRATION_BINS - 1)
    gap = np.bincount(
        index, weights=answers.weight * (correct - confidence), minlength=CALIBRATION_BINS
    )
    return float(np.abs(gap).sum())


def _calibration_error_by_chance(answers: _Answers) -> dict[str, float]:
    """Return what answers of the same probabilities would show if these were perfectly true.

    So few patterns in a bin are never right exactly as often as their mean probability, least
    where few of them carry the weight: an error of this size is none (Bröcker and Smith, Weather
    Forecast. 22 (2007) 651). Truths are drawn from the answers' own probabilities.
    """
    rng = np.random.default_rng(0)
    cumulative = answers.probabilities.cumsum(axis=1)
    cumulative /= cumulative[:, -1:]
    errors = []
    for _ in range(_RESAMPLES):
        drawn = (rng.random((len(cumulative), 1)) > cumulative).sum(axis=1)
        errors.append(_calibration_error(_Answers(answers.probabilities, drawn, answers.weight)))
    low, high = np.percentile(errors, [2.5, 97.5])
    return {"value": float(np.mean(errors)), "low": float(low), "high": float(high)}


def _named(known: Sequence[MeasuredAnswer], truth: IntArray, weight: FloatArray) -> dict[str, Any]:
    """Return the shares of patterns whose phase is named rightly, wrongly, and not at all.

    This is what a user meets: the phase that the program names, not the likeliest of the posterior.
    """
    right = np.array([r.phase == r.truth for r in known])
    missing = np.array([r.phase is None for r in known])
    outcomes = {"right": right, "wrong": ~right & ~missing, "not_named": missing}
    rng = np.random.default_rng(0)
    members = [np.flatnonzero(truth == k) for k in np.unique(truth)]
    draws = [
        np.concatenate([rng.choice(own, len(own)) for own in members]) for _ in range(_RESAMPLES)
    ]
    found = {}
    for name, outcome in outcomes.items():
        again = [float((weight * outcome)[chosen].sum()) for chosen in draws]
        low, high = np.percentile(again, [2.5, 97.5])
        value = float((weight * outcome).sum())
        found[name] = {"value": value, "low": float(low), "high": float(high)}
    return found


def _sets(known: Sequence[MeasuredAnswer], weight: FloatArray) -> dict[str, Any]:
    """Return how often sets hold the truth, and how often their first phase alone would."""
    found = {}
    sets_of = {"both": [r.prediction_set for r in known]}
    if known[0].network_set is not None:
        sets_of["network"] = [r.network_set or () for r in known]
    for which, sets in sets_of.items():
        # a pattern called unknown has no set; what it says is "none of these"
        answered = np.array([bool(names) for names in sets])
        if not answered.any():
            continue
        holds = np.array([r.truth in names for r, names in zip(known, sets, strict=True)])
        size = np.array([len(names) for names in sets])
        own = weight * answered / (weight * answered).sum()
        right = np.array([_first(r, which) == r.truth for r in known])
        found[which] = {
            "answered": float((weight * answered).sum()),
            "coverage": float((own * holds).sum()),
            "first_alone": float((own * right).sum()),
            "mean_size": float((own * size).sum()),
        }
    return found


def _first(record: MeasuredAnswer, which: str) -> str | None:
    """Return the phase that is named, or that the network alone holds likeliest."""
    if which == "both":
        return record.phase
    of_network = record.network or {}
    return max(of_network, key=lambda name: of_network[name])


def _verdicts(known: Sequence[MeasuredAnswer], weight: FloatArray) -> dict[str, Any]:
    found = {}
    for verdict in sorted({r.verdict for r in known}):
        chosen = np.array([r.verdict == verdict for r in known])
        correct = np.array([r.phase == r.truth for r in known])
        interval = wilson_interval(int((chosen & correct).sum()), int(chosen.sum()))
        found[verdict] = {
            "share": float((weight * chosen).sum()),
            "accuracy": float((weight * chosen * correct).sum() / (weight * chosen).sum()),
            "n": int(chosen.sum()),
            "interval_95": [interval.low, interval.high],
        }
    return found


def _ties(known: Sequence[MeasuredAnswer], weight: FloatArray) -> dict[str, float]:
    """Return how often other phases explain the spots as well as the true one does.

    The bound is the expected accuracy of one who knows all candidates that are as good as the
    true one and chooses among them at random.
    """
    sizes = []
    for record in known:
        best = record.log_posterior
        own = best.get(record.truth)
        tied = [name for name, value in best.items() if own is not None and value >= own - _TIE]
        sizes.append(max(len(tied), 1))
    size = np.array(sizes)
    return {
        "share": float((weight * (size > 1)).sum()),
        "bound_by_positions": float((weight / size).sum()),
    }


_SURE = 0.8


def _probability(record: MeasuredAnswer) -> float:
    """Return how probable a phase is made: "none of these" has its share."""
    if record.phase is None:
        return 0.0
    return max(record.among_candidates.values()) * (1 - (record.none_of_these or 0.0))


def _open_set(known: Sequence[MeasuredAnswer], foreign: Sequence[MeasuredAnswer]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "confident_phase": float(np.mean([_probability(r) > _SURE for r in foreign])),
        "called_none": float(np.mean([r.phase is None for r in foreign])),
        "truth": sorted({r.truth for r in foreign} - {OTHER}),
    }
    if not known:
        return found
    score = np.array([r.in_distribution for r in (*known, *foreign)])
    positive = np.arange(len(score)) < len(known)
    threshold = np.percentile(score[positive], 5)
    found |= {
        "auroc": auroc(positive, score),
        "fpr_at_95": float((score[~positive] >= threshold).mean()),
        "known_called_none": float(np.mean([r.phase is None for r in known])),
    }
    return found
