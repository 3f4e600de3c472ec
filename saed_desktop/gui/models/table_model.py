"""Base of all table models: titles, tooltips and numbers aligned on the right."""

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from saed_desktop.translation import tr

Index = QModelIndex | QPersistentModelIndex


class TableModel(QAbstractTableModel):
    """Rows under titles; a subclass says how many rows there are and what a cell shows.

    Parameters
    ----------
    titles
        One per column, marked for translation.
    tips
        What the columns mean, one per column or none; marked as well.
    numbers
        The columns that are aligned to the right.
    """

    def __init__(
        self, titles: Sequence[str], *, tips: Sequence[str] = (), numbers: Iterable[int] = ()
    ) -> None:
        super().__init__()
        self._titles, self._tips = tuple(titles), tuple(tips)
        self._numbers = frozenset(numbers)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        raise NotImplementedError

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of rows."""
        return 0 if parent.isValid() else self.n_rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._titles)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return titles and what they mean."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(self._titles[section])
        if role == Qt.ItemDataRole.ToolTipRole and self._tips:
            return tr(self._tips[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(section)
        return None

    def alignment(self, column: int) -> Qt.AlignmentFlag:
        """Return where the text of a column stands."""
        is_number = column in self._numbers
        side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
