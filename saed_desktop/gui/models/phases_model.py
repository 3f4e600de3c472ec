"""The phases that can be considered, each with a tick."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal

from saed_desktop.gui.models.table_model import Index, TableModel
from saed_desktop.results.wording import phase_label, space_group_label
from saed_desktop.translation import mark, recognised, tr

if TYPE_CHECKING:
    from saed_desktop.workspace.analysis_service import PhaseEntry

SOURCES = {"bundled": mark("bundled"), "yours": mark("yours")}
"""Words for the source of phases that no network brought."""


class PhasesModel(TableModel):
    """Phases with ticks; a filter hides rows and leaves ticks alone."""

    ticks_changed = Signal()

    def __init__(self) -> None:
        super().__init__((tr("Phase"), tr("Space group"), tr("From")))
        self._entries: list[PhaseEntry] = []
        self._shown: list[int] = []
        self._ticked: set[str] = set()
        self._filter = ""

    def set_entries(self, entries: Sequence["PhaseEntry"], ticked: Sequence[str]) -> None:
        """Take the phases and which of them are ticked."""
        self.beginResetModel()
        self._entries = list(entries)
        self._ticked = set(ticked)
        self._choose_shown()
        self.endResetModel()

    def set_ticked(self, names: Sequence[str]) -> None:
        """Tick exactly these."""
        self._ticked = set(names)
        self._tell()

    def set_filter(self, text: str) -> None:
        """Show only phases in whose name, formula or space group the text occurs."""
        self.beginResetModel()
        self._filter = text.lower()
        self._choose_shown()
        self.endResetModel()

    @property
    def ticked(self) -> tuple[str, ...]:
        """The phases ticked, in their order."""
        return tuple(entry.name for entry in self._entries if entry.name in self._ticked)

    @property
    def names(self) -> tuple[str, ...]:
        """All phases."""
        return tuple(entry.name for entry in self._entries)

    def entry_at(self, row: int) -> "PhaseEntry | None":
        """Return the phase of a row."""
        return self._entries[self._shown[row]] if 0 <= row < len(self._shown) else None

    def _choose_shown(self) -> None:
        self._shown = [
            i
            for i, entry in enumerate(self._entries)
            if self._filter in f"{entry.name} {entry.formula} {entry.space_group}".lower()
        ]

    def _tell(self) -> None:
        if self._shown:
            last = self.index(len(self._shown) - 1, 0)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.CheckStateRole])
        self.ticks_changed.emit()

    @property
    def n_rows(self) -> int:
        """Number of phases shown."""
        return len(self._shown)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Make the first column one of ticks."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return name, space group, origin, tick."""
        entry = self._entries[self._shown[index.row()]]
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                phase_label(entry.name),
                space_group_label(entry.space_group),
                tr(SOURCES.get(entry.source, entry.source)),
            )[index.column()]
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            is_ticked = entry.name in self._ticked
            return Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(
                [entry.name, entry.formula, entry.cell, *map(recognised, entry.remarks)]
            )
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tick or untick."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        name = self._entries[self._shown[index.row()]].name
        if Qt.CheckState(value) is Qt.CheckState.Checked:
            self._ticked.add(name)
        else:
            self._ticked.discard(name)
        self.dataChanged.emit(index, index, [role])
        self.ticks_changed.emit()
        return True
