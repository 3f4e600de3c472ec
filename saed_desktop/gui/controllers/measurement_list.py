"""What is measured stays in a list: edited, undone, saved, kept in the project."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from saed_desktop.gui.controllers.analysis import AnalysisController
from saed_desktop.gui.controllers.measurement import MeasurementController
from saed_desktop.gui.controllers.table_files import TableFiles
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.views.measure_layer import Measure
from saed_desktop.gui.views.measurements_panel import MeasurementsPanel
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.workspace.document import Measurement
from saed_desktop.workspace.open_pattern import OpenPattern


class MeasurementListController(QObject):
    """Keeps the list of the pattern shown."""

    def __init__(
        self,
        window: QWidget,
        view: PatternView,
        panel: MeasurementsPanel,
        files: TableFiles,
        open_patterns: OpenPatterns,
        analysis: AnalysisController,
        measurement: MeasurementController,
    ) -> None:
        super().__init__(window)
        self._window, self._view, self._panel = window, view, panel
        self._files, self._open_patterns = files, open_patterns
        measurement.finished.connect(self.add)
        panel.model.note_edited.connect(self.set_note)
        panel.remove_wanted.connect(self.remove)
        panel.chosen.connect(self._draw)
        panel.save_wanted.connect(self._ask_where_to_save)
        open_patterns.current_changed.connect(self._show)
        open_patterns.pattern_updated.connect(self._show)
        analysis.prepared.connect(self._show)
        analysis.answered.connect(self._show)

    @property
    def _list(self) -> tuple[Measurement, ...]:
        current = self._open_patterns.current
        return current.state.measurements if current is not None else ()

    def _change(self, words: str, measurements: tuple[Measurement, ...]) -> None:
        current = self._open_patterns.current
        if current is not None:
            self._open_patterns.change(current, words, measurements=measurements)

    def add(self, measure: Measure) -> None:
        """Put a measurement into the list."""
        words = "measure a distance" if measure.kind == "distance" else "measure a spot pair"
        self._change(words, (*self._list, Measurement(measure.kind, measure.points)))

    def set_note(self, row: int, note: str) -> None:
        """Write a note beside a measurement."""
        items = list(self._list)
        if 0 <= row < len(items):
            items[row] = Measurement(items[row].kind, items[row].points_xy, note)
            self._change("note a measurement", tuple(items))

    def remove(self, rows: list[int]) -> None:
        """Remove measurements."""
        kept = tuple(item for i, item in enumerate(self._list) if i not in rows)
        self._change("remove measurements", kept)

    def _draw(self, row: int | None) -> None:
        """Draw the one that is chosen."""
        items = self._list
        if row is not None and row < len(items):
            self._view.measure.set_measure(Measure(items[row].kind, items[row].points_xy))

    def _show(self, pattern: OpenPattern | None) -> None:
        if pattern is not self._open_patterns.current:
            return
        from saed_desktop.workspace.measurements import measurement_row

        if pattern is None:
            self._panel.model.set_rows(())
            return
        center = pattern.prepared.marks.center_xy if pattern.prepared is not None else None
        scale = pattern.scale_inv_angstrom_per_px
        rows = tuple(measurement_row(item, center, scale) for item in pattern.state.measurements)
        if rows != self._panel.model.rows:
            self._panel.model.set_rows(rows)

    def _ask_where_to_save(self) -> None:
        pattern = self._open_patterns.current
        if pattern is None:
            return
        path = pattern.state.path
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            "Save the measurements",
            str(path.with_name(f"{path.stem}-measurements.csv")),
            "Table (*.csv)",
        )
        if name:
            self.save_table(Path(name))

    def save_table(self, path: Path) -> None:
        """Write the list as CSV."""
        self._files.save(self._panel.table, path, "measurement")
