"""Elliptical distortion: the lens draws circles as ellipses, and we draw them back.

It is the one distortion that is common (0.3 to 2 %), constant for a camera length, and enough to
spoil ratios and angles.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.errors import UsageError
from saed_desktop.pattern.pattern import ImageArray, Pattern

MAX_RATIO = 1.3


@dataclass(frozen=True)
class Ellipse:
    """Elliptical distortion of a pattern.

    Parameters
    ----------
    ratio
        Longest over shortest axis of what should be a circle, 1 or more.
    azimuth_deg
        Direction of the longest axis in the image, from x towards y.
    """

    ratio: float
    azimuth_deg: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.ratio <= MAX_RATIO:
            raise UsageError(f"An ellipse of ratio {self.ratio:g} is no distortion of a lens.")

    @property
    def stretch(self) -> FloatArray:
        """The matrix (2, 2) that makes the ellipse of a circle of the same area."""
        angle = np.deg2rad(self.azimuth_deg)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        root = np.sqrt(self.ratio)
        return np.asarray(turn @ np.diag([root, 1 / root]) @ turn.T)


def ellipse_of(matrix: npt.ArrayLike) -> Ellipse:
    """Return the ellipse that a linear map (2, 2) makes of a circle."""
    left, values, _ = np.linalg.svd(np.asarray(matrix, dtype=np.float64))
    azimuth = np.rad2deg(np.arctan2(left[1, 0], left[0, 0])) % 180
    return Ellipse(float(np.clip(values[0] / values[1], 1, MAX_RATIO)), float(azimuth))


def combined(first: Ellipse | None, second: Ellipse) -> Ellipse:
    """Return the distortion that is left when one was undone and another was found afterwards."""
    return second if first is None else ellipse_of(first.stretch @ second.stretch)


def undistorted(pattern: Pattern, ellipse: Ellipse) -> Pattern:
    """Return a pattern with circles drawn as circles, about the middle of the image.

    Areas keep their size, so the scale keeps its meaning as the mean over all directions.
    """
    if ellipse.ratio == 1:
        return pattern
    height, width = pattern.shape_yx
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    # where in the measured image a pixel of the mended one comes from
    linear = ellipse.stretch
    affine = np.column_stack([linear, middle - linear @ middle])
    image = _warped(pattern.image_yx, affine)
    outside = _warped(np.zeros((height, width), np.float32), affine, border=1.0) > 0.5
    invalid = outside
    if pattern.invalid_yx is not None:
        invalid = outside | (_warped(pattern.invalid_yx.astype(np.float32), affine) > 0.1)
    note = (
        f"an ellipse of {100 * (ellipse.ratio - 1):.1f} % along {ellipse.azimuth_deg:.0f}° undone"
    )
    return replace(
        pattern,
        image_yx=np.where(outside, np.float32(np.median(pattern.image_yx)), image),
        invalid_yx=invalid if invalid.any() else None,
        details={**pattern.details, "distortion": note},
    )


def _warped(image: ImageArray, affine: FloatArray, *, border: float = 0.0) -> ImageArray:
    # imported late: the value alone needs no image library
    import cv2

    size = (image.shape[1], image.shape[0])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(
            image, affine, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=border
        ),
        dtype=np.float32,
    )
