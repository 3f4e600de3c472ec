"""Table of measurements; the note can be edited."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import Qt, Signal

from saed_desktop.gui.models.table_model import Index, TableModel
from saed_desktop.translation import mark, tr

if TYPE_CHECKING:
    from saed_desktop.workspace.measurements import MeasurementRow


class _Column(NamedTuple):
    title: str
    tip: str
    text: Callable[["MeasurementRow"], str]


def _list(values: tuple[float, ...] | None, decimals: int) -> str:
    return "" if values is None else ", ".join(f"{value:.{decimals}f}" for value in values)


def _one(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:.{decimals}f}"


def _kind(row: "MeasurementRow") -> str:
    if row.kind == "pair":
        return tr("spot pair")
    return tr("across the beam") if row.is_across else tr("distance")


COLUMNS = (
    _Column(mark("What"), mark("A distance across the beam is halved"), _kind),
    _Column("R, px", mark("Length in pixels"), lambda row: _list(row.lengths_px, 1)),
    _Column("q, 1/Å", mark("Reciprocal length"), lambda row: _list(row.q_inv_angstrom, 4)),
    _Column("d, Å", mark("Lattice spacing"), lambda row: _list(row.d_angstrom, 3)),
    _Column("R₁/R₂", mark("Longer over shorter length"), lambda row: _one(row.ratio, 4)),
    _Column("∠, °", mark("Angle between the two at the beam"), lambda row: _one(row.angle_deg, 2)),
    _Column(mark("Note"), mark("Yours: double click to edit"), lambda row: row.note),
)
NOTE_COLUMN = len(COLUMNS) - 1


class MeasurementsModel(TableModel):
    """Measurements in the order in which they were made."""

    note_edited = Signal(int, str)

    def __init__(self) -> None:
        super().__init__(
            [column.title for column in COLUMNS],
            tips=[column.tip for column in COLUMNS],
            numbers=range(1, NOTE_COLUMN),
        )
        self._rows: tuple[MeasurementRow, ...] = ()

    def set_rows(self, rows: Sequence["MeasurementRow"]) -> None:
        """Take new rows."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    @property
    def rows(self) -> tuple["MeasurementRow", ...]:
        """The measurements shown."""
        return self._rows

    @property
    def n_rows(self) -> int:
        """Number of measurements."""
        return len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done with a cell."""
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsEditable if index.column() == NOTE_COLUMN else usual

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take an edited note."""
        if index.column() != NOTE_COLUMN or role != Qt.ItemDataRole.EditRole:
            return False
        self.note_edited.emit(index.row(), str(value).strip())
        return True

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return COLUMNS[index.column()].text(self._rows[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        return None
