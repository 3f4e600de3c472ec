"""The reflections that orientations of a crystal show."""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.indexing.solving.phase_table import PhaseTable

MAX_EXCITATION_ERROR = 0.022
"""Reflections farther from the Ewald sphere are not expected, 1/Å."""

_CACHED_NUMBERS = 250_000
"""Single-precision numbers that a processor keeps near at hand: 1 MB."""


@dataclass(frozen=True, eq=False)
class PredictedReflections:
    """The reflections that a batch of orientations would show, one after the other.

    Parameters
    ----------
    count
        Number of orientations.
    row
        Orientation of each reflection (k,), rising.
    index
        Its point of the table (k,).
    xy_px
        Offsets from the beam (k, 2).
    log_intensity
        Computed log intensities (k,), compressed.
    """

    count: int
    row: IntArray
    index: IntArray
    xy_px: FloatArray
    log_intensity: FloatArray

    def entries(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """Return which reflections belong to some orientations (b,), and the new row of each."""
        start = np.searchsorted(self.row, rows)
        stop = np.searchsorted(self.row, rows, side="right")
        chosen = [np.arange(a, b) for a, b in zip(start, stop, strict=True)]
        none = np.zeros(0, dtype=np.int64)
        return np.concatenate([none, *chosen]), np.repeat(np.arange(len(rows)), stop - start)

    def of(self, chosen: IntArray, row: IntArray, count: int) -> "PredictedReflections":
        """Return some of the reflections, with new rows, from `entries`."""
        return PredictedReflections(
            count, row, self.index[chosen], self.xy_px[chosen], self.log_intensity[chosen]
        )


def points_near_sphere(
    table: PhaseTable,
    orientation: FloatArray,
    reach: FloatArray,
    wavelength: float,
) -> tuple[IntArray, IntArray]:
    """Return the orientation and the point of all that lies near the Ewald sphere (k,).

    Parameters
    ----------
    table
        The phase.
    orientation
        Rotations (b, 3, 3) from the crystal to the laboratory frame.
    reach
        Distances (b,) from the origin that are in view, 1/Å.
    wavelength
        In Å.
    """
    length = table.points.length
    largest = int(np.searchsorted(length, reach.max()))
    g = table.points.g[:largest].T.astype(np.float32, order="C")
    curve = np.float32(0.5 * wavelength) * (length[:largest] ** 2).astype(np.float32)
    beam = orientation[:, 2, :].astype(np.float32)
    rows, points = [], []
    # a few orientations at a time: what stays in the processor's cache is passed over quickly
    step = max(1, _CACHED_NUMBERS // max(largest, 1))
    for start in range(0, len(orientation), step):
        within = reach[start : start + step]
        # lengths rise: all points before `inner` are within reach of each of these orientations
        inner, stop = np.searchsorted(length, [within.min(), within.max()])
        # not as a matrix product: three terms are not worth the threads that a linear-algebra
        # library starts for it, which then wait at the processor's expense
        height = np.einsum("bi,in->bn", beam[start : start + step], g[:, :stop])
        height += curve[:stop]
        near = np.abs(height, out=height) < 1.1 * MAX_EXCITATION_ERROR
        near[:, inner:] &= length[None, inner:stop] <= within[:, None]
        row, point = np.divmod(np.flatnonzero(near), max(int(stop), 1))
        rows.append(row + start)
        points.append(point)
    return np.concatenate(rows), np.concatenate(points)
