"""The page of answers: everything on it is escaped, and it is written as the answers come."""

import io
from html.parser import HTMLParser

from msgspec.structs import replace

from saed_desktop.results.page import write_page
from saed_desktop.results.record import error_record
from tests.records import answer, candidate


class Cells(HTMLParser):
    """Collects the tags and the text of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def parsed(records, **options):
    stream = io.StringIO()
    count = write_page(stream, iter(records), **options)
    page = Cells()
    page.feed(stream.getvalue())
    return page, count


def test_a_table_of_answers():
    page, count = parsed([answer(), error_record("x.tif", "It is damaged.")])
    assert count == 2
    assert page.tags.count("tr") == 3
    assert "img" not in page.tags
    for words in ("PuO\u2082", "[110]", "93 %", "agree", "cannot be read", "2 patterns."):
        assert words in page.text


def test_phases_that_look_alike_are_named():
    page, _ = parsed([answer(look_alikes=("Si [1 1 0]", "Ge [1 1 0]"))])
    assert "Not among the candidates, but alike: Si [1 1 0], Ge [1 1 0]." in page.text


def test_names_from_outside_cannot_become_markup():
    evil = "<script>alert(1)</script>"
    record = answer(
        file=f"{evil}.tif",
        phase=evil,
        prediction_set=(evil, "b<i>"),
        candidates=(candidate(evil),),
    )
    record = replace(record, message=evil, label=evil)
    for options in ({}, {"picture_of": lambda _r, _n: 'x" onload="1'}):
        page, _ = parsed([record], **options)
        assert "script" not in page.tags
        assert "i" not in page.tags
        assert evil in page.text


def test_cards_show_picture_and_label():
    page, _ = parsed(
        [answer(label="PuO")],
        picture_of=lambda record, number: f"files/{number:05d}.jpg",
    )
    assert page.tags.count("article") == page.tags.count("img") == 1
    assert "Labelled: PuO" in page.text


def test_bars_stand_over_negative_indices():
    stream = io.StringIO()
    hexagonal = replace(candidate(), zone_label="[1-100]")
    write_page(stream, [answer(candidates=(hexagonal,))])
    assert "overline" in stream.getvalue()
    assert "[1-100]" not in stream.getvalue()
