"""Answers of one run in a file: appended as they come, so that a killed run loses none.

The first line says what the run was started with; every other line holds the answers to one
pattern file, one record a frame, with the file's size and time. Each line is written by one call. A
process that is killed in the middle of a line leaves a torn last one, which is cut off when the
store is opened again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from saed_desktop.results.reading import record_of
from saed_desktop.results.record import AnswerRecord, Status
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
        line = memoryview(self._encode(value) + b"\n")
        with self.path.open("ab", buffering=0) as stream:
            offset = stream.seek(0, 2)
            try:
                while line:
                    line = line[stream.write(line) :]
            except OSError:
                # a full disk took a part of it, after which no other line may stand
                with suppress(OSError):
                    stream.truncate(offset)
                raise
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
    """Answers to one file, one per frame, with its stamp when it was read.

    Parameters
    ----------
    records
        In the order of the frames. They continue those of the file's entry before where the first
        is not of the first frame.
    is_partial
        Whether further frames are to follow in other entries.
    file
        The file where there are no records: the mark that the frames before were all.
    """

    records: tuple[AnswerRecord, ...]
    stamp: Stamp | None
    is_partial: bool = False
    file: str = ""

    @property
    def name(self) -> str:
        """The file as its records name it."""
        return self.records[0].file if self.records else self.file


@dataclass(frozen=True)
class Answered:
    """Frames of a file that are answered.

    Parameters
    ----------
    n_frames
        Frames from the first on that were answered without an error.
    is_done
        Whether these are all of them.
    """

    stamp: Stamp | None
    n_frames: int
    is_done: bool


class _Line(msgspec.Struct, omit_defaults=True):
    """An entry as it is written."""

    stamp: tuple[int, int] | None
    records: tuple[AnswerRecord, ...]
    partial: bool = False
    file: str = ""


class _OlderLine(msgspec.Struct):
    """An entry of an earlier schema."""

    stamp: tuple[int, int] | None
    records: list[Any]
    partial: bool = False
    file: str = ""


class AnswerStore:
    """The answers of one run.

    Parameters
    ----------
    path
        The file of the answers.
    """

    OLD_HEAD = "run.json"
    """The file in which versions before schema 2 kept a run's settings, beside its answers."""

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

    def append(
        self,
        records: Sequence[AnswerRecord],
        stamp: Stamp | None,
        *,
        is_partial: bool = False,
        file: str = "",
    ) -> int:
        """Write records of one file and return where they stand; see `Entry`.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        return self._lines.append(Entry(tuple(records), stamp, is_partial, file))

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """Yield every entry with its place; of a file answered twice, both."""
        yield from self._lines.items()

    def entry_at(self, offset: int) -> Entry | None:
        """Return the entry at a place, None where there is none."""
        return self._lines.at(offset)

    def answered(self) -> dict[str, Answered]:
        """Return how far each file is answered, by its name; an error is no answer."""
        found: dict[str, _Reach] = {}
        for _, entry in self.entries():
            reach = found.get(entry.name)
            first = entry.records[0].frame if entry.records else None
            if reach is None or first == 0:
                reach = found[entry.name] = _Reach()
            elif first is not None and first <= reach.n_frames:
                # answered again from here on
                reach.n_frames, reach.has_failed = first, False
            for record in entry.records:
                reach.has_failed = reach.has_failed or record.status is Status.ERROR
                if not reach.has_failed and record.frame == reach.n_frames:
                    reach.n_frames += 1
            reach.stamp, reach.has_ended = entry.stamp, not entry.is_partial
        return {
            name: Answered(reach.stamp, reach.n_frames, reach.has_ended and not reach.has_failed)
            for name, reach in found.items()
        }

    def latest(self, *, by_name: bool = False) -> Iterator[AnswerRecord]:
        """Yield all records, of a frame answered twice the later one; memory holds few at a time.

        Parameters
        ----------
        by_name
            In the order of the files' names, not in that of the answers.
        """
        places: dict[str, list[tuple[int, int]]] = {}
        for offset, entry in self.entries():
            if not entry.records:
                continue
            first = entry.records[0].frame
            before = places.pop(entry.name, []) if first == 0 else places.get(entry.name, [])
            kept = [place for place in before if place[0] < first]
            places[entry.name] = [*kept, (first, offset)]
        for name in sorted(places) if by_name else places:
            for _, offset in places[name]:
                entry_at = self.entry_at(offset)
                if entry_at is not None:
                    yield from entry_at.records


@dataclass(eq=False)
class _Reach:
    """Frames of a file that are answered, counted while the entries are read."""

    stamp: Stamp | None = None
    n_frames: int = 0
    has_failed: bool = False
    has_ended: bool = False


def _encoded(entry: Entry) -> bytes:
    mark = (entry.stamp.size, entry.stamp.mtime_ns) if entry.stamp else None
    return msgspec.json.encode(_Line(mark, entry.records, entry.is_partial, entry.file))


def _decoded(line: bytes) -> Entry:
    try:
        found = msgspec.json.decode(line, type=_Line)
        mark = found.stamp
        return Entry(found.records, Stamp(*mark) if mark else None, found.partial, found.file)
    except msgspec.ValidationError:
        older = msgspec.json.decode(line, type=_OlderLine)
        records = tuple(record_of(record) for record in older.records)
        mark = older.stamp
        return Entry(records, Stamp(*mark) if mark else None, older.partial, older.file)
