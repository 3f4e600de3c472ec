"""Diffraction spots: found at every size from sharp peaks to disks, measured below a pixel.

A spot is a place where the image falls off in every direction, so the detector is the weaker of
the two principal curvatures of the smoothed image (Lindeberg, Int. J. Comput. Vis. 30 (1998) 79)
against the local noise. Edges, streaks, rings and the strokes of letters are curved in one
direction only and stay silent, which a Laplacian or difference of Gaussians does not achieve.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.pattern.filters import gaussian, robust_sigma
from saed_desktop.pattern.pattern import ImageArray, MaskArray

FloatArray = npt.NDArray[np.float64]

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


@dataclass(frozen=True, eq=False)
class Spots:
    """Measured spots, most significant first; all arrays have one entry per spot.

    Parameters
    ----------
    xy
        Positions (n, 2) in pixels of the pattern, x to the right, y downwards.
    sigma_px
        Standard uncertainty of a position (n,), in pixels.
    intensity
        Sum above the local background (n,).
    amplitude
        Height above the local background (n,).
    width_px
        Standard deviation of the spot's profile (n,), in pixels.
    significance
        Curvature over local noise (n,): greater is surer.
    """

    xy: FloatArray
    sigma_px: FloatArray
    intensity: FloatArray
    amplitude: FloatArray
    width_px: FloatArray
    significance: FloatArray

    def __len__(self) -> int:
        return len(self.xy)

    def __getitem__(self, chosen: npt.ArrayLike) -> "Spots":
        """Return the spots of an index array or a boolean mask (n,)."""
        index = np.asarray(chosen)
        return Spots(
            self.xy[index],
            self.sigma_px[index],
            self.intensity[index],
            self.amplitude[index],
            self.width_px[index],
            self.significance[index],
        )

    @classmethod
    def none(cls) -> "Spots":
        """Return no spots."""
        empty = np.zeros(0)
        return cls(np.zeros((0, 2)), empty, empty, empty, empty, empty)


@dataclass(frozen=True)
class SpotOptions:
    """How spots are looked for.

    Parameters
    ----------
    threshold
        Smallest significance.
    max_spots
        No more than this many, the surest.
    min_contrast
        Smallest height above background, relative to the image's range of brightness.
    """

    threshold: float = 6.5
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
    valid = image[~masked]
    floor, low, high = (float(v) for v in np.percentile(valid, [0.1, 1.0, 99.95]))
    step = quantisation_step(valid)
    stabilised = _stabilised(image, floor, float(valid.max()), step)
    peaks = [
        _peaks_at_scale(level_image, level_masked, level, sigma, options.threshold)
        for level, sigma, level_image, level_masked in _levels(stabilised, masked)
    ]
    found = _Peaks.joined(peaks)
    found = found[_at_their_own_scale(found, 3 * options.max_spots)]
    surest = np.argsort(-found.significance, kind="stable")
    found = found[surest]
    spots = _without_twins(measure_spots(image, masked, found.xy, found.scale, found.significance))
    visible = spots.amplitude > max(options.min_contrast * (high - low), 3.5 * step)
    if step > 0.002 * (high - low):
        visible &= ~_in_compression_halo(spots)
    return spots[np.flatnonzero(visible)[: options.max_spots]]


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
    reduction = 4 if min(response.shape) >= 128 else 1
    overall = robust_sigma(response[~masked][::7]) + 1e-12
    valid = (~masked).astype(np.float32)
    absolute = np.abs(response) * valid
    size = (response.shape[1] // reduction, response.shape[0] // reduction)
    small_valid = np.asarray(cv2.resize(valid, size, interpolation=cv2.INTER_AREA))
    limit: ImageArray | np.float32 = np.float32(3 * overall)
    noise = response
    for _ in range(2):
        squared = np.square(np.minimum(absolute, limit))
        small = np.asarray(cv2.resize(squared, size, interpolation=cv2.INTER_AREA))
        weight = np.maximum(gaussian(small_valid, radius / reduction), 1e-3)
        local = np.sqrt(np.maximum(gaussian(small, radius / reduction) / weight, 0))
        noise = np.asarray(
            cv2.resize(local, response.shape[::-1], interpolation=cv2.INTER_LINEAR)
        ) + np.float32(0.2 * overall)
        limit = np.float32(2.5) * noise
    return noise


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
    image: ImageArray, masked: MaskArray, level: int, sigma: float, threshold: float
) -> _Peaks:
    """Return the peaks of one scale, places and scales in pixels of the full image."""
    weaker, mean = _curvatures(image, sigma)
    significance = weaker / _local_noise(mean, masked, 6 * sigma + 10)
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


def measure_spots(
    image: ImageArray,
    masked: MaskArray,
    xy: FloatArray,
    scale_px: FloatArray,
    significance: FloatArray,
) -> Spots:
    """Return position, intensity and width of spots whose whereabouts are known.

    The position is the centroid above the local background under a Gaussian window that follows
    it; the background is the median of the surrounding ring.

    Parameters
    ----------
    image
        Intensities (height, width).
    masked
        Pixels that do not count (height, width).
    xy
        First positions (n, 2).
    scale_px
        Size of each spot (n,), its standard deviation about.
    significance
        Passed through (n,).
    """
    n = len(xy)
    result = np.zeros((n, 6))
    groups = np.round(np.log2(np.maximum(scale_px, 1.0)) * 2)
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        sigma = float(np.median(scale_px[members]))
        for start in range(0, len(members), 64):
            part = members[start : start + 64]
            result[part] = _measure_group(image, masked, xy[part], sigma)
    return Spots(
        xy=result[:, :2],
        sigma_px=result[:, 2],
        intensity=result[:, 3],
        amplitude=result[:, 4],
        width_px=result[:, 5],
        significance=np.asarray(significance, dtype=np.float64),
    )


def _measure_group(
    image: ImageArray, masked: MaskArray, xy: FloatArray, sigma: float
) -> FloatArray:
    """Return (n, 6): x, y, σ of position, intensity, amplitude, width."""
    height, width = image.shape
    half = max(4, int(np.ceil(3.5 * sigma)))
    offset = np.arange(-half, half + 1)
    corner = np.round(xy).astype(int)
    rows = np.clip(corner[:, 1, None] + offset, 0, height - 1)
    columns = np.clip(corner[:, 0, None] + offset, 0, width - 1)
    window = image[rows[:, :, None], columns[:, None, :]].astype(np.float64)
    hidden = masked[rows[:, :, None], columns[:, None, :]]
    inside_y = (corner[:, 1, None] + offset >= 0) & (corner[:, 1, None] + offset < height)
    inside_x = (corner[:, 0, None] + offset >= 0) & (corner[:, 0, None] + offset < width)
    valid = inside_y[:, :, None] & inside_x[:, None, :] & ~hidden
    radius = np.hypot(offset[:, None], offset[None, :])
    ring = valid & (radius > 2.6 * sigma)[None]
    # a neighbour's flank raises part of the ring: the lower 40 % is the background
    background = _quantile_of(window, ring, 0.4)
    noise = (_quantile_of(window, ring, 0.4) - _quantile_of(window, ring, 0.1)) / 1.03
    above = np.where(valid, window - background[:, None, None], 0.0)
    shift = xy - corner
    for _ in range(4):
        dx = offset[None, None, :] - shift[:, 0, None, None]
        dy = offset[None, :, None] - shift[:, 1, None, None]
        gate = np.exp(-(dx**2 + dy**2) / (2 * (1.5 * sigma) ** 2))
        weight = np.maximum(above, 0) * gate
        total = np.maximum(weight.sum(axis=(1, 2)), 1e-12)
        step = np.stack([(weight * dx).sum((1, 2)), (weight * dy).sum((1, 2))], 1) / total[:, None]
        # the window drags the centroid towards itself; 1.6 undoes it for a spot of its own size
        shift = shift + np.clip(1.6 * step, -sigma, sigma)
    shift = np.clip(shift, -2 * sigma - 1, 2 * sigma + 1)
    second = (weight * (dx**2 + dy**2)).sum((1, 2)) / total / 2
    # variance under the window: 1/v = 1/v_spot + 1/v_window
    window_variance = (1.5 * sigma) ** 2
    own = second * window_variance / np.maximum(window_variance - second, 0.15 * window_variance)
    core = radius[None] <= 2.5 * sigma
    intensity = np.where(core, above, 0.0).sum(axis=(1, 2))
    amplitude = np.where(radius[None] <= max(1.0, 0.7 * sigma), above, -np.inf).max(axis=(1, 2))
    spot_width = np.sqrt(np.clip(own, 0.3**2, (3 * sigma) ** 2))
    snr = intensity / np.maximum(noise * np.sqrt(core.sum()), 1e-12)
    sigma_px = np.clip(spot_width / np.maximum(snr, 1e-6), 0.05, spot_width)
    return np.column_stack([corner + shift, sigma_px, intensity, amplitude, spot_width])


def _quantile_of(window: FloatArray, chosen: npt.NDArray[np.bool_], q: float) -> FloatArray:
    """Return a quantile of the chosen pixels of each window (n,)."""
    flat = np.where(chosen, window, np.inf).reshape(len(window), -1)
    flat.sort(axis=1)
    counts = chosen.reshape(len(window), -1).sum(axis=1)
    index = np.clip((counts * q).astype(int), 0, np.maximum(counts - 1, 0))
    value = flat[np.arange(len(window)), index]
    return np.where(counts > 0, value, window.min(axis=(1, 2)))
