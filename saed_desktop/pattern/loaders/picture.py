"""Pictures as photographs, screens and figures have them: PNG, JPEG, BMP, GIF, WebP, JPEG 2000."""

import struct
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.raw_image import LARGEST_IMAGE_PX, FrameStack, RawImage, plain_axes

Array = npt.NDArray[Any]

_SHOWN_IN_COLOUR = ("P", "RGBA", "RGBX", "RGBa", "LA", "La", "PA", "CMYK", "YCbCr", "LAB", "HSV")
_PNG_SIZE, _PNG_DEPTH, _PNG_COLOUR = 16, 24, 25
"""Offsets of the size, the bit depth and the colour type in a PNG file."""


def load_picture(path: Path, dataset: str | None) -> RawImage:
    """Load a picture; the pictures of an animation are its frames."""
    del dataset  # such files hold one picture or a row of them
    deep = _size_of_deep_png(path)
    if deep is not None:
        _check_size(path, *deep)
        return _deep(path, "png_decode")
    from PIL import Image

    # Pillow would call a large picture an attack; the size is checked here
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(path) as image:
        _check_size(path, *image.size)
        n_frames = int(getattr(image, "n_frames", 1)) if image.format in ("GIF", "WEBP") else 1
        first = _upright(image)
    is_colour = first.ndim == 3
    axes = plain_axes(first.shape)
    if n_frames == 1:
        # a resolution in dots per inch is about paper, not about the detector: it is not read
        return RawImage(first, axes, {}, is_colour)
    read = partial(_frame_of, path, first.shape)
    return RawImage(FrameStack((n_frames,), first.shape, first.dtype, read), axes, {}, is_colour)


def load_jpeg_2000(path: Path, dataset: str | None) -> RawImage:
    """Load a JPEG 2000 picture with all its bits."""
    del dataset
    return _deep(path, "jpeg2k_decode")


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > LARGEST_IMAGE_PX:
        raise UnreadablePatternError(
            f"{path.name} is damaged: it states {width} × {height} pixels."
        )


def _size_of_deep_png(path: Path) -> tuple[int, int] | None:
    """Return width and height of a PNG with 16 bits in several channels.

    Of these Pillow keeps eight; None for any other picture.
    """
    with path.open("rb") as stream:
        head = stream.read(_PNG_COLOUR + 1)
    is_png = head.startswith(b"\x89PNG\r\n\x1a\n") and len(head) > _PNG_COLOUR
    if not is_png or head[_PNG_DEPTH] != 16 or head[_PNG_COLOUR] == 0:
        return None
    width, height = struct.unpack(">II", head[_PNG_SIZE : _PNG_SIZE + 8])
    return int(width), int(height)


def _deep(path: Path, decoder: str) -> RawImage:
    import imagecodecs

    data = np.asarray(getattr(imagecodecs, decoder)(path.read_bytes()))
    if data.ndim == 3 and data.shape[-1] <= 2:
        data = data[..., 0]  # grey with transparency
    if data.ndim == 3:
        data = data[..., :3]
    return RawImage(data, plain_axes(data.shape), {}, data.ndim == 3)


def _upright(image: Any) -> Array:
    """Return the pixels as a viewer shows them; without its turn, which is the camera's, none."""
    from PIL import ImageOps

    shown = ImageOps.exif_transpose(image)
    if shown.mode in _SHOWN_IN_COLOUR:
        shown = shown.convert("RGB")
    elif shown.mode == "1":
        shown = shown.convert("L")
    return np.asarray(shown)


def _frame_of(path: Path, shape: tuple[int, ...], number: int) -> Array:
    from PIL import Image

    with Image.open(path) as image:
        image.seek(number)
        pixels = _upright(image)
    if pixels.ndim < len(shape):
        pixels = np.stack([pixels] * 3, axis=-1)
    return pixels[..., 0] if pixels.ndim > len(shape) else pixels


def load_portable_map(path: Path, dataset: str | None) -> RawImage:
    """Load a portable grey map or pixel map (PGM, PPM) with the numbers that it states.

    Notes
    -----
    The format is Netpbm's: width, height and the largest value in text, then big-endian numbers
    of one or two bytes, or text again in the plain variants.
    """
    del dataset
    content = path.read_bytes()
    kind = content[:2]
    numbers, position = _header_numbers(content, 3)
    width, height, highest = numbers
    n_colours = 3 if kind in (b"P3", b"P6") else 1
    if not 0 < width * height <= LARGEST_IMAGE_PX or not 0 < highest < 65536:
        raise UnreadablePatternError(f"{path.name} is damaged: its header makes no sense.")
    count = width * height * n_colours
    if kind in (b"P2", b"P3"):
        words = content[position:].split()
        flat = np.array(words[:count], dtype=np.float32)
    else:
        wide = np.dtype(">u2") if highest > 255 else np.dtype("u1")
        flat = np.frombuffer(content, wide, count=count, offset=position + 1)
    shape = (height, width, 3) if n_colours == 3 else (height, width)
    return RawImage(flat.reshape(shape), plain_axes(shape), {}, n_colours == 3)


def _header_numbers(content: bytes, count: int) -> tuple[list[int], int]:
    """Return the numbers after the two letters of a Netpbm file, and where they end."""
    numbers: list[int] = []
    position = 2
    while len(numbers) < count:
        while content[position : position + 1].isspace():
            position += 1
        if content[position : position + 1] == b"#":
            position = content.index(b"\n", position)
            continue
        start = position
        while content[position : position + 1].isdigit():
            position += 1
        numbers.append(int(content[start:position]))
    return numbers, position
