"""What a person says is kept beside the data and leads to a better network."""

import csv

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from saed_desktop.gui.commands import Act
from saed_desktop.gui.views.correct_dialog import CorrectDialog
from saed_desktop.gui.views.validation_window import ValidationWindow
from saed_desktop.workspace.document import UNKNOWN_LABEL


@pytest.fixture
def folder(answered_folder):
    return answered_folder


@pytest.fixture
def indexed(make_desktop, folder, qtbot):
    desktop = make_desktop(folder)
    qtbot.waitUntil(lambda: not desktop.folder.is_running, timeout=60_000)
    return desktop


def _labels(folder):
    path = folder / "saed-labels.csv"
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as stream:
        return {row["path"]: row["phase"] for row in csv.DictReader(stream)}


def _dialog(qtbot):
    def found():
        return [
            w
            for w in QApplication.topLevelWidgets()
            if isinstance(w, CorrectDialog) and w.isVisible()
        ]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def _select(page, name):
    row = next(i for i in range(page.model.rowCount()) if page.model.row_at(i).path.name == name)
    page.select(row)


def test_accepting_keeps_the_answer_beside_the_data_and_is_undone(
    make_desktop, answered, folder, qtbot
):
    desktop = make_desktop(folder / "delta.hspy")
    answered(desktop)
    desktop.actions[Act.ACCEPT].trigger()
    qtbot.waitUntil(lambda: _labels(folder) == {"delta.hspy": "delta-PuZr"})
    assert "Labelled δ-PuZr" in desktop.window.answer_panel.label_note.text()
    assert "corrected" not in desktop.window.answer_panel.label_note.text()
    desktop.actions[Act.UNDO].trigger()
    qtbot.waitUntil(lambda: _labels(folder) == {})
    desktop.actions[Act.REDO].trigger()
    qtbot.waitUntil(lambda: _labels(folder) == {"delta.hspy": "delta-PuZr"})


def test_correcting_by_typing_a_few_letters(make_desktop, answered, folder, qtbot):
    desktop = make_desktop(folder / "delta.hspy")
    answered(desktop)
    qtbot.waitUntil(lambda: bool(desktop.indexing_setup.phase_names), timeout=20_000)
    desktop.actions[Act.CORRECT].trigger()
    dialog = _dialog(qtbot)
    qtbot.keyClicks(dialog.search, "zro")
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _labels(folder) == {"delta.hspy": "ZrO2_mono"})
    assert "(corrected)" in desktop.window.answer_panel.label_note.text()


def test_a_phase_that_is_not_in_the_list_and_none_of_them(make_desktop, answered, folder, qtbot):
    desktop = make_desktop(folder / "delta.hspy")
    answered(desktop)
    desktop.actions[Act.CORRECT].trigger()
    dialog = _dialog(qtbot)
    qtbot.keyClicks(dialog.search, "gamma-U")
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _labels(folder) == {"delta.hspy": "gamma-U"})
    desktop.actions[Act.CORRECT].trigger()
    dialog = _dialog(qtbot)
    assert dialog.list.item(0).text() == "None of these phases"
    dialog.list.setCurrentRow(0)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _labels(folder) == {"delta.hspy": UNKNOWN_LABEL})
    assert "none of these" in desktop.window.answer_panel.label_note.text()


def test_what_is_typed_in_full_is_what_is_labelled(make_desktop, answered, folder, qtbot):
    desktop = make_desktop(folder / "delta.hspy")
    answered(desktop)
    qtbot.waitUntil(lambda: "alpha-Zr" in desktop.indexing_setup.phase_names, timeout=20_000)
    for typed, labelled in (
        ("Al", "Al"),
        ("puo2", "PuO2"),
        ("alp", "alpha-Zr"),
        ("α-zr", "alpha-Zr"),
    ):
        desktop.actions[Act.CORRECT].trigger()
        dialog = _dialog(qtbot)
        dialog.search.setText(typed)
        qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda want=labelled: _labels(folder) == {"delta.hspy": want})


