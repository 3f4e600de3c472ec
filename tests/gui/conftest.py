"""Real windows for tests, each with a home of its own, and nothing left over after them."""

import gc
import multiprocessing
import shutil
import threading
import time

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from saed_desktop.gui.app import application
from saed_desktop.gui.assembly import Desktop
from saed_desktop.gui.settings import SettingsStore
from tests.rendering import SCALE, ring_image, save_hspy, save_png, save_tiff, spot_image


@pytest.fixture(scope="session")
def qapp_cls():
    return QApplication


@pytest.fixture(scope="session")
def pattern_files(tmp_path_factory):
    """Patterns of several kinds as files, rendered once."""
    folder = tmp_path_factory.mktemp("patterns")
    delta, _ = spot_image("delta-PuZr", (0, 0, 1))
    puo2, _ = spot_image("PuO2", (1, 1, 0), seed=3)
    rings, _ = ring_image()
    broken = folder / "broken.dm3"
    broken.write_bytes(b"\x00\x00\x00\x03\x00\x00")
    return {
        "delta": save_hspy(folder / "delta.hspy", delta, SCALE),
        "delta-no-scale": save_tiff(folder / "delta.tif", delta),
        "puo2": save_hspy(folder / "puo2.hspy", puo2, SCALE),
        "puo2-png": save_png(folder / "puo2.png", puo2),
        "rings": save_tiff(folder / "rings.tif", rings),
        "broken": broken,
    }


@pytest.fixture(scope="session")
def _answered_once(tmp_path_factory, pattern_files):
    """A folder of four files and the journal of a run over it, made once."""
    from saed_desktop.pattern.readers import find_patterns
    from saed_desktop.results.stamp import Stamp
    from saed_desktop.results.store import AnswerStore
    from saed_desktop.running.batch import answer_file
    from saed_desktop.workspace.choice import SetupChoice
    from saed_desktop.workspace.folder_run import FolderRun, job_of

    top = tmp_path_factory.mktemp("answered")
    folder = top / "specimen A"
    folder.mkdir()
    for name in ("delta", "puo2", "rings", "broken"):
        shutil.copy(pattern_files[name], folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAED_DESKTOP_HOME", str(top / "home"))
        job = job_of(SetupChoice("none"))
        run = FolderRun(folder, job, AnswerStore(top / "journal" / "answers.jsonl"))
        run.open()
        for path in find_patterns([folder]):
            run.keep(answer_file(path, job, job.indexing_setup()), Stamp.of(path))
    return folder, top / "journal"


@pytest.fixture
def answered_folder(_answered_once, home):
    """A folder that an earlier run has answered; indexing it again takes no time."""
    from saed_desktop.workspace.kept_run import run_folder_of

    folder, journal = _answered_once
    (folder / "saed-labels.csv").unlink(missing_ok=True)
    shutil.copytree(journal, run_folder_of(folder))
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home in which nothing of the tester's own is found or changed."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(folder / "saed"))
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder / "saed"


def settle():
    """Let Qt delete what was asked to be deleted."""
    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        gc.collect()


@pytest.fixture(autouse=True)
def no_leaks(qapp, home):
    """No widget, thread, process or timer may survive a test."""
    # what stands before a test is looked at no more: collecting then costs a tenth
    gc.freeze()
    before = set(QApplication.topLevelWidgets())
    yield
    settle()
    left = [w for w in QApplication.topLevelWidgets() if w not in before]
    assert not left, f"widgets survive: look for a lambda that holds self: {left}"
    threads = [t.name for t in threading.enumerate() if t.name.startswith("saed-")]
    assert not threads, f"threads survive: {threads}"
    assert not multiprocessing.active_children()
    timers = [t for t in gc.get_objects() if isinstance(t, QTimer) and _is_active(t)]
    assert not timers, f"timers survive: {timers}"


def _is_active(timer):
    try:
        return timer.isActive()
    except RuntimeError:  # deleted by Qt already
        return False


@pytest.fixture
def make_desktop(qapp, home):
    """Returns a function that opens the program; what it opened is closed after the test.

    Unless asked otherwise it asks spot indexing alone and is not started for the first time: what
    is bundled, examples and networks, is not what most tests are about.
    """
    application()
    opened = []

    def make(*paths, is_fresh=False):
        settings = SettingsStore()
        if not is_fresh and not settings.value.has_started_before:
            # what fits as well costs a second for every answer
            settings.change(network="none", has_started_before=True, look_alikes=False)
        desktop = Desktop(settings)
        opened.append(desktop)
        desktop.window.show()
        desktop.start(list(paths))
        if any(path.is_dir() for path in paths):
            # that it is a folder, and one of patterns, is found out in the background
            ends = time.monotonic() + 20
            folder = desktop.folder
            while not (folder.is_running or folder.run) and time.monotonic() < ends:
                QCoreApplication.processEvents()
                time.sleep(0.005)
        return desktop

    yield make
    for desktop in opened:
        desktop.close()
        desktop.window.deleteLater()
        desktop.deleteLater()
    opened.clear()
    settle()


@pytest.fixture
def desktop(make_desktop):
    return make_desktop()


@pytest.fixture
def answered(qtbot):
    """Returns a function that waits for the answer to the pattern shown."""

    def wait(desktop, timeout=30_000):
        def is_answered():
            current = desktop.open_patterns.current
            return current is not None and bool(current.answered or current.message)

        qtbot.waitUntil(is_answered, timeout=timeout)
        return desktop.open_patterns.current

    return wait
