"""Runs a bundle's network with ONNX Runtime: prepared pattern in, class probabilities out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import Float32Array
from saed_desktop.errors import BundleError
from saed_desktop.network.bundle import Bundle
from saed_desktop.network.input import network_inputs
from saed_desktop.network.rough_scale import (
    blend,
    depends_on_scale,
    on_possible_scales,
    without_scale,
)
from saed_desktop.network.runtime import onnx_runtime
from saed_desktop.pattern.prepare import PreparedPattern


@dataclass(frozen=True)
class Prediction:
    """Answer of a network to one pattern.

    Parameters
    ----------
    probabilities
        By phase, summing to 1 over the phases: the answer given that it is one of them.
    prediction_set
        Phases that cannot be excluded at the bundle's level, likeliest first.
    in_distribution
        Probability, 0..1, that the pattern is one of the phases at all.
    open_set_threshold
        Below it the pattern counts as none of them.
    """

    probabilities: Mapping[str, float]
    prediction_set: tuple[str, ...]
    in_distribution: float
    open_set_threshold: float = 0.0

    @property
    def is_known(self) -> bool:
        """Whether the pattern counts as one of the phases."""
        return self.in_distribution >= self.open_set_threshold

    @property
    def is_foreign(self) -> bool:
        """Whether not even a fit of the spots speaks for a known phase any more."""
        return self.in_distribution < self.open_set_threshold / 2

    @property
    def best(self) -> str:
        """The likeliest phase."""
        return max(self.probabilities, key=lambda name: self.probabilities[name])


class NetworkSession:
    """A network ready to run; loading it is slow, running it is quick.

    Parameters
    ----------
    bundle
        The verified bundle.
    threads
        Threads of one run. One is best where several patterns run at once.
    """

    def __init__(self, bundle: Bundle, *, threads: int = 1) -> None:
        onnxruntime = onnx_runtime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # further passes over the graph cost the start more than they save: an ensemble of three is
        # ready after 86 instead of 179 ms and answers a pattern in 12 instead of 10
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        # a memory arena grows with the largest pattern ever seen and never shrinks
        options.enable_cpu_mem_arena = False
        self.bundle = bundle
        try:
            self._session: Any = onnxruntime.InferenceSession(
                bundle.network_bytes(), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's own exceptions share no base class
            raise BundleError(f"The network in {bundle.path.name} cannot be run.") from error
        self._check_inputs()
        self._output: str = self._checked_output()

    def _checked_output(self) -> str:
        """Return the name of the one output, if it has a number for each class."""
        outputs, classes = self._session.get_outputs(), len(self.bundle.card.labels)
        shape = list(outputs[0].shape) if len(outputs) == 1 else []
        # a side that the graph leaves open is known when it runs
        if len(shape) != 2 or (isinstance(shape[1], int) and shape[1] != classes):
            raise BundleError(
                f"{self.bundle.path.name}: the network's output {shape or ''} is not one number "
                f"for each of the {classes} classes of its card."
            )
        return str(outputs[0].name)

    def _check_inputs(self) -> None:
        expected = {node.name: tuple(node.shape[1:]) for node in self._session.get_inputs()}
        offered = {spec.name: spec.shape for spec in self.bundle.card.inputs}
        if expected.keys() != offered.keys():
            raise BundleError(
                f"{self.bundle.path.name}: the network's inputs {sorted(expected)} are not those "
                f"of its card {sorted(offered)}."
            )
        for name, shape in expected.items():
            known = [n for n in shape if isinstance(n, int)]
            if len(known) == len(shape) and tuple(known) != offered[name]:
                raise BundleError(
                    f"{self.bundle.path.name}: input {name} is {shape}, the card says "
                    f"{offered[name]}."
                )

    def logits(self, inputs: Mapping[str, Float32Array]) -> npt.NDArray[np.float64]:
        """Return the raw outputs (batch, classes) for batched inputs.

        Raises
        ------
        BundleError
            If the network fails, or answers something else than a number per class.
        """
        name = self.bundle.path.name
        try:
            output = self._session.run([self._output], dict(inputs))[0]
            logits = np.asarray(output, dtype=np.float64)
        except Exception as error:  # ONNX Runtime's own exceptions share no base class
            raise BundleError(f"The network in {name} fails on this pattern.") from error
        expected = (len(next(iter(inputs.values()))), len(self.bundle.card.labels))
        if logits.shape != expected:
            raise BundleError(
                f"The network in {name} gives {' × '.join(map(str, logits.shape)) or 'one'} "
                f"numbers where its card has {expected[1]} classes."
            )
        if not np.isfinite(logits).all():
            raise BundleError(f"The network in {name} answers with numbers that are none.")
        return logits

    def predict(
        self, prepared: PreparedPattern, *, priors: Mapping[str, float] | None = None
    ) -> Prediction:
        """Return the class probabilities of one pattern.

        Parameters
        ----------
        prepared
            The pattern.
        priors
            Relative frequencies by phase that the user expects; 1 where not stated.
        """
        card, calibration = self.bundle.card, prepared.pattern.calibration
        if calibration.is_rough and depends_on_scale(card.inputs):
            patterns, likely = on_possible_scales(prepared)
            without = self.probabilities([without_scale(prepared)], scale_known=False)[0]
            on_scales = self.probabilities(patterns, scale_known=True)
            probability = blend(on_scales, likely, without, card.labels.other_index)
            return self._prediction(probability, priors, scale_known=False)
        known = calibration.is_known
        probability = self.probabilities([prepared], scale_known=known)[0]
        return self._prediction(probability, priors, scale_known=known)

    def prediction(
        self,
        logits: npt.NDArray[np.float64],
        *,
        priors: Mapping[str, float] | None = None,
        scale_known: bool = True,
    ) -> Prediction:
        """Return the calibrated prediction for one pattern's logits (classes,)."""
        temperature, _ = self.bundle.card.calibration_for(scale_known=scale_known)
        return self._prediction(softmax(logits / temperature), priors, scale_known=scale_known)

    def probabilities(
        self, patterns: Sequence[PreparedPattern], *, scale_known: bool
    ) -> npt.NDArray[np.float64]:
        """Return the calibrated probabilities (patterns, classes), asked as the scale is stated.

        Parameters
        ----------
        patterns
            Patterns all of known or all of unknown scale.
        scale_known
            Which of them.
        """
        specs = self.bundle.card.inputs
        inputs = [network_inputs(prepared, specs) for prepared in patterns]
        batch = {spec.name: np.stack([one[spec.name] for one in inputs]) for spec in specs}
        temperature, _ = self.bundle.card.calibration_for(scale_known=scale_known)
        return softmax(self.logits(batch) / temperature)

    def _prediction(
        self,
        probability: npt.NDArray[np.float64],
        priors: Mapping[str, float] | None,
        *,
        scale_known: bool,
    ) -> Prediction:
        card = self.bundle.card
        _, thresholds = card.calibration_for(scale_known=scale_known)
        other = card.labels.other_index
        in_distribution = 1.0 if other is None else float(1 - probability[other])
        names = card.labels.phases
        among = probability[list(card.labels.phase_indices)]
        if priors:
            among = among * np.array([max(priors.get(name, 1.0), 0.0) for name in names])
        total = float(among.sum())
        among = among / total if total > 0 else np.full(len(names), 1 / len(names))
        return Prediction(
            probabilities={n: float(p) for n, p in zip(names, among, strict=True)},
            prediction_set=prediction_set(names, among, thresholds),
            in_distribution=in_distribution,
            open_set_threshold=card.open_set_threshold,
        )


def softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the softmax (..., n) over the last axis of logits (..., n)."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    exponent = np.exp(shifted)
    return np.asarray(exponent / exponent.sum(axis=-1, keepdims=True))


def prediction_set(
    names: Sequence[str], probability: npt.NDArray[np.float64], thresholds: Mapping[str, float]
) -> tuple[str, ...]:
    """Return the classes that reach their threshold, likeliest first; never none of them."""
    order = np.argsort(-probability, kind="stable")
    chosen = [names[i] for i in order if probability[i] >= thresholds.get(names[i], 0.05)]
    return tuple(chosen) if chosen else (names[int(order[0])],)
