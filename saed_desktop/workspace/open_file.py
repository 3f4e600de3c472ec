"""The file that was read last, kept open: the next of its frames comes without reading it anew."""

import threading
from pathlib import Path

from saed_desktop.pattern.readers import PatternFile
from saed_desktop.results.stamp import Stamp


class OpenFile:
    """Keeps one file of several frames open, for each thread its own.

    A thread that a dead drive holds may be left behind while another goes on in its place: the
    two must not share a file.
    """

    def __init__(self) -> None:
        self._kept = threading.local()

    def get(self, path: Path, dataset: str | None) -> PatternFile:
        """Return a file opened now, or before if it has not changed since.

        Raises
        ------
        UnreadablePatternError, UsageError
            If it cannot be read, or has no such dataset.
        """
        key = (path, dataset, Stamp.of(path))
        kept: PatternFile | None = getattr(self._kept, "file", None)
        if kept is not None and self._kept.key == key:
            return kept
        # the former one goes first: both together may be too large
        self._kept.file = kept = None
        found = PatternFile(path, dataset=dataset)
        if found.n_frames > 1:
            self._kept.key, self._kept.file = key, found
        return found
