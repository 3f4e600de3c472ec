"""The menus under the right button, copying tables, keys after a run, notices of a pattern."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from saed_desktop.gui.commands import Act


def _menu(qtbot):
    def found():
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def _choose(menu, text):
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()


def test_the_patterns_menu_moves_the_beam_where_it_was_clicked(
    make_desktop, answered, pattern_files, qtbot
):
    desktop = make_desktop(pattern_files["delta"])
    pattern = answered(desktop)
    view = desktop.window.pattern_view
    at = view.to_viewport((250.0, 240.0)).toPoint()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=at)
    menu = _menu(qtbot)
    assert desktop.actions[Act.COPY_PICTURE] in menu.actions()
    _choose(menu, "Direct beam is here")
    assert pattern.state.center_xy is not None
    assert abs(pattern.state.center_xy[0] - 250) < 1.5
    assert abs(pattern.state.center_xy[1] - 240) < 1.5
    answered(desktop)


def test_dragging_with_the_right_button_opens_no_menu(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    view = desktop.window.pattern_view
    wanted = []
    view.menu_wanted.connect(lambda *_: wanted.append(1))
    qtbot.mousePress(view.viewport(), Qt.MouseButton.RightButton, pos=QPoint(200, 200))
    qtbot.mouseMove(view.viewport(), QPoint(240, 230))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.RightButton, pos=QPoint(240, 230))
    assert not wanted


def test_the_film_strip_closes_the_others(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"], pattern_files["puo2"], pattern_files["rings"])
    answered(desktop)
    _choose(desktop.view_controls.film_menu(desktop.open_patterns.patterns[1]), "Close the others")
    assert [p.state.path.name for p in desktop.open_patterns.patterns] == ["puo2.hspy"]
    assert answered(desktop).state.path.name == "puo2.hspy"


def test_tables_are_copied_with_their_titles(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"])
    pattern = answered(desktop)
    table = desktop.window.answer_panel.table
    table.copy_all.trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:4] == ["Phase", "Zone", "Prob.", "Score"]
    assert len(lines) == 1 + len(pattern.view.candidates)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied == [lines[0], lines[1 + table.currentIndex().row()]]


def test_candidates_are_sorted_by_what_decides(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["puo2"])
    view = answered(desktop).view
    rows = [row for row in view.candidates if row.crystal == 1]
    assert rows[0].is_named
    of_others = [row.probability for row in rows if not row.is_named]
    assert of_others == sorted(of_others, reverse=True)
    named = sum(row.probability for row in rows if row.is_named)
    assert abs(named - view.probability) < 1e-9
    model = desktop.window.answer_panel.candidates
    for column in range(model.columnCount()):
        tip = model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        assert len(tip) > 20


def test_rings_show_no_bars_of_phases(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["rings"])
    assert answered(desktop).view.bars == ()


def test_after_a_run_the_keys_review(make_desktop, answered_folder, qtbot):
    desktop = make_desktop()
    desktop.window.activateWindow()
    desktop.folder.start(answered_folder)
    qtbot.waitUntil(lambda: not desktop.folder.is_running, timeout=30_000)
    page = desktop.window.folder_page
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.table)
    qtbot.keyClick(page.table, Qt.Key.Key_J)
    assert page.search.text() == "" and page.current_row is not None


def test_a_notice_about_a_pattern_goes_with_it(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"], pattern_files["puo2"])
    answered(desktop)
    desktop.actions[Act.COPY_PICTURE].trigger()
    qtbot.waitUntil(desktop.window.banner.isVisible, timeout=10_000)
    desktop.actions[Act.NEXT_OPEN].trigger()
    assert not desktop.window.banner.isVisible()
    answered(desktop)
