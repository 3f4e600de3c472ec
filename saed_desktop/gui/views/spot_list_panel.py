"""The table of all spots, and what can be done to them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QVBoxLayout, QWidget

from saed_desktop.gui.models.spots_model import HKL_COLUMN, SpotsModel
from saed_desktop.gui.views.indices import IndicesDelegate
from saed_desktop.gui.views.widgets import button, button_row, muted, table
from saed_desktop.translation import counted, tr

if TYPE_CHECKING:
    from saed_desktop.workspace.spot_list import SpotRow

Point = tuple[float, float]


class SpotListPanel(QWidget):
    """Found, added and unmatched spots, sorted by any column."""

    chosen = Signal(list)
    edit_wanted = Signal()
    remove_wanted = Signal()
    restore_wanted = Signal()
    save_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.model = SpotsModel()
        self.table = table(tr("All spots"))
        self.note = muted()
        self.edit_button = button(tr("Edit spots"), tip=tr("Click adds, drag moves (Shift+S)"))
        self.remove_button = button(tr("Remove"), tip=tr("Remove the spots chosen (Delete)"))
        self.restore_button = button(
            tr("Restore all"), tip=tr("Take back what was changed by hand")
        )
        self.save_button = button(tr("Save table…"), tip=tr("Save the table as CSV"))
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setSortingEnabled(True)
        header = self.table.horizontalHeader()
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.table.setItemDelegateForColumn(HKL_COLUMN, IndicesDelegate(self.table))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.note)
        layout.addWidget(self.table, 1)
        layout.addLayout(
            button_row(self.edit_button, self.remove_button, self.restore_button, self.save_button)
        )
        self.edit_button.clicked.connect(self.edit_wanted)
        self.remove_button.clicked.connect(self.remove_wanted)
        self.restore_button.clicked.connect(self.restore_wanted)
        self.save_button.clicked.connect(self.save_wanted)
        self.table.selectionModel().selectionChanged.connect(self._selection_changed)
        self.show_rows((), can_restore=False)

    def show_rows(self, rows: "tuple[SpotRow, ...]", *, can_restore: bool) -> None:
        """Show the spots of a pattern."""
        self.model.set_rows(rows)
        matched = sum(bool(row.hkl) for row in rows)
        by_hand = sum(row.is_added for row in rows)
        words = tr(
            "{counted}, {matched} matched, {value} unmatched",
            counted=counted(len(rows), "{n} spot", "{n} spots"),
            matched=matched,
            value=len(rows) - matched,
        )
        self.note.setText(
            tr("{words}, {by_hand} by hand.", words=words, by_hand=by_hand)
            if by_hand
            else f"{words}."
        )
        self.restore_button.setEnabled(can_restore)
        self.remove_button.setEnabled(False)
        self.save_button.setEnabled(bool(rows))

    def show_chosen(self, spots: list[Point]) -> None:
        """Select rows without telling of it."""
        selection = self.table.selectionModel()
        selection.blockSignals(True)
        selection.clearSelection()
        for xy in spots:
            place = self.model.place_of(xy)
            if place is not None:
                index = self.model.index(place, 0)
                selection.select(
                    index, selection.SelectionFlag.Select | selection.SelectionFlag.Rows
                )
                self.table.scrollTo(index)
        selection.blockSignals(False)
        self.table.viewport().update()
        self.remove_button.setEnabled(bool(spots))

    @property
    def selected(self) -> list[Point]:
        """The positions of the rows that are selected."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return [row.xy for row in map(self.model.row_at, rows) if row is not None]

    def _selection_changed(self, _new: QItemSelection, _old: QItemSelection) -> None:
        self.remove_button.setEnabled(bool(self.selected))
        self.chosen.emit(self.selected)
