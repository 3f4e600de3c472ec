"""The process: window first, then everything that may take a while."""

import logging
import logging.handlers
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from saed_desktop import __version__, paths
from saed_desktop.gui.assembly import Desktop
from saed_desktop.gui.display import said_in_a_sentence
from saed_desktop.gui.languages import speak
from saed_desktop.gui.open_events import OpenEvents
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.gui.startup_trace import StartupTrace

SWITCH_INTERVAL_S = 0.001
"""Time that a worker thread may keep the interpreter from the window."""


def run(files: Sequence[str], *, trace: str | None = None) -> int:
    """Open the window and return the exit status once it is closed.

    Parameters
    ----------
    files
        Patterns or a folder to open.
    trace
        Where to write when window, image and answer appeared; the program then quits.
    """
    app = application()
    start_log()
    sys.excepthook = log_exception
    settings = SettingsStore()
    speak(settings.value.language)
    desktop = Desktop(settings)
    desktop.window.show()
    if sys.platform == "darwin":
        OpenEvents(app, desktop).opened.connect(desktop.files.open_paths)
    tracer = StartupTrace(desktop, Path(trace)) if trace else None
    # the first picture of the window comes before anything that loads or reads
    QTimer.singleShot(0, lambda: desktop.start([Path(name) for name in files]))
    status = app.exec()
    desktop.close()
    if tracer is not None:
        tracer.write()
    return status


def application() -> QApplication:
    """Return the application object, made if there is none."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    existing = QApplication.instance()
    with said_in_a_sentence():
        app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("saed-desktop")
    app.setApplicationDisplayName("SAED Desktop")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("saed-desktop")
    return app


def start_log() -> None:
    """Write warnings and errors to the user's log file."""
    try:
        folder = paths.log_dir()
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "saed-desktop.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8"
        )
    except OSError:
        return  # a log that cannot be written is no reason not to start
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger("saed_desktop").setLevel(logging.INFO)


def log_exception(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Log an unhandled exception; the window stays open."""
    logging.getLogger("saed_desktop").error("not caught", exc_info=(kind, error, traceback))
    sys.__excepthook__(kind, error, traceback)
