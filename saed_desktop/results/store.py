"""Answers of one run in a file: appended as they come, so that a killed run loses none.

The first line says what the run was started with; every other line holds the answers to one
pattern file, one record a frame, with the file's size and time. Each line is written by one call. A
process that is killed in the middle of a line leaves a torn last one, which is cut off when the
store is opened again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from saed_desktop.results.reading import record_of
from saed_desktop.results.record import AnswerRecord
from saed_desktop.results.stamp import Stamp

T = TypeVar("T")


class LineStore(Generic[T]):
    """Values in a file, one line each.

    Parameters
    ----------
    path
        The file; it need not be there yet.
    encode
        Turns a value into its line, which must not hold a line end.
    decode
        Turns a line back; raises ValueError, KeyError or TypeError for one that is no value, which
        is then passed over: it must not hide the others.
    """

    def __init__(
        self, path: Path, encode: Callable[[T], bytes], decode: Callable[[bytes], T]
    ) -> None:
        self.path = path
        self._encode, self._decode = encode, decode

    def mend(self) -> None:
        """Cut off a torn last line."""
        if not self.path.exists():
            return
        with self.path.open("r+b") as stream:
            end = stream.seek(0, 2)
            while end > 0:
                step = min(65536, end)
                stream.seek(end - step)
                at = stream.read(step).rfind(b"\n")
                if at >= 0:
                    stream.truncate(end - step + at + 1)
                    return
                end -= step
            stream.truncate(0)

    def append(self, value: T) -> int:
        """Write a value and return where it stands.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab", buffering=0) as stream:
            offset = stream.seek(0, 2)
            stream.write(self._encode(value) + b"\n")
        return offset

    def items(self) -> Iterator[tuple[int, T]]:
        """Yield every value with its place, in the order in which they were written."""
        if not self.path.exists():
            return
        with self.path.open("rb") as stream:
            offset = 0
            for line in stream:
                value = self._value(line)
                if value is not None:
                    yield offset, value
                offset += len(line)

    def at(self, offset: int) -> T | None:
        """Return the value at a place, None where there is none."""
        try:
            with self.path.open("rb") as stream:
                stream.seek(offset)
                return self._value(stream.readline())
        except OSError:
            return None

    def _value(self, line: bytes) -> T | None:
        if not line.endswith(b"\n"):
            return None
        try:
            return self._decode(line)
        except (ValueError, KeyError, TypeError, RecursionError):
            return None


@dataclass(frozen=True)
class Entry:
    """The answers to one file, one per frame, with its stamp when it was read."""

    records: tuple[AnswerRecord, ...]
    stamp: Stamp | None


class _Line(msgspec.Struct):
    """An entry as it is written."""

    stamp: tuple[int, int] | None
    records: tuple[AnswerRecord, ...]


class AnswerStore:
    """The answers of one run.

    Parameters
    ----------
    path
        The file of the answers.
    """

    OLD_HEAD = "run.json"
    """Where versions before schema 2 kept beside the answers what the run was started with."""

    def __init__(self, path: Path) -> None:
        self._lines: LineStore[Entry] = LineStore(path, _encoded, _decoded)

    @property
    def path(self) -> Path:
        """The file of the answers."""
        return self._lines.path

    def head(self) -> dict[str, Any] | None:
        """Return what the run was started with, None where there is none or it is damaged."""
        for path in (self.path, self.path.with_name(self.OLD_HEAD)):
            try:
                with path.open("rb") as stream:
                    value = msgspec.json.decode(
                        stream.readline() if path == self.path else stream.read()
                    )
            except (OSError, ValueError, RecursionError):
                continue
            if path == self.path:
                value = value.get("head") if isinstance(value, dict) else None
            if isinstance(value, dict):
                return value
        return None

    def start(self, head: Mapping[str, Any]) -> None:
        """Begin a new run; the answers of an older one are dropped.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.with_name(self.OLD_HEAD).unlink(missing_ok=True)
        self.path.write_bytes(msgspec.json.encode({"head": head}) + b"\n")

    def resume(self, head: Mapping[str, Any]) -> bool:
        """Open the run that the same head began, or begin a new one; return whether it was there.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        # compared as JSON holds it: tuples become lists
        if self.head() != msgspec.json.decode(msgspec.json.encode(head)):
            self.start(head)
            return False
        self._lines.mend()
        return True

    def append(self, records: Sequence[AnswerRecord], stamp: Stamp | None) -> int:
        """Write the records of one file and return where they stand.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        return self._lines.append(Entry(tuple(records), stamp))

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """Yield every entry with its place; of a file answered twice, both."""
        yield from self._lines.items()

    def entry_at(self, offset: int) -> Entry | None:
        """Return the entry at a place, None where there is none."""
        return self._lines.at(offset)

    def stamps(self) -> dict[Path, Stamp | None]:
        """Return the files that were answered, with their latest stamps."""
        return {
            Path(entry.records[0].file): entry.stamp for _, entry in self.entries() if entry.records
        }

    def latest(self, *, by_name: bool = False) -> Iterator[AnswerRecord]:
        """Yield all records, of a file answered twice the later ones; memory holds one at a time.

        Parameters
        ----------
        by_name
            In the order of the files' names, not in that of the answers.
        """
        last: dict[str, int] = {}
        for offset, entry in self.entries():
            if entry.records:
                last.pop(entry.records[0].file, None)
                last[entry.records[0].file] = offset
        for name in sorted(last) if by_name else last:
            entry_at = self.entry_at(last[name])
            if entry_at is not None:
                yield from entry_at.records


def _encoded(entry: Entry) -> bytes:
    mark = (entry.stamp.size, entry.stamp.mtime_ns) if entry.stamp else None
    return msgspec.json.encode(_Line(mark, entry.records))


def _decoded(line: bytes) -> Entry:
    try:
        found = msgspec.json.decode(line, type=_Line)
        mark, records = found.stamp, found.records
    except msgspec.ValidationError:
        value = msgspec.json.decode(line)  # of an earlier schema
        records = tuple(record_of(record) for record in value["records"])
        mark = tuple(value["stamp"]) if value["stamp"] else None
    return Entry(records, Stamp(int(mark[0]), int(mark[1])) if mark else None)
