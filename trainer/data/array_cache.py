"""Decoded patterns in memory-mapped files: each file is read once, by several processes.

A pack holds the arrays of one recipe for a list of files. A later run with the same files, or some
of them, finds the pack by path, size and modification time of each.
"""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop import paths
from saed_desktop.errors import SaedError, user_message
from saed_desktop.results.atomic import remove_parts, write_json
from saed_desktop.running.process_pool import PoolTask, map_in_processes
from trainer.data.interruption import PreparationStopped, never
from trainer.data.manifest import LabelledFile, ManifestError
from trainer.data.pack_making import (
    ARRAY,
    MAKING,
    DecodedRow,
    PackInMaking,
    bytes_needed,
    forget_making,
    remove_abandoned,
)
from trainer.data.stored_input import StoredInputSpec, StoredPattern, store

Progress = Callable[[int, int], None]

_FACTS = "facts.json"
_FEWEST_FOR_PROCESSES = 16


@dataclass(frozen=True, eq=False)
class ArrayCache:
    """Arrays of a list of files.

    Parameters
    ----------
    array
        Memory-mapped (rows, ...), not to be written to.
    rows
        Row of each file asked for.
    contents
        sha256 of the pixels of each file, empty for one that cannot be read.
    problems
        Why a file cannot be read, by its place in the list.
    """

    array: npt.NDArray[Any]
    rows: npt.NDArray[np.int64]
    contents: tuple[str, ...]
    problems: dict[int, str]


def default_cache_dir() -> Path:
    """Return the default folder of the caches."""
    return paths.cache_dir() / "trainer"


def open_array_cache(
    files: Sequence[LabelledFile],
    stored_spec: StoredInputSpec,
    cache_dir: Path,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
    is_stopped: Callable[[], bool] = never,
) -> ArrayCache:
    """Return the pack of some files, made now if there is none.

    Parameters
    ----------
    files
        The labelled files.
    stored_spec
        What is kept of each.
    cache_dir
        Where packs are kept.
    jobs
        Processes that decode.
    progress
        Told how many of how many are done.
    is_stopped
        Asked many times a second, or after every file where only one process decodes.

    Raises
    ------
    PreparationStopped
        If `is_stopped` says so before all are decoded; what was decoded is kept.
    """
    return open_array_caches(
        files, [stored_spec], cache_dir, jobs=jobs, progress=progress, is_stopped=is_stopped
    )[0]


def open_array_caches(
    files: Sequence[LabelledFile],
    stored_specs: Sequence[StoredInputSpec],
    cache_dir: Path,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
    is_stopped: Callable[[], bool] = never,
) -> list[ArrayCache]:
    """Return one pack per recipe; files of which several are missing are read once for all.

    See `open_array_cache`.
    """
    missing = [
        stored_spec for stored_spec in stored_specs if _found(files, stored_spec, cache_dir) is None
    ]
    if missing:
        _make(files, missing, cache_dir, jobs, progress, is_stopped)
    caches = [
        cache
        for stored_spec in stored_specs
        if (cache := _found(files, stored_spec, cache_dir)) is not None
    ]
    if len(caches) < len(stored_specs):
        raise ManifestError("Files changed while they were read; give the same command again.")
    return caches


def readable_array_caches(
    files: Sequence[LabelledFile],
    stored_specs: Sequence[StoredInputSpec],
    cache_dir: Path,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
    is_stopped: Callable[[], bool] = never,
) -> list[ArrayCache]:
    """Return the packs of files that must all be readable.

    Raises
    ------
    ManifestError
        If one cannot be read.
    PreparationStopped
        If `is_stopped` says so before all are decoded; what was decoded is kept.
    """
    caches = open_array_caches(
        files, stored_specs, cache_dir, jobs=jobs, progress=progress, is_stopped=is_stopped
    )
    problems = caches[0].problems
    if problems:
        raise ManifestError(
            f"{len(problems)} of {len(files)} patterns cannot be read ({problems[min(problems)]}) "
            "'saed-trainer prepare' lists them and writes a list without them."
        )
    return caches


def is_cached(files: Sequence[LabelledFile], stored_spec: StoredInputSpec, cache_dir: Path) -> bool:
    """Tell whether a pack holds all of some files."""
    return _found(files, stored_spec, cache_dir) is not None


def _found(
    files: Sequence[LabelledFile], stored_spec: StoredInputSpec, cache_dir: Path
) -> ArrayCache | None:
    return find_array_cache(
        [_identity(file, stored_spec) for file in files], stored_spec, cache_dir
    )


def find_array_cache(
    identities: Sequence[str], stored_spec: StoredInputSpec, cache_dir: Path
) -> ArrayCache | None:
    """Return a pack that holds all of some files, or None."""
    folder = cache_dir / stored_spec.key
    if not folder.is_dir():
        return None
    for facts_path in sorted(folder.glob(f"*/{_FACTS}")):
        if facts_path.parent.name.startswith(MAKING):
            continue
        facts = json.loads(facts_path.read_text())
        row_of = {identity: row for row, identity in enumerate(facts["files"])}
        if not all(identity in row_of for identity in identities):
            continue
        rows = np.array([row_of[identity] for identity in identities], dtype=np.int64)
        # copy-on-write: torch refuses to wrap memory that it may not write
        array = np.load(facts_path.with_name(ARRAY), mmap_mode="c")
        return ArrayCache(
            array=array,
            rows=rows,
            contents=tuple(facts["contents"][row] for row in rows),
            problems={
                i: facts["problems"][str(row)]
                for i, row in enumerate(rows)
                if str(row) in facts["problems"]
            },
        )
    return None


