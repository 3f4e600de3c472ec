"""Tables of several phases, one after the other, so that their orientations are one batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray, IntArray
from saed_desktop.indexing.solving.phase_table import PhaseTable

_Values = TypeVar("_Values", FloatArray, BoolArray)


@dataclass(frozen=True, eq=False)
class JointTable:
    """Points of several phases with what `SpotModel` asks of them; those of the first come first.

    Parameters
    ----------
    tables
        The phases.
    first_point
        Where the points of each begin, and their number (m + 1,).
    g_xyz
        Coordinates (3, n), each in a row of its own, 1/Å.
    length
        |g| (n,), rising within each phase.
    absent
        Whether the space group forbids a point (n,).
    log_strength, lent_log_strength
        Log intensities (n,), without and with what multiple scattering adds.
    is_strong
        Whether a reflection (n,) is one of those that scatter twice.
    """

    tables: tuple[PhaseTable, ...]
    first_point: IntArray
    g_xyz: FloatArray
    length: FloatArray
    absent: BoolArray
    log_strength: FloatArray
    lent_log_strength: FloatArray
    is_strong: BoolArray

    @property
    def has_weak(self) -> bool:
        """Whether any of the phases has weak or forbidden points."""
        return any(len(table.weak) for table in self.tables)

    def runs(self, phase: IntArray | None, count: int) -> Iterator[tuple[int, slice]]:
        """Yield runs of orientations of one phase: the phase and the rows.

        Parameters
        ----------
        phase
            Of each orientation (b,), None for all of the first.
        count
            Number of orientations.
        """
        if phase is None:
            yield 0, slice(0, count)
            return
        edges = np.concatenate([[0], np.flatnonzero(np.diff(phase)) + 1, [count]])
        for start, stop in pairwise(edges.tolist()):
            if start < stop:
                yield int(phase[start]), slice(start, stop)


# few, for they are large and quickly made
@lru_cache(maxsize=4)
def joint_table(tables: tuple[PhaseTable, ...]) -> JointTable:
    """Return the tables of several phases as one.

    Parameters
    ----------
    tables
        The phases.
    """

    def joined(parts: Sequence[_Values]) -> _Values:
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)

    count = [len(table.points.length) for table in tables]
    return JointTable(
        tables,
        np.cumsum([0, *count]),
        joined([table.g_xyz for table in tables]),
        joined([table.points.length for table in tables]),
        joined([table.points.absent for table in tables]),
        joined([table.log_strength for table in tables]),
        # where none is weak, multiple scattering adds nothing worth counting
        joined([t.lent_log_strength if len(t.weak) else t.log_strength for t in tables]),
        joined([table.is_strong for table in tables]),
    )
