"""Least-squares refinement of a candidate: scale, ellipse, centre, rotation, tilt."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from saed_desktop.indexing.likelihood import (
    DEFAULT_OPTIONS,
    Expectation,
    Judgement,
    ModelOptions,
    dark_points,
    expect,
    judge,
)
from saed_desktop.indexing.observation import Observation
from saed_desktop.indexing.table import PhaseTable
from saed_desktop.simulation.orientation import rotation_about

FloatArray = npt.NDArray[np.float64]

ELLIPSE_SIGMA = 0.01
"""Standard deviation of each component of the elliptical distortion; 1 to 2 % is usual."""

UNKNOWN_SCALE_SIGMA = 10.0
"""As good as no knowledge of the scale: the prior is flat over any refinement."""

FINAL_SIGMA_PX = 0.8
FINAL_RELATIVE_SIGMA = 0.004


_TILT_STEPS_DEG = ((-3.0, -1.5, -0.7, 0.0, 0.7, 1.5, 3.0), (-0.4, 0.0, 0.4))
_HALF_TURN = np.diag([-1.0, -1.0, 1.0])


@dataclass(frozen=True, eq=False)
class Fit:
    """A candidate's orientation with the distortion that lays it over the spots.

    Parameters
    ----------
    orientation
        Rotation (3, 3) from the crystal to the laboratory frame.
    scale
        Undistorted scale, 1/Å per pixel.
    scale_sigma
        Its relative standard uncertainty.
    affine
        Elliptical distortion (2, 2), symmetric, of trace 2.
    shift_px
        Displacement (2,) of the beam from where it was thought to be.
    log_likelihood
        Of the spots.
    log_prior
        Of scale, ellipse and centre, for how far they are from what was stated.
    expectation, judgement
        What it would show and which spots lie on it; batches of one.
    dark
        Forbidden points of the table (n,) that double diffraction cannot show in this zone.
    """

    orientation: FloatArray
    scale: float
    scale_sigma: float
    affine: FloatArray
    shift_px: FloatArray
    log_likelihood: float
    log_prior: float
    expectation: Expectation
    judgement: Judgement
    dark: npt.NDArray[np.bool_]


def start_fit(
    table: PhaseTable,
    observation: Observation,
    orientation: FloatArray,
    scale: float,
    options: ModelOptions = DEFAULT_OPTIONS,
    *,
    affine: FloatArray | None = None,
    shift_px: FloatArray | None = None,
) -> Fit:
    """Return an unrefined fit, judged with the wide tolerances of a first guess."""
    affine = np.eye(2) if affine is None else affine
    shift_px = np.zeros(2) if shift_px is None else shift_px
    where = (table, observation, orientation[None], np.array([scale]))
    expectation = expect(*where, affine=affine, shift_px=shift_px, options=options)
    dark = dark_points(table, observation, expectation)
    expectation = expect(*where, affine=affine, shift_px=shift_px, dark=dark, options=options)
    judgement = judge(observation, expectation, relative_sigma=0.012, sigma_px=1.5, options=options)
    return Fit(
        orientation,
        scale,
        np.inf,
        affine,
        shift_px,
        float(judgement.log_likelihood[0]),
        0.0,
        expectation,
        judgement,
        dark,
    )


def refine(
    table: PhaseTable,
    observation: Observation,
    fit: Fit,
    *,
    with_tilt: bool = True,
    options: ModelOptions = DEFAULT_OPTIONS,
) -> Fit:
    """Refine geometry and tilt in turns, tightening the tolerances.

    Parameters
    ----------
    table
        The phase.
    observation
        The spots.
    fit
        A first guess.
    with_tilt
        Whether the tilt off the zone axis is fitted to the brightness of the spots.
    options
        Constants of the model.
    """
    for relative_sigma, sigma_px in ((0.010, 1.5), (0.006, 1.0), (0.004, 0.8)):
        fit = _geometry(table, observation, fit, relative_sigma, sigma_px, options)
    if with_tilt:
        for steps_deg in _TILT_STEPS_DEG:
            fit = _tilted(table, observation, fit, steps_deg, options)
    return _geometry(table, observation, fit, FINAL_RELATIVE_SIGMA, FINAL_SIGMA_PX, options)


def _geometry(
    table: PhaseTable,
    observation: Observation,
    fit: Fit,
    relative_sigma: float,
    sigma_px: float,
    options: ModelOptions,
) -> Fit:
    """Fit scale, rotation, ellipse and centre to the spots that are matched now."""
    matched = np.flatnonzero(fit.judgement.spot[0] >= 0)
    if len(matched) < 2:
        return fit
    spot = fit.judgement.spot[0, matched]
    ideal = (fit.expectation.xy_px[0, matched] - fit.shift_px) @ np.linalg.inv(fit.affine).T
    measured = observation.offsets_px[spot]
    radius = np.hypot(*ideal.T)
    sigma = np.hypot(np.hypot(sigma_px, observation.sigma_px[spot]), relative_sigma * radius)
    solution, covariance, penalty = _solve(ideal, measured, sigma, observation, fit)
    growth, turn, stretch, shear = solution[:4]
    affine = np.array([[1 + stretch, shear], [shear, 1 - stretch]])
    orientation = rotation_about([0, 0, 1], float(turn)) @ fit.orientation
    scale = fit.scale / (1 + growth)
    shift = solution[4:]
    expectation = expect(
        table,
        observation,
        orientation[None],
        np.array([scale]),
        affine=affine,
        shift_px=shift,
        dark=fit.dark,
        options=options,
    )
    judgement = judge(
        observation, expectation, relative_sigma=relative_sigma, sigma_px=sigma_px, options=options
    )
    return Fit(
        orientation,
        float(scale),
        float(np.sqrt(covariance[0, 0])),
        affine,
        shift,
        float(judgement.log_likelihood[0]),
        -penalty,
        expectation,
        judgement,
        fit.dark,
    )


def _solve(
    ideal: FloatArray,
    measured: FloatArray,
    sigma: FloatArray,
    observation: Observation,
    fit: Fit,
) -> tuple[FloatArray, FloatArray, float]:
    """Solve for growth, turn, stretch, shear, shift; returns them, their covariance, the penalty.

    The priors are rows of the least-squares problem: the scale stays near the stated one, the
    ellipse near a circle, the centre near where it was found.
    """
    x, y = ideal.T
    one, zero = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.column_stack([x, -y, x, y, one, zero]),
            np.column_stack([y, x, -y, x, zero, one]),
        ]
    )
    target = np.concatenate([measured[:, 0] - x, measured[:, 1] - y])
    weight = np.concatenate([1 / sigma, 1 / sigma])
    known = observation.scale is not None
    scale_sigma = observation.scale_sigma if known else UNKNOWN_SCALE_SIGMA
    stated = np.log(fit.scale / observation.scale) if observation.scale is not None else 0.0
    center_sigma = max(1.0, observation.center_sigma_px)
    prior_sigma = np.array(
        [scale_sigma, 10.0, ELLIPSE_SIGMA, ELLIPSE_SIGMA, center_sigma, center_sigma]
    )
    prior_target = np.array([stated, 0, 0, 0, 0, 0])
    design = np.concatenate([rows * weight[:, None], np.diag(1 / prior_sigma)])
    right = np.concatenate([target * weight, prior_target / prior_sigma])
    solution = np.linalg.lstsq(design, right, rcond=None)[0]
    covariance = np.linalg.inv(design.T @ design)
    penalty = 0.5 * float((((solution - prior_target) / prior_sigma) ** 2).sum())
    return solution, covariance, penalty


def _tilted(
    table: PhaseTable,
    observation: Observation,
    fit: Fit,
    steps_deg: tuple[float, ...],
    options: ModelOptions,
) -> Fit:
    """Try small tilts of the crystal: they move no spot but change which are bright.

    Each is tried half a turn on as well: the zero-order Laue zone looks the same then, the higher
    ones do not.
    """
    tilts = np.array([(a, b) for a in steps_deg for b in steps_deg])
    rotation = np.stack(
        [
            rotation_about([1, 0, 0], np.deg2rad(a)) @ rotation_about([0, 1, 0], np.deg2rad(b))
            for a, b in tilts
        ]
    )
    orientation = np.concatenate(
        [rotation @ fit.orientation, rotation @ (_HALF_TURN @ fit.orientation)]
    )
    tilts = np.tile(tilts, (2, 1))
    expectation = expect(
        table,
        observation,
        orientation,
        np.full(len(tilts), fit.scale),
        affine=fit.affine,
        shift_px=fit.shift_px,
        dark=fit.dark,
        options=options,
    )
    judgement = judge(
        observation,
        expectation,
        relative_sigma=FINAL_RELATIVE_SIGMA,
        sigma_px=FINAL_SIGMA_PX,
        options=options,
    )
    # of equals the smallest tilt
    cost = 0.02 * np.hypot(*tilts.T)
    best = int(np.argmax(judgement.log_likelihood - cost))
    one = slice(best, best + 1)
    return replace(
        fit,
        orientation=orientation[best],
        log_likelihood=float(judgement.log_likelihood[best]),
        expectation=replace(
            expectation,
            index=expectation.index[one],
            xy_px=expectation.xy_px[one],
            log_intensity=expectation.log_intensity[one],
            in_view=expectation.in_view[one],
        ),
        judgement=Judgement(
            judgement.log_likelihood[one],
            judgement.visible[one],
            judgement.spot[one],
            judgement.distance_px[one],
        ),
    )
