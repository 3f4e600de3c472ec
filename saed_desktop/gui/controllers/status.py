"""The status bar: numbers under the cursor, the scale and its source, work in the background."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel

from saed_desktop.gui.controllers.answering import AnsweringController
from saed_desktop.gui.controllers.documents import Documents
from saed_desktop.gui.controllers.showing import ShowingController
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.views.readout import scale_text
from saed_desktop.gui.worker import Workers
from saed_desktop.workspace.open_pattern import OpenPattern

SOURCE_WORDS = {
    "file": "from the file",
    "user": "entered or confirmed by you",
    "profile": "from a profile",
    "scale-bar": "from the scale bar",
    "standard": "measured with a standard",
    "fitted": "fitted, not confirmed",
}
LANE_WORDS = {
    "read": "reading",
    "glance": "reading",
    "answer": "answering",
    "folder": "folder at work",
    "files": "saving",
}


class StatusController(QObject):
    """Keeps the status bar in step."""

    def __init__(
        self,
        readout: QLabel,
        scale_label: QLabel,
        busy_label: QLabel,
        view: PatternView,
        settings: SettingsStore,
        workers: Workers,
        documents: Documents,
        answering: AnsweringController,
        showing: ShowingController,
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._readout, self._scale, self._busy = readout, scale_label, busy_label
        self._settings, self._workers, self._documents = settings, workers, documents
        self._showing = showing
        view.cursor_moved.connect(lambda xy: self._readout.setText(showing.readout(xy)))
        documents.current_changed.connect(lambda _p: self._show_scale())
        documents.pattern_updated.connect(lambda _p: self._show_scale())
        documents.state_changed.connect(lambda *_: self._show_scale())
        answering.image_ready.connect(lambda *_: self._show_scale())
        answering.answered.connect(lambda _p: self._show_scale())
        for name in LANE_WORDS:
            workers[name].busy_changed.connect(lambda _busy: self._show_busy())

    def _show_scale(self) -> None:
        pattern = self._documents.current
        self._scale.setText(self._scale_words(pattern) if pattern is not None else "")

    def _scale_words(self, pattern: OpenPattern) -> str:
        scale = pattern.scale_inv_angstrom_per_px
        if scale is None:
            return "scale unknown"
        if pattern.answered is not None:
            source = pattern.answered.solution.calibration.source.value
        elif pattern.state.calibration is not None:
            source = pattern.state.calibration.source.value
        else:
            source = "file"
        words = SOURCE_WORDS.get(source, source)
        return f"{scale_text(scale, self._settings.value.unit)}, {words}"

    def _show_busy(self) -> None:
        busy = [words for name, words in LANE_WORDS.items() if self._workers[name].is_busy]
        self._busy.setText(f"{', '.join(dict.fromkeys(busy))}…" if busy else "")
