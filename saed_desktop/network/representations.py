"""The representations of a pattern that networks look at, one function each.

All return float32 arrays without a batch axis. What they share: no representation knows the
file's brightness scale, for exports and cameras have any.
"""

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import Float32Array, FloatArray
from saed_desktop.pattern.filters import PolarGrid, filled
from saed_desktop.pattern.pattern import ImageArray, MaskArray

SPOT_FEATURES = 4
"""Columns of the spot list: present, q_x, q_y, logarithm of the relative intensity."""

CONTEXT_FEATURES = 4
"""Numbers beside the spots: scale known, log10 of its uncertainty, edge, number of spots."""

CONTEXT_SPOTS = 64
"""Number of spots that set the unit of length where no scale is known."""

POLAR_CHANNELS = 3
POLAR_THETA = 192
POLAR_FINER = 3
"""Azimuths sampled for each one kept; odd, so that their mean stands at the middle one."""
_POLAR_STEP_PX = 1.25
_MOSTLY_HIDDEN = 0.5
POLAR_LOCAL_SIGMA = 6.0
"""Width of the neighbourhood, in samples, that says what contrast is usual there."""
POLAR_Q_MAX = 1.6
"""Outer radius of the polar image in 1/Å where the scale is known."""

UNKNOWN_SCALE_MEAN_Q = 0.6
"""Mean spot radius in the unit of length that is used where no scale is known."""

_FAINTEST_LOG_INTENSITY = -12.0


def unit_brightness(image: ImageArray, masked: MaskArray | None = None) -> Float32Array:
    """Return the image (height, width) scaled to 0..1 between its 0.5th and 99.9th percentile."""
    values = image if masked is None or masked.all() else image[~masked]
    low, high = np.percentile(values, [0.5, 99.9])
    span = float(high - low) or 1.0
    return np.clip((image - np.float32(low)) / np.float32(span), 0, 1).astype(np.float32)


def square_crop(
    image: ImageArray, center_xy: tuple[float, float], side_px: int, *, fill: float = 0.0
) -> ImageArray:
    """Return a square of a given side around a point, filled up where it leaves the image.

    Parameters
    ----------
    image
        The image (height, width).
    center_xy
        Middle of the square; rounded to whole pixels.
    side_px
        Side of the square.
    fill
        Value outside the image.
    """
    left = round(center_xy[0] - (side_px - 1) / 2)
    top = round(center_xy[1] - (side_px - 1) / 2)
    result = np.full((side_px, side_px), fill, dtype=image.dtype)
    height, width = image.shape
    x0, x1 = max(left, 0), min(left + side_px, width)
    y0, y1 = max(top, 0), min(top + side_px, height)
    if x0 < x1 and y0 < y1:
        result[y0 - top : y1 - top, x0 - left : x1 - left] = image[y0:y1, x0:x1]
    return result


def image_representation(
    image: ImageArray,
    center_xy: tuple[float, float],
    *,
    crop_px: int,
    size: int,
    channels: int,
    gamma: float,
) -> Float32Array:
    """Return the cropped image (channels, size, size), brightness 0..1."""
    crop = square_crop(unit_brightness(image), center_xy, crop_px)
    if size != crop_px:
        smaller = size < crop_px
        method = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        crop = np.asarray(cv2.resize(crop, (size, size), interpolation=method))
    if gamma != 1.0:
        crop = np.power(crop, np.float32(gamma))
    return np.ascontiguousarray(np.broadcast_to(crop, (channels, size, size)), dtype=np.float32)


def spot_list(
    offsets_px: FloatArray, intensity: FloatArray, scale: float | None, size: int
) -> Float32Array:
    """Return the brightest spots as rows (size, 4), brightest first, zeros where there are fewer.

    Parameters
    ----------
    offsets_px
        Positions (n, 2) from the direct beam in pixels, the beam itself left out.
    intensity
        Integrated intensities (n,).
    scale
        1/Å per pixel, or None: then lengths are in units of the mean spot radius.
    size
        Number of rows.
    """
    present = intensity > 0
    log_intensity = np.log(np.where(present, intensity, 1.0))
    scales = np.array([np.nan if scale is None else scale])
    rows, _ = spot_lists(offsets_px[None], log_intensity[None], present[None], scales, size)
    return rows[0]


