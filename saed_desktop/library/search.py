"""Search a library for structures that could show a measured spot lattice, likeliest first.

The zone index gives structures with a zone of the right size, shape and inner intensities; the best
of them are compared on all points of the lattice. What comes out is a short list for the indexer,
which judges; this only has to keep the truth in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.library.elements import ElementFilter
from saed_desktop.library.zone_fit import COMPRESSION, TEMPER, MeasuredLattice, log_likelihoods
from saed_desktop.library.zone_index import ZoneIndex
from saed_desktop.library.zone_lookup import WAYS_TO_LAY, Hits, look_up
from saed_desktop.library.zones import FORBIDDEN, RELROD

_WAYS = 2


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
        Structures with a zone of the right size and shape for the pattern that has most of them.
    n_admitted
        Structures that the elements admit.
    """

    places: IntArray
    log_score: FloatArray
    n_fitting: int
    n_admitted: int


def search(
    index: ZoneIndex,
    lattices: Sequence[MeasuredLattice],
    phases: Callable[[Sequence[int]], Sequence[Phase]],
    *,
    elements: ElementFilter | None = None,
    closer_looks: int = 150,
    count: int = 25,
    log_prior: FloatArray | None = None,
) -> SearchResult:
    """Return the structures that could show the spots of one pattern.

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
    log_prior
        Of each structure (n,); all are equally likely by default.
    """
    return search_jointly(
        index,
        [lattices],
        phases,
        elements=elements,
        closer_looks=closer_looks,
        count=count,
        log_prior=log_prior,
    )


def search_jointly(
    index: ZoneIndex,
    patterns: Sequence[Sequence[MeasuredLattice]],
    phases: Callable[[Sequence[int]], Sequence[Phase]],
    *,
    elements: ElementFilter | None = None,
    closer_looks: int = 150,
    count: int = 25,
    log_prior: FloatArray | None = None,
) -> SearchResult:
    """Return the structures that could show all patterns of one specimen, as `search` does.

    Parameters
    ----------
    patterns
        Readings of the spots of each pattern. A structure counts by the sum over the patterns;
        none of them excludes it beyond doubt, since it may show another grain.
    """
    n = index.n_structures
    admitted = (elements or ElementFilter()).admits(index.masks)
    hits = [look_up(index, lattices, admitted) for lattices in patterns]
    prior = np.zeros(n) if log_prior is None else log_prior
    chosen = _first(prior + _sum_of_best([_best_of_each(h.owner, h.score, n) for h in hits], n))
    chosen = chosen[:closer_looks]
    crystals = dict(zip(chosen.tolist(), phases(chosen.tolist()), strict=True))
    closer = []
    for found, lattices in zip(hits, patterns, strict=True):
        few = _best_ways(found, chosen)
        closer.append(_best_of_each(few.owner, _looked_closer(few, lattices, crystals), n))
    score = prior + _sum_of_best(closer, n)
    final = _first(score)[:count]
    fitting = max((h.n_fitting for h in hits), default=0)
    return SearchResult(final, score[final], fitting, int(admitted.sum()))


_FLOOR = 12.0
"""So far below the best structure of a pattern are those that have no zone for it at all."""


def _best_of_each(owner: IntArray, score: FloatArray, n: int) -> FloatArray:
    """Return the best score of every structure (n,), minus infinity without any."""
    best = np.full(n, -np.inf)
    np.maximum.at(best, owner, score)
    return best


def _sum_of_best(scores: Sequence[FloatArray], n: int) -> FloatArray:
    """Return the structures' scores over all patterns (n,), minus infinity where none fits."""
    if len(scores) == 1:
        return scores[0]
    total, fits = np.zeros(n), np.zeros(n, dtype=bool)
    for one in scores:
        top = one.max(initial=-np.inf)
        if np.isfinite(top):
            total += np.maximum(one, top - _FLOOR)
            fits |= np.isfinite(one)
    return np.where(fits, total, -np.inf)


def _first(score: FloatArray) -> IntArray:
    """Return the structures that fit (m,), best first."""
    order = np.argsort(-score, kind="stable")
    return np.asarray(order[: int(np.isfinite(score).sum())])


def _best_ways(hits: Hits, chosen: IntArray) -> Hits:
    """Return the best hits of each chosen structure."""
    mine = np.flatnonzero(np.isin(hits.owner, chosen))
    mine = mine[np.argsort(-hits.score[mine], kind="stable")]
    return hits[mine[_rank_within(hits.owner[mine]) < _WAYS]]


def _rank_within(owner: IntArray) -> IntArray:
    """Return how many earlier entries have the same owner (n,)."""
    order = np.argsort(owner, kind="stable")
    _, start, count = np.unique(owner[order], return_index=True, return_counts=True)
    rank = np.empty(len(owner), dtype=np.int64)
    rank[order] = np.arange(len(owner)) - np.repeat(start, count)
    return rank


def _looked_closer(
    hits: Hits, lattices: Sequence[MeasuredLattice], phases: Mapping[int, Phase]
) -> FloatArray:
    """Return the scores (n,) of hits by the intensities on all points in view."""
    score = hits.score.copy()
    for i in range(len(hits)):
        lattice = lattices[int(hits.lattice[i])]
        if len(lattice.points) == 0:
            continue
        basis = WAYS_TO_LAY[hits.mapping[i]] @ hits.hkl[i]
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
