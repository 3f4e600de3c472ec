"""Index by two spots: what was clicked, and which pairs of reflections fit."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, Signal
from PySide6.QtWidgets import QComboBox, QHeaderView, QVBoxLayout, QWidget

from saed_desktop.gui.models.pairs_model import INDEX_COLUMNS, PairsModel
from saed_desktop.gui.views.indices import IndicesDelegate
from saed_desktop.gui.views.widgets import button, button_row, muted, table
from saed_desktop.translation import mark, tr

if TYPE_CHECKING:
    from saed_desktop.indexing.manual.two_spots import PairSolution

OF_CANDIDATES, OF_LIBRARY = "candidates", "library"
HOW_TO = mark(
    "Choose the tool (2), click two spots: what fits their lengths and their angle is listed."
)


class PairsPanel(QWidget):
    """The pairs that fit; choosing one draws it, using it keeps it."""

    tool_wanted = Signal()
    phases_chosen = Signal()
    pair_chosen = Signal(object)
    use_wanted = Signal(object)
    remove_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.phases = QComboBox()
        self.phases.setAccessibleName(tr("Phases whose pairs are listed"))
        self.phases.addItem(tr("Of the phases considered"), OF_CANDIDATES)
        self.phases.addItem(tr("Of all phases of the program and of yours"), OF_LIBRARY)
        self.note = muted(tr(HOW_TO))
        self.model = PairsModel()
        self.table = table(tr("Pairs of reflections that fit two spots"))
        self.tool_button = button(tr("Click two spots"), tip=tr("Index by two spots (2)"))
        self.use_button = button(
            tr("Index so"), kind="primary", tip=tr("Keep this as a candidate by hand")
        )
        self.remove_button = button(tr("Remove"), tip=tr("Remove the candidate by hand"))
        self.table.setModel(self.model)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(24)
        for column in INDEX_COLUMNS:
            self.table.setItemDelegateForColumn(column, IndicesDelegate(self.table))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.phases)
        layout.addWidget(self.note)
        layout.addWidget(self.table, 1)
        layout.addLayout(button_row(self.tool_button, self.use_button, self.remove_button))
        self.phases.activated.connect(lambda _i: self.phases_chosen.emit())
        self.tool_button.clicked.connect(self.tool_wanted)
        self.use_button.clicked.connect(self._use)
        self.remove_button.clicked.connect(self.remove_wanted)
        self.table.activated.connect(lambda _index: self._use())
        self.table.selectionModel().selectionChanged.connect(self._selection_changed)
        self.show_nothing(tr(HOW_TO))

    def show_nothing(self, words: str) -> None:
        """Show that there are no pairs, and why."""
        self.note.setText(words)
        self.model.set_rows(())
        self.use_button.setEnabled(False)

    def show_pairs(self, pairs: "Sequence[PairSolution]", words: str) -> None:
        """Show the pairs that fit; the best one is drawn at once."""
        self.note.setText(words)
        self.model.set_rows(pairs)
        self.use_button.setEnabled(bool(pairs))
        if pairs:
            self.table.selectRow(0)

    def show_kept(self, *, has_kept: bool) -> None:
        """Tell whether there is a candidate by hand."""
        self.remove_button.setEnabled(has_kept)

    @property
    def chosen(self) -> "PairSolution | None":
        """The pair chosen."""
        rows = self.table.selectionModel().selectedRows()
        return self.model.row_at(rows[0].row()) if rows else None

    def _use(self) -> None:
        if self.chosen is not None:
            self.use_wanted.emit(self.chosen)

    def _selection_changed(self, _new: QItemSelection, _old: QItemSelection) -> None:
        if self.chosen is not None:
            self.pair_chosen.emit(self.chosen)