def spot_lists(
    offsets: FloatArray,
    log_intensity: FloatArray,
    present: npt.NDArray[np.bool_],
    scale: FloatArray,
    size: int,
) -> tuple[Float32Array, FloatArray]:
    """Return the spot lists (b, size, 4) of a batch, and the unit of length (b,) of each.

    Parameters
    ----------
    offsets
        Positions (b, n, 2) from the direct beam.
    log_intensity
        Natural logarithms of the intensities (b, n).
    present
        Which of the n are spots (b, n).
    scale
        1/Å per unit of `offsets` (b,), NaN where unknown.
    size
        Number of rows.
    """
    batch, count = log_intensity.shape
    rows = np.zeros((batch, size, SPOT_FEATURES), dtype=np.float32)
    ranked = np.where(present, log_intensity, -np.inf)
    order = np.argsort(-ranked, axis=1, kind="stable")[:, :size]
    n = min(size, count)
    if n == 0:
        return rows, np.ones(batch)
    kept = np.take_along_axis(present, order, axis=1)
    places = np.take_along_axis(offsets, order[..., None], axis=1)
    brightness = np.where(kept, np.take_along_axis(ranked, order, axis=1), 0.0)
    radius = np.where(kept, np.hypot(places[..., 0], places[..., 1]), 0.0)
    mean_radius = radius.sum(axis=1) / np.maximum(kept.sum(axis=1), 1)
    unit = np.where(np.isnan(scale), UNKNOWN_SCALE_MEAN_Q / np.maximum(mean_radius, 1e-6), scale)
    rows[:, :n, 0] = kept
    rows[:, :n, 1:3] = np.where(kept[..., None], places * unit[:, None, None], 0)
    relative = np.maximum(brightness - brightness[:, :1], _FAINTEST_LOG_INTENSITY)
    rows[:, :n, 3] = np.where(kept, relative, 0)
    return rows, unit


def length_unit(offsets_px: FloatArray, intensity: FloatArray, scale: float | None) -> float:
    """Return the factor from pixels to the unit in which a spot list gives lengths."""
    if scale is not None:
        return scale
    present = intensity > 0
    log_intensity = np.log(np.where(present, intensity, 1.0))
    _, unit = spot_lists(
        offsets_px[None], log_intensity[None], present[None], np.array([np.nan]), CONTEXT_SPOTS
    )
    return float(unit[0])


def context(scale_known: bool, relative_sigma: float, edge: float, n_spots: int) -> Float32Array:
    """Return what is known besides the spots (4,); see `contexts`."""
    return contexts(
        np.array([scale_known]),
        np.array([relative_sigma]),
        np.array([edge]),
        np.array([n_spots]),
    )[0]


def contexts(
    scale_known: npt.NDArray[np.bool_],
    relative_sigma: FloatArray,
    edge: FloatArray,
    n_spots: npt.NDArray[np.int64],
) -> Float32Array:
    """Return what is known besides the spots (b, 4).

    Parameters
    ----------
    scale_known
        Whether a scale is stated (b,).
    relative_sigma
        Its relative standard uncertainty (b,).
    edge
        Distance (b,) of the image's farthest side from the beam, in the spot list's unit.
    n_spots
        Number of spots found (b,), without the direct beam.
    """
    sigma = np.where(scale_known, np.clip(relative_sigma, 0.003, 0.3), 0.3)
    columns = [scale_known, np.log10(sigma), np.minimum(edge, 4.0), np.log1p(n_spots) / 5]
    return np.stack([np.asarray(c, dtype=np.float32) for c in columns], axis=1)


