"""The rings of a pattern as the likelihood takes them: logarithms of radii and intensities."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray
from saed_desktop.pattern.calibration import UNKNOWN_SCALE_RANGE, Calibration
from saed_desktop.pattern.rings.measure import MeasuredRings
from saed_desktop.pattern.rings.peaks import area_factor

_MODEL_SIGMA = 0.003
"""Distortions other than the ellipse move rings by this much, relative to their radius."""
_STRAIN_SIGMA = 0.004
"""A specimen's lattice differs from its structure file's by this much (composition, stress)."""
_LARGEST_REACH = 0.04
_FLANK = 0.7
"""So much weaker, in the logarithm, a line on the flank of a ring is not told apart from it."""
_BEYOND = 1.6
"""A line beyond the outermost ring may be weaker than computed by this, in the logarithm at √2
times its radius: thermal motion (2 Å² more or less at 1.2 1/Å), the camera's dynamic range."""
_COVERED = 1.6
"""A line up to so many times as high as the profile over its background is not missing there."""


@dataclass(frozen=True, eq=False)
class RingObservation:
    """Rings to be explained; arrays have one entry (n,) per ring.

    Parameters
    ----------
    log_radius, sigma
        Natural logarithm of the radius in pixels and its uncertainty.
    width
        Full width over radius: lines within it are one ring.
    log_intensity
        Natural logarithm of the intensity, the strongest ring 0.
    grid, grid_limit
        Logarithms of radii (m,) and of the intensity that would be seen there, on the same scale.
    log_scale, scale_sigma
        The stated scale in 1/Å per pixel, NaN and infinity where there is none.
    """

    log_radius: FloatArray
    sigma: FloatArray
    width: FloatArray
    log_intensity: FloatArray
    grid: FloatArray
    grid_limit: FloatArray
    log_scale: float
    scale_sigma: float

    def __len__(self) -> int:
        return len(self.log_radius)

    @property
    def is_scaled(self) -> bool:
        """Whether the scale is known."""
        return bool(np.isfinite(self.log_scale))

    @cached_property
    def _seen(self) -> tuple[FloatArray, FloatArray]:
        """The part of the grid where rings can be seen, with the limits there."""
        finite = np.isfinite(self.grid_limit)
        return self.grid[finite], self.grid_limit[finite]

    @cached_property
    def span(self) -> tuple[float, float]:
        """Logarithms of the smallest and the largest radius at which rings can be seen."""
        return float(self._seen[0][0]), float(self._seen[0][-1])

    @cached_property
    def intensity_spread(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithms of the intensities, no less than 1.2."""
        if not len(self):
            return 0.0, 1.2
        return float(np.mean(self.log_intensity)), max(float(np.std(self.log_intensity)), 1.2)

    def limit(self, log_radius: FloatArray) -> FloatArray:
        """Return the logarithm of the least visible intensity at radii; infinite out of sight."""
        low, high = self.span
        inside = (log_radius > low) & (log_radius < high)
        return np.where(inside, np.interp(log_radius, *self._seen), np.inf)

    def limit_beside_rings(self, log_radius: FloatArray) -> FloatArray:
        """Return the least visible intensity (n,) of lines, in the logarithm.

        On a ring's flank a weak one is not seen; beyond the outermost ring computed intensities
        are less and less sure.
        """
        limit = self.limit(log_radius)
        if not len(self):
            return limit
        beyond = np.maximum(log_radius - float(self.log_radius.max()), 0.0)
        limit = limit + _BEYOND * np.expm1(2 * beyond)
        off = np.abs(self.log_radius[None, :] - log_radius[:, None])
        flank = np.where(off < self.width[None, :], self.log_intensity[None, :], -np.inf)
        return np.asarray(np.maximum(limit, flank.max(axis=1) - _FLANK))

    def reach(self, share: float) -> FloatArray:
        """Return how far off a line may be to belong to each ring (n,), in the logarithm.

        Parameters
        ----------
        share
            Of the ring's full width, up to a limit: a broad hump is not any two lines far apart.
        """
        return np.maximum(3 * self.sigma, np.minimum(share * self.width, _LARGEST_REACH))

    def without_scale(self) -> "RingObservation":
        """Return the rings as if nothing were known of the scale."""
        return replace(self, log_scale=np.nan, scale_sigma=np.inf)

    def scale_log_prior(self, log_scale: FloatArray) -> FloatArray:
        """Return the logarithm of the prior density of scales."""
        if not self.is_scaled:
            low, high = np.log(UNKNOWN_SCALE_RANGE)
            outside = (log_scale < low) | (log_scale > high)
            return np.where(outside, -np.inf, -np.log(high - low))
        z = (log_scale - self.log_scale) / self.scale_sigma
        return np.asarray(-0.5 * z**2 - np.log(self.scale_sigma * np.sqrt(2 * np.pi)))

    def __getitem__(self, chosen: BoolArray) -> "RingObservation":
        """Return some of the rings, by a boolean mask (n,)."""
        return replace(
            self,
            log_radius=self.log_radius[chosen],
            sigma=self.sigma[chosen],
            width=self.width[chosen],
            log_intensity=self.log_intensity[chosen],
        )


def _covered(rings: MeasuredRings) -> FloatArray:
    """Return the intensity (m,) of lines that the profile would cover, on rings' flanks above all.

    A line no higher than what stands over the background at its place anyway is not missing there.
    """
    profile = rings.profile
    above = np.maximum(profile.mean, rings.model) - rings.background
    width = float(np.median(rings.fwhm_px)) if len(rings) else 4.0
    area = np.maximum(above, 0) * width * area_factor(rings.shape) * profile.radius_px
    return np.asarray(_COVERED * area)


def observe_rings(rings: MeasuredRings, calibration: Calibration) -> RingObservation:
    """Return what the likelihood takes of measured rings."""
    strongest = float(rings.intensity.max(initial=1e-300))
    grid = rings.profile.radius_px
    with np.errstate(divide="ignore"):
        limit = np.log(np.maximum(rings.limit(grid), _covered(rings)) / strongest)
    scale = calibration.scale_inv_angstrom_per_px
    return RingObservation(
        log_radius=np.log(rings.radius_px),
        sigma=np.hypot(rings.radius_sigma_px / rings.radius_px, _MODEL_SIGMA),
        width=rings.fwhm_px / rings.radius_px,
        log_intensity=np.log(np.maximum(rings.intensity / strongest, 1e-9)),
        grid=np.log(grid),
        grid_limit=limit,
        log_scale=np.nan if scale is None else float(np.log(scale)),
        scale_sigma=float(np.hypot(calibration.relative_sigma, _STRAIN_SIGMA)),
    )
