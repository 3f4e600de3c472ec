"""What the answer leans on, where fits were compared: factors, spots, the candidate chosen."""

import math

import pytest
from PySide6.QtCore import Qt

from saed_desktop.gui.commands import Act


@pytest.fixture
def searched(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["puo2"])
    answered(desktop)
    bar = desktop.window.answer_panel.library
    qtbot.waitUntil(bar.search_button.isEnabled, timeout=20000)
    qtbot.mouseClick(bar.search_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "structures have a zone" in bar.note.text(), timeout=30000)
    return desktop


def explained(desktop, qtbot):
    """Ask what decided, by the key, and wait for the reasons."""
    desktop.actions[Act.EXPLAIN].trigger()
    panel = desktop.window.spots_panel
    qtbot.waitUntil(lambda: "times as likely" in panel.weight_note.text(), timeout=10000)
    return panel


def test_reasons_of_a_search_are_factors_that_multiply(searched, qtbot):
    rows = searched.window.answer_panel.candidates.rows
    panel = explained(searched, qtbot)
    shown = panel.reasons._shown
    assert panel.reasons.isVisible() and len(shown.reasons) > 1
    assert shown.first == rows[0].label and shown.second == rows[1].label
    # they come to what the list shows, but for those too small to be shown
    odds = math.log(rows[0].probability / rows[1].probability)
    assert sum(reason.log_factor for reason in shown.reasons) == pytest.approx(odds, abs=0.3)
    assert shown.first in panel.reasons.accessibleDescription()
    # the spots are marked, and weighed in the table
    assert len(searched.window.pattern_view.weights._xy) > 5
    assert not panel.table.isColumnHidden(panel.model.columnCount() - 1)


def test_another_candidate_is_compared_as_soon_as_it_is_chosen(searched, qtbot):
    panel = explained(searched, qtbot)
    first = panel.weight_note.text()
    answers = searched.window.answer_panel
    rows = answers.candidates.rows
    answers.table.selectRow(3)
    qtbot.waitUntil(lambda: panel.reasons._shown is not None, timeout=10000)
    qtbot.waitUntil(lambda: panel.reasons._shown.second == rows[3].label, timeout=10000)
    assert panel.weight_note.text() != first
    # one that fits too badly to be compared says so
    answers.table.selectRow(len(rows) - 1)
    qtbot.waitUntil(lambda: "25 best fits" in panel.weight_note.text(), timeout=10000)
    assert not panel.reasons.isVisible()
    assert len(searched.window.pattern_view.weights._xy) == 0


def test_reasons_go_with_the_pattern(searched, qtbot, pattern_files, answered):
    panel = explained(searched, qtbot)
    searched.open_patterns.open_files([pattern_files["delta"]])
    answered(searched)
    assert not panel.reasons.isVisible() and panel.weight_note.text() == ""
    assert len(searched.window.pattern_view.weights._xy) == 0


def test_named_candidates_are_compared_where_no_network_speaks(
    make_desktop, answered, pattern_files, qtbot
):
    desktop = make_desktop(pattern_files["puo2"])
    answered(desktop)
    panel = explained(desktop, qtbot)
    rows = desktop.window.answer_panel.candidates.rows
    assert panel.reasons._shown.first == rows[0].label == "PuO₂"
    assert panel.reasons._shown.second == rows[1].label
    # a single candidate has no rival
    desktop.settings.change(phases=("PuO2",))
    desktop.open_patterns.open_files([pattern_files["delta"]])
    answered(desktop)
    desktop.actions[Act.EXPLAIN].trigger()
    qtbot.waitUntil(lambda: "no second candidate" in panel.weight_note.text(), timeout=10000)
