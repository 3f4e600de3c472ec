"""Calibration of the judge: what turns its evidence into log odds, and the width of sets."""

from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray, IntArray
from trainer.judge.examples import LOST, NOT_LISTED

SET_LEVEL = 0.9
_GRID = 17
_PER_LOG_POSTERIOR = np.arange(0.0, 0.65, 0.05)


@dataclass(frozen=True)
class JudgeCalibration:
    """Coefficients that turn evidence into log odds.

    Parameters
    ----------
    temperature
        Evidence is divided by it.
    per_log_posterior
        What a candidate loses for each unit that its log posterior is behind the best one's.
    log_unlisted
        Log prior odds of a crystal that is not listed, against one candidate.
    set_log_odds
        Candidates whose log odds are no more than this below the best one's cannot be excluded.
    """

    temperature: float = 1.0
    per_log_posterior: float = 0.0
    log_unlisted: float = 0.0
    set_log_odds: float = 3.0


def log_odds(
    evidence: FloatArray, log_posterior: FloatArray, calibration: JudgeCalibration
) -> FloatArray:
    """Return log odds (n, candidates) against a crystal that is not listed.

    Parameters
    ----------
    evidence
        (n, candidates), minus infinity where there is no candidate.
    log_posterior
        By spot indexing (n, candidates).
    calibration
        What it is worth.
    """
    present = np.isfinite(evidence)
    posterior = np.where(present, log_posterior, -np.inf)
    best = posterior.max(axis=1, keepdims=True)
    behind = np.where(present, best - np.where(present, log_posterior, 0.0), 0.0)
    found = evidence / calibration.temperature - calibration.per_log_posterior * behind
    return np.asarray(found - calibration.log_unlisted)


def probabilities(odds: FloatArray) -> FloatArray:
    """Return probabilities (n, candidates + 1); the last is that of a crystal not listed.

    Parameters
    ----------
    odds
        Log odds (n, candidates), minus infinity where there is no candidate.
    """
    logits = np.concatenate([odds, np.zeros((len(odds), 1))], axis=1)
    weight = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def prediction_sets(odds: FloatArray, calibration: JudgeCalibration) -> BoolArray:
    """Return which candidates cannot be excluded (n, candidates)."""
    least = odds.max(axis=1, keepdims=True) - calibration.set_log_odds
    return np.asarray(np.isfinite(odds) & (odds >= least))


def fit_calibration(
    evidence: FloatArray,
    log_posterior: FloatArray,
    label: IntArray,
    *,
    level: float = SET_LEVEL,
    per_log_posterior: float | None = None,
) -> JudgeCalibration:
    """Return the calibration of least log loss, with the width of sets.

    Sets are split conformal over patterns whose crystal is listed.

    Parameters
    ----------
    evidence
        Of patterns of other crystals than those trained on (n, candidates).
    log_posterior
        By spot indexing (n, candidates).
    label
        Of each (n,), as in `Examples`.
    level
        Share of sets that shall hold the truth.
    per_log_posterior
        What spot indexing's own posterior is worth beside the evidence; fitted where None.
    """
    tried = _PER_LOG_POSTERIOR if per_log_posterior is None else (per_log_posterior,)
    used = label != LOST
    evidence, log_posterior, label = evidence[used], log_posterior[used], label[used]
    answer = np.where(label == NOT_LISTED, evidence.shape[1], label)
    rows = np.arange(len(label))

    def loss(found: JudgeCalibration) -> float:
        chosen = probabilities(log_odds(evidence, log_posterior, found))[rows, answer]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    best = JudgeCalibration()
    half = (1.5, 3.0)
    for _ in range(4):  # grids that close in on the one minimum
        heats = best.temperature * np.exp(np.linspace(-half[0], half[0], _GRID))
        priors = best.log_unlisted + np.linspace(-half[1], half[1], _GRID)
        best = min(
            (
                replace(best, temperature=float(t), log_unlisted=float(u))
                for t in heats
                for u in priors
            ),
            key=loss,
        )
        worth = [replace(best, per_log_posterior=float(p)) for p in tried]
        best = min(worth, key=loss)
        half = (half[0] / 3, half[1] / 3)
    listed = np.flatnonzero(label >= 0)
    odds = log_odds(evidence, log_posterior, best)[listed]
    behind = np.sort(odds.max(axis=1) - odds[np.arange(len(listed)), label[listed]])
    place = min(int(np.ceil(level * (len(behind) + 1))), len(behind)) - 1
    width = float(behind[place]) if len(behind) else JudgeCalibration.set_log_odds
    return replace(best, set_log_odds=width)
