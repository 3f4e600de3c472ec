"""Files that are there whole or not at all, whatever happens while they are written.

A file is written under another name in the same folder, flushed to the disk and renamed. A process
that is killed meanwhile leaves the old file as it was and one that ends in `.part` beside it.
"""

import contextlib
import csv
import json
import os
import secrets
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TextIO

_WAITS_S = (0.01, 0.03, 0.1, 0.3, 0.6)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give an empty file that takes the place of `path` when the block ends without an error.

    It has the permissions of the file that it replaces, or those that the process's umask leaves
    to a new one. Where `path` is a symbolic link, the file that it points to is replaced.

    Raises
    ------
    OSError
        If the folder cannot be written; the old file is then untouched.
    """
    target = path.resolve() if path.is_symlink() else path
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{secrets.token_hex(6)}.part")
    # the system takes the umask off; asking for it would change it for the other threads
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        with contextlib.suppress(OSError):
            part.chmod(target.stat().st_mode & 0o7777)
        yield part
        with part.open("r+b") as stream:
            os.fsync(stream.fileno())
        _rename(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def remove_parts(folder: Path, *, older_than_s: float = 0.0) -> None:
    """Delete what processes that were killed left half written in a folder.

    Parameters
    ----------
    folder
        The folder; its subfolders are left alone.
    older_than_s
        Newer ones stay, for another process may be writing them.
    """
    for part in folder.glob(".*.part"):
        with contextlib.suppress(OSError):
            if time.time() - part.stat().st_mtime >= older_than_s:
                part.unlink()


def _rename(part: Path, target: Path) -> None:
    """Rename a file over another, again and again where Windows' other programs hold it open.

    A virus scanner or a search index opens what has just been written for some milliseconds, and
    Windows refuses to replace an open file.
    """
    for wait_s in _WAITS_S if sys.platform == "win32" else ():
        with contextlib.suppress(PermissionError):
            part.replace(target)
            return
        time.sleep(wait_s)
    part.replace(target)


@contextlib.contextmanager
def atomic_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open a binary file that takes the place of `path` when the block ends without an error."""
    with replacing(path) as part, part.open("wb") as stream:
        yield stream


@contextlib.contextmanager
def atomic_text(path: Path) -> Iterator[TextIO]:
    """Open a UTF-8 text file that takes the place of `path` when the block ends without an error.

    Line ends are written as they come.
    """
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as stream:
        yield stream


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file."""
    with atomic_bytes(path) as stream:
        stream.write(data)


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8."""
    write_bytes(path, text.encode())


def write_json(path: Path, content: Any) -> None:
    """Write plain values as JSON."""
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    try:
        text.encode()
    except UnicodeEncodeError:
        # names of files that are no UTF-8: as escapes they come back as they were
        text = json.dumps(content, indent=1) + "\n"
    write_text(path, text)


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table."""
    with atomic_text(path) as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        writer.writerows(rows)
