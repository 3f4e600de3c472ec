"""A folder's answers: progress, a table that fills, what needs a look, what specimens say."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.models.folder_model import (
    REASON_COLUMN,
    THUMBNAIL_PX,
    ZONE_COLUMN,
    FolderModel,
    RowFilter,
)
from saed_desktop.gui.models.simple_table import SimpleTable
from saed_desktop.gui.theme import colors_of, heading_font
from saed_desktop.gui.views.indices import IndicesDelegate
from saed_desktop.gui.views.widgets import button, muted, search_field, table
from saed_desktop.results.wording import percent, phase_label
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.folder_row import FolderRow

if TYPE_CHECKING:
    from saed_desktop.workspace.specimens import SpecimenAnswer

GROUPS = (
    ("", mark("Not grouped")),
    ("folder", mark("By sub-folder")),
    ("name", mark("By name before the number")),
)
FROM_FILES, AS_SHOWN = "files", "shown"


class FolderPage(QWidget):
    """The table of a folder run."""

    row_opened = Signal(object)
    grouping_chosen = Signal(str)
    specimen_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.model = FolderModel()
        self.table = table(tr("Answers of the folder"))
        self.specimens = SimpleTable(
            (mark("Specimen"), mark("Together"), mark("sure"), "n", mark("also")), (2, 3)
        )
        self.specimen_table = table(tr("Specimens"))
        self.progress = QProgressBar()
        self.stop_button = button(tr("Stop"), tip=tr("Stop; what is answered is kept"))
        self.export_button = button(tr("Export…"), tip=tr("Save the answers as a table or a page"))
        self.watch_button = button(
            tr("Watch folder…"), tip=tr("Answer new files as they are written")
        )
        self.choose_button = button(tr("Index folder…"), kind="primary")
        self.search = search_field(tr("Search the answers"), tr("Search file, phase or reason"))
        self.review_only = QCheckBox(tr("Needs review"))
        self.grouping = QComboBox()
        self.scale = QComboBox()
        self._title = QLabel(tr("No folder"))
        self._status = muted(tr("Choose a folder to answer all of its patterns in the background."))
        self._counts = QLabel()
        self._chosen_keys: frozenset[tuple[Path, int]] | None = None
        self._create_tables()
        self._layout_widgets()
        self._connect_widgets()
        self.show_idle(has_rows=False)

    def _create_tables(self) -> None:
        self.table.setModel(self.model)
        self.table.setSortingEnabled(True)
        self.table.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        self.table.verticalHeader().setDefaultSectionSize(THUMBNAIL_PX + 8)
        header = self.table.horizontalHeader()
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        self.table.setItemDelegateForColumn(ZONE_COLUMN, IndicesDelegate(self.table))
        self.table.setItemDelegateForColumn(
            REASON_COLUMN, IndicesDelegate(self.table, is_sentence=True)
        )
        unit = self.fontMetrics().averageCharWidth()
        for column, width in enumerate((35, 17, 19, 15, 9, 22, 15)):
            header.resizeSection(column, unit * width)
        self.specimen_table.setModel(self.specimens)
        header = self.specimen_table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)

    def _layout_widgets(self) -> None:
        self._title.setFont(heading_font(self.font(), 1.3))
        self.search.setMinimumWidth(200)
        self.review_only.setToolTip(
            tr("Show only unknown patterns, disagreement, and answers below 80 % without a label")
        )
        for value, text in GROUPS:
            self.grouping.addItem(tr(text), value)
        self.grouping.setAccessibleName(tr("Group by specimen"))
        self.scale.setAccessibleName(tr("Scale of the patterns"))
        self.scale.setToolTip(tr("Where the scale of the patterns comes from"))
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Progress of the run"))
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self._title)
        top.addWidget(self._status, 1)
        for widget in (self.scale, self.watch_button, self.choose_button, self.export_button):
            top.addWidget(widget)
        tools = QHBoxLayout()
        tools.setSpacing(14)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.review_only)
        tools.addWidget(self.grouping)
        tools.addWidget(self._counts)
        run = QHBoxLayout()
        run.setSpacing(10)
        run.addWidget(self.progress, 1)
        run.addWidget(self.stop_button)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.specimen_table)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([900, 420])
        self.specimen_table.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(9)
        for row in (top, run, tools):
            layout.addLayout(row)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(
            muted(
                tr(
                    "Enter opens a pattern, Y accepts its answer, Z corrects it, J "
                    "goes on to review."
                )
            )
        )

    def _connect_widgets(self) -> None:
        self.search.textChanged.connect(self._filter_changed)
        self.review_only.toggled.connect(self._filter_changed)
        self.table.doubleClicked.connect(self._open_row)
        self.table.activated.connect(self._open_row)
        self.grouping.activated.connect(
            lambda _i: self.grouping_chosen.emit(self.grouping.currentData())
        )
        self.specimen_table.selectionModel().currentRowChanged.connect(self._choose_specimen)
        self.model.counts_changed.connect(self._show_counts)

    # ---- the run ----------------------------------------------------------------------------

    def show_running(self, title: str, total: int) -> None:
        """Show that a run goes on; a total of 0 is not known yet."""
        self._title.setText(title)
        self.progress.setRange(0, total)
        self.progress.setValue(0)
        self.progress.setVisible(True)
        self.stop_button.setVisible(True)
        for widget in (self.choose_button, self.watch_button, self.scale):
            widget.setVisible(False)
        self.model.set_colors(colors_of(self.palette()))

    def show_progress(self, done: int, total: int, status: str) -> None:
        """Show how far the run is."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self._status.setText(status)
        self.export_button.setEnabled(done > 0)

    def show_idle(self, *, has_rows: bool, status: str = "") -> None:
        """Show that no run goes on."""
        self.progress.setVisible(False)
        self.stop_button.setVisible(False)
        for widget in (self.choose_button, self.watch_button, self.scale):
            widget.setVisible(True)
        self.export_button.setEnabled(has_rows)
        if status:
            self._status.setText(status)

    def show_idle_status(self, status: str) -> None:
        """Say something that has nothing to do with a run."""
        self._status.setText(status)

    def show_scales(self, profiles: Sequence[str]) -> None:
        """Offer where the scale of a run comes from."""
        chosen = self.scale.currentData()
        self.scale.clear()
        self.scale.addItem(tr("Scale: from each file"), FROM_FILES)
        self.scale.addItem(tr("Scale: as the pattern shown"), AS_SHOWN)
        for name in profiles:
            self.scale.addItem(tr("Scale: {name}", name=name), f"profile:{name}")
        self.scale.setCurrentIndex(max(self.scale.findData(chosen), 0))

    @property
    def status(self) -> str:
        """The line about the run."""
        return self._status.text()

    # ---- rows -------------------------------------------------------------------------------

    def show_specimens(self, answers: "Sequence[SpecimenAnswer]") -> None:
        """Show what the patterns of each specimen say together."""
        self.specimen_table.setVisible(bool(self.grouping.currentData()))
        self.specimens.set_rows(
            [
                (
                    answer.specimen,
                    phase_label(answer.joint.phase) if answer.joint.phase else tr("none of these"),
                    percent(answer.probability) if answer.joint.phase else "",
                    str(answer.n_patterns),
                    ", ".join(f"{phase_label(name)} ×{n}" for name, n in answer.others),
                )
                for answer in answers
            ]
        )

    def show_only(self, keys: frozenset[tuple[Path, int]] | None) -> None:
        """Show only some rows, None for all."""
        self._chosen_keys = keys
        self._filter_changed()

    @property
    def current_row(self) -> FolderRow | None:
        """The row that is selected."""
        return self.model.row_at(self.table.currentIndex().row())

    def select(self, row: int) -> None:
        """Select a row and bring it into sight."""
        self.table.selectRow(row)
        self.table.scrollTo(self.model.index(row, 0))

    def _show_counts(self) -> None:
        rows = self.model.rows
        review = sum(row.needs_review for row in rows)
        labelled = sum(bool(row.label) for row in rows)
        self._counts.setText(
            tr(
                "{len} answers, {review} to review, {labelled} labelled",
                len=len(rows),
                review=review,
                labelled=labelled,
            )
            if rows
            else ""
        )

    def _filter_changed(self) -> None:
        self.model.set_filter(
            RowFilter(self.search.text(), self.review_only.isChecked(), self._chosen_keys)
        )

    def _open_row(self, index: QModelIndex | QPersistentModelIndex) -> None:
        row = self.model.row_at(index.row())
        if row is not None:
            self.row_opened.emit(row)

    def _choose_specimen(self, new: QModelIndex, _old: QModelIndex) -> None:
        name = self.specimens.texts(new.row())[0] if new.isValid() else ""
        self.specimen_chosen.emit(name)
