"""Orientations of crystals, and where each puts its reflections on the detector."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Geometry:
    """A batch of orientations with the scale, distortion and beam displacement of each.

    Parameters
    ----------
    orientation
        Rotations (b, 3, 3) from the crystal to the laboratory frame.
    scale
        Undistorted scales (b,), 1/Å per pixel.
    affine
        Elliptical distortions (b, 2, 2), symmetric, of trace 2, applied to ideal offsets.
    shift_px
        Displacements (b, 2) of the beam from where it was thought to be.
    phase
        Which of several phases each is an orientation of (b,); None for all of one.
    """

    orientation: FloatArray
    scale: FloatArray
    affine: FloatArray
    shift_px: FloatArray
    phase: IntArray | None = None

    @classmethod
    def undistorted(cls, orientation: FloatArray, scale: float) -> "Geometry":
        """Return orientations (b, 3, 3) on one scale (1/Å per pixel) about the beam as stated."""
        count = len(orientation)
        affine = np.tile(np.eye(2), (count, 1, 1))
        return cls(orientation, np.full(count, scale), affine, np.zeros((count, 2)))

    def __len__(self) -> int:
        return len(self.scale)

    def __getitem__(self, rows: npt.NDArray[np.intp] | slice) -> "Geometry":
        return Geometry(
            self.orientation[rows],
            self.scale[rows],
            self.affine[rows],
            self.shift_px[rows],
            None if self.phase is None else self.phase[rows],
        )
