"""CBF images (CIF-style binary): a text header, then numbers as byte offsets (miniCBF)."""

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.loaders.detector_scale import detector_axes, detector_facts, number_in
from saed_desktop.pattern.raw_image import LARGEST_IMAGE_PX, RawImage

_START_OF_DATA = b"\x0c\x1a\x04\xd5"
_PLAIN_TYPES = {
    '"signed 32-bit integer"': "i4",
    '"unsigned 32-bit integer"': "u4",
    '"signed 16-bit integer"': "i2",
    '"unsigned 16-bit integer"': "u2",
    '"signed 32-bit real IEEE"': "f4",
}


def is_cbf(head: bytes) -> bool:
    """Tell whether a file starts as a CBF file does."""
    return head.lstrip().startswith(b"###CBF") or b"_array_data.header_convention" in head


def load_cbf(path: Path, dataset: str | None) -> RawImage:
    """Load a CBF image with the scale that wavelength, distance and pixel size give.

    Raises
    ------
    UnreadablePatternError
        If it ends early or is compressed in a way that is not read.
    """
    del dataset
    content = path.read_bytes()
    marker = content.find(_START_OF_DATA)
    if marker < 0:
        raise UnreadablePatternError(f"{path.name} is a CBF file without an image.")
    header = content[:marker].decode("latin-1")
    width = int(number_in(header, r"X-Binary-Size-Fastest-Dimension:\s*") or 0)
    height = int(number_in(header, r"X-Binary-Size-Second-Dimension:\s*") or 0)
    size = int(number_in(header, r"X-Binary-Size:\s*") or len(content))
    if not 0 < width * height <= LARGEST_IMAGE_PX:
        raise UnreadablePatternError(f"{path.name} is a CBF file without an image.")
    raw = content[marker + len(_START_OF_DATA) :][:size]
    conversion = re.search(r'conversions\s*=\s*"([^"]+)"', header)
    method = conversion.group(1).lower() if conversion else "x-cbf_none"
    if method == "x-cbf_byte_offset":
        data = _byte_offsets(raw, width * height)
    elif method == "x-cbf_none":
        kind = re.search(r"X-Binary-Element-Type:\s*(\"[^\"]+\")", header)
        data = np.frombuffer(raw, "<" + _PLAIN_TYPES.get(kind.group(1) if kind else "", "i4"))
    else:
        raise UnreadablePatternError(
            f"{path.name} is a CBF file compressed as {method}, which is not read."
        )
    if len(data) < width * height:
        raise UnreadablePatternError(f"{path.name} ends early: a part of its image is missing.")
    wavelength = number_in(header, r"#\s*Wavelength\s*[=:]?\s*")
    distance_m = number_in(header, r"#\s*Detector_distance\s*[=:]?\s*")
    pixel_m = number_in(header, r"#\s*Pixel_size\s*[=:]?\s*")
    distance_mm = distance_m * 1000 if distance_m else None
    image = data[: width * height].reshape(height, width)
    return RawImage(
        image,
        detector_axes(image.shape, wavelength, distance_mm, pixel_m * 1000 if pixel_m else None),
        detector_facts(wavelength, distance_mm),
    )


def _byte_offsets(raw: bytes, count: int) -> npt.NDArray[np.int64]:
    """Return the numbers (n,) of a stream of differences.

    A difference is one byte; -128 announces two bytes, -32768 in these four, and -2³¹ eight
    (International Tables G, section 5.6.3.2). Most differences are one byte, so the stream is
    taken in runs between the announcements.
    """
    differences = np.zeros(count, dtype=np.int64)
    stream = np.frombuffer(raw, np.int8)
    escapes = np.flatnonzero(stream == -128)
    filled, position, next_escape = 0, 0, 0
    while filled < count and position < len(stream):
        while next_escape < len(escapes) and escapes[next_escape] < position:
            next_escape += 1
        stop = int(escapes[next_escape]) if next_escape < len(escapes) else len(stream)
        run = min(stop - position, count - filled)
        differences[filled : filled + run] = stream[position : position + run]
        filled, position = filled + run, position + run
        if position < stop or position >= len(stream) or filled >= count:
            continue
        value, position = _wide_difference(raw, position + 1)
        differences[filled] = value
        filled += 1
    return np.cumsum(differences[:filled])


def _wide_difference(raw: bytes, position: int) -> tuple[int, int]:
    for n_bytes in (2, 4, 8):
        value = int.from_bytes(raw[position : position + n_bytes], "little", signed=True)
        position += n_bytes
        if n_bytes == 8 or value != -(1 << (8 * n_bytes - 1)):
            break
    return value, position
