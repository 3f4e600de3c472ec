"""Spots that a person adds, moves or takes away: where, and where the image has its maxima."""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.pattern import ImageArray

PointXY = tuple[float, float]


@dataclass(frozen=True)
class SpotEdits:
    """Changes to the spots made by hand; positions in pixels of the pattern.

    A spot that was moved is one that is removed where it was found and added where it is.

    Parameters
    ----------
    added
        Places of spots that were not found, or not there.
    removed
        Places of found spots that are none.
    """

    added: tuple[PointXY, ...] = ()
    removed: tuple[PointXY, ...] = ()

    def with_added(self, xy: PointXY) -> "SpotEdits":
        """Return the edits with a spot more."""
        return SpotEdits((*self.added, xy), self.removed)

    def without(self, spots: tuple[PointXY, ...]) -> "SpotEdits":
        """Return the edits without some spots, added ones or found ones."""
        gone = set(spots)
        found = tuple(xy for xy in spots if xy not in self.added)
        return SpotEdits(tuple(xy for xy in self.added if xy not in gone), (*self.removed, *found))

    def with_moved(self, spot: PointXY, to: PointXY) -> "SpotEdits":
        """Return the edits with one spot elsewhere."""
        return self.without((spot,)).with_added(to)


def local_maximum(
    image: ImageArray, xy: PointXY, reach_px: float, *, is_inverted: bool = False
) -> PointXY:
    """Return the brightest place around a position, to a fraction of a pixel.

    Parameters
    ----------
    image
        Intensities (height, width).
    xy
        Where to look.
    reach_px
        How far.
    is_inverted
        Whether spots are darker than the background.
    """
    height, width = image.shape
    reach = max(1, round(reach_px))
    column, row = (min(max(round(v), 0), n - 1) for v, n in zip(xy, (width, height), strict=True))
    top, left = max(row - reach - 1, 0), max(column - reach - 1, 0)
    window = np.asarray(image[top : row + reach + 2, left : column + reach + 2], dtype=np.float64)
    smooth = _smoothed(-window if is_inverted else window)
    rows, columns = np.indices(window.shape)
    outside = np.hypot(rows + top - xy[1], columns + left - xy[0]) > reach + 0.5
    at = np.unravel_index(int(np.argmax(np.where(outside, -np.inf, smooth))), window.shape)
    peak_row, peak_column = int(at[0]), int(at[1])
    x = left + peak_column + _vertex(smooth[peak_row], peak_column)
    y = top + peak_row + _vertex(smooth[:, peak_column], peak_row)
    return float(x), float(y)


def _smoothed(window: FloatArray) -> FloatArray:
    """Return a window smoothed by 1-2-1 in both directions: one bright pixel is no spot."""
    padded = np.pad(window, 1, mode="edge")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    return np.asarray((rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 16)


def _vertex(line: FloatArray, at: int) -> float:
    """Return where a parabola through a maximum and its neighbours has its vertex, from -½ to ½."""
    if not 0 < at < len(line) - 1:
        return 0.0
    low, middle, high = line[at - 1 : at + 2]
    curvature = low - 2 * middle + high
    return float(np.clip(0.5 * (low - high) / curvature, -0.5, 0.5)) if curvature < 0 else 0.0
