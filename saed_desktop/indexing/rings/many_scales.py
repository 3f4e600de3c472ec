"""The likelihood of rings under many phases on many scales at once, each phase by itself.

The same as `likelihood.fit_at` with one phase, but for the grid of radii that it is tabulated on.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.indexing.rings.likelihood import DEFAULT_MODEL, RingModel, gain, visibility
from saed_desktop.indexing.rings.observation import RingObservation

_STEP = 2e-4
"""Of the table, in the logarithm of the radius; rings are known to 3e-3 at best."""


@dataclass(frozen=True, eq=False)
class ScaleScan:
    """Phases on scales: arrays (phases, scales).

    Parameters
    ----------
    gained
        Log likelihood that the rings gain which lines explain.
    missing
        What the lines without a ring take from it, negative.
    """

    gained: FloatArray
    missing: FloatArray

    @property
    def log_likelihood(self) -> FloatArray:
        """Over that of foreign rings only."""
        return self.gained + self.missing


class RingTable:
    """The rings of a pattern, tabulated along the radius.

    Parameters
    ----------
    observed
        The rings.
    model
        Constants of the likelihood.
    """

    def __init__(self, observed: RingObservation, model: RingModel = DEFAULT_MODEL) -> None:
        self._observed, self._model = observed, model
        low, high = observed.span
        self._low = low - _STEP
        # one entry more at either end stands for all that is out of sight
        steps = np.arange(int((high - low) / _STEP) + 3)
        place = np.asarray(self._low + _STEP * steps, np.float64)
        off = np.abs(observed.log_radius[None, :] - place[:, None])
        relative = off / observed.reach(model.reach)[None, :]
        nearest = np.argmin(relative, axis=1)
        is_near = relative[np.arange(len(place)), nearest] < 1
        self._ring: IntArray = np.where(is_near, nearest, len(observed))
        self._limit = np.where(is_near, np.inf, observed.limit_beside_rings(place))
        self._limit[[0, -1]] = np.inf
        self._ring[[0, -1]] = len(observed)

    def scan(self, log_q: FloatArray, intensity: FloatArray, log_scales: FloatArray) -> ScaleScan:
        """Return how phases explain the rings on scales.

        Parameters
        ----------
        log_q
            Logarithms of the lengths of lines (phases, lines).
        intensity
            Their intensities, the strongest 1; 0 stands for no line.
        log_scales
            Logarithms of the scales to be tried (phases, scales).
        """
        n, shape = len(self._observed), log_scales.shape
        place = log_q[:, None, :] - log_scales[:, :, None]
        cell = np.clip(np.rint((place - self._low) / _STEP), 0, len(self._ring) - 1).astype(np.intp)
        ring = self._ring[cell]
        lines = np.broadcast_to(intensity[:, None, :], place.shape)
        # one bin for each ring of each trial, the last of each for lines without a ring
        slot = (np.arange(log_scales.size).reshape(shape)[:, :, None] * (n + 1) + ring).ravel()
        off = np.append(self._observed.log_radius, 0.0)[ring] - place
        unit, moment, spread = (
            np.asarray(
                np.bincount(slot, weight.ravel(), minlength=log_scales.size * (n + 1)), np.float64
            ).reshape(*shape, n + 1)[:, :, :n]
            for weight in (lines, lines * off, lines * off**2)
        )
        amplitude = self._amplitude(unit)
        safe = np.maximum(unit, 1e-300)
        offset = moment / safe
        scatter = np.sqrt(np.maximum(spread / safe - offset**2, 0))
        total = unit * np.exp(amplitude)[:, :, None]
        gained = gain(self._observed, total, offset, scatter, self._model).sum(axis=2)
        with np.errstate(divide="ignore"):
            excess = amplitude[:, :, None] + np.log(lines) - self._limit[cell]
        missing = np.log1p(-visibility(excess, self._model)).sum(axis=2)
        return ScaleScan(gained, missing)

    def _amplitude(self, unit: FloatArray) -> FloatArray:
        """Return the logarithm of the amplitude (phases, scales): the weighted median."""
        weight = np.sqrt(unit)
        ratio = self._observed.log_intensity - np.log(np.maximum(unit, 1e-300))
        order = np.argsort(ratio, axis=2, kind="stable")
        ratio = np.take_along_axis(ratio, order, axis=2)
        weight = np.take_along_axis(weight, order, axis=2)
        running = np.cumsum(weight, axis=2)
        middle = 0.5 * running[:, :, -1:]
        # rings without a line stand last, with no weight
        at = running - 0.5 * weight
        last = np.maximum((weight > 0).sum(axis=2, keepdims=True) - 1, 0)
        upper = np.minimum((at < middle).sum(axis=2, keepdims=True), last)
        lower = np.maximum(upper - 1, 0)
        x0, x1, y0, y1 = (
            np.take_along_axis(values, index, axis=2)
            for values in (at, ratio)
            for index in (lower, upper)
        )
        share = np.clip((middle - x0) / np.maximum(x1 - x0, 1e-300), 0, 1)
        value: FloatArray = (y0 + share * (y1 - y0))[:, :, 0]
        return np.maximum(np.where(running[:, :, -1] > 0, value, -np.inf), np.log(1e-12))


@lru_cache(maxsize=4)
def table_of(observed: RingObservation, model: RingModel = DEFAULT_MODEL) -> RingTable:
    """Return the table of a pattern's rings; the last few are kept."""
    return RingTable(observed, model)
