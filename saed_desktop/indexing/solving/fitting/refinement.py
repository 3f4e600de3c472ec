"""Least-squares refinement of orientations: scale, ellipse, centre, rotation.

All orientations, of several phases, are refined side by side, as arrays: one by one, the time goes
into calling functions on a handful of numbers each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.indexing.solving.fitting.likelihood import FINAL, MatchTolerance, SpotLikelihood
from saed_desktop.indexing.solving.fitting.prediction import (
    PointsNearSphere,
    PredictedReflections,
)
from saed_desktop.indexing.solving.fitting.spot_model import SingleScattering, SpotModel
from saed_desktop.indexing.solving.hypotheses.geometry import Geometry
from saed_desktop.indexing.solving.observation import Observation

ELLIPSE_SIGMA = 0.01
"""Standard deviation of each component of the elliptical distortion; 1 to 2 % is usual."""

UNKNOWN_SCALE_SIGMA = 10.0
"""As good as no knowledge of the scale: the prior is flat over any refinement."""

GROWTH = 1.04
"""Of a scale in a refinement, for which the points near the sphere are looked for once."""

FIRST_GUESS = MatchTolerance(0.012, 1.5)
"""Of an orientation that was not refined."""

_TIGHTENING = (MatchTolerance(0.010, 1.5), MatchTolerance(0.006, 1.0), FINAL)


@dataclass(frozen=True, eq=False)
class RefinedOrientations:
    """Orientations with the distortions that lay them over the spots.

    Parameters
    ----------
    model
        The phases and the spots.
    geometry
        The orientations (b).
    scale_sigma
        Relative standard uncertainties (b,) of their scales.
    log_prior
        Of scale, ellipse and centre (b,), for how far they are from what was stated.
    predicted, likelihood
        What they would show and which spots lie on it.
    single_scattering
        For each, the weak points that multiple scattering lends nothing in its zone; None where no
        point is weak.
    tilt_sigma_deg
        Standard uncertainties (b,) of the beam's direction, about either axis.
    near
        The points near the Ewald sphere, where they are known.
    """

    model: SpotModel
    geometry: Geometry
    scale_sigma: FloatArray
    log_prior: FloatArray
    predicted: PredictedReflections
    likelihood: SpotLikelihood
    single_scattering: SingleScattering | None
    tilt_sigma_deg: FloatArray
    near: PointsNearSphere | None = None

    def __len__(self) -> int:
        return len(self.geometry)

    def __getitem__(self, rows: IntArray) -> "RefinedOrientations":
        chosen, row = self.predicted.entries(rows)
        return RefinedOrientations(
            self.model,
            self.geometry[rows],
            self.scale_sigma[rows],
            self.log_prior[rows],
            self.predicted.of(chosen, row, len(rows)),
            self.likelihood.of(chosen, rows),
            None if (single := self.single_scattering) is None else tuple(single[i] for i in rows),
            self.tilt_sigma_deg[rows],
            None if self.near is None else self.near.of(rows),
        )

    @property
    def log_likelihood(self) -> FloatArray:
        """Of the spots (b,)."""
        return self.likelihood.log_likelihood

    def matched(self, row: int) -> IntArray:
        """Return the indices (k,) of the reflections of one orientation that have a spot."""
        mine = (self.predicted.row == row) & (self.likelihood.spot >= 0)
        return np.flatnonzero(mine)


def unrefined_orientations(model: SpotModel, geometry: Geometry) -> RefinedOrientations:
    """Return unrefined fits, judged with the wide tolerances of a first guess."""
    near = model.near_sphere(geometry, GROWTH)
    predicted = model.predict(geometry, near=near)
    single_scattering = model.find_single_scattering(predicted, geometry.phase)
    if single_scattering is not None:
        predicted = model.predict(geometry, single_scattering, near=near)
    return RefinedOrientations(
        model,
        geometry,
        np.full(len(geometry), np.inf),
        np.zeros(len(geometry)),
        predicted,
        model.evaluate(predicted, FIRST_GUESS),
        single_scattering,
        np.full(len(geometry), np.inf),
        near,
    )


def refine_geometry(orientations: RefinedOrientations) -> RefinedOrientations:
    """Refine scale, ellipse, centre and rotation in turns, tightening the tolerances."""
    for tolerance in _TIGHTENING:
        orientations = fit_geometry(orientations, tolerance)
    return orientations


def fit_geometry(
    orientations: RefinedOrientations, tolerance: MatchTolerance
) -> RefinedOrientations:
    """Fit scale, rotation, ellipse and centre to the spots that are matched now.

    Parameters
    ----------
    orientations
        Fits as they are.
    tolerance
        How far spots may be from reflections.
    """
    solution, scale_sigma, penalty = _solve(orientations, tolerance)
    growth, turn, stretch, shear = solution[:, :4].T
    affine = np.empty((len(orientations), 2, 2))
    affine[:, 0, 0], affine[:, 1, 1] = 1 + stretch, 1 - stretch
    affine[:, 0, 1] = affine[:, 1, 0] = shear
    spin = np.zeros((len(orientations), 3, 3))
    spin[:, 0, 0] = spin[:, 1, 1] = np.cos(turn)
    spin[:, 1, 0] = np.sin(turn)
    spin[:, 0, 1] = -spin[:, 1, 0]
    spin[:, 2, 2] = 1
    before = orientations.geometry
    geometry = Geometry(
        spin @ before.orientation,
        before.scale / (1 + growth),
        affine,
        solution[:, 4:],
        before.phase,
    )
    predicted = orientations.model.predict(
        geometry, orientations.single_scattering, near=orientations.near
    )
    return replace(
        orientations,
        geometry=geometry,
        scale_sigma=scale_sigma,
        log_prior=-penalty,
        predicted=predicted,
        likelihood=orientations.model.evaluate(predicted, tolerance),
    )


def _solve(
    orientations: RefinedOrientations, tolerance: MatchTolerance
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Solve for growth, turn, stretch, shear, shift (b, 6); the scale's uncertainty, the penalty.

    The priors are rows of the least-squares problem: the scale stays near the stated one, the
    ellipse near a circle, the centre near where it was found.
    """
    observation, geometry = orientations.model.observation, orientations.geometry
    matched = np.flatnonzero(orientations.likelihood.spot >= 0)
    row, spot = orientations.predicted.row[matched], orientations.likelihood.spot[matched]
    bent = orientations.predicted.xy_px[matched] - geometry.shift_px[row]
    undone = np.linalg.inv(geometry.affine)
    x = undone[row, 0, 0] * bent[:, 0] + undone[row, 0, 1] * bent[:, 1]
    y = undone[row, 1, 0] * bent[:, 0] + undone[row, 1, 1] * bent[:, 1]
    sigma = np.hypot(
        np.hypot(tolerance.px, observation.sigma_px[spot]), tolerance.relative * np.hypot(x, y)
    )
    one, zero = np.ones_like(x), np.zeros_like(x)
    design = np.array([[x, -y, x, y, one, zero], [y, x, -y, x, zero, one]]) / sigma
    target = (observation.offsets_px[spot].T - np.array([x, y])) / sigma
    normal = np.zeros((len(orientations), 6, 6))
    right = np.zeros((len(orientations), 6))
    for i in range(len(orientations)):
        mine = slice(*np.searchsorted(row, [i, i + 1]))
        rows = design[:, :, mine].transpose(1, 0, 2).reshape(6, -1)
        normal[i] = rows @ rows.T
        right[i] = rows @ target[:, mine].ravel()
    prior_sigma = _prior_sigma(observation)
    prior_target = np.zeros((len(orientations), 6))
    if observation.scale is not None:
        prior_target[:, 0] = np.log(geometry.scale / observation.scale)
    normal += np.diag(prior_sigma**-2)
    right += prior_target / prior_sigma**2
    covariance = np.linalg.inv(normal)
    solution = np.einsum("bij,bj->bi", covariance, right)
    deviation = ((solution - prior_target) / prior_sigma) ** 2
    # of ellipses a few are large: beyond two deviations they cost no more than their logarithm
    ellipse = deviation[:, 2] + deviation[:, 3]
    tail = np.where(ellipse > 4, 4 + 4 * np.log(np.maximum(ellipse, 4) / 4), ellipse)
    penalty = 0.5 * (deviation.sum(axis=1) - ellipse + tail)
    return solution, np.sqrt(covariance[:, 0, 0]), penalty


