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
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.workspace.validation import AccuracyInterval, Validation


class ValidationWindow(QDialog):
    """Shows the result of a validation."""

    row_opened = Signal(object)

    def __init__(self, title: str, validation: "Validation", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Validation"))
        self._validation = validation
        headline = QLabel(_share(validation.top))
        headline.setFont(heading_font(self.font(), 1.5))
        words = muted(_words(title, validation))
        colors = colors_of(self.palette())
        self.confusion = ConfusionModel(validation, colors.accent, colors.surface)
        matrix = QTableView()
        matrix.setModel(self.confusion)
        matrix.setAccessibleName(tr("Confusion matrix: rows are labels, columns are answers"))
        matrix.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        matrix.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.wrong = SimpleTable((tr("File"), tr("Label"), tr("Answer"), tr("Probability")), (3,))
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
        wrong = table(tr("Wrong answers"))
        wrong.setModel(self.wrong)
        wrong.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        wrong.activated.connect(self._open)
        close = button(tr("Close"))
        close.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(9)
        for widget in (headline, words, heading(tr("Rows: your labels. Columns: the answers."))):
            layout.addWidget(widget)
        layout.addWidget(matrix, 3)
        layout.addWidget(heading(tr("Wrong answers, the surest first")))
        layout.addWidget(wrong, 2)
        layout.addLayout(button_row(close, stretch_first=True))
        self.resize(860, 720)

    def _open(self, index: QModelIndex) -> None:
        self.row_opened.emit(self._validation.wrong[index.row()][0])


def _share(interval: "AccuracyInterval") -> str:
    if interval.total == 0:
        return tr("Nothing could be compared")
    return tr(
        "{value:.1f} % right (95 % interval {value_2:.1f} to {value_3:.1f} %)",
        value=100 * interval.value,
        value_2=100 * interval.low,
        value_3=100 * interval.high,
    )


def _words(title: str, validation: "Validation") -> str:
    top, agreed = validation.top, validation.agreed
    words = tr(
        "{title}: {right} of {total} labelled patterns answered right. ",
        title=title,
        right=top.right,
        total=top.total,
    )
    words += tr("Mean over the phases: {value:.1f} %. ", value=100 * validation.balanced_accuracy)
    if agreed.total:
        words += tr(
            "Where network and indexing agree ({total} patterns): {value:.1f} %. ",
            total=agreed.total,
            value=100 * agreed.value,
        )
    if validation.unread:
        words += tr("{len} labelled files could not be answered.", len=len(validation.unread))
    return words
