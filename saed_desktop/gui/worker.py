"""The only place with threads: requests go in, answers come back on the window's thread.

A worker thread is one that works through requests in turn. A request that a newer one of the same
key replaces is dropped before it starts, or its answer is when it comes: whatever arrives at the
window is what was asked last. Nothing is ever killed; a worker thread is asked to stop and waited
for.

A worker thread that reads files cannot wait for everything: a network drive that is gone never
answers. There a request may have a limit, after which it has failed; its thread is left to itself
and another one goes on with what is waiting.
"""

import itertools
import logging
import math
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from saed_desktop.errors import user_message
from saed_desktop.translation import recognised

WATCH_MS = 200
GRACE_S = 0.3
"""Time that a cancelled request may go on before another thread takes over."""
END_WAIT_S = 1.0
"""Time that the end of the program waits for a request that may never end."""

Work = Callable[["Task"], Any]


def _ignore(_value: Any) -> None:
    """Do nothing with a value."""


@dataclass(eq=False)
class Task:
    """One request.

    Parameters
    ----------
    work
        Called on the worker thread with the task itself; what it returns is the answer.
    done, failed, progress
        Called on the window's thread with the answer, with a sentence, with what was reported.
    key
        A newer request of the same key replaces this one; "" is replaced by none.
    limit_s
        How long it may take; None where it is waited for, however long it takes.
    late_words
        What to say where it took longer.
    """

    work: Work
    done: Callable[[Any], None]
    failed: Callable[[str], None]
    progress: Callable[[Any], None]
    key: str
    number: int
    limit_s: float | None
    late_words: str
    _thread: "WorkerThread"
    _cancelled: threading.Event = field(default_factory=threading.Event)
    started_s: float = math.inf
    cancelled_s: float = math.inf

    def cancel(self) -> None:
        """Ask the work to stop; its answer will not be delivered."""
        if not self._cancelled.is_set():
            self.cancelled_s = time.monotonic()
        self._cancelled.set()

    @property
    def is_late(self) -> bool:
        """Whether it has taken longer than it may, or does not stop although it was asked to."""
        now = time.monotonic()
        if self.limit_s is None or now < self.started_s:
            return False
        return now - self.started_s > self.limit_s or now - self.cancelled_s > GRACE_S

    def is_cancelled(self) -> bool:
        """Tell, on any thread, whether the work is to stop."""
        return self._cancelled.is_set()

    def wait_for_cancel(self, seconds: float) -> bool:
        """Sleep on the worker thread until cancelled; returns whether that happened."""
        return self._cancelled.wait(seconds)

    def report(self, value: Any) -> None:
        """Send something to the window from within the work."""
        if not self._cancelled.is_set():
            self._thread.message.emit((self, "progress", value))


class WorkerThread(QObject):
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
        self._handing_over = threading.Lock()
        self._queue: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._running: Task | None = None
        self._is_stopped = False
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self._leave_what_is_late)
        self.message.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        work: Work,
        *,
        done: Callable[[Any], None] = _ignore,
        failed: Callable[[str], None] = _ignore,
        progress: Callable[[Any], None] = _ignore,
        key: str = "",
        limit_s: float | None = None,
        late_words: str = "",
    ) -> Task:
        """Put a request in line and return it; the callbacks come on the window's thread."""
        number = next(self._numbers)
        task = Task(work, done, failed, progress, key, number, limit_s, late_words, self)
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
            self._start_thread()
        if limit_s is not None and not self._watch.isActive():
            self._watch.start()
        self._queue.put(task)
        return task

    def _start_thread(self) -> None:
        # a thread that never returns must not keep the program from ending
        self._thread = threading.Thread(target=self._run, name=f"saed-{self._name}", daemon=True)
        self._thread.start()

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
        self._watch.stop()
        for task in list(self._latest.values()):
            task.cancel()
        if self._running is not None:
            self._running.cancel()
        self._queue.put(None)

    def wait(self) -> None:
        """Wait until the thread has ended; one that reads from a dead drive is left behind."""
        if self._thread is not None:
            running = self._running
            may_hang = running is not None and running.limit_s is not None
            self._thread.join(END_WAIT_S if may_hang else None)
            self._thread = None
        self._open.clear()

    # ---- on the worker thread ---------------------------------------------------------------

    def _run(self) -> None:
        while True:
            task = self._queue.get()
            if task is None or self._is_stopped:
                return
            task.started_s = time.monotonic()
            self._running = task
            kind, value = self._outcome(task)
            with self._handing_over:
                if self._running is not task:
                    return  # it was late: another thread goes on
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
            return "failed", recognised(user_message(error))

    # ---- on the window's thread -------------------------------------------------------------

    def _leave_what_is_late(self) -> None:
        """Go on with another thread where a request neither ends nor stops."""
        if not self._open:
            self._watch.stop()
            return
        task = self._running
        if task is None or not task.is_late:
            return
        with self._handing_over:
            if self._running is not task:
                return
            self._running = None
        logging.getLogger(__name__).warning("%s request is late and left behind", self._name)
        self._start_thread()
        self._deliver((task, "failed", task.late_words))

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
    """The worker threads of a window.

    Telling folders from files, reading what is shown, reading what is only glanced at (small
    pictures, labels, neighbours), answering, searching libraries and making them, loading phases
    and networks, a folder's run, watching, the writing of files and the reading of whole scans
    each have their own thread, so that none waits for another.
    """

    NAMES = (
        "look", "read", "glance", "answer", "load", "folder", "watch", "files", "library",
        "build", "scan",
    )  # fmt: skip

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads = {name: WorkerThread(name, self) for name in self.NAMES}

    def __getitem__(self, name: str) -> WorkerThread:
        return self._threads[name]

    @property
    def is_busy(self) -> bool:
        """Whether any worker thread has something to do."""
        return any(thread.is_busy for thread in self._threads.values())

    def stop(self) -> None:
        """Ask all worker threads to stop, then wait for them."""
        for thread in self._threads.values():
            thread.ask_to_stop()
        for thread in self._threads.values():
            thread.wait()
