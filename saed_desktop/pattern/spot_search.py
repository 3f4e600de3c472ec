"""The search for diffraction spots, of every size from sharp peaks to broad ones."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.pattern.components import find_components
from saed_desktop.pattern.filters import percentiles, sampled_unmasked
from saed_desktop.pattern.pattern import ImageArray, MaskArray
from saed_desktop.pattern.spot_response import Peaks, Response, responses_of
from saed_desktop.pattern.spots import Spots, measure_spots


@dataclass(frozen=True)
class SpotOptions:
    """Options of the spot search.

    Parameters
    ----------
    threshold
        Smallest significance.
    faint_threshold
        Smallest significance on a second look, if no dark speckle is as significant.
    few
        With fewer spots than this the second look is taken.
    max_spots
        No more than this many, the surest.
    min_contrast
        Smallest height above background, relative to the image's range of brightness.
    """

    threshold: float = 6.5
    faint_threshold: float = 5.0
    few: int = 12
    max_spots: int = 250
    min_contrast: float = 0.002


def find_spots(image: ImageArray, masked: MaskArray, options: SpotOptions | None = None) -> Spots:
    """Return the spots of an image with a dark background.

    Parameters
    ----------
    image
        Intensities (height, width), masked pixels filled smoothly; about 1000 pixels a side is
        the size the scales are made for.
    masked
        Where there is nothing to be found (height, width).
    options
        Thresholds.
    """
    options = options or SpotOptions()
    if masked.all():
        return Spots.none()
    valid = sampled_unmasked(image, masked, _GREY_SAMPLE)
    floor, low, high = (float(v) for v in percentiles(valid, [0.1, 1.0, 99.95]))
    step, top = quantisation_step(valid), float(cv2.minMaxLoc(image, _shown(masked))[1])
    responses = responses_of(_stabilised(image, floor, top, step), masked)
    least = max(options.min_contrast * (high - low), 3.5 * step)
    spots = Spots.none()
    for is_second_look in (False, True):
        peaks = [r.peaks_above(_threshold(r, options, is_second_look)) for r in responses]
        found = Peaks.joined(peaks)
        found = found[_at_their_own_scale(found, 3 * options.max_spots)]
        found = found[np.argsort(-found.significance, kind="stable")]
        measured = measure_spots(image, masked, found.xy, found.scale, found.significance)
        spots = _without_twins(measured)
        visible = spots.amplitude > least
        if step > 0.002 * (high - low):
            visible &= ~_in_compression_halo(spots)
        spots = _without_letters(spots[visible])
        spots = spots[np.arange(min(len(spots), options.max_spots))]
        if len(spots) >= options.few:
            break
    return _with_clipped(spots, image, masked, top - max(0.004 * (top - floor), 0.5 * step))


def _threshold(response: Response, options: SpotOptions, is_second_look: bool) -> float:
    if not is_second_look:
        return options.threshold
    # noise makes dark speckles as often as bright ones, diffraction does not
    return min(options.threshold, max(options.faint_threshold, 1.15 * response.darkest))


_GREY_SAMPLE = 250_000


def _shown(masked: MaskArray) -> npt.NDArray[np.uint8]:
    return (~masked).view(np.uint8)


_FEWEST_IN_TEXT = 3


def _without_letters(spots: Spots) -> Spots:
    """Return the spots without those of letters, far closer to each other than others, and sharper.

    No spot can be sharper than the point spread, and no lattice has such a cluster.
    """
    n = len(spots)
    if n < 8:
        return spots
    distance = np.linalg.norm(spots.xy[:, None] - spots.xy[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    usual = float(np.percentile(distance.min(axis=1), 75))
    group = np.arange(n)
    for i, j in np.argwhere(np.triu(distance < 0.35 * usual)):
        group[group == group[j]] = group[i]
    sizes = np.bincount(group, minlength=n)[group]
    together = sizes >= _FEWEST_IN_TEXT
    if not together.any() or together.all():
        return spots
    sharp = spots.width_px < 0.75 * float(np.median(spots.width_px[~together]))
    text = np.array([together[i] and sharp[group == group[i]].mean() > 0.6 for i in range(n)])
    return spots[~text]


_LEAST_CLIPPED_PX = 80


def _with_clipped(spots: Spots, image: ImageArray, masked: MaskArray, level: float) -> Spots:
    """Return the spots with those that are cut off so wide that no scale fits them.

    The direct beam of an export is often one: a round patch at the top of the grey scale.
    """
    at_top = ((image >= level) & ~masked).view(np.uint8)
    # a round patch of that size keeps something of itself where its rim is taken off
    core = cv2.erode(at_top, np.ones((3, 3), np.uint8))
    if cv2.countNonZero(at_top) < _LEAST_CLIPPED_PX or cv2.countNonZero(core) == 0:
        return spots
    components = find_components(at_top, connectivity=4)
    width, height, area = components.boxes[1:, 2:].T
    patch = (area >= _LEAST_CLIPPED_PX) & (area < 0.1 * image.size)
    patch &= np.maximum(width, height) < 2 * np.minimum(width, height)
    patch &= area > 0.6 * np.pi / 4 * width * height
    xy, radius = components.middle_xy[1:][patch], np.sqrt(area[patch] / np.pi)
    if len(xy) == 0:
        return spots
    distance = np.linalg.norm(xy[:, None] - spots.xy[None], axis=2) / radius[:, None]
    # a small patch is the top of a spot that was found; on a wide one nothing else can be seen
    known = ((distance < 1).sum(axis=1) == 1) & ((distance < 0.35).sum(axis=1) == 1)
    xy, radius, distance = xy[~known], radius[~known], distance[~known]
    if len(xy) == 0:
        return spots
    spots = spots[~(distance < 1).any(axis=0)]
    wide = measure_spots(image, masked, xy, 0.8 * radius, np.full(len(xy), _CLIPPED))
    # a flat top says nothing of where its middle is but its outline
    wide = replace(wide, xy=xy, width_px=0.6 * radius, sigma_px=0.05 * radius)
    return Spots.joined([spots, wide[np.flatnonzero(wide.intensity > 0)]])


_CLIPPED = 50.0
"""The significance of a spot that is cut off: beyond doubt."""


def _without_twins(spots: Spots) -> Spots:
    """Return the spots without those that turned out to be the same as a brighter one."""
    order = np.argsort(-spots.intensity, kind="stable")
    kept = np.zeros(len(spots), dtype=bool)
    for i in order:
        others = np.flatnonzero(kept)
        distance = np.hypot(*(spots.xy[others] - spots.xy[i]).T)
        kept[i] = not np.any(distance < np.maximum(2.0, 0.9 * spots.width_px[others]))
    return spots[kept]


def _in_compression_halo(spots: Spots) -> npt.NDArray[np.bool_]:
    """Tell which spots are ringing of image compression: faint, within two blocks of a bright one.

    JPEG works in blocks of 8 pixels, in each of which a bright spot leaves waves of a few
    hundredths of its height.
    """
    if len(spots) == 0:
        return np.zeros(0, dtype=bool)
    distance = np.linalg.norm(spots.xy[:, None, :] - spots.xy[None, :, :], axis=2)
    reach = 17.0 + 2 * spots.width_px[None, :]
    faint = spots.amplitude[:, None] < 0.05 * spots.amplitude[None, :]
    return np.asarray(((distance < reach) & faint).any(axis=1))


def _stabilised(image: ImageArray, floor: float, top: float, step: float) -> ImageArray:
    """Return the square root of the intensities, so that noise is alike everywhere."""
    # exports have steps: below a few of them a "peak" is a contour line of the quantisation
    offset = max(6 * step, 1e-3 * (top - floor), 1e-12)
    above = np.maximum(image - np.float32(floor), 0)
    above += np.float32(offset)
    return np.asarray(np.sqrt(above, out=above))


def quantisation_step(values: ImageArray) -> float:
    """Return the grey-scale step of an image of few grey levels, 0 where it is continuous."""
    sample = np.unique(values.ravel()[:: max(1, values.size // 50_000)])
    if not 1 < sample.size < 3000:
        return 0.0
    return float(np.median(np.diff(sample)))


def _at_their_own_scale(peaks: Peaks, limit: int) -> npt.NDArray[np.intp]:
    """Return the peaks (indices) that are no echo of a stronger one at another scale.

    A spot answers at all scales, most strongly at its own. What lies within a stronger peak is
    its echo, unless it is much smaller and nearly as strong: a spot on the beam's halo.
    """
    order = np.argsort(-peaks.response, kind="stable")[: 8 * limit]
    kept: list[int] = []
    xy = np.zeros((len(order), 2))
    scale = np.zeros(len(order))
    response = np.zeros(len(order))
    for i in order:
        n = len(kept)
        distance = np.hypot(*(xy[:n] - peaks.xy[i]).T)
        near = distance < 1.4 * np.maximum(scale[:n], peaks.scale[i]) + 1.5
        apart = (peaks.scale[i] < 0.5 * scale[:n]) & (peaks.response[i] > 0.35 * response[:n])
        if not np.any(near & ~apart):
            xy[n], scale[n], response[n] = peaks.xy[i], peaks.scale[i], peaks.response[i]
            kept.append(int(i))
            if len(kept) >= limit:
                break
    return np.array(kept, dtype=np.intp)
