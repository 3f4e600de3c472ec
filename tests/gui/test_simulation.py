"""Simulate beside the pattern: over the spots, turned by hand, fitted, blinking."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from saed_desktop.gui.commands import Act
from saed_desktop.gui.views.simulation_window import DIFFERENCE


@pytest.fixture
def simulating(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["puo2"])
    answered(desktop)
    desktop.actions[Act.SIMULATE].trigger()
    qtbot.waitUntil(lambda: _drawn(desktop), timeout=20_000)
    yield desktop
    if desktop.simulation.window is not None:
        desktop.simulation.window.close()


def _drawn(desktop):
    return desktop.window.pattern_view.simulation.is_drawn


def _matched_spots(desktop):
    marks = desktop.open_patterns.candidate.marks
    return marks.spot_xy[marks.is_matched]


def _typical_distance(desktop):
    """Return how far explained spots are from the nearest simulated one, most of them, in px."""
    places = desktop.window.pattern_view.simulation.places_xy()
    spots = _matched_spots(desktop)
    nearest = np.hypot(*(spots[:, None] - places[None]).transpose(2, 0, 1)).min(axis=1)
    return float(np.percentile(nearest, 80))


def test_the_candidate_simulated_lies_on_its_spots(simulating):
    window = simulating.simulation.window
    assert window.phase.currentData() == "PuO2"
    assert "reflections, beam along" in window.words.text()
    assert _typical_distance(simulating) < 3.5


def test_turning_by_mouse_leaves_the_spots_and_the_fit_returns(simulating, qtbot):
    window = simulating.simulation.window
    before, view = window.in_plane.value(), window.view
    middle = QPoint(view.width() // 2, view.height() // 2)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=middle + QPoint(100, 0))
    qtbot.mouseMove(view, middle + QPoint(94, 34))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle + QPoint(94, 34))
    turned = (window.in_plane.value() - before + 180) % 360 - 180
    assert turned == pytest.approx(19.9, abs=1.0)
    qtbot.waitUntil(lambda: _typical_distance(simulating) > 6, timeout=10_000)
    window.direction.setText("1 1 0")
    window.fit_button.click()
    qtbot.waitUntil(lambda: _typical_distance(simulating) < 3.5, timeout=30_000)


def test_dragging_with_shift_tilts(simulating, qtbot):
    window, view = simulating.simulation.window, simulating.simulation.window.view
    middle = QPoint(view.width() // 2, view.height() // 2)
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, shift, middle)
    view.tilted.emit(3.0, 4.0)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, shift, middle)
    assert window.tilt.value() == pytest.approx(5.0)


def test_another_phase_direction_and_bloch_waves(simulating, qtbot):
    window = simulating.simulation.window
    window.phase.setCurrentIndex(window.phase.findData("alpha-Zr"))
    window.phase.activated.emit(0)
    window.direction.setText("0001")
    qtbot.waitUntil(lambda: "[0.000 0.000 1.000]" in window.words.text(), timeout=20_000)
    kinematical = window.view.pattern
    assert kinematical.labels[0].count("0") >= 1
    window.method.setCurrentIndex(1)
    window.method.activated.emit(1)
    qtbot.waitUntil(lambda: window.view.pattern is not kinematical, timeout=30_000)
    shared = {tuple(h) for h in kinematical.hkl.tolist()[:6]}
    assert shared & {tuple(h) for h in window.view.pattern.hkl.tolist()[:12]}


def test_what_is_no_direction_says_so(simulating, qtbot):
    window = simulating.simulation.window
    window.direction.setText("north")
    qtbot.waitUntil(lambda: "no direction" in window.words.text(), timeout=10_000)
    assert not _drawn(simulating)


def test_it_blinks_and_goes_with_its_window(simulating, qtbot):
    layer = simulating.window.pattern_view.simulation
    window = simulating.simulation.window
    window.blink.setChecked(True)
    qtbot.waitUntil(lambda: not layer.is_drawn, timeout=3000)
    qtbot.waitUntil(lambda: layer.is_drawn, timeout=3000)
    window.blink.setChecked(False)
    window.overlay.setChecked(False)
    assert not layer.is_drawn
    window.overlay.setChecked(True)
    assert layer.is_drawn
    window.close()
    assert simulating.simulation.window is None and not layer.is_drawn


def test_the_difference_shows_what_the_simulation_does_not_explain(simulating, qtbot):
    window = simulating.simulation.window
    window.content.setCurrentIndex(window.content.findData(DIFFERENCE))
    window.content.activated.emit(1)
    qtbot.waitUntil(lambda: window.view.has_picture, timeout=20_000)
    assert "Orange" in window.words.text()
    fitting = _orange_share(window)
    window.in_plane.setValue(window.in_plane.value() + 12)
    # turned away from its spots, all of them are measured only
    qtbot.waitUntil(lambda: _orange_share(window) > 2 * fitting, timeout=20_000)
    window.content.setCurrentIndex(0)
    window.content.activated.emit(0)
    assert not window.view.has_picture


def _orange_share(window):
    """Return how many pixels of the view are clearly orange."""
    image = window.view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    rgb = data[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)
    return float((rgb[..., 0] - rgb[..., 2] > 60).mean())
