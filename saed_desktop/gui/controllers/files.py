"""How patterns come into the window: dialogs, drops, recent files, the folder's neighbours."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.action_table import Act
from saed_desktop.gui.controllers.documents import Documents
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.workspace.document import PatternState


class FilesController(QObject):
    """Opens files, wherever they come from."""

    folder_wanted = Signal(Path)

    def __init__(
        self,
        window: QWidget,
        actions: ActionSet,
        recent_menu: QMenu,
        documents: Documents,
        settings: SettingsStore,
        workers: Workers,
    ) -> None:
        super().__init__(window)
        self._window, self._documents, self._settings = window, documents, settings
        self._recent_menu, self._read = recent_menu, workers["read"]
        actions[Act.OPEN].triggered.connect(self.ask_for_files)
        actions[Act.CLOSE_PATTERN].triggered.connect(self.close_current)
        actions[Act.NEXT_FILE].triggered.connect(lambda: self.step(1))
        actions[Act.PREVIOUS_FILE].triggered.connect(lambda: self.step(-1))
        recent_menu.aboutToShow.connect(self._fill_recent_menu)
        documents.current_changed.connect(self._remember)

    def ask_for_files(self) -> None:
        """Let the user choose files."""
        from saed_desktop.workspace.file_kinds import PATTERN_SUFFIXES

        patterns = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in PATTERN_SUFFIXES)
        names, _ = QFileDialog.getOpenFileNames(
            self._window,
            "Open patterns",
            str(self._start_folder()),
            f"Diffraction patterns ({patterns});;All files (*)",
        )
        if names:
            self.open_paths([Path(name) for name in names])

    def open_paths(self, paths: list[Path]) -> None:
        """Open patterns; a folder is handed on to be indexed."""
        files = [path for path in paths if not path.is_dir()]
        folders = [path for path in paths if path.is_dir()]
        if files:
            self._documents.open_files(files)
        for folder in folders[:1]:
            self.folder_wanted.emit(folder)

    def close_current(self) -> None:
        """Close the pattern shown."""
        if self._documents.current is not None:
            self._documents.close(self._documents.current)

    def step(self, offset: int) -> None:
        """Show the next or previous file of the folder in place of the pattern shown."""
        current = self._documents.current
        if current is None:
            return
        path = current.state.path

        def work(_task: Task) -> Path | None:
            from saed_desktop.pattern.readers import find_patterns

            files = find_patterns([path.parent])
            if path not in files:
                files = sorted([*files, path])
            at = files.index(path) + offset
            return files[at] if 0 <= at < len(files) else None

        def done(found: Path | None) -> None:
            if found is None or self._documents.current is not current:
                return
            if current.state.is_edited:
                self._documents.open_files([found])
            else:
                self._documents.replace(current, PatternState(found))

        self._read.submit(work, done=done, key="step")

    def _start_folder(self) -> Path:
        current = self._documents.current
        if current is not None:
            return current.state.path.parent
        recent = self._settings.value.recent_files
        return Path(recent[0]).parent if recent else Path.home()

    def _remember(self, pattern: object) -> None:
        current = self._documents.current
        if current is not None:
            self._settings.replace(self._settings.value.with_recent(current.state.path))

    def _fill_recent_menu(self) -> None:
        self._recent_menu.clear()
        files = self._settings.value.recent_files
        for name in files:
            action = self._recent_menu.addAction(Path(name).name)
            action.setToolTip(name)
            action.triggered.connect(lambda _checked=False, n=name: self.open_paths([Path(n)]))
        if not files:
            self._recent_menu.addAction("No files yet").setEnabled(False)
