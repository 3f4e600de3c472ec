"""Simulated patterns as a source without end: a sample is named by seed, epoch and index.

Networks on spot lists learn from the spot simulator alone, thousands a second, and from lists that
the desktop's own spot finder made of drawn images, where such are given. Networks on images have
each pattern drawn, and either take its beam as known or have it prepared by the code that will
prepare the user's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from saed_desktop.arrays import Float32Array
from saed_desktop.network.input import InputKind, InputSpec, network_inputs
from saed_desktop.network.labels import Labels
from saed_desktop.network.representations import contexts, spot_lists
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from trainer.data.detected import DetectedLists, for_images
from trainer.data.drawn_inputs import DrawnInputs
from trainer.data.image_simulator import ImageBatch, ImageSimulator
from trainer.data.loader import Batch, IndexArray
from trainer.data.ranges import Ranges
from trainer.data.reflection_library import ReflectionLibrary
from trainer.data.sample_rng import SampleRng
from trainer.data.spot_simulator import SpotBatch, SpotSimulator, drawn_scales, rotate_spots

LIST_KINDS = (InputKind.SPOTS, InputKind.CONTEXT)

_UNKNOWN_SIGMA = 0.3


@dataclass(frozen=True, eq=False)
class Simulation:
    """Settings of a simulation, shared by the training and validation sources.

    Parameters
    ----------
    labels
        Classes in output order.
    ranges
        What is drawn from.
    class_shares
        Relative frequency (classes,).
    scale
        "mixed", "unknown", or the relative error of the stated scale.
    seed
        Of the whole series.
    """

    labels: Labels
    ranges: Ranges
    class_shares: npt.NDArray[np.float64]
    scale: str | float
    seed: int

    def told_shares(self) -> dict[str, float]:
        """Return the share of each class, for a description."""
        shares = self.class_shares / self.class_shares.sum()
        return dict(zip(self.labels.names, np.round(shares, 4).tolist(), strict=True))


class _SimulatedSource:
    """Base of the simulated sources."""

    def __init__(self, simulation: Simulation, n_samples: int, device: torch.device) -> None:
        self._simulation = simulation
        self._n_samples = n_samples
        self._device = device

    @property
    def labels(self) -> Labels:
        """The classes in output order."""
        return self._simulation.labels

    def __len__(self) -> int:
        return self._n_samples

    @property
    def class_counts(self) -> IndexArray:
        """Mean number of samples of each class in an epoch."""
        shares = self._simulation.class_shares
        return np.rint(self._n_samples * shares / shares.sum()).astype(np.int64)

    @property
    def sample_classes(self) -> None:
        """None: classes are shared out by the simulation itself."""
        return

    def names(self, indices: IndexArray) -> list[str]:
        """Return what to call the samples."""
        return [f"simulated-{self._simulation.seed}-{i}" for i in indices]

    def _batch(self, inputs: dict[str, Float32Array], labels: npt.NDArray[np.int64]) -> Batch:
        tensors = {name: torch.from_numpy(x).to(self._device) for name, x in inputs.items()}
        return Batch(tensors, torch.from_numpy(labels).to(self._device))

    def _description(self, library: ReflectionLibrary) -> dict[str, Any]:
        simulation = self._simulation
        return {
            "kind": "simulated",
            "classes": list(simulation.labels.names),
            "orientations": {
                name: int(n)
                for name, n in zip(
                    simulation.labels.names,
                    np.bincount(library.label, minlength=len(simulation.labels)),
                    strict=True,
                )
            },
            "class_shares": simulation.told_shares(),
            "scale": simulation.scale,
            "seed": simulation.seed,
            "ranges": simulation.ranges.to_json(),
        }


class SpotListSource(_SimulatedSource):
    """Spot lists from the spot simulator, and a share of them from drawn and searched images.

    Parameters
    ----------
    library
        Computed reflections.
    simulation
        What is drawn from.
    specs
        The network's inputs: spot lists and their context.
    n_samples
        Samples that make an epoch.
    device
        Where batches go.
    detected
        Lists found in drawn images.
    detected_share
        Share of each epoch that they make.
    """

    def __init__(
        self,
        library: ReflectionLibrary,
        simulation: Simulation,
        specs: Sequence[InputSpec],
        *,
        n_samples: int,
        device: torch.device,
        detected: DetectedLists | None = None,
        detected_share: float = 0.0,
    ) -> None:
        super().__init__(simulation, n_samples, device)
        self._specs = tuple(specs)
        self._library = library
        self._detected = detected
        self._share = detected_share if detected is not None else 0.0
        self._spots = SpotSimulator(
            library, simulation.ranges.spots, simulation.class_shares, simulation.scale
        )

    def batch(self, epoch: int, indices: IndexArray) -> Batch:
        """Return some samples; the same for the same epoch and indices, always."""
        indices = np.asarray(indices, dtype=np.int64)
        chooser = SampleRng(self._simulation.seed + 1, epoch, indices)
        is_detected = chooser.random() < self._share
        parts, places = [], []
        for chosen, draw in ((~is_detected, self._drawn), (is_detected, self._found)):
            if chosen.any():
                parts.append(draw(SampleRng(self._simulation.seed, epoch, indices[chosen])))
                places.append(np.flatnonzero(chosen))
        inputs = [list_inputs(part, self._specs) for part in parts]
        order = np.argsort(np.concatenate(places), kind="stable")
        joined = {
            spec.name: np.concatenate([own[spec.name] for own in inputs])[order]
            for spec in self._specs
        }
        return self._batch(joined, np.concatenate([part.label for part in parts])[order])

    def describe(self) -> dict[str, Any]:
        """Return what the patterns are."""
        found = 0 if self._detected is None else len(self._detected)
        return {
            **self._description(self._library),
            "stage": "spots",
            "detected_lists": found,
            "detected_share": self._share,
        }

    def _drawn(self, sample_rng: SampleRng) -> SpotBatch:
        return self._spots.draw(sample_rng)

    def _found(self, sample_rng: SampleRng) -> SpotBatch:
        assert self._detected is not None
        return augmented(self._detected, self._simulation, sample_rng)


class ImageSource(_SimulatedSource):
    """Drawn images as network input.

    Parameters
    ----------
    library
        Computed reflections.
    simulation
        What is drawn from.
    specs
        The network's inputs.
    n_samples
        Samples that make an epoch.
    device
        Where images are drawn and batches go.
    side_px
        Side of the images.
    searched
        Have the desktop's own code find beam, stop and spots, ten times slower, instead of taking
        the first two as known but for an error. Networks that look at spots cannot do without.
    """

    def __init__(
        self,
        library: ReflectionLibrary,
        simulation: Simulation,
        specs: Sequence[InputSpec],
        *,
        n_samples: int,
        device: torch.device,
        side_px: int,
        searched: bool = False,
    ) -> None:
        super().__init__(simulation, n_samples, device)
        self._specs = tuple(specs)
        self._library = library
        self._known = None
        if not searched and DrawnInputs.can_make(self._specs):
            self._known = DrawnInputs(self._specs)
        self._spots = SpotSimulator(
            library, for_images(simulation.ranges.spots), simulation.class_shares, simulation.scale
        )
        self._stage = ImageSimulator(simulation.ranges.image, side_px, str(device))

    def batch(self, epoch: int, indices: IndexArray) -> Batch:
        """Return some samples; the same for the same epoch and indices, always."""
        sample_rng = SampleRng(self._simulation.seed, epoch, np.asarray(indices, dtype=np.int64))
        drawn = self._stage.draw(self._spots.draw(sample_rng), sample_rng)
        if self._known is not None:
            with torch.no_grad():
                inputs = self._known(drawn, sample_rng)
            return Batch(
                {name: x.to(self._device) for name, x in inputs.items()},
                torch.from_numpy(drawn.label).to(self._device),
            )
        return self._batch(self._found(drawn), drawn.label)

    def _found(self, drawn: ImageBatch) -> dict[str, Float32Array]:
        images = drawn.image.cpu().numpy()
        rows = []
        for image, scale, sigma in zip(images, drawn.stated_scale, drawn.scale_sigma, strict=True):
            pattern = Pattern(image)
            if np.isfinite(scale):
                known = Calibration.known(float(scale), ScaleSource.USER, float(sigma))
                pattern = pattern.with_calibration(known)
            rows.append(network_inputs(prepare(pattern), self._specs))
        return {spec.name: np.stack([row[spec.name] for row in rows]) for spec in self._specs}

    def describe(self) -> dict[str, Any]:
        """Return what the patterns are."""
        return {
            **self._description(self._library),
            "stage": "images",
            "side_px": self._stage.side_px,
            "beam": "found" if self._known is None else "known but for an error",
        }


def list_inputs(batch: SpotBatch, specs: Sequence[InputSpec]) -> dict[str, Float32Array]:
    """Return the spot lists and contexts of a batch, as the desktop makes them of an image."""
    known = np.isfinite(batch.believed_scale)
    inputs = {}
    for spec in specs:
        if spec.kind is InputKind.SPOTS:
            rows, unit = spot_lists(
                batch.q_xy, batch.log_intensity, batch.present, batch.believed_scale, spec.size
            )
            inputs[spec.name] = rows
    for spec in specs:
        if spec.kind is InputKind.CONTEXT:
            inputs[spec.name] = contexts(
                known,
                np.where(known, batch.scale_sigma, _UNKNOWN_SIGMA),
                batch.edge_q * unit,
                batch.present.sum(axis=1),
            )
    return inputs


def augmented(lists: DetectedLists, simulation: Simulation, sample_rng: SampleRng) -> SpotBatch:
    """Return found lists turned, mirrored and thinned out, each with a stated scale of its own."""
    label = sample_rng.choice(simulation.class_shares)
    start = np.searchsorted(lists.label, label, side="left")
    stop = np.searchsorted(lists.label, label, side="right")
    entry = start + np.floor(sample_rng.random() * (stop - start)).astype(np.int64)
    q = lists.offsets_px[entry].astype(np.float64) * lists.scale[entry][:, None, None]
    mirror = sample_rng.random() < 0.5
    q[..., 0] = np.where(mirror[:, None], -q[..., 0], q[..., 0])
    q = rotate_spots(q, sample_rng.uniform(0, 2 * np.pi))
    log_i = lists.log_intensity[entry].astype(np.float64)
    present = np.isfinite(log_i)
    kept = sample_rng.random(present.shape[1]) > sample_rng.uniform(0, 0.12)[:, None]
    # a pattern of a handful of spots is not thinned out any further
    present &= kept | (present.sum(axis=1) < 8)[:, None]
    log_i = np.where(present, log_i, -1e9)
    log_i = np.maximum(log_i - log_i.max(axis=1, keepdims=True), -1e9)
    believed, sigma = drawn_scales(simulation.ranges.spots, simulation.scale, sample_rng)
    edge = lists.edge_px[entry] * lists.scale[entry]
    return SpotBatch(q, log_i, present, label, believed, sigma, edge)
