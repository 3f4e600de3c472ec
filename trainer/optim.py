"""The optimizer, and learning-rate schedules as pure functions of the step."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn

from trainer.options import not_negative, option, positive

SCHEDULES = ("constant", "cosine", "linear")


@dataclass(frozen=True)
class OptimOptions:
    """Options of the optimizer and the learning-rate schedule."""

    optimizer: str = option("adamw", "optimizer", choices=("adam", "adamw"))
    lr: float = option(
        1e-3, "highest learning rate", check=positive, rule="above 0", metavar="RATE"
    )
    weight_decay: float = option(
        0.05,
        "weight decay; with adam added to the gradient, with adamw taken from the weights",
        check=not_negative,
        rule="0 or above",
    )
    schedule: str = option("cosine", "course of the learning rate", choices=SCHEDULES)
    warmup: float = option(
        0.05,
        "share of all steps in which the learning rate rises from 0",
        check=lambda share: 0 <= share < 1,
        rule="at least 0 and below 1",
    )
    clip_norm: float = option(
        1.0, "largest norm of the gradient; 0 for no limit", check=not_negative, rule="0 or above"
    )


def rate_factor(step: int, total_steps: int, *, schedule: str, warmup: float) -> float:
    """Return what the highest learning rate is multiplied by at a step.

    Parameters
    ----------
    step
        The step about to be taken, from 0.
    total_steps
        Steps of the whole training.
    schedule
        "constant", "cosine" or "linear" after the warm-up.
    warmup
        Share of the steps in which the factor rises from 0 to 1.
    """
    warmup_steps = round(warmup * total_steps)
    if step < warmup_steps:
        return (step + 1) / (warmup_steps + 1)
    if schedule == "constant":
        return 1.0
    done = (step - warmup_steps) / max(total_steps - warmup_steps, 1)
    done = min(max(done, 0.0), 1.0)
    return 1 - done if schedule == "linear" else 0.5 * (1 + math.cos(math.pi * done))


def make_optimizer(
    network: nn.Module, options: OptimOptions, device: torch.device
) -> torch.optim.Optimizer:
    """Return the optimizer of a network's trainable parameters.

    AdamW leaves biases and norms undecayed; Adam decays everything, as it does in the paper.
    """
    kind = torch.optim.AdamW if options.optimizer == "adamw" else torch.optim.Adam
    groups = list(_groups(network, options))
    return kind(
        groups,
        lr=options.lr,
        # one kernel for all parameters: small networks are bound by launches
        fused=device.type == "cuda",
    )


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Set the learning rate of every group."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def _groups(network: nn.Module, options: OptimOptions) -> Iterator[dict[str, object]]:
    trainable = [p for p in network.parameters() if p.requires_grad]
    if options.optimizer == "adam":
        yield {"params": trainable, "weight_decay": options.weight_decay}
        return
    matrices = [p for p in trainable if p.dim() > 1]
    others = [p for p in trainable if p.dim() <= 1]
    yield {"params": matrices, "weight_decay": options.weight_decay}
    if others:
        yield {"params": others, "weight_decay": 0.0}
