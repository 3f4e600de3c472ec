"""Refinement of tilts: the brightness of the spots tells how the crystal lies to the beam."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.indexing.solving.fitting.likelihood import FINAL, TEMPER, MatchTolerance
from saed_desktop.indexing.solving.fitting.refinement import (
    FIRST_GUESS,
    GROWTH,
    RefinedOrientations,
    fit_geometry,
    joined,
    replaced,
)
from saed_desktop.simulation.orientation import proper_rotations, rotation_about

_COARSE_STEPS_DEG = (-3.0, -1.5, -0.7, 0.0, 0.7, 1.5, 3.0)
_FINE_STEPS_DEG = (-0.4, 0.0, 0.4)
_EDGE_DEG = 2.8
_HALF_TURN = np.diag([-1.0, -1.0, 1.0])
_SAME_DEG = 0.5


def refine_tilt(fits: RefinedOrientations) -> RefinedOrientations:
    """Fit the tilt off the zone axis to the brightness of the spots, and the geometry again.

    Parameters
    ----------
    fits
        Of refined geometry.
    """
    # small tilts move no spot but change which are bright. Half a turn on, the zero-order Laue
    # zone looks the same and the higher ones do not, unless the crystal has that very two-fold
    turned = np.ones(len(fits), dtype=bool)
    for which, run in fits.model.joint.runs(fits.geometry.phase, len(fits)):
        table = fits.model.tables[which]
        turned[run] = ~_is_two_fold(table.phase, fits.geometry.orientation[run])
    fits = _onto_laue_circle(fits)
    before = fits.geometry.orientation
    fits = _tilted(fits, _COARSE_STEPS_DEG, turned)
    # what has gone to the edge may want to go farther
    cosine = (before[:, 2] * fits.geometry.orientation[:, 2]).sum(1)
    moved_deg = np.rad2deg(np.arccos(np.clip(cosine, -1, 1)))
    if (on_edge := np.flatnonzero(moved_deg > _EDGE_DEG)).size:
        none = np.zeros(len(on_edge), dtype=bool)
        part = replace(fits[on_edge], tilt_sigma_deg=np.full(len(on_edge), np.inf))
        fits = replaced(fits, on_edge, _tilted(part, _COARSE_STEPS_DEG, none))
    sigma = fits.tilt_sigma_deg
    fits = _tilted(fits, _FINE_STEPS_DEG, turned)
    # the fine steps do not reach far enough to tell the uncertainty
    return fit_geometry(replace(fits, tilt_sigma_deg=sigma), FINAL)


@lru_cache(maxsize=512)
def crystal_rotations(phase: Phase) -> FloatArray:
    """Return the rotations (n, 3, 3) of the crystal's Laue group in its Cartesian frame."""
    return proper_rotations(phase.lattice, phase.space_group.laue_rotations)


def _is_two_fold(phase: Phase, orientation: FloatArray) -> npt.NDArray[np.bool_]:
    """Tell in which orientations (b,) half a turn about the beam is a symmetry of the crystal."""
    turned = np.swapaxes(orientation, 1, 2) @ _HALF_TURN @ orientation
    traces = turned.reshape(-1, 9) @ crystal_rotations(phase).reshape(-1, 9).T
    return np.asarray((traces.max(axis=1) - 1) / 2 > np.cos(np.deg2rad(_SAME_DEG)))


_LARGE_TILT_DEG = 2.0
_TILT_PRIOR_DEG = 8.0
_POSITION_RELATIVE_TO_SPHERE = 0.01
"""Distance that matched reflections may have from the Ewald sphere, 1/Å."""


def _onto_laue_circle(fits: RefinedOrientations) -> RefinedOrientations:
    """Tilt by several degrees those that explain the spots better when these are on the sphere.

    A crystal far off its zone axis shows an arc of the zone's lattice, on the Laue circle. The tilt
    that brings the matched reflections onto the Ewald sphere is a linear least-squares problem.
    """
    model = fits.model
    turns = np.stack([_tilt_onto_sphere(fits, i) for i in range(len(fits))])
    far = np.flatnonzero(np.hypot(*turns.T) > np.deg2rad(_LARGE_TILT_DEG))
    if len(far) == 0:
        return fits
    rotation = np.stack([rotation_about([a, b, 0], float(np.hypot(a, b))) for a, b in turns[far]])
    tilted = fits[far]
    geometry = replace(tilted.geometry, orientation=rotation @ tilted.geometry.orientation)
    near = model.near_sphere(geometry, GROWTH)
    predicted = model.predict(geometry, near=near)
    moved = replace(
        tilted,
        geometry=geometry,
        predicted=predicted,
        likelihood=model.evaluate(predicted, FIRST_GUESS),
        single_scattering=model.find_single_scattering(predicted, geometry.phase),
        near=near,
    )
    for tolerance in (MatchTolerance(0.008, 1.2), FINAL):
        moved = fit_geometry(moved, tolerance)
    better = moved.log_likelihood > tilted.log_likelihood
    return replaced(fits, far[better], moved[np.flatnonzero(better)])


