"""Reflections of many crystals as a job of its own: announced, kept crystal by crystal, resumable.

What is computed of one crystal depends on that crystal alone, so it is kept under a digest of the
crystal: a changed structure file costs that crystal, a process that was killed costs the crystal
it was at, and trainings of different phases share the crystals of the class "other". With the usual
seed and ranges those are shipped.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from saed_desktop.errors import UsageError
from saed_desktop.results.atomic import remove_parts
from trainer.data.interruption import never
from trainer.data.ranges import OrientationRanges
from trainer.data.reflection_library import (
    LibraryTask,
    ReflectionLibrary,
    compute_reflection_library,
    joined,
    relative_cost,
    seconds_per_cost,
)
from trainer.data.shipped_others import shipped_others, task_digest
from trainer.data.structures import PER_OTHER_CRYSTAL
from trainer.job_estimate import duration_text

_SECONDS_BETWEEN_LINES = 20.0
_SURELY_ABANDONED_S = 86_400.0


def prepare_reflections(
    tasks: Sequence[LibraryTask],
    ranges: OrientationRanges,
    folder: Path,
    *,
    line: Callable[[str], None],
    is_stopped: Callable[[], bool] = never,
) -> ReflectionLibrary:
    """Return the joined library of several crystals, computing those that are not kept yet.

    Parameters
    ----------
    tasks
        The crystals.
    ranges
        Which orientations.
    folder
        Where each crystal's reflections are kept.
    line
        Takes a line for the log.
    is_stopped
        Asked between orientations, which take up to about a second each.

    Raises
    ------
    PreparationStopped
        If `is_stopped` says so; finished crystals are kept.
    """
    shipped = [_shipped(task, ranges) for task in tasks]
    files = [crystal_file(task, ranges, folder) for task in tasks]
    missing = [
        task
        for task, known, file in zip(tasks, shipped, files, strict=True)
        if known is None and not _is_sound(file)
    ]
    costs = [relative_cost(task) for task in missing]
    if missing:
        seconds = seconds_per_cost(missing[0], ranges) * sum(costs)
        line(
            f"computing reflections of {len(missing)} crystals, about {duration_text(seconds)}; "
            f"{len(tasks) - len(missing)} are at hand"
        )
        remove_parts(folder / "crystals", older_than_s=_SURELY_ABANDONED_S)
    start = last = time.monotonic()
    done = 0.0
    for k, (task, cost) in enumerate(zip(missing, costs, strict=True), 1):
        library = compute_reflection_library(
            task.phase, 0, task.count, ranges, task.seed, is_stopped=is_stopped
        )
        file = crystal_file(task, ranges, folder)
        file.parent.mkdir(parents=True, exist_ok=True)
        library.save(file)
        done += cost
        now = time.monotonic()
        if now - last >= _SECONDS_BETWEEN_LINES or k == len(missing):
            last = now
            left = (now - start) * (sum(costs) - done) / done
            more = f", about {duration_text(left)} left" if k < len(missing) else ""
            line(f"reflections of {k} of {len(missing)} crystals{more}")
    libraries = [
        ReflectionLibrary.load(file) if known is None else known
        for known, file in zip(shipped, files, strict=True)
    ]
    return joined(
        [
            replace(library, label=np.full(len(library), task.label, np.int64))
            for library, task in zip(libraries, tasks, strict=True)
        ]
    )


def seconds_left(tasks: Sequence[LibraryTask], ranges: OrientationRanges, folder: Path) -> float:
    """Return about how long the crystals that are not kept yet will take."""
    missing = [
        task
        for task in tasks
        if _shipped(task, ranges) is None and not crystal_file(task, ranges, folder).is_file()
    ]
    if not missing:
        return 0.0
    return seconds_per_cost(missing[0], ranges) * sum(map(relative_cost, missing))


def _shipped(task: LibraryTask, ranges: OrientationRanges) -> ReflectionLibrary | None:
    if task.count != PER_OTHER_CRYSTAL:
        return None
    return shipped_others().get(task_digest(task, ranges))


def crystal_file(task: LibraryTask, ranges: OrientationRanges, folder: Path) -> Path:
    """Return where the reflections of one crystal are kept."""
    told = repr((task.phase, task.count, task.seed, ranges))
    return folder / "crystals" / f"{hashlib.sha256(told.encode()).hexdigest()[:20]}.npz"


def _is_sound(file: Path) -> bool:
    if not file.is_file():
        return False
    try:
        ReflectionLibrary.load(file)
    except UsageError:
        return False
    return True
