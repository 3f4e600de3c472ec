"""Patterns as a microscope writes them: new files of a folder, each when it is complete."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from saed_desktop.pattern.readers import find_patterns

POLL_SECONDS = 1.0


def watched_files(
    paths: Sequence[Path],
    *,
    recursive: bool = False,
    done: set[Path] | None = None,
    poll_seconds: float = POLL_SECONDS,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Path]:
    """Yield pattern files as they appear and are complete, without end until cancelled.

    A file is complete when its size and time have not changed from one look to the next: cameras
    write large files over seconds, network folders even longer. Polling works on every file
    system, shared ones included, where notifications do not.

    Parameters
    ----------
    paths
        Files and folders to watch.
    recursive
        Look into folders of folders.
    done
        Files not to be yielded; those yielded are added.
    poll_seconds
        Time between looks.
    is_cancelled
        Asked at every look.
    """
    finished = done if done is not None else set()
    seen: dict[Path, tuple[int, int]] = {}
    while not is_cancelled():
        for path in find_patterns(paths, recursive=recursive):
            if path in finished:
                continue
            state = _state(path)
            if state is None:
                continue
            if seen.get(path) == state:
                finished.add(path)
                seen.pop(path, None)
                yield path
                if is_cancelled():
                    return
            else:
                seen[path] = state
        _sleep(poll_seconds, is_cancelled)


def _state(path: Path) -> tuple[int, int] | None:
    """Return size and time of a file, None where it is gone or still empty."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns) if status.st_size else None


def _sleep(seconds: float, is_cancelled: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not is_cancelled():
        time.sleep(min(0.05, seconds))
