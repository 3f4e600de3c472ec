"""A pack of decoded patterns in the making: what one process decoded, the next one goes on with.

The arrays lie in a folder of their own until they are complete. A journal beside them has a line
for every file that is done; a process that was stopped, killed or had no room left loses the files
it was at. The folder belongs to one process at a time, by the process id in it.
"""

import contextlib
import json
import os
import shutil
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from saed_desktop.results.atomic import replacing
from trainer.data.stored_input import StoredInputSpec

MAKING = ".making-"
ARRAY = "patterns.npy"

_JOURNAL = "done.jsonl"
_OWNER = "owner.json"
_ABANDONED_AFTER_SECONDS = 86_400.0


class DecodedRow(msgspec.Struct, frozen=True):
    """A file that is done: its row, the sha256 of its pixels, and why it cannot be read."""

    row: int
    content: str
    problem: str = ""


class _Owner(msgspec.Struct, frozen=True):
    host: str
    process: int


@dataclass(frozen=True, eq=False)
class PackInMaking:
    """The folder of a pack that is not complete.

    Parameters
    ----------
    folder
        Where it is made.
    array
        Memory-mapped (files, ...).
    done
        Files that are done, by row.
    """

    folder: Path
    array: npt.NDArray[Any]
    done: dict[int, DecodedRow]

    @classmethod
    def take_up(
        cls, parent: Path, name: str, spec: StoredInputSpec, n_files: int
    ) -> "PackInMaking":
        """Return the pack that was begun before, or begin it.

        Parameters
        ----------
        parent
            Where complete packs of the recipe are.
        name
            Of the pack.
        spec
            The recipe.
        n_files
            Files in the pack.
        """
        parent.mkdir(parents=True, exist_ok=True)
        folder = parent / f"{MAKING}{name}"
        if not _claim(folder):
            # another process makes the same at this moment
            folder = parent / f"{MAKING}{name}-{socket.gethostname()}-{os.getpid()}"
            _claim(folder)
        file, shape = folder / ARRAY, (n_files, *spec.shape)
        array = _opened(file, shape, spec.dtype)
        if array is None:
            (folder / _JOURNAL).unlink(missing_ok=True)
            array = _created(file, shape, spec.dtype)
        return cls(folder, array, _journal(folder / _JOURNAL, n_files))

    def add(self, values: npt.NDArray[Any], row: DecodedRow) -> None:
        """Keep what a file holds."""
        self.array[row.row] = values
        self._note(row)

    def add_unreadable(self, row: int, problem: str, *, is_kept: bool) -> None:
        """Note that a file cannot be read.

        Parameters
        ----------
        row
            Of the file.
        problem
            Why.
        is_kept
            False for a file whose process died, which may have had other reasons than the file: a
            later process tries again.
        """
        unreadable = DecodedRow(row, "", problem)
        if is_kept:
            self._note(unreadable)
        self.done[row] = unreadable

    def _note(self, row: DecodedRow) -> None:
        line = json.dumps(msgspec.to_builtins(row)) + "\n"
        path = self.folder / _JOURNAL
        with path.open("a", encoding="utf-8") as stream:
            if stream.tell() and not _ends_a_line(path):
                # killed within its last line
                line = "\n" + line
            stream.write(line)
        self.done[row.row] = row

    def flush(self) -> None:
        """Bring the array to the disk."""
        if isinstance(self.array, np.memmap):
            self.array.flush()

    def release(self) -> None:
        """Leave it to whichever process comes next."""
        (self.folder / _OWNER).unlink(missing_ok=True)


def forget_making(folder: Path) -> None:
    """Remove what only the making of a pack needs from the folder of a complete one."""
    for name in (_JOURNAL, _OWNER):
        (folder / name).unlink(missing_ok=True)


def remove_abandoned(parent: Path) -> None:
    """Delete packs in the making that nothing was added to for a day."""
    for path in parent.glob(f"{MAKING}*"):
        with contextlib.suppress(OSError):
            last = max(file.stat().st_mtime for file in (path, *path.iterdir()))
            if time.time() - last > _ABANDONED_AFTER_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def bytes_needed(parent: Path, name: str, spec: StoredInputSpec, n_files: int) -> int:
    """Return what a pack will take of the disk; 0 for one that was begun, which has its room."""
    if (parent / f"{MAKING}{name}" / ARRAY).is_file():
        return 0
    return int(np.prod(spec.shape)) * spec.dtype.itemsize * n_files


def _claim(folder: Path) -> bool:
    """Make a folder this process's own; False where a living one has it."""
    folder.mkdir(exist_ok=True)
    owner = folder / _OWNER
    own = _Owner(socket.gethostname(), os.getpid())
    for _ in range(2):
        try:
            with owner.open("xb") as stream:
                stream.write(msgspec.json.encode(own))
        except FileExistsError:
            if _is_at_work(owner):
                return False
            owner.unlink(missing_ok=True)
        else:
            return True
    return False


def _is_at_work(owner: Path) -> bool:
    """Tell whether the process that a folder belongs to may still be running."""
    try:
        known = msgspec.json.decode(owner.read_bytes(), type=_Owner)
        if known.host != socket.gethostname():
            return time.time() - owner.stat().st_mtime < _ABANDONED_AFTER_SECONDS
        if known.process == os.getpid():
            return False
        os.kill(known.process, 0)
    except (OSError, ValueError):
        return False
    return True


def _opened(file: Path, shape: tuple[int, ...], dtype: np.dtype[Any]) -> npt.NDArray[Any] | None:
    try:
        array = np.load(file, mmap_mode="r+")
    except (OSError, ValueError):
        return None
    return array if array.shape == shape and array.dtype == dtype else None


def _created(file: Path, shape: tuple[int, ...], dtype: np.dtype[Any]) -> "np.memmap[Any, Any]":
    """Return a new array whose room on the disk is reserved.

    Without that a disk that gets full while the mapped memory is written ends the process.
    """
    with replacing(file) as part:
        np.lib.format.open_memmap(part, mode="w+", dtype=dtype, shape=shape)
        if hasattr(os, "posix_fallocate"):
            with part.open("r+b") as stream:
                os.posix_fallocate(stream.fileno(), 0, part.stat().st_size)
    return np.lib.format.open_memmap(file, mode="r+")


def _journal(path: Path, n_files: int) -> dict[int, DecodedRow]:
    done = {}
    lines = path.read_bytes().split(b"\n") if path.is_file() else []
    for line in lines:
        with contextlib.suppress(ValueError, RecursionError):
            row = msgspec.json.decode(line, type=DecodedRow)
            if 0 <= row.row < n_files:
                done[row.row] = row
    return done


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) == b"\n"
