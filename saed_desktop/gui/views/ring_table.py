"""The rings of an answer as a table: d measured and computed, hkl, phase, intensity."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHeaderView, QVBoxLayout, QWidget

from saed_desktop.gui.models.simple_table import SimpleTable
from saed_desktop.gui.views.indices import IndicesDelegate
from saed_desktop.gui.views.widgets import heading, muted, table
from saed_desktop.translation import mark, tr

if TYPE_CHECKING:
    from saed_desktop.workspace.ring_view import RingMarks

TITLES = (mark("d measured, Å"), mark("d computed, Å"), "hkl", mark("Phase"), mark("Intensity"))
_HKL_COLUMN = 2


class RingTable(QWidget):
    """Table of the rings with their indices; choosing one points at it."""

    ring_pointed_at = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.model = SimpleTable(TITLES, numbers=(0, 1, 4))
        self.table = table(tr("Rings"))
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(_HKL_COLUMN, IndicesDelegate(self.table))
        self.table.setMinimumHeight(9 * self.fontMetrics().height())
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.note = muted()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.setSpacing(8)
        layout.addWidget(heading(tr("What are the rings?")))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.note)
        self._radii: tuple[float, ...] = ()
        self.table.selectionModel().selectionChanged.connect(self._point)

    def show_rings(self, marks: "RingMarks | None") -> None:
        """Show the rings of an answer; without any the table is hidden."""
        rows = marks.rows if marks is not None else ()
        self._radii = tuple(row.radius_px for row in rows)
        self.model.set_rows(
            [
                (
                    row.d_measured or f"{row.radius_px:.1f} px",
                    row.d_computed,
                    row.label,
                    row.phase_label or "–",
                    row.intensity,
                )
                for row in rows
            ]
        )
        self.note.setText("; ".join(marks.phases) if marks is not None else "")
        self.note.setVisible(bool(self.note.text()))
        self.setVisible(bool(rows))

    def _point(self) -> None:
        chosen = self.table.selectionModel().selectedRows()
        row = chosen[0].row() if chosen else -1
        self.ring_pointed_at.emit(self._radii[row] if 0 <= row < len(self._radii) else None)
