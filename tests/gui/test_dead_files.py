"""Files that do not answer: a pipe that nobody writes to stands for a drive that is gone."""

import os
import signal
import subprocess
import sys
import time

import pytest

from saed_desktop.gui.act import Act
from saed_desktop.gui.controllers import analysis as answering_module

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such pipes")


@pytest.fixture
def dead(tmp_path):
    """A file that never answers; in the end it is answered, so that its threads end."""
    path = tmp_path / "dead.tif"
    os.mkfifo(path)
    yield path
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # nobody reads it any more
            break
        time.sleep(0.02)
    time.sleep(0.1)


def test_a_dead_file_blocks_no_other_and_shows_no_wrong_image(
    make_desktop, answered, pattern_files, dead, qtbot
):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    view, card = desktop.window.pattern_view, desktop.window.verdict_card
    assert "delta.hspy" in desktop.window.windowTitle()
    desktop.open_patterns.open_files([dead])
    assert desktop.window.windowTitle().startswith("Reading dead.tif…")
    qtbot.waitUntil(lambda: view.is_empty, timeout=2000)
    assert desktop.pattern_display.candidate is None
    assert card.stop_button.isVisible()
    started = time.monotonic()
    desktop.open_patterns.open_files([pattern_files["puo2"]])
    assert answered(desktop).view.phase is not None
    assert time.monotonic() - started < 20
    assert not view.is_empty and "puo2.hspy" in desktop.window.windowTitle()


def test_reading_is_stopped_by_hand_and_tried_again(make_desktop, dead, qtbot):
    desktop = make_desktop(dead)
    card = desktop.window.verdict_card
    desktop.actions[Act.STOP_READING].trigger()
    assert "was stopped" in desktop.open_patterns.current.message
    assert card.retry_button.isVisible() and not card.stop_button.isVisible()
    card.retry_button.click()
    assert card.stop_button.isVisible()
    card.stop_button.click()
    assert "was stopped" in desktop.open_patterns.current.message


def test_a_dead_file_fails_with_a_sentence_in_the_end(make_desktop, dead, qtbot, monkeypatch):
    monkeypatch.setattr(answering_module, "READ_LIMIT_S", 0.5)
    desktop = make_desktop(dead)
    qtbot.waitUntil(lambda: bool(desktop.open_patterns.current.message), timeout=5000)
    assert "dead.tif does not answer" in desktop.open_patterns.current.message


def test_the_program_ends_while_a_file_does_not_answer(tmp_path, dead):
    code = f"""
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from saed_desktop.gui.app import application
from saed_desktop.gui.assembly import Desktop
from saed_desktop.gui.settings import SettingsStore
app = application()
desktop = Desktop(SettingsStore())
desktop.window.show()
desktop.start([Path({str(dead)!r})])
QTimer.singleShot(500, desktop.window.close)
app.exec()
"""
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        assert process.wait(timeout=30) == 0
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
