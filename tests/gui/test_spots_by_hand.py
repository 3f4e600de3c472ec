"""Spots added, moved, removed and restored with mouse and keys; undone, kept, answered again."""

import csv

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from saed_desktop.gui.commands import Act
from saed_desktop.gui.models.spots_model import HKL_COLUMN
from saed_desktop.pattern.spot_edits import SpotEdits


@pytest.fixture
def editing(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    desktop.actions[Act.TOOL_SPOTS].trigger()
    return desktop


def _wait(qtbot, desktop):
    qtbot.waitUntil(lambda: desktop.open_patterns.current.answered is not None, timeout=30_000)


def _spots(desktop):
    return desktop.open_patterns.current.prepared.marks.spots_xy


def _at(desktop, xy):
    return desktop.window.pattern_view.to_viewport(xy).toPoint()


def _lonely(desktop, rank=0):
    """Return a spot that is far from all others."""
    xy = _spots(desktop)
    distance = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(xy))
    return tuple(float(v) for v in xy[np.argsort(-distance.min(axis=1))[rank]])


def _drag(qtbot, view, start, end):
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view.viewport(), (start + end) / 2)
    qtbot.mouseMove(view.viewport(), end)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)


def test_a_removed_spot_is_added_again_by_a_click_beside_it(editing, qtbot):
    view, state = editing.window.pattern_view, lambda: editing.open_patterns.current.state
    assert editing.actions[Act.SHOW_SPOTS].isChecked()
    spot, before = _lonely(editing), len(_spots(editing))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_at(editing, spot))
    assert view.selection.chosen == (spot,)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert state().spots == SpotEdits(removed=(spot,))
    _wait(qtbot, editing)
    assert len(_spots(editing)) == before - 1
    beside = _at(editing, spot) + QPoint(4, -3)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    (added,) = state().spots.added
    # the click found the maximum: nearer to the spot than the click was
    assert np.hypot(added[0] - spot[0], added[1] - spot[1]) < 1.0
    _wait(qtbot, editing)
    assert len(_spots(editing)) == before
    assert "add a spot" in editing.actions[Act.UNDO].text()
    editing.actions[Act.UNDO].trigger()
    editing.actions[Act.UNDO].trigger()
    assert state().spots is None
    _wait(qtbot, editing)


def test_a_spot_is_dragged_and_nudged(editing, qtbot):
    view, spot = editing.window.pattern_view, _lonely(editing)
    start = _at(editing, spot)
    _drag(qtbot, view, start, start + QPoint(12, 9))
    (moved,) = editing.open_patterns.current.state.spots.added
    assert editing.open_patterns.current.state.spots.removed == (spot,)
    zoom = view.screen_px_per_px
    assert moved[0] - spot[0] == pytest.approx(12 / zoom, abs=1.2 / zoom)
    assert moved[1] - spot[1] == pytest.approx(9 / zoom, abs=1.2 / zoom)
    _wait(qtbot, editing)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    (nudged,) = editing.open_patterns.current.state.spots.added
    assert nudged == pytest.approx((moved[0] + 0.5, moved[1] - 0.1), abs=0.011)
    _wait(qtbot, editing)


def test_a_box_chooses_several_and_restore_brings_them_back(editing, qtbot):
    view, before = editing.window.pattern_view, len(_spots(editing))
    xy = _spots(editing)
    corner, other = xy.min(axis=0) - 6, np.array([xy[:, 0].max() + 6, np.median(xy[:, 1])])
    _drag(qtbot, view, _at(editing, tuple(corner)), _at(editing, tuple(other)))
    chosen = len(view.selection.chosen)
    assert 2 <= chosen < before
    assert len(editing.window.spot_list.selected) == chosen
    editing.window.spot_list.remove_button.click()
    _wait(qtbot, editing)
    assert len(_spots(editing)) == before - chosen
    assert editing.window.spot_list.restore_button.isEnabled()
    editing.window.spot_list.restore_button.click()
    assert editing.open_patterns.current.state.spots is None
    _wait(qtbot, editing)
    assert len(_spots(editing)) == before


def test_the_table_of_all_spots_is_sorted_chosen_copied_and_saved(editing, qtbot, tmp_path):
    panel, view = editing.window.spot_list, editing.window.pattern_view
    editing.window.tabs.setCurrentWidget(editing.window.spots_tab)
    editing.window.spots_tab.choice.setCurrentIndex(1)
    assert panel.isVisible()
    pattern = editing.open_patterns.current
    model, scale = panel.model, pattern.scale_inv_angstrom_per_px
    assert model.rowCount() == len(_spots(editing))
    named = [model.row_at(i) for i in range(model.rowCount())]
    assert sum(bool(row.hkl) for row in named) == editing.open_patterns.candidate.matched
    for row in named:
        assert row.q_inv_angstrom == pytest.approx(row.radius_px * scale)
        assert row.d_angstrom == pytest.approx(1 / row.q_inv_angstrom)
    panel.table.sortByColumn(4, Qt.SortOrder.DescendingOrder)
    spacings = [float(model.index(i, 4).data()) for i in range(model.rowCount())]
    assert spacings == sorted(spacings, reverse=True)
    panel.table.selectRow(2)
    assert view.selection.chosen == (model.row_at(2).xy,)
    panel.table.copy_all.trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[HKL_COLUMN] == "hkl" and len(lines) == 1 + model.rowCount()
    editing.spot_editing.save_table(tmp_path / "spots.csv")
    qtbot.waitUntil(lambda: "saved to" in editing.window.banner.sentence)
    with (tmp_path / "spots.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [float(row["d, Å"]) for row in rows] == spacings


def test_spots_by_hand_are_kept_in_the_project(editing, qtbot, tmp_path, make_desktop, answered):
    editing.spot_editing.add((123.5, 100.25))
    _wait(qtbot, editing)
    assert tuple(_spots(editing)[0]) == (123.5, 100.25)
    editing.project.save_as(tmp_path / "work.saedproj")
    qtbot.waitUntil(lambda: "is saved" in editing.window.banner.sentence)
    editing.close()
    again = make_desktop(tmp_path / "work.saedproj")
    qtbot.waitUntil(lambda: bool(again.open_patterns.patterns))
    assert answered(again).state.spots == SpotEdits(added=((123.5, 100.25),))
    row = next(
        again.window.spot_list.model.row_at(i)
        for i in range(again.window.spot_list.model.rowCount())
        if again.window.spot_list.model.row_at(i).is_added
    )
    assert row.status.endswith("by hand")


def test_escape_takes_the_tool_away(editing, qtbot):
    view = editing.window.pattern_view
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    before = editing.open_patterns.current.state
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(80, 80))
    assert editing.open_patterns.current.state == before
