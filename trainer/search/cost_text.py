"""The cost of a search as text: what was measured, what was carried on, and how."""

from collections.abc import Sequence

import torch

from trainer.search.arithmetic import parameter_count
from trainer.search.cost import Plan, RungCost
from trainer.search.projection import ADAM_BYTES, Measurement, speeds
from trainer.search.throughput import N_CLASSES

DEVICES = 8
"""Number of devices that the second column of hours is for."""


def cost_text(
    plan: Plan,
    measurements: Sequence[Measurement],
    costs: Sequence[RungCost],
    *,
    patterns: int,
    validation: int,
) -> str:
    """Return what was measured and what follows from it, as tables for a person."""
    lines = [
        f"Measured on this {_where(plan.device)}:",
        f"{'pixels':>8} {'convolutions':>13} {'input':>8} {'width':>6} {'parameters':>12} "
        f"{'batch':>6} {'steps':>6} {'images/s learnt':>16} {'validated':>10}",
    ]
    for m in measurements:
        a, pace = m.architecture, m.pace
        lines.append(
            f"{m.size:8} {a.point.conv_layers:13} {a.kind.value:>8} {a.width:6} "
            f"{m.parameters:12,} {pace.batch:6} {pace.steps:6} "
            f"{1 / pace.learn_seconds:16,.2f} {1 / pace.validate_seconds:10,.2f}"
        )
    peak = max(m.pace.peak_memory_mb for m in measurements)
    lines.append(f"At most {peak:,.0f} MB of its memory were taken meanwhile.")
    lines += ["", "Not measured but carried on by arithmetic, and marked ~:"]
    lines += [f"- {line}" for line in _carried_on(plan, measurements)]
    lines += ["", f"With {patterns:,} training and {validation:,} validation patterns:"]
    return "\n".join([*lines, *_table(costs)]) + "\n"


def _where(device: torch.device) -> str:
    if device.type == "cuda":
        return f"GPU ({torch.cuda.get_device_name(device)})"
    threads = torch.get_num_threads()
    return f"CPU, processor time of one process, {threads} thread(s); nothing was measured on a GPU"


def _carried_on(plan: Plan, measurements: Sequence[Measurement]) -> list[str]:
    """Return one sentence for each thing that was not measured."""
    depths = {a.point.conv_layers for a in plan.possible}
    between = sorted(depths - {m.architecture.point.conv_layers for m in measurements})
    lines = []
    if between:
        lines.append(
            f"{', '.join(map(str, between))} convolutions: between the measured ones, in "
            "proportion to the operations of the convolutions;"
        )
    for size in plan.by_size:
        for (kind, width), speed in speeds(plan.possible, measurements, size).items():
            if speed.per_parameter:
                lines.append(
                    f"other dense layers and batches at {size} pixels ({kind.value}, width "
                    f"{width}): {1e9 * speed.per_parameter:.2f} ns per parameter of each step, "
                    "the rest of a step per pattern;"
                )
    if any(m.pace.batch < plan.batch for m in measurements):
        lines.append(
            f"batches smaller than {plan.batch} in the table: a step of {plan.batch} would have "
            f"taken longer than {plan.seconds:g} s; larger ones may cost more per pattern;"
        )
    if any(m.pace.steps == 1 for m in measurements):
        lines.append("one step in the table: too few to tell how much a step varies;")
    largest = max(plan.possible, key=lambda a: parameter_count(a, max(plan.by_size), N_CLASSES))
    count = parameter_count(largest, max(plan.by_size), N_CLASSES)
    lines += [
        "architectures, epochs and patterns by their number; later rungs are taken to hold the "
        "architectures in the same proportion as the space; decoding and turning of the patterns "
        "is not in it;",
        f"{DEVICES} devices share the hours of one evenly;",
        f"memory of the largest network, of {count:,} parameters: ~{ADAM_BYTES * count / 1e9:.1f} "
        "GB for its weights, their gradients and Adam's means, feature maps not counted.",
    ]
    return lines


def _table(costs: Sequence[RungCost]) -> list[str]:
    lines = [
        f"{'':8} {'trainings':>10} {'pixels':>7} {'~images/s':>12} {'~per device-hour':>17} "
        f"{'~hours on 1':>14} {f'~on {DEVICES}':>13}"
    ]
    lines += [
        f"{cost.name:8} {cost.trainings:10,} {cost.size:7} "
        f"{_about(cost.images_per_second):>12} {_about(cost.per_device_hour):>17} "
        f"{_about(cost.device_hours):>14} {_about(cost.device_hours / DEVICES):>13}"
        for cost in costs
    ]
    total = sum(cost.device_hours for cost in costs)
    lines.append(
        f"{'all':8} {'':10} {'':7} {'':12} {'':17} {_about(total):>14} "
        f"{_about(total / DEVICES):>13}"
    )
    return lines


def _about(value: float) -> str:
    """Return a figure that is not measured, to three places that mean something."""
    return f"~{value:,.0f}" if value >= 100 else f"~{value:#.3g}".rstrip(".")
