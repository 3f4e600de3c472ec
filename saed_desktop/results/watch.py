"""Patterns as a microscope writes them: new files of a folder, each once it is complete.

Folders are looked at again and again: a file system's notifications do not come from network
drives, which is where microscopes write.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from saed_desktop.pattern.readers import find_patterns
from saed_desktop.results.stamp import Stamp

EVERY_S = 1.0


def new_files(
    paths: Sequence[Path],
    known: Callable[[Path, Stamp], bool],
    wait: Callable[[float], bool],
    *,
    recursive: bool = True,
    every_s: float = EVERY_S,
) -> Iterator[Path]:
    """Yield files that are new or have changed, when they did not grow between two looks.

    Parameters
    ----------
    paths
        Files and folders to watch.
    known
        Tells whether a file in that state was answered already.
    wait
        Sleeps for so many seconds; returns True when the watch is to end.
    recursive
        Look into folders of folders.
    every_s
        Time between two looks.
    """
    before: dict[Path, Stamp] = {}
    given: dict[Path, Stamp] = {}
    while True:
        now: dict[Path, Stamp] = {}
        for path in find_patterns(paths, recursive=recursive):
            stamp = Stamp.of(path)
            if stamp is not None and stamp.size > 0 and not known(path, stamp):
                now[path] = stamp
        for path, stamp in now.items():
            if before.get(path) == stamp and given.get(path) != stamp:
                given[path] = stamp
                yield path
        before = now
        if wait(every_s):
            return
