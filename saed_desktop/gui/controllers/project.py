"""The project: saved when asked, saved by itself against a crash, offered again after one."""

import logging
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QLockFile, QTimer

from saed_desktop import paths
from saed_desktop.errors import SaedError, user_message
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.worker import Task
from saed_desktop.translation import counted, recognised, tr
from saed_desktop.workspace.crash_copies import Offer, read_copies
from saed_desktop.workspace.document import PatternState
from saed_desktop.workspace.file_kinds import PROJECT_SUFFIX
from saed_desktop.workspace.project import Project, ProjectPattern, load_project, save_project

_AUTOSAVE = "autosave"
_KEPT = "kept-"


class ProjectController(Controller):
    """Saves and opens projects, and keeps a copy of what is open against a crash."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._thread, open_patterns = context.workers["files"], context.open_patterns
        self.path: Path | None = None
        self._edits = self._saved_edits = 0
        self._lock: QLockFile | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.autosave)
        open_patterns.state_changed.connect(lambda *_: self._changed())
        open_patterns.list_changed.connect(self._changed)
        open_patterns.closed.connect(self._offer_again)
        # a new answer is worth an autosave, but not a question to the user
        open_patterns.pattern_updated.connect(lambda _p: self._copy_soon())

    # ---- what is saved ----------------------------------------------------------------------

    def project(self) -> Project:
        """Return what is open as a value."""
        patterns = self._open_patterns.patterns
        current = self._open_patterns.current
        return Project(
            patterns=tuple(
                ProjectPattern(p.state, p.view.record if p.view is not None else None)
                for p in patterns
            ),
            current=patterns.index(current) if current in patterns else 0,
            network=self._settings.value.network,
            phases=self._settings.value.phases,
            elements_yes=self._settings.value.elements_yes,
            elements_no=self._settings.value.elements_no,
        )

    def save(self) -> None:
        """Save under the known name, or ask for one."""
        if self.path is None:
            self.ask_where_to_save()
        else:
            self.save_as(self.path)

    def ask_where_to_save(self) -> None:
        """Ask for the project's file and save it there."""
        folder = self._current.state.path.parent if self._current is not None else Path.home()
        start = self.path or folder / f"{folder.name or 'patterns'}{PROJECT_SUFFIX}"
        path = self._ask_where_to_save(
            tr("Save project"),
            start,
            tr("Project (*{PROJECT_SUFFIX})", PROJECT_SUFFIX=PROJECT_SUFFIX),
        )
        if path is not None:
            self.save_as(path if path.suffix else path.with_suffix(PROJECT_SUFFIX))

    def save_as(self, path: Path) -> None:
        """Save in the background."""
        project, edits = self.project(), self._edits

        def work(_task: Task) -> None:
            save_project(path, project)

        def done(_nothing: None) -> None:
            # what was done while it was being written is not in it
            self.path, self._saved_edits = path, edits
            self._settings.replace(self._settings.value.with_recent(path))
            self._banner.show_notice(tr("The project is saved to {name}.", name=path.name))

        self._thread.submit(work, done=done, failed=self._complain, key="save")

    def save_now(self) -> bool:
        """Save before the program ends, wait for it, and return whether that worked."""
        if self.path is None:
            return True
        try:
            save_project(self.path, self.project())
        except (SaedError, OSError) as error:
            self._complain(recognised(user_message(error)))
            return False
        self._saved_edits = self._edits
        return True

    def _offer_again(self, states: list[PatternState]) -> None:
        """Let patterns that were closed with work on them be opened again."""
        if any(state.with_changes(label=None).is_edited for state in states):
            what = (
                states[0].path.name
                if len(states) == 1
                else counted(len(states), "{n} pattern", "{n} patterns")
            )
            self._banner.show_notice(
                tr("{what} closed with your edits.", what=what),
                (tr("Open again"), lambda: self._open_patterns.open(states)),
            )

    # ---- opening ----------------------------------------------------------------------------

    def ask_what_to_open(self) -> None:
        """Ask for a project's file and open it."""
        path = self._ask_for_file(
            tr("Open project"),
            Path.home(),
            tr("Project (*{PROJECT_SUFFIX})", PROJECT_SUFFIX=PROJECT_SUFFIX),
        )
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Open a project in place of what is open."""

        def done(project: Project) -> None:
            # the answers of the old patterns are dropped only now that the new ones are there
            self._open_patterns.close_all(by_user=False)
            self.path = path
            states = [item.state for item in project.patterns]
            self._open_patterns.open(states)
            patterns = self._open_patterns.patterns
            if patterns and 0 <= project.current < len(patterns):
                self._open_patterns.show(patterns[project.current])
            self._settings.replace(self._settings.value.with_recent(path))
            if project.elements_yes is not None and project.elements_no is not None:
                self._settings.change(
                    elements_yes=project.elements_yes, elements_no=project.elements_no
                )
            if project.unread:
                self._complain(
                    tr(
                        "{len} patterns of the project could not be understood: {join}.",
                        len=len(project.unread),
                        join=", ".join(project.unread[:3]),
                    )
                )
            self._saved_edits = self._edits

        self._thread.submit(
            lambda _task: load_project(path), done=done, failed=self._complain, key="open"
        )

    # ---- against a crash --------------------------------------------------------------------

    def start(self) -> None:
        """Take a place for the copies, and offer what a crash left behind."""
        folder = paths.data_dir() / _AUTOSAVE
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return  # without a place there is no copy, and no reason not to start
        left = self._left_behind(folder)
        for number in range(1000):
            lock = QLockFile(str(folder / f"{number}.lock"))
            lock.setStaleLockTime(0)
            if not (folder / f"{number}{PROJECT_SUFFIX}").exists() and lock.tryLock(0):
                self._lock = lock
                self._copy = folder / f"{number}{PROJECT_SUFFIX}"
                break
        kept = list(folder.glob(f"{_KEPT}*{PROJECT_SUFFIX}"))
        if left or kept:
            words = (
                tr("The program ended unexpectedly with {} open.")
                if left
                else tr("Your work on {} from last time is in no project yet.")
            )
            self._thread.submit(
                lambda _task: read_copies([*left, *kept]),
                done=lambda offer: self._offer(offer, words),
                failed=self._complain,
            )

    @staticmethod
    def _left_behind(folder: Path) -> list[Path]:
        """Return copies whose program no longer runs."""
        found = []
        for copy in sorted(folder.glob(f"[0-9]*{PROJECT_SUFFIX}")):
            lock = QLockFile(str(copy.with_suffix(".lock")))
            lock.setStaleLockTime(0)
            if lock.tryLock(0):
                lock.unlock()
                found.append(copy)
        return found

    def _offer(self, offer: Offer, words: str) -> None:
        """Offer what copies hold; what cannot be read stays where it is."""
        damaged = (
            tr(" What cannot be read of it is kept in {parent}.", parent=offer.damaged[0].parent)
            if offer.damaged
            else ""
        )
        if not offer.states:
            _remove(offer.whole)  # they hold nothing
            if damaged:
                self._complain(damaged.strip())
            return

        def restore() -> None:
            offered = {state.source for state in offer.states}
            for pattern in self._open_patterns.patterns:
                # opened anew meanwhile, without a decision: the one with the work takes its place
                if pattern.state.source in offered and not pattern.state.is_edited:
                    self._open_patterns.close(pattern)
            self._open_patterns.open(list(offer.states))
            patterns = self._open_patterns.patterns
            shown = [p for p in patterns if p.state == offer.states[offer.current]]
            if shown:
                self._open_patterns.show(shown[0])
            opened = [pattern.state for pattern in patterns]
            if self._lock is None or any(state not in opened for state in offer.states):
                return  # the copies stay, and are offered again
            project, copy = self.project(), self._copy

            def work(_task: Task) -> None:
                # the old copies go when there is a new one
                save_project(copy, project)
                _remove(offer.whole)

            self._thread.submit(work, failed=self._complain)

        self._banner.show_notice(
            words.format(counted(len(offer.states), "{n} pattern", "{n} patterns")) + damaged,
            (tr("Open them again"), restore),
            (tr("Forget them"), lambda: _remove(offer.files)),
            kind="warning",
        )

    def _changed(self) -> None:
        self._edits += 1
        self._copy_soon()

    def _copy_soon(self) -> None:
        if self._lock is not None and not self._timer.isActive():
            # a first copy soon after a change, later ones at the user's pace
            self._timer.start(round(min(self._settings.value.autosave_minutes, 0.25) * 60_000))

    def autosave(self) -> None:
        """Keep a copy of what is open."""
        if self._lock is None:
            return
        project, copy = self.project(), self._copy

        def work(_task: Task) -> None:
            if project.patterns:
                save_project(copy, project)
            else:
                copy.unlink(missing_ok=True)

        self._thread.submit(work, key="autosave")

    def stop(self) -> None:
        """Remove the copy: the program ends as it should.

        Work that is in no project is kept for the next start instead.
        """
        self._timer.stop()
        if self._lock is None:
            return
        if self.path is None and self._holds_work:
            try:
                save_project(_next_kept(self._copy.parent), self.project())
            except (SaedError, OSError):
                logging.getLogger(__name__).exception("work cannot be kept for the next start")
                self._lock.unlock()
                self._lock = None
                return  # the copy stays, and is offered like one that a crash left
        self._copy.unlink(missing_ok=True)
        self._lock.unlock()
        self._lock = None

    @property
    def _holds_work(self) -> bool:
        """Whether anything was decided that is not beside the data already, as labels are."""
        states = (
            pattern.state.with_changes(label=None) for pattern in self._open_patterns.patterns
        )
        return any(state.is_edited for state in states)

    @property
    def has_unsaved_changes(self) -> bool:
        """Whether a project that has a file differs from it."""
        return self.path is not None and self._edits != self._saved_edits


def _next_kept(folder: Path) -> Path:
    """Return the name under which work is kept for the next start."""
    names = [path.stem.removeprefix(_KEPT) for path in folder.glob(f"{_KEPT}*")]
    numbers = [int(name[:6]) for name in names if name[:6].isdigit()]
    return folder / f"{_KEPT}{max(numbers, default=0) + 1:06d}{PROJECT_SUFFIX}"


def _remove(copies: Iterable[Path]) -> None:
    for copy in copies:
        copy.unlink(missing_ok=True)
