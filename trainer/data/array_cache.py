"""Decoded patterns in memory-mapped files: each file is read once, by several processes.

A pack holds the arrays of one recipe for a list of files. A later run with the same files, or some
of them, finds the pack by path, size and modification time of each.
"""

import contextlib
import hashlib
import json
import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop import paths
from saed_desktop.errors import SaedError, user_message
from trainer.data.manifest import LabelledFile, ManifestError
from trainer.data.stored_input import StoredInputSpec, StoredPattern, store

Progress = Callable[[int, int], None]

_ARRAY = "patterns.npy"
_FACTS = "facts.json"
_FEWEST_FOR_PROCESSES = 16
_MAKING = ".making-"
_ABANDONED_AFTER_SECONDS = 86_400.0


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
    """
    return open_array_caches(files, [stored_spec], cache_dir, jobs=jobs, progress=progress)[0]


def open_array_caches(
    files: Sequence[LabelledFile],
    stored_specs: Sequence[StoredInputSpec],
    cache_dir: Path,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[ArrayCache]:
    """Return one pack per recipe; files of which several are missing are read once for all."""
    missing = [
        stored_spec for stored_spec in stored_specs if _found(files, stored_spec, cache_dir) is None
    ]
    if missing:
        _make(files, missing, cache_dir, jobs, progress)
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
) -> list[ArrayCache]:
    """Return the packs of files that must all be readable.

    Raises
    ------
    ManifestError
        If one cannot be read.
    """
    caches = open_array_caches(files, stored_specs, cache_dir, jobs=jobs, progress=progress)
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
        facts = json.loads(facts_path.read_text())
        row_of = {identity: row for row, identity in enumerate(facts["files"])}
        if not all(identity in row_of for identity in identities):
            continue
        rows = np.array([row_of[identity] for identity in identities], dtype=np.int64)
        # copy-on-write: torch refuses to wrap memory that it may not write
        array = np.load(facts_path.with_name(_ARRAY), mmap_mode="c")
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
) -> None:
    """Decode the files into new packs, complete under their final names or not there at all."""
    folders = [cache_dir / stored_spec.key for stored_spec in stored_specs]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(folder)
    needed = sum(int(np.prod(r.shape)) * r.dtype.itemsize for r in stored_specs) * len(files)
    free = shutil.disk_usage(cache_dir).free
    if needed > free:
        raise ManifestError(
            f"The decoded patterns take {needed / 1e9:.1f} GB and {cache_dir} has "
            f"{free / 1e9:.1f} GB left; name another folder with --cache-dir."
        )
    with contextlib.ExitStack() as stack:
        temporary = [Path(tempfile.mkdtemp(dir=folder, prefix=_MAKING)) for folder in folders]
        for making in temporary:
            stack.callback(shutil.rmtree, making, ignore_errors=True)
        contents, problems = _decode_all(files, stored_specs, temporary, jobs, progress)
        for stored_spec, folder, making in zip(stored_specs, folders, temporary, strict=True):
            identities = [_identity(file, stored_spec) for file in files]
            facts = {"files": identities, "contents": contents, "problems": problems}
            (making / _FACTS).write_text(json.dumps(facts))
            target = folder / hashlib.sha256("\n".join(identities).encode()).hexdigest()[:24]
            try:
                making.rename(target)
            except OSError:
                # another process has made the same pack in the meantime
                if not (target / _FACTS).is_file():
                    raise


def _remove_abandoned(folder: Path) -> None:
    """Delete what processes that were killed left behind half done."""
    for path in folder.glob(f"{_MAKING}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _ABANDONED_AFTER_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _decode_all(
    files: Sequence[LabelledFile],
    stored_specs: Sequence[StoredInputSpec],
    folders: Sequence[Path],
    jobs: int,
    progress: Progress | None,
) -> tuple[list[str], dict[str, str]]:
    arrays = [
        np.lib.format.open_memmap(
            folder / _ARRAY,
            mode="w+",
            dtype=stored_spec.dtype,
            shape=(len(files), *stored_spec.shape),
        )
        for stored_spec, folder in zip(stored_specs, folders, strict=True)
    ]
    contents, problems = [], {}
    for row, (stored, problem) in enumerate(_decoded(files, stored_specs, jobs)):
        if stored is not None:
            for array, values in zip(arrays, stored.arrays, strict=True):
                array[row] = values
        else:
            problems[str(row)] = problem
        contents.append("" if stored is None else stored.content)
        if progress is not None:
            progress(row + 1, len(files))
    for array in arrays:
        array.flush()
    return contents, problems


Decoded = tuple[StoredPattern | None, str]


def _decoded(
    files: Sequence[LabelledFile], stored_specs: Sequence[StoredInputSpec], jobs: int
) -> Iterator[Decoded]:
    tasks = [(file, tuple(stored_specs)) for file in files]
    if jobs <= 1 or len(files) < _FEWEST_FOR_PROCESSES:
        yield from map(_decode, tasks)
        return
    # spawn: a forked copy of a process that uses threads may hang
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(jobs, mp_context=context) as pool:
            yield from pool.map(_decode, tasks, chunksize=4)
    except BrokenProcessPool as error:
        raise ManifestError(
            "A process that decodes patterns was ended, likely for want of memory; "
            "use fewer with --jobs."
        ) from error


def _decode(task: tuple[LabelledFile, tuple[StoredInputSpec, ...]]) -> Decoded:
    file, stored_specs = task
    try:
        return store(file, stored_specs), ""
    except (SaedError, OSError, MemoryError) as error:
        return None, user_message(error)


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
