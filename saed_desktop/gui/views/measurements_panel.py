"""The list of what was measured; it stays with the pattern."""

from PySide6.QtCore import QItemSelection, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QVBoxLayout, QWidget

from saed_desktop.gui.models.measurements_model import MeasurementsModel
from saed_desktop.gui.views.widgets import button, button_row, muted, table
from saed_desktop.translation import mark, tr

HOW_TO = mark(
    "Drag between two spots (D), or click two spots (W): what you measure is listed here."
)


class MeasurementsPanel(QWidget):
    """Distances and angles of the pattern shown."""

    remove_wanted = Signal(list)
    chosen = Signal(object)
    save_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.model = MeasurementsModel()
        self.table = table(tr("Measurements"))
        self.note = muted(tr(HOW_TO))
        self.remove_button = button(tr("Remove"), tip=tr("Remove the measurements chosen"))
        self.save_button = button(tr("Save table…"), tip=tr("Save the table as CSV"))
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.note)
        layout.addWidget(self.table, 1)
        layout.addLayout(button_row(self.remove_button, self.save_button))
        self.remove_button.clicked.connect(lambda: self.remove_wanted.emit(self.selected))
        self.save_button.clicked.connect(self.save_wanted)
        self.table.selectionModel().selectionChanged.connect(self._selection_changed)
        self.model.modelReset.connect(self._count_changed)
        self._count_changed()

    @property
    def selected(self) -> list[int]:
        """The rows that are selected."""
        return sorted({index.row() for index in self.table.selectionModel().selectedRows()})

    def _count_changed(self) -> None:
        self.save_button.setEnabled(self.model.n_rows > 0)
        self.remove_button.setEnabled(False)

    def _selection_changed(self, _new: QItemSelection, _old: QItemSelection) -> None:
        self.remove_button.setEnabled(bool(self.selected))
        self.chosen.emit(self.selected[0] if len(self.selected) == 1 else None)
