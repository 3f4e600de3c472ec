"""Inputs of networks on pictures and on profiles: the very spots that a zone's lattice has.

Both are drawn on the scale that the pattern states. Intensities are raised to the power of a
quarter, so that weak spots are seen beside strong ones.
"""

import numpy as np

from trainer.lattice.draw import DrawnZones

SIDE_PX = 80
N_RADII = 512
Q_MAX = 1.0
"""Spots farther out are left out, in 1/Å."""

_POWER = 0.25
_SPOT_SIGMA_PX = 0.9
_PROFILE_SIGMA_BINS = 1.5
_REACH_PX = 3


def pictures(zones: DrawnZones, rng: np.random.Generator | None = None) -> np.ndarray:
    """Return pictures (n, 1, SIDE_PX, SIDE_PX) of zones with a scale.

    Parameters
    ----------
    zones
        The zones.
    rng
        Turns and mirrors each picture at random; without it they stay as they are.
    """
    n = len(zones)
    q_xy, height, row = _spots(zones)
    if rng is not None:
        angle, mirror = rng.uniform(0, 2 * np.pi, n)[row], rng.choice([-1, 1], n)[row]
        x, y = q_xy.T * np.stack([mirror, np.ones(len(row))])
        q_xy = np.column_stack(
            [np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y]
        )
    xy = (q_xy / Q_MAX + 1) * (SIDE_PX - 1) / 2
    whole = np.rint(xy).astype(np.int64)
    canvas = np.zeros(n * SIDE_PX * SIDE_PX)
    for dy in range(-_REACH_PX, _REACH_PX + 1):
        for dx in range(-_REACH_PX, _REACH_PX + 1):
            column, line = whole[:, 0] + dx, whole[:, 1] + dy
            inside = (column >= 0) & (column < SIDE_PX) & (line >= 0) & (line < SIDE_PX)
            off2 = (column - xy[:, 0]) ** 2 + (line - xy[:, 1]) ** 2
            value = height * np.exp(-0.5 * off2 / _SPOT_SIGMA_PX**2)
            place = (row * SIDE_PX + line) * SIDE_PX + column
            canvas += np.bincount(place[inside], value[inside], len(canvas))
    return canvas.reshape(n, 1, SIDE_PX, SIDE_PX).astype(np.float32)


def profiles(zones: DrawnZones) -> np.ndarray:
    """Return azimuthal profiles (n, N_RADII) of zones with a scale.

    Parameters
    ----------
    zones
        The zones.
    """
    q_xy, height, row = _spots(zones)
    place = np.hypot(*q_xy.T) / Q_MAX * N_RADII - 0.5
    reach = int(np.ceil(4 * _PROFILE_SIGMA_BINS))
    rings = np.zeros(len(zones) * N_RADII)
    for step in range(-reach, reach + 1):
        bin_ = np.rint(place).astype(np.int64) + step
        inside = (bin_ >= 0) & (bin_ < N_RADII)
        value = height ** (1 / _POWER) * np.exp(-0.5 * ((bin_ - place) / _PROFILE_SIGMA_BINS) ** 2)
        rings += np.bincount((row * N_RADII + bin_)[inside], value[inside], len(rings))
    return (rings.reshape(-1, N_RADII) ** _POWER).astype(np.float32)


def _spots(zones: DrawnZones) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return places (m, 2) in 1/Å, heights (m,) and rows (m,) of all spots in view."""
    present = np.arange(zones.spots.shape[1]) < zones.n_spots[:, None]
    log_i = np.where(present, zones.spots[..., 2], -np.inf).astype(float)
    q_xy = zones.spots[..., :2] * zones.scale[:, None, None]
    present &= np.hypot(q_xy[..., 0], q_xy[..., 1]) < Q_MAX
    height = np.exp(_POWER * (log_i - log_i.max(axis=1, keepdims=True)))
    row, spot = np.nonzero(present)
    return q_xy[row, spot], height[row, spot], row
