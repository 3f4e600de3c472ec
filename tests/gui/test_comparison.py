"""Two patterns side by side or blinking: linked, each with its own indices."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt

from saed_desktop.gui.commands import Act


@pytest.fixture
def comparing(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["puo2"], pattern_files["delta"])
    answered(desktop)
    desktop.actions[Act.COMPARE].trigger()
    window = desktop.comparison.window
    qtbot.waitUntil(lambda: all("spots" in words.text() for words in window.words), timeout=40_000)
    yield desktop
    if desktop.comparison.window is not None:
        desktop.comparison.window.close()


def _beam_on_screen(window, side, pattern):
    view = window.views[side]
    at = view.to_viewport(pattern.prepared.marks.center_xy)
    return np.array([at.x(), at.y()])


def test_both_are_indexed_and_zoomed_alike_about_their_beams(comparing, qtbot):
    window = comparing.comparison.window
    patterns = comparing.open_patterns.patterns
    # the second was never shown; it is answered all the same, and keeps its answer
    assert patterns[1].view is not None and "PuO₂" in window.words[0].text()
    assert "δ-PuZr" in window.words[1].text()
    window.views[0].show_field(QRectF(150, 180, 120, 120))
    left, right = (_beam_on_screen(window, i, patterns[i]) for i in (0, 1))
    assert np.allclose(left, right, atol=1.5)
    scales = [p.scale_inv_angstrom_per_px for p in patterns]
    widths = [window.views[i].field.width() * scales[i] for i in (0, 1)]
    assert widths[0] == pytest.approx(widths[1], rel=0.01)
    # and the other way round, until they are told to go apart
    window.views[1].zoom(2.0)
    assert window.views[0].field.width() * scales[0] == pytest.approx(
        window.views[1].field.width() * scales[1], rel=0.01
    )
    window.linked.setChecked(False)
    before = window.views[0].field.width()
    window.views[1].zoom(2.0)
    assert window.views[0].field.width() == before


def test_they_blink_in_one_place_and_space_changes_sides(comparing, qtbot):
    window = comparing.comparison.window
    window.blink.setChecked(True)
    assert window.shown_sides == (0,)
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window.shown_sides == (1,)
    qtbot.waitUntil(lambda: window.shown_sides == (0,), timeout=3000)
    window.blink.setChecked(False)
    assert window.shown_sides == (0, 1)


def test_another_pattern_is_chosen_and_a_closed_one_ends_the_comparison(comparing, qtbot):
    window = comparing.comparison.window
    window.choices[1].setCurrentIndex(0)
    window.choices[1].activated.emit(0)
    qtbot.waitUntil(lambda: "PuO₂" in window.words[1].text(), timeout=20_000)
    comparing.open_patterns.close(comparing.open_patterns.patterns[0])
    assert comparing.comparison.window is None


def test_one_pattern_alone_is_compared_with_nothing(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["puo2"])
    answered(desktop)
    desktop.comparison.open()
    assert desktop.comparison.window is None
    assert "second pattern" in desktop.window.banner.sentence
