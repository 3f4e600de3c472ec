"""The status bar: numbers under the cursor, the scale and its source, work in the background."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel

from saed_desktop.gui.controllers.analysis import AnalysisController
from saed_desktop.gui.controllers.pattern_display import PatternDisplayController
from saed_desktop.gui.open_patterns import OpenPatterns
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
BACKGROUND_WORDS = {
    "read": "reading",
    "glance": "reading",
    "answer": "answering",
    "folder": "folder at work",
    "files": "saving",
}


class StatusBarController(QObject):
    """Keeps the status bar in step."""

    def __init__(
        self,
        readout: QLabel,
        scale_label: QLabel,
        busy_label: QLabel,
        view: PatternView,
        settings: SettingsStore,
        workers: Workers,
        open_patterns: OpenPatterns,
        analysis: AnalysisController,
        pattern_display: PatternDisplayController,
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._readout, self._scale, self._busy = readout, scale_label, busy_label
        self._settings, self._workers, self._open_patterns = settings, workers, open_patterns
        self._pattern_display = pattern_display
        view.cursor_moved.connect(lambda xy: self._readout.setText(pattern_display.readout(xy)))
        open_patterns.current_changed.connect(lambda _p: self._show_scale())
        open_patterns.pattern_updated.connect(lambda _p: self._show_scale())
        open_patterns.state_changed.connect(lambda *_: self._show_scale())
        analysis.image_ready.connect(lambda *_: self._show_scale())
        analysis.answered.connect(lambda _p: self._show_scale())
        for name in BACKGROUND_WORDS:
            workers[name].busy_changed.connect(lambda _busy: self._show_busy())

    def _show_scale(self) -> None:
        pattern = self._open_patterns.current
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
        busy = [words for name, words in BACKGROUND_WORDS.items() if self._workers[name].is_busy]
        self._busy.setText(f"{', '.join(dict.fromkeys(busy))}…" if busy else "")
