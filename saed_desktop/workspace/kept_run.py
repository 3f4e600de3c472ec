"""Runs over many patterns, whose answers are kept at once and resumed: their common part."""

import hashlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec import UNSET

from saed_desktop import paths
from saed_desktop.results.store import AnswerStore
from saed_desktop.running.batch import BatchJob
from saed_desktop.workspace.folder_row import FolderRow

_FEW_FILES = 4


@dataclass(frozen=True)
class FolderProgress:
    """Progress of a run.

    Parameters
    ----------
    done, total
        Files or frames answered, and how many there are.
    rows
        What has come since the last report.
    """

    done: int
    total: int
    rows: tuple[FolderRow, ...] = ()


def processes_for(n_files: int, wanted: int = 0) -> int:
    """Return how many processes answer so many files; 0 leaves it to the program."""
    if wanted:
        return wanted
    # one process at least apart from the window's: a busy window must not slow it, nor it the
    # window
    return max(1, min(os.cpu_count() or 1, 8, -(-n_files // _FEW_FILES)))


class KeptRun(ABC):
    """Patterns of one place with one way of answering them.

    Parameters
    ----------
    of
        The folder or file whose patterns are answered: its answers have a place of their own.
    folder
        The folder that paths are shown from.
    job
        What every pattern is answered with.
    journal
        Where the answers are kept; the user's own place by default.
    """

    def __init__(self, of: Path, folder: Path, job: BatchJob, journal: AnswerStore | None) -> None:
        self.folder = folder
        self._job = job
        self.journal = journal or AnswerStore(run_folder_of(of) / "answers.jsonl")

    @abstractmethod
    def open(self) -> list[FolderRow]:
        """Return what an earlier run of the same kind answered; start afresh after another one."""

    @abstractmethod
    def go(
        self, *, jobs: int = 0, is_cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[FolderProgress]:
        """Answer what is not answered yet.

        Parameters
        ----------
        jobs
            Processes; 0 leaves their number to the program.
        is_cancelled
            Asked many times a second.

        Raises
        ------
        UnreadablePatternError
            If the frames of a file are answered, and it cannot be read.
        """

    def picture_of(self, row: FolderRow) -> bytes | None:
        """Return the small picture of a row, a JPEG; None where there is none."""
        entry = self.journal.entry_at(row.line) if row.line >= 0 else None
        if entry is None:
            return None
        for record in entry.records:
            if record.frame == row.frame and record.picture is not UNSET:
                return record.picture.jpeg
        return None


def run_folder_of(place: Path) -> Path:
    """Return where the answers of a folder, or of the frames of a file, are kept."""
    name = hashlib.sha256(str(place.absolute()).encode()).hexdigest()[:20]
    return paths.data_dir() / "runs" / name
