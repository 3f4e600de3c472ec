"""Choice of measurements in a space, and the throughput predicted from them for all of it.

A learning step takes a time per pattern, which the convolutions decide, and a time per parameter,
which Adam and the first dense layer of a shallow network decide: at 800 pixels one convolution and
64 nodes make 326 million parameters. A few measurements for each size tell the two apart. Depths
between two that were measured lie between them, in proportion to the operations of their
convolutions: their further blocks are alike but for the size of the map, and cost about a quarter
of the block before. The first block is unlike the others and is measured by itself.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from saed_desktop.network.input import InputKind
from trainer.search.arithmetic import convolution_flops, parameter_count
from trainer.search.space import Architecture
from trainer.search.throughput import N_CLASSES, Throughput

ADAM_BYTES = 16
"""Of each parameter in training: itself, its gradient and Adam's two means."""

_MOST_PARAMETERS = 200_000_000
"""Of what is measured on a CPU, 3.2 GB in training; more would only take longer."""

Family = tuple[InputKind, int]
"""Networks whose cost is measured apart: kind of input and channels of the convolutions."""


@dataclass(frozen=True)
class Measurement:
    """A network, the size at which it was measured, and how it did."""

    architecture: Architecture
    size: int
    pace: Throughput

    @property
    def parameters(self) -> int:
        """Of the network."""
        return parameter_count(self.architecture, self.size, N_CLASSES)


@dataclass(frozen=True)
class Speed:
    """Throughput of one family at one size, for any depth.

    Parameters
    ----------
    learn, validate
        Seconds per pattern by number of convolutions.
    per_parameter
        Seconds per parameter of a learning step; 0 where nothing told it apart.
    measured
        Numbers of convolutions that were measured; the others lie between them by arithmetic.
    """

    learn: Mapping[int, float]
    validate: Mapping[int, float]
    per_parameter: float
    measured: frozenset[int]


def family(architecture: Architecture) -> Family:
    """Return what an architecture is measured with."""
    return architecture.kind, architecture.width


def examples(possible: Sequence[Architecture], size: int, most: int) -> list[Architecture]:
    """Return what is to be measured at a size to know the pace of all architectures.

    Of every family the shallowest networks with few and with many parameters, the next and the
    deepest with few.

    Parameters
    ----------
    possible
        The architectures.
    size
        Side of the input.
    most
        Parameters of the largest that is measured for being large.
    """
    by_depth: dict[Family, dict[int, list[Architecture]]] = defaultdict(lambda: defaultdict(list))
    for architecture in possible:
        by_depth[family(architecture)][architecture.point.conv_layers].append(architecture)
    found = []
    for depths in by_depth.values():
        for depth in measured_depths(list(depths)):
            # batch norm costs a little; dropout hardly anything, on maps already pooled
            own = [a for a in depths[depth] if a.point.batch_norm] or depths[depth]
            sizes = {a.index: parameter_count(a, size, N_CLASSES) for a in own}
            few = min(own, key=lambda a: sizes[a.index])
            found.append(few)
            larger = [a for a in own if sizes[few.index] < sizes[a.index] <= most]
            if depth == min(depths) and larger:
                found.append(max(larger, key=lambda a: sizes[a.index]))
    return found


def measured_depths(depths: Sequence[int]) -> list[int]:
    """Return the numbers of convolutions to measure: the others lie between them."""
    later = [depth for depth in depths if depth >= 2]
    return sorted({min(depths), *([min(later), max(later)] if later else [])})


def most_parameters(device: torch.device, together: int) -> int:
    """Return how many parameters a network may have that is measured."""
    if device.type != "cuda":
        return _MOST_PARAMETERS // together
    memory = torch.cuda.get_device_properties(device).total_memory
    # a quarter, so that the activations fit as well
    return int(memory // (4 * ADAM_BYTES * together))


def speeds(
    possible: Sequence[Architecture], measurements: Sequence[Measurement], size: int
) -> dict[Family, Speed]:
    """Return what all families take at a size, from what was measured there."""
    flops: dict[Family, dict[int, int]] = defaultdict(dict)
    for one in possible:
        known = flops[family(one)]
        if one.point.conv_layers not in known:
            known[one.point.conv_layers] = convolution_flops(one, size)
    found = {}
    for own_family, by_depth in flops.items():
        own = [m for m in measurements if m.size == size and family(m.architecture) == own_family]
        learn, per_parameter = _told_apart(own)
        validate: dict[int, float] = {}
        for m in own:
            validate.setdefault(m.architecture.point.conv_layers, m.pace.validate_seconds)
        found[own_family] = Speed(
            between(learn, by_depth), between(validate, by_depth), per_parameter, frozenset(learn)
        )
    return found


def between(known: Mapping[int, float], flops: Mapping[int, int]) -> dict[int, float]:
    """Return a time for every depth, those not known in proportion to the operations."""
    depths = sorted(known)
    values = [known[depth] for depth in depths]
    found = np.interp([flops[d] for d in sorted(flops)], [flops[d] for d in depths], values)
    return dict(zip(sorted(flops), found.tolist(), strict=True))


def _told_apart(measurements: Sequence[Measurement]) -> tuple[dict[int, float], float]:
    """Return the seconds per pattern by depth, and those per parameter."""
    least: dict[int, Measurement] = {}
    per_parameter = 0.0
    for m in measurements:
        few = least.setdefault(m.architecture.point.conv_layers, m)
        if few is not m:
            # the same patterns, so what the step takes longer is that of the parameters
            longer = m.pace.step_seconds - few.pace.step_seconds
            per_parameter = max(longer / (m.parameters - few.parameters), 0.0)
    # no step can have been shorter than what its parameters take
    bound = min(m.pace.step_seconds / m.parameters for m in measurements)
    per_parameter = min(per_parameter, bound)
    learn = {
        depth: (m.pace.step_seconds - per_parameter * m.parameters) / m.pace.batch
        for depth, m in least.items()
    }
    return learn, per_parameter
