"""Search of many crystals for those that could give the rings, by their strong lines."""

from collections.abc import Iterator

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.indexing.rings.likelihood import DEFAULT_MODEL, RingModel
from saed_desktop.indexing.rings.many_scales import table_of
from saed_desktop.indexing.rings.observation import RingObservation

_LINES, _RINGS = 8, 7
"""A scale is worth a trial on which one of the strongest lines lies on one of these rings."""
_MOST_SCALES = 56
_AT_ONCE = 48
_FIBRE_LOSS = -3.0
"""A fibre texture takes away lines that are missing, but seldom all of them."""


def screened(
    log_q: FloatArray,
    intensity: FloatArray,
    observed: RingObservation,
    count: int,
    model: RingModel = DEFAULT_MODEL,
) -> IntArray:
    """Return the places (m,) of the crystals that are worth a fit.

    These are the best of grains in all orientations, and besides, half as many of those that would
    be the best if a fibre texture explained the lines that are missing.

    Parameters
    ----------
    log_q
        Logarithms of the lengths of their strong lines (n, lines).
    intensity
        Their intensities, 0 where there is no line.
    observed
        The rings.
    count
        How many grains in all orientations.
    model
        Constants of the likelihood.
    """
    table = table_of(observed, model)
    even, textured = np.zeros(len(log_q)), np.zeros(len(log_q))
    for part in _parts(len(log_q)):
        trials = _trial_scales(log_q[part], intensity[part], observed)
        scan = table.scan(log_q[part], intensity[part], trials)
        prior = observed.scale_log_prior(trials)
        even[part] = (scan.log_likelihood + prior).max(axis=1)
        lost = np.maximum(scan.missing, model.fibre_log_prior + _FIBRE_LOSS)
        textured[part] = (scan.gained + lost + prior).max(axis=1)
    best = np.argsort(-even, kind="stable")[:count]
    others = np.argsort(-textured, kind="stable")[: count + count // 2]
    more = others[~np.isin(others, best)][: count // 2]
    return np.concatenate([best, more])


def _parts(count: int) -> Iterator[slice]:
    return (slice(start, start + _AT_ONCE) for start in range(0, count, _AT_ONCE))


def _trial_scales(
    log_q: FloatArray, intensity: FloatArray, observed: RingObservation
) -> FloatArray:
    """Return logarithms of scales (n, trials), those of little weight first left out."""
    lines = np.argsort(-intensity, axis=1, kind="stable")[:, :_LINES]
    rings = np.argsort(-observed.log_intensity, kind="stable")[:_RINGS]
    strong = np.take_along_axis(log_q, lines, axis=1)
    scales = strong[:, :, None] - observed.log_radius[rings][None, None, :]
    scales = scales.reshape(len(log_q), -1)
    if not observed.is_scaled:
        return scales
    # on a known scale most pairs are out of the question, and the stated scale stands for them
    off = np.abs(scales - observed.log_scale)
    near = np.where(off < 3.5 * observed.scale_sigma, scales, observed.log_scale)
    order = np.argsort(-np.abs(near - observed.log_scale), axis=1, kind="stable")
    most = int((near != observed.log_scale).sum(axis=1).max(initial=0)) + 1
    return np.take_along_axis(near, order, axis=1)[:, : min(most, _MOST_SCALES)]
