"""The candidates of a drawn pattern: the truth or not, near misses, what a search finds, others.

Or those that a user names: phases that the specimen's elements allow, and some that they do not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.library.library_search import measured_lattices
from saed_desktop.library.search import search
from trainer.judge.crystals import CrystalPool
from trainer.judge.near_misses import ordered, resized, strained
from trainer.judge.observed import DrawnPattern

N_CANDIDATES = 10
_LEAST_NEAR = 3
_MOST_NEAR = 5
_FROM_SEARCH = 3
_SEARCH_SHARE = 0.7

TRUTH, PROTOTYPE, RESIZED, STRAINED, ORDERED, POLYMORPH, SEARCHED, OTHER = range(8)
KINDS = (
    "truth", "same prototype", "resized", "strained", "ordered", "same elements", "searched",
    "other",
)  # fmt: skip
"""Kinds of candidates by number."""

NAMED = (3, 10)
"""Fewest and most phases that a user names."""
_NAMED_KINDS = (POLYMORPH, PROTOTYPE, RESIZED, STRAINED, ORDERED, OTHER)
_NAMED_WEIGHTS = (0.4, 0.15, 0.05, 0.025, 0.025, 0.35)
"""Of the phases that are named beside the truth. (choice)"""


@dataclass(frozen=True)
class CandidateList:
    """The crystals that a pattern is compared with.

    Parameters
    ----------
    phases
        Each under a name of its own.
    kinds
        Their kinds, by `KINDS`.
    """

    phases: tuple[Phase, ...]
    kinds: tuple[int, ...]

    @property
    def truth(self) -> int:
        """Place of the true crystal, -1 where it is absent."""
        return self.kinds.index(TRUTH) if TRUTH in self.kinds else -1


def draw_candidates(
    truth: Phase,
    pattern: DrawnPattern,
    pool: CrystalPool,
    rng: np.random.Generator,
    *,
    absent_share: float,
    count: int = N_CANDIDATES,
    near_misses: bool = True,
) -> CandidateList:
    """Return candidates, at least three of them near misses of the truth.

    Where the truth is absent, its near misses are left out in half of the patterns: a list holds
    nothing near most unknown crystals.

    Parameters
    ----------
    truth
        The crystal.
    pattern
        Its pattern.
    pool
        Crystals to choose from.
    rng
        Random numbers.
    absent_share
        Share of patterns whose crystal is not among the candidates.
    count
        How many candidates.
    near_misses
        Whether there are near misses made on purpose.
    """
    is_absent = rng.random() < absent_share
    chosen: list[tuple[Phase, int]] = [] if is_absent else [(truth, TRUTH)]
    if near_misses and not (is_absent and rng.random() < 0.5):
        chosen += _near(truth, pool, rng)
    if rng.random() < _SEARCH_SHARE:
        taken = {truth.name, *(phase.name for phase, _ in chosen)}
        listed = _searched(pattern, pool, 2 * _FROM_SEARCH, closer_looks=40)
        found = [p for p in listed if p.name not in taken]
        chosen += [(p, SEARCHED) for p in found[:_FROM_SEARCH]]
    while len(chosen) < count:
        other = pool.draw(rng)
        if other.name not in {truth.name, *(p.name for p, _ in chosen)}:
            chosen.append((other, OTHER))
    return _in_any_order(chosen, rng)


def named_candidates(
    truth: Phase, pool: CrystalPool, rng: np.random.Generator, *, absent_share: float
) -> CandidateList:
    """Return three to ten phases as a user names them: mostly made of the specimen's elements.

    Parameters
    ----------
    truth
        The crystal.
    pool
        Crystals to choose from.
    rng
        Random numbers.
    absent_share
        Share of patterns whose crystal is not among the candidates.
    """
    makers = _makers(pool)
    count = int(rng.integers(NAMED[0], NAMED[1] + 1))
    chosen: list[tuple[Phase, int]] = [] if rng.random() < absent_share else [(truth, TRUTH)]
    while len(chosen) < count:
        kind = int(rng.choice(_NAMED_KINDS, p=_NAMED_WEIGHTS))
        phase = makers[kind](truth, rng) if kind != OTHER else None
        if phase is None:
            phase, kind = pool.draw_library(rng), OTHER
        if phase.name not in {truth.name, *(p.name for p, _ in chosen)}:
            chosen.append((phase, kind))
    return _in_any_order(chosen, rng)


def library_candidates(
    truth: Phase, pattern: DrawnPattern, pool: CrystalPool, *, count: int
) -> CandidateList:
    """Return what a search of a library lists for a pattern, the truth only if it is among them.

    Parameters
    ----------
    truth
        The crystal, by the name that it has in the library if it is there.
    pattern
        Its pattern.
    pool
        The library.
    count
        No more structures than this.
    """
    found = _searched(pattern, pool, count, closer_looks=100)
    kinds = tuple(TRUTH if p.name == truth.name else SEARCHED for p in found)
    return CandidateList(tuple(found), kinds)


def _in_any_order(chosen: list[tuple[Phase, int]], rng: np.random.Generator) -> CandidateList:
    """Return candidates whose places and names do not tell which is true."""
    chosen = [chosen[i] for i in rng.permutation(len(chosen))]
    phases = tuple(replace(p, name=f"{i}: {p.name}") for i, (p, _) in enumerate(chosen))
    return CandidateList(phases, tuple(kind for _, kind in chosen))


def _makers(pool: CrystalPool) -> dict[int, Callable[[Phase, np.random.Generator], Phase | None]]:
    """Return what makes or finds a near miss of each kind."""
    return {
        PROTOTYPE: pool.same_prototype,
        RESIZED: resized,
        STRAINED: strained,
        ORDERED: ordered,
        POLYMORPH: pool.same_elements,
    }


def _near(truth: Phase, pool: CrystalPool, rng: np.random.Generator) -> list[tuple[Phase, int]]:
    makers = _makers(pool)
    wanted = int(rng.integers(_LEAST_NEAR, _MOST_NEAR + 1))
    parent = pool.parent(truth)
    found: list[tuple[Phase, int]] = [] if parent is None else [(parent, PROTOTYPE)]
    kinds = [*rng.permutation(list(makers)), *rng.permutation([RESIZED, STRAINED, ORDERED])]
    for number, kind in enumerate(kinds):
        phase = makers[int(kind)](truth, rng)
        if phase is not None and len(found) < wanted:
            # two of one kind are told apart by their names
            found.append((replace(phase, name=f"{phase.name} {number}"), int(kind)))
    return found


def _searched(
    pattern: DrawnPattern, pool: CrystalPool, count: int, *, closer_looks: int
) -> Sequence[Phase]:
    """Return the crystals of the pool that a search of it names first."""
    lattices = measured_lattices(pattern.observation, pattern.spot_lattice)
    found = search(
        pool.index,
        lattices,
        lambda places: [pool.phases[int(i)] for i in places],
        closer_looks=closer_looks,
        count=count,
    )
    return [pool.phases[int(i)] for i in found.places]
