"""MRC files (MRC2014 and its relatives): images, stacks and movies of cameras.

The standard leaves open which row is on top. IMOD and the programs that write for it, SerialEM
among them, store the bottom row first and show it so, as Bio-Formats does for all files; the
cameras' own software (EPU's manual, appendix C; Instamatic; Direct Electron) stores the top row
first, as RosettaSciIO and mrcfile leave it. The header tells them apart: IMOD's stamp or the
extended header of SerialEM means bottom first, anything else top first.

The same stamp decides whether bytes have a sign (bit 0 of its flags); without it MRC2014 does,
by which they have one, unless the stated largest value is beyond 127.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.loaders.rosetta import load_rosetta
from saed_desktop.pattern.raw_image import LARGEST_IMAGE_PX, FrameStack, RawAxis, RawImage

_HEADER_BYTES = 1024
_IMOD_STAMP = 1146047817
_PIXELS = {1: "i2", 2: "f4", 4: "c8", 6: "u2", 12: "f2"}
_FOUR_BIT = 101
_RGB = 16
_MODES_WITHOUT_READER = {3: "complex 16-bit integers"}
_FEI_EXTENSIONS = (b"FEI1", b"FEI2")
_FEI_ENERGY_V, _FEI_PIXEL_X, _FEI_PIXEL_Y, _FEI_CAMERA_LENGTH_M = 84, 156, 164, 301
"""Offsets in the extended header (EPU's manual, appendix C, as mrcfile has them)."""
_BOTTOM_FIRST = "rows were turned: programs of the IMOD family store the bottom row first"


@dataclass(frozen=True)
class _Header:
    """The header in the first 1,024 bytes."""

    order: str
    size_xyz: tuple[int, int, int]
    mode: int
    pixel_angstrom_yx: tuple[float, float]
    lowest: float
    highest: float
    data_start: int
    extension: bytes
    imod_flags: int | None

    @property
    def is_bottom_first(self) -> bool:
        return self.imod_flags is not None or self.extension == b"SERI"

    def dtype(self) -> np.dtype[Any] | None:
        """Return the type of a pixel, None for a mode without one of its own."""
        if self.mode == 0:
            return np.dtype("i1" if self._bytes_have_sign() else "u1")
        name = _PIXELS.get(self.mode)
        return None if name is None else np.dtype(self.order + name)

    def _bytes_have_sign(self) -> bool:
        if self.imod_flags is not None:
            return bool(self.imod_flags & 1)
        return self.lowest < 0 or self.highest <= 127


def is_mrc(head: bytes, n_bytes: int) -> bool:
    """Tell whether a file starts with a header that makes sense, with or without its stamp."""
    header = _header(head)
    if header is None:
        return False
    # files from before the stamp of the year 2000: only sizes that fit exactly are believed
    return head[208:212] == b"MAP " or _data_bytes(header) + header.data_start == n_bytes


def load_mrc(path: Path, dataset: str | None) -> RawImage:
    """Load an MRC file.

    Raises
    ------
    UnreadablePatternError
        If it ends early or its numbers are of a kind that is not read.
    """
    if path.stem.endswith("_movie") and _has_info_file(path):
        # Direct Electron: the scan and the scales are in the text file beside it
        return load_rosetta(path, dataset, "rsciio.mrc")
    with path.open("rb") as stream:
        header = _header(stream.read(_HEADER_BYTES))
    if header is None:
        raise UnreadablePatternError(f"{path.name} is damaged or not a complete MRC file.")
    width, height, n_frames = header.size_xyz
    if width * height > LARGEST_IMAGE_PX:
        raise UnreadablePatternError(
            f"{path.name} is damaged: it states {width} × {height} pixels."
        )
    if header.mode in _MODES_WITHOUT_READER or _row_bytes(header) is None:
        kind = _MODES_WITHOUT_READER.get(header.mode, f"mode {header.mode}")
        raise UnreadablePatternError(
            f"{path.name} is an MRC file of {kind}, which this program does not read."
        )
    if path.stat().st_size < header.data_start + _data_bytes(header):
        raise UnreadablePatternError(f"{path.name} is damaged or not a complete MRC file.")
    image_shape = (height, width, 3) if header.mode == _RGB else (height, width)
    frames_shape = (n_frames,) if n_frames > 1 else ()
    dtype = header.dtype() or np.dtype("u1")
    stack = FrameStack(frames_shape, image_shape, dtype, lambda i: _frame(path, header, i))
    axes, metadata = _axes_and_facts(path, header)
    return RawImage(
        stack if frames_shape else stack[()],
        axes,
        metadata,
        header.mode == _RGB,
        remarks=(_BOTTOM_FIRST,) if header.is_bottom_first else (),
    )


def _axes_and_facts(path: Path, header: _Header) -> tuple[tuple[RawAxis, RawAxis], dict[str, Any]]:
    """Return the axes, and what the extended header of Thermo Fisher's cameras says.

    Its pixel size is in metres for images and in 1/m for diffraction patterns; no pixel of an
    image is longer than a metre, and none of a pattern is below one 1/m.
    """
    width, height, _ = header.size_xyz
    scale_y, scale_x = header.pixel_angstrom_yx
    # the standard knows lengths only; what cameras write there for patterns is not 1/Å
    axes = (RawAxis(height, scale_y / 10, "nm"), RawAxis(width, scale_x / 10, "nm"))
    if header.extension not in _FEI_EXTENSIONS:
        return axes, {}
    with path.open("rb") as stream:
        stream.seek(_HEADER_BYTES)
        block = stream.read(_FEI_CAMERA_LENGTH_M + 8)
    if len(block) < _FEI_CAMERA_LENGTH_M + 8:
        return axes, {}
    energy_v, pixel_x, pixel_y, camera_length_m = (
        struct.unpack_from(header.order + "d", block, offset)[0]
        for offset in (_FEI_ENERGY_V, _FEI_PIXEL_X, _FEI_PIXEL_Y, _FEI_CAMERA_LENGTH_M)
    )
    if min(pixel_x, pixel_y) > 1:
        axes = (RawAxis(height, pixel_y, "1/m"), RawAxis(width, pixel_x, "1/m"))
    metadata = {
        "Acquisition_instrument.TEM.beam_energy": abs(energy_v) / 1000,
        "Acquisition_instrument.TEM.camera_length": camera_length_m * 1000,
    }
    return axes, metadata


def _has_info_file(path: Path) -> bool:
    start = path.name.split("_movie")[0]
    return any(path.parent.glob(f"{start}*info.txt"))


def _header(head: bytes) -> _Header | None:
    """Read the header in the byte order in which it makes sense."""
    if len(head) < _HEADER_BYTES:
        return None
    stamped = {b"\x44\x44": "<", b"\x44\x41": "<", b"\x11\x11": ">"}.get(head[212:214])
    for order in dict.fromkeys((stamped or "<", "<", ">")):
        header = _header_in(head, order)
        if header is not None:
            return header
    return None


def _header_in(head: bytes, order: str) -> _Header | None:
    size = struct.unpack_from(order + "3i", head, 0)
    mode = struct.unpack_from(order + "i", head, 12)[0]
    extension_bytes = struct.unpack_from(order + "i", head, 92)[0]
    if not all(0 < n < 1_000_000 for n in size) or not 0 <= mode <= 200 or extension_bytes < 0:
        return None
    grid = struct.unpack_from(order + "3i", head, 28)
    cell = struct.unpack_from(order + "3f", head, 40)
    pixel = [c / n if n > 0 and np.isfinite(c) else 1.0 for c, n in zip(cell, grid, strict=True)]
    lowest, highest = struct.unpack_from(order + "2f", head, 76)
    stamp, flags = struct.unpack_from(order + "2i", head, 152)
    extension = head[104:108]
    return _Header(
        order, size, mode, (pixel[1], pixel[0]), lowest, highest, _HEADER_BYTES + extension_bytes,
        extension, flags if stamp == _IMOD_STAMP else None,
    )  # fmt: skip


def _row_bytes(header: _Header) -> int | None:
    """Return the bytes of one row, None for a mode that is not known."""
    width = header.size_xyz[0]
    if header.mode == _FOUR_BIT:
        return (width + 1) // 2
    if header.mode == _RGB:
        return 3 * width
    dtype = header.dtype()
    return None if dtype is None else width * dtype.itemsize


def _data_bytes(header: _Header) -> int:
    return (_row_bytes(header) or 0) * header.size_xyz[1] * header.size_xyz[2]


def _frame(path: Path, header: _Header, number: int) -> npt.NDArray[Any]:
    width, height, _ = header.size_xyz
    row_bytes = _row_bytes(header) or 0
    with path.open("rb") as stream:
        stream.seek(header.data_start + number * row_bytes * height)
        raw = np.frombuffer(stream.read(row_bytes * height), np.uint8).reshape(height, row_bytes)
    if header.mode == _FOUR_BIT:
        # the first pixel is in the lower half of each byte
        rows = np.stack([raw & 15, raw >> 4], axis=-1).reshape(height, -1)[:, :width]
    elif header.mode == _RGB:
        rows = raw.reshape(height, width, 3)
    else:
        rows = raw.view(header.dtype() or np.uint8)
    return rows[::-1] if header.is_bottom_first else rows
