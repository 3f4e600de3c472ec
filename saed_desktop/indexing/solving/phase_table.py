"""Everything about a phase that indexing needs and that no pattern changes, computed once."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.simulation.kinematical import ReciprocalPoints, reciprocal_points

MAX_POINTS = 60_000
"""A cell with more reciprocal points than this in range is searched only as far as they reach."""


@dataclass(frozen=True, eq=False)
class PhaseTable:
    """Reciprocal points of a phase, with one representative per symmetry family marked.

    Parameters
    ----------
    phase
        The crystal.
    points
        All reciprocal-lattice points up to `q_max`, forbidden ones included, by rising length.
    log_strength
        Natural logarithm of |F|² (n,) over the largest; forbidden points get a floor.
    representative
        Whether a point stands for its family under the Laue group (n,).
    """

    phase: Phase
    points: ReciprocalPoints
    log_strength: FloatArray
    representative: npt.NDArray[np.bool_]
    q_max: float


@lru_cache(maxsize=512)
def phase_table(phase: Phase, q_max: float) -> PhaseTable:
    """Return the table of a phase up to `q_max` (1/Å)."""
    # the number of points is about 4/3·π·q³·V; a huge cell must not take unbounded time
    limit = (MAX_POINTS / (4.19 * phase.lattice.volume)) ** (1 / 3)
    q_max = min(q_max, limit)
    points = reciprocal_points(phase, q_max, with_absent=True)
    strength = np.abs(points.structure_factor) ** 2
    largest = float(strength.max(initial=0.0)) or 1.0
    log_strength = np.log(np.maximum(strength / largest, 1e-9))
    return PhaseTable(phase, points, log_strength, _representatives(points), q_max)


def _representatives(points: ReciprocalPoints) -> npt.NDArray[np.bool_]:
    """Mark one point of each family of equivalents."""
    hkl = points.hkl
    if len(hkl) == 0:
        return np.zeros(0, dtype=bool)
    # equivalents are as long and so among these: no index of theirs is larger
    base = 2 * int(np.abs(hkl).max()) + 1
    weights = np.array([base * base, base, 1])
    # one number for each hkl; the number of an equivalent is linear in hkl as well
    rotated = points.phase.space_group.laue_rotations @ weights
    return np.asarray((hkl @ rotated.T).max(axis=1) == hkl @ weights)
