"""The answer in full: probabilities, candidates, and what the user makes of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from saed_desktop.gui.models.candidates_model import (
    FIT_COLUMNS,
    NAME_COLUMN,
    STRUCTURE_COLUMNS,
    ZONE_COLUMN,
    CandidatesModel,
)
from saed_desktop.gui.views.indices import IndicesDelegate
from saed_desktop.gui.views.library_bar import LibraryBar
from saed_desktop.gui.views.probability_bars import ProbabilityBars
from saed_desktop.gui.views.ring_table import RingTable
from saed_desktop.gui.views.widgets import button, heading, muted, scrolled, table
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.workspace.answer_view import AnswerView, Bar, CandidateRow


class AnswerPanel(QWidget):
    """Bars and candidates of one pattern; choosing a candidate draws it."""

    candidate_chosen = Signal(object)
    accept_wanted = Signal()
    correct_wanted = Signal()
    comparison_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.bars = ProbabilityBars()
        self.candidates = CandidatesModel()
        self._rows: tuple[CandidateRow, ...] = ()
        self._by_hand: CandidateRow | None = None
        self._found: tuple[CandidateRow, ...] | None = None
        self._note = ""
        self._has_bars = False
        self._has_spots = True
        self._likely = QWidget()
        self.library = LibraryBar()
        self.rings = RingTable()
        self._spots_heading = heading(tr("What explains the spots?"))
        self.table = table(tr("Candidates"))
        self.table.setModel(self.candidates)
        self.compare = QComboBox()
        self.compare.setAccessibleName(tr("Compare with another network"))
        self.compare_note = muted()
        self.accept_button = button(tr("Accept"), tip=tr("Label the pattern with this answer (Y)"))
        self.correct_button = button(tr("Correct…"), tip=tr("Say what it is (Z)"))
        self.label_note = muted()
        self._bars_note = muted()
        self._candidates_note = muted()
        self._layout_widgets()
        self._connect_widgets()
        self.show_nothing()

    def _layout_widgets(self) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(4, 14, 4, 0)
        layout.setSpacing(8)
        likely = QVBoxLayout(self._likely)
        likely.setContentsMargins(0, 0, 0, 4)
        likely.setSpacing(8)
        likely.addWidget(heading(tr("How likely is each phase?")))
        for one in (self.bars, self._bars_note, self.compare, self.compare_note):
            likely.addWidget(one)
        layout.addWidget(self._likely)
        layout.addWidget(self.rings)
        title = QHBoxLayout()
        title.addWidget(self._spots_heading)
        title.addStretch(1)
        title.addWidget(self.library.lists)
        layout.addLayout(title)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._candidates_note)
        layout.addWidget(self.library)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 12)
        whole.setSpacing(8)
        whole.addWidget(scrolled(content), 1)
        # below what scrolls: the buttons are there however low the window is
        row = QHBoxLayout()
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(8)
        row.addWidget(self.accept_button)
        row.addWidget(self.correct_button)
        row.addWidget(self.label_note, 1)
        whole.addLayout(row)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(24)
        self._show_columns(is_library=False)
        self.table.setItemDelegateForColumn(ZONE_COLUMN, IndicesDelegate(self.table))
        self.table.setMinimumHeight(6 * self.fontMetrics().height())

    def _connect_widgets(self) -> None:
        self.table.selectionModel().selectionChanged.connect(self._selection_changed)
        self.library.list_chosen.connect(lambda is_library: self.show_list(is_library=is_library))
        self.accept_button.clicked.connect(self.accept_wanted)
        self.correct_button.clicked.connect(self.correct_wanted)
        self.compare.activated.connect(
            lambda _i: self.comparison_chosen.emit(self.compare.currentData() or "")
        )

    def _show_columns(self, *, is_library: bool) -> None:
        """Show what candidates need, or structures of a library; bars are of candidates alone."""
        self._likely.setVisible(self._has_bars and not is_library)
        self.table.setColumnHidden(ZONE_COLUMN, is_library and not self._has_spots)
        header = self.table.horizontalHeader()
        for column in (*FIT_COLUMNS, *STRUCTURE_COLUMNS):
            is_shown = (column in STRUCTURE_COLUMNS) == is_library
            self.table.setColumnHidden(column, not is_shown)
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        # stretched as a mode of its own: a last section only stretched would not shrink again
        wide = STRUCTURE_COLUMNS[-1] if is_library else NAME_COLUMN
        modes = QHeaderView.ResizeMode
        header.setSectionResizeMode(NAME_COLUMN, modes.ResizeToContents)
        header.setSectionResizeMode(wide, modes.Stretch)

    def show_nothing(self) -> None:
        """Empty the panel."""
        self._show_bars((), is_answer=False)
        self._rows, self._by_hand = (), None
        self._forget_found()
        self.library.show_searchable(is_possible=False)
        self.candidates.set_rows(())
        self._bars_note.setText("")
        self._candidates_note.setText("")
        self.table.setEnabled(False)
        self.accept_button.setEnabled(False)
        self.correct_button.setEnabled(False)
        self.label_note.setText("")
        self.show_comparison({}, "")
        self._show_rings(None)

    def _show_bars(self, bars: "tuple[Bar, ...]", *, is_answer: bool) -> None:
        """Show the probabilities; where there are none, as for an unknown ring pattern, no room."""
        self.bars.set_bars(bars, is_answer=is_answer)
        self._has_bars = bool(bars)
        self._likely.setVisible(self._has_bars)

    def _show_rings(self, view: "AnswerView | None") -> None:
        """Show what the rings are; of a pattern of rings alone there are no candidates."""
        marks = view.rings if view is not None else None
        self.rings.show_rings(marks)
        self._has_spots = marks is None or bool(view is not None and view.candidates)
        self._show_table(is_library=False)

    def _show_table(self, *, is_library: bool) -> None:
        """Show the table of candidates, for rings alone only with what a library has."""
        is_shown = self._has_spots or is_library
        asked = tr("What explains the spots?")
        self._spots_heading.setText(asked if self._has_spots else tr("What explains the rings?"))
        self._spots_heading.setVisible(is_shown)
        self.table.setVisible(is_shown)

    def show_answer(self, view: "AnswerView") -> None:
        """Show an answer and choose the candidate that it names."""
        self._show_bars(view.bars, is_answer=view.phase is not None)
        self._bars_note.setText(_bars_note(view, self.bars.n_hidden))
        self._rows, self._by_hand = view.candidates, None
        self._forget_found()
        self.candidates.set_rows(view.candidates)
        has_rows = bool(view.candidates)
        self.table.setEnabled(has_rows)
        self._show_rings(view)
        self._note = _candidates_note(view)
        self._candidates_note.setText(self._note)
        self._candidates_note.setVisible(bool(self._candidates_note.text()))
        self.accept_button.setEnabled(True)
        self.correct_button.setEnabled(True)
        if has_rows:
            self.table.selectRow(self.candidates.named_row)
        else:
            self.candidate_chosen.emit(None)

    def show_by_hand(self, row: "CandidateRow | None") -> None:
        """Show a candidate by hand above the others, and draw it; None takes it away."""
        if row is None and self._by_hand is None:
            return
        self._by_hand = row
        self._show_candidates()

    def _show_candidates(self) -> None:
        row = self._by_hand
        rows = self._rows if row is None else (row, *self._rows)
        self._show_columns(is_library=False)
        self._show_table(is_library=False)
        self.library.show_list(has_found=self._found is not None, is_library=False)
        self._candidates_note.setText(self._note)
        self._candidates_note.setVisible(bool(self._note))
        self.candidates.set_rows(rows)
        self.table.setEnabled(bool(rows))
        if rows:
            self.table.selectRow(0 if row is not None else self.candidates.named_row)
        else:
            self.candidate_chosen.emit(None)

    def show_found(self, rows: "Sequence[CandidateRow]", words: str, more: str = "") -> None:
        """Show structures of a library in place of the candidates, and draw the best."""
        self._found = tuple(rows)
        self.library.show_note(words, more)
        self.show_list(is_library=True)

    def offer_found(self, rows: "Sequence[CandidateRow]", words: str, more: str = "") -> None:
        """Keep what a library has ready beside the candidates that are shown."""
        self._found = tuple(rows)
        self.library.show_note(words, more)
        self.library.show_list(has_found=True, is_library=False)

    def show_list(self, *, is_library: bool) -> None:
        """Show what the library has, or the candidates."""
        if not is_library or self._found is None:
            self._show_candidates()
            return
        self._show_columns(is_library=True)
        self._show_table(is_library=True)
        self.library.show_list(has_found=True, is_library=True)
        self._candidates_note.hide()
        self.candidates.set_rows(self._found)
        self.table.setEnabled(bool(self._found))
        if self._found:
            self.table.selectRow(0)
        else:
            self.candidate_chosen.emit(None)

    def _forget_found(self) -> None:
        self._found = None
        self._show_columns(is_library=False)
        self.library.show_nothing()

    def show_label(self, words: str) -> None:
        """Show what the user said that it is."""
        self.label_note.setText(words)

    def show_networks(self, names: Sequence[str]) -> None:
        """Offer the networks that can be compared with the one asked."""
        current = self.compare.currentData()
        self.compare.clear()
        self.compare.addItem(tr("Compare with another network…"), "")
        for name in names:
            self.compare.addItem(tr("Compare with {name}", name=name), name)
        self.compare.setCurrentIndex(max(self.compare.findData(current), 0))
        self.compare.setVisible(bool(names))

    def show_comparison(self, probabilities: dict[str, float], words: str) -> None:
        """Show what another network says."""
        self.bars.set_comparison(probabilities)
        self.compare_note.setText(words)
        self.compare_note.setVisible(bool(words))

    def step(self, offset: int) -> None:
        """Choose the next or the previous candidate."""
        rows = self.table.selectionModel().selectedRows()
        row = (rows[0].row() if rows else 0) + offset
        if 0 <= row < self.candidates.rowCount():
            self.table.selectRow(row)

    @property
    def chosen(self) -> "CandidateRow | None":
        """The candidate chosen."""
        rows = self.table.selectionModel().selectedRows()
        return self.candidates.row_at(rows[0].row()) if rows else None

    def _selection_changed(self, _new: QItemSelection, _old: QItemSelection) -> None:
        chosen = self.chosen
        self.library.show_chosen(is_structure=chosen is not None and bool(chosen.library))
        self.candidate_chosen.emit(chosen)


def _candidates_note(view: "AnswerView") -> str:
    if not view.candidates:
        if view.rings is not None:
            return ""
        return tr("There is no candidate: no single zone axis is to be seen.")
    notes = list(view.deciding[:2])
    if any(row.crystal > 1 for row in view.candidates):
        notes.append(
            tr("A + marks a further crystal: it explains spots that the first one leaves.")
        )
    return " ".join(notes)


def _bars_note(view: "AnswerView", n_hidden: int) -> str:
    if view.phase is None:
        return ""
    in_set = sum(bar.is_in_set for bar in view.bars)
    words = (
        tr("Dots mark what cannot be excluded.")
        if in_set > 1
        else tr("The dot marks the only phase that is not excluded.")
    )
    return (
        tr("{words} {n_hidden} more are below 1 %.", words=words, n_hidden=n_hidden)
        if n_hidden
        else words
    )
