"""Draws examples for the judge, a file at a time, so that an interrupted run goes on."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from saed_desktop.indexing.library.library_answer import QUICK
from saed_desktop.indexing.solving.hypotheses.basis_pairs import FULL_SEARCH
from trainer.judge.candidates import N_CANDIDATES, draw_candidates
from trainer.judge.crystals import SPLITS, CrystalPool, Split
from trainer.judge.examples import Examples, example
from trainer.judge.observed import draw_pattern

PER_FILE = 25
ABSENT_SHARE = 0.2
PICTURE_SHARE = 0.1
QUICK_SHARE = 0.8
TRAINED_CANDIDATES = 7
_TRIES = 20


def draw_files(
    folder: Path,
    split: Split,
    count: int,
    seed: int,
    *,
    per_file: int = PER_FILE,
    processes: int = 1,
    near_misses: bool = True,
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
    on_progress
        Told how many patterns more are done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tasks = [
        (folder / f"{split}-{seed}-{number:04d}.npz", split, number, seed, per_file, near_misses)
        for number in range(-(-count // per_file))
    ]
    missing = [task for task in tasks if not task[0].exists()]
    on_progress(per_file * (len(tasks) - len(missing)))
    if processes <= 1:
        for task in missing:
            _draw_file(task)
            on_progress(per_file)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for _ in pool.map(_draw_file, missing):
            on_progress(per_file)


def _draw_file(task: tuple[Path, Split, int, int, int, bool]) -> None:
    path, split, number, seed, per_file, near_misses = task
    own = seed * len(SPLITS) + SPLITS.index(split)
    parts = [
        draw_example(split, own, number * per_file + i, near_misses=near_misses)
        for i in range(per_file)
    ]
    Examples.joined(parts).save(path)


@cache
def _pool(split: Split) -> CrystalPool:
    return CrystalPool(split)


def draw_example(split: Split, seed: int, index: int, *, near_misses: bool = True) -> Examples:
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
    """
    rng = np.random.default_rng((seed, index))
    pool = _pool(split)
    for attempt in range(_TRIES):
        phase = pool.draw(rng)
        is_picture = bool(rng.random() < PICTURE_SHARE)
        pattern = draw_pattern(phase, seed, index * _TRIES + attempt, picture=is_picture)
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
