"""Run by torchrun in `test_distributed`: gradients over processes against those of one process.

Exits with 1 and says why where they differ.
"""

import copy

import torch

from trainer.__main__ import end_process
from trainer.data.loader import Batch, share
from trainer.distributed import (
    ProcessOptions,
    World,
    any_over,
    gather_rows,
    process_group,
    sum_over,
    this_world,
)
from trainer.networks.registry import NetworkOptions, build
from trainer.task import ClassificationTask, TaskOptions

N_PATTERNS = 13


def main() -> int:
    torch.set_num_threads(1)
    options = ProcessOptions(device="cpu", timeout_seconds=60.0)
    world = this_world(options)
    with process_group(world, options):
        check_sums(world)
        check_gradients(world)
    return 0


def check_sums(world: World) -> None:
    import numpy as np

    assert sum_over(world, [world.rank, 1.0]).tolist() == [
        world.size * (world.size - 1) / 2, world.size,
    ]  # fmt: skip
    assert any_over(world, world.rank == 0, False) == (True, False)
    own = np.full((world.rank + 1, 2), world.rank, float)
    expected = [r for r in range(world.size) for _ in range(r + 1)]
    assert gather_rows(world, own)[:, 0].tolist() == expected


def check_gradients(world: World) -> None:
    torch.manual_seed(0)
    # in double precision, where rounding is no excuse
    network = build(NetworkOptions(network="space:16001", size=64), 3).double()
    images = torch.rand(N_PATTERNS, 1, 64, 64, dtype=torch.float64)
    labels = torch.randint(3, (N_PATTERNS,))
    alone = ClassificationTask(copy.deepcopy(network), TaskOptions(ema=0.0), World())
    whole = alone.learn(Batch({"image": images}, labels), global_size=N_PATTERNS, last=True)
    together = ClassificationTask(network, TaskOptions(ema=0.0), world)
    # an odd number: the processes' shares are of different size
    own = torch.from_numpy(share(torch.arange(N_PATTERNS).numpy(), world.rank, world.size))
    part = together.learn(
        Batch({"image": images[own]}, labels[own]), global_size=N_PATTERNS, last=True
    )
    total = sum_over(world, part.sums.numpy())
    torch.testing.assert_close(torch.from_numpy(total), whole.sums, rtol=1e-5, atol=1e-5)
    for (name, ours), theirs in zip(
        together.network.named_parameters(), alone.network.parameters(), strict=True
    ):
        scale = theirs.grad.abs().max().clamp(min=1e-3)
        difference = float((ours.grad - theirs.grad).abs().max() / scale)
        # the loss itself is taken in single precision
        assert difference < 1e-5, (name, difference)
    for (name, ours), theirs in zip(
        together.network.named_buffers(), alone.network.buffers(), strict=True
    ):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5, msg=name)


if __name__ == "__main__":
    end_process(main())
