"""The pairs of reflections that fit two spots, as rows."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import Qt

from saed_desktop.gui.models.table_model import Index, TableModel
from saed_desktop.results.wording import phase_label
from saed_desktop.translation import mark, tr

if TYPE_CHECKING:
    from saed_desktop.indexing.manual.two_spots import PairSolution

INDEX_COLUMNS = (1, 2, 3)


def signed(value: float) -> str:
    """Return a deviation with its sign, to one decimal; nothing is called -0.0."""
    text = f"{value:+.1f}"
    return "0.0" if float(text) == 0 else text.replace("-", "−")


class _Column(NamedTuple):
    title: str
    tip: str
    text: Callable[["PairSolution"], str]
    is_number: bool = True


def _length_off(at: int) -> Callable[["PairSolution"], str]:
    def text(pair: "PairSolution") -> str:
        return "–" if pair.length_off is None else signed(100 * pair.length_off[at])

    return text


def _reflection(at: int) -> Callable[["PairSolution"], str]:
    return lambda pair: pair.labels[at]


COLUMNS = (
    _Column(mark("Phase"), mark("Crystal phase"), lambda p: phase_label(p.phase), is_number=False),
    _Column("hkl 1", mark("Reflection on the first spot"), _reflection(0), is_number=False),
    _Column("hkl 2", mark("Reflection on the second spot"), _reflection(1), is_number=False),
    _Column(
        mark("Zone"), mark("Zone axis that they span"), lambda p: p.zone_label, is_number=False
    ),
    _Column("R₁, %", mark("First length: measured over expected, less 1"), _length_off(0)),
    _Column("R₂, %", mark("Second length: measured over expected, less 1"), _length_off(1)),
    _Column(
        "R₁/R₂, %",
        mark("Ratio of the lengths: measured over expected, less 1"),
        lambda p: signed(100 * p.ratio_off),
    ),
    _Column("∠, °", mark("Angle: measured less expected"), lambda p: signed(p.angle_off_deg)),
)


class PairsModel(TableModel):
    """Pairs, best first."""

    def __init__(self) -> None:
        super().__init__(
            [column.title for column in COLUMNS],
            tips=[column.tip for column in COLUMNS],
            numbers=[i for i, column in enumerate(COLUMNS) if column.is_number],
        )
        self._rows: tuple[PairSolution, ...] = ()

    def set_rows(self, rows: Sequence["PairSolution"]) -> None:
        """Take new pairs."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    @property
    def n_rows(self) -> int:
        """Number of pairs."""
        return len(self._rows)

    def row_at(self, row: int) -> "PairSolution | None":
        """Return the pair of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        pair = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[index.column()].text(pair)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole and pair.is_forbidden:
            return tr(
                "One of the two is forbidden by the space group: double diffraction can show it."
            )
        return None
