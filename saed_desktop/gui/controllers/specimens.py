"""Groups the folder's answers by specimen and shows what each says jointly."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from saed_desktop.gui.controllers.folder import FolderController
from saed_desktop.gui.views.folder_page import FolderPage
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.workspace.folder_row import FolderRow

if TYPE_CHECKING:
    from saed_desktop.workspace.specimens import SpecimenAnswer

REFRESH_MS = 600


class SpecimensController(QObject):
    """Keeps the table of specimens in step with the answers."""

    def __init__(
        self, page: FolderPage, folder: FolderController, workers: Workers, parent: QObject | None
    ) -> None:
        super().__init__(parent)
        self._page, self._folder, self._thread = page, folder, workers["files"]
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
        """Group again, in the background."""
        if not self._grouping:
            self._page.show_specimens([])
            return
        rows, group_of = list(self._page.model.rows), self._group_of()

        def work(_task: Task) -> "list[SpecimenAnswer]":
            from saed_desktop.workspace.specimens import specimen_answers

            return specimen_answers(rows, group_of())

        self._thread.submit(work, done=self._page.show_specimens, key="specimens")

    def _group_of(self) -> Callable[[], Callable[[FolderRow], str]]:
        """Return what gives the grouping; called where it is used, for what it imports."""
        by_name, run = self._grouping == "name", self._folder.run

        def make() -> Callable[[FolderRow], str]:
            from saed_desktop.workspace.specimens import specimen_by_folder, specimen_by_name

            return specimen_by_name if by_name or run is None else specimen_by_folder(run.folder)

        return make

    def _show_only(self, specimen: str) -> None:
        if not specimen:
            self._page.show_only(None)
            return
        group = self._group_of()()
        rows = self._page.model.rows
        self._page.show_only(frozenset(row.key for row in rows if group(row) == specimen))

    def stop(self) -> None:
        """Let nothing come after the end."""
        self._timer.stop()
