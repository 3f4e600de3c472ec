"""The spot detector: curvature against local noise, on scales from sharp peaks to broad ones.

A spot is a place where the image falls off in every direction, so the detector is the weaker of
the two principal curvatures of the smoothed image (Lindeberg, Int. J. Comput. Vis. 30 (1998) 79)
against the local noise. Edges, streaks, rings and the strokes of letters are curved in one
direction only and stay silent, which a Laplacian or difference of Gaussians does not achieve.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.filters import gaussian, robust_sigma, sampled_unmasked
from saed_desktop.pattern.pattern import ImageArray, MaskArray

# (times the image is halved, σ in px of that level): spots of σ 1.3 to 22 px, steps of 1.55
_SCALES = (
    (0, 1.3),
    (0, 2.0),
    (1, 1.55),
    (1, 2.4),
    (2, 1.85),
    (2, 2.9),
    (3, 1.8),
    (3, 2.8),
)


_STRIP_ROWS = 96
"""Rows that are worked on at a time, so that what they need stays in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Peaks:
    """Local maxima of a response.

    Parameters
    ----------
    xy
        Places (n, 2), in pixels of the image.
    scale
        Standard deviation (n,) of the Gaussian that answered, in pixels of the image.
    significance
        Response over noise (n,).
    response
        Response (n,).
    """

    xy: FloatArray
    scale: FloatArray
    significance: FloatArray
    response: FloatArray

    @classmethod
    def joined(cls, parts: list["Peaks"]) -> "Peaks":
        """Return all peaks of several lists."""
        return cls(
            np.concatenate([p.xy for p in parts]),
            np.concatenate([p.scale for p in parts]),
            np.concatenate([p.significance for p in parts]),
            np.concatenate([p.response for p in parts]),
        )

    def __getitem__(self, chosen: npt.NDArray[np.intp]) -> "Peaks":
        """Return the peaks of an index array."""
        return Peaks(
            self.xy[chosen], self.scale[chosen], self.significance[chosen], self.response[chosen]
        )


class Response:
    """Response of an image, reduced or not, at one scale.

    Parameters
    ----------
    image
        Intensities (height, width) whose noise is alike everywhere.
    masked
        Where there is nothing to be found (height, width).
    sigma
        The scale, in pixels of this image.
    factor
        How many times smaller than the whole image this one is.
    """

    def __init__(self, image: ImageArray, masked: MaskArray, sigma: float, factor: int) -> None:
        self._image, self._masked, self._sigma, self._factor = image, masked, sigma, factor
        self._weaker = np.empty_like(image)
        # noise is told by every other pixel as well
        step = 2 if min(image.shape) >= _LARGE else 1
        mean = np.empty_like(image[::step, ::step])
        for rows, of_strip, spread in _curvatures(image, sigma):
            np.subtract(of_strip, spread, out=self._weaker[rows])
            mean[rows.start // step : -(-rows.stop // step)] = of_strip[::step, ::step]
        self._noise = _local_noise(mean, masked, 6 * sigma + 10)

    @cached_property
    def darkest(self) -> float:
        """Significance of the darkest speckle."""
        darkest = 0.0
        for rows, mean, spread in _curvatures(self._image, self._sigma):
            dark = -(mean + spread) / self._noise[rows]
            darkest = float(np.max(dark, initial=darkest, where=~self._masked[rows]))
        return darkest

    def peaks_above(self, threshold: float) -> Peaks:
        """Return the local maxima above a significance."""
        weaker, noise = self._weaker, self._noise
        found = []
        for rows in _strips(len(weaker)):
            around = weaker[max(0, rows.start - 1) : rows.stop + 1]
            highest = cv2.dilate(around, np.ones((3, 3), np.uint8))[min(rows.start, 1) :]
            is_peak = weaker[rows] > np.float32(threshold) * noise[rows]
            is_peak &= weaker[rows] >= highest[: rows.stop - rows.start]
            found.append(np.flatnonzero(is_peak) + rows.start * weaker.shape[1])
        y, x = np.unravel_index(np.concatenate(found), weaker.shape)
        is_shown = ~self._masked[y, x]
        y, x = y[is_shown], x[is_shown]
        # the centre of a pixel that covers factor² pixels
        xy = np.stack([x, y], axis=1).astype(np.float64) * self._factor + (self._factor - 1) / 2
        return Peaks(
            xy,
            np.full(len(x), self._sigma * self._factor),
            (weaker[y, x] / noise[y, x]).astype(np.float64),
            weaker[y, x].astype(np.float64),
        )


def responses_of(stabilised: ImageArray, masked: MaskArray) -> list[Response]:
    """Return the responses of an image at all scales that it is large enough for.

    Parameters
    ----------
    stabilised
        Intensities (height, width) whose noise is alike everywhere.
    masked
        Where there is nothing to be found (height, width).
    """
    images, masks = [stabilised], [masked]
    for _ in range(max(level for level, _ in _SCALES)):
        height, width = images[-1].shape
        if min(height, width) < 48:
            break
        size = (width // 2, height // 2)
        images.append(np.asarray(cv2.resize(images[-1], size, interpolation=cv2.INTER_AREA)))
        share = cv2.resize(masks[-1].astype(np.float32), size, interpolation=cv2.INTER_AREA)
        masks.append(np.asarray(share) > 0.5)
    return [Response(images[n], masks[n], s, 2**n) for n, s in _SCALES if n < len(images)]


def _strips(height: int) -> Iterator[slice]:
    for top in range(0, height, _STRIP_ROWS):
        yield slice(top, min(top + _STRIP_ROWS, height))


_MEAN = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]], np.float32)
_DIFFERENCE = np.array([[0, -1, 0], [1, 0, 1], [0, -1, 0]], np.float32)
_MIXED = np.array([[1, 0, -1], [0, 0, 0], [-1, 0, 1]], np.float32) / 2


