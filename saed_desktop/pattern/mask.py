"""Find what is not diffraction: beam stop, burnt-in text and bars, dead pixels, frames."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from saed_desktop.pattern.filters import (
    gaussian,
    grey_levels,
    percentiles,
    places_yx,
    radial_quantile,
    radius_map,
    reduced,
    reduced_mask,
    robust_sigma,
    sampled_unmasked,
    spread_profile,
)
from saed_desktop.pattern.pattern import ImageArray, MaskArray


@dataclass(frozen=True, eq=False)
class Mask:
    """Excluded pixels, by reason.

    Parameters
    ----------
    layers
        Boolean images (height, width) by reason: "invalid", "hot", "frame", "text", "beam stop",
        "drawn" (by the user).
    """

    layers: Mapping[str, MaskArray]
    shape_yx: tuple[int, int]

    @property
    def masked(self) -> MaskArray:
        """All excluded pixels (height, width)."""
        result = np.zeros(self.shape_yx, dtype=bool)
        for layer in self.layers.values():
            result |= layer
        return result

    @property
    def fraction(self) -> float:
        """The share of the image that is excluded."""
        return float(self.masked.mean())


def find_frame(image: ImageArray) -> MaskArray:
    """Return borders that are no detector: title bars of screenshots, white or black margins.

    A frame ends in a straight step, all in one direction, along nearly the whole side.
    """
    found = np.zeros(image.shape, dtype=bool)
    span = float(np.ptp(grey_levels(image, [0.5, 99.5])))
    if not span > 0:
        return found
    for turns in range(4):
        view, mark = np.rot90(image, turns), np.rot90(found, turns)
        depth = max(4, int(0.09 * view.shape[0]))
        step = np.diff(view[: depth + 1], axis=0)
        risen = (step > 0.12 * span).mean(axis=1)
        fallen = (step < -0.12 * span).mean(axis=1)
        full = np.flatnonzero(np.maximum(risen, fallen) > 0.8)
        if full.size:
            mark[: int(full[-1]) + 2] = True
    return found


def find_hot_pixels(image: ImageArray, masked: MaskArray) -> MaskArray:
    """Return single pixels, and whole lines, that stand out from all their neighbours.

    A spot's point-spread reaches its neighbours; a hot or dead pixel's does not.
    """
    median = cv2.medianBlur(image, 3)
    noise = robust_sigma(sampled_unmasked(image, masked) - sampled_unmasked(median, masked))
    span = float(np.ptp(grey_levels(image, [1, 99.9])))
    level = np.float32(max(12 * noise, 0.02 * span))
    hot = _defect_lines(image, masked)
    height = cv2.absdiff(image, median)
    row, column = places_yx(height > level)
    stands_out = height[row, column] > 0.6 * np.abs(median[row, column])
    row, column = row[stands_out], column[stands_out]
    step = np.arange(-1, 2)
    rows, columns = row[:, None, None] + step[:, None], column[:, None, None] + step
    inside = (rows >= 0) & (rows < image.shape[0]) & (columns >= 0) & (columns < image.shape[1])
    rows, columns = np.clip(rows, 0, image.shape[0] - 1), np.clip(columns, 0, image.shape[1] - 1)
    # of comparable height: where a picture was compressed, a defect has ripples about it
    alike = inside & (height[rows, columns] > _ALIKE * height[row, column][:, None, None])
    n_alike = alike.sum(axis=(1, 2))
    # two touching hot pixels are still a defect, a cluster of five is a small spot
    single = n_alike <= 2
    hot[row[single], column[single]] = True
    return hot


_MOST_MENDED_SINGLY = 0.01


def mended(image: ImageArray, hot: MaskArray) -> ImageArray:
    """Return the image with hot pixels replaced by the median of the 5 × 5 pixels around them."""
    row, column = places_yx(hot)
    if len(row) == 0:
        return image
    if len(row) > _MOST_MENDED_SINGLY * hot.size:
        return np.where(hot, cv2.medianBlur(image, 5), image)
    result = image.copy()
    offset = np.arange(-2, 3)
    rows = np.clip(row[:, None] + offset, 0, image.shape[0] - 1)
    columns = np.clip(column[:, None] + offset, 0, image.shape[1] - 1)
    around = image[rows[:, :, None], columns[:, None, :]].reshape(-1, 25)
    result[row, column] = np.median(around, axis=1)
    return result


_ALIKE = 0.3
"""Share of a pixel's height that makes a neighbour part of the same spot."""


