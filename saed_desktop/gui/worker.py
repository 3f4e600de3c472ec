"""The only place with threads: requests go in, answers come back on the window's thread.

A lane is one thread that works through requests in turn. A request that a newer one of the same
key replaces is dropped before it starts, or its answer is when it comes: whatever arrives at the
window is what was asked last. Nothing is ever killed; a lane is asked to stop and waited for.
"""

import itertools
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from saed_desktop.errors import sentence_of

Work = Callable[["Task"], Any]


def _ignore(_value: Any) -> None:
    """Do nothing with a value."""


@dataclass(eq=False)
class Task:
    """One request.

    Parameters
    ----------
    work
        Called on the lane's thread with the task itself; what it returns is the answer.
    done, failed, progress
        Called on the window's thread with the answer, with a sentence, with what was reported.
    key
        A newer request of the same key replaces this one; "" is replaced by none.
    """

    work: Work
    done: Callable[[Any], None]
    failed: Callable[[str], None]
    progress: Callable[[Any], None]
    key: str
    number: int
    _lane: "Lane"
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Ask the work to stop; its answer will not be delivered."""
        self._cancelled.set()

    def is_cancelled(self) -> bool:
        """Tell, on any thread, whether the work is to stop."""
        return self._cancelled.is_set()

    def wait_for_cancel(self, seconds: float) -> bool:
        """Sleep on the lane's thread until cancelled; returns whether that happened."""
        return self._cancelled.wait(seconds)

    def report(self, value: Any) -> None:
        """Send something to the window from within the work."""
        if not self._cancelled.is_set():
            self._lane.message.emit((self, "progress", value))


class Lane(QObject):
    """One thread with its requests.

    Parameters
    ----------
    name
        For the log.
    """

    message = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._numbers = itertools.count(1)
        self._latest: dict[str, Task] = {}
        self._open: set[int] = set()
        self._queue: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._running: Task | None = None
        self._is_stopped = False
        self.message.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        work: Work,
        *,
        done: Callable[[Any], None] = _ignore,
        failed: Callable[[str], None] = _ignore,
        progress: Callable[[Any], None] = _ignore,
        key: str = "",
    ) -> Task:
        """Put a request in line and return it; the callbacks come on the window's thread."""
        task = Task(work, done, failed, progress, key, next(self._numbers), self)
        if self._is_stopped:
            task.cancel()
            return task
        if key:
            self.drop(key)
            self._latest[key] = task
        self._open.add(task.number)
        if len(self._open) == 1:
            self.busy_changed.emit(True)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"saed-{self._name}")
            self._thread.start()
        self._queue.put(task)
        return task

    def drop(self, key: str) -> None:
        """Cancel the request of a key, if there is one."""
        task = self._latest.pop(key, None)
        if task is not None:
            task.cancel()

    @property
    def is_busy(self) -> bool:
        """Whether any request is waiting or at work."""
        return bool(self._open)

    def ask_to_stop(self) -> None:
        """Drop all requests and let the thread end."""
        if self._is_stopped:
            return
        self._is_stopped = True
        for task in list(self._latest.values()):
            task.cancel()
        if self._running is not None:
            self._running.cancel()
        self._queue.put(None)

    def wait(self) -> None:
        """Wait until the thread has ended."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._open.clear()

    # ---- on the lane's thread ---------------------------------------------------------------

    def _run(self) -> None:
        while True:
            task = self._queue.get()
            if task is None or self._is_stopped:
                return
            self._running = task
            kind, value = self._outcome(task)
            self._running = None
            self.message.emit((task, kind, value))

    def _outcome(self, task: Task) -> tuple[str, Any]:
        if task.is_cancelled():
            return "dropped", None
        try:
            return "done", task.work(task)
        except Exception as error:  # whatever fails reaches the user as a sentence
            if not task.is_cancelled():
                logging.getLogger(__name__).warning("%s request failed", self._name, exc_info=True)
            return "failed", sentence_of(error)

    # ---- on the window's thread -------------------------------------------------------------

    def _deliver(self, message: tuple[Task, str, Any]) -> None:
        task, kind, value = message
        if self._is_stopped:
            return
        if kind == "progress":
            if not task.is_cancelled():
                task.progress(value)
            return
        if self._latest.get(task.key) is task:
            del self._latest[task.key]
        was_open = task.number in self._open
        self._open.discard(task.number)
        if not task.is_cancelled() and kind in ("done", "failed"):
            (task.done if kind == "done" else task.failed)(value)
        if was_open and not self._open:
            self.busy_changed.emit(False)


class Workers(QObject):
    """The lanes of a window.

    Reading, answering, loading phases and networks, a folder's run, watching and the writing of
    files each have their own thread, so that none of them waits for another.
    """

    NAMES = ("read", "answer", "load", "folder", "watch", "files")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = {name: Lane(name, self) for name in self.NAMES}

    def __getitem__(self, name: str) -> Lane:
        return self._lanes[name]

    @property
    def is_busy(self) -> bool:
        """Whether any lane has something to do."""
        return any(lane.is_busy for lane in self._lanes.values())

    def stop(self) -> None:
        """Ask all lanes to stop, then wait for them."""
        for lane in self._lanes.values():
            lane.ask_to_stop()
        for lane in self._lanes.values():
            lane.wait()
