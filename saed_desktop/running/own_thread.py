"""Work on items in this process, in a thread that is left behind where an item hangs.

One pattern should be answered without a second process being started, yet a file on a drive that
no longer answers, or one whose reader runs in circles, must not hold up the run.
"""

import ctypes
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from saed_desktop.running.process_pool import Item, Part, Result, StreamPlan, run_stream

_POLL_S = 0.05
_PART, _END, _FAILED = range(3)


def run_in_thread(
    items: Iterable[Item],
    plan: StreamPlan[Item, Result],
    *,
    timeout_s: float | None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Part[Item, Result]]:
    """Work through items one after another and yield what comes of each, as it comes.

    After an item that hangs the others are worked at in a process: what hangs may hold locks.

    Parameters
    ----------
    items
        May be endless; the next is taken when the one before is done.
    plan, timeout_s, is_cancelled
        As for `run_stream`.
    """
    source = iter(items)
    worker: _Worker | None = None
    try:
        for item in source:
            if is_cancelled():
                return
            worker = worker or _Worker(plan)
            worker.items.put(item)
            parts = worker.parts_of(item, timeout_s, is_cancelled)
            is_done = False
            for part in parts:
                is_done = part.is_last
                yield part
            if not is_done:
                worker.abandon()
                break
        else:
            return
    finally:
        if worker is not None:
            worker.end()
    if is_cancelled():
        return
    yield Part(item, (plan.on_crash(item, timeout_s),), is_last=True)
    yield from run_stream(source, plan, size=1, timeout_s=timeout_s, is_cancelled=is_cancelled)


class _Worker:
    """The thread, with what goes in and what comes out."""

    def __init__(self, plan: StreamPlan[Any, Any]) -> None:
        self.items: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._messages: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self._plan = plan
        self._is_ready = threading.Event()
        # a daemon: the program ends even if this thread does not
        self._thread = threading.Thread(target=self._run, name="saed-answers", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            prepared = self._plan.prepare()
            self._is_ready.set()
            while (item := self.items.get()) is not None:
                for result in self._plan.work(item, prepared):
                    self._messages.put((_PART, result))
                self._messages.put((_END, None))
        except Exception as error:  # raised where the results are waited for
            self._messages.put((_FAILED, error))

    def parts_of(
        self, item: Any, timeout_s: float | None, is_cancelled: Callable[[], bool]
    ) -> Iterator[Part[Any, Any]]:
        """Yield what comes of an item; without a last part where nothing comes in time."""
        waited = 0.0
        while timeout_s is None or waited < timeout_s:
            try:
                kind, value = self._messages.get(timeout=_POLL_S)
            except queue.Empty:
                if is_cancelled():
                    return
                # what is loaded before the first item is not the item's fault
                waited += _POLL_S if self._is_ready.is_set() else 0.0
                continue
            if kind == _FAILED:
                raise value
            waited = 0.0
            yield Part(item, (value,) if kind == _PART else (), is_last=kind == _END)
            if kind == _END:
                return

    def end(self) -> None:
        """Let the thread come to its end, which it does at once where it has nothing to do."""
        self.items.put(None)
        self._thread.join(0.2)

    def abandon(self) -> None:
        """Leave the thread to itself; a reader that runs in circles in Python is ended."""
        identity = self._thread.ident
        if identity is not None:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(identity), ctypes.py_object(SystemExit)
            )
