"""Progress of long work: a bar on a terminal, a line now and then in a log."""

import sys
import time
from types import TracebackType
from typing import Any, Self, TextIO

_LINE_EVERY_SECONDS = 15.0


class Progress:
    """Counts finished things of a known total.

    Parameters
    ----------
    what
        The things, in the plural.
    total
        How many there are.
    stream
        Where it is shown: standard error where standard output is for the answer alone.
    """

    def __init__(self, what: str, total: int, *, stream: TextIO | None = None) -> None:
        self._stream = sys.stdout if stream is None else stream
        self._what = what
        self._total = total
        self._done = 0
        self._bar: Any = None
        self._task: Any = None
        self._start = self._last = time.monotonic()

    def __enter__(self) -> Self:
        self._start = self._last = time.monotonic()
        if self._stream.isatty():
            from rich import console, progress

            self._bar = progress.Progress(
                progress.TextColumn(self._what),
                progress.BarColumn(),
                progress.MofNCompleteColumn(),
                progress.TimeRemainingColumn(),
                console=console.Console(file=self._stream),
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task(self._what, total=self._total)
        return self

    def advance(self, count: int = 1) -> None:
        """Note that some more are finished."""
        self._done += count
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done)
            return
        now = time.monotonic()
        if now - self._last >= _LINE_EVERY_SECONDS:
            self._last = now
            self._say(f"{self._what}: {self._done} of {self._total}, {self._rate()}")

    def _say(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()

    def _rate(self) -> str:
        rate = self._done / max(time.monotonic() - self._start, 1e-9)
        return f"{rate:.1f} per second" if rate >= 1 else f"{1 / max(rate, 1e-9):.1f} s each"

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        if kind is None and self._done:
            self._say(f"{self._what}: {self._done} done, {self._rate()}.")
