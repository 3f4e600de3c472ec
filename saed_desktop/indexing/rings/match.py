"""Search of the scale under which a phase explains the rings best."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.indexing.rings.likelihood import DEFAULT_MODEL, RingFit, RingModel, fit_at
from saed_desktop.indexing.rings.observation import RingObservation
from saed_desktop.simulation.powder import PowderLines, fibre_textures

_MOST_LINES = 14
_TRIALS = 60
_REFINED = 4


@dataclass(frozen=True, eq=False)
class RingCandidate:
    """One phase laid over the rings at the scale that suits it best.

    Parameters
    ----------
    lines
        The phase's lines.
    log_scale, scale_sigma
        Logarithm of that scale and its uncertainty.
    fit
        What it explains.
    log_posterior
        Log likelihood over that of foreign rings, with the prior of the scale.
    """

    lines: PowderLines
    log_scale: float
    scale_sigma: float
    fit: RingFit
    log_posterior: float

    @property
    def name(self) -> str:
        """The phase's name."""
        return self.lines.phase.name

    @property
    def n_rings(self) -> int:
        """The number of rings that it explains."""
        return int((self.fit.explained > 0).sum())


def match_rings(
    lines: PowderLines, observed: RingObservation, model: RingModel = DEFAULT_MODEL
) -> RingCandidate | None:
    """Return a phase at the scale that suits the rings best, None if it can explain none.

    Grains in all orientations are tried, and where these leave lines missing, fibre textures.
    """
    best = _at_best_scale(lines, observed, model, prior=0.0)
    if best is not None and sum(best.fit.missing) == 0 and best.n_rings == len(observed):
        return best
    for texture in fibre_textures(lines):
        candidate = _at_best_scale(texture, observed, model, prior=model.fibre_log_prior)
        if candidate and (best is None or candidate.log_posterior > best.log_posterior):
            best = candidate
    return best


def _at_best_scale(
    lines: PowderLines, observed: RingObservation, model: RingModel, *, prior: float
) -> RingCandidate | None:
    best: RingCandidate | None = None
    for start in _trials(lines, observed, model):
        candidate = refined(lines, observed, start, model)
        if candidate and (best is None or candidate.log_posterior > best.log_posterior):
            best = candidate
    return best if best is None else replace(best, log_posterior=best.log_posterior + prior)


def refined(
    lines: PowderLines, observed: RingObservation, log_scale: float, model: RingModel
) -> RingCandidate | None:
    """Return a phase at the best scale near a given one."""
    best: RingCandidate | None = None
    scale = log_scale
    for _ in range(4):
        fit = fit_at(observed, [lines], [scale], model)
        step, sigma = scale_step(observed, lines, fit, 0, scale)
        prior = float(observed.scale_log_prior(np.array([scale]))[0])
        # the density of the prior over the width of the posterior
        posterior = fit.log_likelihood + prior + float(np.log(sigma * np.sqrt(2 * np.pi)))
        if best is None or posterior > best.log_posterior:
            best = RingCandidate(lines, scale, sigma, fit, posterior)
        if abs(step) < 1e-5:
            break
        scale += step
    return best if best is not None and np.isfinite(best.log_posterior) else None


def scale_step(
    observed: RingObservation,
    lines: PowderLines,
    fit: RingFit,
    phase: int,
    log_scale: float,
) -> tuple[float, float]:
    """Return how much the logarithm of a phase's scale should change, and its uncertainty."""
    ring = fit.line_ring[phase]
    on = ring >= 0
    place = np.log(lines.q[on]) - log_scale
    n = len(observed)
    weight = np.bincount(ring[on], lines.intensity[on], minlength=n)
    mean = np.bincount(ring[on], lines.intensity[on] * place, minlength=n) / np.maximum(
        weight, 1e-300
    )
    used = (weight > 0) & (fit.explained > 0) & (fit.share[phase] > 0.3)
    precision, pull = 0.0, 0.0
    if observed.is_scaled:
        precision = 1 / observed.scale_sigma**2
        pull = (observed.log_scale - log_scale) * precision
    if used.any():
        own = 1 / observed.sigma[used] ** 2
        precision += float(own.sum())
        pull += float((own * (mean - observed.log_radius)[used]).sum())
    if precision == 0:
        return 0.0, 0.05
    return pull / precision, float(1 / np.sqrt(precision))


def _trials(lines: PowderLines, observed: RingObservation, model: RingModel) -> Sequence[float]:
    """Return the likeliest few logarithms of the scale to start from."""
    if not len(lines) or not len(observed):
        return ()
    strongest = np.sort(np.argsort(-lines.intensity, kind="stable")[:_MOST_LINES])
    scales = (np.log(lines.q[strongest])[:, None] - observed.log_radius[None, :]).ravel()
    prior = observed.scale_log_prior(scales)
    if observed.is_scaled:
        near = np.abs(scales - observed.log_scale) < 3.5 * observed.scale_sigma
        scales = np.append(scales[near], observed.log_scale)
    else:
        scales = scales[np.isfinite(prior)]
    scales = np.unique(np.round(scales, 3))
    if not len(scales):
        return ()
    value = _rough(lines, observed, scales, model) + observed.scale_log_prior(scales)
    order = np.argsort(-value, kind="stable")
    kept: list[float] = []
    for i in order[:_TRIALS]:
        if all(abs(scales[i] - other) > 0.004 for other in kept):
            kept.append(float(scales[i]))
        if len(kept) == _REFINED:
            break
    return kept


def _rough(
    lines: PowderLines, observed: RingObservation, scales: FloatArray, model: RingModel
) -> FloatArray:
    """Return about how well each scale (s,) suits: rings near lines, less the lines missing."""
    place = np.log(lines.q)[None, :] - scales[:, None]
    off = np.abs(place[:, :, None] - observed.log_radius[None, None, :])
    reach = observed.reach(model.reach)
    near = off < reach
    low, high = observed.span
    # how much of the pattern's and of the phase's intensity, as its cube root, finds a partner
    ring_weight = np.exp(observed.log_intensity / 3)
    found = (near.any(axis=1) * ring_weight).sum(axis=1) / ring_weight.sum()
    inside = (place > low) & (place < high)
    line_weight = np.cbrt(lines.intensity) * inside
    total = np.maximum(line_weight.sum(axis=1), 1e-9)
    expected = (near.any(axis=2) * line_weight).sum(axis=1) / total
    closeness = 1 - (off / reach).min(axis=1).clip(0, 1)
    return np.asarray(10 * found * expected + 2 * closeness.mean(axis=1) + 2 * expected)
