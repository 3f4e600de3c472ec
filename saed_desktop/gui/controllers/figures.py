"""The pattern as a figure or in a report: saved beside no data, or copied."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QGuiApplication, QImage

from saed_desktop import __version__
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.figure_options import MOST_PX, PIXEL_SUFFIXES, SUFFIXES, FigureOptions

if TYPE_CHECKING:
    from saed_desktop.gui.views.figure import Figure

FILTERS = mark("PNG (*.png);;TIFF (*.tif);;SVG, to edit (*.svg);;PDF (*.pdf)")


REPORT_PICTURE = FigureOptions(width_mm=120, dpi=200, crops=False)


class FigureController(Controller):
    """Saves and copies figures and reports of the pattern shown."""

    @property
    def options(self) -> FigureOptions:
        """The options chosen last."""
        return FigureOptions.from_json(self._settings.value.figure)

    def ask(self) -> None:
        """Let the user choose what the figure looks like."""
        if self._view.is_empty:
            self._banner.show_notice(tr("Open a pattern first: there is no figure to save."))
            return
        from saed_desktop.gui.views.figure_dialog import FigureDialog

        dialog = FigureDialog(self.options, self._draw_preview, self._window)
        dialog.finished.connect(lambda _result: self._workers["files"].drop("preview"))
        dialog.save_wanted.connect(self._ask_where)
        dialog.copy_wanted.connect(self.copy)
        dialog.open()

    def _draw_preview(
        self, options: FigureOptions, width_px: int, show: Callable[[QImage], None]
    ) -> None:
        figure = self._figure(options)
        self._workers["files"].submit(
            lambda _task: figure.image(width_px), done=show, key="preview"
        )

    def _figure(self, options: FigureOptions) -> "Figure":
        from saed_desktop.gui.views.figure import Figure

        return Figure(self._view, options)

    def _ask_where(self, options: FigureOptions) -> None:
        if self._current is None:
            return
        suggested = self.folder() / f"{self._current.state.path.stem}.png"
        path = self._ask_where_to_save(tr("Save figure"), suggested, tr(FILTERS))
        if path is not None:
            self.save(path if path.suffix else path.with_suffix(".png"), options)

    def folder(self) -> Path:
        """Return where figures go: not beside the data, where a run would answer them."""
        chosen = self._settings.value.figure_folder
        if chosen and Path(chosen).is_dir():
            return Path(chosen)
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        folder = Path(pictures or Path.home()) / "SAED Desktop"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return Path.home()
        return folder

    def save(self, path: Path, options: FigureOptions) -> None:
        """Save a figure in the format that the file's ending names."""
        suffix = ".tif" if path.suffix.lower() == ".tiff" else path.suffix.lower()
        if suffix not in SUFFIXES:
            self._complain(tr("Figures are saved as .png, .tif, .svg or .pdf."))
            return
        figure = self._figure(options)
        if suffix in PIXEL_SUFFIXES and not self._has_room_for(figure):
            return
        self._settings.change(figure=options.to_json(), figure_folder=str(path.parent))

        self._write(
            path,
            lambda: figure.encoded(suffix),
            tr("The figure is saved to {path}.", path=path),
        )

    def copy(self, options: FigureOptions | None = None) -> None:
        """Copy the figure, the same that would be saved."""
        if self._view.is_empty:
            return
        options = options or self.options
        figure = self._figure(options)
        if not self._has_room_for(figure):
            return
        self._settings.change(figure=options.to_json())

        def done(image: QImage) -> None:
            QGuiApplication.clipboard().setImage(image)
            self._banner.show_notice(tr("The figure is copied."), of_pattern=True)

        self._workers["files"].submit(lambda _task: figure.image(), done=done, key="copy")

    def _has_room_for(self, figure: "Figure") -> bool:
        """Tell whether a figure has no more pixels than a picture can have; say so if not."""
        width, height = figure.size_px
        if max(width, height) <= MOST_PX:
            return True
        self._complain(
            tr(
                "A picture of {width} × {height} pixels is too large: lower the resolution or the "
                "width, or save SVG or PDF.",
                width=width,
                height=height,
            )
        )
        return False

    # ---- the report -------------------------------------------------------------------------

    def ask_where_to_report(self) -> None:
        """Ask for the file of the report."""
        pattern = self._current
        if pattern is None or pattern.answered is None:
            self._banner.show_notice(tr("There is no answer to report yet."), of_pattern=True)
            return
        suggested = self.folder() / f"{pattern.state.path.stem}-report.html"
        path = self._ask_where_to_save(
            tr("Save the report"), suggested, tr("Page (*.html);;PDF (*.pdf)")
        )
        if path is not None:
            self.save_report(path if path.suffix else path.with_suffix(".html"))

    def save_report(self, path: Path) -> None:
        """Write the report of the pattern shown: a page of HTML, or PDF by the file's ending."""
        pattern = self._current
        if pattern is None or pattern.answered is None or pattern.prepared is None:
            return
        answered, found, state = pattern.answered, pattern.prepared.marks, pattern.state
        panel = self._window.answer_panel
        rows, chosen = panel.candidates.rows, panel.chosen
        figure = self._figure(REPORT_PICTURE)

        def make() -> bytes:
            from saed_desktop.workspace.pattern_report import PAPER, PICTURE, report_page

            if path.suffix.lower() == ".pdf":
                from saed_desktop.gui.views.report_pdf import pdf_of

                page = report_page(answered, found, state, rows, chosen, template=PAPER)
                footer = f"{pattern.name}, SAED Desktop {__version__}"
                return pdf_of(page, figure.image(), PICTURE, footer)
            picture = figure.encoded(".png")
            return report_page(answered, found, state, rows, chosen, picture).encode()

        self._write(path, make, tr("The report is saved to {path}.", path=path))
