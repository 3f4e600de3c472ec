"""SMV images (ADSC and many electron detectors): a text header in braces, then 16-bit numbers."""

import re
from pathlib import Path

import numpy as np

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.loaders.detector_scale import detector_axes, detector_facts, number_in
from saed_desktop.pattern.raw_image import LARGEST_IMAGE_PX, RawImage

_TYPES = {
    "unsigned_short": "u2",
    "signed_short": "i2",
    "short": "i2",
    "unsigned_char": "u1",
    "unsigned_int": "u4",
    "unsigned_long": "u4",
    "signed_long": "i4",
    "long": "i4",
    "int": "i4",
    "float": "f4",
}


def is_smv(head: bytes) -> bool:
    """Tell whether a file starts as an SMV header does."""
    return re.match(rb"\s*\{\s*HEADER_BYTES\s*=\s*\d+\s*;", head) is not None


def load_smv(path: Path, dataset: str | None) -> RawImage:
    """Load an SMV image with the scale that wavelength, distance and pixel size give.

    Raises
    ------
    UnreadablePatternError
        If it ends early or states no size.
    """
    del dataset
    content = path.read_bytes()
    start = int(number_in(content[:64].decode("latin-1"), r"HEADER_BYTES\s*=\s*") or 0)
    entries = {
        name.strip().upper(): value.strip()
        for name, _, value in (
            line.partition("=") for line in content[:start].decode("latin-1").split(";")
        )
    }
    entries = {name.strip("{ \n\r"): value for name, value in entries.items()}
    try:
        width, height = int(entries["SIZE1"]), int(entries["SIZE2"])
    except (KeyError, ValueError) as error:
        raise UnreadablePatternError(f"{path.name} is an SMV file without a size.") from error
    kind = _TYPES.get(entries.get("TYPE", "unsigned_short").lower())
    if kind is None:
        raise UnreadablePatternError(
            f"{path.name} is an SMV file of type {entries['TYPE']}, which is not read."
        )
    order = ">" if entries.get("BYTE_ORDER", "little_endian").lower().startswith("big") else "<"
    dtype = np.dtype(order + kind)
    count = width * height
    if not 0 < count <= LARGEST_IMAGE_PX or len(content) < start + count * dtype.itemsize:
        raise UnreadablePatternError(f"{path.name} ends early: a part of its image is missing.")
    data = np.frombuffer(content, dtype, count=count, offset=start).reshape(height, width)
    wavelength = _positive(entries, "WAVELENGTH")
    distance, pixel = _positive(entries, "DISTANCE"), _positive(entries, "PIXEL_SIZE")
    return RawImage(
        data,
        detector_axes(data.shape, wavelength, distance, pixel),
        detector_facts(wavelength, distance),
    )


def _positive(entries: dict[str, str], name: str) -> float | None:
    return number_in(entries.get(name, ""), r"\s*")
