"""Searching libraries for the window: rows, words, look-alikes, libraries made of folders."""

from dataclasses import replace

import pytest

from saed_desktop import translation
from saed_desktop.errors import SaedError, UsageError
from saed_desktop.gui.languages import language_files, read_catalogue
from saed_desktop.indexing.pipeline import IndexingSetup, index_pattern
from saed_desktop.library.collection import bundled_collection, named
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.readers import read_pattern
from saed_desktop.workspace.library_choice import LibraryChoice
from saed_desktop.workspace.library_search import look_alike_words, search_libraries
from saed_desktop.workspace.library_shelf import (
    holds_structures_alone,
    library_entries,
    library_of_folder,
)

PLUTONIA = resources_dir() / "patterns" / "PuO2.tif"


@pytest.fixture(scope="module")
def solution():
    own = named(bundled_collection(), "PuO2").phase
    return index_pattern(read_pattern(PLUTONIA), IndexingSetup((own,)))


@pytest.fixture
def cifs(tmp_path, monkeypatch):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    folder = tmp_path / "actinides"
    folder.mkdir()
    for name in ("PuO2", "UO2", "beta-Pu"):
        (folder / f"{name}.cif").write_text(named(bundled_collection(), name).cif)
    (folder / "broken.cif").write_text("data_nothing\n")
    return folder


def test_rows_say_what_a_structure_is(solution):
    found = search_libraries(solution, LibraryChoice().with_only(["Pu", "U", "O"]))
    best = found.rows[0]
    assert best.label in ("PuO₂", "UO₂") and best.formula in ("PuO2", "UO2")
    assert best.prototype.startswith("CaF2") and best.library == "bundled" and best.source
    assert best.matched > 10 and len(best.marks.labels) >= best.matched
    assert 0 < best.probability <= 1
    assert set(found.structures) >= {row.phase for row in found.rows}
    assert "of O, U, Pu only" in found.sentences[0] and "are listed" in found.sentences[0]
    assert any("elements exclude" in sentence for sentence in found.not_searched)


def test_what_is_said_of_a_search_is_in_the_user_s_language(solution):
    choice = LibraryChoice(yes=("O",), no=("Ta",))
    english = search_libraries(solution, choice)
    try:
        translation.install(read_catalogue(language_files()["de"]))
        german = search_libraries(solution, choice)
    finally:
        translation.install(translation.Catalogue())
    said = (*english.sentences, *english.not_searched)
    assert len(english.sentences) > 2 and len(english.not_searched) > 2
    assert not {*german.sentences, *german.not_searched} & {*said}
    assert "mit O, ohne Ta" in german.sentences[0]


def test_elements_that_no_structure_has_find_nothing(solution):
    found = search_libraries(solution, LibraryChoice().with_only(["He"]))
    assert found.rows == () and found.sentences[0].startswith("None of")


def test_look_alikes_are_said_in_one_sentence(solution):
    words = look_alike_words(solution, (named(bundled_collection(), "PuO2").phase,))
    assert words.startswith("Not among the candidates, but fit as well: ")
    assert "₃ [100]" in words and "PuO₂ [" not in words
    assert look_alike_words(replace(solution, candidates=()), ()) == ""


def test_a_folder_of_cifs_becomes_a_library(cifs, solution):
    assert holds_structures_alone(cifs, (".tif",))
    path, report = library_of_folder([cifs])
    assert report.total == 3 and len(report.refused) == 1
    entries = library_entries([str(path), "/nowhere/gone.saedlib"])
    assert [bool(entry.problem) for entry in entries] == [False, False, True]
    assert entries[1].words == "actinides: 3 structures"
    found = search_libraries(solution, LibraryChoice((str(path),)))
    assert found.rows[0].library == "actinides"
    # made once more, nothing is read again
    assert library_of_folder([cifs])[1].added == 0
    (cifs / "picture.tif").write_bytes(b"")
    assert not holds_structures_alone(cifs, (".tif",))


def test_what_cannot_be_searched_gets_a_sentence(cifs, tmp_path, solution):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(UsageError, match="no CIF file"):
        library_of_folder([empty])
    with pytest.raises(SaedError, match="no library"):
        search_libraries(solution, LibraryChoice((str(tmp_path / "gone.saedlib"),)))
