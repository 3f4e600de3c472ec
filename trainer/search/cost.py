"""Cost of a search: short measurements on this device, extrapolated to all architectures.

Nothing is assumed of other devices. What is measured is the time of a few learning and validation
steps at the size of every rung; what is carried on by arithmetic (`trainer.search.projection`) is
other depths, dense layers and batches, and the number of architectures, patterns and epochs.
"""

import statistics
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from saed_desktop.errors import SaedError
from trainer.data.loader import Sampler
from trainer.progress import Progress
from trainer.search.arithmetic import parameter_count
from trainer.search.describe import rung_sizes
from trainer.search.memory import bounded_memory
from trainer.search.projection import (
    Family,
    Measurement,
    Speed,
    examples,
    family,
    most_parameters,
    speeds,
)
from trainer.search.settings import Finals, Rung, SearchSettings
from trainer.search.space import Architecture
from trainer.search.throughput import N_CLASSES, measure
from trainer.search.worker import TOGETHER

Kind = tuple[Family, int, int, bool, int]
"""The factors of the cost: family, convolutions, batch, whether rotated, parameters."""


@dataclass(frozen=True, eq=False)
class Plan:
    """Plan of the measurements.

    Parameters
    ----------
    settings, device
        What is searched, and where.
    possible
        The architectures that can be built at full size.
    by_size
        What is measured at each size.
    together
        Networks trained as one batch of networks.
    batch
        Patterns of a step, where time allows.
    seconds
        How long to measure each.
    """

    settings: SearchSettings
    device: torch.device
    possible: tuple[Architecture, ...]
    by_size: Mapping[int, list[Architecture]]
    together: int
    batch: int
    seconds: float

    @property
    def count(self) -> int:
        """Number of measurements."""
        return sum(map(len, self.by_size.values()))


@dataclass(frozen=True)
class RungCost:
    """Cost of one rung.

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
        Patterns learnt per second of all of that, counted once per network.
    """

    name: str
    trainings: int
    size: int
    device_hours: float
    images_per_second: float

    @property
    def per_device_hour(self) -> float:
        """Architectures that one device trains in an hour."""
        return self.trainings / self.device_hours if self.device_hours else 0.0


def cost_plan(
    settings: SearchSettings, device: torch.device, *, seconds: float, largest_batch: int
) -> Plan:
    """Return what is to be measured.

    Parameters
    ----------
    settings
        Of the search.
    device
        What is measured.
    seconds
        How long to measure each network.
    largest_batch
        No batch is larger.

    Raises
    ------
    SaedError
        If nothing can be built.
    """
    space, full = settings.space, settings.full_size
    possible = tuple(a for a in space if space.impossible_because(a.index, full) is None)
    if not possible:
        raise SaedError(
            f"No architecture of the space '{space.name}' can be built at {full} pixels; "
            "'saed-trainer search describe' says why."
        )
    together = settings.search.together or TOGETHER[device.type]
    most = most_parameters(device, together)
    sizes = sorted({stage.size for stage in _stages(settings)})
    by_size = {size: examples(possible, size, most) for size in sizes}
    usual = statistics.median_low(a.point.batch_size for a in possible)
    batch = min(usual, largest_batch)
    return Plan(settings, device, possible, by_size, together, batch, seconds)


def plan_text(plan: Plan) -> str:
    """Return what is to be measured, for a person who waits for it."""
    lines = [
        f"{plan.count} networks are measured for about {plan.seconds:g} s each, longer where a "
        f"few steps take longer; batches of up to {plan.batch}, {plan.together} at once:"
    ]
    for size, own in plan.by_size.items():
        lines.append(f"  at {size} pixels: {'; '.join(_network_words(a, size) for a in own)}")
    return "\n".join(lines) + "\n"


