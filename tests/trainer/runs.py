"""What tests ask of a training's folder: its weights, and when it has saved."""

import time
from pathlib import Path

import torch

from trainer.checkpoint import read_tensors


def weights(run: Path, repeat: int = 0) -> dict[str, torch.Tensor]:
    return read_tensors(run / f"repeat-{repeat:02d}" / "weights.pt")["state"]


def assert_same_weights(a: Path, b: Path, repeat: int = 0) -> None:
    ours, theirs = weights(a, repeat), weights(b, repeat)
    assert ours.keys() == theirs.keys()
    different = [key for key in ours if not torch.equal(ours[key], theirs[key])]
    assert not different, different[:3]


def checkpoint_time(run: Path) -> int:
    try:
        return (run / "repeat-00" / "checkpoint.pt").stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def wait_for_new_checkpoint(run: Path, *, before: int | None = None, seconds: float = 60) -> int:
    """Return when there is a checkpoint that was not there when the waiting began."""
    before = checkpoint_time(run) if before is None else before
    end = time.monotonic() + seconds
    while (now := checkpoint_time(run)) in (before, 0):
        assert time.monotonic() < end, "no new checkpoint appeared"
        time.sleep(0.002)
    return now
