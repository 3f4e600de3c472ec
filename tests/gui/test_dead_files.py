"""Files that do not answer, as on a network drive that is gone: reading one blocks its thread."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from saed_desktop.gui.commands import Act
from saed_desktop.gui.controllers import analysis as analysis_module
from saed_desktop.gui.controllers import files as files_module
from saed_desktop.workspace import open_file


@pytest.fixture
def dead(tmp_path, monkeypatch):
    """A file that never answers; in the end it is answered, so that its threads end."""
    path = tmp_path / "dead.tif"
    path.write_bytes(b"II*\0")
    back = threading.Event()
    read = open_file.PatternFile

    def read_or_block(file, **options):
        if file == path:
            back.wait(60)
            raise OSError("the drive was gone")
        return read(file, **options)

    monkeypatch.setattr(open_file, "PatternFile", read_or_block)
    yield path
    back.set()
    time.sleep(0.2)


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
    assert desktop.open_patterns.candidate is None
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
    monkeypatch.setattr(analysis_module, "READ_LIMIT_S", 0.5)
    desktop = make_desktop(dead)
    qtbot.waitUntil(lambda: bool(desktop.open_patterns.current.message), timeout=5000)
    assert "dead.tif does not answer" in desktop.open_patterns.current.message


def test_the_program_ends_while_a_file_does_not_answer(tmp_path, dead):
    code = f"""
import time
from pathlib import Path
from pathlib import Path
from PySide6.QtCore import QTimer
from saed_desktop.gui.app import application
from saed_desktop.gui.assembly import Desktop
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.workspace import open_file
open_file.PatternFile = lambda file, **options: time.sleep(600)
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


def test_a_dead_folder_stops_no_window_and_no_other_file(
    make_desktop, answered, pattern_files, tmp_path, monkeypatch, qtbot
):
    dead_folder, back, threads = tmp_path / "share", threading.Event(), []
    dead_folder.mkdir()
    is_dir = Path.is_dir

    def is_dir_or_block(path):
        if path == dead_folder:
            threads.append(threading.current_thread().name)
            back.wait(60)
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", is_dir_or_block)
    monkeypatch.setattr(files_module, "LOOK_LIMIT_S", 1.0)
    desktop = make_desktop()
    started = time.monotonic()
    desktop.files.open_paths([dead_folder, pattern_files["delta"]])
    assert time.monotonic() - started < 0.5
    assert answered(desktop).view.phase is not None
    banner = desktop.window.banner
    qtbot.waitUntil(lambda: "share does not answer" in banner.sentence, timeout=5000)
    assert threads == ["saed-look"] and not desktop.folder.is_running
    back.set()
    monkeypatch.undo()
    time.sleep(0.2)


def test_a_folder_is_known_whatever_its_name(make_desktop, tmp_path, qtbot):
    folder = tmp_path / "as.if a file"
    folder.mkdir()
    desktop = make_desktop(folder)
    page = desktop.window.folder_page
    qtbot.waitUntil(lambda: "no pattern in this folder" in page.status, timeout=20_000)
