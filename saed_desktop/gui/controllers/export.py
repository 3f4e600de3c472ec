"""Answers as files."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.folder import FolderController
from saed_desktop.gui.views.banner import Banner
from saed_desktop.gui.views.folder_page import FolderPage
from saed_desktop.gui.worker import Task, Workers


class ExportController(QObject):
    """Saves the answers of a folder."""

    def __init__(
        self,
        window: QWidget,
        page: FolderPage,
        banner: Banner,
        actions: ActionSet,
        workers: Workers,
        folder: FolderController,
    ) -> None:
        super().__init__(window)
        self._window, self._page, self._banner = window, page, banner
        self._thread, self._folder = workers["files"], folder
        actions[Act.EXPORT_RESULTS].triggered.connect(self._ask_where_to_export)
        page.export_button.clicked.connect(self._ask_where_to_export)

    # ---- answers ----------------------------------------------------------------------------

    def _ask_where_to_export(self) -> None:
        run = self._folder.run
        if run is None:
            self._banner.show_notice("Index a folder first: there are no answers to export.")
            return
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            "Export results",
            str(run.folder / "results.csv"),
            "Table (*.csv);;Page with pictures (*.html);;One JSON object a line (*.jsonl)",
        )
        if name:
            self.export(Path(name))

    def export(self, path: Path) -> None:
        """Write the answers to a file, in the background."""
        run = self._folder.run
        if run is None:
            return
        labels = {row.path: row.label for row in self._page.model.rows if row.label}

        def work(task: Task) -> int:
            from saed_desktop.workspace.export import export_run

            def progress(done: int) -> None:
                if done % 20 == 0:
                    task.report(done)

            return export_run(
                run.journal, path, labels=labels, progress=progress, is_cancelled=task.is_cancelled
            )

        self._thread.submit(
            work,
            done=lambda count: self._banner.show_notice(f"{count} answers saved to {path}."),
            failed=lambda sentence: self._banner.show_notice(sentence, kind="warning"),
            progress=lambda done: self._banner.show_progress(
                f"Saving {done} answers to {path.name}…"
            ),
            key="export",
        )
