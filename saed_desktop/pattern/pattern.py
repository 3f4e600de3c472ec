"""One diffraction image with what its file says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from saed_desktop.pattern.calibration import Calibration

ImageArray = npt.NDArray[np.float32]
MaskArray = npt.NDArray[np.bool_]


# eq=False: arrays have no single truth value, so a generated __eq__ would raise
@dataclass(frozen=True, eq=False, repr=False)
class Pattern:
    """One diffraction pattern as measured.

    Parameters
    ----------
    image_yx
        Intensities (height, width), finite, as stored: neither cropped nor inverted. Row 0 is
        the top of the image as the microscope software shows it.
    calibration
        The scale with its source.
    energy_kev
        Electron energy, None where unknown.
    camera_length_mm
        Camera length, None where unknown.
    stage_tilt_deg
        The goniometer's α and β, None where the file does not state them.
    path
        The file, None for an image made in memory.
    frame, n_frames
        Which frame of the file this is, and how many it holds.
    scan_shape_yx
        Rows and columns of the scan that the frames were taken in, None for a plain series.
    dataset, datasets
        Which of the file's datasets this is, and all of them; empty where there is only one.
    invalid_yx
        True (height, width) where the file held no number; the image is 0 there. None: nowhere.
    details
        What else is worth showing: microscope, detector, title, remarks of the reader.
    """

    image_yx: ImageArray
    calibration: Calibration = field(default_factory=Calibration)
    energy_kev: float | None = None
    camera_length_mm: float | None = None
    stage_tilt_deg: tuple[float, float] | None = None
    path: Path | None = None
    frame: int = 0
    n_frames: int = 1
    scan_shape_yx: tuple[int, int] | None = None
    dataset: str = ""
    datasets: tuple[str, ...] = ()
    invalid_yx: MaskArray | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return name, size and scale in one line."""
        height, width = self.shape_yx
        scale = self.calibration.scale_inv_angstrom_per_px
        known = "scale unknown" if scale is None else f"{scale:.6g} 1/Å per pixel"
        return f"<Pattern {self.name}: {width} x {height} px, {known}>"

    @property
    def shape_yx(self) -> tuple[int, int]:
        """Height and width in pixels."""
        height, width = self.image_yx.shape
        return height, width

    @property
    def name(self) -> str:
        """The file's name, with the frame where there are several."""
        stem = self.path.name if self.path else "pattern"
        return f"{stem} [{self.frame + 1}/{self.n_frames}]" if self.n_frames > 1 else stem

    def with_calibration(self, calibration: Calibration) -> Self:
        """Return the same pattern under another calibration."""
        return replace(self, calibration=calibration)

    def with_energy(self, energy_kev: float) -> Self:
        """Return the same pattern at another electron energy."""
        return replace(self, energy_kev=energy_kev)
