"""Lattice parameters from the places of the spots, where they are asked for.

A cell and a scale cannot both be had from lengths on a detector: the stated scale is taken at its
word, and its uncertainty is one of the lengths'.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.fitting.refinement import ELLIPSE_SIGMA
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.results.cell_record import CellRecord, ParameterRecord
from saed_desktop.simulation.orientation import proper_rotations, rotation_about

_NAMES = ("a", "b", "c", "alpha_deg", "beta_deg", "gamma_deg")
_STRAIN_SIGMA = 0.1
"""Strains are smaller than this: keeps what a zone does not determine where it was."""

_DETERMINED = 0.02
"""A parameter is determined if the spots alone tell it this well, relatively or in radians."""

_SPOT_SIGMA_PX = 0.3
_FEWEST_SPOTS = 5


@dataclass(frozen=True)
class Parameter:
    """One lattice parameter and its standard uncertainty, in Å or degrees."""

    value: float
    sigma: float


@dataclass(frozen=True)
class RefinedCell:
    """Lattice parameters refined on one pattern.

    Parameters
    ----------
    parameters
        By name ("a", ..., "gamma_deg"): those that symmetry leaves free and the zone determines.
    undetermined
        Names of the free ones that the zone does not determine.
    sentence
        Why there is less than the user may have hoped for; None where all were refined.
    """

    parameters: Mapping[str, Parameter]
    undetermined: tuple[str, ...] = ()
    sentence: str | None = None

    def to_record(self) -> CellRecord:
        """Return what is printed and stored of a refined cell."""
        return CellRecord(
            parameters={
                name: ParameterRecord(value=round(p.value, 5), sigma=round(p.sigma, 5))
                for name, p in self.parameters.items()
            },
            undetermined=self.undetermined,
            message=self.sentence,
        )


def refine_cell(prepared: PreparedPattern, candidate: Candidate, phase: Phase) -> RefinedCell:
    """Return the lattice parameters that lay a candidate's reflections on its spots best.

    Parameters
    ----------
    prepared
        The pattern.
    candidate
        Gives every spot its hkl.
    phase
        The crystal of that name; its symmetry says which parameters are free.
    """
    calibration = prepared.pattern.calibration
    scale = calibration.scale_inv_angstrom_per_px
    if scale is None:
        return RefinedCell({}, sentence="The cell was not refined: that needs a known scale.")
    matched = np.flatnonzero(candidate.match.is_matched)
    if len(matched) < _FEWEST_SPOTS:
        return RefinedCell({}, sentence="The cell was not refined: too few spots have an hkl.")
    spots = prepared.diffracted[candidate.match.spot[matched]]
    measured = spots.xy - np.array(candidate.center_xy)
    g = phase.lattice.g_vectors(candidate.match.hkl[matched])
    basis = _free_strains(phase)
    sigma = np.hypot(spots.sigma_px, _SPOT_SIGMA_PX)
    fit = _fitted(g, measured * scale, sigma * scale, candidate.orientation, basis, scale)
    # the scatter about the fit tells how well the spots are really placed
    fit = _fitted(
        g, measured * scale, sigma * scale * fit.excess, candidate.orientation, basis, scale
    )
    return _described(phase, basis, fit, calibration.relative_sigma)


def _free_strains(phase: Phase) -> FloatArray:
    """Return the strains (n, 3, 3) that the symmetry allows: one for cubic, six for triclinic.

    What symmetry allows is what stays the same when it is averaged over the group.
    """
    rotations = proper_rotations(phase.lattice, phase.space_group.laue_rotations)
    units = []
    for i, j in ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1)):
        unit = np.zeros((3, 3))
        unit[i, j] = unit[j, i] = 1.0 if i == j else np.sqrt(0.5)
        units.append(np.einsum("nij,jk,nlk->il", rotations, unit, rotations) / len(rotations))
    _, size, basis = np.linalg.svd(np.array(units).reshape(6, 9))
    return np.asarray(basis[: int((size > 1e-6).sum())].reshape(-1, 3, 3))


@dataclass(frozen=True, eq=False)
class _Strain:
    """Reciprocal strain along each free one (n,), its covariances (n, n), the misfit.

    `covariance` counts the lens's ellipse among the unknowns, `by_spots` takes it as known.
    `excess` is the scatter about the fit over the expected one, 1 at least.
    """

    amount: FloatArray
    covariance: FloatArray
    by_spots: FloatArray
    excess: float


def _fitted(
    g: FloatArray,
    measured: FloatArray,
    sigma: FloatArray,
    orientation: FloatArray,
    basis: FloatArray,
    scale: float,
) -> _Strain:
    """Fit strain, rotation in the image, ellipse and centre to places in 1/Å."""
    n = len(basis)
    priors = np.concatenate(
        [np.full(n, _STRAIN_SIGMA), [10.0, ELLIPSE_SIGMA, ELLIPSE_SIGMA, scale, scale]]
    )
    unknown = np.zeros(n + 5)
    normal, excess = np.eye(n + 5), 1.0
    for _ in range(4):
        strained = g @ (np.eye(3) + np.tensordot(unknown[:n], basis, axes=1))
        turn = rotation_about([0, 0, 1], float(unknown[n])) @ orientation
        x, y = (strained @ turn.T)[:, :2].T
        stretch, shear, right, down = unknown[n + 1 :]
        placed = [x * (1 + stretch) + y * shear + right, y * (1 - stretch) + x * shear + down]
        along = np.einsum("ij,njk,mk->nim", turn, basis, g)[:, :2]
        one, zero = np.ones_like(x), np.zeros_like(x)
        design = np.concatenate(
            [along, [[-y, x]], [[x, -y]], [[y, x]], [[one, zero]], [[zero, one]]]
        )
        rows = (design / sigma).reshape(n + 5, -1)
        error = ((measured.T - np.array(placed)) / sigma).ravel()
        normal = rows @ rows.T + np.diag(priors**-2)
        unknown = unknown + np.linalg.solve(normal, rows @ error - unknown / priors**2)
        excess = float(np.sqrt((error**2).sum() / max(error.size - len(unknown), 1)))
    distortion_known = np.delete(np.delete(normal, [n + 1, n + 2], 0), [n + 1, n + 2], 1)
    return _Strain(
        unknown[:n],
        np.asarray(np.linalg.inv(normal)[:n, :n], np.float64),
        np.asarray(np.linalg.inv(distortion_known)[:n, :n], np.float64),
        max(excess, 1.0),
    )


def _cell(lattice: Lattice, strain: FloatArray) -> FloatArray:
    """Return the six parameters (lengths in Å, angles in radians) under a reciprocal strain."""
    direct = np.linalg.inv(lattice.reciprocal @ (np.eye(3) + strain)).T
    lengths = np.linalg.norm(direct, axis=1)
    unit = direct / lengths[:, None]
    cosines = [unit[1] @ unit[2], unit[0] @ unit[2], unit[0] @ unit[1]]
    return np.concatenate([lengths, np.arccos(cosines)])


def _described(phase: Phase, basis: FloatArray, fit: _Strain, scale_sigma: float) -> RefinedCell:
    strain = np.tensordot(fit.amount, basis, axes=1)
    cell = _cell(phase.lattice, strain)
    step = 1e-5
    slopes = np.array([(_cell(phase.lattice, strain + step * b) - cell) / step for b in basis]).T
    # lengths relative to themselves, angles in radians
    slopes[:3] /= cell[:3, None]
    free = np.abs(slopes).max(axis=1) > 1e-3
    variance = np.einsum("pi,ij,pj->p", slopes, fit.covariance, slopes)
    variance[:3] += scale_sigma**2
    by_spots = np.sqrt(np.einsum("pi,ij,pj->p", slopes, fit.by_spots, slopes))
    unit = np.concatenate([cell[:3], np.full(3, 1.0)])
    sigma = np.sqrt(variance) * unit
    cell[3:], sigma[3:] = np.rad2deg(cell[3:]), np.rad2deg(sigma[3:])
    known = free & (by_spots < _DETERMINED)
    parameters = {
        name: Parameter(float(cell[i]), float(sigma[i]))
        for i, name in enumerate(_NAMES)
        if known[i]
    }
    missing = tuple(name for i, name in enumerate(_NAMES) if free[i] and not known[i])
    sentence = None
    if missing:
        names = ", ".join(name.removesuffix("_deg") for name in missing)
        sentence = f"This zone axis does not determine {names}."
    return RefinedCell(parameters, missing, sentence)
