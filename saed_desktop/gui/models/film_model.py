"""The open patterns as a strip of thumbnails."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage, QPixmap

from saed_desktop.results.wording import phase_label
from saed_desktop.translation import tr
from saed_desktop.workspace.open_pattern import OpenPattern

Index = QModelIndex | QPersistentModelIndex

VERDICT_ROLE = Qt.ItemDataRole.UserRole + 1
LABEL_ROLE = Qt.ItemDataRole.UserRole + 2


class FilmModel(QAbstractListModel):
    """One row per open pattern."""

    def __init__(self) -> None:
        super().__init__()
        self._patterns: list[OpenPattern] = []
        self._pixmaps: dict[int, tuple[int, QPixmap]] = {}

    def set_patterns(self, patterns: Sequence[OpenPattern]) -> None:
        """Take the open patterns in their order."""
        self.beginResetModel()
        self._patterns = list(patterns)
        numbers = {pattern.number for pattern in patterns}
        self._pixmaps = {n: kept for n, kept in self._pixmaps.items() if n in numbers}
        self.endResetModel()

    def refresh(self, pattern: OpenPattern) -> None:
        """Show what became known about a pattern."""
        if pattern in self._patterns:
            index = self.index(self._patterns.index(pattern), 0)
            self.dataChanged.emit(index, index)

    def pattern_at(self, row: int) -> OpenPattern | None:
        """Return the pattern of a row."""
        return self._patterns[row] if 0 <= row < len(self._patterns) else None

    def row_of(self, pattern: OpenPattern) -> int:
        """Return the row of a pattern, -1 where it is not open."""
        return self._patterns.index(pattern) if pattern in self._patterns else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of open patterns."""
        return 0 if parent.isValid() else len(self._patterns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return name, thumbnail, verdict, label."""
        pattern = self._patterns[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return pattern.name
        if role == Qt.ItemDataRole.DecorationRole:
            return self._pixmap(pattern)
        if role == VERDICT_ROLE:
            return pattern.verdict
        if role == LABEL_ROLE:
            return pattern.state.label is not None
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return f"{pattern.state.path}\n{_answer_words(pattern)}"
        return None

    def _pixmap(self, pattern: OpenPattern) -> QPixmap | None:
        picture = pattern.thumbnail
        if picture is None:
            return None
        known = self._pixmaps.get(pattern.number)
        if known is None or known[0] != id(picture):
            grey = np.ascontiguousarray(picture)
            side = grey.shape[0]
            image = QImage(grey.data, side, side, side, QImage.Format.Format_Grayscale8)
            known = (id(picture), QPixmap.fromImage(image.copy()))
            self._pixmaps[pattern.number] = known
        return known[1]


def _answer_words(pattern: OpenPattern) -> str:
    if pattern.message:
        return pattern.message
    if pattern.state.label is not None:
        return tr("labelled {phase_label}", phase_label=phase_label(pattern.state.label.phase))
    return pattern.view.headline if pattern.view is not None else tr("not answered yet")
