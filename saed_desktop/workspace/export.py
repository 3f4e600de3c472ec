"""The answers of a folder as a table, as lines of JSON, or as a page with labelled pictures."""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from msgspec import UNSET
from msgspec.structs import replace

from saed_desktop.errors import SaedError, UsageError
from saed_desktop.file_names import path_of
from saed_desktop.pattern.readers import read_pattern
from saed_desktop.results.atomic import atomic_text
from saed_desktop.results.page import write_page
from saed_desktop.results.record import AnswerRecord, Status, json_line, without_picture
from saed_desktop.results.store import AnswerStore
from saed_desktop.results.text import write_table
from saed_desktop.workspace.figure import labelled_picture

SUFFIXES = (".csv", ".jsonl", ".json", ".html")


def export_run(
    store: AnswerStore,
    path: Path,
    *,
    labels: dict[Path, str] | None = None,
    progress: Callable[[int], None] = lambda _done: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Write the answers of a run to a file, whole or not at all, and return their number.

    Parameters
    ----------
    store
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
    done = 0

    def records() -> Iterator[AnswerRecord]:
        nonlocal done
        for record in store.latest(by_name=True):
            if is_cancelled():
                raise SaedError("The export was stopped; nothing was saved.")
            label = (labels or {}).get(path_of(record.file))
            yield replace(record, label=label) if label else record
            done += 1
            progress(done)

    pictures = path.with_name(f"{path.stem}_files")
    try:
        with atomic_text(path) as stream:
            if suffix == ".html":
                write_page(
                    stream,
                    records(),
                    picture_of=lambda record, number: _picture(record, pictures, number),
                )
            elif suffix == ".csv":
                write_table(stream, records())
            else:
                stream.writelines(json_line(without_picture(r)) + "\n" for r in records())
    except BaseException as error:
        if suffix == ".html" and not path.exists():
            shutil.rmtree(pictures, ignore_errors=True)
        if isinstance(error, OSError):
            raise SaedError(f"{path} cannot be written: {error.strerror}.") from error
        raise
    return done


def _picture(record: AnswerRecord, folder: Path, number: int) -> str:
    """Draw the pattern of a record and return the picture's address; "" where it cannot be."""
    if record.status is Status.ERROR:
        return ""
    try:
        pattern = read_pattern(path_of(record.file), frame=record.frame)
        marks = [] if record.picture is UNSET else record.picture.marks
        picture = labelled_picture(
            pattern.image_yx, [(m.x, m.y, m.label) for m in marks], record.center_xy
        )
        folder.mkdir(parents=True, exist_ok=True)
        picture.save(folder / f"{number:05d}.jpg", quality=85)
    except Exception:  # a file that is gone since leaves a page without its picture
        logging.getLogger(__name__).warning("no picture of %s", record.file, exc_info=True)
        return ""
    # quoted: a page may be called "Run #3"
    return f"{quote(os.fsencode(folder.name))}/{number:05d}.jpg"
