"""Look-up of measured spot lattices in a zone index: by size and shape, then by inner intensities.

The geometry of every zone within the tolerances is compared, which is one product of small
matrices; the intensities, which cost fifty times as much, only of the best of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.library.store import LibraryError
from saed_desktop.library.zone_fit import COMPRESSION, TEMPER, MeasuredLattice, log_likelihoods
from saed_desktop.library.zone_index import ZoneIndex
from saed_desktop.library.zones import (
    LEVEL_STEP,
    LOG_STEP,
    NODES,
    PRIOR_STEP,
    PRIOR_ZERO,
    node_numbers,
)

WAYS_TO_LAY = np.array(
    [
        [[1, 0], [0, 1]], [[0, 1], [1, 0]],
        [[1, 0], [-1, -1]], [[-1, -1], [1, 0]],
        [[0, 1], [-1, -1]], [[-1, -1], [0, 1]],
        [[1, 0], [0, -1]], [[0, 1], [-1, 0]],
    ]
)  # fmt: skip
"""Vectors of a kept lattice that the measured two may be (8, 2, 2): both orders of any two of the
superbase's three, and the mirrored ones of a nearly rectangular lattice."""
_LENGTHS_OF_WAY = np.array(
    [[0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 0, 1], [1, 2, 0], [2, 1, 0], [0, 1, 3], [1, 0, 3]]
)
"""Kept length that each measured one is (8, 3); 3 is that of the other diagonal."""
_N_TURNS = 6
_CHI_SQUARED = 25.0
_MOST_COMPARED = 20_000
"""Hits whose intensities are compared; of 20,000 structures it leaves 99.9 % of the 150 best."""


@dataclass(frozen=True, eq=False)
class Hits:
    """Zones whose size and shape are those of a measured lattice; one entry each (n,).

    Parameters
    ----------
    owner
        Place of the structure in the library.
    lattice
        Which measured lattice.
    hkl
        The zone's two vectors (n, 2, 3).
    mapping
        Which of the ways of laying it on the measured lattice.
    geometry
        Log prior of the zone and of its misfit in size and shape.
    fit
        Log likelihood of the inner intensities.
    n_fitting
        Structures with a zone of the right size and shape, those left out before the intensities
        were compared among them.
    """

    owner: IntArray
    lattice: IntArray
    hkl: IntArray
    mapping: IntArray
    geometry: FloatArray
    fit: FloatArray
    n_fitting: int

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def score(self) -> FloatArray:
        """Score that they are ranked by (n,)."""
        return np.asarray(self.geometry + TEMPER * self.fit)

    def __getitem__(self, chosen: IntArray) -> "Hits":
        return Hits(
            self.owner[chosen],
            self.lattice[chosen],
            self.hkl[chosen],
            self.mapping[chosen],
            self.geometry[chosen],
            self.fit[chosen],
            self.n_fitting,
        )


@dataclass(frozen=True, eq=False)
class _Fitting:
    """Rows of the index that have the size and shape of one measured lattice (n,)."""

    rows: IntArray
    mapping: IntArray
    geometry: npt.NDArray[np.float32]


def look_up(
    index: ZoneIndex,
    lattices: Sequence[MeasuredLattice],
    admitted: npt.NDArray[np.bool_],
    *,
    most_compared: int = _MOST_COMPARED,
) -> Hits:
    """Return the zones that fit measured lattices best in size, shape and inner intensities.

    Parameters
    ----------
    index
        Of the library.
    lattices
        Readings of the spots.
    admitted
        Which structures count (n,).
    most_compared
        Hits beyond this many, by geometry, are left out.
    """
    owner = index.columns["owner"]
    fitting = [_fitting(index, lattice, admitted) for lattice in lattices]
    has_zone = np.zeros(index.n_structures, dtype=bool)
    for one in fitting:
        has_zone[owner[one.rows]] = True
    geometry = np.concatenate([one.geometry for one in fitting] or [np.zeros(0, np.float32)])
    least = -np.inf
    if len(geometry) > most_compared:
        least = float(np.partition(geometry, -most_compared)[-most_compared])
    parts = []
    for number, (lattice, one) in enumerate(zip(lattices, fitting, strict=True)):
        kept = np.flatnonzero(one.geometry >= least)
        rows, mapping = one.rows[kept], one.mapping[kept]
        fit = _inner_fit(index.columns["level"][rows], mapping, lattice)
        parts.append((rows, np.full(len(rows), number), mapping, one.geometry[kept], fit))
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Hits(none, none, np.zeros((0, 2, 3), np.int64), none, np.zeros(0), np.zeros(0), 0)
    rows, which, mapping, kept_geometry, fit = (np.concatenate(p) for p in zip(*parts, strict=True))
    return Hits(
        owner[rows].astype(np.int64),
        which,
        index.columns["hkl"][rows].astype(np.int64).reshape(-1, 2, 3),
        mapping,
        kept_geometry.astype(np.float64),
        fit,
        int(has_zone.sum()),
    )


def _fitting(
    index: ZoneIndex, lattice: MeasuredLattice, admitted: npt.NDArray[np.bool_]
) -> _Fitting:
    rows = _rows_in_reach(index, lattice)
    owner = index.columns["owner"][rows]
    if len(owner) and owner.max() >= index.n_structures:
        raise LibraryError("The search index names structures that are not there.")
    if not admitted.all():
        rows = rows[admitted[owner]]
    chi_squared = _misfits(index.columns["q"][rows] * np.float32(LOG_STEP), lattice)
    which, mapping = np.nonzero(chi_squared < _CHI_SQUARED)
    prior = index.columns["prior"][rows].astype(np.float32)[which] - np.float32(PRIOR_ZERO)
    geometry = -prior * np.float32(PRIOR_STEP) - np.float32(0.5) * chi_squared[which, mapping]
    return _Fitting(rows[which], mapping, geometry + np.float32(lattice.log_weight))


