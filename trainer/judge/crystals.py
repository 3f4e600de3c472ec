"""The crystals that the judge is trained and measured on, parted by prototype."""

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Literal

import numpy as np

from saed_desktop.arrays import IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.library.collection import bundled_collection
from saed_desktop.library.elements import element_mask
from saed_desktop.library.zone_index import ZoneIndex, build_index
from saed_desktop.library.zones import zones_of
from trainer.data.structures import random_crystal
from trainer.judge.near_misses import ordered, resized, strained

Split = Literal["train", "calibration", "test"]
SPLITS: tuple[Split, ...] = ("train", "calibration", "test")

_LARGEST_VOLUME = 900.0
_TENTHS: dict[Split, tuple[int, ...]] = {
    "test": (0, 1),
    "calibration": (2,),
    "train": (3, 4, 5, 6, 7, 8, 9),
}


def prototype_key(phase: Phase) -> str:
    """Return what crystals of one prototype have in common: the group and numbers of atoms.

    The numbers are those of each element in the primitive cell, so that two structure types may
    share a key, but no type has two.
    """
    elements, _, _, _ = phase.cell_atoms
    primitive = len(phase.space_group.centring_vectors)
    counts = sorted(n / primitive for n in Counter(elements).values())
    return f"{phase.space_group.number}: {' '.join(f'{n:g}' for n in counts)}"


def split_of(phase: Phase) -> Split:
    """Return the part of the data that a crystal and all others of its prototype belong to."""
    tenth = zlib.crc32(prototype_key(phase).encode()) % 10
    return next(split for split, tenths in _TENTHS.items() if tenth in tenths)


@dataclass(frozen=True, eq=False)
class CrystalPool:
    """Crystals of one split: those of the bundled library, and random ones.

    Parameters
    ----------
    split
        Which part.
    random_seed
        Of the random crystals.
    whole
        Whether the whole library is searched and listed; crystals are drawn of the split alone.
    """

    split: Split
    random_seed: int = 1616
    whole: bool = False

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The library's crystals of this split."""
        return tuple(
            structure.phase
            for structure in bundled_collection().all()
            if structure.phase.lattice.volume < _LARGEST_VOLUME
            and (self.whole or split_of(structure.phase) == self.split)
        )

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Their prototypes."""
        return tuple(prototype_key(phase) for phase in self.phases)

    @cached_property
    def elements(self) -> tuple[frozenset[str], ...]:
        """Their elements."""
        return tuple(frozenset(s.element for s in phase.sites) for phase in self.phases)

    @cached_property
    def index(self) -> ZoneIndex:
        """The search index of the library's crystals."""
        masks = np.array([element_mask(e) for e in self.elements], dtype=np.uint64)
        return build_index((zones_of(p) for p in self.phases), masks, f"judge-{self.split}")

    @cached_property
    def _weights(self) -> np.ndarray:
        number = Counter(self.keys)
        weight = np.array([number[key] ** -0.5 for key in self.keys])
        if self.whole:
            weight *= [split_of(phase) == self.split for phase in self.phases]
        return np.asarray(weight / weight.sum())

    def draw(self, rng: np.random.Generator) -> Phase:
        """Return a crystal of the split: of the library, altered as near misses are, or random.

        Common prototypes are drawn less than in proportion to their number. What is strained or
        ordered stays in the split of the crystal that it was made of.
        """
        kind = rng.random()
        if kind < 0.25:
            return self.draw_random(rng)
        phase = self.draw_library(rng)
        if kind < 0.4:
            return resized(phase, rng, by=(0.0, 0.12))
        if kind < 0.6:
            # else low symmetry would betray the near misses: no truth would ever have been strained
            altered = strained(phase, rng) if rng.random() < 0.4 else ordered(phase, rng)
            return altered or phase
        return phase

    def draw_library(self, rng: np.random.Generator) -> Phase:
        """Return a crystal of the library."""
        return self.phases[int(rng.choice(len(self.phases), p=self._weights))]

    def draw_random(self, rng: np.random.Generator) -> Phase:
        """Return a random crystal."""
        while True:
            phase = random_crystal(int(rng.integers(1 << 30)), self.random_seed)
            if phase.lattice.volume < _LARGEST_VOLUME and split_of(phase) == self.split:
                return phase

    def parent(self, phase: Phase) -> Phase | None:
        """Return the library's crystal that an altered one was made of; None for others."""
        name, _, how = phase.name.rpartition(", ")
        if how not in ("strained", "ordered"):
            return None
        return next((own for own in self.phases if own.name == name), None)

    def same_prototype(self, phase: Phase, rng: np.random.Generator) -> Phase | None:
        """Return another crystal of a crystal's prototype within 6 % of its size, if there is one.

        3 % is told apart by any calibrated camera; twice as much covers wrong scales.
        """
        key, volume = prototype_key(phase), phase.lattice.volume
        alike = [
            other
            for other, other_key in zip(self.phases, self.keys, strict=True)
            if other_key == key
            and other.name != phase.name
            and abs(np.log(other.lattice.volume / volume)) < 0.18
        ]
        return alike[int(rng.integers(len(alike)))] if alike else None

    def same_elements(self, phase: Phase, rng: np.random.Generator) -> Phase | None:
        """Return a crystal of another prototype made of a crystal's elements, if there is one."""
        key, elements = prototype_key(phase), {s.element for s in phase.sites}
        alike = [
            other
            for other, own, other_key in zip(self.phases, self.elements, self.keys, strict=True)
            if own <= elements and other_key != key and other.name != phase.name
        ]
        return alike[int(rng.integers(len(alike)))] if alike else None


def renamed(phase: Phase, name: str) -> Phase:
    """Return a crystal under another name."""
    return replace(phase, name=name)


_ALTERED = ("resized", "ordered", "strained")


def prototype_numbers(names: Sequence[str], seed: int) -> IntArray:
    """Return a number (n,) for each crystal's name, the same for all of one prototype.

    What was altered goes with the crystal that it was made of; random crystals stand alone.

    Parameters
    ----------
    names
        As the pools give them.
    seed
        Another one gives other numbers.
    """
    keys = _library_keys()
    numbers = []
    for name in map(str, names):
        own = name
        while own not in keys and own.rpartition(", ")[2] in _ALTERED:
            own = own.rpartition(", ")[0]
        numbers.append(zlib.crc32(f"{keys.get(own, own)} {seed}".encode()))
    return np.array(numbers, dtype=np.int64)


@cache
def _library_keys() -> dict[str, str]:
    return {s.phase.name: prototype_key(s.phase) for s in bundled_collection().all()}
