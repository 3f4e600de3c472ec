"""Temperature, prediction sets and open-set threshold of a network, from labelled patterns.

The patterns should come from elsewhere than the training did: a simulator's own patterns say
nothing of how far to trust a network outside it. Each is answered with its scale and without,
since a network is less sure, and less often right, where no scale is known.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.errors import SaedError, UsageError
from saed_desktop.network.input import InputSpec, network_inputs
from saed_desktop.network.labels import OTHER, Labels
from saed_desktop.pattern.calibration import Calibration
from saed_desktop.pattern.prepare import PreparedPattern, prepare
from saed_desktop.pattern.readers import read_pattern
from trainer.bundle.probability_calibration import (
    FEWEST_FOR_TEMPERATURE,
    at_temperature,
    fit_temperature,
    set_thresholds,
)
from trainer.data.manifest import Manifest, read_manifest
from trainer.progress import Progress

_KNOWN_KEPT = 0.95


@dataclass(frozen=True, eq=False)
class LabelledPattern:
    """A pattern as the desktop prepares it, the scale that it states, and its class."""

    prepared: PreparedPattern
    stated: Calibration
    label: int


@dataclass(frozen=True, eq=False)
class PreparedSet:
    """Network inputs of labelled patterns, with their scale and without.

    Parameters
    ----------
    labels
        Class indices (n,).
    with_scale, without_scale
        Inputs by name, each (n, ...).
    """

    labels: IntArray
    with_scale: Mapping[str, npt.NDArray[np.float32]]
    without_scale: Mapping[str, npt.NDArray[np.float32]]


def prepared_set(
    source: Path, labels: Labels, specs: Sequence[InputSpec], *, scale_sigma: float
) -> PreparedSet:
    """Open and prepare every labelled pattern as the desktop does; unreadable ones are left out.

    Parameters
    ----------
    source
        Labelled folder or CSV list.
    labels
        The network's classes; a pattern of none of them is "other" where there is such a class.
    specs
        The network's inputs.
    scale_sigma
        Relative standard uncertainty of the list's scales.

    Raises
    ------
    UsageError
        If there are too few patterns.
    """
    found = inputs_of(_readable(source, labels, scale_sigma), specs)
    if len(found.labels) < FEWEST_FOR_TEMPERATURE:
        raise UsageError(
            f"{source} holds {len(found.labels)} readable patterns; calibration needs at least "
            f"{FEWEST_FOR_TEMPERATURE}."
        )
    return found


def _readable(source: Path, labels: Labels, scale_sigma: float) -> Iterator[LabelledPattern]:
    manifest = read_manifest(source)
    classes = _classes(manifest, labels)
    with Progress("patterns to calibrate on", len(manifest)) as progress:
        for file, k in zip(manifest.files, classes, strict=True):
            progress.advance(1)
            try:
                prepared = prepare(read_pattern(file.path))
            except SaedError:
                continue
            stated = file.stated(scale_sigma) or prepared.pattern.calibration
            yield LabelledPattern(prepared, stated, k)


def inputs_of(patterns: Iterable[LabelledPattern], specs: Sequence[InputSpec]) -> PreparedSet:
    """Return the network inputs of patterns, with their scale and without."""
    known, unknown, labels = [], [], []
    for pattern in patterns:
        known.append(network_inputs(_with(pattern.prepared, pattern.stated), specs))
        unknown.append(network_inputs(_with(pattern.prepared, Calibration.unknown()), specs))
        labels.append(pattern.label)
    return PreparedSet(np.array(labels), _stacked(known, specs), _stacked(unknown, specs))


def fitted_card(
    labels: Labels, truth: IntArray, with_scale: FloatArray, without_scale: FloatArray, level: float
) -> dict[str, Any]:
    """Return the fields of a card that say how far to trust its network.

    Parameters
    ----------
    labels
        The network's classes.
    truth
        Class indices (n,).
    with_scale, without_scale
        Logits (n, classes).
    level
        Intended coverage of the prediction sets.
    """
    other = labels.other_index
    is_phase = np.ones(len(truth), dtype=bool) if other is None else truth != other
    fields: dict[str, Any] = {"set_level": level}
    for suffix, logits in (("", with_scale), ("_without_scale", without_scale)):
        temperature = fit_temperature(logits[is_phase], truth[is_phase])
        probabilities = at_temperature(logits, temperature)
        among = probabilities[:, list(labels.phase_indices)]
        among = among / among.sum(axis=1, keepdims=True)
        own = np.searchsorted(labels.phase_indices, truth[is_phase])
        fields[f"temperature{suffix}"] = temperature
        fields[f"set_thresholds{suffix}"] = set_thresholds(
            among[is_phase], own, labels.phases, level
        )
        if other is not None and not suffix:
            inside = 1 - probabilities[is_phase, other]
            fields["open_set_threshold"] = float(np.quantile(inside, 1 - _KNOWN_KEPT))
    return fields


def _classes(manifest: Manifest, labels: Labels) -> list[int]:
    if OTHER not in labels.names:
        return manifest.classes(labels)
    index = {name: i for i, name in enumerate(labels.names)}
    return [index.get(file.phase, index[OTHER]) for file in manifest.files]


def _with(prepared: PreparedPattern, calibration: Calibration) -> PreparedPattern:
    return replace(prepared, pattern=prepared.pattern.with_calibration(calibration))


def _stacked(
    rows: Sequence[Mapping[str, npt.NDArray[np.float32]]], specs: Sequence[InputSpec]
) -> dict[str, npt.NDArray[np.float32]]:
    if not rows:
        return {}
    return {spec.name: np.stack([row[spec.name] for row in rows]) for spec in specs}
