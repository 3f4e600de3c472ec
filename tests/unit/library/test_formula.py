"""Formulae, read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saed_desktop.errors import PhaseError
from saed_desktop.library.formula import formula_text, parse_formula, same_composition


def test_known_formulae():
    assert parse_formula("Ca(OH)2") == {"Ca": 1, "O": 2, "H": 2}
    assert parse_formula("CaSO4·2H2O") == {"Ca": 1, "S": 1, "O": 6, "H": 4}
    assert parse_formula("Ca5(PO4)3F")["O"] == 12
    assert parse_formula("Fe0.5Ni0.5") == {"Fe": 0.5, "Ni": 0.5}


@pytest.mark.parametrize("text", ["", "Xx2", "ca", "Ca(OH", "2", "Ca)2", "Fe-Ni"])
def test_what_is_no_formula(text):
    with pytest.raises(PhaseError):
        parse_formula(text)


@given(
    st.dictionaries(
        st.sampled_from(["Fe", "Al", "O", "Si", "H", "C", "Cu"]), st.integers(1, 40), min_size=1
    )
)
def test_written_formulae_are_read_again(contents):
    assert same_composition(parse_formula(formula_text(contents)), contents, tolerance=1e-6)


def test_metals_come_first():
    assert formula_text({"O": 12, "Al": 8}) == "Al2O3"
    assert formula_text({"C": 4, "Fe": 12}) == "Fe3C"
    assert formula_text({"Fe": 3.8, "O": 4}) == "Fe0.95O"