def polar_representation(
    image: ImageArray,
    masked: MaskArray,
    center_xy: tuple[float, float],
    *,
    radius_px: float,
    size: int,
) -> Float32Array:
    """Return the polar image (3, size, 192): contrast, local contrast, visibility.

    The azimuth runs over half a turn: opposite directions are Friedel mates and are averaged
    where both can be seen. The azimuthal median, which holds background and rings, is removed.
    Every pixel takes part: a spot is narrower than the way from one sample to the next, so blocks
    of pixels are averaged first, and then neighbouring azimuths.
    """
    block = polar_block_px(radius_px, size)
    seen_share = _block_means((~masked).astype(np.float32), block)
    total = _block_means(np.where(masked, np.float32(0), image), block)
    mean = (total / np.maximum(seen_share, np.float32(1e-6))).astype(np.float32)
    clean = filled(mean, seen_share < _MOSTLY_HIDDEN)
    center = ((center_xy[0] + 0.5) / block - 0.5, (center_xy[1] + 0.5) / block - 0.5)
    stabilised = np.sqrt(np.maximum(clean - np.percentile(clean, 0.5), 0)).astype(np.float32)
    grid = PolarGrid(center, radius_px / block, 2 * POLAR_THETA * POLAR_FINER, size)
    values = _azimuth_means(grid.sample(stabilised))
    visible = PolarGrid(center, radius_px / block, 2 * POLAR_THETA, size).sample(seen_share)
    weight = np.where(visible > 0.6, visible, 0).astype(np.float32)
    halves, weights = values.reshape(2, POLAR_THETA, size), weight.reshape(2, POLAR_THETA, size)
    seen = weights.sum(axis=0)
    folded = (halves * weights).sum(axis=0) / np.maximum(seen, 1e-6)
    shown = seen > 0.5
    masked_rows = np.where(shown, folded, np.nan)
    with np.errstate(all="ignore"):
        # an all-hidden radius has no median; it becomes 0 with visibility 0
        median = np.where(shown.any(axis=0), _nanmedian(masked_rows), 0.0)
    contrast = np.where(shown, folded - median, 0)
    spread = float(np.sqrt(np.mean(contrast[shown] ** 2))) if shown.any() else 1.0
    contrast = np.arcsinh(contrast / max(spread, 1e-6))
    local = cv2.GaussianBlur(np.abs(contrast).astype(np.float32), (0, 0), POLAR_LOCAL_SIGMA)
    channels = [contrast, contrast / (local + 0.3), shown]
    return np.stack([np.asarray(c, dtype=np.float32).T for c in channels])


def polar_block_px(radius_px: float, size: int) -> int:
    """Return the side of the blocks of pixels averaged before polar sampling.

    Parameters
    ----------
    radius_px
        Outer radius of the polar image.
    size
        Its number of radii.
    """
    return max(1, round(radius_px / size / _POLAR_STEP_PX))


def _block_means(image: ImageArray, block: int) -> ImageArray:
    """Return the means of square blocks; what is left over at the far sides is dropped."""
    height, width = image.shape[0] // block, image.shape[1] // block
    if block == 1 or min(height, width) == 0:
        return image
    whole = image[: height * block, : width * block]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA))


def _azimuth_means(fine: ImageArray) -> ImageArray:
    """Return the means of neighbouring azimuths, each about the middle of its own (n, radii)."""
    centred = np.roll(fine, POLAR_FINER // 2, axis=0)
    return np.asarray(centred.reshape(-1, POLAR_FINER, fine.shape[1]).mean(axis=1))


def _nanmedian(rows: FloatArray) -> FloatArray:
    result = np.zeros(rows.shape[1])
    usable = ~np.isnan(rows).all(axis=0)
    result[usable] = np.nanmedian(rows[:, usable], axis=0)
    return result


def profile_representation(
    image: ImageArray,
    masked: MaskArray,
    center_xy: tuple[float, float],
    *,
    radius_px: float,
    size: int,
) -> Float32Array:
    """Return the azimuthal mean of the brightness (size,), background removed, maximum 1."""
    grid = PolarGrid(center_xy, radius_px, 360, size)
    values = grid.sample(filled(image, masked))
    weight = grid.sample((~masked).astype(np.float32))
    mean = (values * weight).sum(axis=0) / np.maximum(weight.sum(axis=0), 1e-6)
    smooth = cv2.GaussianBlur(mean[None, :].astype(np.float32), (0, 0), size / 16)[0]
    above = np.maximum(mean - smooth, 0)
    return np.asarray(above / max(float(above.max()), 1e-9), dtype=np.float32)
