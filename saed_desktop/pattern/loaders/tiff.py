"""TIFF files: pages, stacks, colours and orientation.

One rule for colours and stacks: samples that lie side by side in a page (red, green, blue of each
pixel) are a colour picture; planes stored one after the other are frames, unless they are the
8-bit planes of a colour picture. Three 16-bit exposures saved as one array are thus three frames.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tifffile

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.datasets import Candidate, choose
from saed_desktop.pattern.loaders.tiff_scale import tiff_axes_and_facts
from saed_desktop.pattern.raw_image import LARGEST_IMAGE_PX, FrameStack, RawImage

Array = npt.NDArray[Any]

_TURNS: dict[int, Callable[[Array], Array]] = {
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: a[::-1].swapaxes(0, 1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: a[:, ::-1].swapaxes(0, 1),
}
"""Turns of a stored page (height, width, ...) to upright, by the value of tag 274."""

_GREY = (tifffile.PHOTOMETRIC.MINISBLACK, tifffile.PHOTOMETRIC.MINISWHITE)


@dataclass(frozen=True)
class _Layout:
    """Layout of the pages of one series.

    Parameters
    ----------
    frames_shape
        Shape of the stack without the image's own axes.
    image_shape
        As shown: (height, width) or (height, width, 3).
    per_page
        Frames in each page: planes stored one after the other.
    is_colour
        Whether the last axis of a frame holds colours.
    """

    frames_shape: tuple[int, ...]
    image_shape: tuple[int, ...]
    per_page: int
    is_colour: bool


def opened(path: Path) -> tifffile.TiffFile:
    """Return a file opened without the others that its metadata may name, wherever they are."""
    return tifffile.TiffFile(path, _multifile=False)


def load_tiff(path: Path, dataset: str | None) -> RawImage:
    """Load a TIFF file.

    Raises
    ------
    UnreadablePatternError
        If pages are damaged or missing.
    """
    with opened(path) as tiff:
        # counted first: in a damaged chain of pages, looking for series without a count goes on
        # and on (a minute and more for a file of 2.5 kB)
        if len(tiff.pages) == 0:
            raise UnreadablePatternError(f"{path.name} holds no page.")
        series = [s for s in tiff.series if len(s.shape) >= 2 and not _is_thumbnail(s, tiff)]
        if not series:
            raise UnreadablePatternError(f"{path.name} holds no two-dimensional image.")
        layouts = [_layout(s, path) for s in series]
        axes_and_facts = [
            tiff_axes_and_facts(tiff, s.keyframe, _orientation(s.keyframe)) for s in series
        ]
        candidates = [
            _candidate(s, layout, axes[1].unit)
            for s, layout, (axes, _) in zip(series, layouts, axes_and_facts, strict=True)
        ]
        choice = choose(candidates, dataset, path.name)
        chosen, layout = series[choice.index], layouts[choice.index]
        _check_segments(chosen, path)
        axes, metadata = axes_and_facts[choice.index]
        data = _data(path, tiff, chosen, layout)
    return RawImage(
        data, axes, metadata, layout.is_colour, dataset=choice.name, datasets=choice.names
    )


def _candidate(series: tifffile.TiffPageSeries, layout: _Layout, unit: str) -> Candidate:
    height, width = layout.image_shape[:2]
    return Candidate(_name(series, layout), (height, width), series.dtype, unit, layout.is_colour)


def _is_thumbnail(series: tifffile.TiffPageSeries, tiff: tifffile.TiffFile) -> bool:
    return len(tiff.series) > 1 and bool(series.keyframe.is_reduced)


def _name(series: tifffile.TiffPageSeries, layout: _Layout) -> str:
    page = series.keyframe
    kind = "colour" if layout.is_colour else "grey"
    number = getattr(page, "index", 0) + 1
    return f"page {number} ({8 * series.dtype.itemsize}-bit {kind})"


def _orientation(page: tifffile.TiffPage) -> int:
    tag = page.tags.get(274)
    value = int(tag.value) if tag is not None and isinstance(tag.value, int) else 1
    return value if 1 <= value <= 8 else 1


def _layout(series: tifffile.TiffPageSeries, path: Path) -> _Layout:
    page = series.keyframe
    height, width = int(page.imagelength), int(page.imagewidth)
    if height * width > LARGEST_IMAGE_PX or height * width == 0:
        raise UnreadablePatternError(
            f"{path.name} is damaged: it states {width} × {height} pixels."
        )
    is_rgb = page.photometric not in _GREY and (
        page.photometric == tifffile.PHOTOMETRIC.PALETTE or int(page.samplesperpixel) >= 3
    )
    is_planar = page.planarconfig == tifffile.PLANARCONFIG.SEPARATE
    is_colour = is_rgb and (not is_planar or page.dtype.itemsize == 1)
    # transparency says nothing of the pattern
    opaque = max(1, int(page.samplesperpixel) - _n_alpha(page))
    per_page = 1 if is_colour else opaque * int(page.imagedepth)
    if _orientation(page) >= 5:
        height, width = width, height
    image_shape = (height, width, 3) if is_colour else (height, width)
    n_frames = len(series) * per_page
    if len(series) == 1:
        # a stack in one page: its planes lie one after the other behind the first
        stack = int(np.prod(series.shape)) // max(1, int(np.prod(page.shape)))
        n_frames = stack * per_page
    return _Layout((n_frames,) if n_frames > 1 else (), image_shape, per_page, is_colour)


def _n_alpha(page: tifffile.TiffPage) -> int:
    """Return how many samples of a pixel are transparency."""
    return sum(int(kind) in (1, 2) for kind in (page.extrasamples or ()))


def _check_segments(series: tifffile.TiffPageSeries, path: Path) -> None:
    """Refuse a series of which a part lies beyond the end of the file."""
    size = path.stat().st_size
    for page in series.pages:
        if page is None:
            raise UnreadablePatternError(f"{path.name} ends early: pages are missing.")
        if len(page.dataoffsets) < int(np.prod(page.keyframe.chunked)):
            raise UnreadablePatternError(f"{path.name} is damaged: a part of its image is missing.")
        pairs = zip(page.dataoffsets, page.databytecounts, strict=False)
        if any(offset + count > size for offset, count in pairs):
            raise UnreadablePatternError(f"{path.name} ends early: a part of its image is missing.")
    if len(series) == 1 and series.dataoffset is not None:
        end = int(series.dataoffset) + int(series.nbytes)
        if series.keyframe.compression == 1 and end > size:
            raise UnreadablePatternError(f"{path.name} ends early: frames are missing.")


def _data(
    path: Path, tiff: tifffile.TiffFile, series: tifffile.TiffPageSeries, layout: _Layout
) -> Any:
    n_pages = max(1, int(np.prod(layout.frames_shape, dtype=int)) // layout.per_page)
    if n_pages > 1 and len(series) == n_pages:
        indices = [getattr(page, "index", None) for page in series.pages]
        where = [index for index in indices if isinstance(index, int)]
        if len(where) == n_pages:
            read = partial(_read_frame, path, where, layout)
            return FrameStack(layout.frames_shape, layout.image_shape, series.dtype, read)
    keyframe = series.keyframe
    pages = series.asarray() if n_pages > 1 else keyframe.asarray()
    stack = pages.reshape(n_pages, *keyframe.shape)
    frames = [_frame(page, keyframe, layout, k) for page in stack for k in range(layout.per_page)]
    return np.stack(frames) if layout.frames_shape else frames[0]


def _read_frame(path: Path, where: list[int], layout: _Layout, number: int) -> Array:
    page_number, plane = divmod(number, layout.per_page)
    with opened(path) as tiff:
        page: Any = tiff.pages[where[page_number]]
        return _frame(page.asarray(), page.keyframe, layout, plane)


def _frame(pixels: Array, page: tifffile.TiffPage, layout: _Layout, plane: int) -> Array:
    """Return one frame as it is shown: of its plane, in its colours, upright."""
    height, width = int(page.imagelength), int(page.imagewidth)
    is_planar = page.planarconfig == tifffile.PLANARCONFIG.SEPARATE
    samples = pixels.reshape(-1, height, width) if is_planar else None
    if samples is None:
        interleaved = pixels.reshape(-1, height, width, int(page.samplesperpixel))
        samples = np.concatenate(list(np.moveaxis(interleaved, -1, 1)))
    if page.photometric == tifffile.PHOTOMETRIC.PALETTE and page.colormap is not None:
        shown = np.moveaxis(np.asarray(page.colormap)[:, samples[0]], 0, -1)
    elif layout.is_colour:
        shown = np.moveaxis(_rgb(samples, page), 0, -1)
    else:
        shown = samples[plane]
    if page.photometric == tifffile.PHOTOMETRIC.MINISWHITE and shown.dtype.kind in "ub":
        highest = (1 << min(int(page.bitspersample), 8 * shown.dtype.itemsize)) - 1
        shown = (highest - shown.astype(np.int64)).astype(shown.dtype if highest > 1 else np.uint8)
    turn = _TURNS.get(_orientation(page))
    return np.ascontiguousarray(shown if turn is None else turn(shown))


def _rgb(samples: Array, page: tifffile.TiffPage) -> Array:
    """Return red, green and blue (3, height, width)."""
    if page.photometric == tifffile.PHOTOMETRIC.SEPARATED and len(samples) >= 4:
        highest = float(np.iinfo(samples.dtype).max) if samples.dtype.kind == "u" else 1.0
        # inks to light: what is printed darkens the white of the paper
        white = (highest - samples[3]) / highest
        return np.asarray((highest - samples[:3].astype(np.float32)) * white)
    return samples[:3]
