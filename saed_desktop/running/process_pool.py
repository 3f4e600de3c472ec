"""Processes that answer files: one that dies or hangs takes one file with it.

`concurrent.futures` gives up its whole pool when a process dies, as a reader written in C may do
on a damaged file, and cannot be stopped before what is in line is done.
"""

import contextlib
import logging
import math
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from saed_desktop import terminal
from saed_desktop.errors import SaedError
from saed_desktop.limits import bound_memory

Item = TypeVar("Item")
Result = TypeVar("Result")

PATIENCE_S = 30.0
"""Time that finished results wait for the one before them, to stay in the order of the items.

A search of a library on a busy machine takes 20 s, and is not to change the order of a table."""

_POLL_S = 0.05
_GRACE_S = 0.2
_READY, _PART, _END, _FAILED = range(4)


@dataclass(frozen=True)
class PoolTask(Generic[Item, Result]):
    """The work of the processes; it is sent to each of them.

    Parameters
    ----------
    prepare
        Called once in each process; what it returns is passed to `work`.
    work
        Called for each item with what was prepared.
    on_crash
        Called in this process for an item whose process died.
    """

    prepare: Callable[[], Any]
    work: Callable[[Item, Any], Result]
    on_crash: Callable[[Item], Result]


@dataclass(frozen=True)
class StreamPlan(Generic[Item, Result]):
    """As `PoolTask`, for work that gives its results one after another.

    Parameters
    ----------
    on_crash
        Called with the item and with the number of seconds after which it was given up, None for
        an item whose process died.
    """

    prepare: Callable[[], Any]
    work: Callable[[Item, Any], Iterable[Result]]
    on_crash: Callable[[Item, float | None], Result]


@dataclass(frozen=True)
class Part(Generic[Item, Result]):
    """Some of an item's results, in their order; after the last part there are no more."""

    item: Item
    results: tuple[Result, ...]
    is_last: bool


@dataclass(eq=False)
class _Slot(Generic[Item, Result]):
    """An item in work or done, with what has come of it and was not given on yet."""

    item: Item
    results: list[Result] = field(default_factory=list)
    is_done: bool = False
    since: float = math.inf
    """Time of the last message about it; infinite while its process loads what it needs."""

    def part(self) -> Part[Item, Result]:
        results, self.results = tuple(self.results), []
        return Part(self.item, results, self.is_done)


class _WorkerProcess(Generic[Item, Result]):
    """One process with the item that it works at."""

    def __init__(self, plan: StreamPlan[Item, Result]) -> None:
        # spawned, not forked: OpenCV's and ONNX Runtime's threads do not survive a fork
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        self.connection: Connection = ours
        is_verbose = logging.getLogger("saed_desktop").isEnabledFor(logging.DEBUG)
        self.process: BaseProcess = context.Process(
            target=_serve, args=(theirs, plan.prepare, plan.work, is_verbose), daemon=True
        )
        self.process.start()
        theirs.close()
        self.slot: _Slot[Item, Result] | None = None
        self.is_ready = False
        self.since = time.monotonic()

    def give(self, slot: _Slot[Item, Result]) -> None:
        self.slot, self.since = slot, time.monotonic()
        if self.is_ready:
            slot.since = self.since
        with contextlib.suppress(OSError):  # it died: noticed when it is listened to
            self.connection.send(slot.item)

    def is_overdue(self, timeout_s: float | None) -> bool:
        # what it loads before the first item is not the item's fault
        busy = self.slot is not None and self.is_ready
        return timeout_s is not None and busy and time.monotonic() - self.since > timeout_s

    def ask_to_stop(self) -> None:
        with contextlib.suppress(OSError):  # it is gone already
            self.connection.send(None)

    def end(self, seconds: float = 0.0) -> None:
        self.process.join(max(seconds, 0.0))
        if self.process.is_alive():
            # it computes and owns nothing that could be left half done; a dead network drive holds
            # it even so, and then it is left alone
            self.process.kill()
            self.process.join(1.0)
        self.connection.close()


def _serve(
    connection: Connection,
    prepare: Callable[[], Any],
    work: Callable[[Any, Any], Iterable[Any]],
    is_verbose: bool,
) -> None:
    """Work until there is nothing more, in the process itself."""
    import cv2

    # Ctrl+C is for the process that started us; it asks us to stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    terminal.show_log(is_verbose=is_verbose)
    bound_memory()
    try:
        prepared = prepare()
    except Exception as error:  # the parent process must learn of it
        connection.send((_FAILED, error))
        return
    with contextlib.suppress(EOFError, OSError):  # the parent process is gone
        connection.send((_READY, None))
        while (item := connection.recv()) is not None:
            for result in work(item, prepared):
                connection.send((_PART, result))
            connection.send((_END, None))


