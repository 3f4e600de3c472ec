"""Groups the folder's answers by specimen and shows what each says jointly."""

from PySide6.QtCore import QObject, QTimer

from saed_desktop.gui.controllers.folder import FolderController
from saed_desktop.gui.views.folder_page import FolderPage
from saed_desktop.workspace.folder_row import FolderRow
from saed_desktop.workspace.specimens import (
    specimen_answers,
    specimen_by_folder,
    specimen_by_name,
)

REFRESH_MS = 600


class SpecimensController(QObject):
    """Keeps the table of specimens in step with the answers."""

    def __init__(self, page: FolderPage, folder: FolderController, parent: QObject | None) -> None:
        super().__init__(parent)
        self._page, self._folder = page, folder
        self._grouping = ""
        # answers come many times a second; the groups need not
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        page.grouping_chosen.connect(self._choose)
        page.specimen_chosen.connect(self._show_only)
        page.model.counts_changed.connect(self._schedule)

    def _schedule(self) -> None:
        if self._grouping and not self._timer.isActive():
            self._timer.start()

    def _choose(self, grouping: str) -> None:
        self._grouping = grouping
        self._page.show_only(None)
        self.refresh()

    def refresh(self) -> None:
        """Group anew."""
        if not self._grouping:
            self._page.show_specimens([])
            return
        self._page.show_specimens(specimen_answers(self._page.model.rows, self._group))

    def _group(self, row: FolderRow) -> str:
        if self._grouping == "name" or self._folder.run is None:
            return specimen_by_name(row)
        return specimen_by_folder(self._folder.run.folder)(row)

    def _show_only(self, specimen: str) -> None:
        if not specimen:
            self._page.show_only(None)
            return
        rows = self._page.model.rows
        self._page.show_only(frozenset(r.key for r in rows if self._group(r) == specimen))

    def stop(self) -> None:
        """Let nothing come after the end."""
        self._timer.stop()
