"""Every entry of the bundled library, checked against what it says of itself and against public files."""

from collections import Counter

import pytest

from saed_desktop.errors import PhaseError
from saed_desktop.library.bundled import bundled_entries, bundled_prototypes
from saed_desktop.library.table import coordinate, read_entries, read_prototypes
from tests.benchmarks.library_against_public import REASONS, STRUCTURES, comparisons
from tests.unit.library.validation import problems

SUBJECTS = sorted({entry.subject for entry in bundled_entries()})


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_entry_is_a_sound_crystal(subject):
    found = {e.name: problems(e) for e in bundled_entries() if e.subject == subject}
    assert {name: what for name, what in found.items() if what} == {}


def test_there_are_at_least_six_hundred_phases_and_no_idle_prototype():
    entries = bundled_entries()
    assert len(entries) >= 600
    assert {e.prototype.name for e in entries} == set(bundled_prototypes())


def test_prototypes_make_families():
    members = Counter(entry.prototype.name for entry in bundled_entries())
    assert members["Cu"] > 30 and members["NaCl"] > 60 and members["MgAl2O4"] > 20


def test_the_validation_finds_faults():
    table = "source: s\nwrong | | Al2O3 | NaCl | 4.2 | Mg O | 9.9"
    (entry,) = read_entries(table, bundled_prototypes(), subject="x")
    found = " ".join(problems(entry))
    assert "formula" in found and "density" in found
    crowded = "source: s\ncrowded | | MgO | NaCl | 2.1 | Mg O | 28"
    (entry,) = read_entries(crowded, bundled_prototypes(), subject="x")
    assert any("only" in problem for problem in problems(entry))
    # the same element on both sites of rock salt is a simple cubic lattice of half the edge
    same = "source: s\nsame | | Po | NaCl | 6.7 | Po Po | 9.2"
    (entry,) = read_entries(same, bundled_prototypes(), subject="x")
    assert any("spglib" in problem for problem in problems(entry))


def test_public_structures_agree():
    if not STRUCTURES.is_dir():
        pytest.skip("the public structure files are not here")
    found = comparisons()
    assert len(found) > 200
    # old determinations and other temperatures, each with its reason
    differing = [c.file for c in found if not c.agrees]
    assert set(differing) <= set(REASONS)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1/4", 0.25), ("x", 0.1), ("-x", -0.1), ("2x", 0.2), ("x+1/2", 0.6), ("1/2-z2", 0.2)],
)
def test_coordinates(text, value):
    assert coordinate(text, {"x": 0.1, "z2": 0.3}) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "x+", "q", "1//2", "a b"])
def test_coordinates_that_are_none(text):
    with pytest.raises(PhaseError):
        coordinate(text, {"x": 0.1})


@pytest.mark.parametrize(
    "row",
    [
        "n | | MgO | nobody | 4.2 | Mg O | 3.6",
        "n | | MgO | NaCl | 4.2 | Mg | 3.6",
        "n | | MgO | NaCl | 4.2 5 | Mg O | 3.6",
        "n | | MgO | NaCl | x | Mg O | 3.6",
        "n | | MgO | NaCl",
    ],
)
def test_a_row_that_cannot_be_read_is_named(row):
    with pytest.raises(PhaseError, match="line 2"):
        read_entries("source: s\n" + row, bundled_prototypes(), subject="x")


def test_a_prototype_stands_there_once():
    with pytest.raises(PhaseError, match="twice"):
        read_prototypes("a | cF4 | | F m -3 m | A 0 0 0\n" * 2)
