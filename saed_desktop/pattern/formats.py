"""File formats, recognised by content, and their loaders."""

import importlib
import logging
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from saed_desktop.errors import SaedError, UnreadablePatternError
from saed_desktop.pattern.loaders.empad import is_empad_size
from saed_desktop.pattern.quiet import quiet_libraries
from saed_desktop.pattern.raw_image import RawImage
from saed_desktop.pattern.signatures import HEAD_BYTES, advice_for, format_name

_LOADERS = "saed_desktop.pattern.loaders"


@dataclass(frozen=True)
class FileFormat:
    """One family of files and how it is recognised and read.

    Parameters
    ----------
    name
        For people.
    suffixes
        File endings, lower case, with the dot.
    loader
        Module of `loaders` and function in it, with a dot between.
    reader
        Module of RosettaSciIO that the loader uses, empty where it uses none.
    """

    name: str
    suffixes: tuple[str, ...]
    loader: str
    reader: str = ""


FORMATS = (
    FileFormat(
        "DigitalMicrograph",
        (".dm3", ".dm4"),
        "checked.load_digital_micrograph",
        "rsciio.digitalmicrograph",
    ),
    FileFormat("EMD (Velox or NCEM)", (".emd",), "hdf5.load_hdf5", "rsciio.emd"),
    FileFormat("TIA", (".emi", ".ser"), "rosetta.load_tia", "rsciio.tia"),
    FileFormat("MRC", (".mrc", ".mrcs", ".st", ".map"), "mrc.load_mrc", "rsciio.mrc"),
    FileFormat("TVIPS", (".tvips",), "checked.load_tvips", "rsciio.tvips"),
    FileFormat("NanoMegas block file", (".blo",), "blockfile.load_blockfile", "rsciio.blockfile"),
    FileFormat(
        "Quantum Detectors (MIB)", (".mib",), "merlin.load_merlin", "rsciio.quantumdetector"
    ),
    FileFormat("HyperSpy", (".hspy",), "hdf5.load_hdf5", "rsciio.hspy"),
    FileFormat("HDF5", (".h5", ".hdf5", ".nxs", ".nx5", ".cxi", ".de5"), "hdf5.load_hdf5"),
    FileFormat("EMPAD", (".raw",), "empad.load_empad", "rsciio.empad"),
    FileFormat("SMV", (".img", ".smv"), "smv.load_smv"),
    FileFormat("CBF", (".cbf",), "cbf.load_cbf"),
    FileFormat("NumPy", (".npy", ".npz"), "arrays.load_array"),
    FileFormat("TIFF", (".tif", ".tiff"), "tiff.load_tiff", "rsciio.tiff"),
    FileFormat("PNG", (".png",), "picture.load_picture"),
    FileFormat("JPEG", (".jpg", ".jpeg"), "picture.load_picture"),
    FileFormat("JPEG 2000", (".jp2", ".j2k", ".jpx"), "picture.load_jpeg_2000"),
    FileFormat("BMP", (".bmp",), "picture.load_picture"),
    FileFormat("GIF", (".gif",), "picture.load_picture"),
    FileFormat("WebP", (".webp",), "picture.load_picture"),
    FileFormat("PGM", (".pgm", ".ppm", ".pnm"), "picture.load_portable_map"),
    FileFormat("gzip", (), ""),
)

PATTERN_SUFFIXES = tuple(suffix for fmt in FORMATS for suffix in fmt.suffixes)
"""Every file ending that is looked for in a folder."""

_BY_NAME = {fmt.name: fmt for fmt in FORMATS}


_SHARED_ENDINGS = (".st", ".map", ".img", ".raw")
"""Endings that other kinds of files have too: in a folder only their content is believed."""


_ADVICE_BY_ENDING = {
    ".zspy": "is a HyperSpy file in zarr's form, which is not read here; save it as .hspy.",
    ".zarr": "is a zarr store, which is not read here; save the pattern as .hspy or TIFF.",
    ".gtg": "is the header of a raw Gatan K2 recording, which is not read here; save it as DM4 "
    "with DigitalMicrograph.",
}
"""Kinds of files that no library here reads, by their endings, and what to do instead."""

