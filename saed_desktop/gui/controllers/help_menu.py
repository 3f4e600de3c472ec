"""Help, keys, settings, examples, and what someone who helps needs to know."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QIcon
from PySide6.QtWidgets import QDialog, QMessageBox

from saed_desktop import __version__, paths
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.theme import apply_theme, current_application
from saed_desktop.gui.worker import Task
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.file_kinds import PATTERN_SUFFIXES

_ABOUT = mark("""<h2>SAED Desktop {version}</h2>
<p>Names the crystal phase of electron diffraction patterns: a neural network and
the indexing of spots and rings, side by side.</p>
<p>Our sources: MIT licence. The program stands on Qt and PySide (LGPL-3), pyqtgraph, NumPy and
OpenCV (MIT, BSD, Apache-2), ONNX Runtime (MIT), gemmi (MPL-2), RosettaSciIO (GPL-3), h5py,
tifffile and Pillow (BSD, HPND).</p>
<p>It never uses the network and never updates itself.</p>""")


class HelpMenuController(Controller):
    """Opens what explains the program."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._open: dict[str, QDialog] = {}

    # ---- windows ----------------------------------------------------------------------------

    def _show(self, name: str, dialog: QDialog) -> None:
        """Show a window of its own; an older one of the same kind gives way."""
        old = self._open.pop(name, None)
        if old is not None:
            old.close()
        self._open[name] = dialog
        dialog.finished.connect(lambda _result, n=name, d=dialog: self._closed(n, d))
        dialog.show()

    def _closed(self, name: str, dialog: QDialog) -> None:
        if self._open.get(name) is dialog:
            del self._open[name]
        dialog.deleteLater()

    def opened(self, name: str) -> QDialog | None:
        """Return an open window by name: "help", "keys", "settings" or "about"."""
        return self._open.get(name)

    def show_help(self, page: str = "") -> None:
        """Show the help pages."""
        from saed_desktop.gui.views.help_window import HelpWindow

        window = HelpWindow(paths.resources_dir() / "help", self._window)
        if page:
            window.show_page(page)
        self._show("help", window)

    def show_keys(self) -> None:
        """Show all keys."""
        from saed_desktop.gui.views.help_window import CheatSheet

        self._show("keys", CheatSheet(self._window))

    def show_about(self) -> None:
        """Show version and licences."""
        box = QMessageBox(self._window)
        box.setWindowTitle(tr("About"))
        box.setText(tr(_ABOUT, version=__version__))
        # on some systems the only button would have a picture, which none of ours has
        box.addButton(tr("Close"), QMessageBox.ButtonRole.RejectRole).setIcon(QIcon())
        self._show("about", box)

    # ---- settings ---------------------------------------------------------------------------

    def show_settings(self) -> None:
        """Show the settings."""
        from saed_desktop.gui.views.settings_dialog import SettingsDialog

        dialog = SettingsDialog(self._settings.value, str(paths.log_dir()), self._window)
        dialog.changed.connect(self.change_setting)
        self._show("settings", dialog)

    def change_setting(self, name: str, value: object) -> None:
        """Change a setting and apply it at once."""
        self._settings.change(**{name: value})
        app = current_application()
        if name == "theme" and app is not None:
            apply_theme(app, str(value))
        elif name == "language":
            self._banner.show_notice(
                tr("The language changes when the program is started the next time.")
            )

    # ---- examples ---------------------------------------------------------------------------

    def show_examples(self) -> None:
        """Open the bundled example patterns."""
        files = example_files()
        if files:
            self._open_patterns.open_files(files)
        else:
            self._banner.show_notice(
                tr("This installation holds no example patterns. Drop one of your own.")
            )

    # ---- for someone who helps --------------------------------------------------------------

    def copy_diagnostics(self) -> None:
        """Copy versions, settings and the log's end."""
        settings = self._settings.value.to_json()

        def work(_task: Task) -> str:
            from saed_desktop.workspace.diagnostics import diagnostics

            return diagnostics(settings)

        def done(text: str) -> None:
            QGuiApplication.clipboard().setText(text)
            self._banner.show_notice(tr("Versions, settings and the end of the log are copied."))

        self._workers["files"].submit(work, done=done, key="diagnostics")

    def show_log(self) -> None:
        """Open the folder of the log files."""
        folder = paths.log_dir()
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._banner.show_notice(tr("The log files are in {folder}.", folder=folder))


def example_files() -> list[Path]:
    """Return the bundled example patterns."""
    folder = paths.resources_dir() / "patterns"
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in PATTERN_SUFFIXES)