def _defect_lines(image: ImageArray, masked: MaskArray) -> MaskArray:
    """Return rows and columns that differ as a whole from those beside them (dead or gap lines)."""
    lines = np.zeros(image.shape, dtype=bool)
    low, high = percentiles(sampled_unmasked(image, masked, 150_000), [1, 99.9])
    for axis in (0, 1):
        view = image if axis == 0 else image.T
        mark = lines if axis == 0 else lines.T
        # a few hundred pixels along a line tell its level
        sample = np.ascontiguousarray(view[:, :: max(1, view.shape[1] // 256)])
        smooth = cv2.blur(sample, (1, 9), borderType=cv2.BORDER_REFLECT_101)
        # a quarter of a line is enough: a dead line shows only where there is light
        quarter = sample.shape[1] // 4
        ranked = np.sort(sample - smooth, axis=1)
        lower, upper = ranked[:, quarter], ranked[:, -1 - quarter]
        excess = np.where(np.abs(lower) > np.abs(upper), lower, upper)
        noise = robust_sigma(excess) + 1e-9
        bad = np.abs(excess) > max(15 * noise, 0.01 * float(high - low))
        if bad.sum() <= 0.05 * len(bad):
            mark[bad] = True
    return lines


_STOP_SIDE_PX = 320


def find_beam_stop(
    image: ImageArray, masked: MaskArray, center_xy: tuple[float, float]
) -> MaskArray:
    """Return the shadow of a beam stop: dark, sharp-edged, from the border towards the beam.

    Parameters
    ----------
    image
        Intensities (height, width), dark background.
    masked
        Pixels already excluded.
    center_xy
        The direct beam, roughly.
    """
    # a shadow is large: a reduced image shows it as well, at a tenth of the cost
    factor = max(1.0, min(image.shape) / _STOP_SIDE_PX)
    size = (round(image.shape[1] / factor), round(image.shape[0] / factor))
    small, excluded = reduced(image, size), reduced_mask(masked, size, 0.5)
    center = (center_xy[0] / factor, center_xy[1] / factor)
    shadow = _shadow(gaussian(small, 0.8), excluded, center)
    if not shadow.any():
        return np.zeros(image.shape, dtype=bool)
    grown = cv2.dilate(shadow.astype(np.float32), np.ones((3, 3), np.uint8))
    full = cv2.resize(grown, image.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(full) > 0.5


def _shadow(smooth: ImageArray, masked: MaskArray, center_xy: tuple[float, float]) -> MaskArray:
    shape = (smooth.shape[0], smooth.shape[1])
    side = min(shape)
    bin_px = max(1.0, side / 128)
    profile = radial_quantile(smooth, masked, center_xy, quantile=0.6, bin_px=bin_px)
    typical = spread_profile(profile, shape, center_xy, bin_px)
    dark_level = float(percentiles(smooth[~masked], 0.5)[0])
    contrast = typical - dark_level
    noise = robust_sigma((smooth - gaussian(smooth, 2))[~masked])
    # where the pattern itself is hardly brighter than the dark there is no telling, and no need
    telling = contrast > max(8 * noise, 0.01 * float(percentiles(contrast, 99)[0]))
    dark = (telling & (smooth - dark_level < 0.35 * contrast)).astype(np.uint8)
    dark = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    distance = radius_map(shape, center_xy)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=4)
    found = np.zeros(shape, dtype=bool)
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_AREA] < 1e-3 * smooth.size:
            continue
        component = labels == label
        reach = distance[component]
        is_near = reach.min() < 0.25 * side and np.ptp(reach) > 0.08 * side
        has_shape = _enters_or_is_round(component) and is_near
        if has_shape and _ends_at_once(smooth, component, typical, dark_level):
            found |= component
            found |= _tip(smooth, component, distance, dark_level)
    return _without_gaps(found)


def _without_gaps(shadow: MaskArray) -> MaskArray:
    """Return a shadow closed where a beam shines through it, up to its own width."""
    if not shadow.any():
        return shadow
    whole = shadow.astype(np.uint8)
    half_width = float(cv2.distanceTransform(whole, cv2.DIST_L2, 3).max())
    size = 2 * int(np.clip(half_width, 2, 12)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    # beyond the border there is shadow as well, or closing would round the ends
    padded = cv2.copyMakeBorder(whole, size, size, size, size, cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)
    return np.asarray(closed[size:-size, size:-size] > 0)


def _enters_or_is_round(component: MaskArray) -> bool:
    """Tell whether a shadow comes from the border, or is whole like a disk: gaps are neither."""
    sides = (component[:3], component[-3:], component[:, :3], component[:, -3:])
    if any(side.any() for side in sides):
        return True
    hull = cv2.convexHull(np.argwhere(component).astype(np.int32))
    return bool(component.sum() > 0.75 * max(cv2.contourArea(hull), 1.0))


def _ends_at_once(
    smooth: ImageArray, component: MaskArray, typical: ImageArray, dark_level: float
) -> bool:
    """Tell whether it is as bright as usual right beside a shadow.

    Of an uneven ground the dark part passes into the bright one; a stop has an edge.
    """
    shape = component.astype(np.uint8)
    beside = (cv2.dilate(shape, np.ones((9, 9), np.uint8)) > 0) & (
        cv2.dilate(shape, np.ones((5, 5), np.uint8)) == 0
    )
    if not beside.any():
        return False
    usual = np.maximum(typical[beside] - dark_level, 1e-12)
    return float(np.median((smooth[beside] - dark_level) / usual)) > 0.65


def _tip(
    smooth: ImageArray, component: MaskArray, distance: ImageArray, dark_level: float
) -> MaskArray:
    """Return the inner end of a shadow, where it fills the rings so that no ring tells it apart."""
    inner = float(distance[component].min())
    level = dark_level + 1.6 * float(percentiles(smooth[component], 75)[0] - dark_level)
    nearby = distance < inner + 0.06 * min(smooth.shape)
    dark = (nearby & (smooth < level)) | (component & nearby)
    count, labels = cv2.connectedComponents(dark.astype(np.uint8), connectivity=4)
    touching = np.unique(labels[component & nearby])
    return np.isin(labels, touching[touching > 0]) if count > 1 else np.zeros_like(component)
