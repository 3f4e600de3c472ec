"""Labels against answers as a table of counts."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from saed_desktop.gui.models.folder_model import label_words
from saed_desktop.gui.models.table_model import Index, TableModel
from saed_desktop.gui.theme import mixed
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.workspace.validation import Validation


class ConfusionModel(TableModel):
    """Rows are what people say, columns what the program answers.

    Parameters
    ----------
    validation
        The counts.
    dark, ground
        Colours of a cell that holds its whole row, and of an empty one.
    """

    def __init__(self, validation: "Validation", dark: str, ground: str) -> None:
        super().__init__([label_words(name) for name in validation.classes])
        self._table = validation.table
        self._dark, self._ground = dark, ground

    @property
    def n_rows(self) -> int:
        """Number of labels."""
        return len(self._titles)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return the classes, beside the rows as above the columns."""
        return self._titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return counts, on a ground that is the stronger the larger the share of the row."""
        count = self._table[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return str(count) if count else "·"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role == Qt.ItemDataRole.BackgroundRole and count:
            share = count / max(sum(self._table[index.row()]), 1)
            return QColor(mixed(self._dark, self._ground, 0.12 + 0.5 * share))
        if role == Qt.ItemDataRole.ToolTipRole:
            label, answer = self._titles[index.row()], self._titles[index.column()]
            return tr(
                "{count} patterns of {label} answered {answer}",
                count=count,
                label=label,
                answer=answer,
            )
        return None
