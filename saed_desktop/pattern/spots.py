"""Measured diffraction spots: position below a pixel, intensity, width."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.pattern.pattern import ImageArray, MaskArray


@dataclass(frozen=True, eq=False)
class Spots:
    """Measured spots, most significant first; all arrays have one entry per spot.

    Parameters
    ----------
    xy
        Positions (n, 2) in pixels of the pattern, x to the right, y downwards.
    sigma_px
        Standard uncertainty of a position (n,), in pixels.
    intensity
        Sum above the local background (n,).
    amplitude
        Height above the local background (n,).
    width_px
        Standard deviation of the spot's profile (n,), in pixels.
    significance
        Curvature over local noise (n,): greater is surer.
    """

    xy: FloatArray
    sigma_px: FloatArray
    intensity: FloatArray
    amplitude: FloatArray
    width_px: FloatArray
    significance: FloatArray

    def __len__(self) -> int:
        return len(self.xy)

    def __getitem__(self, chosen: npt.ArrayLike) -> "Spots":
        """Return the spots of an index array or a boolean mask (n,)."""
        index = np.asarray(chosen)
        return Spots(
            self.xy[index],
            self.sigma_px[index],
            self.intensity[index],
            self.amplitude[index],
            self.width_px[index],
            self.significance[index],
        )

    @classmethod
    def joined(cls, parts: Sequence["Spots"]) -> "Spots":
        """Return all spots of several lists."""
        return cls(
            np.concatenate([p.xy for p in parts]),
            np.concatenate([p.sigma_px for p in parts]),
            np.concatenate([p.intensity for p in parts]),
            np.concatenate([p.amplitude for p in parts]),
            np.concatenate([p.width_px for p in parts]),
            np.concatenate([p.significance for p in parts]),
        )

    @classmethod
    def none(cls) -> "Spots":
        """Return no spots."""
        empty = np.zeros(0)
        return cls(np.zeros((0, 2)), empty, empty, empty, empty, empty)


def measure_spots(
    image: ImageArray,
    masked: MaskArray,
    xy: FloatArray,
    scale_px: FloatArray,
    significance: FloatArray,
) -> Spots:
    """Return position, intensity and width of spots whose whereabouts are known.

    The position is the centroid above the local background under a Gaussian window that follows
    it; the background is the median of the surrounding ring.

    Parameters
    ----------
    image
        Intensities (height, width).
    masked
        Pixels that do not count (height, width).
    xy
        First positions (n, 2).
    scale_px
        Size of each spot (n,), its standard deviation about.
    significance
        Passed through (n,).
    """
    n = len(xy)
    result = np.zeros((n, 6))
    groups = np.round(np.log2(np.maximum(scale_px, 1.0)) * 2)
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        sigma = float(np.median(scale_px[members]))
        for start in range(0, len(members), 64):
            part = members[start : start + 64]
            result[part] = _measure_group(image, masked, xy[part], sigma)
    return Spots(
        xy=result[:, :2],
        sigma_px=result[:, 2],
        intensity=result[:, 3],
        amplitude=result[:, 4],
        width_px=result[:, 5],
        significance=np.asarray(significance, dtype=np.float64),
    )


def _measure_group(
    image: ImageArray, masked: MaskArray, xy: FloatArray, sigma: float
) -> FloatArray:
    """Return (n, 6): x, y, σ of position, intensity, amplitude, width."""
    height, width = image.shape
    half = max(4, int(np.ceil(3.5 * sigma)))
    offset = np.arange(-half, half + 1)
    corner = np.round(xy).astype(int)
    row, column = corner[:, 1, None] + offset, corner[:, 0, None] + offset
    rows, columns = np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)
    # one index into the flat image is found quicker than two
    place = rows[:, :, None] * width + columns[:, None, :]
    window = image.ravel().take(place)
    valid = ~masked.ravel().take(place)
    valid &= (rows == row)[:, :, None]
    valid &= (columns == column)[:, None, :]
    radius = np.hypot(offset[:, None], offset[None, :])
    # a neighbour's flank raises part of the ring: the lower 40 % is the background
    background, lower = _quantiles_of(window, valid, radius > 2.6 * sigma, (0.4, 0.1))
    noise = (background - lower) / 1.03
    above = window - background.astype(window.dtype)[:, None, None]
    above *= valid
    shift = xy - corner
    bright = np.maximum(above, 0)
    for _ in range(4):
        step, second = _moments(bright, offset, shift, 1.5 * sigma)
        # the window drags the centroid towards itself; 1.6 undoes it for a spot of its own size
        shift = shift + np.clip(1.6 * step, -sigma, sigma)
    shift = np.clip(shift, -2 * sigma - 1, 2 * sigma + 1)
    # variance under the window: 1/v = 1/v_spot + 1/v_window
    window_variance = (1.5 * sigma) ** 2
    own = second * window_variance / np.maximum(window_variance - second, 0.15 * window_variance)
    core = radius <= 2.5 * sigma
    intensity = above[:, core].sum(axis=1, dtype=np.float64)
    amplitude = above[:, radius <= max(1.0, 0.7 * sigma)].max(axis=1)
    spot_width = np.sqrt(np.clip(own, 0.3**2, (3 * sigma) ** 2))
    snr = intensity / np.maximum(noise * np.sqrt(core.sum()), 1e-12)
    sigma_px = np.clip(spot_width / np.maximum(snr, 1e-6), 0.05, spot_width)
    return np.column_stack([corner + shift, sigma_px, intensity, amplitude, spot_width])


def _moments(
    window: ImageArray, offset: IntArray, middle: FloatArray, width: float
) -> tuple[FloatArray, FloatArray]:
    """Return mean offset (n, 2) and variance (n,) under a Gaussian window.

    Parameters
    ----------
    window
        Cut-outs (n, side, side).
    offset
        Offsets (side,) of their lines and columns from the middle pixel.
    middle
        Where the Gaussian stands (n, 2), x and y.
    width
        Its standard deviation.
    """
    d = offset[None, None, :] - middle.T[:, :, None]
    # the Gaussian is a product of one along x and one along y, and so are its moments
    gate = np.exp(-(d**2) / (2 * width**2))
    along_x = np.stack([gate[0], gate[0] * d[0], gate[0] * d[0] ** 2], axis=2)
    along_y = np.stack([gate[1], gate[1] * d[1], gate[1] * d[1] ** 2], axis=1)
    moments = along_y @ (window @ along_x.astype(window.dtype))
    total = np.maximum(moments[:, 0, 0], 1e-12)
    mean = np.stack([moments[:, 0, 1], moments[:, 1, 0]], axis=1) / total[:, None]
    return mean, (moments[:, 0, 2] + moments[:, 2, 0]) / total / 2


def _quantiles_of(
    window: ImageArray,
    valid: npt.NDArray[np.bool_],
    ring: npt.NDArray[np.bool_],
    quantiles: Sequence[float],
) -> list[FloatArray]:
    """Return quantiles (n,) of the valid pixels of each window (n, side, side) in a ring."""
    chosen = valid[:, ring]
    flat = window[:, ring]
    flat[~chosen] = np.inf
    flat.sort(axis=1)
    counts = chosen.sum(axis=1)
    lowest = window.min(axis=(1, 2)).astype(np.float64)
    found = []
    for q in quantiles:
        index = np.clip((counts * q).astype(int), 0, np.maximum(counts - 1, 0))
        value = flat[np.arange(len(window)), index].astype(np.float64)
        found.append(np.where(counts > 0, value, lowest))
    return found
