"""The likelihood of rings under phases, relative to that of rings at random places.

Every ring is either explained by lines that lie within its width, or foreign. An explained one
contributes how well its place and its intensity suit; a line that should be seen and is not
contributes the probability of that. Intensities count little (a factor of e): texture and dynamical
scattering change them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.indexing.rings.observation import RingObservation
from saed_desktop.simulation.powder import PowderLines


@dataclass(frozen=True)
class RingModel:
    """Constants of the likelihood.

    Parameters
    ----------
    intensity_sigma
        Standard deviation of the logarithm of an intensity over the computed one.
    foreign
        Rings of something else that are expected.
    visible_sigma
        How gradually a line becomes visible, in the logarithm of its intensity.
    never
        A line is missing with at least this probability, whatever its intensity.
    reach
        Lines within this share of a ring's full width belong to it.
    fibre_log_prior
        Logarithm of the prior of one fibre texture against grains in all orientations.
    """

    intensity_sigma: float = 1.0
    foreign: float = 2.0
    visible_sigma: float = 0.9
    never: float = 0.04
    reach: float = 0.45
    fibre_log_prior: float = -6.0


DEFAULT_MODEL = RingModel()


@dataclass(frozen=True, eq=False)
class RingFit:
    """Phases laid over the rings under given scales.

    Parameters
    ----------
    log_likelihood
        Over that of foreign rings only.
    explained
        Gain (n,) of each ring, 0 where it stays foreign.
    line_ring
        For each phase the ring (m,) that each line belongs to, -1 for none.
    log_amplitude
        For each phase the logarithm of its strongest line's intensity, the strongest ring 0.
    share
        For each phase its share (n,) of each ring's computed intensity.
    missing
        For each phase how many lines that should be seen are not.
    """

    log_likelihood: float
    explained: FloatArray
    line_ring: tuple[IntArray, ...]
    log_amplitude: tuple[float, ...]
    share: tuple[FloatArray, ...]
    missing: tuple[int, ...]


def fit_at(
    observed: RingObservation,
    phases: Sequence[PowderLines],
    log_scales: Sequence[float],
    model: RingModel = DEFAULT_MODEL,
) -> RingFit:
    """Return how phases explain the rings, each on a scale of its own (its strain included).

    Parameters
    ----------
    observed
        The rings.
    phases
        Their lines.
    log_scales
        Logarithm of the scale for each phase.
    """
    n = len(observed)
    places = [np.log(p.q) - u for p, u in zip(phases, log_scales, strict=True)]
    rings = [_nearest(observed, place, model) for place in places]
    amplitudes, parts = _amplitudes(observed, phases, rings)
    total = parts.sum(axis=0)
    moment, spread = np.zeros(n), np.zeros(n)
    for lines, place, ring, amplitude in zip(phases, places, rings, amplitudes, strict=True):
        on = ring >= 0
        weight = np.exp(amplitude) * lines.intensity[on]
        off = observed.log_radius[ring[on]] - place[on]
        moment += np.bincount(ring[on], weight * off, minlength=n)
        spread += np.bincount(ring[on], weight * off**2, minlength=n)
    safe = np.maximum(total, 1e-300)
    offset = moment / safe
    scatter = np.sqrt(np.maximum(spread / safe - offset**2, 0))
    explained = gain(observed, total, offset, scatter, model)
    log_likelihood = float(explained.sum())
    missing = []
    for lines, place, ring, amplitude in zip(phases, places, rings, amplitudes, strict=True):
        visible = _visible(observed, lines, place, ring, amplitude, model)
        log_likelihood += float(np.log1p(-visible).sum())
        missing.append(int((visible > 0.5).sum()))
    return RingFit(
        log_likelihood, explained, tuple(rings), tuple(amplitudes), tuple(parts / safe),
        tuple(missing),
    )  # fmt: skip


def _nearest(observed: RingObservation, place: FloatArray, model: RingModel) -> IntArray:
    """Return the ring (m,) that each line belongs to, -1 where there is none."""
    if not len(observed):
        return np.full(len(place), -1)
    off = np.abs(observed.log_radius[None, :] - place[:, None])
    reach = observed.reach(model.reach)
    relative = off / reach[None, :]
    ring = np.argmin(relative, axis=1)
    return np.where(relative[np.arange(len(place)), ring] < 1, ring, -1)


def _amplitudes(
    observed: RingObservation, phases: Sequence[PowderLines], rings: Sequence[IntArray]
) -> tuple[list[float], FloatArray]:
    """Return the logarithm of each phase's amplitude and what it gives each ring (phases, n)."""
    n = len(observed)
    unit = np.array(
        [
            np.bincount(ring[ring >= 0], lines.intensity[ring >= 0], minlength=n)
            for lines, ring in zip(phases, rings, strict=True)
        ]
    )
    measured = np.exp(observed.log_intensity)
    amplitude = np.array([_median_amplitude(observed, row, np.zeros(n)) for row in unit])
    # rings that several phases share: each has what the others leave
    for _ in range(6 if len(phases) > 1 else 0):
        for k in range(len(phases)):
            others = np.delete(amplitude, k) @ np.delete(unit, k, axis=0)
            mine = unit[k] * amplitude[k] > 0.3 * others
            left = np.clip(1 - others / np.maximum(measured, 1e-300), 0.1, 1.0)
            amplitude[k] = _median_amplitude(observed, unit[k] * mine, np.log(left))
    parts = amplitude[:, None] * unit
    return [float(np.log(max(a, 1e-12))) for a in amplitude], parts


