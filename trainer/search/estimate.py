"""A rough estimate of a search, from one measured architecture; `search cost` measures more."""

import contextlib
import math
import statistics

import torch

from saed_desktop.errors import SaedError
from trainer.data.measured_plan import measured_plan
from trainer.distributed import ProcessOptions, this_world
from trainer.job_estimate import JobEstimate
from trainer.search.arithmetic import forward_flops
from trainer.search.settings import Finals, Rung, SearchSettings
from trainer.search.space import Architecture
from trainer.search.throughput import N_CLASSES, Throughput, measure

_SECONDS = 1.0
_LARGEST_BATCH = 16
_LOOKED_AT = 400


def search_estimate(settings: SearchSettings, device: str, *, is_begun: bool) -> JobEstimate:
    """Return what a search will take, scaled by arithmetic from one architecture.

    Parameters
    ----------
    settings
        Of the search.
    device
        "auto", "cpu" or "cuda".
    is_begun
        Whether it only goes on.
    """
    world = this_world(ProcessOptions(device=device))
    patterns, validation, _ = measured_plan(settings.data).sizes
    patterns //= settings.data.rotations
    sample = _some(settings)
    size = settings.rungs[0].size
    by_cost = sorted(sample, key=lambda a: forward_flops(a, size, N_CLASSES))
    typical, pace = _measured(settings, [by_cost[len(by_cost) // 2], by_cost[0]], world.device)
    if pace is None:
        note = "not even the smallest architecture of the space fits into this machine's memory"
        return JobEstimate(images=0, seconds=0.0, is_begun=is_begun, notes=(note,))
    per_flop = pace.learn_seconds / forward_flops(typical, size, N_CLASSES)
    images, seconds, entering = 0.0, 0.0, float(_starters(settings))
    for k, stage in enumerate(_stages(settings)):
        if k:
            entering = _kept(stage, entering)
        learnt = stage.epochs * patterns * (stage.share if isinstance(stage, Rung) else 1.0)
        rotated = statistics.fmean(stage.rotations if a.is_rotated else 1 for a in sample)
        cost = statistics.fmean(
            forward_flops(a, stage.size, N_CLASSES) * (stage.rotations if a.is_rotated else 1)
            for a in sample
        )
        measured = statistics.fmean(forward_flops(a, stage.size, N_CLASSES) for a in sample)
        trainings = entering * stage.seeds
        images += trainings * (learnt * rotated + stage.epochs * validation)
        seconds += trainings * per_flop * (learnt * cost + stage.epochs * validation * measured / 3)
    return JobEstimate(
        images=round(images),
        seconds=seconds / settings.search.shards,
        memory_bytes=1e6 * pace.peak_memory_mb * settings.search.shards,
        on_cpu=world.device.type == "cpu",
        is_begun=is_begun,
        notes=(
            f"measured on one architecture at {size} pixels, shared among "
            f"{settings.search.shards} shard(s); 'saed-trainer search cost' measures more of them",
        ),
    )


def _measured(
    settings: SearchSettings, wanted: list[Architecture], device: torch.device
) -> tuple[Architecture, Throughput | None]:
    """Return the first of some architectures that this machine has the memory for, and its pace."""
    for architecture in wanted:
        with contextlib.suppress(SaedError):
            return architecture, measure(
                settings, architecture, settings.rungs[0].size, device,
                together=1, batch=_LARGEST_BATCH, seconds=_SECONDS, shrink=True,
            )  # fmt: skip
    return wanted[-1], None


def _some(settings: SearchSettings) -> list[Architecture]:
    step = max(len(settings.space) // _LOOKED_AT, 1)
    numbers = range(0, len(settings.space), step)
    full = settings.full_size
    return [
        settings.space.at(i) for i in numbers if settings.space.impossible_because(i, full) is None
    ]


def _stages(settings: SearchSettings) -> list[Rung | Finals]:
    finals = [settings.finals] if settings.finals.candidates else []
    return [*settings.rungs, *finals]


def _starters(settings: SearchSettings) -> int:
    size = len(settings.space)
    return min(settings.search.count, size) if settings.search.strategy == "random" else size


def _kept(stage: Rung | Finals, before: float) -> float:
    if isinstance(stage, Finals):
        return min(stage.candidates, before)
    return math.ceil(stage.keep * before) if stage.keep <= 1 else min(stage.keep, before)