def _curvatures(image: ImageArray, sigma: float) -> Iterator[tuple[slice, ImageArray, ImageArray]]:
    """Yield rows, their mean curvature, and half the difference of the principal curvatures.

    Curvatures are times σ² and positive on peaks; the weaker one is mean minus half-difference.
    """
    half = np.float32(0.5 * sigma**2)
    halo = round(3 * sigma) + 2
    for rows in _strips(len(image)):
        above = min(halo, rows.start)
        smooth = gaussian(image[rows.start - above : rows.stop + halo], sigma)
        mean, difference, mixed = (
            cv2.filter2D(smooth, -1, half * kernel, borderType=cv2.BORDER_REFLECT_101)
            for kernel in (_MEAN, _DIFFERENCE, _MIXED)
        )
        inner = slice(above, above + rows.stop - rows.start)
        yield rows, np.asarray(mean)[inner], np.asarray(cv2.magnitude(difference, mixed))[inner]


_LARGE = 256


def _local_noise(response: ImageArray, masked: MaskArray, radius: float) -> ImageArray:
    """Return the standard deviation of a response around each pixel, spots clipped away.

    Parameters
    ----------
    response
        The response (rows, columns) at every pixel, or at every other one.
    masked
        Where there is nothing to be found (height, width).
    radius
        How far around, in pixels.
    """
    full_shape = masked.shape
    reduction = 4 if min(full_shape) >= 128 else 1
    if response.shape != full_shape:
        masked = masked[::2, ::2]
        radius, reduction = radius / 2, reduction // 2
    overall = robust_sigma(sampled_unmasked(response, masked)) + 1e-12
    absolute = np.abs(response)
    size = (response.shape[1] // reduction, response.shape[0] // reduction)
    weight: ImageArray | np.float32 = np.float32(1)
    if masked.any():
        valid = (~masked).astype(np.float32)
        absolute *= valid
        small_valid = np.asarray(cv2.resize(valid, size, interpolation=cv2.INTER_AREA))
        weight = np.maximum(gaussian(small_valid, radius / reduction), 1e-3)
    limit: ImageArray | np.float32 = np.float32(3 * overall)
    local = absolute
    for is_last in (False, True):
        squared = np.minimum(absolute, limit)
        squared *= squared
        small = np.asarray(cv2.resize(squared, size, interpolation=cv2.INTER_AREA))
        local = np.sqrt(np.maximum(gaussian(small, radius / reduction) / weight, 0))
        local += np.float32(0.2 * overall)
        if not is_last:
            near = cv2.resize(local, response.shape[::-1], interpolation=cv2.INTER_LINEAR)
            limit = np.float32(2.5) * np.asarray(near)
    return np.asarray(cv2.resize(local, full_shape[::-1], interpolation=cv2.INTER_LINEAR))
