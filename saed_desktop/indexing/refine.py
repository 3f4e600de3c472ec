"""Least-squares refinement of candidates: scale, ellipse, centre, rotation, tilt.

All candidates of a phase are refined side by side, as arrays: one by one, the time goes into
calling functions on a handful of numbers each.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from saed_desktop.crystal.phase import Phase
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
from saed_desktop.indexing.starts import Trials
from saed_desktop.indexing.table import PhaseTable
from saed_desktop.simulation.orientation import proper_rotations, rotation_about

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ELLIPSE_SIGMA = 0.01
"""Standard deviation of each component of the elliptical distortion; 1 to 2 % is usual."""

UNKNOWN_SCALE_SIGMA = 10.0
"""As good as no knowledge of the scale: the prior is flat over any refinement."""

FINAL_SIGMA_PX = 0.8
FINAL_RELATIVE_SIGMA = 0.004


_TILT_STEPS_DEG = ((-3.0, -1.5, -0.7, 0.0, 0.7, 1.5, 3.0), (-0.4, 0.0, 0.4))
_HALF_TURN = np.diag([-1.0, -1.0, 1.0])
_SAME_DEG = 0.5


@dataclass(frozen=True, eq=False)
class Fits:
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
    expectation, judgement
        What they would show and which spots lie on it.
    dark
        Forbidden points of the table (b, n) that double diffraction cannot show in these zones;
        None where none is forbidden.
    """

    orientation: FloatArray
    scale: FloatArray
    scale_sigma: FloatArray
    affine: FloatArray
    shift_px: FloatArray
    log_prior: FloatArray
    expectation: Expectation
    judgement: Judgement
    dark: npt.NDArray[np.bool_] | None

    def __len__(self) -> int:
        return len(self.scale)

    def __getitem__(self, rows: IntArray) -> "Fits":
        chosen, row = self.expectation.entries(rows)
        return Fits(
            self.orientation[rows],
            self.scale[rows],
            self.scale_sigma[rows],
            self.affine[rows],
            self.shift_px[rows],
            self.log_prior[rows],
            self.expectation.of(chosen, row, len(rows)),
            self.judgement.of(chosen, rows),
            None if self.dark is None else self.dark[rows],
        )

    @property
    def log_likelihood(self) -> FloatArray:
        """Of the spots (b,)."""
        return self.judgement.log_likelihood

    def matched(self, row: int) -> IntArray:
        """Return which reflections of one orientation have a spot."""
        mine = (self.expectation.row == row) & (self.judgement.spot >= 0)
        return np.flatnonzero(mine)


def start_fits(
    table: PhaseTable,
    observation: Observation,
    trials: Trials,
    options: ModelOptions = DEFAULT_OPTIONS,
) -> Fits:
    """Return unrefined fits, judged with the wide tolerances of a first guess."""

    def shown(dark: npt.NDArray[np.bool_] | None) -> Expectation:
        return expect(
            table,
            observation,
            trials.orientation,
            trials.scale,
            affine=trials.affine,
            shift_px=trials.shift_px,
            dark=dark,
            options=options,
        )

    expectation = shown(None)
    dark = dark_points(table, observation, expectation)
    if dark is not None:
        expectation = shown(dark)
    return Fits(
        trials.orientation,
        trials.scale,
        np.full(len(trials), np.inf),
        trials.affine,
        trials.shift_px,
        np.zeros(len(trials)),
        expectation,
        judge(observation, expectation, relative_sigma=0.012, sigma_px=1.5, options=options),
        dark,
    )


def refine_geometry(
    table: PhaseTable,
    observation: Observation,
    fits: Fits,
    options: ModelOptions = DEFAULT_OPTIONS,
) -> Fits:
    """Refine scale, ellipse, centre and rotation in turns, tightening the tolerances.

    Parameters
    ----------
    table
        The phase.
    observation
        The spots.
    fits
        First guesses.
    options
        Constants of the model.
    """
    for relative_sigma, sigma_px in ((0.010, 1.5), (0.006, 1.0), (0.004, 0.8)):
        fits = _geometry(table, observation, fits, relative_sigma, sigma_px, options)
    return fits


def refine_tilt(
    table: PhaseTable,
    observation: Observation,
    fits: Fits,
    options: ModelOptions = DEFAULT_OPTIONS,
) -> Fits:
    """Fit the tilt off the zone axis to the brightness of the spots, and the geometry again.

    Parameters
    ----------
    table
        The phase.
    observation
        The spots.
    fits
        Of refined geometry.
    options
        Constants of the model.
    """
    # small tilts move no spot but change which are bright. Half a turn on, the zero-order Laue
    # zone looks the same and the higher ones do not, unless the crystal has that very two-fold
    turned = ~_is_two_fold(table.phase, fits.orientation)
    for steps_deg in _TILT_STEPS_DEG:
        fits = _tilted(table, observation, fits, steps_deg, turned, options)
    return _geometry(table, observation, fits, FINAL_RELATIVE_SIGMA, FINAL_SIGMA_PX, options)


