"""The candidates of a pattern as rows."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import Qt

from saed_desktop.gui.models.table_model import Index, TableModel
from saed_desktop.results.wording import formula_label, percent
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.library_choice import library_label

if TYPE_CHECKING:
    from saed_desktop.workspace.answer_view import CandidateRow

NAME_COLUMN, ZONE_COLUMN = 0, 1
FIT_COLUMNS = (3, 5, 6)
"""Score, missing reflections and residuals: of less interest than what a structure is."""
STRUCTURE_COLUMNS = (7, 8, 9)
"""Formula, structure type and source, of a structure that a library has."""


class _Column(NamedTuple):
    title: str
    tip: str
    text: Callable[["CandidateRow"], str]
    is_number: bool = True


def _name(row: "CandidateRow") -> str:
    # a further crystal in the same pattern: it explains what the first one leaves
    if row.is_by_hand:
        return tr("{label}, by hand", label=row.label)
    return row.label if row.crystal == 1 else f"+ {row.label}"


def _residual(row: "CandidateRow") -> str:
    # NaN where nothing is matched
    is_known = row.rms_inv_angstrom == row.rms_inv_angstrom
    return f"{1000 * row.rms_inv_angstrom:.1f}" if is_known else "–"


def _probability(row: "CandidateRow") -> str:
    return "–" if row.probability is None else percent(row.probability)


_COLUMNS = (
    _Column(
        mark("Phase"),
        mark(
            "Crystal phase. The likeliest come first; a + marks a further crystal in "
            "the same pattern."
        ),
        _name,
        is_number=False,
    ),
    _Column(
        mark("Zone"),
        mark("Zone axis nearest to the beam. The indices of the spots obey the zone law with it."),
        lambda row: row.zone,
        is_number=False,
    ),
    _Column(
        mark("Prob."),
        mark(
            "Probability of this phase in this orientation, among the phases "
            "considered: network and "
            "spots together. The rows are sorted by it."
        ),
        _probability,
    ),
    _Column(
        mark("Score"),
        mark(
            "How well the spots fit, 0 to 1: the harmonic mean of the share of the "
            "spots' brightness "
            "that is explained and the share of the expected reflections that is found"
        ),
        lambda row: f"{row.score:.2f}",
    ),
    _Column(
        mark("Found"),
        mark("Spots, or rings, with a reflection on them, of all; the others are left unexplained"),
        lambda row: f"{row.matched}/{row.matched + row.unexplained}",
    ),
    _Column(
        mark("Missing"),
        mark("Reflections that should be seen and are not"),
        lambda row: str(row.missing),
    ),
    _Column(
        mark("Off"),
        mark("Root mean square distance between spots and reflections, in 0.001 1/Å"),
        _residual,
    ),
    _Column(
        mark("Formula"),
        mark("Chemical formula of the structure"),
        lambda row: formula_label(row.formula),
        is_number=False,
    ),
    _Column(
        mark("Type"),
        mark("Structure type, named after its prototype"),
        lambda row: formula_label(row.prototype),
        is_number=False,
    ),
    _Column(
        mark("Source"),
        mark("The library, and where its numbers come from"),
        lambda row: f"{library_label(row.library)}: {row.source}" if row.library else "",
        is_number=False,
    ),
)


class CandidatesModel(TableModel):
    """Candidates, best first."""

    def __init__(self) -> None:
        super().__init__(
            [column.title for column in _COLUMNS],
            tips=[column.tip for column in _COLUMNS],
            numbers=[i for i, column in enumerate(_COLUMNS) if column.is_number],
        )
        self._rows: tuple[CandidateRow, ...] = ()

    def set_rows(self, rows: tuple["CandidateRow", ...]) -> None:
        """Take new candidates."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_at(self, row: int) -> "CandidateRow | None":
        """Return the candidate of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    @property
    def named_row(self) -> int:
        """The row of the candidate that the answer names; the first where it names none."""
        return next((i for i, row in enumerate(self._rows) if row.is_named), 0)

    @property
    def rows(self) -> tuple["CandidateRow", ...]:
        """All candidates as they are listed."""
        return self._rows

    @property
    def n_rows(self) -> int:
        """Number of candidates."""
        return len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        column, row = _COLUMNS[index.column()], self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            if row.rings is not None:
                return "; ".join(row.rings.phases)
            words = tr("A further crystal in this pattern. ") if row.crystal > 1 else ""
            return words + (
                tr(
                    "{label} {zone}: {off_zone_deg:.1f}° off the zone axis, scale "
                    "{scale_inv_angstrom_per_px:.5f} 1/Å per pixel (± {value:.1f} %), ellipse "
                    "{value_2:.1f} %",
                    label=row.label,
                    zone=row.zone,
                    off_zone_deg=row.off_zone_deg,
                    scale_inv_angstrom_per_px=row.scale_inv_angstrom_per_px,
                    value=100 * row.scale_sigma,
                    value_2=100 * row.ellipticity,
                )
            )
        return None
