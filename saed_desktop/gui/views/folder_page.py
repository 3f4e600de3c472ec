"""A folder's answers: progress, a table that fills, what needs a look."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.models.folder_model import ZONE_COLUMN, FolderModel, RowFilter
from saed_desktop.gui.theme import colors_of, heading_font
from saed_desktop.gui.views.indices import IndicesDelegate
from saed_desktop.gui.views.widgets import button, muted, table


class FolderPage(QWidget):
    """The table of a folder run."""

    row_opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.model = FolderModel()
        self.table = table("Answers of the folder")
        self.progress = QProgressBar()
        self.stop_button = button("Stop", tip="Stop the run; what is answered is kept")
        self.export_button = button("Export…", tip="Save the answers as a table")
        self.choose_button = button("Index folder…", kind="primary")
        self.search = QLineEdit()
        self.review_only = QCheckBox("Needs review")
        self._title = QLabel("No folder")
        self._status = muted("Choose a folder to answer all of its patterns in the background.")
        self._create_table()
        self._layout_widgets()
        self._connect_widgets()
        self.show_idle(has_rows=False)

    def _create_table(self) -> None:
        self.table.setModel(self.model)
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicatorClearable(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        self.table.setItemDelegateForColumn(ZONE_COLUMN, IndicesDelegate(self.table))
        unit = self.fontMetrics().averageCharWidth()
        for column, width in enumerate((32, 18, 16, 15, 10, 22)):
            header.resizeSection(column, unit * width)

    def _layout_widgets(self) -> None:
        self._title.setFont(heading_font(self.font(), 1.3))
        self.search.setPlaceholderText("Search file, phase or reason")
        self.search.setAccessibleName("Search the answers")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(320)
        self.review_only.setToolTip(
            "Show only unknown patterns, disagreement, and answers below 80 %"
        )
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of the run")
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self._title)
        top.addStretch(1)
        for widget in (self.search, self.review_only, self.choose_button, self.export_button):
            top.addWidget(widget)
        run = QHBoxLayout()
        run.setSpacing(10)
        run.addWidget(self.progress, 1)
        run.addWidget(self.stop_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(9)
        layout.addLayout(top)
        layout.addWidget(self._status)
        layout.addLayout(run)
        layout.addWidget(self.table, 1)

    def _connect_widgets(self) -> None:
        self.search.textChanged.connect(self._filter_changed)
        self.review_only.toggled.connect(self._filter_changed)
        self.table.doubleClicked.connect(self._open_row)
        self.table.activated.connect(self._open_row)

    def show_running(self, title: str, total: int) -> None:
        """Show that a run goes on; a total of 0 is not known yet."""
        self._title.setText(title)
        self.progress.setRange(0, total)
        self.progress.setValue(0)
        self.progress.setVisible(True)
        self.stop_button.setVisible(True)
        self.stop_button.setEnabled(True)
        self.choose_button.setVisible(False)
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
        self.choose_button.setVisible(True)
        self.export_button.setEnabled(has_rows)
        if status:
            self._status.setText(status)

    def show_idle_status(self, status: str) -> None:
        """Say something that has nothing to do with a run."""
        self._status.setText(status)

    @property
    def status(self) -> str:
        """What the page says about the run."""
        return self._status.text()

    def _filter_changed(self) -> None:
        self.model.set_filter(RowFilter(self.search.text(), self.review_only.isChecked()))

    def _open_row(self, index: QModelIndex | QPersistentModelIndex) -> None:
        row = self.model.row_at(index.row())
        if row is not None:
            self.row_opened.emit(row)
