"""Calibration of the judge: what turns its output into probabilities, and the width of sets."""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray, IntArray
from trainer.judge.examples import LOST

SET_LEVEL = 0.9
_TEMPERATURES = np.exp(np.linspace(-1.5, 1.5, 121))
_NEWTON_STEPS = 30
_SPREAD_OF_SLOPE = 0.5
"""Of the prior of the slope about 1: a handful of patterns shall not turn it round."""


@dataclass(frozen=True)
class JudgeCalibration:
    """Coefficients that turn the judge's output into probabilities.

    Parameters
    ----------
    temperature
        Log evidence is divided by it.
    listed_slope, listed_offset
        Log odds of the crystal being listed are multiplied by the first, plus the second.
    share_of_set
        Of the probability among the candidates, what a prediction set must hold.
    """

    temperature: float = 1.0
    listed_slope: float = 1.0
    listed_offset: float = 0.0
    share_of_set: float = SET_LEVEL


def shares(evidence: FloatArray, calibration: JudgeCalibration) -> FloatArray:
    """Return probabilities (n, candidates) among the candidates; they sum to 1.

    Parameters
    ----------
    evidence
        Log evidence (n, candidates), minus infinity where there is no candidate.
    calibration
        Of the judge.
    """
    logits = evidence / calibration.temperature
    weight = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def listed_probability(log_odds: FloatArray, calibration: JudgeCalibration) -> FloatArray:
    """Return the probability (n,) that the crystal is among the candidates."""
    odds = calibration.listed_slope * log_odds + calibration.listed_offset
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -50, 50))))


def probabilities(
    evidence: FloatArray, log_odds: FloatArray, calibration: JudgeCalibration
) -> FloatArray:
    """Return probabilities (n, candidates + 1); the last is that of a crystal not listed."""
    inside = listed_probability(log_odds, calibration)[:, None]
    return np.concatenate([shares(evidence, calibration) * inside, 1 - inside], axis=1)


def prediction_sets(share: FloatArray, share_of_set: float) -> BoolArray:
    """Return the fewest candidates (n, candidates) that together have a share of probability."""
    order = np.argsort(-share, axis=1, kind="stable")
    ranked = np.take_along_axis(share, order, axis=1)
    before = np.cumsum(ranked, axis=1) - ranked
    chosen = np.zeros(share.shape, bool)
    np.put_along_axis(chosen, order, before < share_of_set, axis=1)
    return chosen & (share > 0)


def fit_calibration(
    evidence: FloatArray, log_odds: FloatArray, label: IntArray, *, level: float = SET_LEVEL
) -> JudgeCalibration:
    """Return the calibration of least log loss, with the width of sets.

    Parameters
    ----------
    evidence
        Of patterns of other crystals than those trained on (n, candidates).
    log_odds
        Of their crystal being listed (n,).
    label
        Of each (n,), as in `Examples`.
    level
        Share of sets of listed crystals that shall hold the truth.
    """
    rows = np.flatnonzero(label >= 0)
    if len(rows) == 0:
        return JudgeCalibration()

    def loss(temperature: float) -> float:
        logits = evidence[rows] / temperature
        top = logits.max(axis=1, keepdims=True)
        total = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
        return float((total - logits[np.arange(len(rows)), label[rows]]).mean())

    temperature = float(min(_TEMPERATURES, key=loss))
    used = label != LOST
    slope, offset = _logistic(log_odds[used], label[used] >= 0)
    found = JudgeCalibration(temperature, slope, offset)
    share = shares(evidence[rows], found)
    own = share[np.arange(len(rows)), label[rows]]
    # the set holds the truth where what is likelier has less than the share
    before = np.sort(np.where(share > own[:, None], share, 0.0).sum(axis=1))
    place = min(int(np.ceil(level * (len(before) + 1))), len(before)) - 1
    width = float(min(before[place] + 1e-6, 1.0))
    return JudgeCalibration(temperature, slope, offset, width)


def _logistic(log_odds: FloatArray, is_listed: BoolArray) -> tuple[float, float]:
    """Return slope and offset of a logistic regression, the slope near 1 in doubt."""
    weights = np.array([1.0, 0.0])
    design = np.column_stack([log_odds, np.ones_like(log_odds)])
    prior = np.diag([_SPREAD_OF_SLOPE**-2, 1e-3])
    for _ in range(_NEWTON_STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ weights, -50, 50)))
        slope = design.T @ (p - is_listed) + prior @ (weights - [1.0, 0.0])
        curvature = (design * (p * (1 - p))[:, None]).T @ design + prior
        weights = weights - np.linalg.solve(curvature, slope)
    return float(weights[0]), float(weights[1])
