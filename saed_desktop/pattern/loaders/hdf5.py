"""HDF5 files: HyperSpy's, EMD, NeXus, DECTRIS, or a plain file with an image in it."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.datasets import Candidate, choose
from saed_desktop.pattern.loaders.detector_scale import detector_axes, detector_facts
from saed_desktop.pattern.loaders.hdf5_chunks import read_frame, unknown_filter
from saed_desktop.pattern.loaders.hdf5_heap import has_sound_heaps
from saed_desktop.pattern.loaders.hdf5_links import foreign_place, own_items
from saed_desktop.pattern.loaders.rosetta import load_rosetta, load_velox_or_ncem
from saed_desktop.pattern.raw_image import FrameStack, RawAxis, RawImage

_SMALLEST_SIDE_PX = 16
_MOST_DATASETS = 10_000

# masks, flat fields and the like lie beside the patterns and are none
_NO_PATTERNS = ("mask", "flatfield", "flat_field", "dark", "thumbnail", "countrate", "lookup")


def load_hdf5(path: Path, dataset: str | None) -> RawImage:
    """Load an HDF5 file by what is in it, whatever its ending.

    Raises
    ------
    UnreadablePatternError
        If it is damaged, holds no image, one compressed in a way that is not read, or one in
        another place than its own folder.
    """
    if not has_sound_heaps(path):
        raise UnreadablePatternError(
            f"{path.name} is damaged: a list of texts in it does not come to an end."
        )
    place = foreign_place(path)
    if place is not None:
        raise UnreadablePatternError(
            f"{path.name} wants to be read from {Path(place).name}, which is no file beside it."
        )
    with h5py.File(path, "r") as file:
        kind = _kind(file)
    if kind == "HyperSpy":
        return load_rosetta(path, dataset, "rsciio.hspy")
    if kind == "EMD":
        return load_velox_or_ncem(path, dataset)
    return _load_plain(path, dataset, kind)


def _kind(file: h5py.File) -> str:
    """Return which of the known layouts a file has."""
    if "Experiments" in file or _text(file.attrs.get("file_format")) == "HyperSpy":
        return "HyperSpy"
    is_velox = "Version" in file and isinstance(file["Version"], h5py.Dataset)
    tops = [file, *(item for item in file.values() if isinstance(item, h5py.Group))]
    # version 1 and later are py4DSTEM's own tree, which RosettaSciIO does not know
    versions = [top.attrs["version_major"] for top in tops if "version_major" in top.attrs]
    if is_velox or (versions and not int(versions[0])):
        return "EMD"
    classes = {_text(top.attrs.get("NX_class")) for top in tops}
    return "NeXus" if any(name.startswith("NX") for name in classes) else "HDF5"


def _load_plain(path: Path, dataset: str | None, kind: str) -> RawImage:
    with h5py.File(path, "r") as file:
        places = dict(_image_datasets(file))
        if not places:
            raise UnreadablePatternError(_without_image(file, path, kind))
        found = list(places.values())
        axes = [_axes(item) for item in found]
        candidates = [
            Candidate(
                _short_name(place), _shape_yx(item), item.dtype, pair[1].unit, _is_colour(item)
            )
            for (place, item), pair in zip(places.items(), axes, strict=True)
        ]
        choice = choose(candidates, dataset, path.name)
        chosen = found[choice.index]
        missing = unknown_filter(chosen)
        if missing:
            raise UnreadablePatternError(
                f"{path.name} is compressed with {missing}, which this program cannot read."
            )
        metadata, detector = _detector(file, _shape_yx(chosen))
        own = axes[choice.index]
        read = partial(_frame, path, list(places)[choice.index])
        stack = FrameStack(chosen.shape[:-2], chosen.shape[-2:], chosen.dtype, read)
        is_colour = _is_colour(chosen)
        if is_colour:
            data: Any = np.asarray(chosen[()])[..., :3]
        else:
            data = stack if chosen.ndim > 2 else read(0)
    return RawImage(
        data,
        own if own[1].unit else detector,
        metadata,
        is_colour,
        dataset=choice.name,
        datasets=choice.names,
    )


def _without_image(file: h5py.File, path: Path, kind: str) -> str:
    links = [item for _, item in own_items(file) if isinstance(item, h5py.ExternalLink)]
    lost = [Path(x.filename).name for x in links if not (path.parent / x.filename).exists()]
    if lost:
        return f"{path.name} keeps its images in {lost[0]}, which is not beside it."
    return f"{path.name} is {_article(kind)} file without an image."


def _article(kind: str) -> str:
    return f"an {kind}" if kind == "HDF5" else f"a {kind}"


def _short_name(place: str) -> str:
    """Return the last two parts of a place: the last alone is often just data."""
    return "/".join(place.split("/")[-2:])


def _image_datasets(file: h5py.File) -> Iterator[tuple[str, h5py.Dataset]]:
    """Yield place and dataset of what may be images; links to files that are gone are left out.

    The place is the way to it in this file; a dataset behind a link has another name in its own.
    """
    count = 0
    waiting: list[tuple[str, h5py.Group]] = [("", file)]
    seen: set[Any] = set()
    while waiting and count < _MOST_DATASETS:
        prefix, group = waiting.pop(0)
        if group.id in seen:
            continue
        seen.add(group.id)
        for name in sorted(group):
            count += 1
            try:
                item = group[name]
            except (KeyError, OSError):
                continue
            if isinstance(item, h5py.Group):
                waiting.append((f"{prefix}{name}/", item))
            elif isinstance(item, h5py.Dataset) and _may_be_pattern(item, name):
                yield prefix + name, item


def _may_be_pattern(item: h5py.Dataset, name: str) -> bool:
    is_large = item.ndim >= 2 and min(_shape_yx(item)) >= _SMALLEST_SIDE_PX and item.size > 0
    is_named_otherwise = any(word in name.lower() for word in _NO_PATTERNS)
    return is_large and item.dtype.kind in "iufc" and not is_named_otherwise


def _is_colour(item: h5py.Dataset) -> bool:
    """Tell whether a dataset is a picture (height, width, 3 or 4)."""
    return item.ndim == 3 and item.shape[-1] in (3, 4) and min(item.shape[:2]) >= _SMALLEST_SIDE_PX


def _shape_yx(item: h5py.Dataset) -> tuple[int, int]:
    height, width = item.shape[:2] if _is_colour(item) else item.shape[-2:]
    return int(height), int(width)


def _frame(path: Path, name: str, number: int) -> np.ndarray:
    with h5py.File(path, "r") as file:
        item = file[name]
        index = np.unravel_index(number, item.shape[:-2]) if item.ndim > 2 else ()
        return read_frame(item, tuple(int(i) for i in index))


def _axes(item: h5py.Dataset) -> tuple[RawAxis, RawAxis]:
    """Return the scales that lie beside a dataset: axes of NXdata, or py4DSTEM's calibration."""
    height, width = _shape_yx(item)
    named = item.parent.attrs.get("axes")
    names = [_text(n) for n in np.ravel(named)] if named is not None else []
    if len(names) >= 2:
        pair = [
            _axis(item.parent.get(n), s) for n, s in zip(names[-2:], (height, width), strict=True)
        ]
        if all(axis.unit for axis in pair):
            return pair[0], pair[1]
    for attributes in _calibrations(item):
        size, unit = attributes.get("Q_pixel_size"), _text(attributes.get("Q_pixel_units"))
        if size is not None and unit:
            scale = float(np.ravel(size)[0])
            return RawAxis(height, scale, unit), RawAxis(width, scale, unit)
    return RawAxis(height), RawAxis(width)


