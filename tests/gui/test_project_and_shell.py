"""Projects, crashes, one window a user, themes, keys, names for screen readers, every menu entry."""

import os
import re
import subprocess
import sys

import pytest
from PySide6.QtCore import QLocale, QMetaMethod, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QTableView,
    QWidget,
)

from saed_desktop import paths
from saed_desktop.gui.commands import Act
from saed_desktop.gui.handover import hand_over
from saed_desktop.gui.theme import DARK, LIGHT

COMMANDS = [act for act in Act if not act.value.is_submenu]


def _opened(desktop):
    return [pattern.state.path.name for pattern in desktop.open_patterns.patterns]


# ---- project --------------------------------------------------------------------------------


def test_a_project_keeps_all_that_was_done(make_desktop, answered, pattern_files, tmp_path, qtbot):
    desktop = make_desktop(pattern_files["delta"], pattern_files["rings"])
    pattern = answered(desktop)
    desktop.preparation.set_center((250.0, 251.0))
    desktop.calibration.set_scale(0.0066, 0.01)
    desktop.actions[Act.ACCEPT].trigger()
    answered(desktop)
    desktop.actions[Act.ACCEPT].trigger()
    state = pattern.state
    file = tmp_path / "work.saedproj"
    desktop.project.save_as(file)
    qtbot.waitUntil(lambda: "is saved" in desktop.window.banner.sentence)
    assert not desktop.project.has_unsaved_changes
    desktop.close()
    other = make_desktop(file)
    qtbot.waitUntil(lambda: len(other.open_patterns.patterns) == 2)
    found = answered(other)
    assert found.state == state
    # that answers came anew is nothing that anybody would want to save
    assert not other.project.has_unsaved_changes
    assert str(file) in other.settings.value.recent_files
    assert not other.actions[Act.UNDO].isEnabled()


def test_a_damaged_project_is_a_sentence(make_desktop, tmp_path, qtbot):
    file = tmp_path / "torn.saedproj"
    file.write_text('{"format": 1, "patterns": [')
    desktop = make_desktop(file)
    qtbot.waitUntil(lambda: "torn.saedproj" in desktop.window.banner.sentence)
    assert desktop.open_patterns.patterns == ()


@pytest.mark.parametrize("choice", ["Save", "Do not save", "Cancel"])
def test_unsaved_changes_are_asked_about(
    make_desktop, answered, pattern_files, tmp_path, qtbot, monkeypatch, choice
):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    file = tmp_path / "work.saedproj"
    desktop.project.save_as(file)
    qtbot.waitUntil(lambda: "is saved" in desktop.window.banner.sentence)
    before = file.read_bytes()
    desktop.preparation.set_center((250.0, 251.0))
    assert desktop.project.has_unsaved_changes
    chosen = []
    monkeypatch.setattr(
        QMessageBox,
        "exec",
        lambda box: chosen.extend(b for b in box.buttons() if b.text() == choice),
    )
    monkeypatch.setattr(QMessageBox, "clickedButton", lambda _box: chosen[0])
    closed = desktop.window.close()
    assert closed == (choice != "Cancel")
    assert (file.read_bytes() != before) == (choice == "Save")


def test_what_was_open_is_offered_after_a_crash(make_desktop, answered, pattern_files, home, qtbot):
    code = f"""
import os, sys
from saed_desktop.gui.app import application
from saed_desktop.gui.assembly import Desktop
from saed_desktop.gui.settings import SettingsStore
from PySide6.QtCore import QTimer
from pathlib import Path
app = application()
desktop = Desktop(SettingsStore())
desktop.window.show()
desktop.start([Path({str(pattern_files["delta"])!r})])
def go():
    desktop.open_patterns.change(desktop.open_patterns.current, "move", center_xy=(250.0, 251.0))
    desktop.project.autosave()
    QTimer.singleShot(0, look)
def look():
    if list(desktop.project._copy.parent.glob("*.saedproj")):
        os.kill(os.getpid(), 9)
    QTimer.singleShot(20, look)
QTimer.singleShot(200, go)
app.exec()
"""
    killed = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
    assert killed.returncode == -9
    desktop = make_desktop()
    banner = desktop.window.banner
    qtbot.waitUntil(lambda: "ended unexpectedly with 1 pattern" in banner.sentence)
    button = next(b for b in desktop.window.banner._buttons if b.text() == "Open them again")
    button.click()
    qtbot.waitUntil(lambda: len(desktop.open_patterns.patterns) == 1)
    assert answered(desktop).state.center_xy == (250.0, 251.0)
    desktop.close()
    assert not list((home / "data" / "autosave").glob("[0-9]*.saedproj"))


