"""Which format a file has, by its content, and what the library that reads it returns."""

import contextlib
import gc
import importlib
import logging
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.deferred_imports import deferred_imports
from saed_desktop.pattern.file_facts import file_facts
from saed_desktop.pattern.whole_files import whole_files

LAZY_ABOVE_BYTES = 256_000_000
"""Files of many frames beyond this size are opened without loading them whole."""

_LARGEST_IMAGE_PX = 400_000_000


@dataclass(frozen=True)
class FileFormat:
    """One family of files and how it is recognised and read.

    Parameters
    ----------
    name
        For people.
    suffixes
        File endings, lower case, with the dot.
    reader
        Module of RosettaSciIO, or "pillow".
    """

    name: str
    suffixes: tuple[str, ...]
    reader: str


FORMATS = (
    FileFormat("DigitalMicrograph", (".dm3", ".dm4"), "rsciio.digitalmicrograph"),
    FileFormat("EMD (Velox or NCEM)", (".emd",), "rsciio.emd"),
    FileFormat("TIA", (".emi", ".ser"), "rsciio.tia"),
    FileFormat("MRC", (".mrc", ".mrcs"), "rsciio.mrc"),
    FileFormat("TVIPS", (".tvips",), "rsciio.tvips"),
    FileFormat("NanoMegas block file", (".blo",), "rsciio.blockfile"),
    FileFormat("Quantum Detectors (MIB)", (".mib",), "rsciio.quantumdetector"),
    FileFormat("HyperSpy", (".hspy",), "rsciio.hspy"),
    FileFormat("TIFF", (".tif", ".tiff"), "rsciio.tiff"),
    FileFormat("PNG", (".png",), "pillow"),
    FileFormat("JPEG", (".jpg", ".jpeg"), "pillow"),
    FileFormat("BMP", (".bmp",), "pillow"),
)

PATTERN_SUFFIXES = tuple(suffix for fmt in FORMATS for suffix in fmt.suffixes)
"""Every file ending that is looked for in a folder."""

_BY_NAME = {fmt.name: fmt for fmt in FORMATS}


@dataclass(frozen=True)
class RawAxis:
    """One axis as the file states it."""

    size: int
    scale: float
    unit: str


@dataclass(frozen=True, eq=False)
class RawImage:
    """What a library returned, before anything of ours is decided.

    Parameters
    ----------
    data
        Array (..., height, width) or (..., height, width, 3 or 4) for colour; numpy or dask.
    axes
        One entry per axis of the image itself: y, then x.
    facts
        What the file says, by dotted names of HyperSpy's metadata tree.
    is_colour
        Whether the last axis holds colours.
    """

    data: Any
    axes: tuple[RawAxis, RawAxis]
    facts: Mapping[str, Any] = field(default_factory=dict)
    is_colour: bool = False


