"""Centres found without spots: where an image matches itself under half a turn, or is round."""

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.filters import PolarGrid, percentiles, reduced, reduced_mask, sampled
from saed_desktop.pattern.pattern import ImageArray, MaskArray

_SYMMETRY_SIDE_PX = 96
_RING_SAMPLES = 180


class InversionSymmetry:
    """Correlation of the diffuse image with itself under half a turn about any point.

    The masked normalised cross-correlation of an image with its own inversion (Padfield, IEEE
    Trans. Image Process. 21 (2012) 2706), computed once for all points.

    Parameters
    ----------
    image
        Intensities (height, width).
    masked
        Excluded pixels (height, width).
    compress
        Whether to take a logarithm first, which gives the faint outskirts a say.
    """

    def __init__(self, image: ImageArray, masked: MaskArray, *, compress: bool = True) -> None:
        factor = max(1.0, max(image.shape) / _SYMMETRY_SIDE_PX)
        size = (max(8, round(image.shape[1] / factor)), max(8, round(image.shape[0] / factor)))
        self._factor = (image.shape[1] / size[0], image.shape[0] / size[1])
        valid = ~reduced_mask(masked, size, 0.3)
        small = reduced(image, size).astype(np.float64)
        compressed = small
        if compress:
            low, high = percentiles(small, [1, 99.5])
            # the logarithm gives the faint outskirts a say beside the glare of the middle
            compressed = np.log1p(40 * np.clip((small - low) / max(high - low, 1e-12), 0, 2))
        self._surface = _masked_self_inversion(compressed, valid)

    def at(self, xy: npt.ArrayLike) -> FloatArray:
        """Return the correlation (n,), -1 to 1, about points (n, 2) in pixels."""
        points = np.atleast_2d(np.asarray(xy, dtype=np.float64))
        # the correlation of shift 2c; pixel centres of the reduced image are offset by half
        index_x = 2 * ((points[:, 0] + 0.5) / self._factor[0] - 0.5)
        index_y = 2 * ((points[:, 1] + 0.5) / self._factor[1] - 0.5)
        value = cv2.remap(
            self._surface,
            index_x.astype(np.float32)[:, None],
            index_y.astype(np.float32)[:, None],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=-1.0,
        )
        return np.asarray(value, dtype=np.float64).ravel()

    @property
    def best_xy(self) -> tuple[float, float]:
        """The point of highest symmetry, in pixels."""
        y, x = np.unravel_index(int(np.argmax(self._surface)), self._surface.shape)
        return (
            float((x / 2 + 0.5) * self._factor[0] - 0.5),
            float((y / 2 + 0.5) * self._factor[1] - 0.5),
        )


def _masked_self_inversion(image: FloatArray, valid: npt.NDArray[np.bool_]) -> ImageArray:
    """Return corr(I(x), I(s - x)) over the valid overlap, for every shift s (2h-1, 2w-1)."""
    height, width = image.shape
    shape = (2 * height - 1, 2 * width - 1)
    # a transform of 191 points, a prime, takes four times as long as one of 192
    padded = (cv2.getOptimalDFTSize(shape[0]), cv2.getOptimalDFTSize(shape[1]))
    weight = valid.astype(np.float64)
    values = np.where(valid, image - image[valid].mean() if valid.any() else 0.0, 0.0)

    def spectrum(array: FloatArray) -> FloatArray:
        whole = np.zeros(padded)
        whole[:height, :width] = array
        return np.asarray(cv2.dft(whole, nonzeroRows=height))

    def convolved(first: FloatArray, second: FloatArray) -> FloatArray:
        product = cv2.mulSpectrums(first, second, 0)
        return np.asarray(cv2.idft(product, flags=cv2.DFT_SCALE))[: shape[0], : shape[1]]

    # correlation with the own inversion is self-convolution
    w, v, v2 = spectrum(weight), spectrum(values), spectrum(values**2)
    overlap, total, squares, products = (
        convolved(first, second) for first, second in ((w, w), (v, w), (v2, w), (v, v))
    )
    overlap = np.maximum(overlap, 1e-6)
    covariance = products - total * total / overlap
    least = 1e-9 * float(np.abs(squares).max()) + 1e-30
    variance = np.maximum(squares - total * total / overlap, least)
    correlation = np.clip(covariance / variance, -1, 1)
    # a sliver of overlap at the border correlates by chance; shrink it
    share = overlap / max(float(weight.sum()), 1.0)
    return np.asarray(correlation * np.clip(share / 0.35, 0, 1), dtype=np.float32)


def ring_center(
    image: ImageArray, masked: MaskArray, start: FloatArray, *, reach_px: float
) -> FloatArray | None:
    """Return the point near `start` about which the radial profile is sharpest, or None.

    A wrong centre smears rings over the radius, so the variance along the radius of the
    azimuthal mean falls off on all sides of the right one.
    """
    radius = 0.45 * min(image.shape)
    stabilised = np.sqrt(np.maximum(image - percentiles(sampled(image), 0.5)[0], 0)).astype(
        np.float32
    )
    valid = (~masked).astype(np.float32)
    stabilised *= valid

    def sharpness(point: FloatArray) -> float:
        center = (float(point[0]), float(point[1]))
        n = int(min(radius, _RING_SAMPLES))
        grid = PolarGrid(center, radius, 90, n)
        rows = grid.sample(stabilised)
        weight = grid.sample(valid)
        mean = rows.sum(axis=0) / np.maximum(weight.sum(axis=0), 1)
        smooth = cv2.blur(mean[None, :].astype(np.float32), (2 * (n // 16) + 1, 1))[0]
        usable = weight.sum(axis=0) > 30
        return float(np.var((mean - smooth)[usable])) if usable.sum() > 20 else 0.0

    point, step = start.copy(), reach_px / 2
    value = sharpness(point)
    first = value
    while step > 0.15:
        moves = point + step * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], dtype=np.float64)
        values = [sharpness(move) for move in moves]
        best = int(np.argmax(values))
        if values[best] > value and np.hypot(*(moves[best] - start)) < 2 * reach_px:
            point, value = moves[best], values[best]
        else:
            step /= 2
    return point if value > 0 and value >= first else None
