"""The answers of a folder as a table, as lines of JSON, or as a page with labelled pictures."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import msgspec

from saed_desktop import report
from saed_desktop.errors import SaedError, UsageError
from saed_desktop.results.record import AnswerRecord, json_line, without_picture
from saed_desktop.workspace.journal import Journal
from saed_desktop.workspace.result_page import write_page

SUFFIXES = (".csv", ".jsonl", ".json", ".html")


def export_run(
    journal: Journal,
    path: Path,
    *,
    labels: dict[Path, str] | None = None,
    progress: Callable[[int], None] = lambda _done: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Write the answers of a run to a file, whole or not at all, and return their number.

    Parameters
    ----------
    journal
        The run's answers.
    path
        Ending in .csv, .jsonl, .json or .html. Beside a page its pictures are put into a folder.
    labels
        What people say of the files; it stands beside the answers.
    progress
        Called with the number of answers written so far.
    is_cancelled
        Asked between answers.

    Raises
    ------
    UsageError
        If the ending is another one.
    SaedError
        If the file cannot be written, or the export was stopped.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError("Results are saved as .csv, .jsonl or .html.")

    def records() -> Iterator[AnswerRecord]:
        for done, record in enumerate(latest_records(journal)):
            if is_cancelled():
                raise SaedError("The export was stopped; nothing was saved.")
            label = (labels or {}).get(Path(record.file))
            yield msgspec.structs.replace(record, label=label) if label else record
            progress(done + 1)

    pictures = path.with_name(f"{path.stem}_files")
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                if suffix == ".html":
                    count = write_page(records(), stream, pictures, labels or {})
                else:
                    count = _write(records(), stream, suffix)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            if suffix == ".html" and not path.exists():
                shutil.rmtree(pictures, ignore_errors=True)
            raise
    except OSError as error:
        raise SaedError(f"{path} cannot be written: {error.strerror}.") from error
    return count


def latest_records(journal: Journal) -> Iterator[AnswerRecord]:
    """Yield the records of a run, of a file answered twice the later ones, in the files' order."""
    last: dict[str, int] = {}
    for entry in journal.entries():
        if entry.records:
            last[str(entry.records[0].file)] = entry.offset
    for name in sorted(last):
        entry_at = journal.entry_at(last[name])
        if entry_at is not None:
            yield from entry_at.records


def _write(records: Iterator[AnswerRecord], stream: TextIO, suffix: str) -> int:
    count = 0
    writer = report.CsvWriter(stream) if suffix == ".csv" else None
    for record in records:
        plain = without_picture(record)
        if writer is not None:
            writer.write(plain)
        else:
            stream.write(json_line(plain) + "\n")
        count += 1
    return count