def test_work_in_no_project_is_kept_for_the_next_start(
    make_desktop, answered, pattern_files, home, qtbot
):
    folder = home / "data" / "autosave"
    desktop = make_desktop(pattern_files["delta"], pattern_files["puo2"])
    answered(desktop)
    desktop.close()
    assert not list(folder.glob("*.saedproj"))  # nothing was done: nothing to keep
    desktop = make_desktop(pattern_files["delta"], pattern_files["puo2"])
    answered(desktop)
    desktop.preparation.set_center((250.0, 251.0))
    desktop.actions[Act.QUIT].trigger()
    assert [path.name for path in folder.glob("*.saedproj")] == ["kept-000001.saedproj"]
    desktop = make_desktop()
    banner = desktop.window.banner
    qtbot.waitUntil(lambda: "Your work on 2 patterns from last time" in banner.sentence)
    next(b for b in desktop.window.banner._buttons if b.text() == "Open them again").click()
    qtbot.waitUntil(lambda: len(desktop.open_patterns.patterns) == 2)
    assert desktop.open_patterns.patterns[0].state.center_xy == (250.0, 251.0)
    qtbot.waitUntil(lambda: not list(folder.glob("kept-*")))


def test_a_pattern_closed_with_edits_can_be_opened_again(
    make_desktop, answered, pattern_files, qtbot
):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    desktop.preparation.set_center((250.0, 251.0))
    desktop.actions[Act.CLOSE_PATTERN].trigger()
    assert "closed with your edits" in desktop.window.banner.sentence
    next(b for b in desktop.window.banner._buttons if b.text() == "Open again").click()
    assert answered(desktop).state.center_xy == (250.0, 251.0)


# ---- one window -----------------------------------------------------------------------------


