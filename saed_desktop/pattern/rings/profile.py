"""The profile of a ring pattern: brightness along the radius, its noise, the background."""

from dataclasses import dataclass

import cv2
import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray
from saed_desktop.pattern.pattern import ImageArray, MaskArray
from saed_desktop.pattern.rings.geometry import RingGeometry, reach_px
from saed_desktop.pattern.snip import snip_background

N_THETA = 360
_CLIP = 6.0
_DOT = 2.0
"""Brighter than its radius by so many standard deviations, a place is part of a dot."""
_LEAST_SEEN = 0.12
_FEWEST_BINS = 24
_MOST_BINS = 700


@dataclass(frozen=True, eq=False)
class RingProfile:
    """Brightness along the mean radius of the rings, in steps of `step_px`.

    Parameters
    ----------
    radius_px
        Mean radii (n,).
    step_px
        Their distance.
    mean
        Azimuthal mean of the brightness (n,), which intensities are taken from.
    clipped
        The same of brightness that single spots cannot dominate (n,), for positions and widths.
    sigma
        Standard uncertainty of `clipped` (n,).
    seen
        Share of the azimuth that is visible (n,).
    polar
        Brightness (N_THETA, n) by azimuth, NaN where it is not visible.
    """

    radius_px: FloatArray
    step_px: float
    mean: FloatArray
    clipped: FloatArray
    sigma: FloatArray
    seen: FloatArray
    polar: FloatArray

    def __len__(self) -> int:
        return len(self.radius_px)


def ring_profile(
    image_yx: ImageArray, masked_yx: MaskArray, geometry: RingGeometry
) -> RingProfile | None:
    """Return the profile about a geometry; None where hardly anything is visible.

    Parameters
    ----------
    image_yx
        Brightness, rings brighter than the background.
    masked_yx
        Pixels that do not count.
    geometry
        Centre and ellipse of the rings.
    """
    reach = 0.98 * reach_px(image_yx.shape, geometry.center_xy)
    n_radius = int(np.clip(round(reach), _FEWEST_BINS, _MOST_BINS))
    places = geometry.places(radius_px=reach, n_theta=N_THETA, n_radius=n_radius)
    polar = places.sample(image_yx).astype(np.float64)
    visible = places.sample(np.where(masked_yx, np.uint8(0), np.uint8(255))) > 0.98 * 255
    seen = visible.mean(axis=0)
    usable = np.flatnonzero(seen > _LEAST_SEEN)
    if len(usable) < _FEWEST_BINS:
        return None
    first, last = _longest_run(usable)
    polar, visible, seen = polar[:, first:last], visible[:, first:last], seen[first:last]
    polar[~visible] = np.nan
    radius = (np.arange(first, last) + 0.5) * reach / n_radius
    middle, scatter = _quartiles(polar)
    limit = middle + _CLIP * _smooth(scatter, 9)
    clipped, spread = _mean_and_deviation(np.minimum(polar, limit), visible)
    # neighbouring azimuths share pixels near the centre, and a spot covers several further out
    independent = np.minimum(N_THETA / 3, 2 * np.pi * radius / 3) * seen
    sigma = np.maximum(_smooth(spread, 9), 1e-9) / np.sqrt(np.maximum(independent, 1.0))
    mean, _ = _mean_and_deviation(polar, visible)
    return RingProfile(radius, reach / n_radius, mean, clipped, sigma, seen, polar)


def _longest_run(index: np.ndarray) -> tuple[int, int]:
    """Return the first and the last, exclusive, of the longest run of neighbours."""
    breaks = np.flatnonzero(np.diff(index) > 1)
    starts = np.concatenate([[0], breaks + 1])
    ends = np.concatenate([breaks + 1, [len(index)]])
    longest = int(np.argmax(ends - starts))
    return int(index[starts[longest]]), int(index[ends[longest] - 1]) + 1


def _quartiles(polar: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return median and scatter (n,) of each column, what is not visible apart."""
    # in rows, which are sorted several times as fast as columns
    ordered = np.sort(np.ascontiguousarray(polar.T), axis=1)
    counts = np.isfinite(ordered).sum(axis=1)
    row = np.arange(len(ordered))
    middle = ordered[row, counts // 2]
    lower = ordered[row, counts // 4]
    return middle, np.maximum(middle - lower, 0) / 0.674


def _mean_and_deviation(values: FloatArray, visible: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation (n,) of the visible values of each column."""
    count = visible.sum(axis=0)
    shown = np.where(visible, values, 0.0)
    mean = shown.sum(axis=0) / count
    shown -= mean
    shown *= visible
    shown *= shown
    return mean, np.sqrt(shown.sum(axis=0) / count)


def dot_profile(profile: RingProfile) -> tuple[FloatArray, FloatArray]:
    """Return how many dots there are along the radius (n,), and its noise.

    Brightness counts by how far it stands out of its radius, so that rings of few grains, which
    hardly lift the mean, are seen as dots that gather at a radius.
    """
    middle, scatter = _quartiles(profile.polar)
    out = (profile.polar - middle) / np.maximum(_smooth(scatter, 9), 1e-12)
    dots = np.clip(out - _DOT, 0, _CLIP)
    mean, deviation = _mean_and_deviation(dots, np.isfinite(dots))
    independent = np.minimum(N_THETA / 3, 2 * np.pi * profile.radius_px / 3) * profile.seen
    spread = np.maximum(_smooth(deviation, 9), 0.05)
    return mean, spread / np.sqrt(np.maximum(independent, 1.0))


@dataclass(frozen=True, eq=False)
class LogProfile:
    """The logarithm of a profile, in which rings on the beam's glare stand out like any others.

    Parameters
    ----------
    values, sigma
        The logarithm (n,) and its noise.
    offset
        What was added to the profile first.
    first
        Bins further in than this are level.
    """

    values: FloatArray
    sigma: FloatArray
    offset: float
    first: int


def log_profile(profile: RingProfile) -> LogProfile:
    """Return the logarithm of a profile, level where a beam stop darkens the middle."""
    clipped = profile.clipped
    low, high = np.percentile(clipped, [2, 90])
    offset = float(max(0.02 * (high - low), 4 * float(np.median(profile.sigma)), 1e-9) - low)
    raised = np.maximum(clipped + offset, 1e-3 * (high - low) + 1e-12)
    values = np.log(raised)
    smooth = _smooth(values, 5)
    inner = max(3, len(values) // 5)
    top = int(np.argmax(smooth[:inner]))
    if 0 < top < inner - 1 and smooth[: top + 1].min() < smooth[top] - 0.25:
        values[:top] = values[top]
    else:
        top = 0
    return LogProfile(values, profile.sigma / raised, offset, top)


def background(values: FloatArray, half_bins: int) -> FloatArray:
    """Return the background under a profile's peaks, smooth.

    Parameters
    ----------
    values
        Logarithm of a profile (n,).
    half_bins
        Half the width of the widest peak that is to stand out.
    """
    return _smooth(snip_background(_smooth(values, 3), half_bins), 5)


def _smooth(values: FloatArray, width: int) -> FloatArray:
    return np.asarray(
        cv2.blur(values[None, :], (width, 1), borderType=cv2.BORDER_REPLICATE), np.float64
    )[0].copy()
