"""Arrays that NumPy saved (`.npy`, `.npz`)."""

import zipfile
from pathlib import Path

import numpy as np

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.datasets import Candidate, choose
from saed_desktop.pattern.raw_image import RawImage, plain_axes

_MOST_BYTES = 4_000_000_000


def load_array(path: Path, dataset: str | None) -> RawImage:
    """Load a saved array; Python objects in it are refused, for they could run code."""
    if zipfile.is_zipfile(path):
        return _load_archive(path, dataset)
    data = np.load(path, mmap_mode="r", allow_pickle=False)
    return _image(data, path)


def _load_archive(path: Path, dataset: str | None) -> RawImage:
    with zipfile.ZipFile(path) as archive:
        entries = [i for i in archive.infolist() if i.filename.endswith(".npy")]
        if not entries:
            raise UnreadablePatternError(f"{path.name} is a ZIP archive without an array in it.")
        if sum(i.file_size for i in entries) > _MOST_BYTES:
            raise UnreadablePatternError(f"{path.name} is too large once it is unpacked.")
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    images = {n: a for n, a in arrays.items() if a.ndim >= 2 and a.dtype.kind in "biufc"}
    if not images:
        raise UnreadablePatternError(f"{path.name} holds no two-dimensional image.")
    candidates = [Candidate(n, _shape_yx(a), a.dtype) for n, a in images.items()]
    choice = choose(candidates, dataset, path.name)
    image = _image(list(images.values())[choice.index], path)
    return RawImage(
        image.data, image.axes, {}, image.is_colour, dataset=choice.name, datasets=choice.names
    )


def _shape_yx(data: np.ndarray) -> tuple[int, int]:
    height, width = data.shape[-3:-1] if _is_colour(data) else data.shape[-2:]
    return int(height), int(width)


def _is_colour(data: np.ndarray) -> bool:
    return data.ndim == 3 and data.shape[-1] in (3, 4) and data.shape[0] > 4


def _image(data: np.ndarray, path: Path) -> RawImage:
    if data.ndim < 2 or data.dtype.kind not in "biufc":
        raise UnreadablePatternError(f"{path.name} holds no two-dimensional image.")
    is_colour = _is_colour(data)
    return RawImage(data, plain_axes(_shape_yx(data)), {}, is_colour)
