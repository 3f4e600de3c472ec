"""Image filters that respect a mask, on OpenCV; arrays are float32 (height, width)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.pattern import ImageArray, MaskArray

_Number = TypeVar("_Number", np.float32, np.uint8)

_TINY = 1e-6
_MANY_PIXELS = 500_000


def gaussian(image: ImageArray, sigma_px: float) -> ImageArray:
    """Return the image blurred by a Gaussian; wide ones are blurred on a reduced copy."""
    if sigma_px <= 0:
        return image
    reduction = 1
    while sigma_px / reduction > 8 and min(image.shape) // (2 * reduction) >= 16:
        reduction *= 2
    if reduction == 1:
        return np.asarray(_blur(image, sigma_px))
    height, width = image.shape
    small = cv2.resize(
        image, (width // reduction, height // reduction), interpolation=cv2.INTER_AREA
    )
    small = _blur(np.asarray(small, np.float32), sigma_px / reduction)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))


def _blur(image: ImageArray, sigma_px: float) -> ImageArray:
    size = 2 * max(1, round(3 * sigma_px)) + 1
    return np.asarray(
        cv2.GaussianBlur(image, (size, size), sigma_px, borderType=cv2.BORDER_REFLECT_101)
    )


def reduced(image: npt.NDArray[_Number], size: tuple[int, int]) -> npt.NDArray[_Number]:
    """Return the image reduced to a width and a height, each pixel the mean of what it covers."""
    width, height = size
    # OpenCV halves an image several times as fast as it reduces one by a fraction
    while (
        min(image.shape[1] / width, image.shape[0] / height) >= 4
        and image.shape[1] % 2 == image.shape[0] % 2 == 0
    ):
        half = (image.shape[1] // 2, image.shape[0] // 2)
        image = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def reduced_mask(masked: MaskArray, size: tuple[int, int], least_share: float) -> MaskArray:
    """Return where, in a mask reduced to a width and a height, more than a share is masked."""
    if not masked.any():
        return np.zeros(size[::-1], dtype=bool)
    # an even number, of which half a pixel's share is one as well
    whole = 254
    return reduced(masked.view(np.uint8) * np.uint8(whole), size) > least_share * whole


def places_yx(chosen: MaskArray) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return rows and columns of the few chosen pixels of an image, as `numpy.nonzero` does."""
    # which walks through two axes seventy times as slowly as through one
    rows, columns = np.unravel_index(np.flatnonzero(chosen), chosen.shape)
    return rows, columns


def masked_gaussian(image: ImageArray, valid: ImageArray, sigma_px: float) -> ImageArray:
    """Return the local mean of the valid pixels only (normalised convolution).

    Parameters
    ----------
    image
        The image.
    valid
        Weights (height, width), 1 where a pixel counts and 0 where it does not.
    sigma_px
        Width of the neighbourhood.
    """
    weight = gaussian(valid, sigma_px)
    return np.asarray(gaussian(image * valid, sigma_px) / np.maximum(weight, _TINY))


def filled(image: ImageArray, masked: MaskArray) -> ImageArray:
    """Return the image with its masked pixels replaced by a smooth guess from around them."""
    if not masked.any():
        return image
    if masked.all():
        return np.zeros_like(image)
    valid = (~masked).astype(np.float32)
    known = image * valid
    result = image.copy()
    missing = masked.copy()
    sigma = 3.0
    while missing.any() and sigma < max(image.shape):
        weight = gaussian(valid, sigma)
        reached = missing & (weight > 0.02)
        if reached.any():
            result[reached] = gaussian(known, sigma)[reached] / weight[reached]
            missing &= ~reached
        sigma *= 3
    if missing.any():
        result[missing] = float(np.median(image[~masked][::7]))
    return result


_SAMPLE = 40_000


def sampled(values: npt.ArrayLike, count: int = _SAMPLE) -> npt.NDArray[Any]:
    """Return about `count` of the values, evenly picked: enough for a median or a spread."""
    array = np.asarray(values).ravel()
    # an odd step walks through all columns of the usual even widths
    step = array.size // count
    return array[:: step | 1] if step > 1 else array


def sampled_unmasked(
    image: npt.NDArray[Any], masked: MaskArray, count: int = _SAMPLE
) -> npt.NDArray[Any]:
    """Return about `count` of the pixels that are not masked, evenly picked."""
    return np.asarray(sampled(image, count)[~sampled(masked, count)])


