"""The model card of a network: classes, inputs, calibration, metrics and provenance.

A card is foreign input: every field has a type and a range, and a card that violates one is
refused with one sentence before anything of it is used.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Self

import msgspec
from msgspec import Meta

from saed_desktop.errors import BundleError
from saed_desktop.network.input import InputSpec
from saed_desktop.network.labels import Labels
from saed_desktop.network.network_name import checked_name

FORMAT_VERSION = 1
LARGEST_CARD_BYTES = 4_000_000
MOST_CLASSES = 10_000

_DEEPEST = 12
"""Levels of metrics and provenance; a page shows them as tables within tables."""

Temperature = Annotated[float, Meta(ge=1e-3, le=1e3)]
Share = Annotated[float, Meta(ge=0, le=1)]
Text = Annotated[str, Meta(max_length=4000)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Thresholds = Annotated[dict[Name, Share], Meta(max_length=MOST_CLASSES)]


class _Sets(msgspec.Struct, frozen=True):
    thresholds: Thresholds = {}
    level: Annotated[float, Meta(gt=0, lt=1)] = 0.9


class _WithoutScale(msgspec.Struct, frozen=True):
    temperature: Temperature
    thresholds: Thresholds = {}


class _OpenSet(msgspec.Struct, frozen=True):
    threshold: Share = 0.0


class _Card(msgspec.Struct):
    """A card as it is written."""

    summary: Text
    labels: Annotated[list[Name], Meta(min_length=2, max_length=MOST_CLASSES)]
    inputs: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=16)]
    name: Any = None
    temperature: Temperature = 1.0
    prediction_sets: _Sets = _Sets()
    without_scale: _WithoutScale | None = None
    open_set: _OpenSet = _OpenSet()
    groups: Annotated[list[Annotated[list[Name], Meta(min_length=2)]], Meta(max_length=1000)] = []
    metrics: dict[str, Any] = {}
    provenance: dict[str, Any] = {}


class _Version(msgspec.Struct):
    format: Any = None


@dataclass(frozen=True)
class ModelCard:
    """Model card of a network: inputs, labels, calibration, metrics and provenance.

    Parameters
    ----------
    name
        Short name, also the file's stem.
    summary
        One sentence for the user.
    labels
        Classes in output order.
    inputs
        What each input expects.
    temperature
        The logits are divided by it before the softmax (Guo et al., ICML 2017).
    set_thresholds
        For each class the smallest probability at which it belongs to the prediction set; fitted
        so that a set holds the truth as often as `set_level` says, class by class.
    set_level
        Intended coverage of the prediction sets.
    temperature_without_scale, set_thresholds_without_scale
        The same for patterns of unknown scale, on which a network is less often right; those
        above where there are none.
    open_set_threshold
        Patterns whose probability of being in distribution is below it are called unknown.
    groups
        Classes that cannot be told apart in most zone axes.
    metrics
        Measured figures, each with the data it was measured on.
    provenance
        What it was trained on, with which seeds, versions and commands.
    """

    name: str
    summary: str
    labels: Labels
    inputs: tuple[InputSpec, ...]
    temperature: float = 1.0
    set_thresholds: Mapping[str, float] = field(default_factory=dict)
    set_level: float = 0.9
    temperature_without_scale: float | None = None
    set_thresholds_without_scale: Mapping[str, float] | None = None
    open_set_threshold: float = 0.0
    groups: tuple[tuple[str, ...], ...] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_calibrated(self) -> bool:
        """Whether its probabilities and sets were fitted on labelled patterns."""
        return bool(self.set_thresholds)

    def __post_init__(self) -> None:
        checked_name(self.name)
        known = set(self.labels.phases)
        for what, named in (
            ("threshold", self.set_thresholds),
            ("threshold", self.set_thresholds_without_scale or {}),
            ("group", [name for group in self.groups for name in group]),
        ):
            strange = sorted(set(named) - known)
            if strange:
                raise BundleError(f"The network's card has a {what} for {strange[0]!r}, no phase.")
        names = [spec.name for spec in self.inputs]
        if not names or len(set(names)) != len(names):
            raise BundleError("A network needs inputs of different names.")

    def calibration_for(self, *, scale_known: bool) -> tuple[float, Mapping[str, float]]:
        """Return temperature and set thresholds for patterns with or without a scale."""
        if scale_known or self.temperature_without_scale is None:
            return self.temperature, self.set_thresholds
        thresholds = self.set_thresholds_without_scale
        return self.temperature_without_scale, thresholds or self.set_thresholds

    def to_json(self) -> dict[str, Any]:
        """Return the card as it is written."""
        without = (
            {}
            if self.temperature_without_scale is None
            else {
                "without_scale": {
                    "temperature": self.temperature_without_scale,
                    "thresholds": dict(self.set_thresholds_without_scale or {}),
                }
            }
        )
        return {
            "format": FORMAT_VERSION,
            "name": self.name,
            "summary": self.summary,
            "labels": list(self.labels.names),
            "inputs": [spec.to_json() for spec in self.inputs],
            "temperature": self.temperature,
            "prediction_sets": {"level": self.set_level, "thresholds": dict(self.set_thresholds)},
            **without,
            "open_set": {"threshold": self.open_set_threshold},
            "groups": [list(group) for group in self.groups],
            "metrics": _without_nan(dict(self.metrics)),
            "provenance": _without_nan(dict(self.provenance)),
        }

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Read a card.

        Raises
        ------
        BundleError
            If it is of another format, lacks something, or has a value that none can have.
        """
        if len(data) > LARGEST_CARD_BYTES:
            raise BundleError("The network's card is too large.")
        try:
            version = msgspec.json.decode(data, type=_Version).format
            if version != FORMAT_VERSION:
                raise BundleError(
                    f"The network is of format {str(version)[:20]}; this program reads format "
                    f"{FORMAT_VERSION}. Export it again or update the program."
                )
            card = msgspec.json.decode(data, type=_Card)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BundleError(f"The network's card is damaged: {str(error)[:200]}.") from error
        if not (_is_shallow(card.metrics) and _is_shallow(card.provenance)):
            raise BundleError("The network's card is nested too deeply.")
        without = card.without_scale
        return cls(
            name=checked_name(card.name),
            summary=card.summary,
            labels=Labels(tuple(card.labels)),
            inputs=tuple(InputSpec.from_json(spec) for spec in card.inputs),
            temperature=card.temperature,
            set_thresholds=card.prediction_sets.thresholds,
            set_level=card.prediction_sets.level,
            temperature_without_scale=without.temperature if without else None,
            set_thresholds_without_scale=without.thresholds if without else None,
            open_set_threshold=card.open_set.threshold,
            groups=tuple(tuple(group) for group in card.groups),
            metrics=card.metrics,
            provenance=card.provenance,
        )


def _is_shallow(value: Any, levels: int = _DEEPEST) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return True
    return levels > 0 and all(_is_shallow(item, levels - 1) for item in value)


def _without_nan(value: Any) -> Any:
    """Return a value that JSON can hold: a measure that came out as no number is null."""
    if isinstance(value, Mapping):
        return {str(name): _without_nan(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
