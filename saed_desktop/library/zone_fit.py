"""Agreement of a zone's computed intensities with the spots on a measured lattice."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray

COMPRESSION = 0.65
"""Exponent on kinematical intensities: dynamical scattering evens them out."""
TEMPER = 0.2
"""Exponent on the likelihood where it meets priors, as in the indexer."""
_DETECTION, _WIDTH, _LOG_SIGMA = 0.93, 0.7, 1.1


@dataclass(frozen=True, eq=False)
class MeasuredLattice:
    """A lattice of spots, with what is seen on its points.

    Parameters
    ----------
    basis_px
        Two vectors as rows (2, 2), the shortest of the lattice.
    points
        Indices (n, 2) of the points in view, one of each pair ±.
    spot
        Whether there is a spot on each point and its negative (n, 2).
    seen
        Whether each could have been seen (n, 2).
    log_intensity
        Log intensities of the spots (n, 2), anything where there is none.
    limit
        Log intensity (n, 2) below which a spot there is not found.
    scale
        1/Å per pixel, None where it is not known.
    scale_sigma
        Its relative standard uncertainty.
    scale_range
        Scales believed possible where none is known.
    distortion
        Relative standard uncertainty of one length against another: ellipse and positions.
    match_gain
        What a spot on its place is worth, in log likelihood over chance, apart from brightness.
    log_weight
        Log prior of this lattice among other readings of the same spots.
    """

    basis_px: FloatArray
    points: IntArray
    spot: npt.NDArray[np.bool_]
    seen: npt.NDArray[np.bool_]
    log_intensity: FloatArray
    limit: FloatArray
    scale: float | None
    scale_sigma: float
    scale_range: tuple[float, float]
    distortion: float = 0.015
    match_gain: float = 3.0
    log_weight: float = 0.0


def log_likelihoods(
    computed: npt.NDArray[np.float32],
    known: npt.NDArray[np.bool_],
    lattice: MeasuredLattice,
    points: npt.NDArray[np.intp] | slice,
) -> FloatArray:
    """Return log likelihoods (m,) of the measured intensities under computed ones.

    The model is the indexer's: a reflection is seen with a probability that rises with its
    computed intensity, and is about as bright as computed; one level for all is fitted.

    Parameters
    ----------
    computed
        Compressed log intensities (m, k), up to a constant; both points of a pair have the same.
    known
        Which of them count (m, k).
    lattice
        What was measured.
    points
        Which of its points the columns are (k).
    """
    computed = np.repeat(computed, 2, axis=1)
    spot = lattice.spot[points].reshape(1, -1)
    known = np.repeat(known, 2, axis=1) & lattice.seen[points].reshape(1, -1)
    spot = spot & known
    observed = lattice.log_intensity[points].reshape(1, -1).astype(np.float32)
    level = _row_medians(np.where(spot, observed - computed, np.float32(np.nan)))
    expected = computed + level[:, None]
    limit = lattice.limit[points].reshape(1, -1).astype(np.float32)
    with np.errstate(over="ignore"):
        visible = _DETECTION / (1 + np.exp((limit - expected) / _WIDTH))
    error = np.where(spot, observed - expected, 0) / _LOG_SIGMA
    match = np.log(np.maximum(visible, 1e-6)) - 1.5 * np.log1p(error**2 / 2) + lattice.match_gain
    miss = np.log1p(-visible)
    value = np.where(spot, np.maximum(match, miss), miss)
    return np.asarray(np.where(known, value, 0).sum(axis=1), dtype=np.float64)


def _row_medians(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the median of each row without its NaNs; 0 for a row of nothing else."""
    ordered = np.sort(values, axis=1)
    count = np.isfinite(ordered).sum(axis=1)
    middle = np.maximum(count - 1, 0) // 2
    picked = ordered[np.arange(len(ordered)), middle]
    return np.where(count > 0, picked, np.float32(0))
