"""The file that a run writes its answers to, row by row, and takes up again after a break."""

import csv
import json
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from saed_desktop import report
from saed_desktop.errors import SaedError, UsageError
from saed_desktop.results.record import AnswerRecord, json_line

SUFFIXES = (".csv", ".json", ".jsonl", ".html")


class AnswerFileError(SaedError):
    """A file of answers that cannot be written or taken up again."""


class AnswerFile:
    """Writes records as CSV, one JSON object a line, or HTML.

    While a run lasts its rows stand in FILE.part; at its end that is renamed to FILE, so FILE is
    always whole. A run that was killed leaves FILE.part, and `resume` goes on from there.

    Parameters
    ----------
    path
        The file; its ending decides the format.
    resume
        Keep the rows of an earlier run; `done` then names their files.

    Raises
    ------
    UsageError
        If the ending is unknown, or HTML is to be resumed.
    """

    def __init__(self, path: Path, *, resume: bool = False) -> None:
        self._kind = path.suffix.lower()
        if self._kind not in SUFFIXES:
            raise UsageError("--output must end in .csv, .json, .jsonl or .html.")
        if resume and self._kind == ".html":
            raise UsageError("--resume needs an --output that ends in .csv or .json.")
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._resume = resume
        self._stream: TextIO | None = None
        self._csv: report.CsvWriter | None = None
        self._count = 0
        self.done: set[Path] = set()

    def __enter__(self) -> Self:
        kept = self._kept_lines() if self._resume else []
        try:
            self._part.parent.mkdir(parents=True, exist_ok=True)
            stream = self._part.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise AnswerFileError(f"{self._path} cannot be written: {error.strerror}.") from error
        self._stream = stream
        stream.writelines(kept)
        if self._kind == ".csv":
            self._csv = report.CsvWriter(stream, with_header=not kept)
        elif self._kind == ".html":
            stream.write(report.HTML_HEAD)
        stream.flush()
        return self

    def write(self, record: AnswerRecord) -> None:
        """Write one record and flush it: a killed run loses no finished row."""
        if self._stream is None:
            raise RuntimeError("the file is not open")
        self._count += 1
        if self._csv is not None:
            self._csv.write(record)
            return
        row = report.html_row(record) if self._kind == ".html" else json_line(record)
        self._stream.write(row + "\n")
        self._stream.flush()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is None:
            return
        if self._kind == ".html":
            self._stream.write(report.html_tail(self._count))
        self._stream.close()
        if kind is None or self._kind == ".html":
            self._part.replace(self._path)

    def _kept_lines(self) -> list[str]:
        """Return the complete rows of an earlier run and note their files as done."""
        source = self._part if self._part.exists() else self._path
        if not source.exists():
            return []
        try:
            text = source.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise AnswerFileError(f"{source} cannot be read to resume it.") from error
        # a killed run may have left half a row
        lines = text.splitlines(keepends=True)
        if lines and not lines[-1].endswith("\n"):
            lines.pop()
        return self._csv_lines(lines, source) if self._kind == ".csv" else self._json_lines(lines)

    def _csv_lines(self, lines: list[str], source: Path) -> list[str]:
        if not lines:
            return []
        if tuple(next(csv.reader(lines[:1]))) != report.CSV_COLUMNS:
            raise AnswerFileError(f"{source} is no table of this program's answers.")
        self.done |= {Path(row["file"]) for row in csv.DictReader(lines)}
        return lines

    def _json_lines(self, lines: list[str]) -> list[str]:
        kept = []
        for line in lines:
            try:
                self.done.add(Path(json.loads(line)["file"]))
            except (json.JSONDecodeError, KeyError, TypeError):
                continue  # a joint answer, or a torn line in the middle: neither is a pattern's
            kept.append(line)
        return kept
