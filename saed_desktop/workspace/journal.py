"""The answers of a folder run as they come: one line a file, so that a killed run loses none.

Each line is written by one call and flushed; a run that is killed in the middle of a line leaves
a torn last one, which is cut off when the journal is opened again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from saed_desktop.results.atomic import write_json
from saed_desktop.results.reading import RecordError, record_of
from saed_desktop.results.record import AnswerRecord
from saed_desktop.workspace.user_file import read_json

_HEAD = "run.json"
_LINES = "answers.jsonl"


@dataclass(frozen=True)
class Stamp:
    """What tells a file from a changed one of the same name."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> "Stamp | None":
        """Return the stamp of a file, None where it cannot be looked at."""
        try:
            status = path.stat()
        except OSError:
            return None
        return cls(status.st_size, status.st_mtime_ns)


@dataclass(frozen=True)
class Entry:
    """One answered file: its records, one per frame, and where they stand in the journal."""

    records: tuple[AnswerRecord, ...]
    stamp: Stamp | None
    offset: int


class Journal:
    """The answers of one run, on disk.

    Parameters
    ----------
    folder
        Where the run is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def path(self) -> Path:
        """The file of the answers."""
        return self._folder / _LINES

    def head(self) -> dict[str, Any] | None:
        """Return what the run was started with, None where there is none or it is damaged."""
        try:
            value = read_json(self._folder / _HEAD)
        except (OSError, ValueError):
            return None
        return value if isinstance(value, dict) else None

    def start(self, head: dict[str, Any]) -> None:
        """Begin a new run; the answers of an older one are dropped."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        write_json(self._folder / _HEAD, head)

    def mend(self) -> None:
        """Cut off a torn last line."""
        if not self.path.exists():
            return
        with self.path.open("r+b") as stream:
            end = stream.seek(0, 2)
            while end > 0:
                step = min(65536, end)
                stream.seek(end - step)
                block = stream.read(step)
                at = block.rfind(b"\n")
                if at >= 0:
                    stream.truncate(end - step + at + 1)
                    return
                end -= step
            stream.truncate(0)

    def append(self, records: Sequence[AnswerRecord], stamp: Stamp | None) -> int:
        """Write the records of one file and return where they stand."""
        mark = [stamp.size, stamp.mtime_ns] if stamp else None
        line = msgspec.json.encode({"stamp": mark, "records": records})
        self._folder.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab", buffering=0) as stream:
            offset = stream.seek(0, 2)
            stream.write(line + b"\n")
        return offset

    def entries(self) -> Iterator[Entry]:
        """Yield everything answered so far; of a file answered twice, both."""
        if not self.path.exists():
            return
        with self.path.open("rb") as stream:
            offset = 0
            for line in stream:
                entry = _entry(line, offset)
                offset += len(line)
                if entry is not None:
                    yield entry

    def entry_at(self, offset: int) -> Entry | None:
        """Return what stands at a place of the journal."""
        try:
            with self.path.open("rb") as stream:
                stream.seek(offset)
                return _entry(stream.readline(), offset)
        except OSError:
            return None


def _entry(line: bytes, offset: int) -> Entry | None:
    if not line.endswith(b"\n"):
        return None
    try:
        value = msgspec.json.decode(line)
        records = tuple(record_of(record) for record in value["records"])
        mark = value["stamp"]
    except (ValueError, RecordError, KeyError, TypeError):
        return None  # one line that is no answer must not hide the others
    return Entry(records, Stamp(int(mark[0]), int(mark[1])) if mark else None, offset)
