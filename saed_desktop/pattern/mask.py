"""What in an image is no diffraction: beam stop, burnt-in text and bars, dead pixels, frames."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from saed_desktop.pattern.filters import (
    gaussian,
    grey_levels,
    radial_quantile,
    radius_map,
    robust_sigma,
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


@dataclass(frozen=True)
class ScaleBar:
    """A burnt-in scale bar: its box in pixels of the image it was found in."""

    x: int
    y: int
    width: int
    height: int


def find_overlay(image: ImageArray) -> tuple[MaskArray, ScaleBar | None]:
    """Return where text, arrows and bars are burnt into an exported image, and the scale bar.

    Burnt-in marks reach the top of the grey scale and fall off it within two pixels, and they
    are strokes, not discs; a saturated spot has a flank and is round.

    Parameters
    ----------
    image
        Intensities (height, width), dark background.
    """
    high, low = float(image.max()), float(grey_levels(image, 1))
    found = np.zeros(image.shape, dtype=bool)
    if not high > low:
        return found, None
    bright = (image >= high - 0.08 * (high - low)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=8)
    if count > 3000:  # noise that fills the range: nothing is written here
        return found, None
    thickness = cv2.distanceTransform(bright, cv2.DIST_L2, 5)
    bar: ScaleBar | None = None
    letters: list[tuple[int, int, int, int]] = []
    for label in range(1, count):
        x, y, width, height, area = (int(v) for v in stats[label])
        if area < 4:
            continue
        box = (slice(max(0, y - 4), y + height + 4), slice(max(0, x - 4), x + width + 4))
        component = (labels[box] == label).astype(np.uint8)
        if not _falls_off_at_once(image[box], component, low, high):
            continue
        stroke = float(thickness[box][component > 0].max()) + 0.5
        is_bar = (
            max(width, height) >= max(12, 5 * min(width, height)) and area > 0.75 * width * height
        )
        if area / (np.pi * stroke**2) < 1.9 and not is_bar:
            continue
        grown = cv2.dilate(component, np.ones((7, 7), np.uint8)) > 0
        found[box] |= grown
        if not is_bar and max(width, height) < 0.08 * max(image.shape):
            letters.append((x, y, width, height))
        if is_bar or _is_outlined_bar(component, width, height):
            # a shorter one is a minus or an equals sign
            is_long = width >= max(5 * height, 0.05 * image.shape[1])
            if is_long and (bar is None or width > bar.width):
                bar = ScaleBar(x, y, width, height)
    return found | _text_lines(letters, image.shape), bar


def _is_outlined_bar(component: MaskArray, width: int, height: int) -> bool:
    """Tell whether a component is the outline of a long box."""
    if height < 4 or width < 5 * height:
        return False
    hull = cv2.convexHull(np.argwhere(component > 0).astype(np.int32))
    return bool(cv2.contourArea(hull) > 0.85 * (width - 1) * (height - 1))


def _text_lines(letters: list[tuple[int, int, int, int]], shape: tuple[int, ...]) -> MaskArray:
    """Return boxes around lines of letters: their thin and faint parts are text as well."""
    lines = np.zeros(shape, dtype=np.uint8)
    if not letters:
        return lines > 0
    tall = int(np.median([height for _, _, _, height in letters]))
    for x, y, width, height in letters:
        # half a letter on both sides closes the gaps within a line
        side, edge = max(3, tall // 2), max(2, tall // 5)
        lines[max(0, y - edge) : y + height + edge, max(0, x - side) : x + width + side] = 1
    count, _, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    for label in range(1, count):
        x, y, width, height, _ = (int(v) for v in stats[label])
        if height < 3 * tall:
            lines[y : y + height, x : x + width] = 1
    return np.asarray(lines > 0)


def _falls_off_at_once(image: ImageArray, component: np.ndarray, low: float, high: float) -> bool:
    """Tell whether the brightness is gone three pixels outside a component."""
    outer = cv2.dilate(component, np.ones((7, 7), np.uint8))
    inner = cv2.dilate(component, np.ones((5, 5), np.uint8))
    ring = image[(outer > 0) & (inner == 0)]
    return ring.size > 0 and (high - float(np.median(ring))) / (high - low) > 0.55


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
    difference = image - median
    noise = robust_sigma(difference[~masked][::5])
    span = float(np.ptp(grey_levels(image, [1, 99.9])))
    level = np.float32(max(12 * noise, 0.02 * span))
    alone = np.abs(difference) > np.maximum(level, 0.6 * np.abs(median))
    # two touching hot pixels are still a defect, a cluster of five is a small spot
    density = cv2.boxFilter(alone.astype(np.float32), -1, (3, 3), normalize=False)
    hot = alone & (density <= 2)
    return np.asarray(hot | _defect_lines(image, masked))


def _defect_lines(image: ImageArray, masked: MaskArray) -> MaskArray:
    """Return rows and columns that differ as a whole from those beside them (dead or gap lines)."""
    lines = np.zeros(image.shape, dtype=bool)
    low, high = np.percentile(image[~masked][::7], [1, 99.9])
    for axis in (0, 1):
        view = image if axis == 0 else image.T
        mark = lines if axis == 0 else lines.T
        # a few hundred pixels along a line tell its level
        sample = np.ascontiguousarray(view[:, :: max(1, view.shape[1] // 256)])
        smooth = cv2.blur(sample, (1, 9), borderType=cv2.BORDER_REFLECT_101)
        # a quarter of a line is enough: a dead line shows only where there is light
        lower, upper = np.quantile(sample - smooth, [0.25, 0.75], axis=1)
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
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
    excluded = cv2.resize(masked.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
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
    dark_level = float(np.percentile(smooth[~masked], 0.5))
    contrast = typical - dark_level
    noise = robust_sigma((smooth - gaussian(smooth, 2))[~masked])
    # where the pattern itself is hardly brighter than the dark there is no telling, and no need
    telling = contrast > max(8 * noise, 0.01 * float(np.percentile(contrast, 99)))
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
        if reach.min() < 0.25 * side and np.ptp(reach) > 0.08 * side:
            found |= component
            found |= _tip(smooth, component, distance, dark_level)
    return found


def _tip(
    smooth: ImageArray, component: MaskArray, distance: ImageArray, dark_level: float
) -> MaskArray:
    """Return the inner end of a shadow, where it fills the rings so that no ring tells it apart."""
    inner = float(distance[component].min())
    level = dark_level + 1.6 * float(np.percentile(smooth[component], 75) - dark_level)
    nearby = distance < inner + 0.06 * min(smooth.shape)
    dark = (nearby & (smooth < level)) | (component & nearby)
    count, labels = cv2.connectedComponents(dark.astype(np.uint8), connectivity=4)
    touching = np.unique(labels[component & nearby])
    return np.isin(labels, touching[touching > 0]) if count > 1 else np.zeros_like(component)
