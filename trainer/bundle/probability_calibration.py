"""Honest probabilities: a temperature and thresholds of prediction sets, from held-out patterns."""

import math

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray

FEWEST_FOR_TEMPERATURE = 50
"""With fewer held-out patterns the temperature would be noise, and stays 1."""

_TEMPERATURES = (0.05, 20.0)


def fit_temperature(logits: FloatArray, labels: IntArray) -> float:
    """Return the temperature that minimises the log loss (Guo et al., ICML 2017).

    Parameters
    ----------
    logits
        Of held-out patterns (n, classes); log-probabilities serve as well.
    labels
        Class indices (n,).
    """
    low, high = (math.log(t) for t in _TEMPERATURES)
    ratio = (math.sqrt(5) - 1) / 2
    # the log loss has one minimum over the temperature: golden sections close in on it
    while high - low > 1e-4:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if _log_loss(logits, labels, math.exp(left)) < _log_loss(logits, labels, math.exp(right)):
            high = right
        else:
            low = left
    return math.exp((low + high) / 2)


def set_thresholds(
    probabilities: FloatArray, labels: IntArray, names: tuple[str, ...], level: float
) -> dict[str, float]:
    """Return for each class the smallest probability at which it joins the prediction set.

    Class-conditional split conformal prediction: a set holds the truth with at least the level,
    class by class, for patterns like the held-out ones. A class with too few of them to say so
    gets no threshold.

    Parameters
    ----------
    probabilities
        Of held-out patterns (n, classes), at the temperature that will be used.
    labels
        Class indices (n,).
    names
        Class names.
    level
        Intended coverage.
    """
    thresholds = {}
    for k, name in enumerate(names):
        own = np.sort(probabilities[labels == k, k])
        place = math.floor((len(own) + 1) * (1 - level))
        if place >= 1:
            thresholds[name] = float(own[place - 1])
    return thresholds


def at_temperature(logits: FloatArray, temperature: float) -> FloatArray:
    """Return the probabilities (n, classes) of logits divided by a temperature."""
    scaled = logits / temperature
    exponent = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(exponent / exponent.sum(axis=1, keepdims=True))


def logits_of(probabilities: npt.NDArray[np.float64]) -> FloatArray:
    """Return log-probabilities, which serve as logits, of probabilities."""
    return np.log(np.clip(probabilities, 1e-12, 1.0))


def _log_loss(logits: FloatArray, labels: IntArray, temperature: float) -> float:
    probabilities = at_temperature(logits, temperature)
    chosen = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.clip(chosen, 1e-300, 1.0)).mean())
