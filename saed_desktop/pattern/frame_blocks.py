"""All frames of a file in blocks that are read at once: a scan of thousands in one pass."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import IntArray
from saed_desktop.pattern.raw_image import FrameStack, RawImage

BLOCK_BYTES = 32_000_000
"""Size of a block of frames, where the file is not stored in larger pieces."""


@dataclass(frozen=True, eq=False)
class FrameBlock:
    """Some frames of a file.

    Parameters
    ----------
    frames
        Running numbers (n,), counted from 0.
    images
        Their images (n, height, width), with a last axis more for colours that are not yet grey.
    """

    frames: IntArray
    images: npt.NDArray[Any]


def frame_blocks(raw: RawImage, block_bytes: int = BLOCK_BYTES) -> Iterator[FrameBlock]:
    """Yield all frames of a dataset as they are stored, each once.

    Parameters
    ----------
    raw
        The dataset; what is stored in chunks is read chunk by chunk.
    block_bytes
        No block of decoded frames is larger, save one of a single frame.
    """
    frames_shape = raw.frames_shape
    image_shape = raw.data.shape[len(frames_shape) :]
    frame_bytes = math.prod(image_shape) * np.dtype(raw.data.dtype).itemsize
    most = max(1, block_bytes // max(frame_bytes, 1))
    if not frames_shape:
        yield FrameBlock(np.zeros(1, np.int64), np.asarray(raw.data)[None])
        return
    numbers = np.arange(math.prod(frames_shape)).reshape(frames_shape)
    for part in _parts(raw.data, frames_shape, most):
        frames = numbers[part].ravel()
        if isinstance(raw.data, FrameStack):
            places = [tuple(int(i) for i in np.unravel_index(f, frames_shape)) for f in frames]
            images = np.stack([np.asarray(raw.data[place]) for place in places])
        else:
            images = np.asarray(raw.data[part])
        yield FrameBlock(frames, images.reshape(len(frames), *image_shape))


def _parts(data: Any, frames_shape: tuple[int, ...], most: int) -> Iterator[tuple[slice, ...]]:
    """Yield slices of the axes of the frames that cut them into blocks of at most `most`."""
    chunks = getattr(data, "chunks", None)
    if chunks is None:
        sizes: list[tuple[int, ...]] = [(size,) for size in frames_shape]
    else:
        # an array of dask: a chunk is decoded whole, however little of it is wanted
        sizes = [tuple(int(n) for n in chunks[axis]) for axis in range(len(frames_shape))]
    for chunk in product(*(_spans(axis_sizes) for axis_sizes in sizes)):
        shape = [stop - start for start, stop in chunk]
        steps = _steps(shape, most)
        cut = [
            [
                slice(at, min(at + step, stop))
                for at in range(start, stop, step)
            ]
            for (start, stop), step in zip(chunk, steps, strict=True)
        ]  # fmt: skip
        yield from product(*cut)


def _spans(sizes: tuple[int, ...]) -> list[tuple[int, int]]:
    ends = np.cumsum(sizes)
    return [(int(end - size), int(end)) for end, size in zip(ends, sizes, strict=True)]


def _steps(shape: list[int], most: int) -> list[int]:
    """Return how far a block reaches along each axis: whole last axes as long as they fit."""
    steps, room = [], most
    for size in reversed(shape):
        step = max(1, min(size, room))
        steps.append(step)
        room = room // step if step == size else 1
    return steps[::-1]
