"""Merlin detectors (MIB): processed frames, and raw ones of one chip or of 2 × 2."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.loaders.rosetta import load_rosetta
from saed_desktop.pattern.raw_image import FrameStack, RawImage, plain_axes

_RAW = "R64"
_CHIP_PX = 256
_BYTES_OF_DEPTH = {1: 1 / 8, 6: 1, 12: 2, 24: 4}
_CHIPS = {"1x1": 1, "2x2": 4, "2x2G": 4}


def load_merlin(path: Path, dataset: str | None) -> RawImage:
    """Load MIB frames; the bottom row is stored first and turned to the top.

    Raises
    ------
    UnreadablePatternError
        If the frames are raw ones of chips in another arrangement than 1 × 1 or 2 × 2.
    """
    with path.open("rb") as stream:
        fields = stream.read(1024).split(b"\0")[0].decode("latin-1").split(",")
    if len(fields) < 9 or fields[6] != _RAW:
        return load_rosetta(path, dataset, "rsciio.quantumdetector")
    depth, arrangement = _depth(fields), fields[7].strip()
    n_chips = _CHIPS.get(arrangement, 0)
    if not n_chips or depth not in _BYTES_OF_DEPTH or (n_chips > 1 and depth == 24):
        raise UnreadablePatternError(
            f"{path.name} holds raw Merlin frames ({arrangement} chips, {depth} bits), which "
            "are not read; let the detector's software write processed ones."
        )
    head_bytes = int(fields[2])
    frame_bytes = head_bytes + int(n_chips * _CHIP_PX * _CHIP_PX * _BYTES_OF_DEPTH[depth])
    n_frames = path.stat().st_size // frame_bytes
    if not n_frames:
        raise UnreadablePatternError(f"{path.name} holds no complete image.")
    side = _CHIP_PX * (2 if n_chips == 4 else 1)
    decode = partial(_raw_frame, path, head_bytes, frame_bytes, depth)
    stack = FrameStack((n_frames,) if n_frames > 1 else (), (side, side), "u4", decode)
    return RawImage(stack if n_frames > 1 else stack[()], plain_axes((side, side)))


def _depth(fields: list[str]) -> int:
    """Return the counter's depth in bits: the last number of the MQ1A part."""
    numbers = [field.strip() for field in fields[12:] if field.strip().isdecimal()]
    return int(numbers[-1]) if numbers else 0


def _raw_frame(
    path: Path, head_bytes: int, frame_bytes: int, depth: int, number: int
) -> np.ndarray:
    """Return one raw frame: big-endian words of 64 bits, of which the lowest bits come first."""
    with path.open("rb") as stream:
        stream.seek(number * frame_bytes + head_bytes)
        words = np.frombuffer(stream.read(frame_bytes - head_bytes), ">u8").astype("<u8")
    pixels: npt.NDArray[Any]
    if depth == 1:
        pixels = np.unpackbits(words.view(np.uint8), bitorder="little")
    elif depth == 6:
        pixels = words.view(np.uint8)
    else:
        pixels = words.view("<u2")
    if depth == 24:
        # two counters of 12 bits, the higher one first
        high, low = pixels.reshape(2, -1).astype(np.uint32)
        pixels = (high << 12) + low
    of_chips = pixels.reshape(_CHIP_PX, -1, _CHIP_PX)
    image = of_chips[:, 0] if of_chips.shape[1] == 1 else _joined(of_chips)
    return image[::-1].astype(np.uint32)


def _joined(of_chips: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the frame (512, 512) of the rows of four chips (256, 4, 256).

    A row of the file holds one row of each chip, the last chip first; the two of the lower half
    of the frame are mounted the other way round (LiberTEM, `io/dataset/mib.py`).
    """
    fourth, third, second, first = np.moveaxis(of_chips, 1, 0)
    upper = np.hstack([first, second])
    lower = np.hstack([third[::-1, ::-1], fourth[::-1, ::-1]])
    return np.vstack([upper, lower])
