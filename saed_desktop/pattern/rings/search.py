"""Search of the centre and the ellipse about which an image consists of rings.

Edges of rings point at their centre, so they vote for it, arcs and rings about a centre outside the
image included. About the right place the azimuthal mean is sharpest; that decides and refines.
"""

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.filters import (
    masked_gaussian,
    percentiles,
    reduced,
    reduced_mask,
    sampled_unmasked,
)
from saed_desktop.pattern.pattern import ImageArray, MaskArray
from saed_desktop.pattern.rings.geometry import RingGeometry

_SIDE_PX = 320
_DETAIL_SIGMA_PX = (1.2, 14.0)
_CLIP = 5.0
_CELL_PX = 4
_MARGIN = 0.25
_VOTERS = 3000
_LARGEST_ELLIPSE = 0.06


class RingSearch:
    """The image as rings are looked for in it: small, without background, single spots tamed.

    Parameters
    ----------
    image_yx
        Brightness, rings brighter than the background.
    masked_yx
        Pixels that do not count.
    """

    def __init__(self, image_yx: ImageArray, masked_yx: MaskArray) -> None:
        self.factor = max(1.0, max(image_yx.shape) / _SIDE_PX)
        height, width = (max(16, round(n / self.factor)) for n in image_yx.shape)
        size = (width, height)
        floor = np.float32(percentiles(sampled_unmasked(image_yx, masked_yx), 0.5)[0])
        root = image_yx - floor
        np.sqrt(np.maximum(root, 0, out=root), out=root)
        small = reduced(root, size)
        hidden = reduced_mask(masked_yx, size, 0.05)
        # the rim of a beam stop is brighter on one side: neither side of it counts
        near = cv2.dilate(hidden.view(np.uint8), np.ones((5, 5), np.uint8)) > 0
        self.valid = (~near).astype(np.float32)
        self.detail = self._detail(small) * self.valid
        self._both = np.dstack([self.detail, self.valid])
        self._n_valid = float(self.valid.sum())
        self._reach = 0.5 * float(np.hypot(*size))

    def _detail(self, small: ImageArray) -> ImageArray:
        fine, wide = _DETAIL_SIGMA_PX
        band = masked_gaussian(small, self.valid, fine) - masked_gaussian(small, self.valid, wide)
        noise = np.sqrt(masked_gaussian(band * band, self.valid, 1.5 * wide)) + 1e-9
        score = np.clip(band / noise, -_CLIP, 2.0)
        return np.asarray(score, dtype=np.float32)

    def votes(self, count: int = 3) -> list[tuple[float, float]]:
        """Return the places that most edges point at, in pixels of the image."""
        smooth = cv2.GaussianBlur(self.detail, (0, 0), 1.5)
        slope_x = cv2.Sobel(smooth, cv2.CV_32F, 1, 0)
        slope_y = cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
        inside = cv2.erode(self.valid, np.ones((7, 7), np.uint8)) > 0
        length = np.hypot(slope_x, slope_y) * inside
        strongest = np.argsort(length, axis=None)[-_VOTERS:]
        y, x = np.unravel_index(strongest, length.shape)
        weight = np.minimum(length[y, x], 2 * float(np.median(length[y, x])) + 1e-9)
        direction = np.stack([slope_x[y, x], slope_y[y, x]]) / np.maximum(length[y, x], 1e-9)
        height, width = self.detail.shape
        margin = _MARGIN * max(height, width)
        shape = (
            int((height + 2 * margin) / _CELL_PX) + 1,
            int((width + 2 * margin) / _CELL_PX) + 1,
        )
        step = np.arange(-1.3 * self._reach, 1.3 * self._reach, _CELL_PX)
        step = (step[np.abs(step) > 8] / _CELL_PX).astype(np.float32)
        column, row = (
            np.multiply.outer(along.astype(np.float32), step)
            + ((start + margin) / _CELL_PX).astype(np.float32)[:, None]
            for along, start in zip(direction, (x, y), strict=True)
        )
        ok = (column >= 0) & (row >= 0) & (column < shape[1]) & (row < shape[0])
        cell = row[ok].astype(np.int64) * shape[1] + column[ok].astype(np.int64)
        spread = np.repeat(weight, ok.sum(axis=1))
        poll = np.bincount(cell, spread, minlength=shape[0] * shape[1]).reshape(shape)
        poll = cv2.GaussianBlur(poll.astype(np.float32), (0, 0), 1.2)
        found: list[tuple[float, float]] = []
        for _ in range(count):
            top = np.unravel_index(int(np.argmax(poll)), shape)
            place = [(n + 0.5) * _CELL_PX - margin for n in (top[1], top[0])]
            found.append(self._to_image(place[0], place[1]))
            poll[max(0, top[0] - 5) : top[0] + 6, max(0, top[1] - 5) : top[1] + 6] = 0
        return found

    def _to_image(self, x: float, y: float) -> tuple[float, float]:
        return (x + 0.5) * self.factor - 0.5, (y + 0.5) * self.factor - 0.5

    def sharpness(self, geometry: RingGeometry, *, blur: int = 1) -> float:
        """Return how sharp the azimuthal mean is: its variance over the radius, per sample."""
        small = geometry.scaled(1 / self.factor)
        n_radius = int(self._reach / blur)
        places = small.places(radius_px=self._reach, n_theta=120, n_radius=n_radius)
        total, count = places.sample(self._both).sum(axis=0).T
        mean = total / np.maximum(count, 1.0)
        # near the centre a few pixels are sampled many times over
        seen = count * np.minimum(1.0, (np.arange(n_radius) + 0.5) * blur / 20)
        value = float((seen * mean * mean).sum() / max(self._n_valid**0.5, 1.0))
        # lenses draw circles with an ellipse of a few per cent at most
        return value * (1 - (np.hypot(geometry.cos2, geometry.sin2) / _LARGEST_ELLIPSE) ** 2)

    def best(
        self, starts: Iterable[tuple[float, float]], *, is_fixed: bool = False
    ) -> tuple[RingGeometry, float]:
        """Return the geometry about which the rings are sharpest, and how sharp they are.

        Parameters
        ----------
        starts
            Places to start from, in pixels of the image.
        is_fixed
            Whether the first of them is the centre, so that only the ellipse is looked for.
        """
        places = list(starts)
        if is_fixed:
            return self._refined(RingGeometry(places[0]), step_px=0.0, blur=1)
        rough = [
            self._refined(RingGeometry(xy), step_px=8 * self.factor, blur=2, has_ellipse=False)
            for xy in _apart(places, 6 * self.factor)
        ]
        best, _ = max(rough, key=lambda item: item[1])
        return self._refined(best, step_px=1.5 * self.factor, blur=1)

    def _refined(
        self, start: RingGeometry, *, step_px: float, blur: int, has_ellipse: bool = True
    ) -> tuple[RingGeometry, float]:
        """Climb along one parameter after another, with ever smaller steps."""
        point = np.array([*start.center_xy, start.cos2, start.sin2])
        steps = np.array([step_px, step_px, *((0.008, 0.008) if has_ellipse else (0.0, 0.0))])
        value = self.sharpness(_geometry(point), blur=blur)
        last = 0.1 if blur == 1 else 0.24
        while steps[0] > last * step_px or (step_px == 0 and steps[2] > 0.0009):
            moved = False
            for i in np.flatnonzero(steps):
                for sign in (1, -1):
                    trial = point.copy()
                    trial[i] += sign * steps[i]
                    there = self.sharpness(_geometry(trial), blur=blur)
                    if there > value:
                        point, value, moved = trial, there, True
                        break
            if not moved:
                steps = steps / 2
        return _geometry(point), value


def _geometry(point: FloatArray) -> RingGeometry:
    return RingGeometry((float(point[0]), float(point[1])), float(point[2]), float(point[3]))


def _apart(places: list[tuple[float, float]], least: float) -> npt.NDArray[np.float64]:
    """Return the places without those that are close to an earlier one."""
    kept: list[tuple[float, float]] = []
    for x, y in places:
        if all(np.hypot(x - u, y - v) > least for u, v in kept):
            kept.append((x, y))
    return np.array(kept)
