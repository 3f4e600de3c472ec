"""The part of a prepared pattern that is indexed: spots, their visibility, the scale."""

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.electron import DEFAULT_ENERGY_KEV
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.pattern.spots import Spots

_GRID_PX = 384
_FEW_DISTANCES = 40_000
"""So many are computed sooner than a map is drawn."""

_INNER = 0.6
"""Of the reach."""

MAX_SPOTS = 160
"""More spots than this add cost and no evidence; the surest are kept."""


@dataclass(frozen=True, eq=False)
class Observation:
    """Spots as offsets from the direct beam, with what is needed to judge a computed pattern.

    Parameters
    ----------
    offsets_px
        Positions (n, 2) from the beam, x to the right, y downwards.
    sigma_px
        Standard uncertainties of the positions (n,).
    log_intensity
        Natural logarithms of the integrated intensities (n,).
    significance
        Of the detection (n,).
    center_xy
        The beam in pixels of the pattern, and its standard uncertainty.
    scale
        1/Å per pixel, None where unknown.
    scale_sigma
        Its relative standard uncertainty.
    hidden_yx
        Where nothing can be seen (height, width).
    index
        Which of the prepared pattern's diffracted spots each one is (n,).
    """

    offsets_px: FloatArray
    sigma_px: FloatArray
    log_intensity: FloatArray
    significance: FloatArray
    center_xy: tuple[float, float]
    center_sigma_px: float
    scale: float | None
    scale_sigma: float
    energy_kev: float
    hidden_yx: npt.NDArray[np.bool_]
    index: IntArray

    def __len__(self) -> int:
        return len(self.offsets_px)

    @cached_property
    def radius_px(self) -> FloatArray:
        """Distances (n,) from the beam in pixels."""
        return np.asarray(np.hypot(*self.offsets_px.T))

    @cached_property
    def reach_px(self) -> float:
        """The radius within which spots are seen at all."""
        if len(self) == 0:
            return 1.0
        return float(np.percentile(self.radius_px, 95) * 1.08 + 1)

    @cached_property
    def detection_limit(self) -> tuple[float, float]:
        """The faintest log intensity that is seen: intercept, and slope per relative radius.

        Each spot tells the limit around it: its intensity over its significance, times the
        threshold. Near the beam the background is higher, so the limit depends on the radius.
        """
        threshold = np.log(6.5)
        local = self.log_intensity - np.log(np.maximum(self.significance, 1.0)) + threshold
        x = self.radius_px / self.reach_px
        if len(self) < 8 or np.ptp(x) < 0.2:
            return float(np.median(local)) if len(self) else 0.0, 0.0
        slope, intercept = np.polyfit(x, local, 1)
        return float(intercept), float(np.clip(slope, -6, 2))

    @cached_property
    def clutter_per_px2(self) -> float:
        """The density of spots that belong to nothing, per px²."""
        area = np.pi * self.reach_px**2
        return float(max(0.15 * len(self), 1.5) / area)

    @cached_property
    def brightness_spread(self) -> float:
        """Standard deviation of the natural log intensities, at least 1."""
        return max(float(np.std(self.log_intensity)), 1.0)

    @cached_property
    def _nearest(self) -> tuple[IntArray, float, float]:
        """A map of the nearest spot's index, and the map's origin and step in px."""
        half = self.reach_px * 1.15 + 8
        step = 2 * half / _GRID_PX
        cells = np.full((_GRID_PX, _GRID_PX), 255, dtype=np.uint8)
        index = np.floor((self.offsets_px + half) / step).astype(int)
        inside = np.all((index >= 0) & (index < _GRID_PX), axis=1)
        owner = np.full((_GRID_PX, _GRID_PX), -1, dtype=np.int64)
        for i in np.flatnonzero(inside)[::-1]:  # the surest last, so that it owns a shared cell
            cells[index[i, 1], index[i, 0]] = 0
            owner[index[i, 1], index[i, 0]] = i
        _, labels = cv2.distanceTransformWithLabels(
            cells, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
        )
        line, column = np.nonzero(cells == 0)
        # labels are counted from one
        of_label = np.full(len(line) + 1, -1, dtype=np.int64)
        of_label[labels[line, column]] = owner[line, column]
        return of_label.take(labels), half, step

    def nearest_spot(self, xy_px: FloatArray, *, batches: int = 1) -> tuple[IntArray, FloatArray]:
        """Return the nearest spot (...) to offsets (..., 2) and the distance to it in px.

        For many offsets the spot comes from a coarse map, and the distance from its true position.
        Far outside the map the index is -1 and the distance infinite.

        Parameters
        ----------
        xy_px
            The offsets.
        batches
            Of how many batches they are; each may have so many that its spots come from the map.
        """
        if xy_px.ndim == 2 and 0 < len(xy_px) * len(self) < _FEW_DISTANCES * batches:
            x, y = (
                np.subtract.outer(a, b) for a, b in zip(xy_px.T, self.offsets_px.T, strict=True)
            )
            squared = x * x + y * y
            spot = squared.argmin(axis=1)
            return spot, np.sqrt(squared[np.arange(len(spot)), spot])
        owner, half, step = self._nearest
        x, y = xy_px[..., 0], xy_px[..., 1]
        column = np.floor((x + half) * (1 / step)).astype(np.int64)
        line = np.floor((y + half) * (1 / step)).astype(np.int64)
        # as unsigned numbers, negative ones are too large as well
        inside = (column.view(np.uint64) < _GRID_PX) & (line.view(np.uint64) < _GRID_PX)
        cell = line * _GRID_PX + column
        if inside.all():
            spot = owner.take(cell)
        else:
            spot = np.where(inside, owner.take(np.where(inside, cell, 0)), -1)
        spots_x, spots_y = self.offsets_px.T
        off_x, off_y = x - spots_x.take(spot, mode="wrap"), y - spots_y.take(spot, mode="wrap")
        distance = np.sqrt(off_x * off_x + off_y * off_y)
        return spot, np.where(spot >= 0, distance, np.inf)

    def can_be_seen(self, xy_px: FloatArray) -> npt.NDArray[np.bool_]:
        """Tell which offsets (..., 2) fall on a visible part of the image."""
        height, width = self.hidden_yx.shape
        x = np.rint(xy_px[..., 0] + self.center_xy[0]).astype(np.int64)
        y = np.rint(xy_px[..., 1] + self.center_xy[1]).astype(np.int64)
        margin = 3
        inside = (x >= margin) & (x < width - margin) & (y >= margin) & (y < height - margin)
        if not self._hides:
            return np.asarray(inside)
        hidden = self.hidden_yx.take(np.where(inside, y * width + x, 0))
        return np.asarray(inside & ~hidden)

    @cached_property
    def _hides(self) -> bool:
        return bool(self.hidden_yx.any())

    @cached_property
    def inner(self) -> "Observation":
        """The spots in the inner part of the pattern, which few reflections can explain."""
        return self.without(self.radius_px > _INNER * self.reach_px)

    def on_scale(self, scale: float | None, scale_sigma: float) -> "Observation":
        """Return the same spots with another knowledge of the scale (1/Å per pixel)."""
        return replace(self, scale=scale, scale_sigma=scale_sigma)

    def without(self, spots: npt.NDArray[np.bool_]) -> "Observation":
        """Return the same observation without some of its spots (n,)."""
        keep = ~spots
        return replace(
            self,
            offsets_px=self.offsets_px[keep],
            sigma_px=self.sigma_px[keep],
            log_intensity=self.log_intensity[keep],
            significance=self.significance[keep],
            index=self.index[keep],
        )


def observe(prepared: PreparedPattern) -> Observation:
    """Return what of a prepared pattern takes part in indexing."""
    spots: Spots = prepared.diffracted
    keep = np.sort(np.argsort(-spots.significance, kind="stable")[:MAX_SPOTS])
    keep = keep[spots.intensity[keep] > 0]
    spots = spots[keep]
    calibration = prepared.pattern.calibration
    return Observation(
        offsets_px=spots.xy - np.array(prepared.center.xy),
        sigma_px=spots.sigma_px,
        log_intensity=np.log(np.maximum(spots.intensity, 1e-12)),
        significance=spots.significance,
        center_xy=prepared.center.xy,
        center_sigma_px=prepared.center.local_sigma_px,
        scale=calibration.scale_inv_angstrom_per_px,
        scale_sigma=calibration.relative_sigma,
        energy_kev=prepared.pattern.energy_kev or DEFAULT_ENERGY_KEV,
        hidden_yx=prepared.mask.masked,
        index=keep,
    )
