"""The radial profile of a pattern: mean and median brightness against the distance to the beam."""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.filters import PolarGrid
from saed_desktop.pattern.prepare import PreparedPattern

_N_THETA = 360


@dataclass(frozen=True, eq=False)
class RadialProfile:
    """Brightness against radius.

    Parameters
    ----------
    radius_px
        Radii (n,).
    mean
        Mean over the azimuth (n,): shows spots and rings. NaN where all is masked.
    median
        Median over the azimuth (n,): shows rings, not spots.
    """

    radius_px: FloatArray
    mean: FloatArray
    median: FloatArray


def radial_profile(prepared: PreparedPattern) -> RadialProfile:
    """Return the radial profile about the direct beam, without what is masked."""
    image = prepared.bright_image
    height, width = image.shape
    x, y = prepared.center.xy
    reach = float(max(np.hypot(cx - x, cy - y) for cx in (0, width - 1) for cy in (0, height - 1)))
    radius = min(reach, 0.75 * max(height, width))
    bins = max(32, int(radius))
    grid = PolarGrid((x, y), radius, _N_THETA, bins)
    rows = grid.sample(np.ascontiguousarray(image, dtype=np.float32)).astype(np.float64)
    rows[grid.sample((~prepared.mask.masked).astype(np.float32)) < 0.99] = np.nan
    seen = np.isfinite(rows).mean(axis=0) > 0.03
    mean, median = np.full(bins, np.nan), np.full(bins, np.nan)
    mean[seen] = np.nanmean(rows[:, seen], axis=0)
    median[seen] = np.nanmedian(rows[:, seen], axis=0)
    last = int(np.flatnonzero(seen)[-1]) + 1 if seen.any() else bins
    step = radius / bins
    return RadialProfile((np.arange(last) + 0.5) * step, mean[:last], median[:last])
