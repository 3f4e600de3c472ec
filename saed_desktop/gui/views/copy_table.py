"""A table whose cells can be taken along: with the keyboard, or from the menu under the mouse."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QTableView, QWidget

from saed_desktop.translation import tr

MOST_ROWS = 3000
"""A longer table is exported as a file; copying it whole would stop the window."""


class CopyTable(QTableView):
    """Copies its rows as text that a spreadsheet takes, with the titles of the columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.copy_rows = QAction(tr("Copy rows"), self)
        self.copy_rows.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self.copy_rows.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy_rows.triggered.connect(self._copy_selected)
        self.copy_all = QAction(tr("Copy whole table"), self)
        self.copy_all.triggered.connect(self._copy_everything)
        # only this one listens for its key; the menu shows both
        self.addAction(self.copy_rows)

    def text_of(self, rows: list[int]) -> str:
        """Return rows as text with tabs, below a line of titles; hidden columns are left out."""
        model = self.model()
        columns = [c for c in range(model.columnCount()) if not self.isColumnHidden(c)]
        titles = [str(model.headerData(c, Qt.Orientation.Horizontal) or "") for c in columns]
        lines = ["\t".join(titles)]
        lines += ["\t".join(str(model.index(row, c).data() or "") for c in columns) for row in rows]
        return "\n".join(lines) + "\n"

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the row below the mouse, and to copy."""
        if self.model() is None:
            return
        menu = QMenu(self)
        others = [action for action in self.actions() if action is not self.copy_rows]
        menu.addActions(others)
        if others:
            menu.addSeparator()
        self.copy_rows.setEnabled(self.selectionModel().hasSelection())
        self.copy_all.setEnabled(0 < self.model().rowCount() <= MOST_ROWS)
        menu.addActions([self.copy_rows, self.copy_all])
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def _copy_selected(self) -> None:
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        if rows:
            QGuiApplication.clipboard().setText(self.text_of(rows))

    def _copy_everything(self) -> None:
        QGuiApplication.clipboard().setText(self.text_of(list(range(self.model().rowCount()))))
