"""Which digits of a symbol have bars, against the indices that the symbol was made of."""

import re

import numpy as np
import pytest

from saed_desktop.crystal.index_symbols import symbol_html, symbol_parts, text_html, text_parts
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.zone_axis import direction_label, plane_label

CUBIC = Lattice(4.0, 4.0, 4.0, 90, 90, 90)
HEXAGONAL = Lattice(3.2, 3.2, 5.1, 90, 90, 120)


def _indices(parts):
    """Read the indices back: bars over digits are minus signs before them."""
    text = "".join(f"-{text}" if barred else text for text, barred in parts).strip("[]")
    words = text.split(" ") if " " in text else re.findall(r"-?\d", text)
    return tuple(int(word) for word in words)


@pytest.mark.parametrize("largest", [2, 9, 13])
def test_every_symbol_reads_back_as_the_indices_it_was_made_of(largest):
    rng = np.random.default_rng(largest)
    for hkl in rng.integers(-largest, largest + 1, (400, 3)):
        h, k, el = (int(i) for i in hkl)
        assert _indices(symbol_parts(plane_label(CUBIC, hkl))) == (h, k, el)
        assert _indices(symbol_parts(direction_label(CUBIC, hkl))) == (h, k, el)
        assert _indices(symbol_parts(plane_label(HEXAGONAL, hkl))) == (h, k, -(h + k), el)


def test_symbols_that_differ_in_their_signs_look_different():
    seen = {symbol_parts(plane_label(CUBIC, (h, 0, el))) for h in (-2, 2) for el in (-2, 2)}
    assert len(seen) == 4
    assert [barred for _, barred in symbol_parts("-20-2")] == [True, False, True]


def test_html_has_one_line_over_each_negative_index():
    bar = '<span style="text-decoration:overline">'
    assert symbol_html("[-202]") == f"[{bar}2</span>02]"
    assert symbol_html("-1 10 -12") == f"{bar}1</span> 10 {bar}12</span>"


def test_in_a_sentence_only_indices_have_bars():
    words = "Zr3O_R-3c & alpha-Zr along [2-1-10], 0-5 spots (-5 %), [1-10] and (-1 10 2)"
    barred = [part.text for part in text_parts(words) if part.is_barred]
    assert barred == ["1", "1", "1", "1"]
    assert "".join(f"-{p.text}" if p.is_barred else p.text for p in text_parts(words)) == words
    assert "R-3c &amp; alpha-Zr" in text_html(words)
