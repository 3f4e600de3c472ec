"""The answer in full: probabilities and the candidates with what they explain."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, Signal
from PySide6.QtWidgets import QHeaderView, QVBoxLayout, QWidget

from saed_desktop.gui.models.candidates_model import ZONE_COLUMN, CandidatesModel
from saed_desktop.gui.views.indices import IndicesDelegate
from saed_desktop.gui.views.probability_bars import ProbabilityBars
from saed_desktop.gui.views.widgets import heading, muted, table

if TYPE_CHECKING:
    from saed_desktop.workspace.answer_view import AnswerView, CandidateRow


class AnswerPanel(QWidget):
    """Bars and candidates of one pattern; choosing a candidate draws it."""

    candidate_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.bars = ProbabilityBars()
        self.candidates = CandidatesModel()
        self.table = table("Candidates")
        self.table.setModel(self.candidates)
        self._bars_note = muted()
        self._candidates_note = muted()
        self._layout_widgets()
        self.table.selectionModel().selectionChanged.connect(self._selection_changed)
        self.show_nothing()

    def _layout_widgets(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(heading("How likely is each phase?"))
        layout.addWidget(self.bars)
        layout.addWidget(self._bars_note)
        layout.addSpacing(6)
        layout.addWidget(heading("What explains the spots?"))
        layout.addWidget(self.table, 1)
        layout.addWidget(self._candidates_note)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(30)
        self.table.setItemDelegateForColumn(ZONE_COLUMN, IndicesDelegate(self.table))

    def show_nothing(self) -> None:
        """Empty the panel."""
        self.bars.set_bars((), is_answer=False)
        self.candidates.set_rows(())
        self._bars_note.setText("")
        self._candidates_note.setText("")
        self.table.setEnabled(False)

    def show_answer(self, view: "AnswerView") -> None:
        """Show an answer and choose the candidate that it names."""
        self.bars.set_bars(view.bars, is_answer=view.phase is not None)
        self._bars_note.setText(_bars_note(view))
        self.candidates.set_rows(view.candidates)
        has_rows = bool(view.candidates)
        self.table.setEnabled(has_rows)
        self._candidates_note.setText(
            "Choose a row to see its reflections on the pattern."
            if has_rows
            else "There is no candidate: this kind of pattern has no single zone axis."
        )
        if has_rows:
            self.table.selectRow(self.candidates.named_row)
        else:
            self.candidate_chosen.emit(None)

    @property
    def chosen(self) -> "CandidateRow | None":
        """The candidate chosen."""
        rows = self.table.selectionModel().selectedRows()
        return self.candidates.row_at(rows[0].row()) if rows else None

    def _selection_changed(self, _new: QItemSelection, _old: QItemSelection) -> None:
        self.candidate_chosen.emit(self.chosen)


def _bars_note(view: "AnswerView") -> str:
    if view.phase is None:
        return "These would hold only if it were one of these phases."
    in_set = sum(bar.is_in_set for bar in view.bars)
    if in_set > 1:
        return f"Dots mark the {in_set} phases that cannot be excluded."
    return "The dot marks the only phase that is not excluded."
