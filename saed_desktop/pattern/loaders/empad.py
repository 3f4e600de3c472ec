"""Raw frames of the EMPAD detector: 32-bit floats without a header, 130 rows of which 128 count."""

import re
from functools import partial
from pathlib import Path

import numpy as np

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.loaders.rosetta import load_rosetta
from saed_desktop.pattern.raw_image import FrameStack, RawImage, plain_axes

_SIDE_PX, _STORED_ROWS = 128, 130
_FRAME_BYTES = _SIDE_PX * _STORED_ROWS * 4


def is_empad_size(n_bytes: int) -> bool:
    """Tell whether a file is as long as some number of whole frames."""
    return n_bytes > 0 and n_bytes % _FRAME_BYTES == 0


def load_empad(path: Path, dataset: str | None) -> RawImage:
    """Load EMPAD frames; a `.xml` file of the same name beside them has their scale.

    Raises
    ------
    UnreadablePatternError
        If the size is not that of whole frames.
    """
    described = _description(path)
    if described is not None:
        return load_rosetta(described, dataset, "rsciio.empad")
    n_bytes = path.stat().st_size
    if not is_empad_size(n_bytes):
        raise UnreadablePatternError(
            f"{path.name} has no header and not the size of EMPAD frames (128 × 130 pixels); "
            "save it in a format that states its size."
        )
    n_frames = n_bytes // _FRAME_BYTES
    scan = re.search(r"x(\d+)_y(\d+)", path.stem)
    frames_shape: tuple[int, ...] = (n_frames,) if n_frames > 1 else ()
    if scan and n_frames > 1 and int(scan.group(1)) * int(scan.group(2)) == n_frames:
        frames_shape = (int(scan.group(2)), int(scan.group(1)))
    image_shape = (_SIDE_PX, _SIDE_PX)
    stack = FrameStack(frames_shape, image_shape, "<f4", partial(_frame, path))
    return RawImage(stack if frames_shape else stack[()], plain_axes(image_shape))


def _description(path: Path) -> Path | None:
    if path.suffix.lower() == ".xml":
        return path
    for beside in sorted(path.parent.glob("*.xml")):
        text = beside.read_bytes()[:2_000_000]
        if path.name.encode() in text:
            return beside
    return None


def _frame(path: Path, number: int) -> np.ndarray:
    with path.open("rb") as stream:
        stream.seek(number * _FRAME_BYTES)
        raw = stream.read(_FRAME_BYTES)
    return np.frombuffer(raw, "<f4").reshape(_STORED_ROWS, _SIDE_PX)[:_SIDE_PX]
