"""The lengths of a pattern's spots compared with the lines of structures, in any orientation.

Where the beam is along no short zone axis, or half of the spots are of something else, there is no
lattice to look up. The lengths alone still say which structures have planes of such spacings: every
spot lies on one of the structure's lines, or anywhere on the detector.
"""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.library.ring_lists import RowArray

_SIGMA = 0.012
"""Relative standard deviation of a length: ellipse and position."""
_FOREIGN = 0.3
"""Share of the spots that is taken to lie anywhere."""
_POWER = 0.25
"""Exponent on a line's powder intensity: one crystal shows strong and weak ones alike."""
_STEP = 0.004
_BEYOND = 0.05
_SCALES = np.linspace(-2, 2, 9)
_CHUNK = 2000


@dataclass(frozen=True, eq=False)
class SpotLengths:
    """Lengths of a pattern's spots.

    Parameters
    ----------
    log_q
        Natural logarithms of the lengths (n,), in 1/Å on the stated scale.
    scale_sigma
        Relative standard uncertainty of the scale.
    """

    log_q: FloatArray
    scale_sigma: float


def length_likelihoods(rows: RowArray, spots: SpotLengths) -> FloatArray:
    """Return the log likelihood (n,) of the spots' lengths by structures, relative to chance.

    Parameters
    ----------
    rows
        The strong lines of the structures (n,), as `ring_lists` keeps them.
    spots
        The lengths; each structure is compared on the scale that suits it best.
    """
    parts = [_of_chunk(rows[i : i + _CHUNK], spots) for i in range(0, len(rows), _CHUNK)]
    return np.concatenate([np.zeros(0), *parts])


def _of_chunk(rows: RowArray, spots: SpotLengths) -> FloatArray:
    if len(spots.log_q) == 0:
        return np.zeros(len(rows))
    is_line = rows["intensity"] > 0
    log_line = np.log(np.maximum(rows["q"].astype(np.float64), 1e-6))
    weight = np.where(is_line, rows["intensity"].astype(np.float64) ** _POWER, 0.0)
    farthest = np.where(is_line, log_line, -np.inf).max(axis=1, initial=-np.inf)
    span = 2 * spots.scale_sigma + _BEYOND
    low, high = float(spots.log_q.min()) - span, float(spots.log_q.max()) + span
    density, held = _densities(log_line, weight, low, high)
    best = np.full(len(rows), -np.inf)
    for off in _SCALES:
        log_q = spots.log_q + off * spots.scale_sigma
        last = float(log_q.max())
        # of the lines that the pattern can reach; spots anywhere are as many as the area has
        reached = held[:, _cells(np.array([last + _BEYOND]), low, density.shape[1])[0]]
        lines = density[:, _cells(log_q, low, density.shape[1])]
        lines = lines / np.maximum(reached, 1e-9)[:, None]
        anywhere = 2 * np.exp(2 * (log_q - last))
        gain = np.log((1 - _FOREIGN) * lines / anywhere + _FOREIGN)
        # nothing is known beyond the lines that are kept
        gain = np.where(log_q <= farthest[:, None], gain, 0.0).sum(axis=1) - 0.5 * off**2
        best = np.maximum(best, gain)
    return best


def _cells(log_q: FloatArray, low: float, count: int) -> np.ndarray:
    return np.clip(np.round((log_q - low) / _STEP).astype(np.int64), 0, count - 1)


def _densities(
    log_line: FloatArray, weight: FloatArray, low: float, high: float
) -> tuple[FloatArray, FloatArray]:
    """Return the density of lines over log q on a grid (n, cells), and their weight up to there."""
    cells = int(np.ceil((high - low) / _STEP)) + 1
    n = len(log_line)
    # weights below the grid count as reached; those beyond do not
    cell = np.round((log_line - low) / _STEP).astype(np.int64)
    inside = (cell >= 0) & (cell < cells)
    place = (np.arange(n)[:, None] * cells + cell)[inside]
    counted = np.bincount(place, weight[inside], minlength=n * cells)
    histogram = np.asarray(counted, np.float64).reshape(n, cells)
    before = np.where(cell < 0, weight, 0.0).sum(axis=1)
    held = before[:, None] + np.cumsum(histogram, axis=1)
    half = int(np.ceil(4 * _SIGMA / _STEP))
    kernel = np.exp(-0.5 * (np.arange(-half, half + 1) * _STEP / _SIGMA) ** 2)
    kernel /= _SIGMA * np.sqrt(2 * np.pi)
    padded = np.pad(histogram, ((0, 0), (half, half)))
    density = np.zeros_like(histogram)
    for k, value in enumerate(kernel):
        density += value * padded[:, k : k + cells]
    return density, held
