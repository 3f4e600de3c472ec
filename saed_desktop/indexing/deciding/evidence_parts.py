"""The parts of a fit's log posterior: what positions, intensities and so on add to it.

Spot indexing sums them, and keeps the sum. Here they are taken apart again for one candidate, from
its reflections and spots, for whoever asks which part speaks for it.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.fitting.likelihood import (
    DETECTION,
    FINAL,
    LARGEST_INTENSITY_SIGMA,
    LOG_INTENSITY_SIGMA,
    SIGMA_OF_WEAK,
    TEMPER,
)
from saed_desktop.indexing.solving.fitting.refinement import ELLIPSE_SIGMA
from saed_desktop.indexing.solving.observation import Observation

_MOST_TIMES_SOLVED = 12
_FEWEST_SOLVED = 3
_SETTLED = 1e-6


class Part(StrEnum):
    """A part of the evidence for one candidate and against another."""

    SPOTS = "spots"
    POSITIONS = "positions"
    INTENSITIES = "intensities"
    MISSING = "missing"
    FORBIDDEN = "forbidden"
    GEOMETRY = "geometry"
    ZONE = "zone"
    CRYSTAL = "crystal"


PARTS = tuple(Part)


@dataclass(frozen=True, eq=False)
class EvidenceParts:
    """The parts of one candidate's log likelihood and log prior.

    Parameters
    ----------
    log_likelihood
        By `PARTS` (8,); they sum to the candidate's log likelihood.
    log_prior
        By `PARTS` (8,); with the tempered log likelihood they sum to its log posterior.
    of_spot
        What each spot (n,) of the observation adds to the log likelihood by its reflection.
    if_missing
        What the reflection on each spot (n,) would add if the spot were not there.
    """

    log_likelihood: FloatArray
    log_prior: FloatArray
    of_spot: FloatArray
    if_missing: FloatArray


def evidence_parts(candidate: Candidate, observation: Observation) -> EvidenceParts:
    """Return the parts of a candidate's log posterior.

    Parameters
    ----------
    candidate
        A fit.
    observation
        The spots that it was fitted to.
    """
    match = candidate.match
    matched = np.flatnonzero(match.spot >= 0)
    spot = np.searchsorted(observation.index, match.spot[matched])
    radius = np.hypot(*(match.xy - np.array(observation.center_xy)).T)
    sigma = FINAL.sigma_px(radius[matched])
    computed, width = _brightness_line(candidate, observation, radius)
    error = (observation.log_intensity[spot] - computed[matched]) / width[matched]
    bright = -1.5 * np.log1p(error**2 / 2) - np.log(np.sqrt(8) * width[matched])
    bright += np.log(2.5 * observation.brightness_spread)
    place = -0.5 * (match.residual_px[matched] / sigma) ** 2
    found = np.log(DETECTION) - np.log(2 * np.pi * sigma**2) - np.log(observation.clutter_per_px2)
    miss = np.log(1 - match.visible)
    of_spot, if_missing = np.zeros(len(observation)), np.zeros(len(observation))
    of_spot[spot] = bright + place + found
    if_missing[spot] = miss[matched]
    likelihood = dict.fromkeys(PARTS, 0.0)
    likelihood[Part.POSITIONS] = float(place.sum())
    likelihood[Part.INTENSITIES] = float(bright.sum())
    likelihood[Part.MISSING] = float(miss[match.spot < 0].sum())
    # the rest: what it is worth that the spots have reflections, and weak spots and a twin
    likelihood[Part.SPOTS] = candidate.log_likelihood - sum(likelihood.values())
    prior = dict.fromkeys(PARTS, 0.0)
    prior[Part.GEOMETRY] = _log_prior_of_geometry(candidate, observation)
    whole = candidate.log_posterior - TEMPER * candidate.log_likelihood
    prior[Part.ZONE] = whole - prior[Part.GEOMETRY]
    return EvidenceParts(
        np.array([likelihood[part] for part in PARTS]),
        np.array([prior[part] for part in PARTS]),
        of_spot,
        if_missing,
    )


def _brightness_line(
    candidate: Candidate, observation: Observation, radius: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return computed log intensities (n,) on the observed ones' scale, and their scatter (n,).

    The probability of being seen holds them: it is a function of how far the computed intensity is
    above the detection limit, in units of the scatter. Slope and offset of the line, and how far
    the brightest reflection in view is below the crystal's brightest, solve for it.
    """
    match = candidate.match
    x = np.log(np.maximum(match.intensity, 1e-300))
    intercept, steepness = observation.detection_limit
    limit = intercept + steepness * radius / observation.reach_px
    share = np.clip(2 * match.visible / DETECTION - 1, -1 + 1e-12, 1 - 1e-12)
    above = share * np.sqrt(2 / (1 - share**2))
    slope, offset, below = 1.0, 0.0, 0.0
    for _ in range(_MOST_TIMES_SOLVED):
        width = _scatter(x + below)
        used = np.flatnonzero((width < LARGEST_INTENSITY_SIGMA) & (np.abs(share) < 1 - 1e-9))
        if len(used) < _FEWEST_SOLVED:
            break
        t, x_used = above[used], x[used]
        design = np.column_stack([x_used, np.ones(len(used)), SIGMA_OF_WEAK * t])
        target = limit[used] + t * (LOG_INTENSITY_SIGMA - SIGMA_OF_WEAK * x_used)
        before = below
        slope, offset, below = np.linalg.lstsq(design, target, rcond=None)[0]
        if abs(below - before) < _SETTLED:
            break
    return np.asarray(slope * x + offset), _scatter(x + below)


def _scatter(log_intensity: FloatArray) -> FloatArray:
    width = LOG_INTENSITY_SIGMA - SIGMA_OF_WEAK * np.minimum(log_intensity, 0)
    return np.asarray(np.minimum(width, LARGEST_INTENSITY_SIGMA))


def _log_prior_of_geometry(candidate: Candidate, observation: Observation) -> float:
    """Return the log prior of scale, ellipse and centre, as the refinement charges for them."""
    deviation = 0.0
    if observation.scale is not None and np.isfinite(observation.scale_sigma):
        off = np.log(candidate.scale_inv_angstrom_per_px / observation.scale)
        deviation += float(off / observation.scale_sigma) ** 2
    shift = np.array(candidate.center_xy) - np.array(observation.center_xy)
    deviation += float(shift @ shift) / max(1.0, observation.center_sigma_px) ** 2
    if candidate.distortion is not None:
        stretch, shear = candidate.distortion[0, 0] - 1, candidate.distortion[0, 1]
        ellipse = float(stretch**2 + shear**2) / ELLIPSE_SIGMA**2
        deviation += ellipse if ellipse <= 4 else 4 + 4 * float(np.log(ellipse / 4))
    return -0.5 * deviation
