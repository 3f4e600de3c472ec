"""Answers as files, and the pattern as a picture for a paper."""

from pathlib import Path

from PySide6.QtCore import QObject, QRect, QSize
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QWidget

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.documents import Documents
from saed_desktop.gui.controllers.folder import FolderController
from saed_desktop.gui.views.banner import Banner
from saed_desktop.gui.views.folder_page import FolderPage
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.worker import Task, Workers

PICTURE_SCALE = 3
"""How many times finer than the screen a saved picture is."""


class ExportingController(QObject):
    """Saves answers and pictures."""

    def __init__(
        self,
        window: QWidget,
        view: PatternView,
        page: FolderPage,
        banner: Banner,
        actions: ActionSet,
        workers: Workers,
        documents: Documents,
        folder: FolderController,
    ) -> None:
        super().__init__(window)
        self._window, self._view, self._page, self._banner = window, view, page, banner
        self._lane, self._documents, self._folder = workers["files"], documents, folder
        actions[Act.EXPORT_RESULTS].triggered.connect(self._ask_where_to_export)
        actions[Act.EXPORT_PICTURE].triggered.connect(self._ask_where_to_draw)
        actions[Act.COPY_PICTURE].triggered.connect(self.copy_picture)
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

        self._lane.submit(
            work,
            done=lambda count: self._banner.show_notice(f"{count} answers saved to {path}."),
            failed=lambda sentence: self._banner.show_notice(sentence, kind="warning"),
            progress=lambda done: self._banner.show_progress(
                f"Saving {done} answers to {path.name}…"
            ),
            key="export",
        )

    # ---- pictures ---------------------------------------------------------------------------

    def _ask_where_to_draw(self) -> None:
        current = self._documents.current
        if current is None:
            self._banner.show_notice("Open a pattern first: there is no picture to save.")
            return
        suggested = current.state.path.with_suffix(".labelled.png")
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save picture", str(suggested), "PNG (*.png);;SVG, to edit (*.svg)"
        )
        if name:
            self.save_picture(Path(name))

    def save_picture(self, path: Path) -> None:
        """Save the pattern as it is shown: as pixels, or as SVG with the marks as lines."""
        if path.suffix.lower() == ".svg":
            is_saved = self._save_svg(path)
        else:
            is_saved = self.picture().save(str(path))
        if is_saved:
            self._banner.show_notice(f"The picture is saved to {path}.", of_pattern=True)
        else:
            self._banner.show_notice(f"{path} cannot be written.", kind="warning")

    def copy_picture(self) -> None:
        """Copy the pattern as it is shown."""
        if self._documents.current is not None:
            QGuiApplication.clipboard().setImage(self.picture())
            self._banner.show_notice("The picture is copied.", of_pattern=True)

    def picture(self) -> QImage:
        """Return the view as a picture, finer than the screen."""
        size = self._view.viewport().size()
        image = QImage(size * PICTURE_SCALE, QImage.Format.Format_RGB32)
        # marks keep the sizes that they have on the screen, drawn finer
        image.setDevicePixelRatio(PICTURE_SCALE)
        painter = QPainter(image)
        self._view.draw_into(painter, size)
        painter.end()
        return image

    def _save_svg(self, path: Path) -> bool:
        size: QSize = self._view.viewport().size()
        generator = QSvgGenerator()
        generator.setFileName(str(path))
        generator.setSize(size)
        generator.setViewBox(QRect(0, 0, size.width(), size.height()))
        generator.setTitle("Diffraction pattern")
        painter = QPainter()
        if not painter.begin(generator):
            return False
        self._view.draw_into(painter, size)
        painter.end()
        return path.exists()
