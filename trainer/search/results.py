"""Results: one JSON line per finished training, appended by its shard alone, merged by any reader.

A line is written in one call and flushed to the disk. A worker killed in the middle of one leaves
a torn line, which readers skip and the next worker of the shard closes; that training then counts
as not done. A training that stands in two lines counts once.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

RESULTS = "results.jsonl"

Key = tuple[int, int]
"""Number of an architecture, and seed."""


class TrialStatus(StrEnum):
    """Outcome of a training."""

    DONE = "done"
    STOPPED = "stopped"
    """Given up early as hopeless; its score counts."""

    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """Result of one training.

    Parameters
    ----------
    index, seed
        The architecture, and the seed.
    outcome, reason
        How it ended, and why where it did not end well.
    score, correct, n
        The figure that ranks, right answers and patterns, all on the validation patterns.
    log_loss
        On the validation patterns; settles ties.
    curve
        One entry per epoch: training loss and validation score.
    epochs, samples
        Done, and patterns learnt from, repeats counted.
    seconds, device_seconds
        From start to end, and this training's share of the device.
    cpu_seconds
        Share of the processor time of the worker: what counts where the device is a busy CPU.
    parameters, flops
        Of the network, for one pattern forwards.
    together, shrunk
        Networks trained as one batch, and larger numbers tried before that did not fit the memory.
    peak_memory_mb
        Of the worker so far.
    extra
        What else is worth keeping.
    """

    index: int
    seed: int
    outcome: TrialStatus
    reason: str | None = None
    score: float | None = None
    correct: int | None = None
    n: int | None = None
    log_loss: float | None = None
    curve: tuple[tuple[float, float], ...] = ()
    epochs: int = 0
    samples: int = 0
    seconds: float = 0.0
    device_seconds: float = 0.0
    cpu_seconds: float = 0.0
    parameters: int = 0
    flops: int = 0
    together: int = 1
    shrunk: tuple[int, ...] = ()
    peak_memory_mb: float = 0.0
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Key of a training within its rung."""
        return (self.index, self.seed)

    @property
    def counts(self) -> bool:
        """Whether it has a score."""
        return self.outcome is not TrialStatus.FAILED and self.score is not None


@dataclass(frozen=True)
class Merged:
    """The results of a rung.

    Parameters
    ----------
    by_key
        One per training.
    torn
        Lines that could not be read.
    twice
        Successful trainings that stand in more than one line.
    """

    by_key: Mapping[Key, Result]
    torn: int
    twice: int


def append_result(path: Path, result: Result) -> None:
    """Append one line and return once it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(asdict(result), ensure_ascii=False, allow_nan=False) + "\n"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            # a worker before was killed within its last line
            line = "\n" + line
        data = line.encode()
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_results(path: Path) -> tuple[list[Result], int]:
    """Return the results of a file, and how many lines of it are torn."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return [], 0
    found, torn = [], 0
    for line in lines:
        if not line.strip():
            continue
        try:
            found.append(_from_line(line))
        except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
            torn += 1
    return found, torn


def merge(paths: Iterable[Path]) -> Merged:
    """Return the results of several files, each training once.

    A success counts rather than a failure, which a retry has overcome; of several the first does.
    """
    by_key: dict[Key, Result] = {}
    all_torn = twice = 0
    for path in paths:
        results, torn = read_results(path)
        all_torn += torn
        for result in results:
            before = by_key.get(result.key)
            if before is None or before.outcome is TrialStatus.FAILED:
                by_key[result.key] = result
            elif result.outcome is not TrialStatus.FAILED:
                twice += 1
    return Merged(by_key, all_torn, twice)


def _from_line(line: bytes) -> Result:
    """Return the result of a line.

    Raises
    ------
    ValueError
        If it is torn or says what cannot be: types by msgspec, numbers of things from 0 on.
    """
    result = msgspec.json.decode(line, type=Result)
    counts = (result.index, result.seed, result.epochs, result.parameters, result.together)
    if min(counts) < 0 or (result.outcome is TrialStatus.DONE and result.score is None):
        raise ValueError("no result of a training")
    return result
