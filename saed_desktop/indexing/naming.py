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
    directions = np.cross(some[first], some[second])
    directions = directions[directions.any(axis=1)]
    if len(directions) == 0:
        return None
    directions = directions // np.gcd.reduce(directions, axis=1)[:, None]
    # of a direction and its opposite the one whose first index is positive
    leading = directions[np.arange(len(directions)), (directions != 0).argmax(axis=1)]
    directions *= np.sign(leading)[:, None]
    count = (hkl @ directions.T == 0).sum(axis=0)
    # of equals the one that comes first, index by index
    best = np.lexsort((*directions.T[::-1], -count))[0]
    return reduced(directions[best]) if count[best] >= _SHARE * len(hkl) else None
