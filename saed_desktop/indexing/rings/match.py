"""Search of the scale under which a phase explains the rings best."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.indexing.rings.likelihood import DEFAULT_MODEL, RingFit, RingModel, fit_at
from saed_desktop.indexing.rings.many_scales import table_of
from saed_desktop.indexing.rings.observation import RingObservation
from saed_desktop.simulation.powder import PowderLines, fibre_textures

_MOST_LINES = 14
_TRIALS = 60
_REFINED = 3
_APART = 0.004
_HOPELESS = 8.0
"""So far behind the best trial scale, in log likelihood, refinement leads nowhere."""


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
    trials = trial_scales(lines.q, lines.intensity, observed)
    if not len(trials):
        return None
    best = _best_of([lines], [0.0], trials, observed, model)
    if best is not None and sum(best.fit.missing) == 0 and best.n_rings == len(observed):
        return best
    textures = fibre_textures(lines)
    if not textures:
        return best
    prior = [model.fibre_log_prior] * len(textures)
    fibre = _best_of(textures, prior, trials, observed, model)
    found = [one for one in (best, fibre) if one is not None]
    return max(found, key=lambda one: one.log_posterior, default=None)


def _best_of(
    kinds: Sequence[PowderLines],
    priors: Sequence[float],
    trials: FloatArray,
    observed: RingObservation,
    model: RingModel,
) -> RingCandidate | None:
    """Return the best of the textures of one phase, with the logarithms of their priors."""
    log_q = np.log(np.array([kind.q for kind in kinds]))
    intensity = np.array([kind.intensity for kind in kinds])
    scales = np.broadcast_to(trials, (len(kinds), len(trials)))
    value = table_of(observed, model).scan(log_q, intensity, scales).log_likelihood
    value = value + observed.scale_log_prior(trials) + np.array(priors)[:, None]
    best: RingCandidate | None = None
    for kind, scale in _peaks(value, trials):
        candidate = refined(kinds[kind], observed, scale, model)
        if candidate is None:
            continue
        posterior = candidate.log_posterior + priors[kind]
        if best is None or posterior > best.log_posterior:
            best = replace(candidate, log_posterior=posterior)
    return best


def _peaks(value: FloatArray, trials: FloatArray) -> list[tuple[int, float]]:
    """Return the few highest places (kind, scale) of a scan that are not one and the same."""
    kept: list[tuple[int, float]] = []
    top = float(value.max())
    for place in np.argsort(-value, axis=None, kind="stable")[:_TRIALS]:
        kind, j = (int(i) for i in np.unravel_index(int(place), value.shape))
        if value[kind, j] < top - _HOPELESS:
            break
        scale = float(trials[j])
        if all(kind != other or abs(scale - near) > _APART for other, near in kept):
            kept.append((kind, scale))
        if len(kept) == _REFINED:
            break
    return kept


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


def trial_scales(q: FloatArray, intensity: FloatArray, observed: RingObservation) -> FloatArray:
    """Return the logarithms of the scales on which a strong line lies on a ring, rising.

    Parameters
    ----------
    q, intensity
        Lengths and intensities (n,) of a phase's lines.
    observed
        The rings.
    """
    if not len(q) or not len(observed):
        return np.zeros(0)
    strongest = np.argsort(-intensity, kind="stable")[:_MOST_LINES]
    scales = (np.log(q[strongest])[:, None] - observed.log_radius[None, :]).ravel()
    if observed.is_scaled:
        near = np.abs(scales - observed.log_scale) < 3.5 * observed.scale_sigma
        scales = np.append(scales[near], observed.log_scale)
    else:
        scales = scales[np.isfinite(observed.scale_log_prior(scales))]
    return np.unique(np.round(scales, 3))
