"""Answers a folder, keeps every answer at once, and goes on where an earlier run was stopped."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from saed_desktop.file_names import path_of
from saed_desktop.pattern.readers import find_patterns
from saed_desktop.results.record import AnswerRecord
from saed_desktop.results.stamp import Stamp
from saed_desktop.results.store import AnswerStore, Entry
from saed_desktop.results.watch import EVERY_S, new_files
from saed_desktop.running.batch import BatchJob, CalibrationOverride, answers_by_file
from saed_desktop.workspace.choice import SetupChoice
from saed_desktop.workspace.folder_row import FolderRow, row_of
from saed_desktop.workspace.kept_run import FolderProgress, KeptRun, processes_for
from saed_desktop.workspace.record_extras import WindowExtras
from saed_desktop.workspace.setup_choice import (
    available_phases,
    chosen_bundle,
    chosen_phases,
)


class FolderRun(KeptRun):
    """One folder with one way of answering it.

    Parameters
    ----------
    folder
        The folder, with its sub-folders.
    job
        What every file is answered with.
    journal
        Where the answers are kept; the user's own place by default.
    files
        What to answer; all patterns of the folder by default.
    """

    def __init__(
        self,
        folder: Path,
        job: BatchJob,
        journal: AnswerStore | None = None,
        *,
        files: Sequence[Path] | None = None,
    ) -> None:
        super().__init__(folder, folder.absolute(), job, journal)
        self._files = files
        self._stamps: dict[Path, Stamp | None] = {}

    def open(self) -> list[FolderRow]:
        """Return what an earlier run of the same kind answered; start afresh after another one.

        A file that has changed since, or is gone, is left out.
        """
        if not self.journal.resume({"folder": str(self.folder), **self._job.settings()}):
            return []
        rows: dict[tuple[Path, int], FolderRow] = {}
        for offset, entry in self.journal.entries():
            path = path_of(entry.records[0].file) if entry.records else None
            if path is None or entry.stamp is None or Stamp.of(path) != entry.stamp:
                continue
            self._stamps[path] = entry.stamp
            rows |= {row.key: row for row in _rows(offset, entry)}
        return list(rows.values())

    def go(
        self, *, jobs: int = 0, is_cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[FolderProgress]:
        """Answer the files that are not answered yet."""
        wanted = self._files
        if wanted is None:
            wanted = find_patterns([self.folder], recursive=True)
        todo = [path for path in wanted if not self._is_answered(path)]
        done = len(wanted) - len(todo)
        yield FolderProgress(done, len(wanted))
        if not todo:
            return
        stamps = {path: Stamp.of(path) for path in todo}
        size = processes_for(len(todo), jobs)
        # in processes even where there is one: the window's own stays free
        answers = answers_by_file(todo, self._job, jobs=max(2, size), is_cancelled=is_cancelled)
        for path, records in answers:
            rows = self.keep(records, stamps[path])
            done += 1
            yield FolderProgress(done, len(wanted), rows)

    def watch(
        self,
        wait: Callable[[float], bool],
        is_cancelled: Callable[[], bool],
        every_s: float = EVERY_S,
    ) -> Iterator[FolderProgress]:
        """Answer every file that comes, one after another, until the watch ends.

        Parameters
        ----------
        wait
            Sleeps for so many seconds; returns True when the watch is to end.
        is_cancelled
            Asked between files.
        every_s
            Time between two looks at the folder.
        """
        done = len(self._stamps)
        yield FolderProgress(done, done)
        stamps: dict[Path, Stamp | None] = {}

        def stamped() -> Iterator[Path]:
            for path in new_files([self.folder], self._knows, wait, every_s=every_s):
                stamps[path] = Stamp.of(path)
                yield path

        for path, records in answers_by_file(stamped(), self._job, is_cancelled=is_cancelled):
            rows = self.keep(records, stamps.pop(path, None))
            done += 1
            yield FolderProgress(done, done, rows)

    def _knows(self, path: Path, stamp: Stamp) -> bool:
        return self._stamps.get(path) == stamp

    def keep(self, records: list[AnswerRecord], stamp: Stamp | None) -> tuple[FolderRow, ...]:
        """Write the records of one file to the journal and return its rows."""
        offset = self.journal.append(records, stamp)
        if records:
            self._stamps[path_of(records[0].file)] = stamp
        return _rows(offset, Entry(tuple(records), stamp))

    def _is_answered(self, path: Path) -> bool:
        known = self._stamps.get(path)
        return known is not None and Stamp.of(path) == known


def _rows(offset: int, entry: Entry) -> tuple[FolderRow, ...]:
    count = len(entry.records)
    rows = [replace(row_of(record, offset), n_frames=count) for record in entry.records]
    for row in rows:
        _ = row.search_text  # made here, beside the window's thread: a search then only looks
    return tuple(rows)


def job_of(
    choice: SetupChoice,
    calibration: CalibrationOverride | None = None,
    *,
    all_frames: bool = False,
) -> BatchJob:
    """Return a choice as a job that other processes can do.

    Raises
    ------
    BundleError
        If the network is damaged or gone.
    """
    bundle = chosen_bundle(choice)
    phases = chosen_phases(choice, available_phases(), bundle)
    return BatchJob(
        phases=phases,
        network=bundle.path if bundle else None,
        calibration=calibration or CalibrationOverride(),
        all_frames=all_frames,
        details=WindowExtras(),
    )