def _geometry(
    table: PhaseTable,
    observation: Observation,
    fits: Fits,
    relative_sigma: float,
    sigma_px: float,
    options: ModelOptions,
) -> Fits:
    """Fit scale, rotation, ellipse and centre to the spots that are matched now."""
    solution, scale_sigma, penalty = _solve(observation, fits, relative_sigma, sigma_px)
    growth, turn, stretch, shear = solution[:, :4].T
    affine = np.empty((len(fits), 2, 2))
    affine[:, 0, 0], affine[:, 1, 1] = 1 + stretch, 1 - stretch
    affine[:, 0, 1] = affine[:, 1, 0] = shear
    spin = np.zeros((len(fits), 3, 3))
    spin[:, 0, 0] = spin[:, 1, 1] = np.cos(turn)
    spin[:, 1, 0] = np.sin(turn)
    spin[:, 0, 1] = -spin[:, 1, 0]
    spin[:, 2, 2] = 1
    orientation = spin @ fits.orientation
    scale = fits.scale / (1 + growth)
    shift = solution[:, 4:]
    expectation = expect(
        table,
        observation,
        orientation,
        scale,
        affine=affine,
        shift_px=shift,
        dark=fits.dark,
        options=options,
    )
    judgement = judge(
        observation, expectation, relative_sigma=relative_sigma, sigma_px=sigma_px, options=options
    )
    return Fits(
        orientation,
        scale,
        scale_sigma,
        affine,
        shift,
        -penalty,
        expectation,
        judgement,
        fits.dark,
    )


def _solve(
    observation: Observation, fits: Fits, relative_sigma: float, sigma_px: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Solve for growth, turn, stretch, shear, shift (b, 6); the scale's uncertainty, the penalty.

    The priors are rows of the least-squares problem: the scale stays near the stated one, the
    ellipse near a circle, the centre near where it was found.
    """
    matched = np.flatnonzero(fits.judgement.spot >= 0)
    row, spot = fits.expectation.row[matched], fits.judgement.spot[matched]
    bent = fits.expectation.xy_px[matched] - fits.shift_px[row]
    x, y = np.einsum("kij,kj->ik", np.linalg.inv(fits.affine)[row], bent)
    sigma = np.hypot(
        np.hypot(sigma_px, observation.sigma_px[spot]), relative_sigma * np.hypot(x, y)
    )
    one, zero = np.ones_like(x), np.zeros_like(x)
    design = np.array([[x, -y, x, y, one, zero], [y, x, -y, x, zero, one]]) / sigma
    target = (observation.offsets_px[spot].T - np.array([x, y])) / sigma
    normal = np.zeros((len(fits), 6, 6))
    right = np.zeros((len(fits), 6))
    for i in range(len(fits)):
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
    prior_target = np.zeros((len(fits), 6))
    if observation.scale is not None:
        prior_target[:, 0] = np.log(fits.scale / observation.scale)
    normal += np.diag(prior_sigma**-2)
    right += prior_target / prior_sigma**2
    covariance = np.linalg.inv(normal)
    solution = np.einsum("bij,bj->bi", covariance, right)
    penalty = 0.5 * (((solution - prior_target) / prior_sigma) ** 2).sum(axis=1)
    return solution, np.sqrt(covariance[:, 0, 0]), penalty


@lru_cache(maxsize=512)
def _symmetry(phase: Phase) -> FloatArray:
    return proper_rotations(phase.lattice, phase.space_group.laue_rotations)


def _is_two_fold(phase: Phase, orientation: FloatArray) -> npt.NDArray[np.bool_]:
    """Tell in which orientations (b,) half a turn about the beam is a symmetry of the crystal."""
    turned = np.swapaxes(orientation, 1, 2) @ _HALF_TURN @ orientation
    traces = turned.reshape(-1, 9) @ _symmetry(phase).reshape(-1, 9).T
    return np.asarray((traces.max(axis=1) - 1) / 2 > np.cos(np.deg2rad(_SAME_DEG)))


def _tilted(
    table: PhaseTable,
    observation: Observation,
    fits: Fits,
    steps_deg: tuple[float, ...],
    turned: npt.NDArray[np.bool_],
    options: ModelOptions,
) -> Fits:
    """Try small tilts of the crystals; of those to be turned, half a turn on as well."""
    rotations, cost = _tilts(steps_deg)
    bases = np.concatenate([fits.orientation, _HALF_TURN @ fits.orientation[turned]])
    base_owner = np.concatenate([np.arange(len(fits)), np.flatnonzero(turned)])
    orientation = (rotations[None] @ bases[:, None]).reshape(-1, 3, 3)
    owner = np.repeat(base_owner, len(rotations))
    expectation = expect(
        table,
        observation,
        orientation,
        fits.scale[owner],
        affine=fits.affine[owner],
        shift_px=fits.shift_px[owner],
        dark=None if fits.dark is None else fits.dark[owner],
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
    value = judgement.log_likelihood - np.tile(cost, len(bases))
    best = np.array([np.argmax(np.where(owner == i, value, -np.inf)) for i in range(len(fits))])
    chosen, row = expectation.entries(best)
    return replace(
        fits,
        orientation=orientation[best],
        expectation=expectation.of(chosen, row, len(fits)),
        judgement=judgement.of(chosen, best),
    )


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
