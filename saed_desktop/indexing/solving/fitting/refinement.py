"""Least-squares refinement of candidates: scale, ellipse, centre, rotation, tilt.

All candidates of a phase are refined side by side, as arrays: one by one, the time goes into
calling functions on a handful of numbers each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.indexing.solving.fitting.likelihood import (
    DEFAULT_LIKELIHOOD,
    LikelihoodOptions,
    PredictedReflections,
    SpotLikelihood,
    evaluate_likelihood,
    find_unexcited_forbidden,
    predict_reflections,
)
from saed_desktop.indexing.solving.hypotheses.basis_pairs import OrientationHypotheses
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.indexing.solving.phase_table import PhaseTable

ELLIPSE_SIGMA = 0.01
"""Standard deviation of each component of the elliptical distortion; 1 to 2 % is usual."""

UNKNOWN_SCALE_SIGMA = 10.0
"""As good as no knowledge of the scale: the prior is flat over any refinement."""

FINAL_SIGMA_PX = 0.8
FINAL_RELATIVE_SIGMA = 0.004


@dataclass(frozen=True, eq=False)
class RefinedOrientations:
    """Orientations of a phase with the distortions that lay them over the spots.

    Parameters
    ----------
    orientation
        Rotations (b, 3, 3) from the crystal to the laboratory frame.
    scale
        Undistorted scales (b,), 1/Å per pixel.
    scale_sigma
        Their relative standard uncertainties (b,).
    affine
        Elliptical distortions (b, 2, 2), symmetric, of trace 2.
    shift_px
        Displacements (b, 2) of the beam from where it was thought to be.
    log_prior
        Of scale, ellipse and centre (b,), for how far they are from what was stated.
    predicted, likelihood
        What they would show and which spots lie on it.
    unexcited_forbidden
        Forbidden points of the table (b, n) that double diffraction cannot show in these zones;
        None where none is forbidden.
    tilt_sigma_deg
        Standard uncertainties (b,) of the beam's direction, about either axis.
    """

    orientation: FloatArray
    scale: FloatArray
    scale_sigma: FloatArray
    affine: FloatArray
    shift_px: FloatArray
    log_prior: FloatArray
    predicted: PredictedReflections
    likelihood: SpotLikelihood
    unexcited_forbidden: npt.NDArray[np.bool_] | None
    tilt_sigma_deg: FloatArray

    def __len__(self) -> int:
        return len(self.scale)

    def __getitem__(self, rows: IntArray) -> "RefinedOrientations":
        chosen, row = self.predicted.entries(rows)
        return RefinedOrientations(
            self.orientation[rows],
            self.scale[rows],
            self.scale_sigma[rows],
            self.affine[rows],
            self.shift_px[rows],
            self.log_prior[rows],
            self.predicted.of(chosen, row, len(rows)),
            self.likelihood.of(chosen, rows),
            None if self.unexcited_forbidden is None else self.unexcited_forbidden[rows],
            self.tilt_sigma_deg[rows],
        )

    @property
    def log_likelihood(self) -> FloatArray:
        """Of the spots (b,)."""
        return self.likelihood.log_likelihood

    def matched(self, row: int) -> IntArray:
        """Return the indices (k,) of the reflections of one orientation that have a spot."""
        mine = (self.predicted.row == row) & (self.likelihood.spot >= 0)
        return np.flatnonzero(mine)


def unrefined_orientations(
    table: PhaseTable,
    observation: Observation,
    hypotheses: OrientationHypotheses,
    options: LikelihoodOptions = DEFAULT_LIKELIHOOD,
) -> RefinedOrientations:
    """Return unrefined fits, judged with the wide tolerances of a first guess."""

    def shown(unexcited_forbidden: npt.NDArray[np.bool_] | None) -> PredictedReflections:
        return predict_reflections(
            table,
            observation,
            hypotheses.orientation,
            hypotheses.scale,
            affine=hypotheses.affine,
            shift_px=hypotheses.shift_px,
            unexcited_forbidden=unexcited_forbidden,
            options=options,
        )

    predicted = shown(None)
    unexcited_forbidden = find_unexcited_forbidden(table, observation, predicted)
    if unexcited_forbidden is not None:
        predicted = shown(unexcited_forbidden)
    return RefinedOrientations(
        hypotheses.orientation,
        hypotheses.scale,
        np.full(len(hypotheses), np.inf),
        hypotheses.affine,
        hypotheses.shift_px,
        np.zeros(len(hypotheses)),
        predicted,
        evaluate_likelihood(
            observation, predicted, relative_sigma=0.012, sigma_px=1.5, options=options
        ),
        unexcited_forbidden,
        np.full(len(hypotheses), np.inf),
    )


def refine_geometry(
    table: PhaseTable,
    observation: Observation,
    orientations: RefinedOrientations,
    options: LikelihoodOptions = DEFAULT_LIKELIHOOD,
) -> RefinedOrientations:
    """Refine scale, ellipse, centre and rotation in turns, tightening the tolerances.

    Parameters
    ----------
    table
        The phase.
    observation
        The spots.
    orientations
        First guesses.
    options
        Constants of the model.
    """
    for relative_sigma, sigma_px in ((0.010, 1.5), (0.006, 1.0), (0.004, 0.8)):
        orientations = fit_geometry(
            table, observation, orientations, relative_sigma, sigma_px, options
        )
    return orientations


def fit_geometry(
    table: PhaseTable,
    observation: Observation,
    orientations: RefinedOrientations,
    relative_sigma: float,
    sigma_px: float,
    options: LikelihoodOptions,
) -> RefinedOrientations:
    """Fit scale, rotation, ellipse and centre to the spots that are matched now."""
    solution, scale_sigma, penalty = _solve(observation, orientations, relative_sigma, sigma_px)
    growth, turn, stretch, shear = solution[:, :4].T
    affine = np.empty((len(orientations), 2, 2))
    affine[:, 0, 0], affine[:, 1, 1] = 1 + stretch, 1 - stretch
    affine[:, 0, 1] = affine[:, 1, 0] = shear
    spin = np.zeros((len(orientations), 3, 3))
    spin[:, 0, 0] = spin[:, 1, 1] = np.cos(turn)
    spin[:, 1, 0] = np.sin(turn)
    spin[:, 0, 1] = -spin[:, 1, 0]
    spin[:, 2, 2] = 1
    orientation = spin @ orientations.orientation
    scale = orientations.scale / (1 + growth)
    shift = solution[:, 4:]
    predicted = predict_reflections(
        table,
        observation,
        orientation,
        scale,
        affine=affine,
        shift_px=shift,
        unexcited_forbidden=orientations.unexcited_forbidden,
        options=options,
    )
    likelihood = evaluate_likelihood(
        observation, predicted, relative_sigma=relative_sigma, sigma_px=sigma_px, options=options
    )
    return RefinedOrientations(
        orientation,
        scale,
        scale_sigma,
        affine,
        shift,
        -penalty,
        predicted,
        likelihood,
        orientations.unexcited_forbidden,
        orientations.tilt_sigma_deg,
    )


def _solve(
    observation: Observation,
    orientations: RefinedOrientations,
    relative_sigma: float,
    sigma_px: float,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Solve for growth, turn, stretch, shear, shift (b, 6); the scale's uncertainty, the penalty.

    The priors are rows of the least-squares problem: the scale stays near the stated one, the
    ellipse near a circle, the centre near where it was found.
    """
    matched = np.flatnonzero(orientations.likelihood.spot >= 0)
    row, spot = orientations.predicted.row[matched], orientations.likelihood.spot[matched]
    bent = orientations.predicted.xy_px[matched] - orientations.shift_px[row]
    x, y = np.einsum("kij,kj->ik", np.linalg.inv(orientations.affine)[row], bent)
    sigma = np.hypot(
        np.hypot(sigma_px, observation.sigma_px[spot]), relative_sigma * np.hypot(x, y)
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
    known = observation.scale is not None
    scale_sigma = observation.scale_sigma if known else UNKNOWN_SCALE_SIGMA
    center_sigma = max(1.0, observation.center_sigma_px)
    prior_sigma = np.array(
        [scale_sigma, 10.0, ELLIPSE_SIGMA, ELLIPSE_SIGMA, center_sigma, center_sigma]
    )
    prior_target = np.zeros((len(orientations), 6))
    if observation.scale is not None:
        prior_target[:, 0] = np.log(orientations.scale / observation.scale)
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


def replaced(
    orientations: RefinedOrientations, rows: IntArray, others: RefinedOrientations
) -> RefinedOrientations:
    """Return the fits with others in some of the rows (n,)."""
    if len(rows) == 0:
        return orientations
    kept = np.setdiff1d(np.arange(len(orientations)), rows)
    parts = (orientations[kept], others) if len(kept) else (others,)
    order = np.argsort(np.concatenate([kept, rows]), kind="stable")
    joined = joined_fits(parts)
    return joined[order]


def joined_fits(parts: Sequence[RefinedOrientations]) -> RefinedOrientations:
    """Return fits of one phase one after the other."""
    basis_pairs = np.cumsum([0, *(len(part) for part in parts)])
    row = np.concatenate(
        [part.predicted.row + start for part, start in zip(parts, basis_pairs, strict=False)]
    )
    unexcited_forbidden = [
        part.unexcited_forbidden for part in parts if part.unexcited_forbidden is not None
    ]

    def joined(name: str) -> FloatArray:
        return np.concatenate([getattr(part, name) for part in parts])

    def of_expectation(name: str) -> FloatArray:
        return np.concatenate([getattr(part.predicted, name) for part in parts])

    def of_judgement(name: str) -> FloatArray:
        return np.concatenate([getattr(part.likelihood, name) for part in parts])

    return RefinedOrientations(
        joined("orientation"),
        joined("scale"),
        joined("scale_sigma"),
        joined("affine"),
        joined("shift_px"),
        joined("log_prior"),
        PredictedReflections(
            int(basis_pairs[-1]),
            row,
            of_expectation("index").astype(np.int64),
            of_expectation("xy_px"),
            of_expectation("log_intensity"),
        ),
        SpotLikelihood(
            of_judgement("log_likelihood"),
            of_judgement("visible"),
            of_judgement("spot").astype(np.int64),
            of_judgement("distance_px"),
        ),
        np.concatenate(unexcited_forbidden) if unexcited_forbidden else None,
        joined("tilt_sigma_deg"),
    )
