"""Rings measured all around: their radii, the ellipse they share, the centre they share."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.distortion import MAX_RATIO, Ellipse
from saed_desktop.pattern.filters import PolarGrid
from saed_desktop.pattern.prepare import PreparedPattern

_SECTORS = 36


class RingShape:
    """Rings measured in sectors: radii, common ellipse, common centre.

    The model is r(θ) = r₀·(1 + a·cos 2θ + b·sin 2θ) + dx·cos θ + dy·sin θ.
    """

    def __init__(self, prepared: PreparedPattern, radii: FloatArray) -> None:
        self._nominal = radii
        self._solution = np.concatenate([radii, np.zeros(4)])
        sectors = _Sectors(prepared, radii)
        # a window about a circle cuts off one side of an ellipse's ring: measure again about it
        for _ in range(3):
            ring, theta, radius, weight = sectors.measured(self._at)
            scatter, counts = self._fit(ring, theta, radius, weight)
        n = len(radii)
        self.radius_px = self._solution[:n]
        self.sigma_px = np.maximum(scatter / np.sqrt(np.maximum(counts, 1)), 0.02)
        a, b, dx, dy = self._solution[n:]
        amplitude = float(np.hypot(a, b))
        ratio = min((1 + amplitude) / max(1 - amplitude, 0.5), MAX_RATIO)
        self.ellipse = Ellipse(ratio, float(np.rad2deg(0.5 * np.arctan2(b, a)) % 180))
        x, y = prepared.center.xy
        self.center_xy = (float(x + dx), float(y + dy))

    def _design(self, ring: npt.NDArray[np.intp], theta: FloatArray) -> FloatArray:
        n = len(self._nominal)
        design = np.zeros((len(ring), n + 4))
        design[np.arange(len(ring)), ring] = 1
        design[:, n] = self._nominal[ring] * np.cos(2 * theta)
        design[:, n + 1] = self._nominal[ring] * np.sin(2 * theta)
        design[:, n + 2], design[:, n + 3] = np.cos(theta), np.sin(theta)
        return design

    def _at(self, ring: int, theta: float) -> float:
        row = self._design(np.array([ring]), np.array([theta]))
        return float(row[0] @ self._solution)

    def _fit(
        self,
        ring: npt.NDArray[np.intp],
        theta: FloatArray,
        radius: FloatArray,
        weight: FloatArray,
    ) -> tuple[float, npt.NDArray[np.intp]]:
        """Solve robustly; returns the scatter in px and the sectors used of each ring."""
        n = len(self._nominal)
        design = self._design(ring, theta)
        # too few sectors tell neither an ellipse nor a centre: these rows keep both at rest
        rest = np.diag(np.concatenate([np.full(n, 1e-3), np.full(2, 20.0), np.full(2, 0.1)]))
        at_rest = np.concatenate([1e-3 * self._nominal, np.zeros(4)])
        keep = np.ones(len(ring), dtype=bool)
        scatter = 1.0
        for _ in range(4):
            rows = np.concatenate([design[keep] * weight[keep, None], rest])
            target = np.concatenate([radius[keep] * weight[keep], at_rest])
            self._solution = np.linalg.lstsq(rows, target, rcond=None)[0]
            residual = radius - design @ self._solution
            if keep.any():
                scatter = 1.4826 * float(np.median(np.abs(residual[keep]))) + 1e-6
            keep = np.abs(residual) < 3.5 * scatter
        return scatter, np.bincount(ring[keep], minlength=n)


class _Sectors:
    """The radial profiles of a pattern in sectors of ten degrees."""

    def __init__(self, prepared: PreparedPattern, radii: FloatArray) -> None:
        image = np.ascontiguousarray(prepared.bright_image, dtype=np.float32)
        gap = float(np.min(np.diff(np.concatenate([[0.0], np.sort(radii)]))))
        self._half_px = float(np.clip(0.35 * gap, 4, 0.03 * radii.max() + 4))
        self._n_rings = len(radii)
        outer = float(1.1 * radii.max() + 3 * self._half_px)
        n_radius = int(outer * 2)
        self._step = outer / n_radius
        grid = PolarGrid(prepared.center.xy, outer, 8 * _SECTORS, n_radius)
        seen = grid.sample((~prepared.mask.masked).astype(np.float32)) > 0.99
        bright = np.where(seen, grid.sample(image), 0).astype(np.float64)
        self._counts = seen.reshape(_SECTORS, 8, n_radius).sum(axis=1)
        sums = bright.reshape(_SECTORS, 8, n_radius).sum(axis=1)
        self._profiles = sums / np.maximum(self._counts, 1)

    def measured(
        self, expected_px: Callable[[int, float], float]
    ) -> tuple[npt.NDArray[np.intp], FloatArray, FloatArray, FloatArray]:
        """Return ring index, azimuth (rad), radius (px) and weight wherever a ring is seen."""
        found: list[tuple[int, float, float, float]] = []
        for sector in range(_SECTORS):
            theta = 2 * np.pi * (sector * 8 + 3.5) / (8 * _SECTORS)
            for ring in range(self._n_rings):
                radius = expected_px(ring, theta)
                first = int((radius - self._half_px) / self._step)
                last = int((radius + self._half_px) / self._step) + 1
                if first < 1 or last >= self._profiles.shape[1]:
                    continue
                if self._counts[sector, first:last].min() < 4:
                    continue
                x = np.asarray((np.arange(first, last) + 0.5) * self._step, dtype=np.float64)
                peak = _centroid(x, self._profiles[sector, first:last])
                if peak is not None:
                    found.append((ring, theta, *peak))
        if not found:
            empty = np.zeros(0)
            return np.zeros(0, dtype=np.intp), empty, empty, empty
        ring_, theta_, radius_, weight = (np.array(c) for c in zip(*found, strict=True))
        return ring_.astype(np.intp), theta_, radius_, weight


def _centroid(x: FloatArray, values: FloatArray) -> tuple[float, float] | None:
    """Return where a peak over a slope stands, and how much it counts; None without a peak."""
    edge = max(2, len(x) // 6)
    left, right = float(values[:edge].mean()), float(values[-edge:].mean())
    above = values - np.linspace(left, right, len(values))
    top = float(above.max())
    noise = float(np.std(np.concatenate([above[:edge], above[-edge:]]))) + 1e-9
    if top < 3 * noise:
        return None
    inner = np.maximum(above - 0.35 * top, 0)
    total = float(inner.sum())
    return float((x * inner).sum() / total), float(min(top / noise, 30.0))
