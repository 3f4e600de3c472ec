"""Elements that are ticked, in words and as a search takes them."""

import gemmi
import numpy as np
import pytest

from saed_desktop.library.collection import bundled_collection
from saed_desktop.workspace.library_choice import (
    ELEMENT_PLACES,
    LibraryChoice,
    Presence,
    symbols_in,
)


def test_the_table_is_the_periodic_table():
    numbers = [gemmi.Element(symbol).atomic_number for symbol in ELEMENT_PLACES]
    assert sorted(numbers) == list(range(1, 101))
    assert len(set(ELEMENT_PLACES.values())) == 100
    for symbols, column in (("H Li Na K Rb Cs Fr", 0), ("F Cl Br I At", 16), ("Cr Mo W", 5)):
        assert {ELEMENT_PLACES[s][1] for s in symbols.split()} == {column}
    # within a row atomic numbers rise
    for row in range(9):
        own = sorted((c, gemmi.Element(s).atomic_number)
                     for s, (r, c) in ELEMENT_PLACES.items() if r == row)  # fmt: skip
        assert [number for _, number in own] == sorted(number for _, number in own)


def test_a_specimens_elements_admit_phases_of_some_of_them():
    choice = LibraryChoice().with_only(["Fe", "Cr", "C"])
    admitted = choice.element_filter().admits(bundled_collection().masks)
    found = bundled_collection().structures(np.flatnonzero(admitted).tolist())
    assert {e for s in found for e in s.elements} == {"Fe", "Cr", "C"}
    assert {"Fe3C", "Cr23C6", "alpha-Fe"} <= {s.name for s in found}
    assert choice.words == "of C, Cr, Fe only"
    # and iron must be in it
    with_iron = choice.with_presence("Fe", Presence.YES)
    admitted = with_iron.element_filter().admits(bundled_collection().masks)
    found = bundled_collection().structures(np.flatnonzero(admitted).tolist())
    assert "Cr23C6" not in {s.name for s in found} and "Fe3C" in {s.name for s in found}
    assert with_iron.words == "with Fe, of C, Cr, Fe only"


def test_single_elements_are_demanded_and_excluded():
    choice = LibraryChoice().with_presence("O", Presence.NO).with_presence("Ti", Presence.YES)
    assert choice.words == "with Ti, without O"
    assert choice.presence("O") is Presence.NO and choice.presence("Al") is Presence.MAYBE
    wanted = choice.element_filter()
    assert wanted.required == ("Ti",) and wanted.excluded == ("O",) and not wanted.allowed
    again = choice.with_presence("O", Presence.MAYBE).with_presence("Ti", Presence.MAYBE)
    assert again.is_open and again.words == "any elements"
    assert choice.with_all(Presence.NO).admitted == ()


@pytest.mark.parametrize(
    ("text", "symbols", "strange"),
    [
        ("Fe, Cr, C", ("Fe", "Cr", "C"), ()),
        ("fe cr c", ("Fe", "Cr", "C"), ()),
        ("Cr23C6", ("Cr", "C"), ()),
        ("Al-Cu; Mg", ("Al", "Cu", "Mg"), ()),
        ("La0.7Sr0.3MnO3", ("La", "Sr", "Mn", "O"), ()),
        ("Fe, Xy steel", ("Fe",), ("Xy", "steel")),
        ("", (), ()),
    ],
)
def test_typed_elements_are_read(text, symbols, strange):
    assert symbols_in(text) == (symbols, strange)
