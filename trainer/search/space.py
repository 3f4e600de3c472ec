"""Spaces of architectures: the paper's Table II, or any other that a configuration file names.

A space is a table of axes. Its points are numbered as in `trainer.networks.search_space`, the last
axis running fastest; an axis that a file leaves out has the value of 299-AN.
"""

import difflib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from saed_desktop.errors import UsageError
from saed_desktop.network.input import InputKind, InputSpec
from trainer.networks.cnn_299an import CHANNELS, PlainCnn, map_side
from trainer.networks.plain_family import KINDS, input_spec, plain_name
from trainer.networks.search_space import (
    AXES,
    FAMILY,
    POINT_299AN,
    DenseShape,
    Point,
    TrainingSet,
    describe,
    impossible_because,
    values_at,
)

TABLE_II = "table2"
"""Name of the paper's space."""

_EXTRA_DEFAULTS: dict[str, object] = {"width": CHANNELS, "input": InputKind.IMAGE}


@dataclass(frozen=True)
class Architecture:
    """One point of a space.

    Parameters
    ----------
    index
        Its number.
    point
        The variables of Table II.
    width
        Channels of every convolution.
    kind
        What it looks at.
    network
        Its name in the registry of networks.
    """

    index: int
    point: Point
    width: int
    kind: InputKind
    network: str

    @property
    def plan(self) -> PlainCnn:
        """The network."""
        return replace(self.point.plan, width=self.width)

    @property
    def is_rotated(self) -> bool:
        """Whether it learns from rotated patterns."""
        return self.point.training_set is TrainingSet.ROTATED

    @property
    def shape(self) -> tuple[object, ...]:
        """Shape that architectures must share to be trained as one batch of networks.

        Learning rates and dropout probabilities may differ: each network has its own.
        """
        plan = self.plan
        point = self.point
        return (
            self.kind.value,
            plan.conv_layers,
            plan.width,
            plan.dense_nodes,
            plan.batch_norm,
            plan.dropout_2d,
            plan.dropout,
            point.batch_size,
            point.training_set.value,
        )

    def spec(self, size: int, crop_px: int) -> InputSpec:
        """Return what it expects to see."""
        return input_spec(self.kind, size, crop_px)

    def describe(self) -> dict[str, object]:
        """Return every variable as a plain value."""
        return {**describe(self.point), "width": self.width, "input": self.kind.value}


@dataclass(frozen=True, eq=False)
class Space:
    """A numbered set of architectures.

    Parameters
    ----------
    name
        What to call it.
    axes
        Values of every variable, in the order in which points are numbered.
    """

    name: str
    axes: Mapping[str, tuple[Any, ...]]

    def __len__(self) -> int:
        return math.prod(len(values) for values in self.axes.values())

    def __iter__(self) -> Iterator[Architecture]:
        return (self.at(index) for index in range(len(self)))

    def at(self, index: int) -> Architecture:
        """Return the architecture of a number.

        Raises
        ------
        UsageError
            If there is no such number.
        """
        if not 0 <= index < len(self):
            raise UsageError(
                f"The space '{self.name}' runs from 0 to {len(self) - 1}; there is no {index}."
            )
        values = {**_defaults(), **values_at(self.axes, index)}
        width, kind = values.pop("width"), InputKind(str(values.pop("input")))
        assert isinstance(width, int)
        point = Point(**values)  # type: ignore[arg-type]
        network = f"{FAMILY}:{index}"
        if self.name != TABLE_II:
            network = plain_name(replace(point.plan, width=width), kind)
        return Architecture(index, point, width, kind, network)

    def impossible_because(self, index: int, size: int) -> str | None:
        """Return why an architecture cannot be built for inputs of a size, None where it can."""
        architecture = self.at(index)
        if architecture.kind is InputKind.POLAR:
            # the azimuths are many; the radii run out first, and where they do not these do
            columns = architecture.spec(size, 0).shape[-1]
            if map_side(columns, architecture.point.conv_layers) < 1:
                return f"{columns} azimuths are used up by {architecture.point.conv_layers} blocks"
        return impossible_because(architecture.point, size)

    def to_plain(self) -> dict[str, Any]:
        """Return the space as it is kept in a search folder."""
        plain = {
            name: [v.value if isinstance(v, StrEnum) else v for v in values]
            for name, values in self.axes.items()
        }
        return {"name": self.name, "axes": plain}


def table_ii() -> Space:
    """Return the paper's space of 41,472 architectures."""
    return Space(TABLE_II, dict(AXES))


def make_space(content: Mapping[str, Any]) -> Space:
    """Return the space that a configuration file or a search folder describes.

    Parameters
    ----------
    content
        `name` and `axes`, a list of values by variable; without axes the space of that name.

    Raises
    ------
    UsageError
        If a variable is unknown, or a value of it impossible.
    """
    name = str(content.get("name", "own"))
    if name == TABLE_II:
        return table_ii()
    axes = content.get("axes")
    if not isinstance(axes, Mapping) or not axes:
        raise UsageError(
            f"The space '{name}' has no axes; name '{TABLE_II}', or list the values of some of "
            f"{', '.join(_CHECKS)}."
        )
    return Space(name, {str(axis): _values(str(axis), axes[axis]) for axis in axes})


def _values(axis: str, values: object) -> tuple[Any, ...]:
    if axis not in _CHECKS:
        near = difflib.get_close_matches(axis, list(_CHECKS), n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(_CHECKS)}."
        raise UsageError(f"There is no variable '{axis}' in a space; {hint}")
    if not isinstance(values, Sequence) or isinstance(values, str) or not values:
        raise UsageError(f"The variable '{axis}' wants a list of values, not {values!r}.")
    check, rule = _CHECKS[axis]
    found = []
    for value in values:
        try:
            found.append(check(value))
        except (ValueError, TypeError) as error:
            raise UsageError(f"'{axis}' takes {rule}, not {value!r}.") from error
    if len(set(found)) < len(found):
        raise UsageError(f"The variable '{axis}' lists a value twice.")
    return tuple(found)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(value)
    return value


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _rate(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise ValueError(value)
    return float(value)


def _kind(value: object) -> InputKind:
    kind = InputKind(str(value))
    if kind not in KINDS:
        raise ValueError(value)
    return kind


_Check = tuple[Callable[[Any], Any], str]

_COUNT: _Check = (_whole, "whole numbers from 1 on")
_SWITCH: _Check = (_switch, "true and false")

_CHECKS: dict[str, _Check] = {
    "conv_layers": _COUNT,
    "dense_layers": _COUNT,
    "first_nodes": _COUNT,
    "batch_norm": _SWITCH,
    "dropout_2d": _SWITCH,
    "dropout": _SWITCH,
    "learning_rate": (_rate, "numbers above 0"),
    "dense_shape": (DenseShape, " and ".join(DenseShape)),
    "training_set": (TrainingSet, " and ".join(TrainingSet)),
    "batch_size": (lambda value: _whole(value - 1) + 1, "whole numbers from 2 on"),
    "width": _COUNT,
    "input": (_kind, ", ".join(KINDS)),
}
"""Reader of each variable's values, and the words for what is possible."""


def _defaults() -> dict[str, object]:
    known = {field.name: getattr(POINT_299AN, field.name) for field in fields(Point)}
    return {**known, **_EXTRA_DEFAULTS}
