"""Find what is drawn on an exported picture: text, arrows, circles, boxes, the scale bar."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import IntArray
from saed_desktop.pattern.components import find_components
from saed_desktop.pattern.filters import grey_levels
from saed_desktop.pattern.pattern import ImageArray, MaskArray

Box = tuple[int, int, int, int]
"""x, y, width and height in pixels."""


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
    high, low = float(image.max()), float(grey_levels(image, 1)[0])
    found = np.zeros(image.shape, dtype=bool)
    if not high > low:
        return found, None
    bar: ScaleBar | None = None
    letters: list[Box] = []
    at_top = (image >= high - 0.08 * (high - low)).view(np.uint8)
    for level, bright in [(high, at_top), *_inks(image, low, high)]:
        bar = _marks_of_one_ink(image, bright, (low, level, high), found, letters, bar)
    if not found.any():
        return found, bar
    # what is written thinly seldom stands alone
    text = _text_lines(letters, image.shape) | _thin_text(image, low, high)
    if bar is not None:
        text |= _label_row(bar, text)
    return found | text, bar


_FEWEST_LETTERS = 3
_LABEL_REACH = 0.06
"""Distance of a label from its bar at most, as a share of the picture's longer side."""
_LEAST_OF_LABEL = 0.3
"""Share of the bar's length along which letters must have been made out."""
_MOST_PATCHES = 600


def _thin_text(image: ImageArray, low: float, high: float) -> MaskArray:
    """Return lines of letters so thin that smoothing leaves little of them at the level of the ink.

    At half the level they are whole. Spots are round, have a flank, and stand apart; three or more
    patches in a line, closer than they are tall, some of them not round, are letters.
    """
    found = np.zeros(image.shape, dtype=bool)
    level = low + 0.4 * (high - low)
    bright = (image >= level).astype(np.uint8)
    components = find_components(bright, connectivity=8)
    count, labels, stats = len(components), components.labels_yx, components.boxes
    tallest = 0.08 * max(image.shape)
    fit = (stats[1:, 4] >= 4) & (stats[1:, 3] <= tallest) & (stats[1:, 2] <= 1.5 * tallest)
    patches = np.flatnonzero(fit) + 1
    if count > 3000 or not _FEWEST_LETTERS <= len(patches) <= _MOST_PATCHES:
        return found
    boxes = stats[patches, :4]
    for line in _lines(boxes):
        strokes = 0
        for i in line:
            x, y, width, height = (int(v) for v in boxes[i])
            box = (slice(max(0, y - 4), y + height + 4), slice(max(0, x - 4), x + width + 4))
            component = (labels[box] == patches[i]).astype(np.uint8)
            is_sharp = _drop_beside(image[box], component, low, level) > 0.4
            deepest = float(cv2.distanceTransform(component, cv2.DIST_L2, 3).max())
            strokes += is_sharp and component.sum() > 2.2 * np.pi * (deepest + 0.3) ** 2
        if strokes >= max(2, 0.4 * len(line)):
            for x, y, width, height in boxes[line]:
                side = 3 + int(0.4 * height)
                found[max(0, y - 3) : y + height + 3, max(0, x - side) : x + width + side] = True
    return found


def _lines(boxes: IntArray) -> list[list[int]]:
    """Return groups of boxes (indices) that stand side by side, closer than they are tall."""
    x, y, width, height = boxes.astype(np.float64).T
    tall = np.maximum(height[:, None], height[None])
    gap = np.maximum(x[:, None], x[None]) - np.minimum((x + width)[:, None], (x + width)[None])
    shared = np.minimum((y + height)[:, None], (y + height)[None]) - np.maximum(y[:, None], y[None])
    linked = (gap < 0.8 * tall) & (shared > 0.4 * np.minimum(height[:, None], height[None]))
    linked &= tall >= 5
    group = np.arange(len(boxes))
    for i, j in np.argwhere(np.triu(linked, k=1)):
        group[group == group[j]] = group[i]
    lines = [np.flatnonzero(group == g).tolist() for g in np.unique(group)]
    return [line for line in lines if len(line) >= _FEWEST_LETTERS]


_MOST_INKS = 3
_LEAST_INK_PX = 60


def _inks(image: ImageArray, low: float, high: float) -> list[tuple[float, npt.NDArray[np.uint8]]]:
    """Return the grey levels below the top that marks are written in, with their pixels.

    Ink is of one value, which stands out of the histogram of a picture.
    """
    span = high - low
    values = image[image > low + 0.3 * span]
    if not _LEAST_INK_PX < values.size < 0.5 * image.size:
        return []
    bins = 256
    counts = np.histogram(values, bins=bins, range=(low + 0.3 * span, high))[0].astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(counts, 6, mode="reflect"), 13)
    around = np.median(windows, axis=1)
    peaks = np.flatnonzero((counts > _LEAST_INK_PX) & (counts > 6 * around + 30))
    peaks = peaks[peaks < 0.88 * bins]
    if len(peaks) > 2 * _MOST_INKS:  # the comb of a stretched grey scale
        return []
    width = 0.7 * span / bins
    inks = []
    for i in peaks[np.argsort(-counts[peaks], kind="stable")][:_MOST_INKS]:
        level = low + 0.3 * span + (i + 0.5) * width
        inks.append((level, (np.abs(image - np.float32(level)) < 0.015 * span).view(np.uint8)))
    return inks


