"""From measured intensities to the grey values of a screen, at the sizes a screen needs.

Everything here is slow enough for a large detector to be felt, so it runs on a worker thread and
the window only ever handles finished 8-bit images. What the first image needs is done by NumPy:
it takes 5 ms longer for 2048² pixels than OpenCV, whose libraries take 20 to 100 ms to load.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from saed_desktop.arrays import ByteImage, FloatArray
from saed_desktop.pattern.pattern import ImageArray

SMALLEST_LEVEL_PX = 384
HISTOGRAM_BINS = 256
WHITE_PERCENT = 99.95
VISIBLE_GRAIN = 0.1
"""Grain in black that is brighter than this share of white disturbs the eye."""
_QUANTILES = np.concatenate(
    [np.linspace(0, 1, 11), np.linspace(2, 98, 97), np.linspace(99, 100, 101)]
)


class ContrastCurve(StrEnum):
    """Curve from intensity to brightness."""

    LINEAR = "linear"
    POWER = "power"
    LOG = "log"


@dataclass(frozen=True)
class ContrastSettings:
    """Contrast: black and white point and the curve between.

    Parameters
    ----------
    low_percent, high_percent
        Percentiles of the intensities that are drawn black and white.
    curve
        The course in between.
    lift
        How much faint intensities are raised, 0 to 1; it says nothing for a linear curve.
    """

    low_percent: float = 0.5
    high_percent: float = 99.9
    curve: ContrastCurve = ContrastCurve.LOG
    lift: float = 0.5


@dataclass(frozen=True, eq=False)
class Pyramid:
    """An image at full size and at halves of it, with the statistics that contrast needs.

    Parameters
    ----------
    levels
        Images (height, width), each half the size of the one before.
    quantiles
        Intensities at the percentiles `percent`.
    counts, edges
        A histogram of the intensities; its bins widen as intensities grow, since nearly all
        pixels of a pattern are hardly brighter than its background.
    """

    levels: tuple[ImageArray, ...]
    percent: FloatArray
    quantiles: FloatArray
    counts: FloatArray
    edges: FloatArray

    def intensity_at(self, percent: float) -> float:
        """Return the intensity below which the given percentage of the pixels lies."""
        return float(np.interp(percent, self.percent, self.quantiles))

    def percent_at(self, intensity: float) -> float:
        """Return the percentage of pixels below an intensity."""
        rising = np.maximum.accumulate(self.quantiles + np.arange(len(self.quantiles)) * 1e-12)
        return float(np.interp(intensity, rising, self.percent))


def build_pyramid(image: ImageArray) -> Pyramid:
    """Return the sizes of an image and its statistics."""
    levels = [image]
    while min(levels[-1].shape) >= 2 * SMALLEST_LEVEL_PX:
        levels.append(_halved(levels[-1]))
    # every eighth pixel of a 2k image tells its percentiles well enough for the eye
    step = max(1, int(np.sqrt(image.size / 500_000)))
    sample = np.sort(image[::step, ::step], axis=None)
    quantiles = _quantiles_of_sorted(sample)
    quantiles[-1] = float(image.max())
    low, high = quantiles[0], np.interp(99.95, _QUANTILES, quantiles)
    high = high if high > low else low + 1.0
    edges = low + _widening_steps(
        float(high - low), float(np.interp(50, _QUANTILES, quantiles) - low)
    )
    counts, edges = np.histogram(sample, bins=edges)
    return Pyramid(tuple(levels), _QUANTILES, quantiles, counts.astype(np.float64), edges)


def _halved(image: ImageArray) -> ImageArray:
    """Return an image at half its size, each pixel the mean of those that it covers."""
    height, width = image.shape
    if height % 2 or width % 2:
        return _resized(image, (width // 2, height // 2))
    rows = image[0::2] + image[1::2]
    half = rows[:, 0::2] + rows[:, 1::2]
    half *= np.float32(0.25)
    return half


def _resized(image: ImageArray, size: tuple[int, int]) -> ImageArray:
    # not needed for the first image of most files
    import cv2

    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def _quantiles_of_sorted(sample: ImageArray) -> FloatArray:
    """Return the values at `_QUANTILES` of a sorted sample (n,)."""
    place = _QUANTILES / 100 * (sample.size - 1)
    below = place.astype(np.int64)
    above = np.minimum(below + 1, sample.size - 1)
    low, high = sample[below].astype(np.float64), sample[above].astype(np.float64)
    return low + (place - below) * (high - low)


def _widening_steps(width: float, narrow: float) -> FloatArray:
    """Return bin edges from 0 to a width: even below `narrow`, in proportion above."""
    narrow = min(max(narrow, 1e-4 * width), width)
    return narrow * np.sinh(np.linspace(0, np.arcsinh(width / narrow), HISTOGRAM_BINS + 1))


def auto_contrast(pyramid: Pyramid) -> ContrastSettings:
    """Return the contrast that suits an image: the wider its range, the more faint spots rise.

    They rise no further than its noise allows: grain and steps of the grey scale are not to be
    seen before the pattern is.
    """
    white = _white_percent(pyramid)
    low, middle, high = (pyramid.intensity_at(p) for p in (0.5, 50.0, min(white, 99.9)))
    spread = (high - low) / max(middle - low, 1e-3 * (high - low), 1e-12)
    if spread < 4:
        return ContrastSettings(0.5, white, ContrastCurve.LINEAR, 0.5)
    lift = float(np.clip(np.log10(spread) / 3.2, 0.25, 0.8))
    grain = _grain(pyramid.levels[0]) / max(high - low, 1e-12)
    while lift > 0.25 and _log_brightness(grain, lift) > VISIBLE_GRAIN:
        lift -= 0.05
    return ContrastSettings(0.5, white, ContrastCurve.LOG, max(lift, 0.25))


def _white_percent(pyramid: Pyramid) -> float:
    """Return the percentile to draw white.

    Burnt-in text and a saturated beam are many pixels of one value, the greatest; against it all
    else would be black. What is measured ends below it.
    """
    ceiling = float(pyramid.quantiles[-1])
    piled = pyramid.quantiles >= ceiling - 1e-6 * abs(ceiling)
    below = float(pyramid.percent[~piled][-1]) if not piled.all() else 0.0
    if below >= WHITE_PERCENT or pyramid.intensity_at(below) <= pyramid.intensity_at(5.0):
        return WHITE_PERCENT
    return below


def _grain(image: ImageArray) -> float:
    """Return how much neighbouring pixels differ where there is nothing to be seen."""
    rows = image[:: max(1, image.shape[0] // 200)]
    difference = np.abs(np.diff(rows, axis=1))
    positive = difference[difference > 0]
    # most of a quantised background does not differ at all: then a step is what differs
    typical = float(np.median(difference))
    return typical if typical > 0 or positive.size == 0 else float(np.quantile(positive, 0.1))


def _log_brightness(relative: float, lift: float) -> float:
    strength = 10.0 ** (4.0 * lift)
    return float(np.log1p(strength * relative) / np.log1p(strength))


def render(pyramid: Pyramid, contrast: ContrastSettings) -> tuple[ByteImage, ...]:
    """Return every level of an image as grey values 0 to 255."""
    low = pyramid.intensity_at(contrast.low_percent)
    high = pyramid.intensity_at(contrast.high_percent)
    # nothing between black and white leaves one step, not a division by zero
    high = high if high > low else low + 1e-6 * max(abs(low), 1.0)
    return tuple(_render_level(level, low, high, contrast) for level in pyramid.levels)


def _render_level(
    image: ImageArray, low: float, high: float, contrast: ContrastSettings
) -> ByteImage:
    scale = 1.0 / (high - low)
    # in place: on a large image fetching new memory costs more than the arithmetic
    relative = np.multiply(image, np.float32(scale), dtype=np.float32)
    relative -= np.float32(low * scale)
    np.clip(relative, 0, 1, out=relative)
    white = 255.0
    if contrast.curve is ContrastCurve.POWER:
        np.power(relative, np.float32(10 ** (-contrast.lift)), out=relative)
    elif contrast.curve is ContrastCurve.LOG:
        strength = 10.0 ** (4.0 * contrast.lift)
        relative *= np.float32(strength)
        relative += np.float32(1)
        np.log(relative, out=relative)
        white /= float(np.log1p(strength))
    relative *= np.float32(white)
    return np.rint(relative, out=relative).astype(np.uint8)


def thumbnail(
    pyramid: Pyramid, side_px: int = 160, contrast: ContrastSettings | None = None
) -> ByteImage:
    """Return a small square grey picture of a pattern, cut to the middle.

    Parameters
    ----------
    pyramid
        The pattern.
    side_px
        Its side.
    contrast
        Its contrast; the automatic one for None.
    """
    level = pyramid.levels[-1]
    height, width = level.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = level[top : top + side, left : left + side]
    small = _resized(square, (side_px, side_px))
    single = Pyramid((small,), pyramid.percent, pyramid.quantiles, pyramid.counts, pyramid.edges)
    return render(single, contrast or auto_contrast(pyramid))[0]