def _rows_in_reach(index: ZoneIndex, lattice: MeasuredLattice) -> IntArray:
    """Return the rows (n,) whose shape and size are within five and four standard deviations."""
    measured = np.sort(_log_lengths(lattice))
    width = 5 * lattice.distortion
    shape = np.diff(measured)
    if lattice.scale is None:
        low, high = np.log(lattice.scale_range)
    else:
        # the shortest vector carries the ellipse as well
        span = 4 * np.hypot(lattice.scale_sigma, lattice.distortion)
        low, high = np.log(lattice.scale) - span, np.log(lattice.scale) + span
    return index.slices(
        shape - width, shape + width, measured[0] + float(low), measured[0] + float(high)
    )


def _log_lengths(lattice: MeasuredLattice) -> FloatArray:
    """Return the log lengths (3,) of the measured pair and of its sum, the angle being obtuse."""
    first, second = lattice.basis_px
    second = -second if first @ second > 0 else second
    return np.asarray(np.log([np.hypot(*v) for v in (first, second, first + second)]))


def _misfits(log_q: npt.NDArray[np.float32], lattice: MeasuredLattice) -> npt.NDArray[np.float32]:
    """Return chi squared (n, 8) of kept lattices (n, 3) laid on the measured one in eight ways.

    The squared deviation of two triples of logarithms from each other, apart from their means, is
    that of each minus twice their product, so all orders are one product of matrices.
    """
    own = _log_lengths(lattice)
    turns = _LENGTHS_OF_WAY[:_N_TURNS]
    result = np.full((len(log_q), len(WAYS_TO_LAY)), np.inf, dtype=np.float32)
    result[:, :_N_TURNS] = _misfits_in_orders(log_q, own, turns, lattice)
    # the other diagonal is as long as the measured third vector only in near rectangles
    if 2 * own[2] > np.logaddexp(2 * own[0], 2 * own[1]) - 15 * lattice.distortion:
        squared = np.exp(2 * log_q)
        other = 2 * squared[:, 0] + 2 * squared[:, 1] - squared[:, 2]
        diagonal = np.log(np.maximum(other, np.float32(1e-12))) / 2
        mirrored = np.column_stack([log_q[:, :2], diagonal])
        swaps = np.minimum(_LENGTHS_OF_WAY[_N_TURNS:], 2)
        result[:, _N_TURNS:] = _misfits_in_orders(mirrored, own, swaps, lattice)
    return result


def _misfits_in_orders(
    log_q: npt.NDArray[np.float32], own: FloatArray, orders: IntArray, lattice: MeasuredLattice
) -> npt.NDArray[np.float32]:
    """Return chi squared (n, m) of triples (n, 3) against the measured one in orders (m, 3)."""
    mean = log_q.mean(axis=1)
    kept, measured = log_q - mean[:, None], own - own.mean()
    # by the kept length: its partner in each order
    partner = measured[np.argsort(orders, axis=1)].T.astype(np.float32)
    squared = (kept**2).sum(axis=1) + np.float32((measured**2).sum())
    chi_squared = (squared[:, None] - 2 * (kept @ partner)) / np.float32(lattice.distortion**2)
    # own lengths are pixels: the difference of the means is the log of the scale that would fit
    log_scale = mean - np.float32(own.mean())
    if lattice.scale is not None:
        off = (log_scale - np.float32(np.log(lattice.scale))) / max(lattice.scale_sigma, 0.008)
    else:
        low, high = np.log(lattice.scale_range)
        off = (log_scale - np.float32((low + high) / 2)) / np.float32((high - low) / 4.4)
    return np.asarray(chi_squared + (off**2)[:, None], dtype=np.float32)


def _permutations() -> IntArray:
    """Return which kept point each measured point is, for each way of laying (8, 24); -1: none."""
    numbers = node_numbers()
    table = np.full((len(WAYS_TO_LAY), len(NODES)), -1)
    for k, matrix in enumerate(WAYS_TO_LAY):
        for i, (h, k2) in enumerate((NODES @ matrix).tolist()):
            table[k, i] = numbers.get((h, k2), -1)
    return table


_POINT_OF = _permutations()


def _inner_fit(
    level: npt.NDArray[np.uint8], mapping: IntArray, lattice: MeasuredLattice
) -> FloatArray:
    """Return log likelihoods (n,) of the intensities on the inner points by kept levels (n, 24)."""
    numbers = node_numbers()
    inner = [i for i, (h, k) in enumerate(lattice.points.tolist()) if (h, k) in numbers]
    place = np.array([numbers[h, k] for h, k in lattice.points[inner].tolist()], dtype=np.int64)
    if len(mapping) == 0 or len(inner) == 0:
        return np.zeros(len(mapping))
    point = _POINT_OF[mapping][:, place]
    computed = np.take_along_axis(level, np.maximum(point, 0), axis=1).astype(np.float32)
    computed = (computed - 255) * np.float32(LEVEL_STEP * COMPRESSION)
    return log_likelihoods(computed, point >= 0, lattice, np.array(inner))
