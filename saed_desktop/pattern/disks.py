"""Nano-beam disks: every reflection a disk with a sharp rim, and each of them one spot.

A convergent beam spreads all reflections to disks of one size. The size is told by those that
stand alone; all of them, faint and touching ones among them, are then found by a template, a disk
against the ring around it, on the logarithm of the brightness.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.components import find_components
from saed_desktop.pattern.filters import percentiles, reduced, reduced_mask, robust_sigma
from saed_desktop.pattern.pattern import ImageArray, MaskArray
from saed_desktop.pattern.spots import Spots, measure_spots

_SIDE_PX = 240
_SMALLEST_PX = 7
_FEWEST = 3
_LEAST_SHARE = 0.035
_LEVELS = (0.6, 0.4, 0.25, 0.15, 0.09, 0.055, 0.03)
_SEEN_ABOVE = 6.0


@dataclass(frozen=True)
class Disk:
    """The common size of a pattern's disks.

    Parameters
    ----------
    diameter_px
        In pixels of the image.
    """

    diameter_px: float


def common_disk(image: ImageArray, masked: MaskArray) -> Disk | None:
    """Return the size that several disks of a pattern share; None where they are no disks.

    Parameters
    ----------
    image
        Intensities (height, width), dark background.
    masked
        Excluded pixels (height, width).
    """
    small, hidden, factor = _reduced(image, masked)
    if hidden.all():
        return None
    low, high = (float(v) for v in percentiles(small[~hidden], [30, 99.9]))
    noise = robust_sigma(small - cv2.GaussianBlur(small, (0, 0), 1.5))
    # what is cut off is flat as well, and no disk
    uncut = float(small[~hidden].max()) - 0.05 * (high - low)
    levels = [level for share in _LEVELS if (level := share * (high - low)) > 5 * noise]
    found: list[tuple[float, float, float]] = []
    n_uncut = 0
    # lines that cross a disk cut it, closed gaps join touching ones
    for is_closed in (False, True):
        found = _alone(small, hidden, [low + level for level in levels], low, is_closed=is_closed)
        n_uncut = sum(bool(small[round(y), round(x)] < uncut) for x, y, _ in found)
        if n_uncut >= _FEWEST or not found:
            break
    if n_uncut < _FEWEST:
        return None
    sizes = np.array([diameter for _, _, diameter in found])
    typical = float(np.median(sizes))
    alike = np.abs(sizes / typical - 1) < 0.15
    if alike.sum() < max(_FEWEST, 0.6 * len(sizes)):
        return None
    diameter = float(np.median(sizes[alike]))
    # small ones are spots like others
    return Disk(diameter * factor) if diameter > _LEAST_SHARE * max(small.shape) else None


def _alone(
    small: ImageArray, hidden: MaskArray, levels: list[float], ground: float, *, is_closed: bool
) -> list[tuple[float, float, float]]:
    """Return middle and diameter of the disks that stand alone at some level."""
    found: list[tuple[float, float, float]] = []
    for level in levels:
        bright = ((small > level) & ~hidden).astype(np.uint8)
        if is_closed:
            bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        for x, y, diameter in _round_patches(small, bright, ground):
            if all(np.hypot(x - a, y - b) > 0.5 * diameter for a, b, _ in found):
                found.append((x, y, diameter))
    return found


def _reduced(image: ImageArray, masked: MaskArray) -> tuple[ImageArray, MaskArray, float]:
    factor = max(1.0, max(image.shape) / _SIDE_PX)
    size = (max(8, round(image.shape[1] / factor)), max(8, round(image.shape[0] / factor)))
    return reduced(image, size), reduced_mask(masked, size, 0.3), factor


def _round_patches(
    small: ImageArray, bright: npt.NDArray[np.uint8], ground: float
) -> list[tuple[float, float, float]]:
    """Return middle and diameter of the round patches that end in a sharp rim."""
    components = find_components(bright, connectivity=4)
    sides, areas = components.boxes[:200, 2:4], components.boxes[:200, 4]
    longer, shorter = sides.max(axis=1), sides.min(axis=1)
    # where all is bright the background has no box
    fullness = areas / (np.pi / 4 * np.maximum(longer * shorter, 1))
    is_round = (shorter >= _SMALLEST_PX) & (
        longer <= np.minimum(1.25 * shorter, 0.3 * small.shape[1])
    )
    is_round &= (fullness > 0.85) & (fullness < 1.15)
    patches = []
    for label in np.flatnonzero(is_round[1:]) + 1:
        x, y, width, height, area = (int(v) for v in components.boxes[label])
        pad = 4
        box = (slice(max(0, y - pad), y + height + pad), slice(max(0, x - pad), x + width + pad))
        if _is_flat_with_rim(
            small[box], (components.labels_yx[box] == label).view(np.uint8), ground
        ):
            diameter = 2 * float(np.sqrt(area / np.pi))
            middle = components.middle_xy[label]
            patches.append((float(middle[0]), float(middle[1]), diameter))
    return patches


def _is_flat_with_rim(window: ImageArray, disk: npt.NDArray[np.uint8], ground: float) -> bool:
    """Tell whether a patch keeps its brightness up to the rim and loses it within three pixels."""
    inside = cv2.distanceTransform(disk, cv2.DIST_L2, 3)
    deep = float(inside.max())
    core, rim = inside > 0.6 * deep, (inside > 1.5) & (inside <= max(2.6, 0.3 * deep))
    outside = (cv2.dilate(disk, np.ones((7, 7), np.uint8)) > 0) & (
        cv2.dilate(disk, np.ones((3, 3), np.uint8)) == 0
    )
    if not (core.any() and rim.any() and outside.any()):
        return False
    top, edge = float(np.median(window[core])), float(np.median(window[rim]))
    # where neighbours touch, part of the surroundings is bright
    beyond = float(percentiles(window[outside], 30)[0])
    # of a broad spot the flank loses height from the middle on, and goes on outside
    is_flat = top > beyond and (edge - beyond) > 0.7 * (top - beyond)
    return is_flat and (beyond - ground) < 0.3 * (top - ground)


def find_disks(image: ImageArray, masked: MaskArray, disk: Disk) -> Spots:
    """Return one spot for every disk of a known size.

    Parameters
    ----------
    image
        Intensities (height, width), dark background.
    masked
        Excluded pixels (height, width).
    disk
        The disks' size.
    """
    radius = disk.diameter_px / 2
    factor = max(1.0, radius / 6.0)
    size = (round(image.shape[1] / factor), round(image.shape[0] / factor))
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)
    low, high = (float(v) for v in percentiles(small, [5, 99.9]))
    noise = robust_sigma(small - cv2.GaussianBlur(small, (0, 0), 1.5))
    # faint disks count as much as bright ones, noise does not
    lift = max(2 * noise, 0.003 * (high - low), 1e-12)
    compressed = np.log(np.maximum(small - low, 0) + lift).astype(np.float32)
    response = cv2.filter2D(
        compressed, -1, _template(radius / factor), borderType=cv2.BORDER_REFLECT_101
    )
    spread = robust_sigma(response)
    reach = 2 * int(0.7 * radius / factor) + 1
    highest = cv2.dilate(response, np.ones((reach, reach), np.uint8))
    y, x = np.nonzero((response >= highest) & (response > max(_SEEN_ABOVE * spread, 0.15)))
    xy = (np.stack([x, y], axis=1) + _summit(response, x, y) + 0.5) * factor - 0.5
    inside = np.clip(np.round(xy).astype(int), 0, np.array(image.shape[::-1]) - 1)
    shown = ~masked[inside[:, 1], inside[:, 0]]
    xy, strength = xy[shown], response[y, x][shown] / max(spread, 1e-6)
    order = np.argsort(-strength, kind="stable")[:250]
    scale = np.full(len(order), 0.55 * radius)
    spots = measure_spots(image, masked, xy[order], scale, strength[order])
    # touching neighbours draw a centroid, not a template
    spots = replace(spots, xy=xy[order])
    return spots[_not_overlapping(spots, radius)]


def _summit(response: ImageArray, x: npt.NDArray[np.intp], y: npt.NDArray[np.intp]) -> FloatArray:
    """Return where the summit lies from the highest pixels (n, 2), by a parabola either way."""
    padded = np.pad(response.astype(np.float64), 1, mode="edge")
    here = padded[y + 1, x + 1]
    result = np.zeros((len(x), 2))
    for axis, (dx, dy) in enumerate(((1, 0), (0, 1))):
        before, after = padded[y + 1 - dy, x + 1 - dx], padded[y + 1 + dy, x + 1 + dx]
        bend = np.maximum(2 * here - before - after, 1e-9)
        result[:, axis] = np.clip(0.5 * (after - before) / bend, -0.5, 0.5)
    return result


def _template(radius: float) -> ImageArray:
    """Return a disk of mean 1 minus the ring around it of mean 1."""
    half = int(np.ceil(1.6 * radius)) + 1
    offset = np.arange(-half, half + 1)
    r = np.hypot(offset[:, None], offset[None, :])
    disk = np.clip(radius + 0.5 - r, 0, 1)
    ring = np.clip(r - radius - 0.5, 0, 1) * np.clip(1.5 * radius + 1 - r, 0, 1)
    return np.asarray(disk / disk.sum() - ring / ring.sum(), dtype=np.float32)


def _not_overlapping(spots: Spots, radius: float) -> npt.NDArray[np.intp]:
    """Return the spots (indices) with no surer one within a radius."""
    kept: list[int] = []
    for i in range(len(spots)):
        if spots.intensity[i] <= 0:
            continue
        near = [k for k in kept if np.hypot(*(spots.xy[i] - spots.xy[k])) < radius]
        if not near:
            kept.append(i)
    return np.array(kept, dtype=np.intp)