def test_a_label_is_removed_by_button_and_by_key(make_desktop, answered, folder, qtbot):
    desktop = make_desktop(folder / "delta.hspy")
    answered(desktop)
    desktop.actions[Act.CORRECT].trigger()
    dialog = _dialog(qtbot)
    assert not dialog.remove_button.isVisible()
    dialog.close()
    desktop.actions[Act.ACCEPT].trigger()
    qtbot.waitUntil(lambda: _labels(folder) == {"delta.hspy": "delta-PuZr"})
    desktop.actions[Act.CORRECT].trigger()
    qtbot.mouseClick(_dialog(qtbot).remove_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _labels(folder) == {})
    assert desktop.window.answer_panel.label_note.text() == ""
    desktop.actions[Act.UNDO].trigger()
    qtbot.waitUntil(lambda: _labels(folder) == {"delta.hspy": "delta-PuZr"})
    desktop.actions[Act.REMOVE_LABEL].trigger()
    qtbot.waitUntil(lambda: _labels(folder) == {})


def test_rings_are_no_foreign_crystal(make_desktop, answered, folder, qtbot):
    desktop = make_desktop(folder / "rings.tif")
    pattern = answered(desktop)
    assert pattern.view.phase is None and pattern.prepared.marks.kind == "rings"
    desktop.actions[Act.ACCEPT].trigger()
    assert "no phase to accept" in desktop.window.banner.sentence
    assert pattern.state.label is None and _labels(folder) == {}


def test_a_label_of_another_day_is_shown(make_desktop, answered, folder, qtbot):
    (folder / "saed-labels.csv").write_text("path,phase\ndelta.hspy,beta-Pu\n", encoding="utf-8")
    desktop = make_desktop(folder / "delta.hspy")
    answered(desktop)
    qtbot.waitUntil(lambda: "β-Pu" in desktop.window.answer_panel.label_note.text())
    assert not desktop.actions[Act.UNDO].isEnabled()


def test_a_damaged_list_of_labels_is_not_overwritten(make_desktop, answered, folder, qtbot):
    path = folder / "saed-labels.csv"
    path.write_text("no list at all\nsomething\n", encoding="utf-8")
    desktop = make_desktop(folder / "delta.hspy")
    answered(desktop)
    desktop.actions[Act.ACCEPT].trigger()
    qtbot.waitUntil(lambda: "no list of labels" in desktop.window.banner.sentence)
    assert path.read_text(encoding="utf-8").startswith("no list at all")


def test_review_by_keys(indexed, folder, qtbot):
    page = indexed.window.folder_page
    _select(page, "delta.hspy")
    before = sum(row.needs_review for row in page.model.rows)
    indexed.actions[Act.ACCEPT].trigger()
    qtbot.waitUntil(lambda: _labels(folder) == {"delta.hspy": "delta-PuZr"})
    assert page.current_row.path.name != "delta.hspy" and page.current_row.needs_review
    qtbot.waitUntil(lambda: sum(row.needs_review for row in page.model.rows) == before - 1)
    page.review_only.setChecked(True)
    assert "delta.hspy" not in [
        page.model.row_at(i).path.name for i in range(page.model.rowCount())
    ]
    _select(page, "puo2.hspy")
    indexed.actions[Act.CORRECT].trigger()
    dialog = _dialog(qtbot)
    qtbot.keyClicks(dialog.search, "PuO2")
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _labels(folder).get("puo2.hspy") == "PuO2")
    indexed.window.show_pattern_page()
    indexed.actions[Act.NEXT_REVIEW].trigger()
    qtbot.waitUntil(lambda: indexed.open_patterns.current is not None)
    assert indexed.open_patterns.current.state.path.name in ("rings.tif", "broken.dm3")
    qtbot.waitUntil(
        lambda: bool(
            indexed.open_patterns.current.answered or indexed.open_patterns.current.message
        ),
        timeout=20_000,
    )


