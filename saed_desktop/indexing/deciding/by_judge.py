"""The judge's say among the fits of one pattern, as factors of the crystals' priors.

Probabilities by spot indexing times these factors are the judge's own, so that priors, other places
of the beam and the verdict go the same way with a judge and without. Whether the crystal is listed
at all stays with spot indexing: of measured patterns the judge says less (docs/experiments).
"""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.centers import View
from saed_desktop.indexing.deciding.fit_features import FIT_FEATURES, fit_features
from saed_desktop.indexing.deciding.fit_tokens import fit_tokens
from saed_desktop.indexing.deciding.posterior import best_per_phase
from saed_desktop.indexing.deciding.unknown_crystal import log_odds_against_unknown
from saed_desktop.indexing.deciding.verdict_options import VerdictOptions, is_acceptable_fit
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.observation import Observation, observe
from saed_desktop.network.judge import Judge
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.spot_lattice import SpotLattice

MOST_JUDGED = 25
"""It was trained on so many fits of a pattern; those farther behind keep their distance."""

_FARTHEST_SIGMAS = 6.0
_LEAST_SCALE_SIGMA = 0.01
_MOST = 50.0
"""The judge changes log odds by no more."""


@cache
def bundled_judge() -> Judge:
    """Return the judge that comes with the program."""
    judge = Judge(resources_dir() / "judge")
    assert judge.card.features == FIT_FEATURES
    return judge


def judged_priors(
    judge: Judge | None,
    view: View,
    phases: Sequence[Phase],
    priors: Mapping[str, float],
    options: VerdictOptions,
) -> Mapping[str, float]:
    """Return the priors, times what the judge makes of spot indexing's probabilities.

    Parameters
    ----------
    judge
        None leaves the priors as they are, as does a network that speaks.
    view
        The pattern about one place of the beam, with the candidates of all phases.
    phases
        The crystals.
    priors
        Relative frequencies by name, 1 where not stated.
    options
        Have the exponent on probabilities by spot indexing where no scale is known.
    """
    if judge is None:
        return priors
    observation = observe(view.prepared)
    best = judged_fits(view, observation)
    if not best:
        return priors
    by_name = {phase.name: phase for phase in phases}
    judged = best[:MOST_JUDGED]
    crystals = [by_name[c.phase] for c in judged]
    share = judged_shares(judge, judged, crystals, observation, view.prepared.spot_lattice)
    exponent = 1.0 if observation.scale is not None else options.exponent_without_scale
    factors = np.log(share) - exponent * np.array([c.log_posterior for c in judged])
    # those that are not judged stay as far behind the last of the judged as they are
    factors = np.concatenate([factors, np.full(len(best) - len(judged), factors[-1])])
    factors = np.exp(np.clip(factors - factors[0], -_MOST, _MOST))
    adjusted = {name: priors.get(name, 1.0) * float(factors[-1]) for name in by_name}
    for candidate, factor in zip(best, factors, strict=True):
        adjusted[candidate.phase] = priors.get(candidate.phase, 1.0) * float(factor)
    return adjusted


def judged_fits(view: View, observation: Observation) -> list[Candidate]:
    """Return the fits among which the judge has a say, best first; none where it has none.

    Parameters
    ----------
    view
        The pattern about one place of the beam, with the candidates of all phases.
    observation
        Its spots.
    """
    best = best_per_phase(view.candidates)
    if view.prediction is not None or len(best) < 2 or not _is_on_its_scale(best[0], observation):
        return []
    return best


def _is_on_its_scale(candidate: Candidate, observation: Observation) -> bool:
    """Tell whether a candidate was fitted on the stated scale, the only one the judge knows."""
    if observation.scale is None:
        return True
    off = np.log(candidate.scale_inv_angstrom_per_px / observation.scale)
    return bool(abs(off) < _FARTHEST_SIGMAS * max(observation.scale_sigma, _LEAST_SCALE_SIGMA))


def judged_shares(
    judge: Judge,
    best: Sequence[Candidate],
    phases: Sequence[Phase],
    observation: Observation,
    spot_lattice: SpotLattice | None,
) -> FloatArray:
    """Return the judge's probabilities (n,) of fits among themselves.

    Parameters
    ----------
    judge
        The judge.
    best
        The best candidate of each phase.
    phases
        The crystal of each.
    observation
        The spots.
    spot_lattice
        The lattice found among them.
    """
    odds = [
        log_odds_against_unknown(c, p, observation, spot_lattice)
        for c, p in zip(best, phases, strict=True)
    ]
    features = fit_features(
        fit_tokens(best, phases, observation, spot_lattice).numbers,
        np.array([c.log_posterior for c in best]),
        np.array(odds),
        np.array([is_acceptable_fit(c) for c in best]),
    )
    is_scaled = observation.scale is not None
    found = judge.judge(features.values, features.behind, float(features.odds), is_scaled=is_scaled)
    return np.maximum(found.shares, 1e-30)
