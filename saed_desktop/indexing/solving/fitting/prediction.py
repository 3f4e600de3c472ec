"""The reflections that orientations of a crystal show."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.indexing.solving.phase_table import PhaseTable

_AnyFloats = npt.NDArray[np.floating[Any]]

MAX_EXCITATION_ERROR = 0.022
"""Reflections farther from the Ewald sphere are not expected, 1/Å."""

_NEAR = 1.1 * MAX_EXCITATION_ERROR
_CACHED_NUMBERS = 250_000
"""Single-precision numbers that a processor keeps near at hand: 1 MB."""

_FEWEST_ALIKE, _ALIKE = 4, 0.2
"""Runs of so many beams, each so little from the next (rad), are near few points between them."""


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
        return _entries(self.row, rows)

    def of(self, chosen: IntArray, row: IntArray, count: int) -> "PredictedReflections":
        """Return some of the reflections, with new rows, from `entries`."""
        return PredictedReflections(
            count, row, self.index[chosen], self.xy_px[chosen], self.log_intensity[chosen]
        )


@dataclass(frozen=True, eq=False)
class PointsNearSphere:
    """The points near the Ewald sphere for a batch of orientations.

    Turns about the beam leave them as they are, so that they are looked for once in a refinement.

    Parameters
    ----------
    row
        Orientation of each point (k,), rising.
    point
        The point of the table (k,).
    reach
        Distances (b,) from the origin within which they are complete, 1/Å.
    """

    row: IntArray
    point: IntArray
    reach: FloatArray

    def of(self, rows: IntArray) -> "PointsNearSphere":
        """Return the points of some orientations (b,)."""
        chosen, row = _entries(self.row, rows)
        return PointsNearSphere(row, self.point[chosen], self.reach[rows])


def _entries(row: IntArray, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return where some rows (b,) stand among rising ones, and the new row of each."""
    start = np.searchsorted(row, rows)
    count = np.searchsorted(row, rows, side="right") - start
    # from where each run begins in the old list to where it does in the new one
    first = start - (np.cumsum(count) - count)
    chosen = np.repeat(first, count) + np.arange(count.sum())
    return chosen, np.repeat(np.arange(len(rows)), count)


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
    g = table.g_xyz_single[:, :largest]
    curve = np.float32(0.5 * wavelength) * table.length_squared_single[:largest]
    beam = orientation[:, 2, :].astype(np.float32)
    rows, points = [], []
    for some in _runs(beam, max(1, _CACHED_NUMBERS // max(largest, 1))):
        # lengths rise: all points before `inner` are within reach of each of these orientations
        inner, stop = np.searchsorted(length, [reach[some].min(), reach[some].max()])
        chosen = _near_any(g[:, :stop], curve[:stop], length[:stop], beam[some])
        part = slice(0, stop) if chosen is None else chosen
        # not as a matrix product: three terms are not worth the threads that a linear-algebra
        # library starts for it, which then wait at the processor's expense
        height = np.einsum("bi,in->bn", beam[some], g[:, part])
        height += curve[part]
        near = np.abs(height, out=height) < _NEAR
        inner = inner if chosen is None else np.searchsorted(chosen, inner)
        near[:, inner:] &= length[part][None, inner:] <= reach[some, None]
        row, point = np.divmod(np.flatnonzero(near), max(near.shape[1], 1))
        rows.append(row + some.start)
        points.append(point if chosen is None else chosen[point])
    return np.concatenate(rows), np.concatenate(points)


def _runs(beam: _AnyFloats, most: int) -> Iterator[slice]:
    """Yield which of the beams (b, 3) are dealt with together.

    Runs of beams much alike, as the tilts of one orientation are; where there are none, as many as
    stay in the processor's cache.
    """
    apart = ((beam[1:] - beam[:-1]) ** 2).sum(axis=1) > _ALIKE**2
    edges = np.concatenate([[0], np.flatnonzero(apart) + 1, [len(beam)]])
    if len(beam) < _FEWEST_ALIKE * (len(edges) - 1):
        edges = np.append(np.arange(0, len(beam), most), len(beam))
    for start, stop in pairwise(edges.tolist()):
        yield slice(start, stop)


def _near_any(
    g: _AnyFloats, curve: _AnyFloats, length: FloatArray, beam: _AnyFloats
) -> IntArray | None:
    """Return the points (k,) that can be near the sphere for any of several beams much alike.

    None where the beams are too different, or too few, for this to spare anything.
    """
    if len(beam) < _FEWEST_ALIKE:
        return None
    middle = beam.mean(axis=0)
    apart = float(np.sqrt(((beam - middle) ** 2).sum(axis=1).max()))
    if apart > _ALIKE:
        return None
    height = np.abs(middle @ g + curve)
    return np.flatnonzero(height < 1.01 * (_NEAR + apart * length))
