"""Weak spots where a crystal has no reflection, but something in a real crystal can put one.

Glides and screws forbid reflections that double diffraction, faults, steps and disorder show all
the same; the streaks of the next layer's reflections reach the Ewald sphere where a crystal is
thin, stepped or faulted: 1/3{422} of fcc plates along ⟨111⟩, 222 and 002 of diamond along ⟨110⟩;
and in sheets of a few layers, or bent ones, the zone's own reflections are seen far off the sphere.
Such spots say little for a crystal and nothing against it.
"""

from math import lgamma

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray, IntArray
from saed_desktop.crystal.zone_axis import Indices
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.indexing.solving.candidates import WeakSpots
from saed_desktop.indexing.solving.fitting.likelihood import FINAL
from saed_desktop.indexing.solving.fitting.prediction import MAX_EXCITATION_ERROR
from saed_desktop.indexing.solving.fitting.refinement import RefinedOrientations
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.simulation.kinematical import excitation_error_at
from saed_desktop.translation import mark

FORBIDDEN = mark(
    "multiple scattering by other layers, faults, steps or disorder (symmetry forbids a reflection "
    "there)"
)
NEXT_LAYER = mark("streaks of the next layer (faults, steps, a thin crystal)")
OFF_SPHERE = mark("reflections of the zone far from the Ewald sphere (a thin or bent crystal)")

_FARTHEST_DEG = 5.0
_FEWEST = 3
_LEAST_WEAKER = 0.7
"""In log intensity, than the crystal's own bright reflections."""

_USUAL_WEAKER, _WEAKER_SIGMA = 3.0, 1.3
_SOME, _NONE = 0.3, 3.0
"""Of the beta distribution of the share of such places that show a spot: few, at times all."""


def weak_spots(
    fits: RefinedOrientations, row: int, zone: tuple[Indices, float]
) -> tuple[WeakSpots, ...]:
    """Return the weak spots that one refined orientation allows besides its reflections.

    Parameters
    ----------
    fits
        Refined orientations of the phase.
    row
        Which of them.
    zone
        Its zone axis, and how far the beam is off it in degrees.
    """
    uvw, off_deg = zone
    table, observation = fits.model.table, fits.model.observation
    matched = fits.matched(row)
    taken = np.zeros(len(observation), dtype=bool)
    taken[fits.likelihood.spot[matched]] = True
    if off_deg > _FARTHEST_DEG or len(matched) < _FEWEST or (~taken).sum() < _FEWEST:
        return ()
    bright = np.sort(observation.log_intensity[taken])[-max(2, len(matched) // 3) :].mean()
    weaker = float(bright) - observation.log_intensity
    if (~taken & (weaker >= _LEAST_WEAKER)).sum() < _FEWEST:
        return ()
    # lengths rise: the points that the pattern can reach come first
    reach = 1.2 * observation.reach_px * fits.geometry.scale[row]
    points = table.points
    stop = int(np.searchsorted(points.length, reach))
    # whole numbers of single precision are exact, and NumPy multiplies them quickest
    layer = np.abs(np.array(uvw, dtype=np.float32) @ table.hkl_single[:, :stop])
    in_zone = np.flatnonzero(layer == 0)
    layer[in_zone] = np.inf
    next_layer = np.flatnonzero(layer == layer.min(initial=np.finfo(np.float32).max))
    height = points.g[in_zone] @ fits.geometry.orientation[row, 2]
    wavelength = wavelength_angstrom(observation.energy_kev)
    off_sphere = excitation_error_at(height, points.length[in_zone], wavelength)
    absent = points.absent[in_zone]
    own = _own_places(fits, row)
    found: list[WeakSpots] = []
    for cause, chosen in (
        (OFF_SPHERE, in_zone[~absent & (np.abs(off_sphere) > MAX_EXCITATION_ERROR)]),
        (FORBIDDEN, in_zone[absent]),
        (NEXT_LAYER, next_layer),
    ):
        places = _places(fits, row, chosen, own)
        weak = _on_places(observation, places, taken, weaker, cause)
        if weak is not None:
            found.append(weak)
            taken[weak.spot] = True
    return tuple(found)


def _own_places(fits: RefinedOrientations, row: int) -> FloatArray:
    """Return where (n, 2) the crystal's own reflections are, or would be seen."""
    predicted = fits.predicted
    shown = (fits.likelihood.spot >= 0) | (fits.likelihood.visible > 0.1)
    return predicted.xy_px[(predicted.row == row) & shown]


def _places(fits: RefinedOrientations, row: int, chosen: IntArray, own: FloatArray) -> FloatArray:
    """Return where (n, 2) points of the table meet the pattern, but for the crystal's own spots."""
    table, observation, geometry = fits.model.table, fits.model.observation, fits.geometry
    reach = observation.reach_px
    if len(chosen) < _FEWEST:
        return np.zeros((0, 2))
    lab = table.points.g[chosen] @ geometry.orientation[row].T
    xy = lab[:, :2] @ geometry.affine[row].T / geometry.scale[row]
    xy = xy + geometry.shift_px[row]
    radius = np.hypot(xy[:, 0], xy[:, 1])
    xy = xy[(radius <= reach) & (radius > 0.03 * reach + 6) & observation.can_be_seen(xy)]
    # one place for those of both neighbouring layers
    cell = np.round(xy / 4).astype(np.int64) @ np.array([1_000_003, 1])
    xy = xy[np.sort(np.unique(cell, return_index=True)[1])]
    if len(own) == 0 or len(xy) == 0:
        return xy
    squared = np.subtract.outer(xy[:, 0], own[:, 0]) ** 2
    squared += np.subtract.outer(xy[:, 1], own[:, 1]) ** 2
    return np.asarray(xy[squared.min(axis=1) > (4 * FINAL.px + 0.006 * reach) ** 2])


def _on_places(
    observation: Observation, places: FloatArray, taken: BoolArray, weaker: FloatArray, cause: str
) -> WeakSpots | None:
    free = np.flatnonzero(~taken & (weaker >= _LEAST_WEAKER))
    if len(places) < _FEWEST or len(free) < _FEWEST:
        return None
    x, y = observation.offsets_px[free].T
    squared = np.subtract.outer(x, places[:, 0]) ** 2 + np.subtract.outer(y, places[:, 1]) ** 2
    distance = np.sqrt(squared.min(axis=1))
    sigma = 1.2 * FINAL.sigma_px(observation.radius_px[free])
    held = distance < 3 * sigma
    count = int(held.sum())
    if count < _FEWEST or count > len(places):
        return None
    spot = free[held]
    place = -0.5 * (distance[held] / sigma[held]) ** 2 - np.log(2 * np.pi * sigma[held] ** 2)
    brightness = -0.5 * ((weaker[spot] - _USUAL_WEAKER) / _WEAKER_SIGMA) ** 2
    brightness -= np.log(2.5 * _WEAKER_SIGMA)
    chance = np.log(observation.clutter_per_px2) - np.log(2.5 * observation.brightness_spread)
    gain = float((place + brightness - chance).sum()) + _log_share(count, len(places))
    return WeakSpots(spot, cause, gain) if gain > 0 else None


def _log_share(filled: int, places: int) -> float:
    """Return the log probability that just these of several places are filled (beta-binomial)."""

    def log_beta(a: float, b: float) -> float:
        return lgamma(a) + lgamma(b) - lgamma(a + b)

    return log_beta(filled + _SOME, places - filled + _NONE) - log_beta(_SOME, _NONE)
