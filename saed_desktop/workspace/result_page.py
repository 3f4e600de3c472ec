"""The answers of a folder as a page for people: pictures with marks, and why."""

import html
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

from msgspec import UNSET

from saed_desktop.crystal.index_symbols import text_html
from saed_desktop.pattern.readers import read_pattern
from saed_desktop.results.record import AnswerRecord, Status
from saed_desktop.workspace.figure import labelled_picture
from saed_desktop.workspace.folder_row import FolderRow, row_of
from saed_desktop.workspace.names import percent, phase_label

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>SAED Desktop: answers</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 1.2rem; }
article { border: 1px solid #8886; border-radius: 10px; overflow: hidden; }
article img { width: 100%; display: block; background: #000; }
article div { padding: .7rem .9rem .9rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 0 0 .2rem; }
p { margin: .2rem 0; } .file { opacity: .7; overflow-wrap: anywhere; }
.verdict { font-weight: 600; } .agree { color: #0a7f4f; } .disagree { color: #a05a00; }
.error { color: #b3261e; } .numbers { font-variant-numeric: tabular-nums; }
</style></head><body>
<h1>Answers</h1>
<p>Green rings: reflections of the phase named. Open the table (CSV) of the same run for all
numbers.</p>
<main>
"""


def write_page(
    records: Iterable[AnswerRecord], stream: TextIO, pictures: Path, labels: Mapping[Path, str]
) -> int:
    """Write the page and, into a folder, its pictures; returns the number of answers.

    Parameters
    ----------
    records
        The answers.
    stream
        Where the page goes.
    pictures
        The folder of the pictures; made when needed.
    labels
        What people say of the files.
    """
    stream.write(_HEAD)
    count = 0
    for record in records:
        count += 1
        picture = _picture(record, pictures, count)
        stream.write(_article(record, picture, labels.get(Path(record.file), "")))
    stream.write("</main></body></html>\n")
    return count


def _picture(record: AnswerRecord, folder: Path, number: int) -> str:
    """Draw the pattern of a record and return the picture's address; "" where it cannot be."""
    if record.status is Status.ERROR:
        return ""
    try:
        pattern = read_pattern(Path(record.file), frame=record.frame)
        marks = [] if record.picture is UNSET else record.picture.marks
        picture = labelled_picture(
            pattern.image_yx, [(m.x, m.y, m.label) for m in marks], record.center_xy
        )
        folder.mkdir(parents=True, exist_ok=True)
        picture.save(folder / f"{number:05d}.jpg", quality=85)
    except Exception:  # a file that is gone since leaves a page without its picture
        logging.getLogger(__name__).warning("no picture of %s", record.file, exc_info=True)
        return ""
    return f"{folder.name}/{number:05d}.jpg"


def _article(record: AnswerRecord, picture: str, label: str) -> str:
    row: FolderRow = row_of(record)
    headline = f"{row.answer} {row.zone}".strip() or "cannot be read"
    probability = percent(row.probability) if row.probability is not None else ""
    image = f'<img loading="lazy" src="{html.escape(picture)}" alt="">' if picture else ""
    said = f"<p>Labelled: {html.escape(phase_label(label))}</p>" if label else ""
    score = f"score {row.score:.2f}" if row.score is not None else ""
    numbers = " · ".join(part for part in (probability, score) if part)
    return (
        f"<article>{image}<div><h2>{text_html(headline)}</h2>"
        f'<p class="verdict {html.escape(row.verdict)}">{html.escape(row.words)}</p>'
        f'<p class="numbers">{html.escape(numbers)}</p><p>{text_html(row.reason)}</p>{said}'
        f'<p class="file">{html.escape(row.title)}</p></div></article>\n'
    )
