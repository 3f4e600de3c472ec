"""Files whose structure is checked against their length before RosettaSciIO reads them."""

import struct
from pathlib import Path

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.loaders.dm_tags import check_tags
from saed_desktop.pattern.loaders.rosetta import load_rosetta
from saed_desktop.pattern.raw_image import LARGEST_IMAGE_PX, RawImage


def load_digital_micrograph(path: Path, dataset: str | None) -> RawImage:
    """Load a DM3 or DM4 file once its tags are known to fit into it."""
    check_tags(path)
    return load_rosetta(path, dataset, "rsciio.digitalmicrograph")


def load_tvips(path: Path, dataset: str | None) -> RawImage:
    """Load a TVIPS stream; its first part carries the header, the others go with it.

    Raises
    ------
    UnreadablePatternError
        If it is a later part of a stream, or its header states an impossible size.
    """
    with path.open("rb") as stream:
        head = stream.read(_TVIPS_HEADER_BYTES)
    if len(head) < _TVIPS_HEADER_BYTES:
        raise UnreadablePatternError(f"{path.name} is damaged or not a complete TVIPS file.")
    _size, version, width, height, depth = struct.unpack_from("<5i", head)
    sound = 0 < width * height <= LARGEST_IMAGE_PX and depth in (8, 16) and version in (1, 2)
    if not sound and not path.stem.endswith("_000"):
        raise UnreadablePatternError(
            f"{path.name} is a later part of a TVIPS stream; open the part that ends in _000."
        )
    if not sound:
        raise UnreadablePatternError(f"{path.name} is damaged or not a complete TVIPS file.")
    return load_rosetta(path, dataset, "rsciio.tvips")


_TVIPS_HEADER_BYTES = 256