def _marks_of_one_ink(
    image: ImageArray,
    bright: npt.NDArray[np.uint8],
    levels: tuple[float, float, float],
    found: MaskArray,
    letters: list[Box],
    bar: "ScaleBar | None",
) -> "ScaleBar | None":
    """Mark what is written in one grey level, collect its letters, and return the longest bar.

    The levels are those of the ground, of the ink, and the highest of all.
    """
    low, high, top = levels
    components = find_components(bright, connectivity=8)
    count, labels, stats = len(components), components.labels_yx, components.boxes
    if count > 3000:  # noise that fills the range: nothing is written here
        return bar
    for label in range(1, count):
        x, y, width, height, area = (int(v) for v in stats[label])
        if area < 4:
            continue
        box = (slice(max(0, y - 4), y + height + 4), slice(max(0, x - 4), x + width + 4))
        component = (labels[box] == label).astype(np.uint8)
        if high < top and _is_a_contour(image[box], component, high + 0.03 * (top - low)):
            continue
        drop = _drop_beside(image[box], component, low, high)
        stroke = float(cv2.distanceTransform(component, cv2.DIST_L2, 5).max()) + 0.5
        is_thin = stroke <= 2.5 and area > 3 * np.pi * stroke**2
        if drop < (0.2 if is_thin else 0.55):
            continue
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
    return bar


def _is_outlined_bar(component: MaskArray, width: int, height: int) -> bool:
    """Tell whether a component is the outline of a long box."""
    if height < 4 or width < 5 * height:
        return False
    hull = cv2.convexHull(np.argwhere(component > 0).astype(np.int32))
    return bool(cv2.contourArea(hull) > 0.85 * (width - 1) * (height - 1))


def _text_lines(letters: list[Box], shape: tuple[int, ...]) -> MaskArray:
    """Return boxes around lines of letters: their thin and faint parts are text as well."""
    lines = np.zeros(shape, dtype=np.uint8)
    if not letters:
        return lines > 0
    tall = int(np.median([height for _, _, _, height in letters]))
    for x, y, width, height in letters:
        # half a letter on both sides closes the gaps within a line
        side, edge = max(3, tall // 2), max(2, tall // 5)
        lines[max(0, y - edge) : y + height + edge, max(0, x - side) : x + width + side] = 1
    for box in find_components(lines, connectivity=8).boxes[1:]:
        x, y, width, height, _ = (int(v) for v in box)
        if height < 3 * tall:
            lines[y : y + height, x : x + width] = 1
    return np.asarray(lines > 0)


def _label_row(bar: ScaleBar, text: MaskArray) -> MaskArray:
    """Return the row of a scale bar's label, as far as the bar reaches.

    A label stands over or under its bar. Where a good part of one was made out, the broken strokes
    beside it in the same row, such as a thin number before the unit, are letters too.
    """
    row = np.zeros(text.shape, dtype=bool)
    reach = int(_LABEL_REACH * max(text.shape))
    columns = slice(max(0, bar.x - 2), bar.x + bar.width + 2)
    bands = (max(0, bar.y - reach), bar.y), (bar.y + bar.height, bar.y + bar.height + reach)
    for first, last in bands:
        band = text[first:last, columns]
        if band.size and band.any(axis=0).mean() >= _LEAST_OF_LABEL:
            rows = first + np.flatnonzero(band.any(axis=1))
            edge = max(2, (rows[-1] - rows[0]) // 5)
            row[max(0, rows[0] - edge) : rows[-1] + edge + 1, columns] = True
    return row


def _is_a_contour(image: ImageArray, component: np.ndarray, brighter: float) -> bool:
    """Tell whether it is brighter still beside a component: the flank of a spot, no ink."""
    beside = (cv2.dilate(component, np.ones((5, 5), np.uint8)) > 0) & (component == 0)
    return float((image[beside] > brighter).mean()) > 0.15 if beside.any() else True


def _drop_beside(image: ImageArray, component: np.ndarray, low: float, high: float) -> float:
    """Return the share of a component's brightness that is gone three pixels outside it."""
    outer = cv2.dilate(component, np.ones((7, 7), np.uint8))
    inner = cv2.dilate(component, np.ones((5, 5), np.uint8))
    ring = image[(outer > 0) & (inner == 0)]
    if ring.size == 0:
        return 0.0
    return (high - float(np.median(ring))) / max(high - low, 1e-12)