def _prior_sigma(observation: Observation) -> FloatArray:
    """Return the prior standard deviations (6,) of growth, turn, stretch, shear and shift."""
    known = observation.scale is not None
    scale_sigma = observation.scale_sigma if known else UNKNOWN_SCALE_SIGMA
    center_sigma = max(1.0, observation.center_sigma_px)
    return np.array([scale_sigma, 10.0, ELLIPSE_SIGMA, ELLIPSE_SIGMA, center_sigma, center_sigma])


def replaced(
    orientations: RefinedOrientations, rows: IntArray, others: RefinedOrientations
) -> RefinedOrientations:
    """Return the fits with others in some of the rows (n,)."""
    if len(rows) == 0:
        return orientations
    kept = np.setdiff1d(np.arange(len(orientations)), rows)
    parts = (orientations[kept], others) if len(kept) else (others,)
    order = np.argsort(np.concatenate([kept, rows]), kind="stable")
    return joined(parts)[order]


def joined(parts: Sequence[RefinedOrientations]) -> RefinedOrientations:
    """Return fits of one model one after the other.

    Parameters
    ----------
    parts
        The fits.
    """
    single = [p.single_scattering for p in parts if p.single_scattering is not None]

    def of_all(*path: str) -> FloatArray:
        arrays: list[FloatArray] = []
        for part in parts:
            value = part
            for name in path:
                value = getattr(value, name)
            arrays.append(np.asarray(value))
        return np.concatenate(arrays)

    first = np.cumsum([0, *(len(part) for part in parts)])
    row = [part.predicted.row + start for part, start in zip(parts, first, strict=False)]
    return RefinedOrientations(
        parts[0].model,
        Geometry(
            of_all("geometry", "orientation"),
            of_all("geometry", "scale"),
            of_all("geometry", "affine"),
            of_all("geometry", "shift_px"),
            None if parts[0].geometry.phase is None else of_all("geometry", "phase").astype(int),
        ),
        of_all("scale_sigma"),
        of_all("log_prior"),
        PredictedReflections(
            int(first[-1]),
            np.concatenate(row),
            of_all("predicted", "index").astype(np.int64),
            of_all("predicted", "xy_px"),
            of_all("predicted", "log_intensity"),
        ),
        SpotLikelihood(
            of_all("likelihood", "log_likelihood"),
            of_all("likelihood", "visible"),
            of_all("likelihood", "spot").astype(np.int64),
            of_all("likelihood", "distance_px"),
        ),
        tuple(chain.from_iterable(single)) if single else None,
        of_all("tilt_sigma_deg"),
    )
