"""Times at which window, image and answer appeared, for the start-up benchmark."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer

if TYPE_CHECKING:
    from saed_desktop.gui.assembly import Desktop


class StartupTrace(QObject):
    """Notes the wall-clock time of each event and quits after the answer."""

    def __init__(self, desktop: "Desktop", path: Path) -> None:
        super().__init__(desktop)
        self._path = path
        self._times: dict[str, float] = {"window shown": time.time()}
        view = desktop.window.pattern_view
        view.image_painted.connect(lambda: self._note("image painted"))
        desktop.open_patterns.prepared.connect(lambda _p: self._note("spots found"))
        desktop.open_patterns.answered.connect(lambda _p: self._end("answer shown"))
        desktop.open_patterns.failed.connect(lambda _p: self._end("failure shown"))
        QTimer.singleShot(0, lambda: self._note("event loop running"))

    def _note(self, event: str) -> None:
        self._times.setdefault(event, time.time())

    def _end(self, event: str) -> None:
        self._note(event)
        QTimer.singleShot(0, QCoreApplication.quit)

    def write(self) -> None:
        """Write the times, in seconds since the epoch."""
        self._path.write_text(json.dumps(self._times, indent=1))