def test_undo_on_the_folder_page_undoes_what_the_page_shows(indexed, answered, folder, qtbot):
    page = indexed.window.folder_page
    indexed.open_patterns.open_files([folder / "puo2.hspy"])
    pattern = answered(indexed)
    indexed.open_patterns.change(pattern, "move the direct beam", center_xy=(250.0, 250.0))
    indexed.window.show_folder_page()
    undo = indexed.actions[Act.UNDO]
    assert not undo.isEnabled()
    _select(page, "delta.hspy")
    indexed.actions[Act.ACCEPT].trigger()
    qtbot.waitUntil(lambda: _labels(folder) == {"delta.hspy": "delta-PuZr"})
    _select(page, "puo2.hspy")
    indexed.actions[Act.ACCEPT].trigger()
    qtbot.waitUntil(lambda: len(_labels(folder)) == 2)
    assert "label puo2.hspy" in undo.text()
    undo.trigger()
    qtbot.waitUntil(lambda: _labels(folder) == {"delta.hspy": "delta-PuZr"})
    assert "label puo2.hspy PuO₂" in indexed.window.said_label.text()
    assert page.isVisible() and page.current_row.path.name == "puo2.hspy"
    assert pattern.state.center_xy == (250.0, 250.0) and pattern.state.label is None
    indexed.actions[Act.REDO].trigger()
    qtbot.waitUntil(lambda: len(_labels(folder)) == 2)
    indexed.window.show_pattern_page()
    assert "move the direct beam" in undo.text()
    undo.trigger()
    # the label was given since: undoing the older edit leaves it
    assert pattern.state.center_xy is None and pattern.state.label.phase == "PuO2"


def test_rows_of_rings_are_not_accepted_as_foreign(indexed, folder, qtbot):
    page = indexed.window.folder_page
    _select(page, "rings.tif")
    indexed.actions[Act.ACCEPT].trigger()
    assert "no phase to accept" in page.status
    assert _labels(folder) == {} and not indexed.undo.rows.canUndo()


def test_the_labelled_set_is_one_that_the_trainer_reads(indexed, folder, qtbot, tmp_path):
    manifest = pytest.importorskip("trainer.data.manifest")
    page = indexed.window.folder_page
    for name in ("delta.hspy", "puo2.hspy"):
        _select(page, name)
        indexed.actions[Act.ACCEPT].trigger()
        qtbot.waitUntil(lambda n=name: n in _labels(folder))
    target = tmp_path / "set"
    indexed.validation.export_set(folder, target)
    qtbot.waitUntil(lambda: "2 labelled patterns saved" in indexed.window.banner.sentence)
    assert "saed-trainer prepare" in indexed.window.banner.sentence
    read = manifest.read_manifest(target / "labels.csv")
    assert read.counts == {"PuO2": 1, "delta-PuZr": 1}
    assert all(file.path.exists() for file in read.files)
    assert {file.specimen for file in read.files} == {"specimen A"}
    indexed.validation.export_set(folder, target)
    qtbot.waitUntil(lambda: "not empty" in indexed.window.banner.sentence)


def test_validation_counts_what_is_right(indexed, folder, qtbot):
    (folder / "saed-labels.csv").write_text(
        "path,phase\ndelta.hspy,delta-PuZr\npuo2.hspy,beta-Pu\n", encoding="utf-8"
    )
    indexed.validation.validate(folder)

    def found():
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, ValidationWindow)]

    qtbot.waitUntil(lambda: bool(found()), timeout=60_000)
    window = found()[0]
    assert window._validation.top.right == 1 and window._validation.top.total == 2
    assert window.wrong.rowCount() == 1
    assert window.confusion.rowCount() >= 3
    window._open(window.wrong.index(0, 0))
    assert indexed.open_patterns.current.state.path.name == "puo2.hspy"
    window.close()
    qtbot.waitUntil(lambda: indexed.open_patterns.current.answered is not None, timeout=20_000)


def test_validating_without_labels_says_what_to_do(indexed, folder, qtbot):
    indexed.validation.validate(folder)
    qtbot.waitUntil(lambda: "has no labels" in indexed.window.banner.sentence, timeout=20_000)
