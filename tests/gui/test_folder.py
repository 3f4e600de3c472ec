"""A folder is answered in the background while its table fills."""

import csv
import shutil

import pytest

from saed_desktop.gui.action_table import Act


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
    assert "4 files answered" in page.status and "1 could not be read" in page.status
    target = tmp_path / "out.csv"
    desktop.exporting.export(target)
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
    lines = desktop.folder.run.journal.path.read_bytes().count(b"\n")
    assert lines == 4


def test_sorting_filtering_and_opening(make_desktop, folder, qtbot, answered):
    desktop = make_desktop(folder)
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
