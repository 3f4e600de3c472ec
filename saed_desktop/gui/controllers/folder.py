"""Answers a folder, or watches it, in the background while its table fills."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication

from saed_desktop.gui.commands import Act
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.views.folder_page import AS_SHOWN
from saed_desktop.gui.worker import Task
from saed_desktop.pattern.calibration import ScaleSource
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.folder_row import FolderRow
from saed_desktop.workspace.profiles import ProfileStore

if TYPE_CHECKING:
    from saed_desktop.running.batch import CalibrationOverride
    from saed_desktop.workspace.kept_run import FolderProgress, KeptRun
    from saed_desktop.workspace.specimens import SpecimenAnswer

REPORT_EVERY_S = 0.15
GROUP_AGAIN_MS = 600
"""Answers come many times a second; the groups of a specimen need not."""
STOPPED = {
    "file": mark("Stopped after {done} of {total} files. Index it again to go on."),
    "frame": mark("Stopped after {done} of {total} frames. Index it again to go on."),
}
PROGRESS = {
    "file": mark("{done} of {total} files"),
    "frame": mark("{done} of {total} frames"),
}
ANSWERED = {
    "file": mark("{total} files answered, {review} of them need a look"),
    "frame": mark("{total} frames answered, {review} of them need a look"),
}
ROW_MENU = (Act.ACCEPT, Act.CORRECT, Act.REMOVE_LABEL, Act.NEXT_REVIEW)


class FolderController(Controller):
    """One run or one watch at a time, its table by file and by specimen, and its export."""

    run_started = Signal()
    run_ended = Signal()
    rows_known = Signal(object)

    def __init__(self, context: Context, profiles: ProfileStore) -> None:
        super().__init__(context)
        self._page, self._profiles = context.window.folder_page, profiles
        self._task: Task | None = None
        self._run: KeptRun | None = None
        self._is_watch = False
        self._noun = "file"
        self._total = self._done = self._done_before = 0
        self._started_s = 0.0
        self._grouping = ""
        self._group_timer = QTimer(self)
        self._group_timer.setSingleShot(True)
        self._group_timer.setInterval(GROUP_AGAIN_MS)
        self._group_timer.timeout.connect(self._group)
        self._connect_page()

    def _connect_page(self) -> None:
        page = self._page
        page.choose_button.clicked.connect(self.ask_for_folder)
        page.watch_button.clicked.connect(self.ask_what_to_watch)
        page.stop_button.clicked.connect(self.stop)
        page.export_button.clicked.connect(self.ask_where_to_export)
        page.grouping_chosen.connect(self._choose_grouping)
        page.specimen_chosen.connect(self._show_only)
        page.model.counts_changed.connect(self._group_soon)
        page.show_scales(sorted(self._profiles.read()))
        for act in ROW_MENU:
            page.table.addAction(self._actions[act])
        copy_path = QAction(tr("Copy path"), page.table)
        copy_path.triggered.connect(self._copy_row_path)
        page.table.addAction(copy_path)

    def _copy_row_path(self) -> None:
        row = self._page.current_row
        if row is not None:
            QGuiApplication.clipboard().setText(str(row.path))

    @property
    def is_running(self) -> bool:
        """Whether a run or a watch goes on."""
        return self._task is not None

    @property
    def is_of_frames(self) -> bool:
        """Whether the frames of one file are answered, not the files of a folder."""
        return self._noun == "frame"

    @property
    def run(self) -> "KeptRun | None":
        """The run whose answers are shown."""
        return self._run

    # ---- start and stop ---------------------------------------------------------------------

    def ask_for_folder(self) -> None:
        """Let the user choose a folder and answer it."""
        folder = self._ask_for_folder(tr("Index folder"), self._start())
        if folder is not None:
            self.start(folder)

    def ask_what_to_watch(self) -> None:
        """Let the user choose a folder and answer what comes into it."""
        folder = self._ask_for_folder(tr("Watch folder"), self._start())
        if folder is not None:
            self.start(folder, watch=True)

    def _start(self) -> Path:
        return self._current.state.path.parent if self._current is not None else Path.home()

    def start(self, folder: Path, *, watch: bool = False) -> None:
        """Answer a folder, or what comes into it; a run that goes on is stopped first."""
        choice, override = self._setup, self._override(self._page.scale.currentData() or "")

        def make() -> "KeptRun":
            from saed_desktop.workspace.folder_run import FolderRun, job_of

            return FolderRun(folder, job_of(choice, override()))

        words = tr("Waiting for new files…") if watch else tr("Looking for patterns…")
        self._start_run(make, folder.name or str(folder), words, "file", watch=watch)

    def start_frames(self, file: Path, dataset: str | None) -> None:
        """Answer all frames of a file, calibrated as the pattern shown."""
        choice, override = self._setup, self._override(AS_SHOWN)

        def make() -> "KeptRun":
            from saed_desktop.workspace.folder_run import job_of
            from saed_desktop.workspace.frame_run import FrameRun

            return FrameRun(file, replace(job_of(choice, override()), dataset=dataset))

        self._start_run(make, file.name, tr("Looking for what is answered…"), "frame")

    def _start_run(
        self, make: "Callable[[], KeptRun]", title: str, words: str, noun: str,
        *, watch: bool = False,
    ) -> None:  # fmt: skip
        self.stop()
        page = self._page
        page.show_scales(sorted(self._profiles.read()))
        page.model.clear()
        page.show_running(title, 0)
        page.show_progress(0, 0, words)
        self._run, self._is_watch, self._noun = None, watch, noun
        jobs = self._settings.value.jobs

        def work(task: Task) -> None:
            from saed_desktop.workspace.folder_run import FolderRun

            run = make()
            task.report(("run", run))
            task.report(("known", run.open()))
            if watch and isinstance(run, FolderRun):
                _report(run.watch(task.wait_for_cancel, task.is_cancelled), task)
            else:
                _report(run.go(jobs=jobs, is_cancelled=task.is_cancelled), task)

        self._task = self._workers["folder"].submit(
            work, done=self._ended, failed=self._failed, progress=self._progressed, key="run"
        )
        self._started_s, self._done, self._total = time.monotonic(), 0, 0
        self.run_started.emit()

    def _override(self, choice: str) -> "Callable[[], CalibrationOverride]":
        """Return what the run's patterns are calibrated with, by one of the page's choices.

        A function, called where the run is: what it needs is not imported here.
        """
        current = self._current
        profile = self._profiles.read().get(choice.removeprefix("profile:"))

        def make() -> "CalibrationOverride":
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
        words = tr(
            STOPPED[self._noun],
            done=self._done,
            total=self._total,
        )
        if self._is_watch:
            words = tr("{done} files answered. The folder is no longer watched.", done=self._done)
        self._page.show_idle(has_rows=bool(self._page.model.rows), status=words)
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
            return tr("Watching. {done} files answered.", done=self._done)
        done_now = self._done - self._done_before
        seconds = time.monotonic() - self._started_s
        words = tr(PROGRESS[self._noun], done=self._done, total=self._total)
        if done_now >= 3 and seconds > 1 and self._done < self._total:
            left_s = (self._total - self._done) * seconds / done_now
            words += tr(", {duration} left", duration=_duration(left_s))
        return words

    def _ended(self, _nothing: None) -> None:
        rows = self._page.model.rows
        failed = sum(row.verdict == "error" for row in rows)
        review = sum(row.needs_review for row in rows if row.verdict != "error")
        words = tr(ANSWERED[self._noun], total=self._total - failed, review=review)
        words += tr(", {failed} could not be read.", failed=failed) if failed else "."
        self._finish(tr("There is no pattern in this folder.") if self._total == 0 else words)

    def _failed(self, sentence: str) -> None:
        self._finish(sentence)

    def _finish(self, words: str) -> None:
        self._task = None
        self._page.show_idle(has_rows=bool(self._page.model.rows), status=words)
        self.run_ended.emit()

    # ---- by specimen ------------------------------------------------------------------------

    def _group_soon(self) -> None:
        if self._grouping and not self._group_timer.isActive():
            self._group_timer.start()

    def _choose_grouping(self, grouping: str) -> None:
        self._grouping = grouping
        self._page.show_only(None)
        self._group()

    def _group(self) -> None:
        """Group by specimen again, in the background."""
        if not self._grouping:
            self._page.show_specimens([])
            return
        rows, group_of = list(self._page.model.rows), self._group_of()

        def work(_task: Task) -> "list[SpecimenAnswer]":
            from saed_desktop.workspace.specimens import specimen_answers

            return specimen_answers(rows, group_of())

        self._workers["files"].submit(work, done=self._page.show_specimens, key="specimens")

    def _group_of(self) -> Callable[[], Callable[[FolderRow], str]]:
        """Return what gives the grouping; called where it is used, for what it imports."""
        by_name, run = self._grouping == "name", self._run

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

    # ---- the answers as a file --------------------------------------------------------------

    def ask_where_to_export(self) -> None:
        """Ask for the file that the answers go to."""
        if self._run is None:
            self._banner.show_notice(tr("Index a folder first: there are no answers to export."))
            return
        path = self._ask_where_to_save(
            tr("Export results"),
            self._run.folder / "results.csv",
            tr("Table (*.csv);;Page with pictures (*.html);;One JSON object a line (*.jsonl)"),
        )
        if path is not None:
            self.export(path)

    def export(self, path: Path) -> None:
        """Write the answers to a file, in the background."""
        run = self._run
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

        self._workers["files"].submit(
            work,
            done=lambda count: self._banner.show_notice(
                tr("{count} answers saved to {path}.", count=count, path=path)
            ),
            failed=self._complain,
            progress=lambda done: self._banner.show_progress(
                tr("Saving {done} answers to {name}…", done=done, name=path.name)
            ),
            key="export",
        )

    def close(self) -> None:
        """Let nothing come after the end."""
        self._group_timer.stop()


def _report(progress: "Iterator[FolderProgress]", task: Task) -> None:
    """Report several times a second, not once a file: the window has a life too."""
    from saed_desktop.workspace.kept_run import FolderProgress

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
        return tr("about {max} s", max=max(5, round(seconds / 5) * 5))
    if seconds < 5400:
        return tr("about {round} min", round=round(seconds / 60))
    return tr("about {value:.1f} h", value=seconds / 3600)
