"""Figures of merit, computed from one table of predictions in plain NumPy.

A table is the same however many processes made it, and so is everything here.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.proportion import Interval, wilson_interval

CALIBRATION_BINS = 15


@dataclass(frozen=True, eq=False)
class Scores:
    """Figures of merit of one table of predictions.

    Figures that need probabilities are None where a table has none; a class without a sample has
    no recall (NaN) and does not enter the means over classes.
    """

    n: int
    accuracy: float
    interval: Interval
    balanced_accuracy: float
    weighted_f1: float
    macro_f1: float
    recall: FloatArray
    precision: FloatArray
    f1: FloatArray
    support: IntArray
    confusion: IntArray
    top_k: dict[int, float]
    calibration_error: float | None = None
    auroc: float | None = None
    log_loss: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the scores as plain values; NaN becomes None."""
        plain: dict[str, Any] = {
            "n": self.n,
            "accuracy": self.accuracy,
            "accuracy_interval_95": [self.interval.low, self.interval.high],
            "balanced_accuracy": _plain(self.balanced_accuracy),
            "weighted_f1": self.weighted_f1,
            "macro_f1": self.macro_f1,
            "top_k": {str(k): value for k, value in self.top_k.items()},
            "calibration_error": _plain(self.calibration_error),
            "auroc": _plain(self.auroc),
            "log_loss": _plain(self.log_loss),
            "recall": [_plain(value) for value in self.recall],
            "confusion": self.confusion.tolist(),
        }
        return plain


def scores(
    labels: IntArray,
    predictions: IntArray,
    n_classes: int,
    probabilities: FloatArray | None = None,
) -> Scores:
    """Return every figure of merit of a table.

    Parameters
    ----------
    labels, predictions
        Class indices (n,).
    n_classes
        Number of classes.
    probabilities
        Of every class (n, classes), where there are any.
    """
    matrix = confusion_matrix(labels, predictions, n_classes)
    support = matrix.sum(axis=1)
    n, correct = int(support.sum()), int(np.trace(matrix))
    recall = _divided(np.diag(matrix), support, empty=math.nan)
    precision = _divided(np.diag(matrix), matrix.sum(axis=0), empty=0.0)
    # F1 = 2·TP / (support + predicted), 0 where a class is neither there nor predicted
    f1 = _divided(2 * np.diag(matrix), support + matrix.sum(axis=0), empty=0.0)
    seen = (support > 0) | (matrix.sum(axis=0) > 0)
    top_k, error, area, loss = {1: correct / max(n, 1)}, None, None, None
    if probabilities is not None and n:
        top_k |= {k: top_k_accuracy(labels, probabilities, k) for k in (2, 3) if k < n_classes}
        error = expected_calibration_error(labels, probabilities)
        area = macro_auroc(labels, probabilities)
        loss = float(-np.log(np.clip(probabilities[np.arange(n), labels], 1e-12, 1)).mean())
    return Scores(
        n=n,
        accuracy=correct / max(n, 1),
        interval=wilson_interval(correct, n),
        balanced_accuracy=float(np.nanmean(recall)) if n else math.nan,
        weighted_f1=float((f1 * support).sum() / max(n, 1)),
        macro_f1=float(f1[seen].mean()) if n else 0.0,
        recall=recall,
        precision=precision,
        f1=f1,
        support=support,
        confusion=matrix,
        top_k=top_k,
        calibration_error=error,
        auroc=area,
        log_loss=loss,
    )


def confusion_matrix(labels: IntArray, predictions: IntArray, n_classes: int) -> IntArray:
    """Return the counts (true class, predicted class)."""
    flat = np.bincount(labels * n_classes + predictions, minlength=n_classes * n_classes)
    return flat.reshape(n_classes, n_classes).astype(np.int64)


def top_k_accuracy(labels: IntArray, probabilities: FloatArray, k: int) -> float:
    """Return how often the truth is among the k likeliest classes."""
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :k]
    return float((order == labels[:, None]).any(axis=1).mean())


def expected_calibration_error(
    labels: IntArray, probabilities: FloatArray, *, bins: int = CALIBRATION_BINS
) -> float:
    """Return the mean distance of confidence from accuracy over bins of equal width.

    Guo et al., ICML 2017. A bin includes its upper edge.
    """
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == labels
    index = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    hits = np.bincount(index, weights=correct, minlength=bins)
    mass = np.bincount(index, weights=confidence, minlength=bins)
    return float(np.abs(hits - mass).sum() / len(labels))


def macro_auroc(labels: IntArray, probabilities: FloatArray) -> float | None:
    """Return the mean over classes of the area under the ROC curve, each class against the rest.

    Classes that are absent, or that are all there is, have no curve and are left out.
    """
    areas = []
    for k in range(probabilities.shape[1]):
        area = auroc(labels == k, probabilities[:, k])
        if area is not None:
            areas.append(area)
    return float(np.mean(areas)) if areas else None


def auroc(positive: npt.NDArray[np.bool_], score: FloatArray) -> float | None:
    """Return the area under the ROC curve: how often a positive outranks a negative."""
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    if n_positive == 0 or n_negative == 0:
        return None
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    # ties share the mean of the ranks that they take
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[inverse]
    u = ranks[positive].sum() - n_positive * (n_positive + 1) / 2
    return float(u / (n_positive * n_negative))


def mean_and_sd(values: npt.ArrayLike) -> tuple[float, float]:
    """Return mean and sample standard deviation; the latter is NaN for a single value."""
    array = np.asarray(values, dtype=np.float64)
    sd = float(array.std(ddof=1)) if len(array) > 1 else math.nan
    return float(array.mean()), sd


def majority_baseline(labels: IntArray, n_classes: int) -> float:
    """Return the accuracy of always naming the most frequent class."""
    return float(np.bincount(labels, minlength=n_classes).max() / max(len(labels), 1))


def _divided(numerator: IntArray, denominator: IntArray, *, empty: float) -> FloatArray:
    result = np.full(len(denominator), empty)
    filled = denominator > 0
    result[filled] = numerator[filled] / denominator[filled]
    return result


def _plain(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
