"""What is measured stays in a list: numbers, notes, undo, file, project."""

import csv

import numpy as np
import pytest
from PySide6.QtCore import Qt

from saed_desktop.gui.commands import Act
from saed_desktop.gui.models.measurements_model import NOTE_COLUMN


@pytest.fixture
def shown(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    return desktop


def _at(desktop, xy):
    return desktop.window.pattern_view.to_viewport(xy).toPoint()


def _short_spots(desktop):
    marks = desktop.open_patterns.current.prepared.marks
    center = np.array(marks.center_xy)
    order = np.argsort(np.hypot(*(marks.spots_xy - center).T))
    return center, marks.spots_xy[order]


def _measure(qtbot, desktop):
    """Measure one distance and one pair with the mouse."""
    view = desktop.window.pattern_view
    center, spots = _short_spots(desktop)
    desktop.actions[Act.TOOL_DISTANCE].trigger()
    start, end = _at(desktop, tuple(center)), _at(desktop, tuple(spots[0]))
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view.viewport(), end)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    a = spots[0] - center
    other = next(
        s for s in spots[1:] if abs(a @ (s - center)) < 0.9 * np.hypot(*a) * np.hypot(*(s - center))
    )
    desktop.actions[Act.TOOL_PAIR].trigger()
    for xy in (spots[0], other):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_at(desktop, tuple(xy)))
    return center, spots[0], other


def test_distance_and_pair_are_listed_with_their_numbers(shown, qtbot):
    center, one, other = _measure(qtbot, shown)
    model = shown.window.measurements_panel.model
    scale = shown.open_patterns.current.scale_inv_angstrom_per_px
    distance, pair = model.rows
    length = float(np.hypot(*(one - center)))
    assert distance.lengths_px[0] == pytest.approx(length, rel=1e-6)
    assert distance.d_angstrom[0] == pytest.approx(1 / (length * scale), rel=1e-6)
    a, b = one - center, other - center
    ratio = max(np.hypot(*a), np.hypot(*b)) / min(np.hypot(*a), np.hypot(*b))
    angle = np.degrees(np.arccos(a @ b / np.hypot(*a) / np.hypot(*b)))
    assert pair.ratio == pytest.approx(ratio) and pair.angle_deg == pytest.approx(angle)
    assert model.index(1, 0).data() == "spot pair"


def test_notes_removal_undo_file_and_project(shown, qtbot, tmp_path, make_desktop, answered):
    _measure(qtbot, shown)
    shown.actions[Act.TOOL_MOVE].trigger()
    panel, state = shown.window.measurements_panel, lambda: shown.open_patterns.current.state
    chosen = shown.window.answer_panel.chosen
    shown.window.tabs.setCurrentWidget(shown.window.spots_tab)
    shown.window.spots_tab.show_measurements()
    assert panel.model.setData(panel.model.index(1, NOTE_COLUMN), "β, grain 2")
    assert state().measurements[1].note == "β, grain 2"
    shown.measurement.save_table(tmp_path / "m.csv")
    qtbot.waitUntil(lambda: "2 measurements saved" in shown.window.banner.sentence)
    with (tmp_path / "m.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["What"] for row in rows] == ["distance", "spot pair"]
    assert rows[1]["Note"] == "β, grain 2"
    panel.table.selectRow(0)
    assert shown.window.pattern_view.measure.words
    panel.remove_button.click()
    assert len(state().measurements) == 1 and panel.model.n_rows == 1
    shown.actions[Act.UNDO].trigger()
    assert len(state().measurements) == 2
    # nothing of this asked for a new answer or chose another candidate
    assert shown.window.answer_panel.chosen is chosen
    shown.project.save_as(tmp_path / "work.saedproj")
    qtbot.waitUntil(lambda: "is saved" in shown.window.banner.sentence)
    kept = state().measurements
    shown.close()
    again = make_desktop(tmp_path / "work.saedproj")
    qtbot.waitUntil(lambda: bool(again.open_patterns.patterns))
    assert answered(again).state.measurements == kept


def test_a_click_without_a_drag_measures_nothing(shown, qtbot):
    view = shown.window.pattern_view
    shown.actions[Act.TOOL_DISTANCE].trigger()
    center, _ = _short_spots(shown)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_at(shown, tuple(center)))
    assert shown.open_patterns.current.state.measurements == ()
