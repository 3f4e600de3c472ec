"""Checkpoints: everything needed to go on, written so that a crash never costs the last good one.

A checkpoint is written under a temporary name, flushed to the disk and renamed; the one before it
is kept beside it. Files are read with `weights_only`, so reading one never runs code.
"""

import errno
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from saed_desktop.errors import SaedError
from saed_desktop.results.atomic import replacing
from trainer.distributed import World, gather_rows
from trainer.options import not_negative, option

CHECKPOINT = "checkpoint.pt"
PREVIOUS = "checkpoint.previous.pt"
FORMAT_VERSION = 1


class CheckpointError(SaedError):
    """A checkpoint that cannot be written or read."""


@dataclass(frozen=True)
class CheckpointOptions:
    """Intervals between checkpoints."""

    checkpoint_minutes: float = option(
        10.0,
        "minutes between checkpoints within an epoch; 0: only at the end of epochs",
        check=not_negative,
        rule="0 or above",
    )
    checkpoint_steps: int = option(
        0,
        "steps between checkpoints within an epoch; 0 goes by the clock",
        check=not_negative,
        rule="0 or above",
    )


@dataclass
class TrainingProgress:
    """Progress of a training: all that is needed to resume it, besides tensors.

    Parameters
    ----------
    step
        Steps that the optimizer has taken.
    epoch, batch
        Epoch in progress, and batches of it that are done.
    sums
        Loss, correct answers and patterns of the epoch in progress, over all processes.
    best_score, best_epoch
        Best validation score so far and where it was reached; None before the first.
    epochs_without_gain
        Epochs since then.
    seconds
        Time spent, over all sessions.
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    sums: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    best_score: float | None = None
    best_epoch: int | None = None
    epochs_without_gain: int = 0
    seconds: float = 0.0


def save_checkpoint(folder: Path, content: Mapping[str, Any]) -> None:
    """Write a checkpoint and keep the one before.

    Raises
    ------
    CheckpointError
        If the disk is full; the last good checkpoint is then untouched.
    """
    write_tensors(folder / CHECKPOINT, content, previous=folder / PREVIOUS)


def load_checkpoint(folder: Path) -> dict[str, Any] | None:
    """Return the last good checkpoint of a folder, None where there is none.

    Raises
    ------
    CheckpointError
        If there are some and none can be read.
    """
    damaged = []
    for name in (CHECKPOINT, PREVIOUS):
        path = folder / name
        if path.is_file():
            try:
                content = read_tensors(path)
            except CheckpointError:
                damaged.append(name)
                continue
            if content.get("format") != FORMAT_VERSION:
                raise CheckpointError(f"{path} was written by another version of the trainer.")
            return content
    if damaged:
        raise CheckpointError(
            f"No checkpoint in {folder} can be read ({', '.join(damaged)} damaged); delete the "
            "folder to start again."
        )
    return None


def remove_checkpoints(folder: Path) -> None:
    """Delete the checkpoints of a finished training: its weights are kept by themselves."""
    for name in (CHECKPOINT, PREVIOUS):
        (folder / name).unlink(missing_ok=True)


def write_tensors(path: Path, content: Mapping[str, Any], *, previous: Path | None = None) -> None:
    """Write tensors and plain values, and return once they are on the disk.

    Parameters
    ----------
    path
        The file.
    content
        What it is to hold.
    previous
        Where to keep the file that is replaced.

    Raises
    ------
    CheckpointError
        If they cannot be written; nothing is left behind.
    """
    try:
        with replacing(path) as part:
            with part.open("wb") as stream:
                torch.save(dict(content), stream)
            if previous is not None and path.exists():
                path.replace(previous)
    except (OSError, RuntimeError) as error:
        # torch wraps what the disk says into a RuntimeError of its own
        raise CheckpointError(_why_not_written(path, error)) from error


def read_tensors(path: Path) -> dict[str, Any]:
    """Read what `write_tensors` wrote.

    Raises
    ------
    CheckpointError
        If the file is missing or damaged.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise CheckpointError(f"There is no file {path}.") from error
    except Exception as error:  # torch raises what zip, pickle and tensors each have to say
        raise CheckpointError(f"{path} is damaged.") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{path} is no checkpoint.")
    return content


def random_states(world: World) -> list[Tensor]:
    """Return the states of torch's random generators of every process, in order of rank."""
    own = torch.get_rng_state()
    if world.device.type == "cuda":
        own = torch.cat([own, torch.cuda.get_rng_state(world.device)])
    rows = gather_rows(world, own.numpy()[None].astype("float64"))
    return [torch.from_numpy(row.astype("uint8")) for row in rows]


def restore_random_states(world: World, states: list[Tensor], *, seed: int, step: int) -> bool:
    """Set this process's random generators; False where the number of processes has changed.

    With another number of processes there is no state to go back to; every process then starts
    from a state that follows from seed, step and rank.
    """
    own_size = len(torch.get_rng_state())
    if len(states) == world.size and len(states[world.rank]) >= own_size:
        state = states[world.rank]
        torch.set_rng_state(state[:own_size])
        if world.device.type == "cuda" and len(state) > own_size:
            torch.cuda.set_rng_state(state[own_size:], world.device)
        return True
    torch.manual_seed((seed * 1_000_003 + step) * 4099 + world.rank)
    return False


class Clock:
    """Says when the next checkpoint is due.

    Parameters
    ----------
    options
        The intervals.
    every_epoch
        Whether one is due at the end of every epoch, however short that was.
    """

    def __init__(self, options: CheckpointOptions, *, every_epoch: bool = True) -> None:
        self._options = options
        self._every_epoch = every_epoch
        self._last = time.monotonic()

    def is_due(self, step: int, *, at_end: bool = False) -> bool:
        """Tell whether a checkpoint is due after a step, the last of an epoch where `at_end`."""
        if at_end and self._every_epoch:
            return True
        if self._options.checkpoint_steps:
            return step % self._options.checkpoint_steps == 0
        waited = time.monotonic() - self._last
        return 0 < self._options.checkpoint_minutes * 60 <= waited

    def reset(self) -> None:
        """Restart the interval."""
        self._last = time.monotonic()


def _why_not_written(path: Path, error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            break
        cause = cause.__cause__ or cause.__context__
    last = path.with_name(CHECKPOINT)
    kept = " The last good checkpoint is untouched." if last.exists() else ""
    if cause is None:
        return f"{path.parent} cannot be written to ({error}).{kept}"
    return (
        f"The disk of {path.parent} is full.{kept} Free some space and give the same command again."
    )
