"""Virtual images of a scan: at each place the intensity that falls on a detector, drawn by hand.

A disc about the direct beam gives the bright field, a ring about it the dark field; see C. Ophus,
Microscopy and Microanalysis 25 (2019) 563.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import Float32Array, FloatArray, IntArray
from saed_desktop.errors import SaedError
from saed_desktop.pattern.pattern import ImageArray
from saed_desktop.pattern.readers import PatternFile

LEAST_RADIUS_PX = 2.0
BEAM_MARGIN = 1.4
"""The disc is wider than the beam by this factor, since the beam wanders while it scans."""
MOST_BEAM_PX = 256
USUAL_SHARE = 0.03
"""Share of the image's side that the disc's radius has where no beam is to be seen."""


@dataclass(frozen=True)
class VirtualDetector:
    """A disc or a ring about a point of the pattern.

    Parameters
    ----------
    center_xy
        The direct beam, in pixels of the pattern.
    inner_px, outer_px
        Radii; the inner one is 0 for a disc.
    """

    center_xy: tuple[float, float]
    inner_px: float
    outer_px: float

    def pixels(self, shape_yx: tuple[int, int]) -> IntArray:
        """Return the running numbers (n,) of the pixels whose centres lie on the detector.

        Raises
        ------
        SaedError
            If none does.
        """
        y, x = np.ogrid[: shape_yx[0], : shape_yx[1]]
        radius = np.hypot(x - self.center_xy[0], y - self.center_xy[1])
        inside = np.flatnonzero((radius >= self.inner_px) & (radius <= self.outer_px))
        if not len(inside):
            raise SaedError("No pixel of the pattern lies on this detector. Choose other radii.")
        return np.asarray(inside, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class VirtualProgress:
    """Progress of a virtual image.

    Parameters
    ----------
    done, total
        Frames read, and frames there are.
    values
        Mean intensity on the detector (total,), NaN where it is not known yet. It is filled
        further: take a copy to keep it.
    """

    done: int
    total: int
    values: Float32Array


def virtual_image(
    file: PatternFile,
    detector: VirtualDetector,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[VirtualProgress]:
    """Compute a virtual image block by block; memory holds one block of the file's frames.

    Parameters
    ----------
    file
        The scan.
    detector
        Where the intensity is taken.
    is_cancelled
        Asked between blocks.

    Raises
    ------
    SaedError
        If the detector holds no pixel, or a frame cannot be read.
    """
    values = np.full(file.n_frames, np.nan, dtype=np.float32)
    pixels: IntArray | None = None
    done = 0
    for block in file.blocks():
        if is_cancelled():
            return
        if pixels is None:
            _, height, width = block.images.shape
            pixels = detector.pixels((height, width))
        flat = block.images.reshape(len(block.frames), -1)
        values[block.frames] = flat[:, pixels].mean(axis=1, dtype=np.float64)
        done += len(block.frames)
        yield VirtualProgress(done, file.n_frames, values)


def beam_radius_px(image_yx: ImageArray, center_xy: tuple[float, float]) -> float:
    """Return the radius of a disc that holds the direct beam.

    The radius at which the mean over a ring falls to half of what it is in the beam's middle, and
    somewhat more; a share of the image where the beam is hidden.
    """
    height, width = image_yx.shape
    usual = max(LEAST_RADIUS_PX, USUAL_SHARE * min(height, width))
    profile = _ring_means(image_yx, center_xy, min(int(0.25 * min(height, width)), MOST_BEAM_PX))
    ground = float(np.median(image_yx[::8, ::8]))
    height_of_beam = float(profile[:2].max(initial=0.0)) - ground if len(profile) else 0.0
    below = np.flatnonzero(profile - ground < 0.5 * height_of_beam)
    if height_of_beam <= 0 or not len(below) or below[0] == 0:
        return usual
    return max(LEAST_RADIUS_PX, BEAM_MARGIN * float(below[0]))


def _ring_means(image_yx: ImageArray, center_xy: tuple[float, float], reach_px: int) -> FloatArray:
    """Return mean intensities (n,) of rings one pixel wide about a point, inwards out."""
    x0, y0 = round(center_xy[0]), round(center_xy[1])
    top, left = max(0, y0 - reach_px), max(0, x0 - reach_px)
    part = image_yx[top : y0 + reach_px + 1, left : x0 + reach_px + 1]
    if not part.size:
        return np.zeros(0)
    y, x = np.ogrid[: part.shape[0], : part.shape[1]]
    radius = np.hypot(x + left - center_xy[0], y + top - center_xy[1])
    ring = np.rint(radius).astype(int).ravel()
    count = np.bincount(ring, minlength=reach_px + 1)[: reach_px + 1]
    total = np.bincount(ring, weights=part.ravel(), minlength=reach_px + 1)[: reach_px + 1]
    return np.asarray(total / np.maximum(count, 1))
