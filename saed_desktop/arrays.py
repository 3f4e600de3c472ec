"""Array types that are used everywhere; comments and names say axes and units."""

import numpy as np
import numpy.typing as npt

BoolArray = npt.NDArray[np.bool_]
ByteImage = npt.NDArray[np.uint8]
"""Grey values or RGB(A) of a picture (height, width[, channels])."""
ByteTable = npt.NDArray[np.uint8]
"""Colours of a colour map (n, channels)."""
Float32Array = npt.NDArray[np.float32]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