def test_a_second_start_opens_its_file_here(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop()
    command = [sys.executable, "-m", "saed_desktop", str(pattern_files["delta"])]
    second = subprocess.Popen(command, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    qtbot.waitUntil(lambda: _opened(desktop) == ["delta.hspy"], timeout=20_000)
    assert second.wait(timeout=20) == 0
    answered(desktop)


def test_what_is_no_message_of_ours_is_ignored(make_desktop, qtbot):
    import socket

    from saed_desktop.gui.handover import server_address

    desktop = make_desktop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(server_address())
        client.sendall(b'{"open": "not a list"}\n')
        qtbot.wait(100)
    assert desktop.open_patterns.patterns == ()


def test_without_a_window_nothing_is_handed_over(home):
    assert not hand_over(["a.dm3"])


# ---- looks ----------------------------------------------------------------------------------


def test_themes_are_switched_while_it_runs(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    for theme, colors in (("light", LIGHT), ("dark", DARK)):
        desktop.help_menu.change_setting("theme", theme)
        qtbot.wait(20)
        assert desktop.window.palette().window().color().name() == colors.window
        picture = desktop.window.grab().toImage()
        assert picture.pixelColor(picture.width() - 4, 4).name() == colors.window


@pytest.mark.parametrize("scale", ["1", "1.25", "2.5"])
def test_nothing_is_cut_off_at_any_scaling(scale, tmp_path, pattern_files):
    code = f"""
from pathlib import Path
from PySide6.QtWidgets import QAbstractButton, QLabel
from saed_desktop.gui.app import application
from saed_desktop.gui.assembly import Desktop
from saed_desktop.gui.settings import SettingsStore
app = application()
desktop = Desktop(SettingsStore())
desktop.window.resize(1100, 720)
desktop.window.show()
desktop.open_patterns.open_files([Path({str(pattern_files["delta"])!r})])
app.processEvents()
window = desktop.window
for tab in range(window.tabs.count()):
    window.tabs.setCurrentIndex(tab)
    app.processEvents()
    for button in window.side_panel.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            need = button.fontMetrics().horizontalAdvance(button.text().replace("&", ""))
            assert button.width() >= need, (button.text(), button.width(), need)
bar = window.tabs.tabBar()
assert bar.sizeHint().width() <= window.side_panel.width(), "tabs are cut off"
assert window.minimumSizeHint().width() <= 1100
desktop.close()
"""
    environment = {
        **os.environ,
        "QT_SCALE_FACTOR": scale,
        "SAED_DESKTOP_HOME": str(tmp_path / "scaled"),
    }
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


def test_numbers_are_typed_as_the_country_writes_them(make_desktop, answered, pattern_files):
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    try:
        desktop = make_desktop(pattern_files["delta"])
        answered(desktop)
        panel = desktop.window.calibrate_panel
        for text in ("0,0712", "0.0712"):
            panel.scale.setText(text)
            panel.scale.editingFinished.emit()
            scale = desktop.open_patterns.current.state.calibration.scale_inv_angstrom_per_px
            assert scale == pytest.approx(0.00712)
        answered(desktop)
    finally:
        QLocale.setDefault(QLocale(QLocale.Language.C))


# ---- keys and names -------------------------------------------------------------------------


def test_every_menu_entry_does_something(desktop):
    wired = set()
    for act in COMMANDS:
        action = desktop.actions[act]
        for signal in (action.triggered, action.toggled):
            if action.isSignalConnected(QMetaMethod.fromSignal(signal)):
                wired.add(act)
    assert wired == set(COMMANDS)
    in_menus = {a for menu in desktop.window.menuBar().actions() for a in menu.menu().actions()}
    assert in_menus >= {desktop.actions[act] for act in COMMANDS}


def test_every_menu_entry_is_tried(make_desktop, answered, pattern_files, qtbot, monkeypatch):
    """None fails, with a pattern and without one; dialogs are cancelled."""
    asked = []
    for name in ("getOpenFileName", "getOpenFileNames", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *a, n=name: (asked.append(a[1]), "")[::-1])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a: (asked.append(a[1]), "")[1])
    monkeypatch.setattr(
        "saed_desktop.gui.controllers.help_menu.QDesktopServices.openUrl", lambda _u: False
    )
    desktop = make_desktop(pattern_files["delta"], pattern_files["rings"])
    for open_first in (True, False):
        if open_first:
            answered(desktop)
        for act in COMMANDS:
            if act in (Act.QUIT, Act.CLOSE_PATTERN, Act.CLOSE_ALL):
                continue
            desktop.actions[act].trigger()
            QApplication.processEvents()
            for widget in QApplication.topLevelWidgets():
                if widget is not desktop.window and widget.isVisible():
                    widget.close()
        if desktop.open_patterns.current is not None:
            answered(desktop)
        desktop.actions[Act.CLOSE_ALL].trigger()
    assert len(set(asked)) >= 8
    desktop.actions[Act.QUIT].trigger()
    assert not desktop.window.isVisible()


def test_no_two_actions_share_a_key():
    keys = [key for act in COMMANDS for key in act.value.keys]
    assert len(keys) == len(set(keys))


def test_the_cheat_sheet_shows_every_key(desktop, qtbot):
    desktop.actions[Act.CHEAT_SHEET].trigger()
    text = desktop.help_menu.opened("keys").browser.toPlainText()
    assert all(act.value.tip in text for act in COMMANDS if act.value.keys)
    desktop.help_menu.opened("keys").close()


def test_keys_work_in_the_window(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"], pattern_files["rings"])
    answered(desktop)
    window = desktop.window
    window.activateWindow()
    view = window.pattern_view
    view.setFocus()
    before = view.screen_px_per_px
    for key, condition in (
        (Qt.Key.Key_Plus, lambda: view.screen_px_per_px > before * 1.2),
        (Qt.Key.Key_F, lambda: view.screen_px_per_px == pytest.approx(before, rel=1e-6)),
        (Qt.Key.Key_S, desktop.actions[Act.SHOW_SPOTS].isChecked),
        (Qt.Key.Key_D, desktop.actions[Act.TOOL_DISTANCE].isChecked),
        (Qt.Key.Key_Escape, desktop.actions[Act.TOOL_MOVE].isChecked),
    ):
        qtbot.keyClick(view, key)
        qtbot.waitUntil(condition, timeout=3000)
    qtbot.keyClick(view, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: desktop.open_patterns.current.state.path.name == "rings.tif")
    answered(desktop)


def test_every_control_has_a_name_for_screen_readers(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    kinds = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QTableView)
    nameless = []
    for widget in desktop.window.findChildren(QWidget):
        if not isinstance(widget, kinds) or widget.objectName().startswith("qt_"):
            continue
        inside = isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QTableView)
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not (inside or widget.accessibleName() or text):
            nameless.append((type(widget).__name__, type(widget.parent()).__name__))
    assert not nameless


def test_diagnostics_tell_no_names_of_the_users_files(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    desktop.actions[Act.COPY_DIAGNOSTICS].trigger()
    qtbot.waitUntil(lambda: "copied" in desktop.window.banner.sentence)
    text = QGuiApplication.clipboard().text()
    assert "SAED Desktop" in text and "numpy" in text and "theme=" in text
    assert "delta.hspy" not in text and str(paths.data_dir().parent.parent) not in text


def test_help_opens_offline_and_its_pictures_exist(desktop):
    desktop.actions[Act.HELP].trigger()
    window = desktop.help_menu.opened("help")
    folder = paths.resources_dir() / "help"
    pages = [
        window.pages.item(i).data(Qt.ItemDataRole.UserRole) for i in range(window.pages.count())
    ]
    assert pages == sorted(p.name for p in folder.glob("*.md"))
    for name in pages:
        window.show_page(name)
        assert len(window.browser.toPlainText()) > 200
        for picture in re.findall(r"!\[.*?\]\((.*?)\)", (folder / name).read_text("utf-8")):
            assert (folder / picture).is_file(), picture
        for link in re.findall(r"(?<!!)\[[^\]]*\]\((.*?)\)", (folder / name).read_text("utf-8")):
            assert (folder / link).is_file(), link
    window.close()
