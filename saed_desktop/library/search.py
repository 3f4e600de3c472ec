"""Search a library for structures that could show a measured spot lattice, likeliest first.

Two steps, both over all rows at once: look-up by size and shape within the tolerances, then a
likelihood of the intensities on the lattice's inner points. What comes out is a short list for
the indexer, which judges; this only has to keep the truth in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.library.elements import ElementFilter
from saed_desktop.library.zone_fit import COMPRESSION, TEMPER, MeasuredLattice, log_likelihoods
from saed_desktop.library.zone_index import ZoneIndex
from saed_desktop.library.zones import (
    FORBIDDEN,
    LEVEL_STEP,
    LOG_STEP,
    NODES,
    PRIOR_STEP,
    PRIOR_ZERO,
    RELROD,
    node_numbers,
)

_MAPS = np.array(
    [
        [[1, 0], [0, 1]], [[0, 1], [1, 0]],
        [[1, 0], [-1, -1]], [[-1, -1], [1, 0]],
        [[0, 1], [-1, -1]], [[-1, -1], [0, 1]],
        [[1, 0], [0, -1]], [[0, 1], [-1, 0]],
    ]
)  # fmt: skip
"""Which vectors of a kept lattice the measured two may be (8, 2, 2): both orders of any two of the
superbase's three, and the mirrored ones of a nearly rectangular lattice."""
_CHI_SQUARED = 25.0
_WAYS = 2
_MOST_ROWS = 200_000