FOLDER_SUFFIXES = (".zspy", ".zarr")
"""Endings of files that are folders."""


def is_pattern_file(path: Path) -> bool:
    """Tell whether a file of a folder is to be read, by its ending and, where many share it, more.

    Of a packed file the inner ending counts.
    """
    suffix = path.suffix.lower()
    if suffix == ".gz":
        return Path(path.stem).suffix.lower() in PATTERN_SUFFIXES
    if suffix in _SHARED_ENDINGS:
        try:
            return sniff(path).name != "EMPAD" or is_empad_size(path.stat().st_size)
        except (UnreadablePatternError, OSError):
            return False
    return suffix in PATTERN_SUFFIXES


def sniff(path: Path) -> FileFormat:
    """Return the format of a file by its first bytes, by its ending where bytes do not tell.

    A renamed file is thus read for what it is.

    Raises
    ------
    UnreadablePatternError
        If the file is missing, empty, a folder, or of no known format.
    """
    try:
        # a pipe or a device would be waited for
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise UnreadablePatternError(f"{path.name} is no file but a pipe or a device.")
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        n_bytes = path.stat().st_size
    except FileNotFoundError as error:
        raise UnreadablePatternError(f"There is no file {path.name}.") from error
    except IsADirectoryError as error:
        advice = _ADVICE_BY_ENDING.get(path.suffix.lower(), "is a folder.")
        raise UnreadablePatternError(f"{path.name} {advice}") from error
    except OSError as error:
        raise UnreadablePatternError(f"{path.name} cannot be opened: {error.strerror}.") from error
    if not head:
        raise UnreadablePatternError(f"{path.name} is empty.")
    name = format_name(head, n_bytes, path.suffix.lower())
    if name:
        return _BY_NAME[name]
    advice = advice_for(head) or _ADVICE_BY_ENDING.get(path.suffix.lower(), "")
    if advice:
        raise UnreadablePatternError(f"{path.name} {advice}")
    suffix = path.suffix.lower()
    if suffix in PATTERN_SUFFIXES:
        raise UnreadablePatternError(
            f"{path.name} is not a {suffix.lstrip('.').upper()} file, whatever its name says."
        )
    known = ", ".join(sorted({s.lstrip(".").upper() for s in PATTERN_SUFFIXES}))
    raise UnreadablePatternError(f"{path.name} is of no known image format ({known}).")


def load(path: Path, dataset: str | None = None) -> RawImage:
    """Load a file with the library for its format.

    Parameters
    ----------
    path
        The file; its content decides, not its ending.
    dataset
        Which of several datasets, by name or by number from 1; the likeliest pattern where None.

    Raises
    ------
    UnreadablePatternError
        If the file is damaged or holds no two-dimensional image.
    UsageError
        If it has no such dataset.
    """
    fmt = sniff(path)
    try:
        with quiet_libraries():
            if fmt.name == "gzip":
                return _load_packed(path, dataset)
            module, _, function = fmt.loader.partition(".")
            loader = getattr(importlib.import_module(f"{_LOADERS}.{module}"), function)
            image: RawImage = loader(path, dataset)
            return image
    except SaedError:
        raise
    except MemoryError as error:
        raise UnreadablePatternError(f"{path.name} does not fit into memory.") from error
    except Exception as error:  # the readers raise anything at all on a damaged file
        logging.getLogger(__name__).debug("%s could not be read", path, exc_info=True)
        raise UnreadablePatternError(
            f"{path.name} is damaged or not a complete {fmt.name} file."
        ) from error


def _load_packed(path: Path, dataset: str | None) -> RawImage:
    from saed_desktop.pattern.loaders.packed import unpacked

    with unpacked(path) as inner:
        if sniff(inner).name == "gzip":
            raise UnreadablePatternError(f"{path.name} is packed twice.")
        image = load(inner, dataset)
        # the unpacked file is about to go: what would be read later is read now
        if hasattr(image.data, "n_frames"):
            frames_shape = image.data.shape[: -3 if image.is_colour else -2]
            frames = [image.data[index] for index in np.ndindex(*frames_shape)]
            return replace(image, data=np.reshape(frames, image.data.shape))
        return replace(image, data=np.array(image.data))
