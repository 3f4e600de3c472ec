"""Lattice parameters and grain sizes from rings."""

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase

_NAMES = ("a", "b", "c", "alpha_deg", "beta_deg", "gamma_deg")
_PRIOR = 0.02
"""Each free strain is zero within this, so that what no ring tells stays as the file has it."""
_DETERMINED = 0.006
RADIAL_DISTORTION = 0.005
"""Barrel or pincushion distortion at the outermost ring, relative to its radius: projector lenses
have some tenths of a per cent (Brázda et al., IUCrJ 9 (2022) 735), old cameras one per cent."""
_SCHERRER = 0.9
"""Scherrer's constant for spheres, on full widths at half height (Langford and Wilson, 1978)."""


def refined_cell(
    phase: Phase, hkl: IntArray, q: FloatArray, sigma: FloatArray, scale_sigma: float
) -> tuple[Lattice, dict[str, tuple[float, float]]]:
    """Return the cell that suits measured lengths best, and its free parameters.

    Linear in the reciprocal metric: q² = hkl·G·hkl, with the strains of G that symmetry allows.
    The lenses' radial distortion, which grows with the square of the radius, is fitted with it.

    Parameters
    ----------
    phase
        The crystal; its symmetry says which parameters are free.
    hkl
        Indices (n, 3) of the lines.
    q, sigma
        Their measured lengths (n,) in 1/Å and uncertainties, the scale's apart.
    scale_sigma
        Relative uncertainty of the scale, which all lengths share.

    Returns
    -------
    tuple[Lattice, dict[str, tuple[float, float]]]
        The cell, and value and uncertainty of each parameter that symmetry leaves free and the
        rings determine.
    """
    metric = phase.lattice.reciprocal @ phase.lattice.reciprocal.T
    basis = _free_strains(phase, metric)
    lengths = np.einsum("ni,ij,nj->n", hkl, metric, hkl)
    radial = 2 * (q / q.max()) ** 2
    design = np.einsum("ni,kij,nj->nk", hkl, basis, hkl) / lengths[:, None]
    design = np.concatenate([design, radial[:, None]], axis=1)
    # (q/q₀)² - 1 = design·(strain, distortion)
    target = q**2 / lengths - 1
    weight = 1 / np.maximum(2 * sigma / q, 1e-6)
    rows = design * weight[:, None]
    prior = np.array([*np.full(len(basis), _PRIOR), RADIAL_DISTORTION])
    normal = rows.T @ rows + np.diag(1 / prior**2)
    solution = np.linalg.solve(normal, rows.T @ (target * weight))
    misfit = (target - design @ solution) * weight
    excess = max(1.0, float(np.sqrt((misfit**2).sum() / max(len(q) - len(basis), 1))))
    covariance = (np.linalg.inv(normal) * excess**2)[: len(basis), : len(basis)]
    strain = solution[: len(basis)]
    cell = _parameters(metric + np.tensordot(strain, basis, axes=1))
    step = 1e-5
    slopes = np.array(
        [
            (_parameters(metric + np.tensordot(strain, basis, axes=1) + step * b) - cell) / step
            for b in basis
        ]
    ).T
    spread = np.sqrt(np.einsum("pi,ij,pj->p", slopes, covariance, slopes))
    free = np.abs(slopes).max(axis=1) > 1e-3 * np.array([*cell[:3], 57.0, 57.0, 57.0])
    relative = spread / np.array([*cell[:3], 57.0, 57.0, 57.0])
    shared = np.array([*(cell[:3] * scale_sigma), 0.0, 0.0, 0.0])
    sigmas = np.hypot(spread, shared)
    parameters = {
        name: (float(cell[i]), float(sigmas[i]))
        for i, name in enumerate(_NAMES)
        if free[i] and relative[i] < _DETERMINED
    }
    return Lattice(*(float(x) for x in cell)), parameters


def _free_strains(phase: Phase, metric: FloatArray) -> FloatArray:
    """Return changes (n, 3, 3) of the reciprocal metric that the symmetry allows.

    What symmetry allows is what stays the same when it is averaged over the Laue group.
    """
    # rows hkl turn as hkl·R
    turns = phase.space_group.laue_rotations.astype(np.float64)
    root = np.linalg.cholesky(metric)
    units = []
    for i, j in ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1)):
        unit = np.zeros((3, 3))
        unit[i, j] = unit[j, i] = 1.0
        change = root @ unit @ root.T
        units.append(np.einsum("nij,jk,nlk->il", turns, change, turns) / len(turns))
    _, size, rows = np.linalg.svd(np.array(units).reshape(6, 9), full_matrices=False)
    kept = rows[size > 1e-6 * size.max()].reshape(-1, 3, 3)
    # an amount of one is to be a relative change of one
    inverse = np.linalg.inv(root)
    relative = np.linalg.eigvalsh(np.einsum("ij,kjl,ml->kim", inverse, kept, inverse))
    return np.asarray(kept / np.abs(relative).max(axis=1)[:, None, None])


def _parameters(reciprocal_metric: FloatArray) -> FloatArray:
    """Return a, b, c in Å and the angles in degrees of a reciprocal metric."""
    metric = np.linalg.inv(reciprocal_metric)
    lengths = np.sqrt(np.diag(metric))
    a, b, c = lengths
    cosines = [metric[1, 2] / (b * c), metric[0, 2] / (a * c), metric[0, 1] / (a * b)]
    return np.concatenate([lengths, np.rad2deg(np.arccos(np.clip(cosines, -1, 1)))])


def least_grain_size(fwhm_inv_angstrom: FloatArray, weight: FloatArray) -> float | None:
    """Return the least size of the grains in Å by Scherrer's formula, None without a ring.

    Parameters
    ----------
    fwhm_inv_angstrom
        Full widths (n,) of rings in 1/Å; the instrument's own width is in them, so that the grains
        are no smaller than this.
    weight
        How much each counts.
    """
    usable = (fwhm_inv_angstrom > 0) & (weight > 0)
    if not usable.any():
        return None
    width = float(np.average(fwhm_inv_angstrom[usable], weights=weight[usable]))
    return _SCHERRER / width
