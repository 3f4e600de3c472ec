"""The answers of a folder as a table, as lines of JSON, or as a page."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from saed_desktop import report
from saed_desktop.errors import SaedError, UsageError
from saed_desktop.workspace.journal import Journal

Record = dict[str, Any]


def export_run(journal: Journal, path: Path) -> int:
    """Write the answers of a run to a file, whole or not at all, and return their number.

    Parameters
    ----------
    journal
        The run's answers.
    path
        Ending in .csv, .jsonl, .json or .html.

    Raises
    ------
    UsageError
        If the ending is another one.
    SaedError
        If the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".jsonl", ".json", ".html"):
        raise UsageError("Results are saved as .csv, .jsonl or .html.")
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                count = _write(latest_records(journal), stream, suffix)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SaedError(f"{path} cannot be written: {error.strerror}.") from error
    return count


def latest_records(journal: Journal) -> Iterator[Record]:
    """Yield the records of a run, of a file answered twice the later ones, in the files' order."""
    last: dict[str, int] = {}
    for entry in journal.entries():
        if entry.records:
            last[str(entry.records[0]["file"])] = entry.offset
    for name in sorted(last):
        entry_at = journal.entry_at(last[name])
        if entry_at is not None:
            yield from entry_at.records


def _write(records: Iterator[Record], stream: TextIO, suffix: str) -> int:
    count = 0
    if suffix == ".html":
        rows = list(records)
        stream.write(report.html_page(rows))
        return len(rows)
    writer = report.CsvWriter(stream) if suffix == ".csv" else None
    for record in records:
        if writer is not None:
            writer.write(record)
        else:
            stream.write(report.json_line(record) + "\n")
        count += 1
    return count
