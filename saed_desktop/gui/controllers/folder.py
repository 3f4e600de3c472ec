"""Answers a folder, or watches it, in the background while its table fills."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.analysis import AnalysisController
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.gui.views.folder_page import AS_SHOWN, FolderPage
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.workspace.folder_row import FolderRow
from saed_desktop.workspace.profiles import ProfileStore

if TYPE_CHECKING:
    from saed_desktop.running.batch import CalibrationOverride
    from saed_desktop.workspace.folder_run import FolderProgress, FolderRun

REPORT_EVERY_S = 0.15


class FolderController(QObject):
    """One run or one watch at a time."""

    run_started = Signal()
    run_ended = Signal()
    rows_known = Signal(object)

    def __init__(
        self,
        window: QWidget,
        page: FolderPage,
        actions: ActionSet,
        workers: Workers,
        open_patterns: OpenPatterns,
        analysis: AnalysisController,
        settings: SettingsStore,
        profiles: ProfileStore,
    ) -> None:
        super().__init__(window)
        self._window, self._page, self._actions = window, page, actions
        self._thread, self._open_patterns = workers["folder"], open_patterns
        self._analysis, self._settings, self._profiles = analysis, settings, profiles
        self._task: Task | None = None
        self._run: FolderRun | None = None
        self._is_watch = False
        self._total = self._done = self._done_before = 0
        self._started_s = 0.0
        actions[Act.INDEX_FOLDER].triggered.connect(self.ask_for_folder)
        actions[Act.WATCH_FOLDER].triggered.connect(self._ask_what_to_watch)
        actions[Act.STOP_RUN].triggered.connect(self.stop)
        page.choose_button.clicked.connect(self.ask_for_folder)
        page.watch_button.clicked.connect(self._ask_what_to_watch)
        page.stop_button.clicked.connect(self.stop)
        page.show_scales(sorted(profiles.read()))
        self._show_state()

    @property
    def is_running(self) -> bool:
        """Whether a run or a watch goes on."""
        return self._task is not None

    @property
    def run(self) -> "FolderRun | None":
        """The run whose answers are shown."""
        return self._run

    # ---- start and stop ---------------------------------------------------------------------

    def ask_for_folder(self) -> None:
        """Let the user choose a folder and answer it."""
        name = QFileDialog.getExistingDirectory(self._window, "Index folder", self._start())
        if name:
            self.start(Path(name))

    def _ask_what_to_watch(self) -> None:
        name = QFileDialog.getExistingDirectory(self._window, "Watch folder", self._start())
        if name:
            self.start(Path(name), watch=True)

    def _start(self) -> str:
        current = self._open_patterns.current
        return str(current.state.path.parent if current is not None else Path.home())

    def start(self, folder: Path, *, watch: bool = False) -> None:
        """Answer a folder, or what comes into it; a run that goes on is stopped first."""
        self.stop()
        page = self._page
        page.show_scales(sorted(self._profiles.read()))
        page.model.clear()
        page.show_running(folder.name or str(folder), 0)
        page.show_progress(0, 0, "Waiting for new files…" if watch else "Looking for patterns…")
        self._run, self._is_watch = None, watch
        network, phases = self._analysis.indexing_setup
        jobs, override = self._settings.value.jobs, self._override()

        def work(task: Task) -> None:
            from saed_desktop.workspace.folder_run import FolderRun, job_of
            from saed_desktop.workspace.setup_choice import SetupChoice

            run = FolderRun(folder, job_of(SetupChoice(network, phases), override()))
            task.report(("run", run))
            task.report(("known", run.open()))
            if watch:
                _report(run.watch(task.wait_for_cancel, task.is_cancelled), task)
            else:
                _report(run.go(jobs=jobs, is_cancelled=task.is_cancelled), task)

        self._task = self._thread.submit(
            work, done=self._ended, failed=self._failed, progress=self._progressed, key="run"
        )
        self._started_s, self._done, self._total = time.monotonic(), 0, 0
        self._show_state()
        self.run_started.emit()

    def _override(self) -> "Callable[[], CalibrationOverride]":
        """Return what the run's patterns are calibrated with, as chosen on the page.

        A function, called where the run is: what it needs is not imported here.
        """
        choice = self._page.scale.currentData() or ""
        current = self._open_patterns.current
        profile = self._profiles.read().get(choice.removeprefix("profile:"))

        def make() -> "CalibrationOverride":
            from saed_desktop.pattern.calibration import ScaleSource
            from saed_desktop.running.batch import CalibrationOverride

            if choice == AS_SHOWN and current is not None:
                scale = current.scale_inv_angstrom_per_px
                stated = current.state.calibration
                return CalibrationOverride(
                    scale_inv_angstrom_per_px=scale,
                    energy_kev=current.state.energy_kev,
                    relative_sigma=stated.relative_sigma if stated else None,
                    source=stated.source if stated and scale else ScaleSource.USER,
                    ellipse=current.state.ellipse,
                )
            if profile is not None:
                return CalibrationOverride(
                    scale_inv_angstrom_per_px=profile.scale_inv_angstrom_per_px,
                    energy_kev=profile.energy_kev,
                    relative_sigma=profile.relative_sigma,
                    source=ScaleSource.PROFILE,
                    ellipse=profile.ellipse,
                )
            return CalibrationOverride()

        return make

    def stop(self) -> None:
        """Stop the run or the watch; what is answered is kept."""
        if self._task is None:
            return
        self._task.cancel()
        self._task = None
        words = f"Stopped after {self._done} of {self._total} files. Index it again to go on."
        if self._is_watch:
            words = f"{self._done} files answered. The folder is no longer watched."
        self._page.show_idle(has_rows=bool(self._page.model.rows), status=words)
        self._show_state()
        self.run_ended.emit()

    # ---- news -------------------------------------------------------------------------------

    def _progressed(self, message: tuple[str, Any]) -> None:
        kind, value = message
        if kind == "run":
            self._run = value
            self._page.model.picture_of = value.picture_of
        elif kind == "known":
            self._page.model.add(value)
            self.rows_known.emit(value)
        else:
            self._show_progress(value)

    def _show_progress(self, progress: "FolderProgress") -> None:
        self._page.model.add(progress.rows)
        if self._total == 0:
            self._done_before = progress.done
        self._done, self._total = progress.done, progress.total
        total = 0 if self._is_watch else progress.total
        self._page.show_progress(progress.done, total, self._words())
        if progress.rows:
            self.rows_known.emit(list(progress.rows))

    def _words(self) -> str:
        if self._is_watch:
            return f"Watching. {self._done} files answered."
        done_now = self._done - self._done_before
        seconds = time.monotonic() - self._started_s
        words = f"{self._done} of {self._total} files"
        if done_now >= 3 and seconds > 1 and self._done < self._total:
            left_s = (self._total - self._done) * seconds / done_now
            words += f", {_duration(left_s)} left"
        return words

    def _ended(self, _nothing: None) -> None:
        rows = self._page.model.rows
        failed = sum(row.verdict == "error" for row in rows)
        review = sum(row.needs_review for row in rows)
        words = f"{self._total} files answered, {review} of them need a look"
        words += f", {failed} could not be read." if failed else "."
        self._finish("There is no pattern in this folder." if self._total == 0 else words)

    def _failed(self, sentence: str) -> None:
        self._finish(sentence)

    def _finish(self, words: str) -> None:
        self._task = None
        self._page.show_idle(has_rows=bool(self._page.model.rows), status=words)
        self._show_state()
        self.run_ended.emit()

    def _show_state(self) -> None:
        self._actions[Act.STOP_RUN].setEnabled(self.is_running)


def _report(progress: "Iterator[FolderProgress]", task: Task) -> None:
    """Report several times a second, not once a file: the window has a life too."""
    from saed_desktop.workspace.folder_run import FolderProgress

    rows: list[FolderRow] = []
    last_s = 0.0
    latest = None
    for step in progress:
        rows.extend(step.rows)
        latest = step
        if time.monotonic() - last_s >= REPORT_EVERY_S:
            task.report(("progress", FolderProgress(step.done, step.total, tuple(rows))))
            rows, last_s = [], time.monotonic()
    if latest is not None:
        task.report(("progress", FolderProgress(latest.done, latest.total, tuple(rows))))


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5)} s"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min"
    return f"about {seconds / 3600:.1f} h"
