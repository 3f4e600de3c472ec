"""Two clicks index a pattern: the list of pairs, the candidate by hand, undo, project."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from saed_desktop.gui.commands import Act


@pytest.fixture
def shown(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["puo2"])
    answered(desktop)
    return desktop


def _two_spots(desktop):
    """Return two short spots that are not on one line with the beam."""
    marks = desktop.open_patterns.current.prepared.marks
    center = np.array(marks.center_xy)
    offsets = marks.spots_xy - center
    order = np.argsort(np.hypot(*offsets.T))
    first = order[0]
    for k in order[1:]:
        a, b = offsets[first], offsets[k]
        if abs(a[0] * b[1] - a[1] * b[0]) > 0.4 * np.hypot(*a) * np.hypot(*b):
            return tuple(marks.spots_xy[first]), tuple(marks.spots_xy[k])
    raise AssertionError("all spots lie on one line")


def _click_both(qtbot, desktop):
    view = desktop.window.pattern_view
    spots = _two_spots(desktop)
    desktop.actions[Act.TOOL_INDEX].trigger()
    for xy in spots:
        at = view.to_viewport(xy).toPoint()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    panel = desktop.window.pairs_panel
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0, timeout=20_000)
    return spots


def test_two_clicks_list_what_fits_and_draw_the_best(shown, qtbot):
    panel = shown.window.pairs_panel
    _click_both(qtbot, shown)
    assert (
        panel.isVisible() and shown.window.tabs.tabText(shown.window.tabs.currentIndex()) == "Spots"
    )
    misfits = [panel.model.row_at(i).misfit for i in range(panel.model.rowCount())]
    assert misfits == sorted(misfits)
    assert "ratio" in panel.note.text() and "fit" in panel.note.text()
    names = {panel.model.row_at(i).phase for i in range(panel.model.rowCount())}
    assert "PuO2" in names
    at = next(i for i in range(panel.model.rowCount()) if panel.model.row_at(i).phase == "PuO2")
    panel.table.selectRow(at)
    qtbot.waitUntil(
        lambda: (
            shown.open_patterns.candidate is not None and shown.open_patterns.candidate.is_by_hand
        ),
        timeout=20_000,
    )
    # drawn, not kept: nothing to undo
    assert shown.open_patterns.current.state.pair is None
    assert not shown.actions[Act.UNDO].isEnabled()


def test_a_pair_is_used_undone_and_kept_in_the_project(
    shown, qtbot, tmp_path, make_desktop, answered
):
    spots = _click_both(qtbot, shown)
    panel, answers = shown.window.pairs_panel, shown.window.answer_panel
    at = next(i for i in range(panel.model.rowCount()) if panel.model.row_at(i).phase == "PuO2")
    panel.table.selectRow(at)
    chosen = panel.chosen
    before = answers.candidates.rowCount()
    panel.use_button.click()
    qtbot.waitUntil(lambda: answers.candidates.rowCount() == before + 1, timeout=20_000)
    row = answers.candidates.row_at(0)
    assert row.is_by_hand and row.phase == "PuO2" and answers.chosen is row
    assert row.matched >= 0.7 * (row.matched + row.unexplained)
    # the two spots carry the indices that were chosen
    for hkl_label, xy in zip(chosen.labels, spots, strict=True):
        i = row.marks.labels.index(hkl_label)
        assert np.hypot(*(row.marks.xy[i] - np.array(xy))) < 4
    # the answer itself is still the program's
    assert shown.open_patterns.current.view.phase == "PuO2"
    shown.actions[Act.UNDO].trigger()
    qtbot.waitUntil(lambda: answers.candidates.rowCount() == before)
    shown.actions[Act.REDO].trigger()
    qtbot.waitUntil(lambda: answers.candidates.rowCount() == before + 1, timeout=20_000)
    shown.project.save_as(tmp_path / "work.saedproj")
    qtbot.waitUntil(lambda: "is saved" in shown.window.banner.sentence)
    pair = shown.open_patterns.current.state.pair
    shown.close()
    again = make_desktop(tmp_path / "work.saedproj")
    qtbot.waitUntil(lambda: bool(again.open_patterns.patterns))
    assert answered(again).state.pair == pair
    model = again.window.answer_panel.candidates
    qtbot.waitUntil(lambda: model.n_rows > 0 and model.row_at(0).is_by_hand, timeout=20_000)
    again.window.pairs_panel.remove_button.click()
    qtbot.waitUntil(lambda: not model.row_at(0).is_by_hand)


def test_the_library_lists_more_and_keys_choose(make_desktop, answered, pattern_files, qtbot):
    shown = make_desktop(pattern_files["delta-no-scale"])
    answered(shown)
    panel = shown.window.pairs_panel
    _click_both(qtbot, shown)
    few = panel.model.rowCount()
    panel.phases.setCurrentIndex(1)
    panel.phases.activated.emit(1)
    qtbot.waitUntil(lambda: panel.model.rowCount() >= few, timeout=20_000)
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    assert panel.chosen is panel.model.row_at(1)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown.open_patterns.current.state.pair is not None)


def test_before_there_is_an_answer_it_says_so(make_desktop, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["broken"])
    desktop.two_spots.solve((10.0, 10.0), (50.0, 10.0))
    assert "once the pattern is answered" in desktop.window.pairs_panel.note.text()
