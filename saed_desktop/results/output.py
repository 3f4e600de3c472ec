"""The file that a run writes its answers to, and takes up again after a break."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from saed_desktop.errors import SaedError, UsageError
from saed_desktop.results.atomic import atomic_text
from saed_desktop.results.page import write_page
from saed_desktop.results.reading import RecordError, read_record
from saed_desktop.results.record import AnswerRecord, json_line, without_picture
from saed_desktop.results.stamp import Stamp
from saed_desktop.results.store import AnswerStore
from saed_desktop.results.text import write_table

SUFFIXES = (".csv", ".json", ".jsonl", ".html")


class OutputError(SaedError):
    """A file of answers that cannot be written or taken up again."""


class OutputFile:
    """A file of answers as CSV, one JSON object a line, or HTML.

    While a run lasts its answers are appended to a store, FILE.part; at its end FILE is written
    from that, whole, and the store goes. A run that was killed leaves the store, from which
    `resume` goes on; it goes on with a complete FILE as well. A pattern file that has changed since
    it was answered is answered again.

    Parameters
    ----------
    path
        The file; its ending decides the format.
    head
        Plain values that the answers depend on: others are not mixed into one file.
    resume
        Go on with what an earlier run answered.
    endless
        Whether the run ends only by being interrupted: FILE is then written all the same.

    Raises
    ------
    UsageError
        If the ending is unknown.
    """

    def __init__(
        self,
        path: Path,
        head: Mapping[str, Any] | None = None,
        *,
        resume: bool = False,
        endless: bool = False,
    ) -> None:
        self._kind = path.suffix.lower()
        if self._kind not in SUFFIXES:
            raise UsageError("--output must end in .csv, .json, .jsonl or .html.")
        self._path, self._head = path, dict(head or {})
        self._resume, self._endless = resume, endless
        self._store = AnswerStore(path.with_name(path.name + ".part"))
        self._answered: dict[Path, Stamp | None] = {}
        self._earlier = _Earlier()

    def __enter__(self) -> Self:
        try:
            if self._resume:
                self._take_up()
            else:
                self._store.start({"settings": self._head, "continues": False})
        except OSError as error:
            raise OutputError(f"{self._path} cannot be written: {error.strerror}.") from error
        return self

    def is_answered(self, path: Path, stamp: Stamp | None) -> bool:
        """Tell whether a file was answered as it is now."""
        if path in self._answered:
            return self._answered[path] == stamp
        since = self._earlier.files.get(path)
        return since is not None and (stamp is None or stamp.mtime_ns <= since)

    def write(self, records: Sequence[AnswerRecord], stamp: Stamp | None) -> None:
        """Keep the answers to one file; a killed run does not lose them.

        Raises
        ------
        OutputError
            If they cannot be written.
        """
        try:
            self._store.append(records, stamp)
        except OSError as error:
            raise OutputError(f"{self._path} cannot be written: {error.strerror}.") from error
        if records:
            self._answered[Path(records[0].file)] = stamp

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None or (self._endless and kind is KeyboardInterrupt):
            try:
                with atomic_text(self._path) as stream:
                    records = self._records()
                    if self._kind == ".csv":
                        again = {str(path) for path in self._answered}
                        rows = [row for row in self._earlier.rows if row["file"] not in again]
                        write_table(stream, records, rows)
                    elif self._kind == ".html":
                        write_page(stream, records)
                    else:
                        stream.writelines(json_line(record) + "\n" for record in records)
            except OSError as failure:
                raise OutputError(
                    f"{self._path} cannot be written: {failure.strerror}. The answers are kept in "
                    f"{self._store.path.name}; --resume goes on from there."
                ) from failure
            self._store.path.unlink()

    def _records(self) -> Iterator[AnswerRecord]:
        for record in self._earlier.records:
            if Path(record.file) not in self._answered:
                yield record
        for record in self._store.latest():
            yield without_picture(record)

    def _take_up(self) -> None:
        """Find what an earlier run answered."""
        head = self._store.head()
        if head is None and self._store.path.exists():
            # of a version that wrote the rows themselves into it
            self._store.path.replace(self._path)
        if head is not None and head.get("settings") != self._head:
            raise UsageError(
                f"{self._store.path.name} holds answers by another network, other phases or other "
                "settings. Give the same ones, or start anew without --resume."
            )
        continues = head is None or bool(head.get("continues"))
        if continues and self._path.exists():
            self._earlier = _earlier_answers(self._path, self._kind)
        self._store.resume({"settings": self._head, "continues": continues})
        self._answered = self._store.stamps()


class _Earlier:
    """What a complete file of answers holds: rows or records, and when each file was answered."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []
        self.records: list[AnswerRecord] = []
        self.files: dict[Path, int] = {}


def _earlier_answers(path: Path, kind: str) -> _Earlier:
    found = _Earlier()
    if kind == ".html":
        return found
    try:
        written_ns = path.stat().st_mtime_ns
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OutputError(f"{path} cannot be read to resume it.") from error
    lines = text.splitlines(keepends=True)
    # a killed run of an older version may have left half a row
    if lines and not lines[-1].endswith("\n"):
        lines.pop()
    if kind == ".csv":
        reader = csv.DictReader(lines)
        if lines and not {"file", "status", "verdict"} <= set(reader.fieldnames or ()):
            raise OutputError(f"{path} is no table of this program's answers.")
        found.rows = list(reader)
        found.files = {Path(row["file"]): written_ns for row in found.rows}
        return found
    for line in lines:
        try:
            record = read_record(line)
        except RecordError:
            continue  # a joint answer, or a torn line in the middle: neither is a pattern's
        found.records.append(record)
        found.files[Path(record.file)] = written_ns
    return found
