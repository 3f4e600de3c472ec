"""Several phases at once: greedy, one after another, each time fitted together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from saed_desktop.indexing.rings.likelihood import DEFAULT_MODEL, RingFit, RingModel, fit_at
from saed_desktop.indexing.rings.match import RingCandidate, match_rings, scale_step
from saed_desktop.indexing.rings.observation import RingObservation
from saed_desktop.simulation.powder import PowderLines

_STRAIN = 0.006
"""Relative deviation that the lattices of two phases may have against each other."""
_ANOTHER_PHASE = -4.0
"""Logarithm of the prior of one more phase of those considered."""
_BASES = 4
_WITHIN = 14.0
_MOST_PHASES = 3
_WELL_EXPLAINED = 3.0
"""A ring that gains less may be another phase's, or brighter by one."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """Phases that explain the rings together.

    Parameters
    ----------
    phases
        Their lines, in the order in which they were found.
    log_scales
        Logarithm of the scale for each, its strain included.
    fit
        What they explain.
    scale_sigma
        Uncertainty of the first one's scale.
    log_posterior
        Log likelihood over that of foreign rings, with the priors.
    """

    phases: tuple[PowderLines, ...]
    log_scales: tuple[float, ...]
    fit: RingFit
    scale_sigma: float
    log_posterior: float

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the phases."""
        return tuple(lines.phase.name for lines in self.phases)


def explanations(
    observed: RingObservation, phases: Sequence[PowderLines], model: RingModel = DEFAULT_MODEL
) -> list[Explanation]:
    """Return what explains the rings, single phases and mixtures, the likeliest first."""
    found = [c for lines in phases if (c := match_rings(lines, observed, model)) is not None]
    found.sort(key=lambda c: -c.log_posterior)
    result = [alone(candidate) for candidate in found]
    if not result:
        return []
    top = result[0].log_posterior
    bases = [e for e in result[:_BASES] if e.log_posterior > top - _WITHIN]
    for _ in range(_MOST_PHASES - 1):
        extended = [
            more
            for base in bases
            if _is_incomplete(base)
            for more in _extended(base, phases, observed, model)
        ]
        extended.sort(key=lambda e: -e.log_posterior)
        better = [e for e in extended if e.log_posterior > top - _WITHIN]
        result += better
        best = max((e.log_posterior for e in extended), default=-np.inf)
        if best <= top:
            break
        top, bases = best, better[:2]
    return sorted(result, key=lambda e: -e.log_posterior)


def alone(candidate: RingCandidate) -> Explanation:
    """Return one phase as an explanation."""
    return Explanation(
        (candidate.lines,),
        (candidate.log_scale,),
        candidate.fit,
        candidate.scale_sigma,
        candidate.log_posterior,
    )


def _is_incomplete(base: Explanation) -> bool:
    """Tell whether rings are left, or hardly explained, that another phase may explain."""
    return bool((base.fit.explained < _WELL_EXPLAINED).any())


def _extended(
    base: Explanation, others: Sequence[PowderLines], observed: RingObservation, model: RingModel
) -> list[Explanation]:
    found = []
    left = observed.log_radius[base.fit.explained < _WELL_EXPLAINED]
    for lines in others:
        if lines.phase.name in base.names:
            continue
        # worth a trial only where it has a line at a ring that is left
        place = np.log(lines.q[lines.intensity > 0.05]) - base.log_scales[0]
        if not len(place) or np.min(np.abs(left[:, None] - place[None, :])) > 0.03:
            continue
        best: Explanation | None = None
        for shift in (0.0, -0.008, 0.008):
            trial = _joint(base, lines, base.log_scales[0] + shift, observed, model)
            if best is None or trial.log_posterior > best.log_posterior:
                best = trial
        if best is not None:
            found.append(best)
    return found


def _joint(
    base: Explanation,
    lines: PowderLines,
    log_scale: float,
    observed: RingObservation,
    model: RingModel,
) -> Explanation:
    """Return the base with one more phase, all scales refined by turns."""
    phases = (*base.phases, lines)
    scales = [*base.log_scales, log_scale]
    free = observed.without_scale()
    best: Explanation | None = None
    for _ in range(3):
        fit = fit_at(observed, phases, scales, model)
        prior = float(observed.scale_log_prior(np.array(scales[:1]))[0])
        step, sigma = scale_step(observed, phases[0], fit, 0, scales[0])
        posterior = fit.log_likelihood + prior + float(np.log(sigma * np.sqrt(2 * np.pi)))
        steps = [step]
        for k in range(1, len(phases)):
            own, own_sigma = scale_step(free, phases[k], fit, k, scales[k])
            strain = scales[k] - scales[0]
            precision = 1 / own_sigma**2 + 1 / _STRAIN**2
            steps.append((own / own_sigma**2 - strain / _STRAIN**2) / precision)
            posterior += _ANOTHER_PHASE - 0.5 * (strain / _STRAIN) ** 2
            posterior -= 0.5 * float(np.log(precision * _STRAIN**2))
        if best is None or posterior > best.log_posterior:
            best = Explanation(phases, tuple(scales), fit, sigma, posterior)
        scales = [s + d for s, d in zip(scales, steps, strict=True)]
    assert best is not None
    return best