def _tilt_onto_sphere(fits: RefinedOrientations, row: int) -> FloatArray:
    """Return the rotation vector (x, y) in rad that lays matched reflections on the sphere."""
    observation, points = fits.model.observation, fits.model.joint.g_xyz
    matched = fits.matched(row)
    lab = points[:, fits.predicted.index[matched]].T @ fits.geometry.orientation[row].T
    brightness = observation.log_intensity[fits.likelihood.spot[matched]]
    weight = np.exp(0.5 * (brightness - brightness.max(initial=-np.inf)))
    wavelength = wavelength_angstrom(observation.energy_kev)
    below = -0.5 * wavelength * (lab[:, :2] ** 2).sum(axis=1) - lab[:, 2]
    design = np.column_stack([lab[:, 1], -lab[:, 0]])
    normal = (design.T * weight) @ design / _POSITION_RELATIVE_TO_SPHERE**2
    normal += np.eye(2) / np.deg2rad(_TILT_PRIOR_DEG) ** 2
    right = (design.T * weight) @ below / _POSITION_RELATIVE_TO_SPHERE**2
    return np.asarray(np.linalg.solve(normal, right))


_LITTLE_GROWTH = 1.005
"""Of the scale, when the geometry is fitted once more."""

_MOST_AT_ONCE = 400
"""Tilts that are tried in one batch: the reflections of so many stay in the processor's cache."""


def _tilted(
    fits: RefinedOrientations, steps_deg: tuple[float, ...], turned: npt.NDArray[np.bool_]
) -> RefinedOrientations:
    """Try small tilts of the crystals; of those to be turned, half a turn on as well."""
    cost = (1 + turned) * len(steps_deg) ** 2
    batch = np.cumsum(cost) // _MOST_AT_ONCE
    parts = [
        _tilted_at_once(fits[rows], steps_deg, turned[rows])
        for rows in np.split(np.arange(len(fits)), np.flatnonzero(np.diff(batch)) + 1)
    ]
    return parts[0] if len(parts) == 1 else joined(parts)


def _tilted_at_once(
    fits: RefinedOrientations, steps_deg: tuple[float, ...], turned: npt.NDArray[np.bool_]
) -> RefinedOrientations:
    rotations, cost = _tilts(steps_deg)
    upright = fits.geometry.orientation
    bases = np.concatenate([upright, _HALF_TURN @ upright[turned]])
    base_owner = np.concatenate([np.arange(len(fits)), np.flatnonzero(turned)])
    orientation = (rotations[None] @ bases[:, None]).reshape(-1, 3, 3)
    owner = np.repeat(base_owner, len(rotations))
    geometry = replace(fits.geometry[owner], orientation=orientation)
    # half a turn on, the beam of each tilt is that of the opposite one, the last first
    count = len(rotations)
    own = np.arange(len(fits) * count)
    opposite = np.flatnonzero(turned)[:, None] * count + np.arange(count)[::-1]
    near = fits.model.near_sphere(geometry[own], _LITTLE_GROWTH)
    near = near.of(np.concatenate([own, opposite.ravel()]))
    predicted = fits.model.predict(geometry, fits.single_scattering, owner, near)
    likelihood = fits.model.evaluate(predicted, FINAL)
    # of equals the smallest tilt
    value = likelihood.log_likelihood - np.tile(cost, len(bases))
    best = np.array([np.argmax(np.where(owner == i, value, -np.inf)) for i in range(len(fits))])
    # the bases come whole, one after the other, so the first ones' tilts are those of the fits
    spread = _spread(value[: len(fits) * len(rotations)].reshape(len(fits), -1), steps_deg)
    chosen, row = predicted.entries(best)
    return replace(
        fits,
        geometry=geometry[best],
        predicted=predicted.of(chosen, row, len(fits)),
        likelihood=likelihood.of(chosen, best),
        tilt_sigma_deg=np.minimum(fits.tilt_sigma_deg, spread),
        near=near.of(best),
    )


_SMALLEST_TILT_SIGMA_DEG = 0.25


def _spread(value: FloatArray, steps_deg: tuple[float, ...]) -> FloatArray:
    """Return the standard deviation (b,) of the tilts, each as likely as its value (b, n) says."""
    steps = np.array(steps_deg)
    edges = np.concatenate([[steps[0]], (steps[1:] + steps[:-1]) / 2, [steps[-1]]])
    width = np.diff(edges)
    weight = np.exp(TEMPER * (value - value.max(axis=1, keepdims=True)))
    weight *= np.outer(width, width).ravel()
    weight /= weight.sum(axis=1, keepdims=True)
    tilts = np.array([(a, b) for a in steps for b in steps])
    middle = weight @ tilts
    variance = (weight @ (tilts**2) - middle**2).mean(axis=1)
    # half as large again: among simulated patterns two of these then hold 95 %
    sigma = 1.5 * np.sqrt(np.maximum(variance, 0))
    return np.asarray(np.hypot(sigma, _SMALLEST_TILT_SIGMA_DEG))


@lru_cache(maxsize=8)
def _tilts(steps_deg: tuple[float, ...]) -> tuple[FloatArray, FloatArray]:
    """Return small rotations (n, 3, 3), and how much likelier each must be to be preferred (n,)."""
    tilts = np.array([(a, b) for a in steps_deg for b in steps_deg])
    rotation = np.stack(
        [
            rotation_about([1, 0, 0], np.deg2rad(a)) @ rotation_about([0, 1, 0], np.deg2rad(b))
            for a, b in tilts
        ]
    )
    return rotation, 0.02 * np.hypot(*tilts.T)
