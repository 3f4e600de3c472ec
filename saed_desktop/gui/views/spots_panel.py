"""Every reflection of the candidate chosen, and what the answer leaned on."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QHeaderView, QVBoxLayout, QWidget

from saed_desktop.gui.models.simple_table import SimpleTable
from saed_desktop.gui.views.indices import IndicesDelegate
from saed_desktop.gui.views.readout import number
from saed_desktop.gui.views.reason_bars import ReasonBars
from saed_desktop.gui.views.widgets import button, button_row, heading, muted, table
from saed_desktop.translation import counted, mark, tr

if TYPE_CHECKING:
    from saed_desktop.workspace.answer_view import CandidateRow
    from saed_desktop.workspace.judged_reasons import JudgedReasons

_MOST_ROWS = 400
_WEIGHT_COLUMN = 5


class SpotsPanel(QWidget):
    """The table behind the marks."""

    explain_wanted = Signal()
    reflection_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.title = heading(tr("Reflections"))
        self.note = muted()
        self.model = SimpleTable(
            ("hkl", "d, Å", mark("found, Å"), mark("off, px"), "I", mark("Weight")), range(1, 6)
        )
        self.table = table(tr("Reflections"))
        self.explain_button = button(
            tr("What decided?"), tip=tr("Hide parts of the evidence in turn and ask again (H)")
        )
        self.reasons = ReasonBars()
        self.weight_note = muted()
        self._row: CandidateRow | None = None
        self._order: npt.NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self._weights: dict[int, float] = {}
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(0, IndicesDelegate(self.table))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.title, self.note):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        layout.addLayout(button_row(self.explain_button))
        layout.addWidget(self.reasons)
        layout.addWidget(self.weight_note)
        self.explain_button.clicked.connect(self.explain_wanted)
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self.table.setColumnHidden(_WEIGHT_COLUMN, True)
        self.show_reasons(None)
        self.show_candidate(None)

    def show_candidate(self, row: "CandidateRow | None") -> None:
        """Show the reflections of a candidate."""
        self._row = row
        if row is None:
            self.title.setText(tr("Reflections"))
            self.note.setText(tr("There is no candidate whose reflections could be shown."))
            self.model.set_rows(())
            return
        self.title.setText(f"{row.label} {row.zone}".strip())
        found, missing = (
            counted(row.matched, "{n} spot", "{n} spots"),
            counted(row.missing, "{n} reflection", "{n} reflections"),
        )
        beam = tr(", along {beam}", beam=row.beam) if row.beam else ""
        self.note.setText(
            tr(
                "{found} matched, {missing} missing, {counted} left. Beam {number}° off the "
                "zone axis{beam}; ellipse {number_2} %.",
                found=found,
                missing=missing,
                counted=counted(row.unexplained, "{n} spot", "{n} spots"),
                number=number(row.off_zone_deg, 1),
                beam=beam,
                number_2=number(100 * row.ellipticity, 1),
            )
        )
        marks = row.marks
        drawn = np.flatnonzero(marks.is_matched | (marks.visible > 0.5))
        # by length, as in a table of spacings; what is matched first among equals
        self._order = drawn[np.lexsort((~marks.is_matched[drawn], -marks.d_angstrom[drawn]))]
        self._order = self._order[:_MOST_ROWS]
        self._fill()

    def show_weights(self, weights: dict[int, float], note: str) -> None:
        """Show weights by index of the spot."""
        self._weights = weights
        self.weight_note.setText(note)
        self._fill()

    def show_reasons(self, reasons: "JudgedReasons | None") -> None:
        """Show the reasons for one candidate and against another; None for none."""
        self.reasons.set_reasons(reasons)

    def show_explaining(self, words: str, *, is_possible: bool) -> None:
        """Say how the explanation stands."""
        self.weight_note.setText(words)
        self.explain_button.setEnabled(is_possible)

    def _fill(self) -> None:
        if self._row is None:
            return
        marks = self._row.marks
        rows = []
        for i in self._order:
            spot = int(marks.spot[i])
            weight = self._weights.get(spot)
            matched = bool(marks.is_matched[i])
            rows.append(
                (
                    marks.labels[i],
                    number(float(marks.d_angstrom[i]), 3),
                    number(float(marks.d_measured_angstrom[i]), 3) if matched else tr("missing"),
                    number(float(marks.residual_px[i]), 1) if matched else "",
                    number(float(marks.intensity[i]), 2),
                    "" if weight is None else number(round(weight, 2) + 0.0, 2),
                )
            )
        self.model.set_rows(rows)
        # an empty column would ask for an explanation of its own
        self.table.setColumnHidden(_WEIGHT_COLUMN, not self._weights)

    def _row_changed(self, new: QModelIndex, _old: QModelIndex) -> None:
        if self._row is None or not new.isValid() or new.row() >= len(self._order):
            self.reflection_chosen.emit(None)
            return
        x, y = self._row.marks.xy[self._order[new.row()]]
        self.reflection_chosen.emit((float(x), float(y)))
