"""Batches: what training asks of any source of patterns, and in which order it asks.

A batch is named by epoch and sample indices alone, so any run can be repeated on any number of
processes. Nothing here draws from a global random generator.
"""

import contextlib
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from torch import Tensor

from saed_desktop.network.labels import Labels
from trainer.data.interruption import BATCH_THREAD, LeftEarly, never

_POLL_S = 0.1

IndexArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Batch:
    """Some patterns as a network sees them.

    Parameters
    ----------
    inputs
        By name of the network's inputs, each (batch, ...), on the device.
    labels
        Class indices (batch,).
    weights
        Weight of each pattern in the loss, None for 1.
    """

    inputs: dict[str, Tensor]
    labels: Tensor
    weights: Tensor | None = None

    def __len__(self) -> int:
        return len(self.labels)


class BatchSource(Protocol):
    """Source of batches: a cache of measured patterns or an endless simulator."""

    @property
    def labels(self) -> Labels:
        """The classes in output order."""
        ...

    def __len__(self) -> int:
        """Return the number of samples that make one epoch."""
        ...

    @property
    def class_counts(self) -> IndexArray:
        """Number of samples of each class in an epoch."""
        ...

    @property
    def sample_classes(self) -> IndexArray | None:
        """Class of each sample, None where a source shares its classes out itself."""
        ...

    def batch(self, epoch: int, indices: IndexArray) -> Batch:
        """Return the samples of some indices; the same for the same epoch and indices, always."""
        ...

    def names(self, indices: IndexArray) -> list[str]:
        """Return what to call the samples in a table."""
        ...

    def describe(self) -> dict[str, Any]:
        """Return what the patterns are, for the provenance of the network."""
        ...


@dataclass(frozen=True)
class Sampler:
    """The order of the samples of every epoch, a pure function of seed and epoch.

    Parameters
    ----------
    n_samples
        Samples of one epoch.
    batch_size
        Global batch: what one step of the optimizer learns from, over all processes.
    seed
        Of the order.
    classes
        Class of each sample, to draw every class equally often; None shuffles instead.
    """

    n_samples: int
    batch_size: int
    seed: int
    classes: IndexArray | None = None

    @property
    def batches_per_epoch(self) -> int:
        """Number of global batches.

        The last, incomplete one counts if it is at least half a batch: a rule that does not
        depend on the number of processes. With fewer samples than that there is one batch.
        """
        whole, rest = divmod(self.n_samples, self.batch_size)
        return max(whole + (2 * rest >= self.batch_size), 1)

    def order(self, epoch: int) -> IndexArray:
        """Return the sample indices of an epoch in the order in which they are learnt."""
        generator = np.random.Generator(np.random.Philox([self.seed, epoch]))
        if self.classes is None:
            return generator.permutation(self.n_samples)
        present, counts = np.unique(self.classes, return_counts=True)
        members = [generator.permutation(np.flatnonzero(self.classes == c)) for c in present]
        drawn = generator.integers(len(present), size=self.n_samples)
        chosen = np.empty(self.n_samples, dtype=np.int64)
        for k, own in enumerate(members):
            places = np.flatnonzero(drawn == k)
            # round and round through a class, so that none is used twice before all are once
            chosen[places] = own[np.arange(len(places)) % counts[k]]
        return chosen

    def batches(self, epoch: int, start: int = 0) -> Iterator[IndexArray]:
        """Return the global batches of an epoch from the given one on."""
        order = self.order(epoch)
        for i in range(start, self.batches_per_epoch):
            yield order[i * self.batch_size : (i + 1) * self.batch_size]


def share(indices: IndexArray, rank: int, n_processes: int) -> IndexArray:
    """Return one process's share; the shares of all are disjoint and complete."""
    return indices[rank::n_processes]


def prefetched(
    source: BatchSource,
    epoch: int,
    parts: Iterator[IndexArray],
    depth: int,
    is_stopped: Callable[[], bool] = never,
) -> Generator[Batch, None, None]:
    """Return the batches of some indices, made ahead by a thread where `depth` is above 0.

    Parameters
    ----------
    source, epoch, parts
        Of which batches, and which.
    depth
        Batches made ahead.
    is_stopped
        Asked while a batch is waited for.

    Raises
    ------
    LeftEarly
        If `is_stopped` says so before the batch is there.
    """
    if depth <= 0:
        for part in parts:
            yield source.batch(epoch, part)
        return
    ready: queue.Queue[Batch | BaseException | None] = queue.Queue(maxsize=depth)
    stopped = threading.Event()

    def offer(item: Batch | BaseException | None) -> None:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.1)
            except queue.Full:
                continue
            return

    def work() -> None:
        try:
            for part in parts:
                offer(source.batch(epoch, part))
                if stopped.is_set():
                    return
            offer(None)
        except BaseException as error:  # handed to the thread that waits, which raises it
            offer(error)

    worker = threading.Thread(target=work, name=BATCH_THREAD, daemon=True)
    worker.start()
    try:
        while (item := _next_of(ready, is_stopped)) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        # nobody waits for a batch that is wanted no more
        worker.join(_POLL_S if is_stopped() else None)


def _next_of(
    ready: "queue.Queue[Batch | BaseException | None]", is_stopped: Callable[[], bool]
) -> Batch | BaseException | None:
    while True:
        with contextlib.suppress(queue.Empty):
            return ready.get(timeout=_POLL_S)
        if is_stopped():
            raise LeftEarly
