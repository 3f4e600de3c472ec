"""The report of the pattern shown: one page of HTML, written in the background."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from saed_desktop.errors import SaedError
from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.figures import FigureController, encoded
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.views.answer_panel import AnswerPanel
from saed_desktop.gui.views.banner import Banner
from saed_desktop.gui.views.figure import Figure
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.results.atomic import write_text
from saed_desktop.workspace.figure_options import FigureOptions

PICTURE = FigureOptions(width_mm=120, dpi=200, crops=False)


class ReportController(QObject):
    """Asks where the report goes, and writes it."""

    def __init__(
        self,
        window: QWidget,
        view: PatternView,
        panel: AnswerPanel,
        banner: Banner,
        actions: ActionSet,
        workers: Workers,
        open_patterns: OpenPatterns,
        figures: FigureController,
    ) -> None:
        super().__init__(window)
        self._window, self._view, self._panel, self._banner = window, view, panel, banner
        self._thread, self._open_patterns, self._figures = workers["files"], open_patterns, figures
        actions[Act.REPORT].triggered.connect(self._ask_where)

    def _ask_where(self) -> None:
        pattern = self._open_patterns.current
        if pattern is None or pattern.answered is None:
            self._banner.show_notice("There is no answer to report yet.", of_pattern=True)
            return
        suggested = self._figures.folder() / f"{pattern.state.path.stem}-report.html"
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save the report", str(suggested), "Page (*.html)"
        )
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """Write the report of the pattern shown."""
        pattern = self._open_patterns.current
        if pattern is None or pattern.answered is None or pattern.prepared is None:
            return
        answered, found, state = pattern.answered, pattern.prepared.marks, pattern.state
        rows, chosen = self._panel.candidates.rows, self._panel.chosen
        image = Figure(self._view, PICTURE).image()

        def work(_task: Task) -> None:
            from saed_desktop.workspace.pattern_report import report_page

            picture = encoded(image, ".png", PICTURE.dpi)
            try:
                write_text(path, report_page(answered, found, state, rows, chosen, picture))
            except OSError as error:
                raise SaedError(f"{path} cannot be written: {error.strerror}.") from error

        self._thread.submit(
            work,
            done=lambda _n: self._banner.show_notice(
                f"The report is saved to {path}.", of_pattern=True
            ),
            failed=lambda sentence: self._banner.show_notice(sentence, kind="warning"),
        )
