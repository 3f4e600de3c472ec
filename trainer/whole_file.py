"""Files that are there whole or not at all: written under another name, then renamed.

Whoever is killed meanwhile leaves the old file as it was, and one that ends in `.part` beside it.
"""

import contextlib
import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TextIO


@contextlib.contextmanager
def whole_text(path: Path) -> Iterator[TextIO]:
    """Open a text file that takes the place of `path` when the block ends without an error.

    Line ends are written as they come.
    """
    with _replacing(path) as part, part.open("w", encoding="utf-8", newline="") as stream:
        yield stream
        _to_disk(stream)


@contextlib.contextmanager
def whole_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open a binary file that takes the place of `path` when the block ends without an error."""
    with _replacing(path) as part, part.open("wb") as stream:
        yield stream
        _to_disk(stream)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write plain values."""
    with whole_text(path) as stream:
        json.dump(content, stream, indent=1, ensure_ascii=False)


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table."""
    with whole_text(path) as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        writer.writerows(rows)


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        yield part
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    part.replace(path)


def _to_disk(stream: TextIO | BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())
