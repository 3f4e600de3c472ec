"""Least squares for the centre and the ellipse that rings share, from their places in sectors."""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.rings.azimuth import SectorOffsets
from saed_desktop.pattern.rings.geometry import RingGeometry

_FEWEST_SECTORS = 12
_ELLIPSE_PRIOR = 0.02
_LARGEST_ELLIPSE = 0.06


@dataclass(frozen=True, eq=False)
class GeometryFit:
    """Ellipse and centre of rings as fitted to their sectors.

    Parameters
    ----------
    geometry
        The mended geometry, None where too few sectors show a ring.
    center_sigma_px, ellipse_sigma
        Standard uncertainties of the centre and of the amplitudes of the ellipse.
    scatter_px
        Standard deviation of a ring's place in a sector about the geometry.
    radius_sigma_px
        What the geometry adds to the uncertainty of each radius (n,).
    """

    geometry: RingGeometry | None
    center_sigma_px: float
    ellipse_sigma: float
    scatter_px: float
    radius_sigma_px: FloatArray


def refined_geometry(
    geometry: RingGeometry, radius_px: FloatArray, seen: SectorOffsets, *, is_centered: bool
) -> GeometryFit:
    """Return the geometry that rings in sectors suit best.

    The model is δr(θ) = δᵢ + r·(a·cos 2θ + b·sin 2θ) + dx·cos θ + dy·sin θ.

    Parameters
    ----------
    geometry
        Geometry that the sectors were measured about.
    radius_px
        Radii (n,).
    seen
        Places in sectors.
    is_centered
        Whether the centre is known and stays.
    """
    n = len(radius_px)
    if len(seen.ring) < _FEWEST_SECTORS:
        return GeometryFit(None, 3.0, _ELLIPSE_PRIOR, 1.0, np.full(n, 0.5))
    mean = float(np.average(radius_px, weights=np.bincount(seen.ring, minlength=n)))
    design = np.zeros((len(seen.ring), n + 4))
    design[np.arange(len(seen.ring)), seen.ring] = 1
    design[:, n] = radius_px[seen.ring] * np.cos(2 * seen.theta)
    design[:, n + 1] = radius_px[seen.ring] * np.sin(2 * seen.theta)
    design[:, n + 2], design[:, n + 3] = np.cos(seen.theta), np.sin(seen.theta)
    now = np.array([geometry.cos2, geometry.sin2])
    at_rest = np.concatenate([np.zeros(n), -now, np.zeros(2)])
    keep = np.ones(len(seen.ring), dtype=bool)
    scatter, solution = 1.0, np.zeros(n + 4)
    normal = np.eye(n + 4)
    for _ in range(4):
        # the weights say how sure a sector is, the scatter how far it is off in pixels
        weight = seen.weight[keep] / np.sqrt(np.mean(seen.weight[keep] ** 2)) / scatter
        priors = np.concatenate(
            [np.full(n, 1e-2), np.full(2, 1 / _ELLIPSE_PRIOR),
             np.full(2, 1e6 if is_centered else 1 / (0.1 * mean))]
        )  # fmt: skip
        rows = np.concatenate([design[keep] * weight[:, None], np.diag(priors)])
        target = np.concatenate([seen.offset_px[keep] * weight, priors * at_rest])
        solution = np.linalg.lstsq(rows, target, rcond=None)[0]
        normal = rows.T @ rows
        residual = seen.offset_px - design @ solution
        scatter = max(1.4826 * float(np.median(np.abs(residual[keep]))), 0.05)
        keep = np.abs(residual) < 3.5 * scatter
        if keep.sum() < _FEWEST_SECTORS:
            break
    spread = np.sqrt(np.diag(np.linalg.inv(normal)))
    a, b, dx, dy = solution[n:]
    cos2, sin2 = geometry.cos2 + a, geometry.sin2 + b
    size = float(np.hypot(cos2, sin2))
    shrink = min(1.0, _LARGEST_ELLIPSE / max(size, 1e-12))
    x, y = geometry.center_xy
    better = RingGeometry((float(x + dx), float(y + dy)), cos2 * shrink, sin2 * shrink)
    counts = np.bincount(seen.ring[keep], minlength=n)
    return GeometryFit(
        better,
        float(np.hypot(*spread[n + 2 :]) / np.sqrt(2)),
        float(np.hypot(*spread[n : n + 2]) / np.sqrt(2)),
        scatter,
        np.where(counts > 0, scatter / np.sqrt(np.maximum(counts, 1)), 2 * scatter),
    )
