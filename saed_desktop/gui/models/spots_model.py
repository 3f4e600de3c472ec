"""All spots of a pattern as rows that can be sorted by any column."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import Qt

from saed_desktop.gui.models.table_model import Index, TableModel
from saed_desktop.translation import mark

if TYPE_CHECKING:
    from saed_desktop.workspace.spot_list import SpotRow

HKL_COLUMN = 6
_LAST = float("inf")


class _Column(NamedTuple):
    title: str
    tip: str
    text: Callable[["SpotRow"], str]
    key: Callable[["SpotRow"], Any]
    is_number: bool = True


def _text(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:.{decimals}f}"


def _key(value: float | None) -> float:
    return _LAST if value is None else value


COLUMNS = (
    _Column("x, px", mark("Column of the image"), lambda r: _text(r.xy[0], 1), lambda r: r.xy[0]),
    _Column(
        "y, px", mark("Row of the image, downwards"), lambda r: _text(r.xy[1], 1), lambda r: r.xy[1]
    ),
    _Column(
        "r, px",
        mark("Distance from the direct beam"),
        lambda r: _text(r.radius_px, 1),
        lambda r: r.radius_px,
    ),
    _Column(
        "q, 1/Å",
        mark("Length of the scattering vector, 1/d"),
        lambda r: _text(r.q_inv_angstrom, 4),
        lambda r: _key(r.q_inv_angstrom),
    ),
    _Column(
        "d, Å",
        mark("Lattice spacing"),
        lambda r: _text(r.d_angstrom, 3),
        lambda r: _key(r.d_angstrom),
    ),
    _Column(
        "I",
        mark("Intensity above the background; the strongest spot has 1"),
        lambda r: _text(r.intensity, 3),
        lambda r: r.intensity,
    ),
    _Column(
        "hkl",
        mark("Reflection of the candidate chosen"),
        lambda r: r.hkl,
        lambda r: r.hkl or "~",
        is_number=False,
    ),
    _Column(
        "off, px",
        mark("Distance from that reflection"),
        lambda r: _text(r.residual_px, 2),
        lambda r: _key(r.residual_px),
    ),
    _Column(
        mark("Spot"),
        mark("Matched by a reflection or not; found by the program or put there by hand"),
        lambda r: r.status,
        lambda r: r.status,
        is_number=False,
    ),
)


class SpotsModel(TableModel):
    """Spots in the order in which they were found, or sorted."""

    def __init__(self) -> None:
        super().__init__(
            [column.title for column in COLUMNS],
            tips=[column.tip for column in COLUMNS],
            numbers=[i for i, column in enumerate(COLUMNS) if column.is_number],
        )
        self._rows: tuple[SpotRow, ...] = ()
        self._order: list[int] = []
        self._sort: tuple[int, bool] | None = None

    def set_rows(self, rows: Sequence["SpotRow"]) -> None:
        """Take new spots."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self._order = self._sorted()
        self.endResetModel()

    @property
    def n_rows(self) -> int:
        """Number of spots."""
        return len(self._rows)

    def row_at(self, row: int) -> "SpotRow | None":
        """Return the spot shown at a place."""
        return self._rows[self._order[row]] if 0 <= row < len(self._order) else None

    def place_of(self, xy: tuple[float, float]) -> int | None:
        """Return where the spot at a position is shown."""
        return next((i for i, at in enumerate(self._order) if self._rows[at].xy == xy), None)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 restores the order in which they were found."""
        self._sort = None if column < 0 else (column, order is Qt.SortOrder.DescendingOrder)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        wanted = [(self._order[index.row()], index.column()) for index in before]
        self._order = self._sorted()
        place = {at: row for row, at in enumerate(self._order)}
        self.changePersistentIndexList(
            before, [self.index(place[at], column_) for at, column_ in wanted]
        )
        self.layoutChanged.emit()

    def _sorted(self) -> list[int]:
        order = list(range(len(self._rows)))
        if self._sort is not None:
            key = COLUMNS[self._sort[0]].key
            order.sort(key=lambda i: key(self._rows[i]), reverse=self._sort[1])
        return order

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        row = self._rows[self._order[index.row()]]
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[index.column()].text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        return None
