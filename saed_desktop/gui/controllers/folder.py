"""Answers a folder in the background while its table fills."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.action_table import Act
from saed_desktop.gui.controllers.answering import AnsweringController
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.gui.views.folder_page import FolderPage
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.workspace.folder_row import FolderRow

if TYPE_CHECKING:
    from saed_desktop.workspace.folder_run import FolderRun, Progress

REPORT_EVERY_S = 0.15


class FolderController(QObject):
    """One folder run at a time."""

    run_started = Signal()
    run_ended = Signal()

    def __init__(
        self,
        window: QWidget,
        page: FolderPage,
        actions: ActionSet,
        workers: Workers,
        answering: AnsweringController,
        settings: SettingsStore,
    ) -> None:
        super().__init__(window)
        self._window, self._page, self._actions = window, page, actions
        self._lane, self._files = workers["folder"], workers["files"]
        self._answering, self._settings = answering, settings
        self._task: Task | None = None
        self._run: FolderRun | None = None
        self._total = self._done = 0
        self._started_s = 0.0
        self._done_before = 0
        actions[Act.INDEX_FOLDER].triggered.connect(self.ask_for_folder)
        actions[Act.STOP_RUN].triggered.connect(self.stop)
        actions[Act.EXPORT_RESULTS].triggered.connect(self.ask_where_to_export)
        page.choose_button.clicked.connect(self.ask_for_folder)
        page.stop_button.clicked.connect(self.stop)
        page.export_button.clicked.connect(self.ask_where_to_export)
        self._show_state()

    @property
    def is_running(self) -> bool:
        """Whether a run goes on."""
        return self._task is not None

    def ask_for_folder(self) -> None:
        """Let the user choose a folder and answer it."""
        name = QFileDialog.getExistingDirectory(self._window, "Index folder")
        if name:
            self.start(Path(name))

    def start(self, folder: Path) -> None:
        """Answer a folder; a run that goes on is stopped first."""
        self.stop()
        self._page.model.clear()
        self._page.show_running(folder.name or str(folder), 0)
        self._page.show_progress(0, 0, "Looking for patterns…")
        network, phases = self._answering.witnesses
        jobs = self._settings.value.jobs

        def work(task: Task) -> bool:
            from saed_desktop.workspace.folder_run import FolderRun
            from saed_desktop.workspace.library import WitnessChoice, job_of

            run = FolderRun(folder, job_of(WitnessChoice(network, phases)))
            task.report(("run", run))
            task.report(("known", run.open()))
            _go(run, task, jobs)
            return task.is_cancelled()

        self._task = self._lane.submit(
            work, done=self._ended, failed=self._failed, progress=self._progressed, key="run"
        )
        self._started_s, self._done, self._total = time.monotonic(), 0, 0
        self._show_state()
        self.run_started.emit()

    def stop(self) -> None:
        """Stop the run; what is answered is kept."""
        if self._task is None:
            return
        self._task.cancel()
        self._task = None
        self._page.show_idle(
            has_rows=bool(self._page.model.rows),
            status=f"Stopped after {self._done} of {self._total} files. "
            "Index the folder again to go on from here.",
        )
        self._show_state()
        self.run_ended.emit()

    def _progressed(self, message: tuple[str, Any]) -> None:
        kind, value = message
        if kind == "run":
            self._run = value
        elif kind == "known":
            self._page.model.add(value)
        else:
            self._show_progress(value)

    def _show_progress(self, progress: "Progress") -> None:
        self._page.model.add(progress.rows)
        if self._total == 0:
            self._done_before = progress.done
        self._done, self._total = progress.done, progress.total
        self._page.show_progress(progress.done, progress.total, self._words())

    def _words(self) -> str:
        done_now = self._done - self._done_before
        seconds = time.monotonic() - self._started_s
        words = f"{self._done} of {self._total} files"
        if done_now >= 3 and seconds > 1 and self._done < self._total:
            left_s = (self._total - self._done) * seconds / done_now
            words += f", {_duration(left_s)} left"
        return words

    def _ended(self, _was_cancelled: bool) -> None:
        self._task = None
        failed = sum(row.verdict == "error" for row in self._page.model.rows)
        review = sum(row.needs_review for row in self._page.model.rows)
        words = f"{self._total} files answered, {review} of them need a look"
        words += f", {failed} could not be read." if failed else "."
        if self._total == 0:
            words = "There is no pattern in this folder."
        self._page.show_idle(has_rows=bool(self._page.model.rows), status=words)
        self._show_state()
        self.run_ended.emit()

    def _failed(self, sentence: str) -> None:
        self._task = None
        self._page.show_idle(has_rows=bool(self._page.model.rows), status=sentence)
        self._show_state()
        self.run_ended.emit()

    def _show_state(self) -> None:
        self._actions[Act.STOP_RUN].setEnabled(self.is_running)
        self._actions[Act.EXPORT_RESULTS].setEnabled(self._run is not None)

    # ---- export -----------------------------------------------------------------------------

    def ask_where_to_export(self) -> None:
        """Let the user choose a file and write the answers to it."""
        if self._run is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            "Export results",
            str(self._run.folder / "results.csv"),
            "Table (*.csv);;One JSON object a line (*.jsonl);;Web page (*.html)",
        )
        if name:
            self.export(Path(name))

    def export(self, path: Path) -> None:
        """Write the answers to a file, in the background."""
        run = self._run
        if run is None:
            return

        def work(_task: Task) -> int:
            from saed_desktop.workspace.export import export_run

            return export_run(run.journal, path)

        self._files.submit(
            work,
            done=lambda count: self._page.show_idle_status(f"{count} rows saved to {path}."),
            failed=self._page.show_idle_status,
            key="export",
        )


def _go(run: "FolderRun", task: Task, jobs: int) -> None:
    """Answer and report several times a second, not once a file: the window has a life too."""
    from saed_desktop.workspace.folder_run import Progress

    rows: list[FolderRow] = []
    last_s = 0.0
    latest = None
    for progress in run.go(jobs=jobs, is_cancelled=task.is_cancelled):
        rows.extend(progress.rows)
        latest = progress
        if time.monotonic() - last_s >= REPORT_EVERY_S:
            task.report(("progress", Progress(progress.done, progress.total, tuple(rows))))
            rows, last_s = [], time.monotonic()
    if latest is not None:
        task.report(("progress", Progress(latest.done, latest.total, tuple(rows))))


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5)} s"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min"
    return f"about {seconds / 3600:.1f} h"
