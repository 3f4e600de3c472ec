"""The name of a zone axis, by the reflections that are seen, and the axes that go with it."""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import Indices, nearest_zone_axis, reduced
from saed_desktop.simulation.orientation import beam_direction


@dataclass(frozen=True, eq=False)
class Naming:
    """Equivalent axes of a crystal in which its zone axis has the agreed name.

    Parameters
    ----------
    zone_axis
        The agreed representative of the zone axis; it points at the viewer.
    orientation
        Rotation (3, 3) from these axes to the laboratory frame.
    inverse_rotation
        Matrix (3, 3) that turns reflections: hkl @ inverse_rotation are the indices in these axes.
    """

    zone_axis: Indices
    orientation: FloatArray
    inverse_rotation: IntArray


def agreed_naming(phase: Phase, orientation: FloatArray, zone_axis: Indices) -> Naming:
    """Return the equivalent axes in which a zone axis is called by its agreed representative.

    One proper symmetry rotation W turns the zone axis, the reflections and the orientation, so
    that hu + kv + lw = 0 holds between them as it did before.

    Parameters
    ----------
    phase
        The crystal.
    orientation
        Rotation (3, 3) from the crystal to the laboratory frame.
    zone_axis
        The direction that points at the viewer.
    """
    rotation = phase.space_group.naming_rotation(zone_axis)
    inverse = np.round(np.linalg.inv(rotation)).astype(np.int64)
    to_cartesian = phase.lattice.direct.T
    turn = to_cartesian @ inverse @ np.linalg.inv(to_cartesian)
    # a cell that its symmetry describes only nearly makes this only nearly a rotation
    left, _, right = np.linalg.svd(turn)
    return Naming(reduced(rotation @ np.asarray(zone_axis)), orientation @ left @ right, inverse)


def beam_components(
    phase: Phase, orientation: FloatArray, zone_axis: Indices
) -> tuple[float, float, float]:
    """Return the direction that points at the viewer as components along **a**, **b**, **c**.

    It is as long as the zone axis, so that on the zone axis it is [uvw] itself.

    Parameters
    ----------
    phase
        The crystal.
    orientation
        Rotation (3, 3) from the crystal to the laboratory frame.
    zone_axis
        The direction of small whole numbers beside which it is told.
    """
    direction = beam_direction(orientation)
    length = float(np.linalg.norm(phase.lattice.directions(zone_axis)))
    u, v, w = (float(x) for x in length * direction @ np.linalg.inv(phase.lattice.direct))
    return u, v, w


_FARTHEST_DEG = 8.0
_SHARE = 0.7
_MAX_INDEX = 5
"""Of the direction nearest to the beam that gives the name where no zone is seen."""

_MAX_SHARED_INDEX = 15
"""Of a direction that most reflections share: they name it, however high its indices are."""

_FEWEST_SHARED = 3


def assign_zone_axis(
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
    if shared is not None and np.abs(shared).max() <= _MAX_SHARED_INDEX:
        vector = phase.lattice.directions(shared)
        cosine = float(vector @ direction / np.linalg.norm(vector))
        off = float(np.rad2deg(np.arccos(np.clip(abs(cosine), -1, 1))))
        if off <= _FARTHEST_DEG:
            return reduced(np.sign(cosine).astype(np.int64) * np.asarray(shared)), off
    return nearest_zone_axis(phase, direction, max_index=_MAX_INDEX)


def _shared_direction(hkl: IntArray) -> Indices | None:
    """Return the direction that most reflections are perpendicular to; None without a majority."""
    if len(hkl) < _FEWEST_SHARED:
        return None
    some = hkl[np.argsort((hkl**2).sum(axis=1), kind="stable")[:12]]
    first, second = np.triu_indices(len(some), k=1)
    a, b = some[first].T, some[second].T
    # `numpy.cross` takes several times as long
    directions = np.stack(
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]], axis=1
    )
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
