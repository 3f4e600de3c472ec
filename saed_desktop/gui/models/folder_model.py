"""A folder's answers as rows, for a folder of any size.

Sorting and filtering are done here in one go, not row by row through a proxy: a proxy asks for
every comparison and would stop the window for seconds at ten thousand rows.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPixmap

from saed_desktop.gui.models.table_model import Index, TableModel
from saed_desktop.gui.theme import VERDICT_ICONS, Colors, icon, verdict_color
from saed_desktop.results.wording import percent, phase_label
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.document import UNKNOWN_LABEL
from saed_desktop.workspace.folder_row import FolderRow

ZONE_COLUMN = 2
VERDICT_COLUMN = 5
REASON_COLUMN = 7
MOST_PIXMAPS = 400
_MANY = 50
THUMBNAIL_PX = 40
SIGN_PX = 20


class _Column(NamedTuple):
    title: str
    tip: str
    text: Callable[[FolderRow], str]
    key: Callable[[FolderRow], Any]
    is_number: bool = False


def _percent(row: FolderRow) -> str:
    share = row.answer_probability
    return "" if share is None else percent(share)


def _score(row: FolderRow) -> str:
    return "" if row.score is None else f"{row.score:.2f}"


def label_words(label: str) -> str:
    """Return a label as people write it."""
    return tr("none of these") if label == UNKNOWN_LABEL else phase_label(label)


def _number_key(value: float | None) -> float:
    return -1.0 if value is None else value


COLUMNS = (
    _Column(
        mark("File"), mark("Name of the file"), lambda row: row.title, lambda row: row.title.lower()
    ),
    _Column(
        mark("Answer"),
        mark("The phase named"),
        lambda row: row.answer,
        lambda row: row.answer.lower(),
    ),
    _Column(mark("Zone"), mark("Zone axis"), lambda row: row.zone, lambda row: row.zone),
    _Column(
        mark("Probability"),
        mark("Of that phase, from network and spot indexing together"),
        _percent,
        lambda row: _number_key(row.answer_probability),
        is_number=True,
    ),
    _Column(
        mark("Score"),
        mark("Of the fit, 0 to 1"),
        _score,
        lambda row: _number_key(row.score),
        is_number=True,
    ),
    _Column(
        mark("Verdict"),
        mark("Whether network and spot indexing agree"),
        lambda row: row.words,
        lambda row: row.words,
    ),
    _Column(
        mark("Label"),
        mark("What you said that it is"),
        lambda row: label_words(row.label),
        lambda row: row.label,
    ),
    _Column(mark("Why"), mark("The first reason"), lambda row: row.reason, lambda row: row.reason),
)


@dataclass(frozen=True)
class RowFilter:
    """Filter of the rows that are shown.

    Parameters
    ----------
    text
        Words that must all occur in file name, answer or reason.
    needs_review
        Only rows that a person should look at.
    keys
        Only these rows; None for all.
    """

    text: str = ""
    needs_review: bool = False
    keys: frozenset[tuple[Path, int]] | None = None

    def accepts(self, row: FolderRow) -> bool:
        """Tell whether a row is shown."""
        if self.needs_review and not row.needs_review:
            return False
        if self.keys is not None and row.key not in self.keys:
            return False
        if not self.text:
            return True
        return all(word in row.search_text for word in self.text.lower().split())


class FolderModel(TableModel):
    """Answered files, sorted and filtered."""

    counts_changed = Signal()

    def __init__(self) -> None:
        super().__init__(
            [column.title for column in COLUMNS],
            tips=[column.tip for column in COLUMNS],
            numbers=[i for i, column in enumerate(COLUMNS) if column.is_number],
        )
        self._rows: list[FolderRow] = []
        self._at: dict[tuple[Path, int], int] = {}
        self._shown: list[int] = []
        self._filter = RowFilter()
        self._sort: tuple[int, bool] | None = None
        self._colors: Colors | None = None
        self._icons: dict[str, QPixmap] = {}
        self._pixmaps: OrderedDict[tuple[Path, int], QPixmap] = OrderedDict()
        self.picture_of: Callable[[FolderRow], bytes | None] = lambda _row: None

    # ---- rows -------------------------------------------------------------------------------

    def clear(self) -> None:
        """Drop all rows."""
        self.beginResetModel()
        self._rows, self._at, self._shown = [], {}, []
        self._pixmaps.clear()
        self.endResetModel()
        self.counts_changed.emit()

    def add(self, rows: Iterable[FolderRow]) -> None:
        """Take new rows; one of a file that is there already replaces it."""
        fresh: list[int] = []
        for row in rows:
            at = self._at.get(row.key)
            if at is None:
                self._at[row.key] = len(self._rows)
                fresh.append(len(self._rows))
                self._rows.append(row)
            else:
                self._rows[at] = replace(row, label=row.label or self._rows[at].label)
                self._pixmaps.pop(row.key, None)
                self._changed(at)
        shown = [i for i in fresh if self._filter.accepts(self._rows[i])]
        if self._sort is None:
            self._append(shown)
        elif len(shown) > _MANY:
            self._arrange()
        else:
            for at in shown:
                self._insert_sorted(at, *self._sort)
        self.counts_changed.emit()

    def _append(self, shown: list[int]) -> None:
        if shown:
            first = len(self._shown)
            self.beginInsertRows(QModelIndex(), first, first + len(shown) - 1)
            self._shown.extend(shown)
            self.endInsertRows()

    def _insert_sorted(self, at: int, column: int, is_falling: bool) -> None:
        """Insert one new row in order; sorting thousands again for it would take too long."""
        key = COLUMNS[column].key
        value, low, high = key(self._rows[at]), 0, len(self._shown)
        while low < high:
            middle = (low + high) // 2
            other = key(self._rows[self._shown[middle]])
            if (other >= value) if is_falling else (other <= value):
                low = middle + 1
            else:
                high = middle
        self.beginInsertRows(QModelIndex(), low, low)
        self._shown.insert(low, at)
        self.endInsertRows()

    def set_labels(self, labels: Mapping[Path, str]) -> None:
        """Take what people say of files; "" takes a label away."""
        for at, row in enumerate(self._rows):
            label = labels.get(row.path)
            if label is not None and label != row.label:
                self._rows[at] = replace(row, label=label)
                self._changed(at)
        self.counts_changed.emit()

    def next_to_review(self, after: int) -> int | None:
        """Return the next row shown that needs a look, from the top again after the last one."""
        count = len(self._shown)
        for step in range(1, count + 1):
            row = (after + step) % count
            if self._rows[self._shown[row]].needs_review:
                return row
        return None

    def _changed(self, at: int) -> None:
        if at in self._shown:
            row = self._shown.index(at)
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def row_at(self, row: int) -> FolderRow | None:
        """Return the row shown at a place."""
        return self._rows[self._shown[row]] if 0 <= row < len(self._shown) else None

    def place_of(self, path: Path, frame: int = 0) -> int | None:
        """Return where a file is shown, None where it is not."""
        at = self._at.get((path, frame))
        return self._shown.index(at) if at is not None and at in self._shown else None

    @property
    def rows(self) -> list[FolderRow]:
        """All rows, shown or not, in the order they came."""
        return self._rows

    # ---- order ------------------------------------------------------------------------------

    def set_filter(self, value: RowFilter) -> None:
        """Choose which rows are shown."""
        if value != self._filter:
            self._filter = value
            self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 restores the order in which the answers came."""
        self._sort = None if column < 0 else (column, order is Qt.SortOrder.DescendingOrder)
        self._arrange()

    def _arrange(self) -> None:
        """Filter and sort again, keeping the selection."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        wanted = [(self._shown[i.row()], i.column()) for i in before]
        accepts = self._filter.accepts
        shown = [i for i, row in enumerate(self._rows) if accepts(row)]
        if self._sort is not None:
            key, rows = COLUMNS[self._sort[0]].key, self._rows
            shown.sort(key=lambda i: key(rows[i]), reverse=self._sort[1])
        self._shown = shown
        place = {at: row for row, at in enumerate(shown)}
        after = [
            self.index(place[at], column) if at in place else QModelIndex() for at, column in wanted
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    # ---- Qt's questions ---------------------------------------------------------------------

    def set_colors(self, colors: Colors) -> None:
        """Take the theme's colours for the signs of the verdicts."""
        self._colors = colors
        self._icons = {}

    @property
    def n_rows(self) -> int:
        """Number of rows shown."""
        return len(self._shown)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return titles and what they mean, and the numbers of the rows."""
        if orientation is Qt.Orientation.Vertical:
            return section + 1 if role == Qt.ItemDataRole.DisplayRole else None
        return super().headerData(section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        row, column = self._rows[self._shown[index.row()]], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == VERDICT_COLUMN:
            return self._sign("accepted" if row.label else row.verdict)
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return self._pixmap(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.reason if index.column() == REASON_COLUMN else str(row.path)
        return None

    def _pixmap(self, row: FolderRow) -> QPixmap | None:
        """Return a row's small picture; only those of rows seen lately are kept."""
        known = self._pixmaps.get(row.key)
        if known is None:
            data = self.picture_of(row)
            if data is None:
                return None
            known = QPixmap()
            known.loadFromData(data, "JPG")
            # a picture, unlike an icon, is drawn at its own size: say how fine it is
            known.setDevicePixelRatio(max(known.width(), 1) / THUMBNAIL_PX)
            self._pixmaps[row.key] = known
            if len(self._pixmaps) > MOST_PIXMAPS:
                self._pixmaps.popitem(last=False)
        return known

    def _sign(self, verdict: str) -> QPixmap | None:
        if self._colors is None:
            return None
        if verdict not in self._icons:
            name = VERDICT_ICONS.get(verdict, f"verdict-{verdict}")
            meaning = "agree" if verdict == "accepted" else verdict
            made = icon(name, verdict_color(self._colors, meaning))
            # drawn for the finest screens; it is shrunk on others
            self._icons[verdict] = made.pixmap(QSize(SIGN_PX, SIGN_PX), 2.0)
        return self._icons[verdict]
