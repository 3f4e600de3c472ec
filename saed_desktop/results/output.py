"""The file that a run writes its answers to, and takes up again after a break."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from saed_desktop.errors import SaedError, UsageError
from saed_desktop.file_names import file_text
from saed_desktop.results.atomic import atomic_text
from saed_desktop.results.page import write_page
from saed_desktop.results.reading import RecordError, present_verdict, read_record
from saed_desktop.results.record import AnswerRecord, Status, json_line, without_picture
from saed_desktop.results.stamp import Stamp
from saed_desktop.results.store import Answered, AnswerStore
from saed_desktop.results.text import text_of_csv, write_table

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
        self._answered: dict[str, Answered] = {}
        self._failed: set[str] = set()
        self._earlier = _Earlier()

    def __enter__(self) -> Self:
        try:
            if self._path.is_dir() or self._store.path.is_dir():
                raise UsageError(f"--output {self._path} is a folder; name a file in it.")
            if self._resume:
                self._take_up()
            else:
                self._store.start({"settings": self._head, "continues": False})
        except OSError as error:
            raise OutputError(f"{self._path} cannot be written: {error.strerror}.") from error
        return self

    def is_answered(self, path: Path, stamp: Stamp | None) -> bool:
        """Tell whether a file was answered, without an error, as it is now."""
        name = file_text(path)
        known = self._answered.get(name)
        if known is not None:
            return known.is_done and known.stamp == stamp
        since = self._earlier.files.get(name)
        return since is not None and (stamp is None or stamp.mtime_ns <= since)

    def first_frame(self, path: Path, stamp: Stamp | None) -> int:
        """Return the first frame of a file that is not answered as it is now, counted from 0."""
        known = self._answered.get(file_text(path))
        return known.n_frames if known is not None and known.stamp == stamp else 0

    def write(
        self, path: Path, records: Sequence[AnswerRecord], stamp: Stamp | None, *, is_last: bool
    ) -> None:
        """Keep answers to one file; a killed run does not lose them.

        Parameters
        ----------
        is_last
            Whether there are no further frames.

        Raises
        ------
        OutputError
            If they cannot be written.
        """
        name = file_text(path)
        known = self._answered.get(name)
        # the mark that there are no further frames, where it is not known already
        if not records and (not is_last or known is None or known.is_done):
            return
        try:
            self._store.append(records, stamp, is_partial=not is_last, file="" if records else name)
        except OSError as error:
            raise OutputError(
                f"{self._path} cannot be written: {error.strerror}. What was answered so far is "
                f"kept in {self._store.path.name}; --resume goes on from there."
            ) from error
        if records and records[0].frame == 0:
            self._failed.discard(name)
        if any(record.status is Status.ERROR for record in records):
            self._failed.add(name)
        self._answered[name] = Answered(stamp, 0, is_last and name not in self._failed)

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
                        rows = [
                            row
                            for row in self._earlier.rows
                            if text_of_csv(row["file"]) not in self._answered
                        ]
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
            if record.file not in self._answered:
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
                "settings. Give the same ones, or start again without --resume."
            )
        continues = head is None or bool(head.get("continues"))
        if continues and self._path.exists():
            self._earlier = _earlier_answers(self._path, self._kind)
        self._store.resume({"settings": self._head, "continues": continues})
        self._answered = self._store.answered()


class _Earlier:
    """Contents of a complete file of answers: rows or records, and the stamp of each file."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []
        self.records: list[AnswerRecord] = []
        self.files: dict[str, int] = {}


def _earlier_answers(path: Path, kind: str) -> _Earlier:
    found = _Earlier()
    if kind == ".html":
        return found
    try:
        written_ns = path.stat().st_mtime_ns
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OutputError(f"{path} cannot be read to resume it.") from error
    # a killed run of an older version may have left half a row
    text = text[: text.rfind("\n") + 1]
    if kind == ".csv":
        reader = csv.DictReader(io.StringIO(text, newline=""))
        if text and not {"file", "status", "verdict"} <= set(reader.fieldnames or ()):
            raise OutputError(f"{path} is no table of this program's answers.")
        found.rows = [
            {**row, "verdict": present_verdict(row["verdict"])}
            for row in reader
            if row["file"] and None not in row
        ]
        names = [(text_of_csv(row["file"]), row["status"] == Status.ERROR) for row in found.rows]
    else:
        # not `splitlines`, which breaks at characters that may stand in a string
        found.records = list(_json_records(text.split("\n")[:-1], path))
        names = [(record.file, record.status is Status.ERROR) for record in found.records]
    failed = {name for name, is_error in names if is_error}
    found.files = {name: written_ns for name, _ in names if name not in failed}
    return found


def _json_records(lines: Iterable[str], path: Path) -> Iterator[AnswerRecord]:
    for line in lines:
        try:
            yield read_record(line)
        except RecordError as error:
            if not _is_joint(line):
                raise OutputError(
                    f"{path} holds a line that is no answer of this program."
                ) from error


def _is_joint(line: str) -> bool:
    """Whether a line is an answer to many patterns, which is worked out again at the end."""
    try:
        value = msgspec.json.decode(line)
    except ValueError:
        return False
    return isinstance(value, dict) and "joint" in value
