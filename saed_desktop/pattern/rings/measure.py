"""Measure the rings of a pattern: centre, ellipse, radii, widths and intensities."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray
from saed_desktop.pattern.aperture import find_aperture_shadow
from saed_desktop.pattern.pattern import ImageArray, MaskArray
from saed_desktop.pattern.rings.azimuth import Azimuth, azimuth_of, sector_offsets
from saed_desktop.pattern.rings.geometry import RingGeometry
from saed_desktop.pattern.rings.peaks import PeakFit, Peaks, area_factor, find_peaks, pseudo_voigt
from saed_desktop.pattern.rings.profile import (
    LogProfile,
    RingProfile,
    background,
    dot_profile,
    log_profile,
    ring_profile,
)
from saed_desktop.pattern.rings.search import RingSearch
from saed_desktop.pattern.rings.shape import GeometryFit, refined_geometry

_LEAST_CONTRAST = 0.006
_SIGNIFICANT = 6.0
_LEAST_COVERAGE = 0.25
_BROAD = 0.125
_LEAST_SHARPNESS = 3.0


@dataclass(frozen=True, eq=False)
class MeasuredRings:
    """The rings of a pattern; arrays have one entry (n,) per ring, the innermost first.

    Parameters
    ----------
    geometry, geometry_fit
        Centre and ellipse that all share, and how well they are known.
    profile
        Brightness along the radius.
    background
        Fitted background under it.
    model
        Background and rings as fitted.
    radius_px, radius_sigma_px
        Mean radii with their standard uncertainties.
    fwhm_px, fwhm_sigma_px
        Full widths at half height.
    height
        Over the background.
    intensity, intensity_sigma
        Of the whole ring: the area under its peak times the radius.
    azimuth
        How much of each ring is there.
    shape
        Share of the Lorentzian in the peaks.
    sharpness
        How much sharper the profile is about this centre than noise would make it.
    """

    geometry: RingGeometry
    geometry_fit: GeometryFit
    profile: RingProfile
    background: FloatArray
    model: FloatArray
    radius_px: FloatArray
    radius_sigma_px: FloatArray
    fwhm_px: FloatArray
    fwhm_sigma_px: FloatArray
    height: FloatArray
    intensity: FloatArray
    intensity_sigma: FloatArray
    azimuth: Azimuth
    shape: float
    sharpness: float

    def __len__(self) -> int:
        return len(self.radius_px)

    @property
    def contrast(self) -> FloatArray:
        """Heights over the background beneath (n,)."""
        floor = float(min(self.profile.mean.min(), self.background.min()))
        level = np.interp(self.radius_px, self.profile.radius_px, self.background) - floor
        return np.asarray(self.height / np.maximum(level, 0.05 * float(np.ptp(self.model))))

    @property
    def is_halo(self) -> bool:
        """Whether all rings are as broad as those of an amorphous material."""
        relative = self.fwhm_px / self.radius_px
        # crystals of a few nanometres already give rings narrower than a tenth of their radius
        return bool(len(self) > 0 and np.min(relative) > _BROAD)

    def limit(self, radius_px: FloatArray) -> FloatArray:
        """Return the intensity (n,) from which a ring would be seen at radii, infinite outside."""
        profile = self.profile
        width = float(np.median(self.fwhm_px)) if len(self) else 4.0
        noise = np.interp(radius_px, profile.radius_px, profile.sigma)
        floor = float(profile.mean.min())
        level = np.interp(radius_px, profile.radius_px, self.background) - floor
        bins = max(width / profile.step_px, 1.0)
        height = np.maximum(_SIGNIFICANT * noise / np.sqrt(bins), _LEAST_CONTRAST * level)
        limit = height * width * area_factor(self.shape) * radius_px
        inside = (radius_px > profile.radius_px[0] + width) & (
            radius_px < profile.radius_px[-1] - width
        )
        return np.where(inside, limit, np.inf)

    def __getitem__(self, chosen: object) -> "MeasuredRings":
        """Return the rings of an index array or a boolean mask (n,)."""
        index = np.asarray(chosen)
        parts = {name: getattr(self, name)[index] for name in _PER_RING}
        return replace(self, azimuth=self.azimuth[index], **parts)


_PER_RING = (
    "radius_px", "radius_sigma_px", "fwhm_px", "fwhm_sigma_px", "height", "intensity",
    "intensity_sigma",
)  # fmt: skip


def measure_rings(
    image_yx: ImageArray,
    masked_yx: MaskArray,
    starts_xy: Sequence[tuple[float, float]],
    *,
    is_centered: bool = False,
) -> MeasuredRings | None:
    """Return the rings of an image, None where hardly anything of it is visible.

    Parameters
    ----------
    image_yx
        Brightness, rings brighter than the background.
    masked_yx
        Pixels that do not count.
    starts_xy
        Places that the centre may be near, in pixels.
    is_centered
        Whether the first of them is the centre.
    """
    image = np.ascontiguousarray(image_yx, dtype=np.float32)
    masked = masked_yx | find_aperture_shadow(image, masked_yx)
    search = RingSearch(image, masked)
    height, width = image.shape
    places = [*starts_xy, *search.votes(), ((width - 1) / 2, (height - 1) / 2)]
    geometry, sharpness = search.best(places, is_fixed=is_centered)
    if sharpness < _LEAST_SHARPNESS:
        return None
    profile = ring_profile(image, masked, geometry)
    fit: GeometryFit | None = None
    rows: FloatArray | None = None
    for _ in range(3):
        if profile is None:
            return None
        rows = _found(profile, log_profile(profile))
        offsets = sector_offsets(profile, rows[:, 0], rows[:, 1])
        radius = profile.radius_px[0] + rows[:, 0] * profile.step_px
        fit = refined_geometry(geometry, radius, offsets, is_centered=is_centered)
        if fit.geometry is None or _is_close(fit.geometry, geometry, profile):
            break
        geometry = fit.geometry
        profile, rows = ring_profile(image, masked, geometry), None
    if profile is None or fit is None:
        return None
    found = _measured(profile, rows, geometry, sharpness, is_centered=is_centered)
    return found[_is_ring(found)]


def _is_ring(found: MeasuredRings) -> BoolArray:
    """Tell which peaks (n,) are rings: not the flank of a stronger one, nor of a few azimuths."""
    real = found.azimuth.coverage >= _LEAST_COVERAGE
    parts = found.height[:, None] * pseudo_voigt(
        found.radius_px, found.radius_px, found.fwhm_px, found.shape
    )
    real &= found.height > parts.sum(axis=0) - np.diag(parts)
    # what is as broad as a halo is as even as one, or it is something else
    broad = found.fwhm_px > _BROAD * found.radius_px
    even = (found.azimuth.coverage > 0.5) & (found.azimuth.spottiness < 0.45)
    real &= ~broad | even
    # the shoulder of the beam's own glare is as wide as it is far out
    real &= found.fwhm_px < 0.9 * found.radius_px
    for i in np.argsort(-found.height, kind="stable"):
        reach = 0.35 * np.maximum(found.fwhm_px, found.fwhm_px[i])
        near = np.abs(found.radius_px - found.radius_px[i]) < reach
        real &= ~(near & (found.height < found.height[i]) & bool(real[i]))
    return real


def _is_close(one: RingGeometry, other: RingGeometry, profile: RingProfile) -> bool:
    shift = np.hypot(*(np.array(one.center_xy) - np.array(other.center_xy)))
    ellipse = np.hypot(one.cos2 - other.cos2, one.sin2 - other.sin2) * profile.radius_px[-1]
    return bool(shift < 0.15 and ellipse < 0.3)


def _found(profile: RingProfile, logs: LogProfile) -> FloatArray:
    """Return the peaks of a profile: rows (n, 3) of position, full width and significance."""
    raised = np.exp(logs.values)
    # over a smooth background peaks keep their shape, which the logarithm would flatten
    smooth = np.exp(background(logs.values, len(logs.values) // 4))
    found = find_peaks(raised / smooth, logs.sigma * raised / smooth, first=logs.first)
    baseline = _baseline(logs, found)
    # beside a strong peak the curvature hides a weak one: look again without those that are known
    for _ in range(2):
        known = _rough_model(found, raised - baseline)
        rest = np.maximum(raised - known, 0.3 * baseline) / baseline
        # their flanks are no Gaussian's
        noise = np.hypot(logs.sigma * raised / baseline, 0.005 + 0.08 * known / baseline)
        more = find_peaks(rest, noise, first=logs.first)
        more = np.array([row for row in more if _is_apart(row, found)]).reshape(-1, 3)
        if not len(more):
            break
        found = np.concatenate([found, more])
    dots = find_peaks(*dot_profile(profile), first=logs.first)
    dots = np.array([row for row in dots if _is_apart(row, found)]).reshape(-1, 3)
    return np.concatenate([found, dots])


def _baseline(logs: LogProfile, found: FloatArray) -> FloatArray:
    half = int(np.clip(1.3 * _widest(found), 8, len(logs.values) // 6))
    return np.asarray(np.exp(background(logs.values, half)))


def _widest(found: FloatArray) -> float:
    return float(max(found[:, 1].max(initial=8.0), 8.0))


def _fitted(profile: RingProfile, logs: LogProfile, rows: FloatArray | None) -> Peaks:
    """Return the peaks of a profile fitted together, over a raised profile."""
    raised = np.exp(logs.values)
    found = _found(profile, logs) if rows is None else rows
    # a profile known to a ten-thousandth would have the fit chase the faults of its own model
    sigma = np.hypot(profile.sigma, 0.01 * raised)
    sigma[: logs.first] *= 50
    fit = PeakFit(raised, sigma, _baseline(logs, found), max(2.5 * _widest(found), 30.0))
    return fit.fit(found[:, 0], found[:, 1])


def _rough_model(found: FloatArray, above: FloatArray) -> FloatArray:
    """Return Gaussians at peaks (n, 3) whose heights suit a profile without its background."""
    if not len(found):
        return np.zeros_like(above)
    parts = pseudo_voigt(np.arange(len(above), dtype=np.float64), found[:, 0], found[:, 1], 0.0)
    near = parts.max(axis=0) > 0.5
    height = np.linalg.lstsq(parts[:, near].T, above[near], rcond=None)[0]
    return np.asarray(np.maximum(height, 0) @ parts)


def _is_apart(row: FloatArray, found: FloatArray) -> bool:
    if not len(found):
        return True
    reach = 0.5 * np.maximum(found[:, 1], row[1])
    return bool(np.all(np.abs(found[:, 0] - row[0]) > reach))


def _measured(
    profile: RingProfile,
    rows: FloatArray | None,
    geometry: RingGeometry,
    sharpness: float,
    *,
    is_centered: bool,
) -> MeasuredRings:
    logs = log_profile(profile)
    peaks, offset = _fitted(profile, logs, rows), logs.offset
    order = np.argsort(peaks.position, kind="stable")
    bins = np.arange(len(profile), dtype=np.float64)
    components = peaks.components(bins)[order]
    step = profile.step_px
    radius = profile.radius_px[0] + peaks.position[order] * step
    fwhm = peaks.fwhm[order] * step
    offsets = sector_offsets(profile, peaks.position[order], peaks.fwhm[order])
    shape = refined_geometry(geometry, radius, offsets, is_centered=is_centered)
    # intensities count every spot: heights of the known peaks on the plain mean
    rest = profile.mean + offset - peaks.background
    height = _heights(rest, components, peaks.height[order])
    factor = fwhm * area_factor(peaks.shape) * radius
    relative = np.hypot(
        peaks.height_sigma[order] / np.maximum(peaks.height[order], 1e-12),
        peaks.fwhm_sigma[order] / fwhm,
    )
    return MeasuredRings(
        geometry=geometry,
        geometry_fit=shape,
        profile=profile,
        background=peaks.background - offset,
        model=peaks.background - offset + peaks.height[order] @ components,
        radius_px=radius,
        radius_sigma_px=np.hypot(peaks.position_sigma[order] * step, shape.radius_sigma_px),
        fwhm_px=fwhm,
        fwhm_sigma_px=peaks.fwhm_sigma[order] * step,
        height=height,
        intensity=height * factor,
        intensity_sigma=height * factor * relative,
        azimuth=azimuth_of(
            profile,
            peaks.position[order],
            peaks.fwhm[order],
            peaks.height[order][:, None] * components,
        ),
        shape=peaks.shape,
        sharpness=sharpness,
    )


def _heights(rest: FloatArray, components: FloatArray, clipped: FloatArray) -> FloatArray:
    """Return heights (n,) of peaks in a profile without background, near those of the clipped."""
    near = components.max(axis=0, initial=0.0) > 0.3
    if near.sum() <= len(components):
        return clipped
    height = np.linalg.lstsq(components[:, near].T, rest[near], rcond=None)[0]
    # spots off the rings must not make one of them negative or overwhelm it
    return np.asarray(np.clip(height, clipped, 5 * clipped))
