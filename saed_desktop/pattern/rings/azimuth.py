"""Rings along the azimuth: sectors in which they are seen, and how far off they stand there."""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray
from saed_desktop.pattern.rings.profile import N_THETA, RingProfile

SECTORS = 36
_PER_SECTOR = N_THETA // SECTORS


@dataclass(frozen=True, eq=False)
class Azimuth:
    """Coverage of each ring in azimuth; arrays have one entry (n,) per ring.

    Parameters
    ----------
    seen
        Share of the azimuth that is visible.
    coverage
        Share of the visible sectors in which the ring stands out: 1 for many small grains, less for
        texture or few grains.
    spottiness
        Share of the ring's brightness that a tenth of its azimuth holds: 0.1 if it is even.
    """

    seen: FloatArray
    coverage: FloatArray
    spottiness: FloatArray

    def __getitem__(self, chosen: object) -> "Azimuth":
        """Return the rings of an index array or a boolean mask (n,)."""
        index = np.asarray(chosen)
        return Azimuth(self.seen[index], self.coverage[index], self.spottiness[index])


@dataclass(frozen=True, eq=False)
class SectorOffsets:
    """Places of rings in sectors, over their mean radii; one entry (m,) per ring and sector.

    Parameters
    ----------
    ring
        Index of the ring.
    theta
        Azimuth in radians.
    offset_px
        Radius there minus mean radius.
    weight
        How sure it is, relative to others.
    """

    ring: np.ndarray
    theta: FloatArray
    offset_px: FloatArray
    weight: FloatArray


def azimuth_of(
    profile: RingProfile, position: FloatArray, fwhm: FloatArray, parts: FloatArray
) -> Azimuth:
    """Return how much of each ring is there.

    Parameters
    ----------
    profile
        The pattern along radius and azimuth.
    position, fwhm
        Places and widths (n,) in bins.
    parts
        Fitted profile (n, m) of each ring: what the others put beside a ring is not background.
    """
    seen, coverage, spottiness = [], [], []
    together = parts.sum(axis=0)
    for x, width, own in zip(position, fwhm, parts, strict=True):
        peak, noise = _along(profile.polar, together - own, float(x), float(width))
        visible = np.isfinite(peak)
        seen.append(float(visible.mean()))
        sectors = peak.reshape(SECTORS, _PER_SECTOR)
        counts = np.isfinite(sectors).sum(axis=1)
        enough = counts >= _PER_SECTOR // 2
        mean = np.nansum(sectors, axis=1) / np.maximum(counts, 1)
        limit = 2.0 * noise / np.sqrt(np.maximum(counts / 3, 1))
        coverage.append(float((mean > limit)[enough].mean()) if enough.any() else 0.0)
        bright = np.sort(np.maximum(peak[visible], 0))[::-1]
        tenth = max(1, len(bright) // 10)
        spottiness.append(float(bright[:tenth].sum() / max(bright.sum(), 1e-12)))
    return Azimuth(np.array(seen), np.array(coverage), np.array(spottiness))


def _along(
    polar: FloatArray, others: FloatArray, x: float, width: float
) -> tuple[FloatArray, float]:
    """Return a ring's brightness (N_THETA,) over that beside it, and the noise of one azimuth."""
    half = max(0.5 * width, 1.0)
    spans = [
        _span(x - half, x + half, len(others)),
        _span(x - 2.2 * half, x - 1.4 * half, len(others)),
        _span(x + 1.4 * half, x + 2.2 * half, len(others)),
    ]
    ring, left, right = (_row_means(polar[:, span] - others[span]) for span in spans)
    difference = left - right
    seen = np.isfinite(difference)
    if not seen.any():
        return ring - np.nan, 0.0
    middle = np.median(difference[seen])
    noise = 1.4826 * float(np.median(np.abs(difference[seen] - middle))) / 1.4
    return ring - (left + right) / 2, noise


def _span(first: float, last: float, n: int) -> slice:
    start = int(np.clip(round(first), 0, n - 1))
    return slice(start, int(np.clip(round(last) + 1, start + 1, n)))


def _row_means(part: FloatArray) -> FloatArray:
    counts = np.isfinite(part).sum(axis=1)
    sums = np.nansum(part, axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def sector_offsets(profile: RingProfile, position: FloatArray, fwhm: FloatArray) -> SectorOffsets:
    """Return where each ring stands in each sector in which it can be seen."""
    visible = np.isfinite(profile.polar)
    counts = visible.reshape(SECTORS, _PER_SECTOR, -1).sum(axis=1)
    sums = np.where(visible, profile.polar, 0.0).reshape(SECTORS, _PER_SECTOR, -1).sum(axis=1)
    sectors = sums / np.maximum(counts, 1)
    rings, thetas, offsets, weights = [], [], [], []
    for ring, (x, width) in enumerate(zip(position, fwhm, strict=True)):
        gap = np.min(np.abs(np.delete(position, ring) - x)) if len(position) > 1 else np.inf
        half = float(min(1.3 * width + 1.0, max(0.55 * gap, 2.0)))
        span = _span(x - half, x + half, profile.polar.shape[1])
        if span.stop - span.start < 4:
            continue
        bins = np.arange(span.start, span.stop, dtype=np.float64)
        values = sectors[:, span]
        usable: BoolArray = np.all(counts[:, span] >= 4, axis=1)
        edge = max(1, len(bins) // 6)
        left, right = values[:, :edge].mean(axis=1), values[:, -edge:].mean(axis=1)
        slope = np.linspace(0, 1, len(bins))
        above = values - left[:, None] * (1 - slope) - right[:, None] * slope
        top = above.max(axis=1)
        ends = np.concatenate([above[:, :edge], above[:, -edge:]], axis=1)
        noise = ends.std(axis=1) + 1e-9
        usable &= top > 3 * noise
        weight = np.maximum(above - 0.35 * top[:, None], 0)
        place = (weight * bins).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-12)
        index = np.flatnonzero(usable)
        rings.append(np.full(len(index), ring))
        thetas.append(2 * np.pi * (index * _PER_SECTOR + 0.5 * (_PER_SECTOR - 1)) / N_THETA)
        offsets.append((place[index] - x) * profile.step_px)
        weights.append(np.minimum(top[index] / noise[index], 30.0) / np.maximum(width, 1.0))
    if not rings:
        nothing = np.zeros(0)
        return SectorOffsets(np.zeros(0, dtype=np.intp), nothing, nothing, nothing)
    return SectorOffsets(
        np.concatenate(rings), np.concatenate(thetas), np.concatenate(offsets),
        np.concatenate(weights),
    )  # fmt: skip
