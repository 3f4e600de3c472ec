"""How often the answers are right: accuracy with its interval, and the confusion matrix."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from saed_desktop.gui.models.folder_model import label_words
from saed_desktop.gui.models.simple_table import SimpleTable
from saed_desktop.gui.theme import colors_of, heading_font, mixed
from saed_desktop.gui.views.widgets import button, button_row, heading, muted, table
from saed_desktop.workspace.names import percent

if TYPE_CHECKING:
    from saed_desktop.workspace.validation import Interval, Validation

Index = QModelIndex | QPersistentModelIndex


class ConfusionModel(QAbstractTableModel):
    """Rows are what people say, columns what the program answers."""

    def __init__(self, validation: "Validation", dark: str, ground: str) -> None:
        super().__init__()
        self._classes, self._table = validation.classes, validation.table
        self._dark, self._ground = dark, ground

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of labels."""
        return 0 if parent.isValid() else len(self._classes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of answers."""
        return 0 if parent.isValid() else len(self._classes)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return the classes."""
        if role == Qt.ItemDataRole.DisplayRole:
            return label_words(self._classes[section])
        return None

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
            label, answer = self._classes[index.row()], self._classes[index.column()]
            return f"{count} patterns of {label_words(label)} answered {label_words(answer)}"
        return None


class ValidationWindow(QDialog):
    """What came out of a validation."""

    row_opened = Signal(object)

    def __init__(self, title: str, validation: "Validation", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Validation")
        self._validation = validation
        headline = QLabel(_share(validation.top))
        headline.setFont(heading_font(self.font(), 1.5))
        words = muted(_words(title, validation))
        colors = colors_of(self.palette())
        self.confusion = ConfusionModel(validation, colors.accent, colors.surface)
        matrix = QTableView()
        matrix.setModel(self.confusion)
        matrix.setAccessibleName("Confusion matrix: rows are labels, columns are answers")
        matrix.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        matrix.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.wrong = SimpleTable(("File", "Label", "Answer", "Probability"), (3,))
        self.wrong.set_rows(
            [
                (
                    row.title,
                    label_words(label),
                    row.answer,
                    percent(row.probability or 0),
                )
                for row, label in validation.wrong
            ]
        )
        wrong = table("Wrong answers")
        wrong.setModel(self.wrong)
        wrong.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        wrong.activated.connect(self._open)
        close = button("Close")
        close.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(9)
        for widget in (headline, words, heading("Rows: your labels. Columns: the answers.")):
            layout.addWidget(widget)
        layout.addWidget(matrix, 3)
        layout.addWidget(heading("Wrong answers, the surest first"))
        layout.addWidget(wrong, 2)
        layout.addLayout(button_row(close, stretch_first=True))
        self.resize(860, 720)

    def _open(self, index: QModelIndex) -> None:
        self.row_opened.emit(self._validation.wrong[index.row()][0])


def _share(interval: "Interval") -> str:
    if interval.total == 0:
        return "Nothing could be compared"
    return (
        f"{100 * interval.value:.1f} % right "
        f"(95 % interval {100 * interval.low:.1f} to {100 * interval.high:.1f} %)"
    )


def _words(title: str, validation: "Validation") -> str:
    top, agreed = validation.top, validation.agreed
    words = f"{title}: {top.right} of {top.total} labelled patterns answered right. "
    words += f"Mean over the phases: {100 * validation.balanced_accuracy:.1f} %. "
    if agreed.total:
        words += (
            f"Where network and physics agree ({agreed.total} patterns): "
            f"{100 * agreed.value:.1f} %. "
        )
    if validation.unread:
        words += f"{len(validation.unread)} labelled files could not be answered."
    return words