def sniff(path: Path) -> FileFormat:
    """Return the format of a file by its first bytes, by its ending where bytes do not tell.

    A renamed file is thus read for what it is.

    Raises
    ------
    UnreadablePatternError
        If the file is missing, empty, a folder, or of no known format.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(1024)
    except FileNotFoundError as error:
        raise UnreadablePatternError(f"There is no file {path.name}.") from error
    except IsADirectoryError as error:
        raise UnreadablePatternError(f"{path.name} is a folder.") from error
    except OSError as error:
        raise UnreadablePatternError(f"{path.name} cannot be opened: {error.strerror}.") from error
    if not head:
        raise UnreadablePatternError(f"{path.name} is empty.")
    by_content = _by_content(head, path.suffix.lower())
    if by_content is not None:
        return by_content
    for fmt in FORMATS:
        if path.suffix.lower() in fmt.suffixes and fmt.name in ("TVIPS", "MRC", "TIA"):
            return fmt
    known = ", ".join(sorted({s.lstrip(".").upper() for s in PATTERN_SUFFIXES}))
    if path.suffix.lower() in PATTERN_SUFFIXES:
        raise UnreadablePatternError(
            f"{path.name} is not a {path.suffix.lstrip('.').upper()} file, whatever its name says."
        )
    raise UnreadablePatternError(f"{path.name} is of no known image format ({known}).")


def _by_content(head: bytes, suffix: str) -> FileFormat | None:
    if head.startswith(b"\x89HDF\r\n\x1a\n"):
        return _BY_NAME["HyperSpy" if suffix == ".hspy" else "EMD (Velox or NCEM)"]
    signatures = (
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"BM", "BMP"),
        (b"IMGBLO", "NanoMegas block file"),
        (b"MQ1,", "Quantum Detectors (MIB)"),
        (b"\x00\x00\x00\x03", "DigitalMicrograph"),
        (b"\x00\x00\x00\x04", "DigitalMicrograph"),
        (b"II*\x00", "TIFF"),
        (b"MM\x00*", "TIFF"),
        (b"II+\x00", "TIFF"),
        (b"MM\x00+", "TIFF"),
        (b"II\x97\x01", "TIA"),
        (b"JL\x20\x02", "TIA"),
    )
    for signature, name in signatures:
        if head.startswith(signature):
            return _BY_NAME[name]
    if head[208:212] == b"MAP ":
        return _BY_NAME["MRC"]
    return None


def load(path: Path) -> RawImage:
    """Load a file with the library for its format.

    Raises
    ------
    UnreadablePatternError
        If the file is damaged or holds no two-dimensional image.
    """
    fmt = sniff(path)
    try:
        if fmt.reader == "pillow":
            return _load_pillow(path)
        return _load_rsciio(path, fmt)
    except UnreadablePatternError:
        raise
    except MemoryError as error:
        raise UnreadablePatternError(f"{path.name} does not fit into memory.") from error
    except Exception as error:  # the readers raise anything at all on a damaged file
        raise UnreadablePatternError(
            f"{path.name} is damaged or not a complete {fmt.name} file."
        ) from error


def _load_pillow(path: Path) -> RawImage:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = _LARGEST_IMAGE_PX
    with warnings.catch_warnings(), Image.open(path) as image:
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        upright = ImageOps.exif_transpose(image)
        if upright.mode in ("P", "RGBA", "LA", "PA", "CMYK", "YCbCr", "1"):
            upright = upright.convert("RGB" if upright.mode != "1" else "L")
        data = np.asarray(upright)
    is_colour = data.ndim == 3
    height, width = data.shape[:2]
    # a resolution in dots per inch is about paper, not about the detector: it is not read
    axes = (RawAxis(height, 1.0, ""), RawAxis(width, 1.0, ""))
    return RawImage(data, axes, {}, is_colour)


def _load_rsciio(path: Path, fmt: FileFormat) -> RawImage:
    # its own handler would write warnings to standard error in the middle of our output
    logging.getLogger("rsciio").setLevel(logging.ERROR)
    with deferred_imports():
        reader = importlib.import_module(fmt.reader)
    options: dict[str, Any] = {}
    if path.stat().st_size > LAZY_ABOVE_BYTES:
        options["lazy"] = True
    is_whole = fmt.name == "MRC" and "lazy" not in options
    with warnings.catch_warnings(), whole_files() if is_whole else contextlib.nullcontext():
        warnings.simplefilter("ignore")
        failure: Exception | None = None
        try:
            return _first_image(reader.file_reader(str(path), **options), path)
        except Exception as error:
            logging.getLogger(__name__).debug("%s could not be read", path, exc_info=True)
            failure = error.with_traceback(None)
        # the reader leaves the file open in the frames of its failure; on Windows nobody could
        # move or delete it until they are collected
        gc.collect()
    if fmt.name == "TIFF":
        # compressed TIFFs that need a codec tifffile lacks
        return _load_pillow(path)
    raise failure


def _first_image(signals: Sequence[Mapping[str, Any]], path: Path) -> RawImage:
    """Return the signal that is an image: the one with the most pixels."""
    images = [s for s in signals if getattr(s.get("data"), "ndim", 0) >= 2]
    if not images:
        raise UnreadablePatternError(f"{path.name} holds no two-dimensional image.")
    signal = max(images, key=lambda s: int(np.prod(s["data"].shape[-2:])))
    data = signal["data"]
    is_colour = data.dtype.fields is not None
    if is_colour:
        names = [n for n in ("R", "G", "B") if n in data.dtype.fields]
        data = np.stack([np.asarray(data[name]) for name in names], axis=-1)
    elif data.ndim == 3 and data.shape[-1] in (3, 4) and data.shape[0] > 4:
        is_colour = True
    axes = [axis for axis in signal["axes"] if "size" in axis]
    if is_colour and len(axes) == data.ndim:
        axes = axes[:-1]
    if len(axes) < 2:
        raise UnreadablePatternError(f"{path.name} holds no two-dimensional image.")
    unit = _imagej_unit(signal)
    y, x = (
        RawAxis(
            int(axis["size"]), float(axis.get("scale", 1.0)), _unit_text(axis.get("units")) or unit
        )
        for axis in axes[-2:]
    )
    return RawImage(data, (y, x), file_facts(signal), is_colour)


def _imagej_unit(signal: Mapping[str, Any]) -> str:
    """Return the unit that ImageJ wrote into a TIFF; RosettaSciIO takes its scale but not that."""
    text = str(signal.get("original_metadata", {}).get("ImageDescription", ""))
    lines = text.splitlines() if text.startswith("ImageJ=") else []
    return next((line[5:].strip() for line in lines if line.startswith("unit=")), "")


def _unit_text(unit: object) -> str:
    # traits of HyperSpy files come as '<undefined>'
    text = "" if unit is None else str(unit)
    return "" if "undefined" in text.lower() else text
