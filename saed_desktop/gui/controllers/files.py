"""Controller for opening patterns: dialogs, drops, recent files, neighbours, frames."""

from pathlib import Path

from PySide6.QtCore import Signal

from saed_desktop.gui.commands import Act
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.analysis import GLANCE_LIMIT_S
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.worker import Task
from saed_desktop.translation import tr
from saed_desktop.workspace.document import PatternState
from saed_desktop.workspace.file_kinds import (
    LIBRARY_SUFFIX,
    NETWORK_SUFFIX,
    PATTERN_SUFFIXES,
    PROJECT_SUFFIX,
    is_structure_name,
)

LOOK_LIMIT_S = 10.0
"""A folder that has not answered after this long is given up."""


class FilesController(Controller):
    """Opens files, wherever they come from, and hands on what is no pattern."""

    folder_wanted = Signal(Path)
    project_wanted = Signal(Path)
    phases_wanted = Signal(list)
    network_wanted = Signal(Path)
    library_wanted = Signal(Path)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._recent_menu = context.window.menus[Act.RECENT_FILES]
        self._recent_menu.aboutToShow.connect(self._fill_recent_menu)
        context.open_patterns.current_changed.connect(self._remember)

    def ask_for_files(self) -> None:
        """Let the user choose files."""
        patterns = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in PATTERN_SUFFIXES)
        files = self._ask_for_files(
            tr("Open patterns"),
            self._start_folder(),
            tr("Diffraction patterns ({patterns});;All files (*)", patterns=patterns),
        )
        if files:
            self.open_paths(files)

    def open_paths(self, paths: list[Path]) -> None:
        """Open patterns; folders, projects, phases, networks and libraries are handed on.

        Names decide where they can. What has no known ending is looked at in the background: a
        drive that is gone would stop the window.
        """
        patterns: list[Path] = []
        phases: list[Path] = []
        unknown: list[Path] = []
        for path in paths:
            suffix = path.suffix.lower()
            if suffix in PATTERN_SUFFIXES:
                patterns.append(path)
            elif suffix == PROJECT_SUFFIX:
                self.project_wanted.emit(path)
            elif suffix == NETWORK_SUFFIX:
                self.network_wanted.emit(path)
            elif suffix == LIBRARY_SUFFIX:
                self.library_wanted.emit(path)
            elif is_structure_name(path):
                phases.append(path)
            else:
                unknown.append(path)
        if phases:
            self.phases_wanted.emit(phases)
        if patterns:
            self._open_patterns.open_files(patterns)
        for path in unknown:
            self._look_at(path)

    def _look_at(self, path: Path) -> None:
        """Open what is a folder as one, anything else as a pattern, which says why it is none."""

        def done(is_folder: bool) -> None:
            if is_folder:
                self.folder_wanted.emit(path)
            else:
                self._open_patterns.open_files([path])

        self._workers["look"].submit(
            lambda _task: path.is_dir(),
            done=done,
            failed=self._complain,
            limit_s=LOOK_LIMIT_S,
            late_words=tr(
                "{name} does not answer. Its drive or network may be gone; try again when it is "
                "back.",
                name=path.name or str(path),
            ),
        )

    def close_current(self) -> None:
        """Close the pattern shown."""
        if self._current is not None:
            self._open_patterns.close(self._current)

    def step(self, offset: int) -> None:
        """Show the next or previous file of the folder in place of the pattern shown."""
        current = self._current
        if current is None:
            return
        path = current.state.path

        def work(_task: Task) -> Path | None:
            # the readers take 4 ms of the start
            from saed_desktop.pattern.readers import find_patterns

            files = find_patterns([path.parent])
            if path not in files:
                files = sorted([*files, path])
            at = files.index(path) + offset
            return files[at] if 0 <= at < len(files) else None

        def done(found: Path | None) -> None:
            if found is not None and self._current is current:
                self._go_to(PatternState(found))

        self._workers["glance"].submit(work, done=done, key="step", limit_s=GLANCE_LIMIT_S)

    def step_frame(self, offset: int) -> None:
        """Show the next or previous frame of a file of several."""
        current = self._current
        if current is None or current.loaded is None:
            return
        frame = current.state.frame + offset
        if 0 <= frame < current.loaded.pattern.n_frames:
            self.show_frame(frame)

    def show_frame(self, frame: int) -> None:
        """Show another frame of the file shown."""
        current = self._current
        if current is not None and current.state.frame != frame:
            # frames share camera and specimen: what was said of them holds for all
            self._go_to(
                PatternState(
                    current.state.path,
                    frame,
                    dataset=current.state.dataset,
                    calibration=current.state.calibration,
                    energy_kev=current.state.energy_kev,
                    ellipse=current.state.ellipse,
                )
            )

    def open_frame(self, path: Path, frame: int) -> None:
        """Open a frame of a file; of the file shown as the others of its frames."""
        current = self._current
        if current is not None and current.state.path == path and (frame or current.state.frame):
            self.show_frame(frame)
        else:
            self._open_patterns.open([PatternState(path.absolute(), frame)])

    def step_dataset(self) -> None:
        """Show the next dataset of a file of several, after the last one the first."""
        current = self._current
        if current is None or current.loaded is None or not current.loaded.pattern.dataset:
            return
        pattern = current.loaded.pattern
        place = (pattern.datasets.index(pattern.dataset) + 1) % len(pattern.datasets)
        self._go_to(PatternState(current.state.path, dataset=pattern.datasets[place]))

    def _go_to(self, state: PatternState) -> None:
        """Show a state in place of the current one, beside it where that has edits to keep."""
        current = self._current
        if current is None or current.state.holds_work:
            self._open_patterns.open([state])
        else:
            self._open_patterns.replace(current, state)

    def _start_folder(self) -> Path:
        current = self._current
        if current is not None:
            return current.state.path.parent
        recent = self._settings.value.recent_files
        return Path(recent[0]).parent if recent else Path.home()

    def _remember(self, _pattern: object) -> None:
        current = self._current
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
            self._recent_menu.addAction(tr("No files yet")).setEnabled(False)
