"""Calibration of the judge: temperature, prior odds of an unlisted crystal, prediction sets."""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from trainer.judge.examples import LOST, NOT_LISTED

SET_LEVEL = 0.9
_GRID = 25


@dataclass(frozen=True)
class JudgeCalibration:
    """What turns evidence into probabilities.

    Parameters
    ----------
    temperature
        Evidence is divided by it.
    log_unlisted
        Log prior odds of a crystal that is not listed, against one candidate.
    set_probability
        Candidates at least this probable, relative to all that are listed, cannot be excluded.
    """

    temperature: float = 1.0
    log_unlisted: float = 0.0
    set_probability: float = 0.05


def probabilities(evidence: FloatArray, calibration: JudgeCalibration) -> FloatArray:
    """Return probabilities (n, candidates + 1); the last is that of a crystal not listed.

    Parameters
    ----------
    evidence
        (n, candidates), minus infinity where there is no candidate.
    calibration
        Temperature and prior.
    """
    unlisted = np.full((len(evidence), 1), calibration.log_unlisted)
    logits = np.concatenate([evidence / calibration.temperature, unlisted], axis=1)
    weight = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def fit_calibration(
    evidence: FloatArray, label: IntArray, *, level: float = SET_LEVEL
) -> JudgeCalibration:
    """Return the temperature and prior of least log loss, and the threshold of sets.

    Sets are split conformal over patterns whose crystal is listed.

    Parameters
    ----------
    evidence
        Of patterns of other crystals than those trained on (n, candidates).
    label
        Of each (n,), as in `Examples`.
    level
        Share of sets that shall hold the truth.
    """
    used = label != LOST
    evidence, label = evidence[used], label[used]
    place = np.where(label == NOT_LISTED, evidence.shape[1], label)
    rows = np.arange(len(label))

    def loss(found: JudgeCalibration) -> float:
        chosen = probabilities(evidence, found)[rows, place]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    center = (0.0, 0.0)
    half = (1.5, 3.0)
    for _ in range(5):  # a grid that closes in on the one minimum
        tried = [
            JudgeCalibration(float(np.exp(center[0] + a)), center[1] + b)
            for a in np.linspace(-half[0], half[0], _GRID)
            for b in np.linspace(-half[1], half[1], _GRID)
        ]
        best = min(tried, key=loss)
        center = (float(np.log(best.temperature)), best.log_unlisted)
        half = (half[0] / 4, half[1] / 4)
    listed = label >= 0
    shares = among_listed(probabilities(evidence, best))
    of_truth = np.sort(shares[rows[listed], label[listed]])
    threshold = float(of_truth[int((1 - level) * (len(of_truth) + 1))]) if len(of_truth) else 0.0
    return JudgeCalibration(best.temperature, best.log_unlisted, threshold)


def among_listed(found: FloatArray) -> FloatArray:
    """Return probabilities (n, candidates) given that the crystal is listed."""
    total = found[:, :-1].sum(axis=1, keepdims=True)
    return np.asarray(found[:, :-1] / np.maximum(total, 1e-12))


def prediction_sets(found: FloatArray, calibration: JudgeCalibration) -> FloatArray:
    """Return which candidates cannot be excluded (n, candidates)."""
    shares = among_listed(found)
    least = np.minimum(calibration.set_probability, shares.max(axis=1, keepdims=True))
    return np.asarray(shares >= np.maximum(least, 1e-12))
