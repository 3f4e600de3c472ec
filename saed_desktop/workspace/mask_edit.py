"""Strokes and polygons turned into masks: what is left out, and what is used after all."""

from collections.abc import Sequence

import cv2
import numpy as np

from saed_desktop.pattern.pattern import MaskArray
from saed_desktop.workspace.document import MaskStroke, PackedMask, PatternState


def with_strokes(
    state: PatternState, shape_yx: tuple[int, int], strokes: Sequence[MaskStroke]
) -> dict[str, PackedMask | None]:
    """Return the fields `drawn` and `cleared` of a state after some strokes."""
    drawn = _unpacked(state.drawn, shape_yx)
    cleared = _unpacked(state.cleared, shape_yx)
    for stroke in strokes:
        area = stroke_area(stroke, shape_yx)
        if stroke.erases:
            cleared |= area
            drawn &= ~area
        else:
            drawn |= area
            cleared &= ~area
    return {"drawn": PackedMask.of(drawn), "cleared": PackedMask.of(cleared)}


def stroke_area(stroke: MaskStroke, shape_yx: tuple[int, int]) -> MaskArray:
    """Return the pixels (height, width) that a stroke covers."""
    canvas = np.zeros(shape_yx, np.uint8)
    points = np.round(np.array(stroke.points, dtype=np.float64)).astype(np.int32).reshape(-1, 1, 2)
    if stroke.width_px == 0:
        cv2.fillPoly(canvas, [points], 1)
    else:
        width = max(1, round(stroke.width_px))
        if len(points) == 1:
            x, y = (int(v) for v in points[0, 0])
            cv2.circle(canvas, (x, y), max(width // 2, 0), 1, -1)
        else:
            cv2.polylines(canvas, [points], False, 1, width)
    return np.asarray(canvas > 0)


def _unpacked(mask: PackedMask | None, shape_yx: tuple[int, int]) -> MaskArray:
    if mask is None or mask.shape_yx != shape_yx:
        return np.zeros(shape_yx, dtype=bool)
    return mask.unpacked()
