"""The lines of every structure of a library: as shipped, as kept, as computed."""

import numpy as np
import pytest

from saed_desktop.library.build import build
from saed_desktop.library.cif_text import cif_text
from saed_desktop.library.collection import FileCollection, bundled_collection, named
from saed_desktop.library.ring_lists import (
    LINES,
    bundled_ring_file,
    lines_of_row,
    ring_lists,
    row_of,
)
from saed_desktop.simulation.powder import powder_lines


def test_the_shipped_lines_are_those_of_the_tables():
    collection = bundled_collection()
    assert bundled_ring_file().is_file()
    lists = ring_lists(collection)
    every = np.arange(len(collection.masks))
    # python -m installer.library_files makes them anew
    assert lists.unknown(every) == 0
    places = every[::60]
    for row, structure in zip(lists.rows(places), collection.structures(places), strict=True):
        made = row_of(structure.phase)
        count = np.count_nonzero(made["intensity"])
        assert row["q"] == pytest.approx(made["q"], rel=1e-5)
        assert row["intensity"] == pytest.approx(made["intensity"], abs=2e-3)
        assert (row["hkl"][:count] == made["hkl"][:count]).all()


def test_a_row_keeps_the_strong_lines_of_a_crystal():
    phase = named(bundled_collection(), "calcite").phase
    whole, kept = powder_lines(phase), lines_of_row(row_of(phase), phase)
    assert len(kept) == LINES < len(whole)
    assert (np.diff(kept.q) > 0).all()
    strongest = np.sort(whole.intensity)[-LINES:]
    assert np.sort(kept.intensity) == pytest.approx(strongest, abs=1e-3)
    assert phase.lattice.d_spacings(kept.hkl) == pytest.approx(1 / kept.q, rel=2e-3)


def test_lines_of_a_library_of_ones_own_are_computed_once(tmp_path, monkeypatch):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    for name in ("Au", "Cu", "NaCl"):
        phase = named(bundled_collection(), name).phase
        (tmp_path / f"{name}.cif").write_text(cif_text(phase), encoding="utf-8")
    library = tmp_path / "mine.saedlib"
    build([tmp_path], library)
    collection = FileCollection(library)
    lists = ring_lists(collection)
    places = np.arange(3)
    assert lists.unknown(places) == 3
    rows = lists.rows(places[:2])
    assert lists.unknown(places) == 1
    assert rows["q"][0][0] == pytest.approx(np.sqrt(3) / 4.0782, rel=2e-3)
    # another process finds them where they were kept
    from saed_desktop.library import ring_lists as module

    module._open_lists.cache_clear()
    again = ring_lists(FileCollection(library))
    assert again.unknown(places) == 1
    assert (again.rows(places[:2])["q"] == rows["q"]).all()


def test_a_cache_that_is_damaged_or_of_another_library_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    phase = named(bundled_collection(), "Au").phase
    (tmp_path / "Au.cif").write_text(cif_text(phase), encoding="utf-8")
    build([tmp_path / "Au.cif"], tmp_path / "one.saedlib")
    from saed_desktop.library import ring_lists as module

    ring_lists(FileCollection(tmp_path / "one.saedlib")).rows(np.arange(1))
    (kept,) = (tmp_path / "home").rglob("rings-*.npy")
    for damage in (b"", b"no array", kept.read_bytes()[:-40]):
        kept.write_bytes(damage)
        module._open_lists.cache_clear()
        lists = ring_lists(FileCollection(tmp_path / "one.saedlib"))
        assert lists.unknown(np.arange(1)) == 1
        assert lists.rows(np.arange(1))["is_known"].all()
