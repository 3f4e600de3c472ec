"""Being asked to stop: by a signal, or by a file where no signal gets through.

A batch system that wants the machine back sends SIGTERM or, where the job script asks for it,
SIGUSR1 some minutes before; a person presses Ctrl-C. torchrun grants its processes 30 seconds
after a signal, too few for a large checkpoint: a job script then creates the file `stop` in the
run folder instead.
"""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from trainer.distributed import World, any_over

STOP_FILE = "stop"
EXIT_STOPPED = 75
"""Saved and to be continued: EX_TEMPFAIL of sysexits.h."""

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGUSR1") if hasattr(signal, name)
)
_STEPS_BETWEEN_QUESTIONS = 8
_SECONDS_BETWEEN_LOOKS = 2.0


class StopRequest:
    """Remembers that somebody asked the training to save and stop.

    Parameters
    ----------
    folder
        The run folder, looked at for the stop file.
    elsewhere
        Asked instead, where somebody else hears signals and looks for files.
    numbers
        The signals that it hears.
    """

    def __init__(
        self,
        folder: Path,
        elsewhere: Callable[[], bool] | None = None,
        *,
        numbers: Sequence[int] = _SIGNALS,
    ) -> None:
        self._numbers = numbers
        self._file = folder / STOP_FILE
        self._elsewhere = elsewhere
        self._asked = threading.Event()
        self._next_look = 0.0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        # handlers can only be set in the main thread, and no other thread receives signals
        if threading.current_thread() is threading.main_thread():
            for number in self._numbers:
                self._before[number] = signal.signal(number, self._remember)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def is_asked(self) -> bool:
        """Whether this process was asked to stop."""
        if self._elsewhere is not None:
            return self._elsewhere()
        now = time.monotonic()
        if not self._asked.is_set() and now >= self._next_look:
            self._next_look = now + _SECONDS_BETWEEN_LOOKS
            if self._file.exists():
                self._asked.set()
        return self._asked.is_set()

    def forget_file(self) -> None:
        """Remove a stop file that an earlier session has heeded."""
        self._file.unlink(missing_ok=True)

    def _remember(self, number: int, frame: FrameType | None) -> None:
        del frame
        if number == signal.SIGINT and self._asked.is_set():
            raise KeyboardInterrupt
        self._asked.set()


def agree_to_stop(world: World, step: int, *flags: bool, always: bool = False) -> tuple[bool, ...]:
    """Return for each flag whether any process sets it, asking the others every few steps.

    All processes take the same decision after the same step, or one would wait for ever.

    Parameters
    ----------
    world
        The processes.
    step
        Steps taken so far.
    flags
        This process's wishes.
    always
        Ask now, whatever the step.
    """
    if world.size == 1:
        return flags
    # a step of a CPU may take seconds, and asking costs it nothing that could be measured
    if always or world.device.type == "cpu" or step % _STEPS_BETWEEN_QUESTIONS == 0:
        return any_over(world, *flags)
    return (False,) * len(flags)
