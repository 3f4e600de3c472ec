"""Scores of the judge and of spot indexing on the same examples."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray
from saed_desktop.indexing.deciding.verdict_options import DEFAULT_VERDICT
from saed_desktop.proportion import wilson_interval
from trainer.judge.calibration import (
    JudgeCalibration,
    prediction_sets,
    probabilities,
    shares,
)
from trainer.judge.examples import LOST, NOT_LISTED, Examples

_BINS = 15


@dataclass(frozen=True)
class JudgeScores:
    """Scores on examples.

    Parameters
    ----------
    listed, absent
        Numbers of patterns whose crystal is a candidate, and is none.
    first, first_five
        Listed ones whose crystal is the likeliest candidate, or among the first five.
    refused
        Listed ones for which a crystal that is not listed is likelier than any candidate.
    false_names
        Absent ones for which a candidate has more than one half.
    set_holds, set_size
        Listed ones whose set holds the truth; median size of the sets.
    calibration_error
        Expected calibration error of the likeliest answer, "not listed" included, in 15 bins.
    log_loss
        Mean of minus the log probability of the right answer.
    share_loss
        The same of listed ones among the candidates alone.
    listed_loss
        The same of the crystal being listed or not.
    """

    listed: int
    absent: int
    first: int
    first_five: int
    refused: int
    false_names: int
    set_holds: int
    set_size: float
    calibration_error: float
    log_loss: float
    share_loss: float
    listed_loss: float


def scores(examples: Examples, found: FloatArray, sets: BoolArray) -> JudgeScores:
    """Return scores.

    Parameters
    ----------
    examples
        Patterns with their truth.
    found
        Probabilities (n, candidates + 1), the last that of an unlisted crystal.
    sets
        Prediction sets (n, candidates).
    """
    label, rows = examples.label, np.arange(len(examples))
    is_listed, is_absent = label != NOT_LISTED, label == NOT_LISTED
    truth = np.maximum(label, 0)
    own = np.where(label >= 0, found[rows, truth], 0.0)
    better = (found[:, :-1] > own[:, None]).sum(axis=1)
    has = label >= 0
    best, inside = found.argmax(axis=1), found[:, :-1].sum(axis=1)
    right = np.where(is_absent, best == found.shape[1] - 1, has & (best == label))
    of_answer = np.where(is_absent, found[:, -1], own)
    return JudgeScores(
        listed=int(is_listed.sum()),
        absent=int(is_absent.sum()),
        first=int((has & (better == 0)).sum()),
        first_five=int((has & (better < 5)).sum()),
        refused=int((is_listed & (best == found.shape[1] - 1)).sum()),
        false_names=int((is_absent & (found[:, :-1].max(axis=1) > 0.5)).sum()),
        set_holds=int((has & sets[rows, truth]).sum()),
        set_size=float(np.median(sets[is_listed].sum(axis=1))) if is_listed.any() else 0.0,
        calibration_error=calibration_error(found.max(axis=1), right),
        log_loss=_log_loss(of_answer[label != LOST]),
        share_loss=_log_loss(own[has] / np.maximum(inside[has], 1e-12)),
        listed_loss=_log_loss(np.where(is_absent, 1 - inside, inside)[label != LOST]),
    )


def _log_loss(probability: FloatArray) -> float:
    return float(-np.log(np.maximum(probability, 1e-6)).mean()) if len(probability) else 0.0


def calibration_error(probability: FloatArray, right: BoolArray) -> float:
    """Return the expected calibration error in 15 bins of equal width."""
    place = np.minimum((probability * _BINS).astype(int), _BINS - 1)
    total = np.bincount(place, minlength=_BINS)
    sure = np.bincount(place, weights=probability, minlength=_BINS)
    correct = np.bincount(place, weights=right.astype(float), minlength=_BINS)
    return float(np.abs(sure - correct).sum() / max(total.sum(), 1))


def indexing_probabilities_of(examples: Examples) -> tuple[FloatArray, BoolArray]:
    """Return what spot indexing alone says: probabilities (n, candidates + 1) and sets.

    The probability of a candidate is that among the candidates times that of its being one of
    them at all.
    """
    fits = examples.present & examples.acceptable
    known = np.isfinite(examples.scale_sigma)[:, None]
    exponent = np.where(known, 1.0, DEFAULT_VERDICT.exponent_without_scale)
    value = np.where(fits, examples.log_posterior, -np.inf)
    top = value.max(axis=1, keepdims=True)
    some = np.isfinite(top)
    below = np.where(fits, value - np.where(some, top, 0), -np.inf)
    weight = np.exp(exponent * below)
    share = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    odds = np.where(fits, examples.log_odds_unknown, -50.0).max(axis=1)
    inside = np.where(some[:, 0], 1 / (1 + np.exp(-np.clip(odds, -50, 50))), 0.0)
    tie = DEFAULT_VERDICT.tie_log_posterior / exponent
    found = np.concatenate([share * inside[:, None], 1 - inside[:, None]], axis=1)
    return found, fits & (below >= -tie)


def judged(
    evidence: FloatArray, log_odds: FloatArray, calibration: JudgeCalibration
) -> tuple[FloatArray, BoolArray]:
    """Return what the judge says: probabilities (n, candidates + 1) and sets."""
    sets = prediction_sets(shares(evidence, calibration), calibration.share_of_set)
    return probabilities(evidence, log_odds, calibration), sets


def share(right: int, total: int) -> str:
    """Return a share with its interval, in per cent."""
    limits = wilson_interval(right, total)
    return f"{100 * right / max(total, 1):.1f} ({100 * limits.low:.1f}–{100 * limits.high:.1f})"


def table(rows: Sequence[tuple[str, JudgeScores]]) -> str:
    """Return a table of scores in Markdown, one row each."""
    lines = [
        "| | truth first % | in first five % | refused % | false name > 0.5 % | set holds % | "
        "median set | calibration error | log loss | among candidates | listed or not |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, s in rows:
        cells = (
            name,
            share(s.first, s.listed),
            share(s.first_five, s.listed),
            share(s.refused, s.listed),
            share(s.false_names, s.absent),
            share(s.set_holds, s.listed),
            f"{s.set_size:g}",
            f"{s.calibration_error:.3f}",
            f"{s.log_loss:.3f}",
            f"{s.share_loss:.3f}",
            f"{s.listed_loss:.3f}",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
