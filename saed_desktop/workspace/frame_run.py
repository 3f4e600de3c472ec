"""Answers every frame of one file, on the road of folder runs: kept at once, and resumed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from saed_desktop.file_names import path_of
from saed_desktop.pattern.readers import PatternFile
from saed_desktop.results.stamp import Stamp
from saed_desktop.results.store import AnswerStore
from saed_desktop.running.batch import BatchJob
from saed_desktop.running.frames import answer_frame_range
from saed_desktop.workspace.folder_row import FolderRow, row_of
from saed_desktop.workspace.kept_run import FolderProgress, KeptRun, processes_for


class FrameRun(KeptRun):
    """One file of many frames with one way of answering it.

    Parameters
    ----------
    file
        The file.
    job
        What every frame is answered with.
    journal
        Where the answers are kept; the user's own place by default.
    """

    def __init__(self, file: Path, job: BatchJob, journal: AnswerStore | None = None) -> None:
        self.file = file.absolute()
        super().__init__(file, self.file.parent, replace(job, all_frames=True), journal)
        self._stamp = Stamp.of(self.file)
        self._n_answered = 0

    def open(self) -> list[FolderRow]:
        """Return what an earlier run of the same kind answered; start afresh after another one."""
        stamp = self._stamp
        head = {
            "frames_of": str(self.file),
            "stamp": [stamp.size, stamp.mtime_ns] if stamp is not None else None,
            "dataset": self._job.dataset,
            **self._job.settings(),
        }
        if not self.journal.resume(head):
            return []
        rows: list[FolderRow] = []
        for offset, entry in self.journal.entries():
            for record in entry.records:
                # they stand in order; of a frame answered again the later answer counts
                if path_of(record.file) == self.file and record.frame <= len(rows):
                    rows[record.frame :] = [_row(row_of(record, offset))]
        # a run that ended in errors may have had another reason than its frames
        while rows and rows[-1].verdict == "error":
            rows.pop()
        self._n_answered = len(rows)
        return rows

    def go(
        self, *, jobs: int = 0, is_cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[FolderProgress]:
        """Answer the frames that are not answered yet."""
        n_frames = PatternFile(self.file, dataset=self._job.dataset).n_frames
        done = min(self._n_answered, n_frames)
        yield FolderProgress(done, n_frames)
        todo = range(done, n_frames)
        size = processes_for(len(todo), jobs)
        for record in answer_frame_range(
            self.file, todo, self._job, jobs=size, is_cancelled=is_cancelled
        ):
            done += 1
            self._n_answered = done
            offset = self.journal.append([record], self._stamp, is_partial=done < n_frames)
            yield FolderProgress(done, n_frames, (_row(row_of(record, offset)),))


def _row(row: FolderRow) -> FolderRow:
    _ = row.search_text  # made here, beside the window's thread: a search then only looks
    return row
