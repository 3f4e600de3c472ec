"""The shape of a beam stop's shadow, and what shines through it."""

from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.pattern import ImageArray, MaskArray

_SIDE_PX = 192
_FARTHEST = 1e6


class StopShape:
    """The shadow of a beam stop: which points it hides, how deep, and how far from its tip.

    Parameters
    ----------
    stop_yx
        The shadow (height, width).
    """

    def __init__(self, stop_yx: MaskArray) -> None:
        self._stop_yx = stop_yx

    @property
    def exists(self) -> bool:
        """Whether there is a stop at all."""
        return self._small is not None

    @cached_property
    def _small(self) -> npt.NDArray[np.uint8] | None:
        if not self._stop_yx.any():
            return None
        height, width = self._stop_yx.shape
        factor = max(1.0, max(height, width) / _SIDE_PX)
        size = (max(4, round(width / factor)), max(4, round(height / factor)))
        return np.asarray(
            cv2.resize(self._stop_yx.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        )

    @cached_property
    def _tip_xy(self) -> FloatArray | None:
        """The end that is farthest from where the stop enters; None where it has no end."""
        small = self._small
        if small is None or not small.any():
            return None
        y, x = np.nonzero(small)
        height, width = small.shape
        at_border = (x <= 1) | (y <= 1) | (x >= width - 2) | (y >= height - 2)
        if not at_border.any():
            place = np.array([x.mean(), y.mean()])
        else:
            entry = np.array([x[at_border].mean(), y[at_border].mean()])
            distance = np.hypot(x - entry[0], y - entry[1])
            # a bar from border to border has no tip
            far = int(np.argmax(distance))
            if at_border[far]:
                return None
            end = distance > distance[far] - 2
            place = np.array([x[end].mean(), y[end].mean()])
        return np.asarray((place + 0.5) * self._factor - 0.5)

    @property
    def _factor(self) -> FloatArray:
        small = self._small
        if small is None:
            return np.ones(2)
        return np.array(
            [self._stop_yx.shape[1] / small.shape[1], self._stop_yx.shape[0] / small.shape[0]]
        )

    def is_hidden(self, points: FloatArray) -> npt.NDArray[np.bool_]:
        """Tell which points (n, 2) lie in the shadow."""
        height, width = self._stop_yx.shape
        column = np.clip(np.round(points[:, 0]).astype(int), 0, width - 1)
        row = np.clip(np.round(points[:, 1]).astype(int), 0, height - 1)
        return np.asarray(self._stop_yx[row, column])

    def likely_places(self) -> FloatArray:
        """Return places (n, 2) that a stop is put over: the middle of its disk, inside its tip."""
        small = self._small
        if small is None:
            return np.zeros((0, 2))
        inside = cv2.distanceTransform(small, cv2.DIST_L2, 3)
        y, x = np.unravel_index(int(np.argmax(inside)), inside.shape)
        found = [(np.array([x, y], dtype=np.float64) + 0.5) * self._factor - 0.5]
        if self._tip_xy is not None:
            found.append(self._tip_xy)
        return np.array(found)

    def is_beside(self, point: FloatArray, reach_px: float) -> bool:
        """Tell whether the shadow reaches within a distance of a point, so that it may cut it."""
        reach = int(np.ceil(reach_px))
        x, y = round(float(point[0])), round(float(point[1]))
        return bool(
            self._stop_yx[
                max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1
            ].any()
        )

    def peak_through(
        self, image: ImageArray, points: FloatArray, radius_px: float
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return what speaks for points behind the stop.

        Parameters
        ----------
        image
            Intensities (height, width), the stop's own not filled.
        points
            Places (n, 2).
        radius_px
            How far a peak may be from its place.

        Returns
        -------
        contrast
            Logarithm of a peak's height over the shadow's noise (n,), 0 where there is none.
        depth
            Distance (n,) from the shadow's rim relative to its greatest.
        to_tip
            Distance (n,) in pixels from the shadow's tip; very large where it has none.
        """
        n = len(points)
        contrast, depth, to_tip = np.zeros(n), np.zeros(n), np.full(n, _FARTHEST)
        small = self._small
        if small is None:
            return contrast, depth, to_tip
        inside = cv2.distanceTransform(small, cv2.DIST_L2, 3)
        place = np.clip(
            np.round((points + 0.5) / self._factor - 0.5).astype(int),
            0,
            np.array(small.shape[::-1]) - 1,
        )
        depth = inside[place[:, 1], place[:, 0]] / max(float(inside.max()), 1.0)
        if self._tip_xy is not None:
            to_tip = np.hypot(*(points - self._tip_xy).T)
        for i in np.flatnonzero(self.is_hidden(points)):
            contrast[i] = self._contrast(image, points[i], radius_px)
        return contrast, depth, to_tip

    def _contrast(self, image: ImageArray, point: FloatArray, radius: float) -> float:
        reach = int(np.ceil(4 * radius))
        x, y = round(float(point[0])), round(float(point[1]))
        box = (slice(max(0, y - reach), y + reach + 1), slice(max(0, x - reach), x + reach + 1))
        window, stop = image[box], self._stop_yx[box]
        rows = np.arange(window.shape[0])[:, None] + box[0].start - y
        columns = np.arange(window.shape[1])[None, :] + box[1].start - x
        r = np.hypot(rows, columns)
        core, around = stop & (r <= radius), stop & (r > 2 * radius)
        if core.sum() < 4 or around.sum() < 12:
            return 0.0
        level = float(np.median(window[around]))
        noise = 1.48 * float(np.median(np.abs(window[around] - level))) + 1e-9
        mean = float(np.sort(window[core])[core.sum() // 2 :].mean())
        excess = (mean - level) / noise - 1.5
        return float(np.log1p(max(excess, 0.0)))