def take_measurements(plan: Plan) -> list[Measurement]:
    """Measure, showing progress on standard error.

    Raises
    ------
    SaedError
        If the memory does not suffice.
    """
    found: list[Measurement] = []
    with (
        bounded_memory(plan.device, plan.settings.search.memory_gb),
        Progress("measurements", plan.count, stream=sys.stderr) as progress,
    ):
        for size, own in plan.by_size.items():
            for architecture in own:
                found.append(_measured(plan, architecture, size, found))
                progress.advance()
    return found


def _measured(
    plan: Plan, architecture: Architecture, size: int, before: Sequence[Measurement]
) -> Measurement:
    # the same batch as the smaller network of its kind, or the two would not compare
    alike = [
        m.pace.batch
        for m in before
        if m.size == size
        and family(m.architecture) == family(architecture)
        and m.architecture.point.conv_layers == architecture.point.conv_layers
    ]
    pace = measure(
        plan.settings,
        architecture,
        size,
        plan.device,
        together=plan.together,
        batch=alike[0] if alike else plan.batch,
        seconds=plan.seconds,
        shrink=not alike,
    )
    return Measurement(architecture, size, pace)


def search_cost(
    plan: Plan, measurements: Sequence[Measurement], *, patterns: int, validation: int
) -> list[RungCost]:
    """Return the cost of every rung.

    Parameters
    ----------
    plan, measurements
        What was measured.
    patterns, validation
        Training and validation patterns, rotations not counted.
    """
    settings, found = plan.settings, []
    by_size = {size: speeds(plan.possible, measurements, size) for size in plan.by_size}
    for stage, (name, count) in zip(_stages(settings), _trainings(plan), strict=True):
        share = stage.share if isinstance(stage, Rung) else 1.0
        seconds = learnt = 0.0
        # later rungs are taken to hold the kinds in the same proportion as the space
        for kind, members in _kinds(plan.possible, stage.size).items():
            own, depth, batch, rotated, parameters = kind
            speed: Speed = by_size[stage.size][own]
            samples = round(patterns * share) * (stage.rotations if rotated else 1)
            steps = Sampler(samples, batch, 0).batches_per_epoch
            each = samples * speed.learn[depth] + steps * parameters * speed.per_parameter
            weight = stage.epochs * members / len(plan.possible) * count
            seconds += weight * (each + validation * speed.validate[depth])
            learnt += weight * samples
        rate = learnt / seconds if seconds else 0.0
        found.append(RungCost(name, count, stage.size, seconds / 3600, rate))
    return found


def _stages(settings: SearchSettings) -> list[Rung | Finals]:
    return [*settings.rungs, *([settings.finals] if settings.finals.candidates else [])]


def _trainings(plan: Plan) -> list[tuple[str, int]]:
    """Return the name of every rung and how many trainings it has, if none fails."""
    settings = plan.settings
    sizes = rung_sizes(settings, len(plan.possible))
    found = [
        (f"rung {i}", rung.seeds * count)
        for i, (rung, count) in enumerate(zip(settings.rungs, sizes, strict=True))
    ]
    finals = settings.finals
    if finals.candidates:
        found.append(("finals", min(finals.candidates, sizes[-1]) * finals.seeds))
    return found


def _kinds(possible: Sequence[Architecture], size: int) -> Counter[Kind]:
    found: Counter[Kind] = Counter()
    parameters: dict[tuple[object, ...], int] = {}
    for a in possible:
        network = (family(a), a.point.conv_layers, a.point.dense_nodes, a.point.batch_norm)
        if network not in parameters:
            parameters[network] = parameter_count(a, size, N_CLASSES)
        found[
            family(a), a.point.conv_layers, a.point.batch_size, a.is_rotated, parameters[network]
        ] += 1
    return found


def _network_words(architecture: Architecture, size: int) -> str:
    depth = architecture.point.conv_layers
    count = parameter_count(architecture, size, N_CLASSES)
    return f"{depth} convolution{'s' * (depth > 1)} and {count:,} parameters"
