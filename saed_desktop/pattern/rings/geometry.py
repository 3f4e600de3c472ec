"""The figure that all rings of a pattern share: their centre and their ellipse."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.distortion import MAX_RATIO, Ellipse
from saed_desktop.pattern.pattern import ImageArray


@dataclass(frozen=True)
class RingGeometry:
    """Centre and ellipse of concentric rings.

    A ring of mean radius r lies at r·(1 + cos2·cos 2θ + sin2·sin 2θ) about the centre.

    Parameters
    ----------
    center_xy
        In pixels, x to the right, y downwards.
    cos2, sin2
        The ellipse's amplitudes, relative to the radius.
    """

    center_xy: tuple[float, float]
    cos2: float = 0.0
    sin2: float = 0.0

    @property
    def ellipse(self) -> Ellipse:
        """The same as the ratio of the axes and the direction of the longer one."""
        amplitude = float(np.hypot(self.cos2, self.sin2))
        ratio = min((1 + amplitude) / max(1 - amplitude, 0.5), MAX_RATIO)
        return Ellipse(ratio, float(np.rad2deg(0.5 * np.arctan2(self.sin2, self.cos2)) % 180))

    def scaled(self, factor: float) -> "RingGeometry":
        """Return the geometry in an image of `factor` times as many pixels a side."""
        x, y = self.center_xy
        center = ((x + 0.5) * factor - 0.5, (y + 0.5) * factor - 0.5)
        return RingGeometry(center, self.cos2, self.sin2)

    def stretch(self, theta: FloatArray) -> FloatArray:
        """Return radius over mean radius at azimuths in radians."""
        return np.asarray(1 + self.cos2 * np.cos(2 * theta) + self.sin2 * np.sin(2 * theta))

    def places(self, *, radius_px: float, n_theta: int, n_radius: int) -> "PlacesAlongRings":
        """Return places (n_theta, n_radius) along the rings.

        Row i is the azimuth 2π·i/n_theta from x towards y, column j the mean radius
        (j + ½)·radius_px/n_radius.
        """
        theta = 2 * np.pi * np.arange(n_theta) / n_theta
        stretch = self.stretch(theta)
        step = np.float32(radius_px / n_radius)
        radius = (np.arange(n_radius, dtype=np.float32) + np.float32(0.5)) * step
        x, y = (
            np.multiply.outer((stretch * turn).astype(np.float32), radius) + np.float32(middle)
            for turn, middle in zip((np.cos(theta), np.sin(theta)), self.center_xy, strict=True)
        )
        return PlacesAlongRings(x, y)


@dataclass(frozen=True, eq=False)
class PlacesAlongRings:
    """Places by azimuth and mean radius, at which images are sampled.

    Parameters
    ----------
    x_px, y_px
        Coordinates (n_theta, n_radius), in pixels.
    """

    x_px: ImageArray
    y_px: ImageArray

    def sample(self, image: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return an image (height, width[, channels]) at the places; outside it is 0."""
        return np.asarray(
            cv2.remap(image, self.x_px, self.y_px, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        )


def reach_px(shape_yx: tuple[int, ...], center_xy: tuple[float, float]) -> float:
    """Return the largest radius about a centre of which a good part lies in the image."""
    height, width = shape_yx[0], shape_yx[1]
    x, y = center_xy
    sides = sorted([x, y, width - 1 - x, height - 1 - y])
    return float(max(sides[2], 0.25 * min(height, width), 16.0))
