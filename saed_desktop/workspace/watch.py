"""New files of a folder, each once it is written to its end.

Folders are looked at again and again, for the messages of an operating system do not come from
network drives, which is where microscopes write.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from saed_desktop.pattern.readers import find_patterns
from saed_desktop.workspace.journal import Stamp

EVERY_S = 1.0


def new_files(
    folder: Path,
    known: Callable[[Path, Stamp], bool],
    wait: Callable[[float], bool],
    *,
    every_s: float = EVERY_S,
) -> Iterator[Path]:
    """Yield files that are new or have changed, when they did not grow between two looks.

    Parameters
    ----------
    folder
        The folder, with its sub-folders.
    known
        Tells whether a file in that state was answered already.
    wait
        Sleeps for so many seconds; returns True when the watch is to end.
    every_s
        Time between two looks.
    """
    before: dict[Path, Stamp] = {}
    given: dict[Path, Stamp] = {}
    while True:
        now: dict[Path, Stamp] = {}
        for path in find_patterns([folder], recursive=True):
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
