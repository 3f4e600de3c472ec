"""Draws examples for the judge, a file at a time, so that an interrupted run goes on."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.library.library_answer import QUICK
from saed_desktop.indexing.solving.hypotheses.basis_pairs import FULL_SEARCH
from trainer.data.array_file import series
from trainer.judge.candidates import (
    N_CANDIDATES,
    draw_candidates,
    library_candidates,
    named_candidates,
)
from trainer.judge.crystals import SPLITS, CrystalPool, Split
from trainer.judge.examples import Examples, example
from trainer.judge.imperfections import ImperfectionRanges
from trainer.judge.near_misses import ordered, resized
from trainer.judge.observed import IMPERFECTIONS, draw_pattern

PER_FILE = 25
ABSENT_SHARE = 0.2
PICTURE_SHARE = 0.1
QUICK_SHARE = 0.8
TRAINED_CANDIDATES = 7
_TRIES = 20

Lists = Literal["near", "named", "library"]
"""Candidates that nearly are the truth, made on purpose; those that a user names; or what a library
search lists."""
LISTS: tuple[Lists, ...] = ("near", "named", "library")
STRANGER_SHARE = 0.12
HARD_SHARE = 0.4
NAMED_HARD_SHARE = 0.2
LISTED = 25
"""Structures that a library search lists."""


def draw_files(
    folder: Path,
    split: Split,
    count: int,
    seed: int,
    *,
    per_file: int = PER_FILE,
    processes: int = 1,
    near_misses: bool = True,
    lists: Lists = "near",
    imperfections: ImperfectionRanges = IMPERFECTIONS,
    on_progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Draw at least `count` examples into files; those that exist already are kept.

    Parameters
    ----------
    folder
        Where the files go.
    split
        Whose crystals are drawn.
    count
        Patterns.
    seed
        Of the whole series; the same pattern has the same number in every run.
    per_file
        Patterns in a file.
    processes
        Processes at work.
    near_misses
        Whether candidates that nearly are the truth are made on purpose.
    lists
        Where candidates come from.
    imperfections
        Of the crystals.
    on_progress
        Told how many patterns more are done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tasks = [
        _File(path, split, number, seed, per_file, near_misses, lists, imperfections)
        for number, path in enumerate(series(folder, split, seed, count=count, per_file=per_file))
    ]
    missing = [task for task in tasks if not task.path.exists()]
    on_progress(per_file * (len(tasks) - len(missing)))
    if processes <= 1:
        for task in missing:
            _draw_file(task)
            on_progress(per_file)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for _ in pool.map(_draw_file, missing):
            on_progress(per_file)


@dataclass(frozen=True)
class _File:
    path: Path
    split: Split
    number: int
    seed: int
    per_file: int
    near_misses: bool
    lists: Lists
    imperfections: ImperfectionRanges


def _draw_file(file: _File) -> None:
    own = file.seed * len(SPLITS) + SPLITS.index(file.split)
    indices = [file.number * file.per_file + i for i in range(file.per_file)]
    if file.lists == "library":
        parts = [draw_library_example(file.split, own, i, file.imperfections) for i in indices]
    elif file.lists == "named":
        parts = [draw_named_example(file.split, own, i, file.imperfections) for i in indices]
    else:
        parts = [
            draw_example(
                file.split,
                own,
                i,
                near_misses=file.near_misses,
                imperfections=file.imperfections,
            )
            for i in indices
        ]
    Examples.joined(parts).save(file.path)


@cache
def _pool(split: Split, *, whole: bool = False) -> CrystalPool:
    return CrystalPool(split, whole=whole)


def draw_example(
    split: Split,
    seed: int,
    index: int,
    *,
    near_misses: bool = True,
    imperfections: ImperfectionRanges = IMPERFECTIONS,
) -> Examples:
    """Return one example, the same for the same seed and index.

    Crystals that show too little in an orientation are drawn again.

    Parameters
    ----------
    split
        Whose crystals are drawn.
    seed, index
        Which example.
    near_misses
        Whether candidates that nearly are the truth are made on purpose.
    imperfections
        Of the crystals.
    """
    rng = np.random.default_rng((seed, index))
    pool = _pool(split)
    for attempt in range(_TRIES):
        phase = pool.draw(rng)
        is_picture = bool(rng.random() < PICTURE_SHARE)
        number = index * _TRIES + attempt
        pattern = draw_pattern(phase, seed, number, picture=is_picture, imperfections=imperfections)
        if pattern is None:
            continue
        count = TRAINED_CANDIDATES if split == "train" else N_CANDIDATES
        listed = draw_candidates(
            phase,
            pattern,
            pool,
            rng,
            absent_share=ABSENT_SHARE,
            count=count,
            near_misses=near_misses,
        )
        # as among named candidates, or as out of a library
        search = QUICK if rng.random() < QUICK_SHARE else FULL_SEARCH
        found = example(pattern, listed, phase.name, search)
        if found is not None:
            return found
    raise RuntimeError(f"None of {_TRIES} crystals showed a pattern.")


def draw_named_example(
    split: Split, seed: int, index: int, imperfections: ImperfectionRanges = IMPERFECTIONS
) -> Examples:
    """Return one example whose candidates are such as a user names, searched thoroughly.

    Parameters
    ----------
    split
        Whose crystals are drawn.
    seed, index
        Which example.
    imperfections
        Of the crystals.
    """
    rng = np.random.default_rng((seed, index, 2))
    pool = _pool(split)
    for attempt in range(_TRIES):
        phase = pool.draw(rng)
        is_picture = bool(rng.random() < PICTURE_SHARE)
        is_hard = bool(rng.random() < NAMED_HARD_SHARE)
        number = index * _TRIES + attempt
        pattern = draw_pattern(
            phase, seed, number, picture=is_picture, hard=is_hard, imperfections=imperfections
        )
        if pattern is None:
            continue
        listed = named_candidates(phase, pool, rng, absent_share=ABSENT_SHARE)
        found = example(pattern, listed, phase.name, FULL_SEARCH)
        if found is not None:
            return found
    raise RuntimeError(f"None of {_TRIES} crystals showed a pattern.")


def draw_library_example(
    split: Split, seed: int, index: int, imperfections: ImperfectionRanges = IMPERFECTIONS
) -> Examples:
    """Return one example whose candidates are what a search of the library lists.

    For training the library holds the crystals of the split alone; else it is whole, as users
    search it. Some patterns are of crystals that it does not hold.

    Parameters
    ----------
    split
        Whose crystals are drawn.
    seed, index
        Which example.
    imperfections
        Of the crystals.
    """
    rng = np.random.default_rng((seed, index, 1))
    pool = _pool(split, whole=split != "train")
    for attempt in range(_TRIES):
        phase = pool.draw_library(rng)
        if rng.random() < STRANGER_SHARE:
            phase = _stranger(phase, pool, rng)
        is_picture = bool(rng.random() < PICTURE_SHARE)
        is_hard = bool(rng.random() < HARD_SHARE)
        number = index * _TRIES + attempt
        pattern = draw_pattern(
            phase, seed, number, picture=is_picture, hard=is_hard, imperfections=imperfections
        )
        if pattern is None:
            continue
        listed = library_candidates(phase, pattern, pool, count=LISTED)
        found = example(pattern, listed, phase.name, QUICK)
        if found is not None:
            return found
    raise RuntimeError(f"None of {_TRIES} crystals showed a pattern.")


def _stranger(phase: Phase, pool: CrystalPool, rng: np.random.Generator) -> Phase:
    """Return a crystal that the library does not hold: random, ordered, or of another size."""
    if rng.random() < 0.4:
        return pool.draw_random(rng)
    altered = ordered(phase, rng) if rng.random() < 0.4 else None
    return altered or resized(phase, rng, by=(0.03, 0.12))