def _calibrations(item: h5py.Dataset) -> Iterator[Mapping[str, Any]]:
    group = item.parent
    for _ in range(3):
        for place in ("metadatabundle/calibration", "calibration", "metadata/calibration"):
            found = group.get(place)
            if isinstance(found, h5py.Group):
                yield {n: v[()] for n, v in found.items() if isinstance(v, h5py.Dataset)}
                yield dict(found.attrs)
        group = group.parent


def _axis(values: Any, size: int) -> RawAxis:
    if not isinstance(values, h5py.Dataset) or values.shape != (size,) or size < 2:
        return RawAxis(size)
    first, last = float(values[0]), float(values[-1])
    return RawAxis(size, (last - first) / (size - 1), _text(values.attrs.get("units")))


def _detector(
    file: h5py.File, shape_yx: tuple[int, ...]
) -> tuple[dict[str, Any], tuple[RawAxis, RawAxis]]:
    """Return what NXinstrument says, as DECTRIS detectors and NXmx files have it."""
    found: dict[str, tuple[float, str]] = {}

    for last, item in own_items(file):
        if last in _DETECTOR_NAMES and isinstance(item, h5py.Dataset) and item.size == 1:
            value = item[()]
            if np.issubdtype(np.asarray(value).dtype, np.number):
                found.setdefault(
                    _DETECTOR_NAMES[last],
                    (float(np.ravel(value)[0]), _text(item.attrs.get("units"))),
                )

    wavelength = found.get("wavelength", (0.0, ""))[0] or None
    distance = _in_mm(found.get("distance"))
    pixel = _in_mm(found.get("pixel"))
    return (
        detector_facts(wavelength, distance),
        detector_axes(shape_yx, wavelength, distance, pixel),
    )


_DETECTOR_NAMES = {
    "incident_wavelength": "wavelength",
    "wavelength": "wavelength",
    "detector_distance": "distance",
    "distance": "distance",
    "x_pixel_size": "pixel",
}


def _in_mm(value: tuple[float, str] | None) -> float | None:
    if value is None or not value[0] > 0:
        return None
    # metres are the default of NeXus and of DECTRIS
    return value[0] if value[1] == "mm" else value[0] * 1000


def _text(value: Any) -> str:
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.ravel()[0]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""
