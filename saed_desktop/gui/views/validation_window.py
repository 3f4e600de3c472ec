"""Window for a validation: accuracy with its interval, and the confusion matrix."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QDialog, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from saed_desktop.gui.models.confusion_model import ConfusionModel
from saed_desktop.gui.models.folder_model import label_words
from saed_desktop.gui.models.simple_table import SimpleTable
from saed_desktop.gui.theme import colors_of, heading_font
from saed_desktop.gui.views.widgets import button, button_row, heading, muted, table
from saed_desktop.results.wording import percent

if TYPE_CHECKING:
    from saed_desktop.workspace.validation import AccuracyInterval, Validation


class ValidationWindow(QDialog):
    """Shows the result of a validation."""

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


def _share(interval: "AccuracyInterval") -> str:
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
