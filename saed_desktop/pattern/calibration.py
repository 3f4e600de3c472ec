"""The scale of a pattern, with its source and uncertainty."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from saed_desktop.errors import UsageError

DEFAULT_RELATIVE_SIGMA = {
    # nominal camera constants are reproduced to 3-5 %, headers are sometimes worse
    "file": 0.03,
    # few typed values are better than the nominal ones that they repeat
    "user": 0.02,
    "profile": 0.01,
    "scale-bar": 0.03,
    "standard": 0.005,
    "fitted": 0.02,
}

ROUGH_SIGMA = 0.05
"""A scale that is less well known is a rough one; networks learn from better ones, or from none."""

UNKNOWN_SCALE_RANGE = (0.0005, 0.05)
"""Scales (1/Å per px) that a diffraction camera can have, where nothing is known of it."""


class ScaleSource(StrEnum):
    """Source of a scale."""

    FILE = "file"
    USER = "user"
    PROFILE = "profile"
    SCALE_BAR = "scale-bar"
    STANDARD = "standard"
    FITTED = "fitted"
    NONE = "none"


@dataclass(frozen=True)
class Calibration:
    """The scale of a pattern with its source and its uncertainty.

    Parameters
    ----------
    scale_inv_angstrom_per_px
        Reciprocal length per pixel (d = 1/q, no 2π), or None where it is unknown.
    source
        Where the scale came from.
    relative_sigma
        Standard uncertainty of the scale, relative to it.
    remark
        A sentence for the user, such as why a value of the file was not believed.
    """

    scale_inv_angstrom_per_px: float | None = None
    source: ScaleSource = ScaleSource.NONE
    relative_sigma: float = math.inf
    remark: str = ""

    def __post_init__(self) -> None:
        scale = self.scale_inv_angstrom_per_px
        if scale is not None and not (math.isfinite(scale) and scale > 0):
            raise UsageError(f"The scale must be a positive number, not {scale}.")
        if scale is None and self.source is not ScaleSource.NONE:
            raise UsageError("A calibration without a scale has no source.")

    @property
    def is_known(self) -> bool:
        """Whether there is a scale."""
        return self.scale_inv_angstrom_per_px is not None

    @property
    def is_rough(self) -> bool:
        """Whether there is a scale, but one that few would call a calibration."""
        return self.is_known and self.relative_sigma > ROUGH_SIGMA

    @classmethod
    def known(
        cls,
        scale: float,
        source: ScaleSource,
        relative_sigma: float | None = None,
        remark: str = "",
    ) -> Self:
        """Return a calibration with the usual uncertainty of its source unless one is given."""
        sigma = DEFAULT_RELATIVE_SIGMA[source] if relative_sigma is None else relative_sigma
        return cls(scale, source, sigma, remark)

    @classmethod
    def unknown(cls, remark: str = "") -> Self:
        """Return the calibration of a pattern of unknown scale."""
        return cls(remark=remark)


def scale_from_camera(
    camera_length_mm: float, pixel_size_um: float, wavelength_angstrom: float
) -> float:
    """Return the scale in 1/Å per pixel from the camera constant: pixel/(λ·L).

    Raises
    ------
    UsageError
        If a length is not positive.
    """
    if not (camera_length_mm > 0 and pixel_size_um > 0 and wavelength_angstrom > 0):
        raise UsageError("Camera length, pixel size and energy must be positive.")
    return pixel_size_um * 1e-3 / (wavelength_angstrom * camera_length_mm)


def is_plausible_scale(scale_inv_angstrom_per_px: float, shape_yx: tuple[int, int]) -> bool:
    """Tell whether a scale can belong to an electron diffraction pattern of that many pixels.

    A pattern reaches from a few hundredths to about ten 1/Å from its centre to its edge; files
    that state 1e-20 or a real-space length under a reciprocal unit fall far outside.
    """
    reach = scale_inv_angstrom_per_px * min(shape_yx) / 2
    return 0.02 < reach < 20
