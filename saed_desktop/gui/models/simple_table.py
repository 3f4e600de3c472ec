"""A table of texts: for lists that are short and shown as they are."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt

from saed_desktop.gui.models.table_model import Index, TableModel


class SimpleTable(TableModel):
    """Rows of texts under titles.

    Parameters
    ----------
    titles
        One per column.
    numbers
        The columns that are aligned to the right.
    """

    def __init__(self, titles: Sequence[str], numbers: Sequence[int] = ()) -> None:
        super().__init__(titles, numbers=numbers)
        self._rows: list[tuple[str, ...]] = []

    def set_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Take new rows."""
        self.beginResetModel()
        self._rows = [tuple(row) for row in rows]
        self.endResetModel()

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self._rows)

    def texts(self, row: int) -> tuple[str, ...]:
        """Return the texts of a row."""
        return self._rows[row]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        return None
