"""Corrections of what was found: direct beam, mask, contrast, ellipse; each can be undone."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from saed_desktop.gui.commands import Act
from saed_desktop.pattern.distortion import Ellipse
from tests.rendering import SCALE, save_hspy, spot_image


@pytest.fixture
def shown(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    return desktop


def _wait_for(qtbot, desktop, condition):
    qtbot.waitUntil(
        lambda: desktop.open_patterns.current.answered is not None and bool(condition()),
        timeout=30_000,
    )


def _drag(qtbot, view, start, *points):
    qtbot.mousePress(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.to_viewport(start).toPoint()
    )
    for point in points:
        qtbot.mouseMove(view.viewport(), view.to_viewport(point).toPoint())
    qtbot.mouseRelease(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.to_viewport(points[-1]).toPoint()
    )


def test_the_beam_is_dragged_answered_anew_and_undone(shown, qtbot):
    pattern, view = shown.open_patterns.current, shown.window.pattern_view
    x, y = pattern.prepared.marks.center_xy
    shown.actions[Act.TOOL_CENTER].trigger()
    _drag(qtbot, view, (x, y), (x + 20, y + 10), (x + 40, y + 24))
    assert pattern.state.center_xy == pytest.approx((x + 40, y + 24), abs=1.5)
    assert pattern.answered is None  # the old answer no longer holds
    _wait_for(qtbot, shown, lambda: True)
    assert pattern.prepared.marks.center_xy == pytest.approx(pattern.state.center_xy)
    assert "Set by you" in shown.window.prepare_panel.center_note.text()
    assert "move the direct beam" in shown.actions[Act.UNDO].text()
    shown.actions[Act.UNDO].trigger()
    _wait_for(qtbot, shown, lambda: pattern.answered.view.phase == "delta-PuZr")
    assert pattern.prepared.marks.center_xy == pytest.approx((x, y), abs=0.01)
    shown.actions[Act.REDO].trigger()
    assert pattern.state.center_xy is not None
    shown.actions[Act.UNDO].trigger()
    _wait_for(qtbot, shown, lambda: True)


def test_the_beam_is_typed_with_a_decimal_comma(shown, qtbot):
    panel = shown.window.prepare_panel
    panel.center_x.setText("250,5")
    panel.center_x.editingFinished.emit()
    assert shown.open_patterns.current.state.center_xy[0] == 250.5
    panel.center_y.setText("nonsense")
    panel.center_y.textEdited.emit("nonsense")
    assert panel.center_y.property("state") == "wrong"
    _wait_for(qtbot, shown, lambda: True)


def test_brush_polygon_and_eraser(shown, qtbot):
    pattern, view = shown.open_patterns.current, shown.window.pattern_view
    before = len(pattern.prepared.marks.spots_xy)
    shown.actions[Act.TOOL_BRUSH].trigger()
    assert shown.actions[Act.SHOW_MASK].isChecked()
    shown.window.prepare_panel.brush_width.setValue(60)
    _drag(qtbot, view, (60, 60), (200, 60), (440, 60))
    qtbot.waitUntil(lambda: pattern.state.drawn is not None)
    drawn = pattern.state.drawn.unpacked()
    assert drawn[60, 60:440].all() and not drawn[300:, :].any()
    _wait_for(qtbot, shown, lambda: len(pattern.prepared.marks.spots_xy) < before)
    assert "drawn" in pattern.prepared.marks.mask_layers

    shown.actions[Act.TOOL_POLYGON].trigger()
    for corner in ((60, 350), (200, 350), (200, 450)):
        at = view.to_viewport(corner).toPoint()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    at = view.to_viewport((60, 450)).toPoint()
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: pattern.state.drawn.unpacked()[420, 180])
    _wait_for(qtbot, shown, lambda: True)

    shown.actions[Act.TOOL_ERASE].trigger()
    _drag(qtbot, view, (60, 60), (200, 60), (440, 60))
    qtbot.waitUntil(lambda: not pattern.state.drawn.unpacked()[60, 100:400].any())
    assert pattern.state.cleared.unpacked()[60, 100:400].all()
    _wait_for(qtbot, shown, lambda: True)
    shown.actions[Act.FIND_AGAIN].trigger()
    assert pattern.state.drawn is None and pattern.state.cleared is None
    _wait_for(qtbot, shown, lambda: len(pattern.prepared.marks.spots_xy) == before)


def test_what_is_cleared_is_used_whatever_was_found_there(make_desktop, answered, tmp_path, qtbot):
    image, _ = spot_image()
    image[440:470, 30:200] = image.max()  # burnt-in bar
    desktop = make_desktop(save_hspy(tmp_path / "bar.hspy", image, SCALE))
    pattern = answered(desktop)
    masked = np.logical_or.reduce(list(pattern.prepared.marks.mask_layers.values()))
    assert masked[455, 100]
    desktop.preparation._add_stroke(_stroke(((20, 455), (210, 455)), 40, erases=True))
    _wait_for(qtbot, desktop, lambda: pattern.state.cleared is not None)
    left = pattern.prepared.marks.mask_layers
    assert not any(layer[455, 100] for layer in left.values())


def _stroke(points, width, erases):
    from saed_desktop.workspace.document import MaskStroke

    return MaskStroke(points, width, erases)


def test_dark_spots_on_a_bright_ground(make_desktop, answered, tmp_path, qtbot):
    image, _ = spot_image()
    negative = np.log(image.max() + 10) * 1000 - np.log(image + 10) * 1000
    desktop = make_desktop(save_hspy(tmp_path / "negative.hspy", negative, SCALE))
    pattern = answered(desktop)
    assert pattern.prepared.marks.is_inverted
    panel = desktop.window.prepare_panel
    panel.inversion.setCurrentIndex(1)
    panel.inversion.activated.emit(1)
    assert pattern.state.is_inverted is False
    _wait_for(qtbot, desktop, lambda: not pattern.prepared.marks.is_inverted)


def test_the_ellipse_that_spots_show_is_undone(make_desktop, answered, tmp_path, qtbot):
    import cv2

    image, _ = spot_image("ZrO2_mono", (1, 0, 0), center=(256, 256))
    stretch = np.linalg.inv(Ellipse(1.025, 35).stretch)
    middle = np.array([255.5, 255.5])
    affine = np.column_stack([stretch, middle - stretch @ middle])
    bent = cv2.warpAffine(image, affine, (512, 512), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    desktop = make_desktop(save_hspy(tmp_path / "bent.hspy", bent, SCALE))
    pattern = answered(desktop)
    found = desktop.window.answer_panel.chosen.ellipse
    assert found.ratio == pytest.approx(1.025, abs=0.004)
    assert found.azimuth_deg == pytest.approx(35, abs=5)
    desktop.window.prepare_panel.use_ellipse.click()
    assert pattern.state.ellipse.ratio == pytest.approx(1.025, abs=0.004)
    _wait_for(qtbot, desktop, lambda: pattern.answered.view.phase == "ZrO2_mono")
    assert desktop.window.answer_panel.chosen.ellipse.ratio < 1.006
    desktop.actions[Act.UNDO].trigger()
    _wait_for(qtbot, desktop, lambda: pattern.state.ellipse is None)


def test_undo_goes_to_the_pattern_that_it_changes(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"], pattern_files["rings"])
    first = answered(desktop)
    desktop.preparation.set_center((200.0, 200.0))
    _wait_for(qtbot, desktop, lambda: True)
    desktop.actions[Act.NEXT_OPEN].trigger()
    answered(desktop)
    desktop.actions[Act.UNDO].trigger()
    assert desktop.open_patterns.current is first
    assert first.state.center_xy is None
    _wait_for(qtbot, desktop, lambda: True)


def test_another_place_of_the_beam_is_shown_and_taken_by_one_click(shown, qtbot):
    pattern, panel = shown.open_patterns.current, shown.window.prepare_panel
    marks = pattern.prepared.marks
    x, y = marks.center_xy
    other = (x + 30.0, y - 12.0)
    doubtful = replace(marks, center_places=((marks.center_xy, 0.7), (other, 0.3)))
    pattern.prepared = replace(pattern.prepared, marks=doubtful)
    shown.open_patterns.prepared.emit(pattern)
    offer = panel.places.itemAt(0).widget()
    assert offer.text() == f"Or at ({other[0]:.0f}, {other[1]:.0f}), 30 %"
    offer.click()
    assert pattern.state.center_xy == pytest.approx(other)
    _wait_for(qtbot, shown, lambda: True)
    assert pattern.prepared.marks.center_xy == pytest.approx(other)
    assert panel.places.count() == 0
