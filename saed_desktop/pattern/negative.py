"""Tell a scanned negative, whose spots are dark, from a picture with bright spots."""

import cv2
import numpy as np

from saed_desktop.pattern.filters import percentiles, robust_sigma
from saed_desktop.pattern.pattern import ImageArray

_PLAIN_LEAN = 0.6
_TILES = 16


def looks_inverted(image: ImageArray) -> bool:
    """Tell whether dark spots stand on a bright ground, as on a scanned negative."""
    low, middle, high = percentiles(image[::3, ::3], [0.5, 50, 99.5])
    if not high > low:
        return False
    lean = (high + low - 2 * middle) / (high - low)
    if abs(lean) > _PLAIN_LEAN:
        return bool(lean < 0)
    # a ground of noise leans little, and that of a logarithm to the dark side: the spots tell
    step = max(1, min(image.shape) // 512)
    small = np.ascontiguousarray(image[::step, ::step])
    peaks = cv2.GaussianBlur(small, (0, 0), 1.5) - cv2.GaussianBlur(small, (0, 0), 6.0)
    limit = 6 * robust_sigma(peaks)
    # a peak is higher than its own flanks are deep: tile by tile, whichever is greater counts
    side = max(8, min(peaks.shape) // _TILES)
    rows, columns = peaks.shape[0] // side, peaks.shape[1] // side
    tiles = peaks[: rows * side, : columns * side].reshape(rows, side, columns, side)
    high_in, low_in = tiles.max(axis=(1, 3)), -tiles.min(axis=(1, 3))
    bright = int(((high_in > limit) & (high_in > 1.3 * low_in)).sum())
    dark = int(((low_in > limit) & (low_in > 1.3 * high_in)).sum())
    if max(dark, bright) > 2 * min(dark, bright) + 2:
        return dark > bright
    return bool(lean < -0.3)