def percentiles(values: npt.ArrayLike, percent: float | Sequence[float]) -> FloatArray:
    """Return percentiles (n,) at the nearest rank."""
    # NumPy sorts numbers with vector instructions, several times as fast as it partitions them
    array = np.sort(values, axis=None)
    wanted = np.atleast_1d(np.asarray(percent, dtype=np.float64))
    if array.size == 0:
        return np.zeros(len(wanted))
    rank = np.round(wanted / 100 * (array.size - 1)).astype(np.intp)
    return np.asarray(array[rank], dtype=np.float64)


def robust_sigma(values: npt.ArrayLike) -> float:
    """Return the standard deviation of a normal bulk, from the median absolute deviation."""
    array = sampled(values)
    if array.size == 0:
        return 0.0
    middle = percentiles(array, 50)[0]
    return float(1.4826 * percentiles(np.abs(array - array.dtype.type(middle)), 50)[0])


def grey_levels(image: ImageArray, percent: float | Sequence[float]) -> FloatArray:
    """Return percentiles (n,) of an image's brightness; of a large one a part of the pixels counts.

    Every ninth pixel, that is, so that small spots are met.
    """
    step = 3 if image.size > _MANY_PIXELS else 1
    return percentiles(image[::step, ::step], percent)


@dataclass(frozen=True)
class PolarGrid:
    """Sampling points in polar coordinates about a centre.

    Row i is the azimuth 2π·i/n_theta from x towards y, column j the radius (j + ½)·radius/n.

    Parameters
    ----------
    center_xy
        The origin, in pixels.
    radius_px
        Outer radius.
    n_theta, n_radius
        Numbers of rows and columns.
    """

    center_xy: tuple[float, float]
    radius_px: float
    n_theta: int
    n_radius: int

    def sample(self, image: ImageArray) -> ImageArray:
        """Return the image (n_theta, n_radius) at the grid's points; outside it is 0."""
        theta = 2 * np.pi * np.arange(self.n_theta, dtype=np.float32)[:, None] / self.n_theta
        step = np.float32(self.radius_px / self.n_radius)
        radius = (np.arange(self.n_radius, dtype=np.float32)[None, :] + np.float32(0.5)) * step
        map_x = (self.center_xy[0] + radius * np.cos(theta)).astype(np.float32)
        map_y = (self.center_xy[1] + radius * np.sin(theta)).astype(np.float32)
        return np.asarray(
            cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        )


def radius_map(shape_yx: tuple[int, int], center_xy: tuple[float, float]) -> ImageArray:
    """Return the distance (height, width) of each pixel from a point, in pixels."""
    y = np.arange(shape_yx[0], dtype=np.float32)[:, None] - np.float32(center_xy[1])
    x = np.arange(shape_yx[1], dtype=np.float32)[None, :] - np.float32(center_xy[0])
    return np.sqrt(x * x + y * y)


def radial_quantile(
    image: ImageArray,
    masked: MaskArray,
    center_xy: tuple[float, float],
    *,
    quantile: float = 0.5,
    bin_px: float = 2.0,
) -> FloatArray:
    """Return a quantile of the valid pixels in rings around a point, one value per ring.

    Rings without a valid pixel take the value of the nearest ring that has one.
    """
    radius = radius_map((image.shape[0], image.shape[1]), center_xy)
    rings = (radius / bin_px).astype(np.int32)
    valid = ~masked
    ring, value = rings[valid], image[valid]
    n_rings = int(rings.max()) + 1
    # one sort of ring plus relative value gives every ring's quantile at once
    least = float(value.min(initial=np.inf)) if value.size else 0.0
    span = (float(value.max()) - least) * 1.001 + 1e-30 if value.size else 1.0
    key = np.sort(ring + (value.astype(np.float64) - least) / span)
    counts = np.bincount(ring, minlength=n_rings)
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    position = starts + np.minimum((counts * quantile).astype(int), np.maximum(counts - 1, 0))
    profile = np.full(n_rings, np.nan)
    filled_rings = counts > 0
    found = key[position[filled_rings]]
    profile[filled_rings] = (found - np.floor(found)) * span + least
    index = np.arange(n_rings)
    return np.interp(index, index[filled_rings], profile[filled_rings])


def spread_profile(
    profile: FloatArray, shape_yx: tuple[int, int], center_xy: tuple[float, float], bin_px: float
) -> ImageArray:
    """Return the image (height, width) that has a radial profile, interpolated between rings."""
    radius = radius_map(shape_yx, center_xy) / np.float32(bin_px) - np.float32(0.5)
    last = len(profile) - 1
    np.clip(radius, 0, last, out=radius)
    ring = np.minimum(radius.astype(np.int32), max(last - 1, 0))
    level = profile.astype(np.float32)
    rise = np.diff(level, append=level[-1:])
    return np.asarray(level[ring] + (radius - ring) * rise[ring], dtype=np.float32)
