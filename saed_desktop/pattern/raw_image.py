"""An image as a library returned it, before anything of ours is decided."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

LARGEST_IMAGE_PX = 400_000_000
"""An image of more pixels is refused: it is no diffraction pattern but a damaged size."""


@dataclass(frozen=True)
class RawAxis:
    """One axis as the file states it."""

    size: int
    scale: float = 1.0
    unit: str = ""


@dataclass(frozen=True, eq=False)
class RawImage:
    """One dataset of a file.

    Parameters
    ----------
    data
        Array (..., height, width) or (..., height, width, 3 or 4) for colour; numpy, dask or
        `FrameStack`.
    axes
        One entry per axis of the image itself: y, then x.
    metadata
        What the file says, by dotted names of HyperSpy's metadata tree.
    is_colour
        Whether the last axis holds colours.
    dataset, datasets
        Which of the file's datasets this is, and all of them.
    remarks
        What the user should know of how the file was read.
    """

    data: Any
    axes: tuple[RawAxis, RawAxis]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    is_colour: bool = False
    dataset: str = ""
    datasets: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def frames_shape(self) -> tuple[int, ...]:
        """Shape of the series of frames or of the scan, empty for a single image."""
        return tuple(int(size) for size in self.data.shape[: -3 if self.is_colour else -2])


class FrameStack:
    """Frames that are decoded when they are asked for.

    Parameters
    ----------
    frames_shape
        Shape of the stack without the image's own axes.
    image_shape
        (height, width) or (height, width, colours).
    dtype
        Of the decoded frames.
    decode
        Returns the frame of a running number.
    """

    def __init__(
        self,
        frames_shape: tuple[int, ...],
        image_shape: tuple[int, ...],
        dtype: npt.DTypeLike,
        decode: Callable[[int], npt.NDArray[Any]],
    ) -> None:
        self.shape = (*frames_shape, *image_shape)
        self.dtype = np.dtype(dtype)
        self.ndim = len(self.shape)
        self._frames_shape = frames_shape
        self._decode = decode

    def __getitem__(self, index: tuple[int, ...]) -> npt.NDArray[Any]:
        """Return one frame; the index has one number for each axis of the stack."""
        number = 0
        for position, size in zip(index, self._frames_shape, strict=True):
            number = number * size + position
        return self._decode(number)

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return math.prod(self._frames_shape)


def plain_axes(shape_yx: tuple[int, ...]) -> tuple[RawAxis, RawAxis]:
    """Return the axes of an image whose file states no scale."""
    return RawAxis(int(shape_yx[0])), RawAxis(int(shape_yx[1]))
