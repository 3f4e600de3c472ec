"""What a zone axis is called: by the reflections that are seen, not by the tilt alone."""

import numpy as np
import numpy.typing as npt

from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import Indices, nearest_zone_axis, reduced
from saed_desktop.simulation.orientation import beam_direction

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_FARTHEST_DEG = 8.0
_SHARE = 0.7
_MAX_INDEX = 5


def zone_axis_shown(
    phase: Phase, orientation: FloatArray, matched_hkl: IntArray
) -> tuple[Indices, float]:
    """Return the zone axis that a pattern shows, and its angle from the beam in degrees.

    Reflections that stand at an angle to each other share one direction only, and a pattern is
    named by it even where the crystal is tilted off it by a few degrees. Where the reflections
    are a single row, or of several zones, the direction nearest to the beam gives the name.

    Parameters
    ----------
    phase
        The crystal.
    orientation
        Rotation (3, 3) from the crystal to the laboratory frame.
    matched_hkl
        Indices (n, 3) of the reflections that have a spot.
    """
    direction = beam_direction(orientation)
    shared = _shared_direction(matched_hkl)
    if shared is not None and np.abs(shared).max() <= _MAX_INDEX:
        vector = phase.lattice.directions(shared)
        cosine = float(vector @ direction / np.linalg.norm(vector))
        off = float(np.rad2deg(np.arccos(np.clip(abs(cosine), -1, 1))))
        if off <= _FARTHEST_DEG:
            return reduced(np.sign(cosine).astype(np.int64) * np.asarray(shared)), off
    return nearest_zone_axis(phase, direction, max_index=_MAX_INDEX)


def _shared_direction(hkl: IntArray) -> Indices | None:
    """Return the direction that most reflections are perpendicular to; None without a majority."""
    if len(hkl) < 4:
        return None
    some = hkl[np.argsort((hkl**2).sum(axis=1), kind="stable")[:12]]
    first, second = np.triu_indices(len(some), k=1)
    directions = {
        max(reduced(uvw), reduced(-uvw)) for uvw in np.cross(some[first], some[second]) if uvw.any()
    }
    best: tuple[int, Indices] | None = None
    for uvw in sorted(directions):
        count = int((hkl @ np.array(uvw) == 0).sum())
        if best is None or count > best[0]:
            best = count, uvw
    return best[1] if best is not None and best[0] >= _SHARE * len(hkl) else None
