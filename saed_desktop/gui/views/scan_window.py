"""A scan as a map: the virtual image on the left, how it is made and what was answered right."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QProgressBar,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.views.map_legend import MapLegend
from saed_desktop.gui.views.number_field import number_spin
from saed_desktop.gui.views.scan_choices import (
    BRIGHT_FIELD,
    BY_INTENSITY,
    BY_PROBABILITY,
    DARK_FIELD,
    PHASES,
    PLAIN,
    VIRTUAL,
)
from saed_desktop.gui.views.scan_map_view import ScanMapView
from saed_desktop.gui.views.widgets import (
    button,
    button_row,
    choice,
    heading,
    lay_beside,
    muted,
    rest_timer,
    scrolled_side,
)
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.workspace.phase_map import LegendEntry

WAIT_MS = 350
SIDE_PX = 312


class ScanWindow(QDialog):
    """Map, detector, run over all frames, legend, export."""

    detector_changed = Signal()
    appearance_changed = Signal()
    columns_changed = Signal()
    compute_stopped = Signal()
    index_wanted = Signal()
    index_stopped = Signal()
    picture_wanted = Signal()
    table_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Scan and map"))
        self.setModal(False)
        self.view = ScanMapView()
        self.pointer = muted()
        self.content = choice(
            tr("What the map shows"), ((tr("Virtual image"), VIRTUAL), (tr("Phases"), PHASES))
        )
        self.detector = choice(
            tr("Detector of the virtual image"),
            ((tr("Bright field (disc)"), BRIGHT_FIELD), (tr("Dark field (ring)"), DARK_FIELD)),
        )
        self.inner = number_spin(tr("Inner radius of the ring in pixels"), 0, 5000, 0, " px")
        self.outer = number_spin(tr("Outer radius in pixels"), 0, 5000, 8, " px")
        self.columns = QSpinBox()
        self.columns.setAccessibleName(tr("Frames in a row of the scan"))
        self.columns.setToolTip(tr("Where the file does not say how wide the scan is"))
        self.columns.setKeyboardTracking(False)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("Progress of the virtual image"))
        self.progress.setTextVisible(False)
        self.stop_compute = button(tr("Stop"), tip=tr("Stop computing the virtual image"))
        self.words = muted()
        self.shade = choice(
            tr("How phases are shaded"),
            ((tr("Plain colours"), PLAIN), (tr("Darker where less probable"), BY_PROBABILITY),
             (tr("Over the virtual image"), BY_INTENSITY)),
        )  # fmt: skip
        self.legend = MapLegend()
        self.answers = muted()
        self.index_button = button(
            tr("Index all frames"),
            kind="primary",
            tip=tr("Answer every frame in the background; what is answered is kept and resumed"),
        )
        self.stop_index = button(tr("Stop"), tip=tr("Stop; what is answered is kept"))
        self.picture_button = button(tr("Save picture…"), tip=tr("The map with its legend as PNG"))
        self.table_button = button(tr("Save table…"), tip=tr("A line for each place as CSV"))
        self._rest = rest_timer(self, WAIT_MS, self.detector_changed)
        self._layout_widgets()
        self._connect_widgets()
        self.show_computing(None)
        self.show_indexing(is_running=False)
        self.resize(900, 600)

    def _layout_widgets(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(6)
        form.addRow(tr("Show"), self.content)
        form.addRow(tr("Detector"), self.detector)
        form.addRow(tr("Outer radius"), self.outer)
        form.addRow(tr("Inner radius"), self.inner)
        form.addRow(tr("Frames in a row"), self.columns)
        run = QHBoxLayout()
        run.addWidget(self.progress, 1)
        run.addWidget(self.stop_compute)
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(heading(tr("Map")))
        side.addLayout(form)
        side.addLayout(run)
        side.addWidget(self.words)
        side.addWidget(heading(tr("Phases")))
        side.addWidget(self.answers)
        side.addLayout(button_row(self.index_button, self.stop_index))
        side.addWidget(self.shade)
        side.addWidget(self.legend)
        side.addStretch(1)
        side.addLayout(button_row(self.picture_button, self.table_button))
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self.view, 1)
        left.addWidget(self.pointer)
        lay_beside(self, left, scrolled_side(side, SIDE_PX))

    def _connect_widgets(self) -> None:
        self.content.activated.connect(lambda _i: self.appearance_changed.emit())
        self.shade.activated.connect(lambda _i: self.appearance_changed.emit())
        self.detector.activated.connect(self._detector_chosen)
        for spin in (self.inner, self.outer):
            spin.valueChanged.connect(lambda _value: self._rest.start())
        self.columns.valueChanged.connect(lambda _value: self.columns_changed.emit())
        self.stop_compute.clicked.connect(self.compute_stopped)
        self.index_button.clicked.connect(self.index_wanted)
        self.stop_index.clicked.connect(self.index_stopped)
        self.picture_button.clicked.connect(self.picture_wanted)
        self.table_button.clicked.connect(self.table_wanted)
        self._show_inner()

    # ---- what it shows ----------------------------------------------------------------------

    def show_file(self, name: str, n_frames: int, n_columns: int, *, is_stated: bool) -> None:
        """Show which file it is, and how wide its scan is."""
        self.setWindowTitle(tr("Scan and map: {name}", name=name))
        self.columns.blockSignals(True)
        self.columns.setRange(1, n_frames)
        self.columns.setValue(n_columns)
        self.columns.blockSignals(False)
        self.columns.setEnabled(not is_stated)

    def show_detector(self, inner_px: float, outer_px: float) -> None:
        """Show a detector, without saying that it was edited."""
        for spin, value in ((self.inner, inner_px), (self.outer, outer_px)):
            spin.blockSignals(True)
            spin.setValue(value)
            spin.blockSignals(False)

    @property
    def radii_px(self) -> tuple[float, float]:
        """Inner and outer radius of the detector in pixels."""
        is_ring = self.detector.currentData() == DARK_FIELD
        return (self.inner.value() if is_ring else 0.0), self.outer.value()

    def show_computing(self, share: float | None, words: str = "") -> None:
        """Show how far the virtual image is, 0 to 1; None where none is being made."""
        # room is kept for both, so that nothing jumps
        self.progress.setRange(0, 1000)
        self.progress.setValue(0 if share is None else round(1000 * share))
        self.progress.setEnabled(share is not None)
        self.stop_compute.setEnabled(share is not None)
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def show_indexing(self, *, is_running: bool) -> None:
        """Show whether frames are being answered."""
        self.index_button.setEnabled(not is_running)
        self.stop_index.setEnabled(is_running)

    def show_legend(self, entries: "Sequence[LegendEntry]", words: str) -> None:
        """Show the phases of the map and how many frames are answered."""
        self.legend.show_entries(entries)
        self.legend.setVisible(bool(entries))
        self.shade.setVisible(bool(entries))
        self.answers.setText(words)

    def choose(self, content: str) -> None:
        """Show the virtual image or the phases."""
        self.content.setCurrentIndex(self.content.findData(content))

    def _detector_chosen(self, _index: int) -> None:
        self._show_inner()
        if self.detector.currentData() == DARK_FIELD and self.inner.value() == 0:
            # a ring begins where the disc ends
            self.show_detector(self.outer.value(), 4 * self.outer.value())
        elif self.detector.currentData() == BRIGHT_FIELD and self.inner.value() > 0:
            self.show_detector(0.0, self.inner.value())
        self.detector_changed.emit()

    def _show_inner(self) -> None:
        self.inner.setEnabled(self.detector.currentData() == DARK_FIELD)

    def done(self, result: int) -> None:
        """Stop waiting with the window."""
        self._rest.stop()
        super().done(result)