@dataclass(frozen=True)
class SearchResult:
    """Result of a search.

    Parameters
    ----------
    places
        Places of structures in the library, the likeliest first (n,).
    log_score
        Of each (n,); differences are log odds.
    n_fitting
        Structures with a zone of the right size and shape.
    n_admitted
        Structures that the elements admit.
    """

    places: IntArray
    log_score: FloatArray
    n_fitting: int
    n_admitted: int


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
    """

    owner: IntArray
    lattice: IntArray
    hkl: IntArray
    mapping: IntArray
    geometry: FloatArray
    fit: FloatArray

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def score(self) -> FloatArray:
        """Score that they are ranked by (n,)."""
        return np.asarray(self.geometry + TEMPER * self.fit)

    def __getitem__(self, chosen: IntArray) -> "Hits":
        return Hits(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def search(
    index: ZoneIndex,
    lattices: Sequence[MeasuredLattice],
    phases: Callable[[Sequence[int]], Sequence[Phase]],
    *,
    elements: ElementFilter | None = None,
    closer_looks: int = 150,
    count: int = 25,
) -> SearchResult:
    """Return the structures that could show the spots.

    Parameters
    ----------
    index
        Of the library.
    lattices
        Readings of the spots; a structure counts by the one that suits it best.
    phases
        Gives the crystals at places of the library.
    elements
        Conditions on the elements.
    closer_looks
        So many structures are compared on all points of the lattice, not on the inner ones alone.
    count
        No more structures than this are returned.
    """
    admitted = (elements or ElementFilter()).admits(index.masks)
    hits = look_up(index, lattices, admitted)
    order = _best_first(hits.owner, hits.score)
    chosen = order[:closer_looks]
    # of each structure its best ways only
    mine = np.flatnonzero(np.isin(hits.owner, chosen))
    mine = mine[np.argsort(-hits.score[mine], kind="stable")]
    rank = _rank_within(hits.owner[mine])
    few = hits[mine[rank < _WAYS]]
    score = _looked_closer(
        few, lattices, dict(zip(chosen.tolist(), phases(chosen.tolist()), strict=True))
    )
    final = _best_first(few.owner, score)[:count]
    best = {int(o): float(s) for o, s in sorted(zip(few.owner, score, strict=True), key=_second)}
    return SearchResult(
        final, np.array([best[int(i)] for i in final]), len(order), int(admitted.sum())
    )


def _second(pair: tuple[Any, float]) -> float:
    return pair[1]


def _best_first(owner: IntArray, score: FloatArray) -> IntArray:
    """Return each owner once (m,), by its best score."""
    by_score = owner[np.argsort(-score, kind="stable")]
    _, first = np.unique(by_score, return_index=True)
    return np.asarray(by_score[np.sort(first)])


def _rank_within(owner: IntArray) -> IntArray:
    """Return how many earlier entries have the same owner (n,)."""
    order = np.argsort(owner, kind="stable")
    _, start, count = np.unique(owner[order], return_index=True, return_counts=True)
    rank = np.empty(len(owner), dtype=np.int64)
    rank[order] = np.arange(len(owner)) - np.repeat(start, count)
    return rank


def look_up(
    index: ZoneIndex, lattices: Sequence[MeasuredLattice], admitted: npt.NDArray[np.bool_]
) -> Hits:
    """Return all zones that fit measured lattices in size and shape."""
    parts = [_hits(index, i, lattice, admitted) for i, lattice in enumerate(lattices)]
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Hits(none, none, np.zeros((0, 2, 3), np.int64), none, np.zeros(0), np.zeros(0))
    return Hits(
        *(np.concatenate([getattr(p, n) for p in parts]) for n in Hits.__dataclass_fields__)
    )


def _hits(
    index: ZoneIndex, number: int, lattice: MeasuredLattice, admitted: npt.NDArray[np.bool_]
) -> Hits:
    measured = np.log(_superbase_lengths(lattice.basis_px))
    rows = _rows_in_reach(index, lattice, measured)
    rows = rows[admitted[index.columns["owner"][rows]]]
    if len(rows) > _MOST_ROWS:
        rows = rows[np.argsort(index.columns["prior"][rows], kind="stable")[:_MOST_ROWS]]
    chi_squared = _misfits(index.columns["q"][rows] * LOG_STEP, lattice)
    which, mapping = np.nonzero(chi_squared < _CHI_SQUARED)
    rows = rows[which]
    prior = (index.columns["prior"][rows].astype(np.float64) - PRIOR_ZERO) * PRIOR_STEP
    return Hits(
        index.columns["owner"][rows].astype(np.int64),
        np.full(len(rows), number),
        index.columns["hkl"][rows].astype(np.int64).reshape(-1, 2, 3),
        mapping,
        lattice.log_weight - prior - 0.5 * chi_squared[which, mapping],
        _inner_fit(index.columns["level"][rows], mapping, lattice),
    )


def _superbase_lengths(basis: FloatArray) -> FloatArray:
    """Return the lengths (3,) of the superbase of two shortest vectors, rising."""
    first, second = basis
    third = first - second if first @ second > 0 else first + second
    lengths = np.array([np.hypot(*first), np.hypot(*second), np.hypot(*third)])
    return np.asarray(np.sort(lengths))


def _rows_in_reach(index: ZoneIndex, lattice: MeasuredLattice, measured: FloatArray) -> IntArray:
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


def _misfits(log_q: FloatArray, lattice: MeasuredLattice) -> FloatArray:
    """Return chi squared (n, 8) of kept lattices (n, 3) laid on the measured one in eight ways."""
    squared = np.exp(2 * log_q)
    dot = (squared[:, 2] - squared[:, 0] - squared[:, 1]) / 2
    first, second = lattice.basis_px
    # the measured pair with an obtuse angle between them
    second = -second if first @ second > 0 else second
    own = np.log([np.hypot(*first), np.hypot(*second), np.hypot(*(first + second))])
    result = np.empty((len(log_q), len(_MAPS)))
    for k, matrix in enumerate(_MAPS):
        vectors = np.array([matrix[0], matrix[1], matrix[0] + matrix[1]])
        a, b = vectors[:, 0].astype(float), vectors[:, 1].astype(float)
        length = (
            np.outer(squared[:, 0], a * a)
            + np.outer(squared[:, 1], b * b)
            + np.outer(dot, 2 * a * b)
        )
        off = own - 0.5 * np.log(np.maximum(length, 1e-12))
        mean = off.mean(axis=1)
        chi = ((off - mean[:, None]) ** 2).sum(axis=1) / lattice.distortion**2
        if lattice.scale is not None:
            # own lengths are pixels: the mean is minus the log of the scale that would fit
            chi += ((mean + np.log(lattice.scale)) / max(lattice.scale_sigma, 0.008)) ** 2
        else:
            low, high = np.log(lattice.scale_range)
            chi += ((-mean - (low + high) / 2) / ((high - low) / 4.4)) ** 2
        result[:, k] = chi
    return result


def _permutations() -> IntArray:
    """Return which kept point each measured point is, for each way of laying (8, 24); -1: none."""
    numbers = node_numbers()
    table = np.full((len(_MAPS), len(NODES)), -1)
    for k, matrix in enumerate(_MAPS):
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


def _looked_closer(
    hits: Hits, lattices: Sequence[MeasuredLattice], phases: Mapping[int, Phase]
) -> FloatArray:
    """Return the scores (n,) of hits by the intensities on all points in view."""
    score = hits.score.copy()
    for i in range(len(hits)):
        lattice = lattices[int(hits.lattice[i])]
        if len(lattice.points) == 0:
            continue
        basis = _MAPS[hits.mapping[i]] @ hits.hkl[i]
        computed = computed_intensities(phases[int(hits.owner[i])], lattice.points @ basis)
        known = np.ones((1, len(computed)), dtype=bool)
        fit = log_likelihoods(
            computed[None].astype(np.float32) * np.float32(COMPRESSION), known, lattice, slice(None)
        )
        score[i] = hits.geometry[i] + TEMPER * fit[0]
    return score


def computed_intensities(phase: Phase, hkl: IntArray, *, energy_kev: float = 200.0) -> FloatArray:
    """Return log intensities (n,) of a zone's reflections (n, 3), relative to the strongest |F|².

    Forbidden ones show by double diffraction where two others of the zone add up to them.
    """
    absent = phase.space_group.absent(hkl)
    strength = np.full(len(hkl), -20.0)
    if not absent.all():
        squared = np.abs(phase.structure_factors(hkl[~absent])) ** 2
        strength[~absent] = np.log(np.maximum(squared, 1e-30))
        strength[~absent] -= strength[~absent].max()
    if absent.any():
        code = hkl @ np.array([1_000_000, 1_000, 1])
        both = np.concatenate([code[~absent], -code[~absent]])
        has_path = np.isin(code[absent], (both[:, None] + both[None, :]).ravel())
        strength[absent] = np.where(has_path, FORBIDDEN, -20.0)
    q_squared = (phase.lattice.g_vectors(hkl) ** 2).sum(axis=1)
    s = 0.5 * wavelength_angstrom(energy_kev) * q_squared
    return np.maximum(strength, -20.0) - np.log1p((s / RELROD) ** 2)
