"""Measured less computed: what a simulation does not explain, and what it has too much of."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from saed_desktop.arrays import ByteImage, Float32Array, FloatArray
from saed_desktop.pattern.pattern import ImageArray, MaskArray

SIDE_PX = 560
LEAST_SIGMA_PX = 1.2
BEAM_INV_ANGSTROM = 0.06
"""So far from the beam nothing is compared: the direct beam is no reflection."""
NOISE_LEVELS = 3.0
"""So many standard deviations of the ground are taken off before roots are drawn."""
_STRONGEST_PERCENT = 99.7
_GROUND = np.array([10, 11, 13], np.float32)
_MEASURED = np.array([255, 166, 64], np.float32)
_COMPUTED = np.array([76, 154, 255], np.float32)


@dataclass(frozen=True, eq=False)
class MeasuredPattern:
    """A measured pattern as it is compared.

    Parameters
    ----------
    image_yx
        Intensities, spots brighter than the ground.
    center_xy, scale_inv_angstrom_per_px
        The direct beam in pixels, and the scale.
    spot_width_px
        Typical standard deviation of a spot.
    masked_yx
        True where nothing is to be compared; None for nowhere.
    """

    image_yx: ImageArray
    center_xy: tuple[float, float]
    scale_inv_angstrom_per_px: float
    spot_width_px: float
    masked_yx: MaskArray | None = None


def difference_picture(
    measured: MeasuredPattern,
    q_xy: FloatArray,
    intensity: FloatArray,
    q_max: float,
    side_px: int = SIDE_PX,
) -> ByteImage:
    """Return a picture (side, side, 3): orange what is measured only, blue what is computed only.

    Amplitudes are compared, the roots of intensities, so that weak reflections count. One factor
    between the two stands for exposure and thickness: the typical ratio at computed reflections.

    Parameters
    ----------
    measured
        The pattern.
    q_xy, intensity
        Computed reflections: positions (n, 2) in 1/Å from the beam, and intensities (n,).
    q_max
        The picture reaches so far from the beam in 1/Å, to every side.
    side_px
        Side of the picture.
    """
    px_per_q = side_px / (2 * q_max)
    amplitude, is_known = _measured_amplitude(measured, q_max, side_px)
    sigma = max(
        measured.spot_width_px * measured.scale_inv_angstrom_per_px * px_per_q, LEAST_SIGMA_PX
    )
    computed = _computed_amplitude(q_xy, intensity, px_per_q, side_px, sigma)
    row, column = np.ogrid[:side_px, :side_px]
    middle = (side_px - 1) / 2
    far = np.hypot(column - middle, row - middle) > BEAM_INV_ANGSTROM * px_per_q
    compared = is_known & far
    factor = _factor(amplitude, computed, compared)
    difference = np.where(compared, amplitude - factor * computed, 0)
    strongest = (
        float(np.percentile(amplitude[compared], _STRONGEST_PERCENT)) if compared.any() else 1.0
    )
    return _colored(difference / max(strongest, 1e-9))


def _factor(amplitude: Float32Array, computed: Float32Array, compared: MaskArray) -> float:
    """Return the typical ratio of measured to computed, where something is computed."""
    peaks = compared & (computed >= cv2.dilate(computed, np.ones((5, 5), np.uint8)))
    peaks &= computed > 0.02 * float(computed.max(initial=0.0))
    if not peaks.any():
        return 0.0
    # the largest close by: spots are not exactly where they are computed
    seen = cv2.dilate(amplitude, np.ones((5, 5), np.uint8))
    return float(np.median(seen[peaks] / computed[peaks]))


def _measured_amplitude(
    measured: MeasuredPattern, q_max: float, side_px: int
) -> tuple[Float32Array, MaskArray]:
    """Return roots of the intensities above the ground (side, side), and where they are known."""
    image = measured.image_yx - _ground(measured)
    # what the ground varies by is no spot
    noise = 1.4826 * float(np.median(np.abs(image[::2, ::2])))
    image -= np.float32(NOISE_LEVELS * noise)
    step = 2 * q_max / side_px / measured.scale_inv_angstrom_per_px
    if step > 1.5:
        # several pixels fall on one: their mean, not one of them
        image = cv2.GaussianBlur(image, (0, 0), 0.4 * step)
    x0, y0 = measured.center_xy
    middle = (side_px - 1) / 2
    to_image = np.array([[step, 0, x0 - step * middle], [0, step, y0 - step * middle]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (side_px, side_px)
    sampled = cv2.warpAffine(image, to_image, size, flags=flags)
    known = np.ones(image.shape, np.float32)
    if measured.masked_yx is not None:
        known[measured.masked_yx] = 0
    is_known = cv2.warpAffine(known, to_image, size, flags=flags) > 0.99
    return np.sqrt(np.maximum(sampled, 0)), np.asarray(is_known)


def _ground(measured: MeasuredPattern) -> Float32Array:
    """Return the ground (height, width): medians of rings about the beam, between them linear."""
    height, width = measured.image_yx.shape
    y, x = np.ogrid[:height, :width]
    radius = np.hypot(x - measured.center_xy[0], y - measured.center_xy[1]).astype(np.float32)
    sample = radius[::2, ::2].ravel(), measured.image_yx[::2, ::2].ravel()
    edges = np.linspace(0, float(radius.max()) + 1, 64)
    order = np.argsort(sample[0], kind="stable")
    sorted_radius, values = sample[0][order], sample[1][order]
    cuts = np.searchsorted(sorted_radius, edges)
    middles, medians = [], []
    for start, stop in pairwise(cuts):
        if stop > start:
            middles.append(float(sorted_radius[start:stop].mean()))
            medians.append(float(np.median(values[start:stop])))
    return np.interp(radius, middles, medians).astype(np.float32)


def _computed_amplitude(
    q_xy: FloatArray, intensity: FloatArray, px_per_q: float, side_px: int, sigma_px: float
) -> Float32Array:
    """Return roots of computed intensities (side, side), drawn as spots of the measured width."""
    picture = np.zeros((side_px, side_px), np.float32)
    middle, reach = (side_px - 1) / 2, int(np.ceil(4 * sigma_px))
    for (qx, qy), value in zip(q_xy, intensity, strict=True):
        x, y = middle + qx * px_per_q, middle + qy * px_per_q
        column, row = round(float(x)), round(float(y))
        if not (-reach < column < side_px + reach and -reach < row < side_px + reach):
            continue
        top, left = max(0, row - reach), max(0, column - reach)
        rows = np.arange(top, min(side_px, row + reach + 1))[:, None]
        columns = np.arange(left, min(side_px, column + reach + 1))[None, :]
        # the root of a Gaussian is one of √2 times the width
        spot = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (4 * sigma_px**2))
        box = picture[rows, columns]
        picture[rows, columns] = np.maximum(box, np.sqrt(float(value)) * spot)
    return picture


def _colored(relative: Float32Array | FloatArray) -> ByteImage:
    """Return values from -1 to 1 as colours (..., 3) on a dark ground."""
    share = np.clip(np.abs(relative), 0, 1)[..., None] ** 0.75
    color = np.where((relative > 0)[..., None], _MEASURED, _COMPUTED)
    return np.rint(_GROUND + share * (color - _GROUND)).astype(np.uint8)