def _make(
    files: Sequence[LabelledFile],
    stored_specs: Sequence[StoredInputSpec],
    cache_dir: Path,
    jobs: int,
    progress: Progress | None,
    is_stopped: Callable[[], bool],
) -> None:
    """Decode the files into new packs, which have their final names once they are complete."""
    identities = [[_identity(file, spec) for file in files] for spec in stored_specs]
    names = [hashlib.sha256("\n".join(own).encode()).hexdigest()[:24] for own in identities]
    folders = [cache_dir / spec.key for spec in stored_specs]
    for folder in folders:
        remove_abandoned(folder)
    _check_room(
        cache_dir,
        sum(
            bytes_needed(folder, name, spec, len(files))
            for folder, name, spec in zip(folders, names, stored_specs, strict=True)
        ),
    )
    packs: list[PackInMaking] = []
    try:
        for folder, name, spec in zip(folders, names, stored_specs, strict=True):
            packs.append(PackInMaking.take_up(folder, name, spec, len(files)))
        _decode_all(files, stored_specs, packs, jobs, progress, is_stopped)
        for pack, folder, name, own in zip(packs, folders, names, identities, strict=True):
            _finish(pack, folder / name, own)
    finally:
        for pack in packs:
            pack.release()


def _check_room(cache_dir: Path, needed: int) -> None:
    cache_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(cache_dir).free
    if needed > free:
        raise ManifestError(
            f"The decoded patterns take {needed / 1e9:.1f} GB and {cache_dir} has "
            f"{free / 1e9:.1f} GB left; name another folder with --cache-dir."
        )


def _finish(pack: PackInMaking, target: Path, identities: Sequence[str]) -> None:
    """Give a pack that is complete its final name."""
    rows = [pack.done[row] for row in range(len(identities))]
    facts = {
        "files": list(identities),
        "contents": [row.content for row in rows],
        "problems": {str(row.row): row.problem for row in rows if row.problem},
    }
    pack.flush()
    remove_parts(pack.folder)
    write_json(pack.folder / _FACTS, facts)
    try:
        pack.folder.rename(target)
    except OSError:
        # another process has made the same pack in the meantime
        if not (target / _FACTS).is_file():
            raise
        shutil.rmtree(pack.folder, ignore_errors=True)
    # until here a process that is killed leaves what the next one finishes
    forget_making(target)


def _decode_all(
    files: Sequence[LabelledFile],
    stored_specs: Sequence[StoredInputSpec],
    packs: Sequence[PackInMaking],
    jobs: int,
    progress: Progress | None,
    is_stopped: Callable[[], bool],
) -> None:
    """Decode the files that are not in all of the packs yet."""
    left = [row for row in range(len(files)) if not all(row in pack.done for pack in packs)]
    wanted = [files[row] for row in left]
    with contextlib.closing(_decoded(wanted, stored_specs, jobs, is_stopped)) as decoded:
        # of those that are asked for, fewer come where it is stopped
        for done, (row, found) in enumerate(zip(left, decoded, strict=False), 1):
            for k, pack in enumerate(packs):
                if found.stored is not None:
                    pack.add(found.stored.arrays[k], DecodedRow(row, found.stored.content))
                else:
                    pack.add_unreadable(row, found.problem, is_kept=not found.is_lost)
            if progress is not None:
                progress(len(files) - len(left) + done, len(files))
    if not all(row in pack.done for row in left for pack in packs):
        raise PreparationStopped


@dataclass(frozen=True)
class _Decoded:
    """Outcome of reading a file; `is_lost` where the process that read it died."""

    stored: StoredPattern | None
    problem: str = ""
    is_lost: bool = False


_Task = tuple[LabelledFile, tuple[StoredInputSpec, ...]]


def _decoded(
    files: Sequence[LabelledFile],
    stored_specs: Sequence[StoredInputSpec],
    jobs: int,
    is_stopped: Callable[[], bool],
) -> Generator[_Decoded, None, None]:
    tasks = [(file, tuple(stored_specs)) for file in files]
    if jobs <= 1 or len(files) < _FEWEST_FOR_PROCESSES:
        for task in tasks:
            if is_stopped():
                return
            yield _decode(task)
        return
    plan = PoolTask(_nothing, _decode, _lost)
    yield from map_in_processes(tasks, plan, size=jobs, is_cancelled=is_stopped)


def _nothing() -> None:
    """Prepare nothing."""


def _decode(task: _Task, prepared: None = None) -> _Decoded:
    del prepared
    file, stored_specs = task
    try:
        return _Decoded(store(file, stored_specs))
    except (SaedError, OSError, MemoryError) as error:
        return _Decoded(None, user_message(error))


def _lost(task: _Task) -> _Decoded:
    name = task[0].path.name
    return _Decoded(None, f"{name} ended the process that read it.", is_lost=True)


def _identity(file: LabelledFile, stored_spec: StoredInputSpec) -> str:
    resolved = file.path.resolve()
    try:
        facts = resolved.stat()
        size, changed = facts.st_size, facts.st_mtime_ns
    except OSError:
        size, changed = 0, 0
    stated = (
        "" if stored_spec.is_image else f"{file.scale_inv_angstrom_per_px}|{file.relative_sigma}"
    )
    return f"{resolved}|{size}|{changed}|{stated}"


def default_jobs() -> int:
    """Return the default number of decoding processes."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
