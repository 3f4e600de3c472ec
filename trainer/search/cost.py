"""What a search will cost: short measurements on this device, carried on to all architectures.

Nothing is assumed of other devices. What is measured is the time of a training step and of a
validation step at the size of every rung, for every number of convolutions and the largest batch;
what is carried on is the number of architectures, patterns and epochs.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from saed_desktop.network.input import InputKind
from trainer.networks.registry import NetworkOptions, build
from trainer.search.describe import impossible, rung_sizes
from trainer.search.memory import peak_memory_mb
from trainer.search.settings import Finals, Rung, SearchSettings
from trainer.search.space import Architecture
from trainer.search.stack import Stack
from trainer.search.worker import TOGETHER
from trainer.task import TaskOptions, uses_bf16

GPUS = (1, 8)
_CLASSES = 9


@dataclass(frozen=True)
class Pace:
    """How quickly networks of one depth learn at one size.

    Parameters
    ----------
    learn_seconds, validate_seconds
        Per pattern and network.
    together
        Networks trained as one batch of networks.
    peak_memory_mb
        The most that was had of the device; on a CPU since the process began.
    """

    learn_seconds: float
    validate_seconds: float
    together: int
    peak_memory_mb: float


@dataclass(frozen=True)
class RungCost:
    """What a rung costs.

    Parameters
    ----------
    name
        Of the rung.
    trainings
        How many.
    size
        Side of the input.
    device_hours
        On the device that was measured.
    images_per_second
        Patterns learnt per second, counted once per network; the mean over the depths.
    peak_memory_mb
        The most that a depth took.
    """

    name: str
    trainings: int
    size: int
    device_hours: float
    images_per_second: float
    peak_memory_mb: float

    @property
    def per_device_hour(self) -> float:
        """Architectures that one device trains in an hour."""
        return self.trainings / self.device_hours if self.device_hours else 0.0


def search_cost(
    settings: SearchSettings,
    device: torch.device,
    *,
    patterns: int,
    validation: int,
    seconds: float,
    largest_batch: int,
) -> list[RungCost]:
    """Return the cost of every rung.

    Parameters
    ----------
    settings
        Of the search.
    device
        What is measured, and what the hours are of.
    patterns, validation
        Training and validation patterns, rotations not counted.
    seconds
        How long to measure each depth.
    largest_batch
        Larger batches are measured at this size, pattern for pattern.
    """
    space = settings.space
    possible = [
        architecture
        for architecture in space
        if space.impossible_because(architecture.index, settings.full_size) is None
    ]
    assert len(possible) == len(space) - sum(impossible(space, settings.full_size).values())
    found = []
    rounds: list[tuple[str, Rung | Finals, int]] = [
        (f"rung {i}", rung, count * rung.seeds)
        for i, (rung, count) in enumerate(
            zip(settings.rungs, rung_sizes(settings, len(possible)), strict=True)
        )
    ]
    if settings.finals.candidates:
        reached = rounds[-1][2] // settings.rungs[-1].seeds
        count = min(settings.finals.candidates, reached) * settings.finals.seeds
        rounds.append(("finals", settings.finals, count))
    for name, rung, count in rounds:
        paces = _paces(settings, possible, rung.size, device, seconds, largest_batch)
        share = rung.share if isinstance(rung, Rung) else 1.0
        total = 0.0
        for (depth, rotated), members in _kinds(possible).items():
            pace = paces[depth]
            samples = patterns * share * (rung.rotations if rotated else 1)
            each = rung.epochs * (samples * pace.learn_seconds + validation * pace.validate_seconds)
            # later rungs are taken to hold the depths in the same proportion as the space
            total += each * members / len(possible) * count
        rates = [1 / pace.learn_seconds for pace in paces.values()]
        memory = max(pace.peak_memory_mb for pace in paces.values())
        found.append(RungCost(name, count, rung.size, total / 3600, float(np.mean(rates)), memory))
    return found


def cost_text(costs: Sequence[RungCost], device: torch.device, *, patterns: int) -> str:
    """Return the cost as a table for a person."""
    where = "CPU, processor time of one process; not measured on a GPU"
    if device.type == "cuda":
        where = f"GPU ({torch.cuda.get_device_name(device)})"
    lines = [
        f"Measured on this {where}, with {patterns} training patterns:",
        f"{'':8} {'trainings':>10} {'pixels':>7} {'images/s':>10} {'per device-hour':>16} "
        f"{'hours on 1':>11} {'on 8':>9}",
    ]
    rows = [
        (cost.name, cost.trainings, str(cost.size), cost.images_per_second, cost.per_device_hour,
         cost.device_hours)
        for cost in costs
    ]  # fmt: skip
    for name, count, size, rate, per_hour, hours in rows:
        lines.append(
            f"{name:8} {count:10,} {size:>7} {rate:10,.1f} {per_hour:16,.1f} {hours:11,.1f} "
            f"{hours / GPUS[1]:9,.1f}"
        )
    total = sum(cost.device_hours for cost in costs)
    lines.append(f"{'all':8} {'':10} {'':7} {'':10} {'':16} {total:11,.1f} {total / GPUS[1]:9,.1f}")
    peak = max(cost.peak_memory_mb for cost in costs)
    lines.append(f"At most {peak:,.0f} MB of its memory were needed, patterns not counted.")
    return "\n".join(lines) + "\n"


def measure(
    settings: SearchSettings,
    architecture: Architecture,
    size: int,
    device: torch.device,
    *,
    together: int,
    batch: int,
    seconds: float,
) -> Pace:
    """Return how quickly some copies of an architecture learn at a size."""
    options = NetworkOptions(network=architecture.network, size=size, crop=size)
    networks = [build(options, _CLASSES).to(device) for _ in range(together)]
    task = TaskOptions(precision=settings.search.precision)
    stack = Stack(networks, [1e-3] * together, uses_bf16(task, device))
    shape = architecture.spec(size, size).shape
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (batch, *shape), dtype=torch.uint8, generator=generator)
    images = images.to(device)
    classes = torch.randint(0, _CLASSES, (batch,), generator=generator).to(device)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    learn = _seconds_of(lambda: stack.learn(images.float() / 255, classes), device, seconds)
    validate = _seconds_of(lambda: stack.logits(images.float() / 255), device, seconds / 4)
    peak = peak_memory_mb(device)
    return Pace(learn / batch / together, validate / batch / together, together, peak)


def _paces(
    settings: SearchSettings,
    possible: Sequence[Architecture],
    size: int,
    device: torch.device,
    seconds: float,
    largest_batch: int,
) -> dict[int, Pace]:
    together = settings.search.together or TOGETHER[device.type]
    found = {}
    for depth in sorted({a.point.conv_layers for a in possible}):
        # of middling dense layers, images first: the convolutions take nearly all of the time
        own = [a for a in possible if a.point.conv_layers == depth and a.point.batch_norm]
        own = own or [a for a in possible if a.point.conv_layers == depth]
        own = [a for a in own if a.kind is InputKind.IMAGE] or own
        example = own[len(own) // 2]
        batch = min(max(a.point.batch_size for a in own), largest_batch)
        found[depth] = measure(
            settings, example, size, device, together=together, batch=batch, seconds=seconds
        )
    return found


def _kinds(possible: Sequence[Architecture]) -> Counter[tuple[int, bool]]:
    return Counter((a.point.conv_layers, a.is_rotated) for a in possible)


def _seconds_of(step: Callable[[], Tensor], device: torch.device, seconds: float) -> float:
    """Return the time of one call, after a first that is not counted."""
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    step()
    _settle(device)
    start, count = clock(), 0
    while count < 1 or clock() - start < seconds:
        step()
        count += 1
        if device.type == "cuda" and count % 8 == 0:
            _settle(device)
    _settle(device)
    return (clock() - start) / count


def _settle(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
