"""The competing hypothesis: an unknown crystal that happens to have this lattice.

A large cell of low symmetry has so many zone axes that one of them fits nearly any lattice, so that
to be far better than unrelated spots says little. What counts is whether a phase explains the
spots better than a free lattice does, whose four numbers are fitted and whose intensities are
arbitrary, and how surprising it is that the phase has just this lattice to offer. The latter is the
density of the phase's zone lattices at the measured one: small for zones that are long or one of
many (the zone's prior, times the Laue group's order, since symmetry makes zones fewer), for fits
that strain scale, ellipse and centre (their priors), and for scales that are hardly known.
"""

from collections.abc import Sequence

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.setting import setting_of
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.fitting.likelihood import FINAL, TEMPER
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.pattern.spot_lattice import SpotLattice

_RING_EDGES = (0.5, 0.75)
_SMALLEST_SIGMA = 0.005
_LARGEST_SIGMA = 0.4


# fitted on simulated patterns with the true phase among the candidates and without it
# (docs/experiments)
_CONSTANT = 2.5
"""Log odds of a phase where all else is zero."""

_LAUE_ORDER = 0.6
"""Weight of the logarithm of the Laue group's order."""

_ROUGH_SCALE = 0.7
"""Weight of the logarithm of the scale's uncertainty."""

SPOTS_WORTH = 1.5
"""Number of independent spots that a pattern is worth: the likelihood's gain over the free lattice
counts per spot, for the errors within one pattern are anything but independent."""

_USUAL_SCALE_SIGMA = 0.02
"""The uncertainty of the scale that the constant is for."""


def log_likelihood_lattice_only(observation: Observation, places_px: FloatArray) -> float:
    """Return the log likelihood of the spots under a lattice without a crystal, relative to chance.

    Spots on the lattice are as bright as the others at their radius; a place has a spot as often as
    the places at its radius have.

    Parameters
    ----------
    observation
        The spots.
    places_px
        Nodes (n, 2) of the lattice in view, as offsets from the beam, without the beam's own.
    """
    spot, distance = observation.nearest_spot(places_px)
    radius = np.hypot(*places_px.T)
    sigma = FINAL.sigma_px(radius)
    close = np.flatnonzero(distance < 3 * sigma)
    close = close[np.argsort(distance[close], kind="stable")]
    held = close[np.unique(spot[close], return_index=True)[1]]
    if len(held) < 3:
        return 0.0
    is_held = np.zeros(len(places_px), dtype=bool)
    is_held[held] = True
    relative = radius / observation.reach_px
    ring = np.digitize(relative, _RING_EDGES)
    filled = np.bincount(ring[held], minlength=3) + 1.0
    share = (filled / (np.bincount(ring, minlength=3) + 2.0))[ring]
    error, width = _brightness_errors(observation.log_intensity[spot[held]], relative[held])
    chance = np.log(observation.clutter_per_px2) - np.log(2.5 * observation.brightness_spread)
    place = -0.5 * (distance[held] / sigma[held]) ** 2 - np.log(2 * np.pi * sigma[held] ** 2)
    brightness = -0.5 * (error / width) ** 2 - np.log(2.5 * width)
    gain = np.log(share[held]) + place + brightness - chance
    return float(gain.sum() + np.log1p(-share[~is_held]).sum())


def _brightness_errors(
    log_intensity: FloatArray, relative_radius: FloatArray
) -> tuple[FloatArray, float]:
    """Return deviations (n,) from a line over the radius, and their standard deviation."""
    design = np.column_stack([np.ones_like(relative_radius), relative_radius])
    error = log_intensity - design @ np.linalg.lstsq(design, log_intensity, rcond=None)[0]
    return error, max(float(np.sqrt((error**2).sum() / max(len(error) - 2, 1))), 0.5)


def log_odds_against_unknown(
    candidates: Sequence[Candidate],
    phases: Sequence[Phase],
    observation: Observation,
    spot_lattice: SpotLattice | None,
) -> list[float]:
    """Return the log odds of each candidate against an unknown crystal with the same lattice.

    Parameters
    ----------
    candidates
        Fits to one pattern.
    phases
        The crystal of each.
    observation
        The spots.
    spot_lattice
        The lattice found among them; where there is none, each one's own places stand for it.
    """
    if spot_lattice is not None:
        # what the free lattice is worth is the same for all
        alone = log_likelihood_lattice_only(observation, nodes_in_view(observation, spot_lattice))
        return [
            _log_odds(c, p, observation, alone) for c, p in zip(candidates, phases, strict=True)
        ]
    center = np.array(observation.center_xy)
    return [
        _log_odds(c, p, observation, log_likelihood_lattice_only(observation, c.match.xy - center))
        for c, p in zip(candidates, phases, strict=True)
    ]


def _log_odds(
    candidate: Candidate, phase: Phase, observation: Observation, lattice_only: float
) -> float:
    per_spot = (candidate.log_likelihood - lattice_only) / len(observation)
    known = observation.scale is not None
    sigma = min(observation.scale_sigma, _LARGEST_SIGMA) if known else _LARGEST_SIGMA
    lattice_log_odds = candidate.log_posterior - TEMPER * candidate.log_likelihood
    lattice_log_odds += _LAUE_ORDER * float(np.log(_laue_order(phase)))
    rough = float(np.log(max(sigma, _SMALLEST_SIGMA) / _USUAL_SCALE_SIGMA))
    lattice_log_odds -= _ROUGH_SCALE * rough
    return float(_CONSTANT + SPOTS_WORTH * per_spot + lattice_log_odds)


def _laue_order(phase: Phase) -> int:
    """Return the order of the crystal's Laue group, however its file describes it."""
    setting = setting_of(phase)
    crystal = phase if setting is None else setting.conventional
    return len(crystal.space_group.laue_rotations)


def nodes_in_view(observation: Observation, spot_lattice: SpotLattice) -> FloatArray:
    """Return the nodes (n, 2) of a lattice in view, as offsets from the beam, without its own."""
    center = np.array(observation.center_xy)
    offsets = spot_lattice.nodes_near(center, observation.reach_px) - center
    away = np.hypot(*offsets.T) > 0.5 * np.linalg.norm(spot_lattice.basis[0])
    return np.asarray(offsets[away & observation.can_be_seen(offsets)])


def probability_in_candidates(
    candidates: Sequence[Candidate],
    phases: Sequence[Phase],
    observation: Observation,
    spot_lattice: SpotLattice | None,
) -> float:
    """Return the probability that the pattern is of one of the phases and not of another crystal.

    Parameters
    ----------
    candidates
        Those that fit.
    phases
        Crystals by whose names the candidates go.
    observation
        The spots.
    spot_lattice
        The lattice found among them.
    """
    by_name = {phase.name: phase for phase in phases}
    phases = [by_name[candidate.phase] for candidate in candidates]
    odds = (
        log_odds_against_unknown(candidates, phases, observation, spot_lattice)
        if candidates
        else []
    )
    return float(1 / (1 + np.exp(-np.clip(max(odds, default=-50.0), -50, 50))))