def _median_amplitude(observed: RingObservation, unit: FloatArray, left: FloatArray) -> float:
    """Return the weighted median of measured over computed intensity, strong lines before all."""
    on = np.flatnonzero(unit > 0)
    if not len(on):
        return 1e-12
    ratio = observed.log_intensity[on] + left[on] - np.log(unit[on])
    weight = np.sqrt(unit[on])
    order = np.argsort(ratio, kind="stable")
    running = np.cumsum(weight[order])
    middle = 0.5 * running[-1]
    return float(np.exp(np.interp(middle, running - 0.5 * weight[order], ratio[order])))


def gain(
    observed: RingObservation,
    total: FloatArray,
    offset: FloatArray,
    scatter: FloatArray,
    model: RingModel,
) -> FloatArray:
    """Return what each ring (…, n) gains over being foreign, at least nothing.

    Parameters
    ----------
    observed
        The rings.
    total
        Computed intensity (…, n) of each ring, 0 where no line is.
    offset, scatter
        Mean of the measured over the computed places of its lines (…, n), and their scatter.
    model
        Constants of the likelihood.
    """
    # texture shifts a ring of several lines within their scatter
    sigma = np.hypot(observed.sigma, 0.7 * scatter)
    off_intensity = observed.log_intensity - np.log(np.maximum(total, 1e-300))
    explained = (
        -0.5 * (offset / sigma) ** 2
        - np.log(sigma)
        - 0.5 * (off_intensity / model.intensity_sigma) ** 2
        - np.log(model.intensity_sigma)
    )
    return np.where(total > 1e-12, np.maximum(explained - _foreign(observed, model), 0.0), 0.0)


def most_gain(observed: RingObservation, model: RingModel = DEFAULT_MODEL) -> FloatArray:
    """Return what each ring (n,) gains if place and intensity are exactly as computed."""
    exact = -np.log(observed.sigma) - np.log(model.intensity_sigma)
    return np.asarray(np.maximum(exact - _foreign(observed, model), 0.0))


def _foreign(observed: RingObservation, model: RingModel) -> FloatArray:
    """Return the log density (n,) of rings of something else, but for constants they share."""
    low, high = observed.span
    middle, broad = observed.intensity_spread
    return np.asarray(
        np.log(model.foreign / (high - low))
        + 0.5 * np.log(2 * np.pi)
        - 0.5 * ((observed.log_intensity - middle) / broad) ** 2
        - np.log(broad)
    )


def _visible(
    observed: RingObservation,
    lines: PowderLines,
    place: FloatArray,
    ring: IntArray,
    amplitude: float,
    model: RingModel,
) -> FloatArray:
    """Return the probability (m,) that each line without a ring would have been seen."""
    limit = observed.limit_beside_rings(place)
    visible = visibility(amplitude + np.log(lines.intensity) - limit, model)
    return np.where(ring >= 0, 0.0, visible)


def visibility(excess: FloatArray, model: RingModel) -> FloatArray:
    """Return the probability that a line would be seen whose log intensity exceeds the limit so.

    The logistic function with the normal distribution's slope.
    """
    z = np.minimum(np.maximum(excess / model.visible_sigma, -30), 30)
    return np.asarray((1 - model.never) / (1 + np.exp(-1.7 * z)))
