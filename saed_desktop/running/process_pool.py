"""Processes that answer files: one that dies takes one file with it, and all stop when asked.

`concurrent.futures` gives up its whole pool when a process dies, as a reader written in C may do
on a damaged file, and cannot be stopped before what is in line is done.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from saed_desktop.errors import SaedError

Item = TypeVar("Item")
Result = TypeVar("Result")

_POLL_S = 0.05
_GRACE_S = 0.2


@dataclass(frozen=True)
class PoolTask(Generic[Item, Result]):
    """What the processes do; it is sent to each of them.

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


class _WorkerProcess(Generic[Item, Result]):
    """One process with the item that it works at."""

    def __init__(self, plan: PoolTask[Item, Result]) -> None:
        # spawned, not forked: OpenCV's and ONNX Runtime's threads do not survive a fork
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        self.connection: Connection = ours
        self.process: BaseProcess = context.Process(
            target=_serve, args=(theirs, plan.prepare, plan.work), daemon=True
        )
        self.process.start()
        theirs.close()
        self.at_work: tuple[int, Item] | None = None

    def give(self, number: int, item: Item) -> None:
        self.at_work = (number, item)
        self.connection.send(item)

    def ask_to_stop(self) -> None:
        try:
            self.connection.send(None)
        except OSError:
            return  # it is gone already

    def end(self, seconds: float = 0.0) -> None:
        self.process.join(max(seconds, 0.0))
        if self.process.is_alive():
            # it computes and owns nothing that could be left half done
            self.process.terminate()
            self.process.join()
        self.connection.close()


def _serve(
    connection: Connection, prepare: Callable[[], Any], work: Callable[[Any, Any], Any]
) -> None:
    """Work until there is nothing more, in the process itself."""
    import signal

    import cv2

    # Ctrl+C is for the process that started us; it asks us to stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        prepared = prepare()
    except Exception as error:  # whoever started us must hear of it
        connection.send(error)
        return
    while True:
        try:
            item = connection.recv()
        except (EOFError, OSError):
            return  # whoever started us is gone
        if item is None:
            return
        try:
            connection.send(work(item, prepared))
        except OSError:
            return


def map_in_processes(
    items: Iterable[Item],
    plan: PoolTask[Item, Result],
    *,
    size: int,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Result]:
    """Work through items in several processes and yield the results in the items' order.

    Parameters
    ----------
    items
        May be endless; no more are taken than are needed to keep the processes at work.
    plan
        What is done.
    size
        Number of processes.
    is_cancelled
        Asked many times a second; what is at work then is given up.
    """
    source = enumerate(items)
    health = _Health(limit=3 * size)
    processes: list[_WorkerProcess[Item, Result]] = [_WorkerProcess(plan) for _ in range(size)]
    done: dict[int, Result] = {}
    next_number = 0
    is_exhausted = False
    try:
        while not is_cancelled():
            for process in processes:
                # a file that takes long must not let the results of the others pile up
                if process.at_work is not None or is_exhausted or len(done) > 8 * size:
                    continue
                entry = next(source, None)
                if entry is None:
                    is_exhausted = True
                    break
                process.give(*entry)
            if all(process.at_work is None for process in processes):
                return
            done.update(_collect(processes, plan, health))
            while next_number in done:
                yield done.pop(next_number)
                next_number += 1
    finally:
        for process in processes:
            process.ask_to_stop()
        deadline = time.monotonic() + _GRACE_S
        for process in processes:
            process.end(deadline - time.monotonic())


@dataclass
class _Health:
    """How many processes died since the last one did something."""

    limit: int
    deaths: int = 0

    def died(self) -> None:
        self.deaths += 1
        if self.deaths >= self.limit:
            raise SaedError("The processes that answer files end as soon as they start.")


def _collect(
    processes: list[_WorkerProcess[Item, Result]], plan: PoolTask[Item, Result], health: _Health
) -> Iterator[tuple[int, Result]]:
    """Yield what has come in within a moment; a member that died is replaced."""
    busy = {m.connection: i for i, m in enumerate(processes) if m.at_work is not None}
    for ready in wait(list(busy), _POLL_S):
        i = busy[ready]  # type: ignore[index]
        number, item = processes[i].at_work  # type: ignore[misc]
        try:
            result = processes[i].connection.recv()
        except (EOFError, OSError):
            processes[i].end()
            health.died()
            processes[i] = _WorkerProcess(plan)
            yield number, plan.on_crash(item)
            continue
        if isinstance(result, BaseException):
            raise result
        processes[i].at_work = None
        health.deaths = 0
        yield number, result
