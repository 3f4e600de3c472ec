"""A folder is answered in the background while its table fills."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from saed_desktop.gui.commands import Act


@pytest.fixture
def folder(tmp_path, pattern_files):
    target = tmp_path / "specimen A"
    target.mkdir()
    for name in ("delta", "puo2", "rings", "broken"):
        shutil.copy(pattern_files[name], target)
    return target


def _wait_for_end(qtbot, desktop):
    qtbot.waitUntil(lambda: not desktop.folder.is_running, timeout=60_000)


def test_the_table_fills_and_is_exported(make_desktop, folder, qtbot, tmp_path):
    desktop = make_desktop(folder)
    assert desktop.folder.is_running
    _wait_for_end(qtbot, desktop)
    page = desktop.window.folder_page
    assert page.model.rowCount() == 4
    answers = {row.path.name: row for row in page.model.rows}
    assert answers["delta.hspy"].phase == "delta-PuZr"
    assert answers["broken.dm3"].verdict == "error"
    assert answers["rings.tif"].verdict == "none"
    assert "3 files answered" in page.status and "1 could not be read" in page.status
    target = tmp_path / "out.csv"
    desktop.folder.export(target)
    qtbot.waitUntil(target.exists, timeout=5000)
    with target.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["status"] for row in rows].count("error") == 1
    assert len(rows) == 4


def test_stopped_and_started_again_it_goes_on(make_desktop, folder, qtbot):
    desktop = make_desktop(folder)
    page = desktop.window.folder_page
    qtbot.waitUntil(lambda: page.model.rowCount() >= 1, timeout=60_000)
    desktop.actions[Act.STOP_RUN].trigger()
    assert not desktop.folder.is_running
    assert "Stopped after" in page.status
    qtbot.waitUntil(lambda: not desktop.workers["folder"].is_busy, timeout=10_000)
    desktop.folder.start(folder)
    qtbot.waitUntil(lambda: page.model.rowCount() >= 1, timeout=20_000)
    _wait_for_end(qtbot, desktop)
    assert page.model.rowCount() == 4
    assert len(list(desktop.folder.run.journal.entries())) == 4


def test_sorting_filtering_and_opening(make_desktop, answered_folder, qtbot, answered):
    desktop = make_desktop(answered_folder)
    _wait_for_end(qtbot, desktop)
    page = desktop.window.folder_page
    page.table.sortByColumn(0, page.table.horizontalHeader().sortIndicatorOrder())
    names = [page.model.row_at(i).title for i in range(4)]
    assert names == sorted(names, key=str.lower) or names == sorted(
        names, key=str.lower, reverse=True
    )
    page.search.setText("delta")
    assert page.model.rowCount() == 1
    page.table.selectRow(0)
    page.row_opened.emit(page.model.row_at(0))
    assert answered(desktop).answered.view.phase == "delta-PuZr"
    assert desktop.window.pages.currentIndex() == 0


def test_a_folder_without_patterns_says_so(make_desktop, tmp_path, qtbot):
    empty = tmp_path / "empty"
    empty.mkdir()
    desktop = make_desktop(empty)
    _wait_for_end(qtbot, desktop)
    assert desktop.window.folder_page.status == "There is no pattern in this folder."


def test_what_an_earlier_run_answered_is_not_answered_again(make_desktop, answered_folder, qtbot):
    desktop = make_desktop(answered_folder)
    _wait_for_end(qtbot, desktop)
    assert desktop.window.folder_page.model.rowCount() == 4
    assert len(list(desktop.folder.run.journal.entries())) == 4


def test_small_pictures_stand_in_the_table(make_desktop, answered_folder, qtbot):
    desktop = make_desktop(answered_folder)
    _wait_for_end(qtbot, desktop)
    model = desktop.window.folder_page.model
    pictures = {
        model.row_at(i).path.name: model.data(model.index(i, 0), Qt.ItemDataRole.DecorationRole)
        for i in range(4)
    }
    assert pictures["broken.dm3"] is None
    assert pictures["delta.hspy"].width() > 30


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_what_was_corrected_stands_beside_the_answers(
    make_desktop, answered_folder, qtbot, tmp_path, suffix
):
    desktop = make_desktop(answered_folder)
    _wait_for_end(qtbot, desktop)
    rows = {row.path.name: row for row in desktop.window.folder_page.model.rows}
    desktop.labelling.label_row(rows["delta.hspy"], "ZrO2_mono")
    labels = desktop.window.folder_page.model
    qtbot.waitUntil(lambda: sum(bool(row.label) for row in labels.rows) == 1)
    target = tmp_path / f"results{suffix}"
    desktop.folder.export(target)
    qtbot.waitUntil(lambda: "saved to" in desktop.window.banner.sentence, timeout=20_000)
    text = target.read_text(encoding="utf-8")
    if suffix == ".csv":
        found = {
            Path(r["file"]).name: (r["phase"], r["label"])
            for r in csv.DictReader(text.splitlines())
        }
    else:
        found = {
            Path(r["file"]).name: (r["phase"] or "", r.get("label", ""))
            for r in map(json.loads, text.splitlines())
        }
    assert found["delta.hspy"] == ("delta-PuZr", "ZrO2_mono")
    assert found["puo2.hspy"] == ("PuO2", "")


@pytest.mark.parametrize("suffix", [".html", ".jsonl"])
def test_answers_as_a_page_and_as_lines(make_desktop, answered_folder, qtbot, tmp_path, suffix):
    desktop = make_desktop(answered_folder)
    _wait_for_end(qtbot, desktop)
    target = tmp_path / f"results{suffix}"
    desktop.folder.export(target)
    qtbot.waitUntil(lambda: "saved to" in desktop.window.banner.sentence, timeout=20_000)
    text = target.read_text(encoding="utf-8")
    if suffix == ".jsonl":
        assert {json.loads(line)["status"] for line in text.splitlines()} == {
            "indexed", "unknown", "error",
        }  # fmt: skip
    else:
        pictures = list((tmp_path / "results_files").glob("*.jpg"))
        assert len(pictures) == 3 and all(f"results_files/{p.name}" in text for p in pictures)
        assert "δ-PuZr" in text and "cannot be read" in text


def test_patterns_of_a_specimen_answer_together(make_desktop, answered_folder, qtbot):
    desktop = make_desktop(answered_folder)
    _wait_for_end(qtbot, desktop)
    page = desktop.window.folder_page
    at = page.grouping.findData("folder")
    page.grouping.setCurrentIndex(at)
    page.grouping.activated.emit(at)
    qtbot.waitUntil(lambda: page.specimens.rowCount() == 1, timeout=20_000)
    assert page.specimens.texts(0)[0] == "specimen A"
    assert page.specimens.texts(0)[3] == "3"
    page.specimen_table.selectRow(0)
    assert page.model.rowCount() == 4
    page.grouping.setCurrentIndex(0)
    page.grouping.activated.emit(0)
    assert not page.specimen_table.isVisible()


def test_a_watched_folder_answers_what_comes(make_desktop, tmp_path, pattern_files, qtbot):
    folder = tmp_path / "session"
    folder.mkdir()
    desktop = make_desktop()
    desktop.folder.start(folder, watch=True)
    page = desktop.window.folder_page
    assert "Waiting for new files" in page.status
    target = folder / "delta.hspy"
    data = pattern_files["delta"].read_bytes()
    target.write_bytes(data[: len(data) // 2])  # the microscope is still writing
    qtbot.wait(300)
    target.write_bytes(data)
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=30_000)
    assert page.model.row_at(0).phase == "delta-PuZr"
    desktop.actions[Act.STOP_RUN].trigger()
    assert "no longer watched" in page.status
    qtbot.waitUntil(lambda: not desktop.workers["folder"].is_busy, timeout=10_000)


@pytest.mark.parametrize("order", [Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder])
def test_rows_that_come_while_sorted_find_their_place(qapp, order):
    from pathlib import Path

    from saed_desktop.gui.models.folder_model import FolderModel
    from saed_desktop.workspace.folder_row import FolderRow

    def row(number):
        return FolderRow(Path(f"/{number * 37 % 101:03d}.tif"), 0, "none", None, None, "", None, "")

    model = FolderModel()
    model.add([row(i) for i in range(60)])
    model.sort(0, order)
    for i in range(60, 101):
        model.add([row(i)])
    names = [model.row_at(i).path.name for i in range(model.rowCount())]
    assert names == sorted(names, reverse=order is Qt.SortOrder.DescendingOrder)
    assert len(names) == 101
