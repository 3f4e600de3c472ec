"""The judge's say among the fits of one pattern: probabilities of the phases by how they fit.

Where it has none, they are spot indexing's own. Priors, other places of the beam and the verdict go
the same way with a judge and without. Whether the crystal is listed at all stays with spot
indexing: of measured patterns the judge says less (docs/experiments).
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.centers import View
from saed_desktop.indexing.deciding.fit_features import FIT_FEATURES, FitFeatures, fit_features
from saed_desktop.indexing.deciding.fit_tokens import fit_numbers
from saed_desktop.indexing.deciding.posterior import (
    FitProbabilities,
    best_per_phase,
    by_log_posterior,
    knows_all,
    knows_any,
    softmax,
)
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


@cache
def bundled_judge() -> Judge:
    """Return the judge that comes with the program."""
    judge = Judge(resources_dir() / "judge")
    assert judge.card.features == FIT_FEATURES
    return judge


def fit_probabilities(
    judge: Judge | None, view: View, phases: Sequence[Phase], options: VerdictOptions
) -> FitProbabilities:
    """Return the phases' probabilities by how they fit, by the judge where it has a say.

    Parameters
    ----------
    judge
        None to go by spot indexing's own.
    view
        The pattern about one place of the beam, with the candidates of all phases.
    phases
        The crystals.
    options
        Have the exponent on probabilities by spot indexing where no scale is known.
    """
    names = [phase.name for phase in phases]
    is_scaled = view.prepared.pattern.calibration.is_known
    own = by_log_posterior(view.candidates, names, view.prediction, options, is_scaled=is_scaled)
    if judge is None or not view.candidates:
        return own
    observation = observe(view.prepared)
    best = _fits_on_scale(view, observation)
    if len(best) < 2 or knows_all(view.prediction, names):
        return own
    by_name = {phase.name: phase for phase in phases}
    judged = best[:MOST_JUDGED]
    crystals = [by_name[c.phase] for c in judged]
    share = judged_shares(judge, judged, crystals, observation, view.prepared.spot_lattice)
    weight = _with_the_others(best, np.log(share), names, own.exponent)
    return replace(own, by_phase=softmax(weight), share_of_set=judge.card.share_of_set)


def _with_the_others(
    best: Sequence[Candidate], log_share: FloatArray, names: Sequence[str], exponent: float
) -> dict[str, float]:
    """Return log weights of all phases: others stay as far behind the last judged as they are."""
    last, after = float(log_share[-1]), best[len(log_share) :]
    limit = best[len(log_share) - 1].log_posterior
    # a phase without any candidate explains the spots no better than chance
    floor = min(0.0, best[-1].log_posterior)
    behind = {c.phase: last + exponent * (c.log_posterior - limit) for c in after}
    none = last + exponent * (floor - limit)
    judged = {c.phase: float(w) for c, w in zip(best, log_share, strict=False)}
    return {name: judged.get(name, behind.get(name, none)) for name in names}


def judged_fits(view: View, observation: Observation) -> list[Candidate]:
    """Return the fits that the judge alone weighs, best first; none where a network speaks as well.

    Parameters
    ----------
    view
        The pattern about one place of the beam, with the candidates of all phases.
    observation
        Its spots.
    """
    best = _fits_on_scale(view, observation)
    is_alone = not knows_any(view.prediction, (c.phase for c in best))
    return best if is_alone and len(best) > 1 else []


def _fits_on_scale(view: View, observation: Observation) -> list[Candidate]:
    """Return the best fit of each phase, unless they are on another scale than the stated one."""
    best = best_per_phase(view.candidates)
    return best if best and _is_on_its_scale(best[0], observation) else []


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
    features = features_of_fits(best, phases, observation, spot_lattice)
    is_scaled = observation.scale is not None
    found = judge.judge(features.values, features.behind, float(features.odds), is_scaled=is_scaled)
    return np.maximum(found.shares, 1e-30)


def features_of_fits(
    best: Sequence[Candidate],
    phases: Sequence[Phase],
    observation: Observation,
    spot_lattice: SpotLattice | None,
) -> FitFeatures:
    """Return what the judge reads of the fits to one pattern, see `judged_shares`."""
    return fit_features(
        fit_numbers(best, phases, observation, spot_lattice),
        np.array([c.log_posterior for c in best]),
        np.array(log_odds_against_unknown(best, phases, observation, spot_lattice)),
        np.array([is_acceptable_fit(c) for c in best]),
    )
