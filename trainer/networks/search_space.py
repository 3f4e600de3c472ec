"""The search space of the paper's Table II: 41,472 plain CNNs and how each is trained.

A point is numbered by its ten variables in the order of `AXES`, the last one running fastest, so
the numbers never change. "Dense layers" counts the hidden ones, to which the output layer is
added: only then does "nodes in the first dense layer" mean something for one dense layer. 299-AN
has four of them.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from saed_desktop.errors import UsageError
from trainer.networks.base import Network
from trainer.networks.cnn_299an import PlainCnn, map_side, plain_cnn
from trainer.networks.registry import BuildRequest, RegistryEntry, register_family

FAMILY = "space"

DROPOUT_2D = 0.2
"""Probability where a point has 2-D dropout; no source states it."""

DROPOUT = 0.5
"""Probability where a point has dropout; no source states it."""


class DenseShape(StrEnum):
    """Widths of the dense layers after the first."""

    CONSTANT = "constant"
    ENCODER = "encoder"


class TrainingSet(StrEnum):
    """Choice of the training images."""

    ORIGINAL = "original"
    ROTATED = "rotated"


@dataclass(frozen=True)
class Point:
    """One point of the search space, one value per axis."""

    conv_layers: int
    dense_layers: int
    first_nodes: int
    batch_norm: bool
    dropout_2d: bool
    dropout: bool
    learning_rate: float
    dense_shape: DenseShape
    training_set: TrainingSet
    batch_size: int

    @property
    def dense_nodes(self) -> tuple[int, ...]:
        """The nodes of each hidden dense layer; 0 where halving has run out."""
        if self.dense_shape is DenseShape.CONSTANT:
            return (self.first_nodes,) * self.dense_layers
        return tuple(self.first_nodes >> layer for layer in range(self.dense_layers))

    @property
    def plan(self) -> PlainCnn:
        """The network of this point."""
        return PlainCnn(
            conv_layers=self.conv_layers,
            dense_nodes=self.dense_nodes,
            batch_norm=self.batch_norm,
            dropout_2d=DROPOUT_2D if self.dropout_2d else 0.0,
            dropout=DROPOUT if self.dropout else 0.0,
        )


AXES: dict[str, tuple[object, ...]] = {
    "conv_layers": (1, 2, 3, 4, 5, 6),
    "dense_layers": (1, 2, 3, 4, 5, 6),
    "first_nodes": (8, 16, 32, 64),
    "batch_norm": (False, True),
    "dropout_2d": (False, True),
    "dropout": (False, True),
    "learning_rate": (0.01, 0.001, 0.0001),
    "dense_shape": (DenseShape.CONSTANT, DenseShape.ENCODER),
    "training_set": (TrainingSet.ORIGINAL, TrainingSet.ROTATED),
    "batch_size": (8, 16, 32),
}
"""The values of every variable, in the order in which points are numbered."""

SPACE_SIZE = math.prod(len(values) for values in AXES.values())

POINT_299AN = Point(
    conv_layers=6,
    dense_layers=4,
    first_nodes=64,
    batch_norm=True,
    dropout_2d=False,
    dropout=False,
    learning_rate=0.001,
    dense_shape=DenseShape.CONSTANT,
    training_set=TrainingSet.ROTATED,
    batch_size=16,
)
"""299-AN; its published script has batches of 16 on each of two GPUs."""


def point_at(index: int) -> Point:
    """Return the point of a number.

    Raises
    ------
    UsageError
        If there is no such number.
    """
    if not 0 <= index < SPACE_SIZE:
        raise UsageError(f"The search space runs from 0 to {SPACE_SIZE - 1}; there is no {index}.")
    return Point(**values_at(AXES, index))  # type: ignore[arg-type]


def values_at(axes: Mapping[str, Sequence[object]], index: int) -> dict[str, object]:
    """Return the value of every axis at a number, the last axis running fastest."""
    chosen: dict[str, object] = {}
    for name in reversed(list(axes)):
        index, position = divmod(index, len(axes[name]))
        chosen[name] = axes[name][position]
    return {name: chosen[name] for name in axes}


def index_of(point: Point) -> int:
    """Return the number of a point."""
    index = 0
    for name, values in AXES.items():
        index = index * len(values) + values.index(getattr(point, name))
    return index


def points() -> Iterator[Point]:
    """Return every point in the order of their numbers."""
    return (point_at(index) for index in range(SPACE_SIZE))


def impossible_because(point: Point, size: int) -> str | None:
    """Return why a point cannot be built for images of a size, None where it can."""
    for layers in range(1, point.conv_layers + 1):
        if map_side(size, layers) < 1:
            return (
                f"an image of {size} pixels is used up in convolution block {layers} "
                f"of {point.conv_layers}"
            )
    for layer, nodes in enumerate(point.dense_nodes, start=1):
        if nodes < 1:
            return (
                f"halving from {point.first_nodes} nodes leaves none for dense layer {layer} "
                f"of {point.dense_layers}"
            )
    return None


def build_point(point: Point, request: BuildRequest) -> Network:
    """Return the network of a point.

    Raises
    ------
    UsageError
        If its geometry is impossible, with the reason.
    """
    reason = impossible_because(point, request.size)
    if reason is not None:
        raise UsageError(f"Point {index_of(point)} of the search space is impossible: {reason}.")
    return plain_cnn(point.plan, request)


def describe(point: Point) -> dict[str, object]:
    """Return a point as plain values."""
    return {
        name: str(value) if isinstance(value, StrEnum) else value
        for name, value in asdict(point).items()
    }


@register_family(FAMILY)
def space_entry(text: str) -> RegistryEntry:
    """Return the entry of a point, given its number as text."""
    try:
        index = int(text)
    except ValueError as error:
        raise UsageError(f"'{FAMILY}:' wants the number of a point, not '{text}'.") from error
    point = point_at(index)

    def build(request: BuildRequest) -> Network:
        return build_point(point, request)

    return RegistryEntry(
        name=f"{FAMILY}:{index}",
        title=f"point {index}",
        summary="a point of the search space",
        build=build,
    )
