"""The pattern as a figure: chosen in a dialog, saved beside no data, or copied."""

import io
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from saed_desktop.errors import SaedError
from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.gui.views.banner import Banner
from saed_desktop.gui.views.figure import Figure
from saed_desktop.gui.views.figure_dialog import FigureDialog
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.results.atomic import write_bytes
from saed_desktop.workspace.figure_options import SUFFIXES, FigureOptions

FILTERS = "PNG (*.png);;TIFF (*.tif);;SVG, to edit (*.svg);;PDF (*.pdf)"


class FigureController(QObject):
    """Saves and copies figures of the pattern shown."""

    def __init__(
        self,
        window: QWidget,
        view: PatternView,
        banner: Banner,
        actions: ActionSet,
        settings: SettingsStore,
        workers: Workers,
        open_patterns: OpenPatterns,
    ) -> None:
        super().__init__(window)
        self._window, self._view, self._banner = window, view, banner
        self._settings, self._open_patterns = settings, open_patterns
        self._thread = workers["files"]
        actions[Act.EXPORT_PICTURE].triggered.connect(self.ask)
        actions[Act.COPY_PICTURE].triggered.connect(lambda: self.copy(self.options))

    @property
    def options(self) -> FigureOptions:
        """The options chosen last."""
        return FigureOptions.from_json(self._settings.value.figure)

    def ask(self) -> None:
        """Let the user choose what the figure looks like."""
        if self._view.is_empty:
            self._banner.show_notice("Open a pattern first: there is no figure to save.")
            return
        dialog = FigureDialog(
            self.options,
            lambda options, width: Figure(self._view, options).image(width),
            self._window,
        )
        dialog.save_wanted.connect(self._ask_where)
        dialog.copy_wanted.connect(self.copy)
        dialog.open()

    def _ask_where(self, options: FigureOptions) -> None:
        current = self._open_patterns.current
        if current is None:
            return
        folder = self.folder()
        suggested = folder / f"{current.state.path.stem}.png"
        name, _ = QFileDialog.getSaveFileName(self._window, "Save figure", str(suggested), FILTERS)
        if name:
            path = Path(name)
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
            self._banner.show_notice(
                "Figures are saved as .png, .tif, .svg or .pdf.", kind="warning"
            )
            return
        figure = Figure(self._view, options)
        drawn = {".svg": figure.svg, ".pdf": figure.pdf}.get(suffix, figure.image)()
        self._settings.change(figure=options.to_json(), figure_folder=str(path.parent))

        def work(_task: Task) -> None:
            data = drawn if isinstance(drawn, bytes) else encoded(drawn, suffix, options.dpi)
            try:
                write_bytes(path, data)
            except OSError as error:
                raise SaedError(f"{path} cannot be written: {error.strerror}.") from error

        self._thread.submit(
            work,
            done=lambda _nothing: self._banner.show_notice(
                f"The figure is saved to {path}.", of_pattern=True
            ),
            failed=lambda sentence: self._banner.show_notice(sentence, kind="warning"),
        )

    def copy(self, options: FigureOptions) -> None:
        """Copy the figure, the same that would be saved."""
        if self._view.is_empty:
            return
        self._settings.change(figure=options.to_json())
        QGuiApplication.clipboard().setImage(Figure(self._view, options).image())
        self._banner.show_notice("The figure is copied.", of_pattern=True)


def encoded(image: QImage, suffix: str, dpi: int) -> bytes:
    """Return an image as PNG or TIFF with its size on paper; not for the window's thread."""
    from PIL import Image

    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    picture = Image.frombuffer(
        "RGB",
        (rgb.width(), rgb.height()),
        bytes(rgb.constBits()),
        "raw",
        "RGB",
        rgb.bytesPerLine(),
        1,
    )
    stream = io.BytesIO()
    if suffix == ".tif":
        picture.save(stream, "TIFF", dpi=(dpi, dpi), compression="tiff_lzw")
    else:
        picture.save(stream, "PNG", dpi=(dpi, dpi))
    return stream.getvalue()
