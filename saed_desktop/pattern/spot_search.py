"""The search for diffraction spots, of every size from sharp peaks to broad ones.

A spot is a place where the image falls off in every direction, so the detector is the weaker of
the two principal curvatures of the smoothed image (Lindeberg, Int. J. Comput. Vis. 30 (1998) 79)
against the local noise. Edges, streaks, rings and the strokes of letters are curved in one
direction only and stay silent, which a Laplacian or difference of Gaussians does not achieve.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.filters import gaussian, percentiles, robust_sigma, sampled_unmasked
from saed_desktop.pattern.pattern import ImageArray, MaskArray
from saed_desktop.pattern.spots import Spots, measure_spots

# (times the image is halved, σ in px of that level): spots of σ 1.3 to 22 px, steps of 1.55
_SCALES = (
    (0, 1.3),
    (0, 2.0),
    (1, 1.55),
    (1, 2.4),
    (2, 1.85),
    (2, 2.9),
    (3, 1.8),
    (3, 2.8),
)


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
    levels = _levels(_stabilised(image, floor, top, step), masked)
    least = max(options.min_contrast * (high - low), 3.5 * step)
    spots = Spots.none()
    for is_second_look in (False, True):
        peaks = [_peaks_at_scale(*level, options, faint=is_second_look) for level in levels]
        found = _Peaks.joined(peaks)
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
    at_top = ((image >= level) & ~masked).astype(np.uint8)
    if cv2.countNonZero(at_top) < _LEAST_CLIPPED_PX:
        return spots
    _, _, stats, middle = cv2.connectedComponentsWithStats(at_top, connectivity=4)
    width, height, area = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, 4]
    patch = (area >= _LEAST_CLIPPED_PX) & (area < 0.1 * image.size)
    patch &= np.maximum(width, height) < 2 * np.minimum(width, height)
    patch &= area > 0.6 * np.pi / 4 * width * height
    xy, radius = middle[1:][patch], np.sqrt(area[patch] / np.pi)
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


def _levels(
    stabilised: ImageArray, masked: MaskArray
) -> list[tuple[int, float, ImageArray, MaskArray]]:
    images, masks = [stabilised], [masked]
    for _ in range(max(level for level, _ in _SCALES)):
        height, width = images[-1].shape
        if min(height, width) < 48:
            break
        size = (width // 2, height // 2)
        images.append(np.asarray(cv2.resize(images[-1], size, interpolation=cv2.INTER_AREA)))
        share = cv2.resize(masks[-1].astype(np.float32), size, interpolation=cv2.INTER_AREA)
        masks.append(np.asarray(share) > 0.5)
    return [(n, s, images[n], masks[n]) for n, s in _SCALES if n < len(images)]


def _curvatures(image: ImageArray, sigma: float) -> tuple[ImageArray, ImageArray]:
    """Return the weaker principal and the mean curvature, times σ², positive on peaks."""
    smooth = gaussian(image, sigma)
    xx, yy = (_second(smooth, _LINE, _POINT), _second(smooth, _POINT, _LINE))
    xy = _second(smooth, _SLOPE, np.float32(sigma**2) * _SLOPE)
    half = 0.5 * sigma**2
    mean = cv2.addWeighted(xx, -half, yy, -half, 0)
    spread = cv2.magnitude(cv2.addWeighted(xx, half, yy, -half, 0), xy)
    return cv2.subtract(mean, spread), np.asarray(mean)


_LINE = np.array([1, -2, 1], np.float32)
_SLOPE = np.array([-0.5, 0, 0.5], np.float32)
_POINT = np.array([1], np.float32)


def _second(image: ImageArray, along_x: ImageArray, along_y: ImageArray) -> ImageArray:
    return np.asarray(
        cv2.sepFilter2D(image, -1, along_x, along_y, borderType=cv2.BORDER_REFLECT_101)
    )


def _local_noise(response: ImageArray, masked: MaskArray, radius: float) -> ImageArray:
    """Return the standard deviation of a response around each pixel, spots clipped away."""
    full_shape = response.shape
    if min(full_shape) >= 256:
        # noise is told by every other pixel as well
        response, masked = response[::2, ::2], masked[::2, ::2]
        radius /= 2
    reduction = 4 if min(full_shape) >= 128 else 1
    reduction = reduction // 2 if response.shape != full_shape else reduction
    overall = robust_sigma(sampled_unmasked(response, masked)) + 1e-12
    valid = (~masked).astype(np.float32)
    absolute = np.abs(response) * valid
    size = (response.shape[1] // reduction, response.shape[0] // reduction)
    small_valid = np.asarray(cv2.resize(valid, size, interpolation=cv2.INTER_AREA))
    weight = np.maximum(gaussian(small_valid, radius / reduction), 1e-3)
    limit: ImageArray | np.float32 = np.float32(3 * overall)
    local = small_valid
    for is_last in (False, True):
        squared = np.square(np.minimum(absolute, limit))
        small = np.asarray(cv2.resize(squared, size, interpolation=cv2.INTER_AREA))
        local = np.sqrt(np.maximum(gaussian(small, radius / reduction) / weight, 0))
        local += np.float32(0.2 * overall)
        if not is_last:
            near = cv2.resize(local, response.shape[::-1], interpolation=cv2.INTER_LINEAR)
            limit = np.float32(2.5) * np.asarray(near)
    return np.asarray(cv2.resize(local, full_shape[::-1], interpolation=cv2.INTER_LINEAR))


@dataclass(frozen=True, eq=False)
class _Peaks:
    """Local maxima of the response: place (n, 2), scale, significance and response (n,)."""

    xy: FloatArray
    scale: FloatArray
    significance: FloatArray
    response: FloatArray

    @classmethod
    def joined(cls, parts: list["_Peaks"]) -> "_Peaks":
        return cls(
            np.concatenate([p.xy for p in parts]),
            np.concatenate([p.scale for p in parts]),
            np.concatenate([p.significance for p in parts]),
            np.concatenate([p.response for p in parts]),
        )

    def __getitem__(self, chosen: npt.NDArray[np.intp]) -> "_Peaks":
        return _Peaks(
            self.xy[chosen], self.scale[chosen], self.significance[chosen], self.response[chosen]
        )


def _peaks_at_scale(
    level: int,
    sigma: float,
    image: ImageArray,
    masked: MaskArray,
    options: SpotOptions,
    *,
    faint: bool,
) -> _Peaks:
    """Return the peaks of one scale, places and scales in pixels of the full image."""
    weaker, mean = _curvatures(image, sigma)
    noise = _local_noise(mean, masked, 6 * sigma + 10)
    significance = weaker / noise
    threshold = options.threshold
    if faint:
        # noise makes dark speckles as often as bright ones, diffraction does not
        darkest = float(np.max((weaker - 2 * mean) / noise, initial=0.0, where=~masked))
        threshold = min(threshold, max(options.faint_threshold, 1.15 * darkest))
    highest = cv2.dilate(weaker, np.ones((3, 3), np.uint8))
    y, x = np.nonzero((weaker >= highest) & (significance > threshold) & ~masked)
    factor = 2**level
    # the centre of a pixel that covers factor² pixels
    xy = np.stack([x, y], axis=1) * float(factor) + (factor - 1) / 2
    return _Peaks(
        xy,
        np.full(len(x), sigma * factor),
        significance[y, x].astype(np.float64),
        weaker[y, x].astype(np.float64),
    )


def _at_their_own_scale(peaks: _Peaks, limit: int) -> npt.NDArray[np.intp]:
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
