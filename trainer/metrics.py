"""Figures of merit of one table of predictions, by scikit-learn where it has them.

A table is the same however many processes made it, and so is everything here. Own are the
calibration error, of which scikit-learn has no figure, the interval of a share (Wilson), which the
desktop states as well, and which class goes first where several are equally likely.
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
    # scipy comes along: half a second that only measuring should cost
    from sklearn import metrics

    classes = np.arange(n_classes)
    n = len(labels)
    top_k, error, area, loss = {1: 0.0}, None, None, None
    if n == 0:
        nothing = np.zeros(n_classes)
        return Scores(
            n=0, accuracy=0.0, interval=wilson_interval(0, 0), balanced_accuracy=math.nan,
            weighted_f1=0.0, macro_f1=0.0, recall=np.full(n_classes, math.nan),
            precision=nothing, f1=nothing, support=nothing.astype(np.int64),
            confusion=np.zeros((n_classes, n_classes), np.int64), top_k=top_k,
        )  # fmt: skip
    matrix = metrics.confusion_matrix(labels, predictions, labels=classes)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predictions, labels=classes, zero_division=0
    )
    recall = np.where(support > 0, recall, math.nan)
    correct = int(metrics.accuracy_score(labels, predictions, normalize=False))
    top_k[1] = correct / n
    if probabilities is not None:
        top_k |= {k: top_k_accuracy(labels, probabilities, k) for k in (2, 3) if k < n_classes}
        error = expected_calibration_error(labels, probabilities)
        area = macro_auroc(labels, probabilities)
        clipped = np.clip(probabilities, 1e-12, 1)
        loss = float(metrics.log_loss(labels, _sums_to_one(clipped), labels=classes))
    options = {"zero_division": 0}
    return Scores(
        n=n,
        accuracy=correct / n,
        interval=wilson_interval(correct, n),
        balanced_accuracy=float(np.nanmean(recall)),
        weighted_f1=float(metrics.f1_score(labels, predictions, average="weighted", **options)),
        macro_f1=float(metrics.f1_score(labels, predictions, average="macro", **options)),
        recall=recall,
        precision=precision,
        f1=f1,
        support=support.astype(np.int64),
        confusion=matrix.astype(np.int64),
        top_k=top_k,
        calibration_error=error,
        auroc=area,
        log_loss=loss,
    )


def top_k_accuracy(labels: IntArray, probabilities: FloatArray, k: int) -> float:
    """Return how often the truth is among the k likeliest classes.

    Of equal probabilities the first class goes first, as in an answer; scikit-learn takes the last.
    """
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
    """Return the area under the ROC curve, None where all patterns are of one kind."""
    from sklearn.metrics import roc_auc_score

    if positive.all() or not positive.any():
        return None
    return float(roc_auc_score(positive, score))


def mean_and_sd(values: npt.ArrayLike) -> tuple[float, float]:
    """Return mean and sample standard deviation; the latter is NaN for a single value."""
    array = np.asarray(values, dtype=np.float64)
    sd = float(array.std(ddof=1)) if len(array) > 1 else math.nan
    return float(array.mean()), sd


def majority_baseline(labels: IntArray, n_classes: int) -> float:
    """Return the accuracy of always naming the most frequent class."""
    return float(np.bincount(labels, minlength=n_classes).max() / max(len(labels), 1))


def _sums_to_one(probabilities: FloatArray) -> FloatArray:
    """Return the rows divided by their sums: tables state a few digits only."""
    return np.asarray(probabilities / probabilities.sum(axis=1, keepdims=True))


def _plain(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