def map_in_processes(
    items: Iterable[Item],
    plan: PoolTask[Item, Result],
    *,
    size: int,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Result]:
    """Work through items in several processes and yield one result for each, in their order."""

    def on_crash(item: Item, _seconds: float | None) -> Result:
        return plan.on_crash(item)

    stream = StreamPlan(plan.prepare, partial(_single, plan.work), on_crash)
    for part in run_stream(
        items, stream, size=size, patience_s=None, timeout_s=None, is_cancelled=is_cancelled
    ):
        yield from part.results


def _single(work: Callable[[Any, Any], Any], item: Any, prepared: Any) -> Iterator[Any]:
    yield work(item, prepared)


def run_stream(
    items: Iterable[Item],
    plan: StreamPlan[Item, Result],
    *,
    size: int,
    timeout_s: float | None,
    patience_s: float | None = PATIENCE_S,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Part[Item, Result]]:
    """Work through items in several processes and yield what comes of each, as it comes.

    The order is that of the items, except that an item on which nothing happens for a while holds
    up none of those after it.

    Parameters
    ----------
    items
        May be endless; no more are taken than are needed to keep the processes at work.
    plan
        What is done.
    size
        Number of processes.
    timeout_s
        An item of which nothing has come for so long is given up; never for None.
    patience_s
        So long the results of the others wait for an item before them; for ever for None.
    is_cancelled
        Asked many times a second; what is at work then is given up.
    """
    source = iter(items)
    health = _Health(limit=3 * size)
    processes: list[_WorkerProcess[Item, Result]] = [_WorkerProcess(plan) for _ in range(size)]
    line: deque[_Slot[Item, Result]] = deque()
    is_exhausted = False
    try:
        while not is_cancelled():
            for process in processes:
                # an item that takes long must not let the results of the others pile up
                if process.slot is not None or is_exhausted or len(line) > 9 * size:
                    continue
                try:
                    slot: _Slot[Item, Result] = _Slot(next(source))
                except StopIteration:
                    is_exhausted = True
                    break
                line.append(slot)
                process.give(slot)
            if not line:
                return
            _collect(processes, plan, health, timeout_s)
            yield from _given_on(line, patience_s)
    finally:
        for process in processes:
            process.ask_to_stop()
        deadline = time.monotonic() + _GRACE_S
        for process in processes:
            process.end(deadline - time.monotonic())


def _given_on(
    line: deque[_Slot[Item, Result]], patience_s: float | None
) -> Iterator[Part[Item, Result]]:
    """Yield what can be given on: of the first item always, of the others if it hangs."""
    while line and (line[0].results or line[0].is_done):
        part = line[0].part()
        if part.is_last:
            line.popleft()
        yield part
        if not part.is_last:
            break
    if line and patience_s is not None and time.monotonic() - line[0].since > patience_s:
        for slot in [slot for slot in line if slot.is_done]:
            line.remove(slot)
            yield slot.part()


@dataclass
class _Health:
    """Number of processes that died since the last one did something."""

    limit: int
    deaths: int = 0

    def died(self) -> None:
        self.deaths += 1
        if self.deaths >= self.limit:
            raise SaedError("The processes that answer files end as soon as they start.")


def _collect(
    processes: list[_WorkerProcess[Item, Result]],
    plan: StreamPlan[Item, Result],
    health: _Health,
    timeout_s: float | None,
) -> None:
    """Take what has come in within a moment; a member that died or hangs is replaced."""
    by_connection = {m.connection: i for i, m in enumerate(processes) if m.slot is not None}
    for ready in wait(list(by_connection), _POLL_S):
        i = by_connection[ready]  # type: ignore[index]
        if not _listen(processes[i]):
            health.died()
            processes[i] = _replaced(processes[i], plan, None)
        elif processes[i].slot is None:
            health.deaths = 0
    for i, process in enumerate(processes):
        if process.is_overdue(timeout_s):
            processes[i] = _replaced(process, plan, timeout_s)


def _listen(process: _WorkerProcess[Item, Result]) -> bool:
    """Take one message of a member; returns False for one that died."""
    try:
        kind, value = process.connection.recv()
    except (EOFError, OSError):
        return False
    if kind == _FAILED:
        raise value
    process.since = time.monotonic()
    slot = process.slot
    if slot is not None:
        slot.since = process.since
    if kind == _READY:
        process.is_ready = True
    elif slot is not None:
        if kind == _PART:
            slot.results.append(value)
        else:
            slot.is_done, process.slot = True, None
    return True


def _replaced(
    process: _WorkerProcess[Item, Result], plan: StreamPlan[Item, Result], seconds: float | None
) -> _WorkerProcess[Item, Result]:
    slot = process.slot
    if slot is not None:
        slot.results.append(plan.on_crash(slot.item, seconds))
        slot.is_done = True
    process.end()
    return _WorkerProcess(plan)
