"""Files that RosettaSciIO reads, and which of their signals is the pattern."""

import gc
import importlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.datasets import Candidate, choose
from saed_desktop.pattern.deferred_imports import deferred_imports
from saed_desktop.pattern.metadata import file_metadata
from saed_desktop.pattern.raw_image import RawAxis, RawImage

LAZY_ABOVE_BYTES = 256_000_000
"""Files of many frames beyond this size are opened without loading them whole."""

_ENERGY_UNITS = ("ev", "kev")


def read_signals(path: Path, reader_name: str, **options: Any) -> Sequence[Mapping[str, Any]]:
    """Return the signals of a file as RosettaSciIO gives them.

    Parameters
    ----------
    path
        The file.
    reader_name
        Module of RosettaSciIO.
    options
        Of its `file_reader`.
    """
    with deferred_imports():
        reader = importlib.import_module(reader_name)
    if path.stat().st_size > LAZY_ABOVE_BYTES:
        options["lazy"] = True
    try:
        signals: Sequence[Mapping[str, Any]] = reader.file_reader(str(path), **options)
        return signals
    except Exception as error:
        logging.getLogger(__name__).debug("%s could not be read", path, exc_info=True)
        failure = error.with_traceback(None)
    # the reader leaves the file open in the frames of its failure; on Windows nobody could
    # move or delete it until they are collected
    gc.collect()
    raise failure


def load_rosetta(path: Path, dataset: str | None, reader_name: str, **options: Any) -> RawImage:
    """Load a file with a reader of RosettaSciIO.

    Raises
    ------
    UnreadablePatternError
        If the file holds no two-dimensional image.
    """
    return chosen_image(read_signals(path, reader_name, **options), path, dataset)


def load_velox_or_ncem(path: Path, dataset: str | None) -> RawImage:
    """Load an EMD file; spectrum streams of Velox, which are large, are left alone."""
    return load_rosetta(path, dataset, "rsciio.emd", select_type="images")


def load_tia(path: Path, dataset: str | None) -> RawImage:
    """Load a TIA file; what a `.ser` lacks is taken from the `.emi` beside it."""
    reader_name = "rsciio.tia"
    if path.suffix.lower() == ".ser":
        companion = emi_of(path)
        if companion is not None:
            signals = read_signals(companion, reader_name)
            own = [s for s in signals if _original_name(s).casefold() == path.name.casefold()]
            if own:
                return chosen_image(own, path, dataset)
    signals = read_signals(path, reader_name)
    if not signals and path.suffix.lower() == ".emi":
        raise UnreadablePatternError(
            f"{path.name} holds no image itself; its {path.stem}_1.ser is not beside it."
        )
    return chosen_image(signals, path, dataset)


def emi_of(path: Path) -> Path | None:
    """Return the `.emi` that belongs to a `.ser`, None where there is none beside it."""
    stem = path.stem.rpartition("_")[0]
    if path.suffix.lower() != ".ser" or not stem:
        return None
    beside = (path.with_name(stem + ending) for ending in (".emi", ".EMI"))
    return next((file for file in beside if file.exists()), None)


def chosen_image(signals: Sequence[Mapping[str, Any]], path: Path, dataset: str | None) -> RawImage:
    """Return the signal that the user names, or the likeliest pattern among the images."""
    images = [image for s in signals if (image := _image(s)) is not None]
    if not images:
        raise UnreadablePatternError(f"{path.name} holds no two-dimensional image.")
    candidates = [
        Candidate(
            image.dataset, (image.axes[0].size, image.axes[1].size), image.data.dtype,
            image.axes[1].unit, image.is_colour,
        )
        for image in images
    ]  # fmt: skip
    choice = choose(candidates, dataset, path.name)
    return replace(images[choice.index], dataset=choice.name, datasets=choice.names)


def _image(signal: Mapping[str, Any]) -> RawImage | None:
    """Return a signal as an image, None where it is a spectrum or a number."""
    data = signal.get("data")
    if data is None or getattr(data, "ndim", 0) < 2:
        return None
    is_colour = data.dtype.fields is not None
    if is_colour:
        names = [n for n in ("R", "G", "B") if n in data.dtype.fields]
        data = np.stack([np.asarray(data[name]) for name in names], axis=-1)
    axes = [axis for axis in signal["axes"] if "size" in axis]
    if len(axes) == data.ndim and is_colour:
        axes = axes[:-1]
    if len(axes) < 2 or _unit_text(axes[-1].get("units")).lower() in _ENERGY_UNITS:
        return None
    y, x = (
        RawAxis(int(a["size"]), float(a.get("scale", 1.0)), _unit_text(a.get("units")))
        for a in axes[-2:]
    )
    name = str(_general(signal).get("title") or "") or _original_name(signal)
    return RawImage(data, (y, x), file_metadata(signal), is_colour, dataset=name)


def _general(signal: Mapping[str, Any]) -> Mapping[str, Any]:
    general = (signal.get("metadata") or {}).get("General")
    return general if isinstance(general, Mapping) else {}


def _original_name(signal: Mapping[str, Any]) -> str:
    return str(_general(signal).get("original_filename") or "")


def _unit_text(unit: object) -> str:
    # traits of HyperSpy files come as '<undefined>'
    text = "" if unit is None else str(unit)
    return "" if "undefined" in text.lower() else text
