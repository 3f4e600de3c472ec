"""Answers as a page for people: a table, or cards with labelled pictures."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from msgspec import UNSET

from saed_desktop.crystal.index_symbols import text_html
from saed_desktop.file_names import one_line, path_of
from saed_desktop.paths import resources_dir
from saed_desktop.results.record import AnswerRecord, Status
from saed_desktop.results.sentences import sentence
from saed_desktop.results.wording import VERDICT_WORDS, percent, phase_label, verdict_words

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True)
class PageRow:
    """One answer in the words of the page; see the template."""

    css: str
    file: str
    phase: str
    zone: "Markup"
    probability: str
    score: str
    verdict: str
    others: str
    why: "Markup"
    picture: str
    label: str


def write_page(
    stream: TextIO,
    records: Iterable[AnswerRecord],
    *,
    picture_of: Callable[[AnswerRecord, int], str] | None = None,
) -> int:
    """Write answers as a page of HTML, one after another, and return their number.

    Parameters
    ----------
    stream
        Where the page goes.
    records
        The answers.
    picture_of
        Returns the address of an answer's picture, "" without one; takes the answer and its
        number from 1. None for a table without pictures.
    """
    import jinja2

    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FileSystemLoader(resources_dir() / "templates"),
    )
    count = 0

    def rows() -> Iterator[PageRow]:
        nonlocal count
        for record in records:
            count += 1
            picture = picture_of(record, count) if picture_of is not None else ""
            yield page_row(record, picture)

    template = environment.get_template("answers.html")
    pieces = template.generate(
        rows=rows(), with_pictures=picture_of is not None, count=lambda: count
    )
    stream.writelines(pieces)
    return count


def page_row(record: AnswerRecord, picture: str = "") -> PageRow:
    """Return a record in the words of the page."""
    from markupsafe import Markup

    best = record.named_candidate
    is_error = record.status is Status.ERROR
    frame = f" [{record.frame + 1}]" if record.frame else ""
    verdict = "error" if is_error else record.verdict.value
    others = [phase_label(name) for name in record.prediction_set if name != record.phase]
    none = record.none_of_these
    if record.phase and record.set_includes_none and none is not None:
        others.append(f"{VERDICT_WORDS['none']} ({percent(none)})")
    share = record.probability if record.phase else none
    reasons = " ".join(sentence(reason, phase_label) for reason in record.reasons)
    if record.look_alikes:
        reasons += f" Not among the candidates, but alike: {', '.join(record.look_alikes)}."
    return PageRow(
        css=verdict,
        file=one_line(path_of(record.file).name) + frame,
        phase=phase_label(record.phase) if record.phase else verdict_words(verdict, none),
        zone=Markup(text_html(best.zone_words if best else "")),
        probability="" if share is None else percent(share),
        score=f"{best.score:.2f}" if best else "",
        verdict=VERDICT_WORDS[verdict] if record.phase else "",
        others=", ".join(others),
        why=Markup(text_html(record.message or reasons)),
        picture=picture,
        label="" if record.label is UNSET else phase_label(record.label),
    )
