"""The shadow around a round aperture or screen, whose rim is no ring."""

import cv2
import numpy as np

from saed_desktop.pattern.filters import percentiles, reduced, sampled_unmasked
from saed_desktop.pattern.pattern import ImageArray, MaskArray

_SIDE_PX = 320
_DARK = 0.15
_LEAST_SHARE = 0.03


def find_aperture_shadow(image_yx: ImageArray, masked_yx: MaskArray) -> MaskArray:
    """Return the dark surroundings (height, width) that end in a sharp rim, all False without one.

    A pattern that fades away has no rim: just inside it is hardly brighter than just outside.
    """
    height, width = image_yx.shape
    factor = max(1.0, max(height, width) / _SIDE_PX)
    size = (max(16, round(width / factor)), max(16, round(height / factor)))
    floor = float(percentiles(sampled_unmasked(image_yx, masked_yx), 0.5)[0])
    root = np.sqrt(np.maximum(reduced(image_yx, size) - floor, 0))
    dark = (root < _DARK * percentiles(root, 90)[0]).astype(np.uint8)
    _, labels = cv2.connectedComponents(dark)
    corners = [int(labels[y, x]) for y in (0, -1) for x in (0, -1) if dark[y, x]]
    outside = np.isin(labels, corners).astype(np.uint8)
    none = np.zeros(image_yx.shape, dtype=bool)
    if outside.mean() < _LEAST_SHARE or len(corners) < 2:
        return none
    kernel = np.ones((3, 3), np.uint8)
    beyond = (outside > 0) & (cv2.erode(outside, kernel, iterations=2) == 0)
    grown = cv2.dilate(outside, kernel, iterations=4)
    within = (grown > 0) & (cv2.dilate(outside, kernel, iterations=2) == 0)
    if not (beyond.any() and within.any()):
        return none
    if np.median(root[beyond]) > 0.4 * np.median(root[within]):
        return none
    rim = cv2.dilate(outside, kernel, iterations=2)
    return np.asarray(cv2.resize(rim, (width, height), interpolation=cv2.INTER_NEAREST)) > 0
