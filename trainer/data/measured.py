"""Labelled files as a source of batches, with the paper's rotations made on the device."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from saed_desktop.network.input import InputSpec
from saed_desktop.network.labels import Labels
from trainer.data.array_cache import ArrayCache
from trainer.data.inputs import InputMaker
from trainer.data.loader import Batch, IndexArray
from trainer.data.manifest import Manifest


class MeasuredSource:
    """Labelled patterns, each under a number of rotations.

    Sample `i` is file `i // n_angles` turned by angle `i % n_angles`; for evaluation every file
    counts once and unturned.

    Parameters
    ----------
    manifest
        The labelled files.
    labels
        The classes.
    caches
        Kept arrays of these files, by name of the input.
    specs
        The network's inputs.
    device
        Where batches are made.
    n_angles
        Rotations that the packs were made for.
    training
        Whether the rotations are used.
    resident
        Keep all arrays on the device instead of sending them batch by batch.
    """

    def __init__(
        self,
        manifest: Manifest,
        labels: Labels,
        caches: dict[str, ArrayCache],
        specs: Sequence[InputSpec],
        *,
        device: torch.device,
        n_angles: int = 1,
        training: bool = True,
        resident: bool = True,
    ) -> None:
        self._manifest = manifest
        self._labels = labels
        self._device = device
        self._specs = tuple(specs)
        self._n_used = n_angles if training else 1
        self._makers = {spec.name: InputMaker(spec, n_angles, device) for spec in specs}
        self._classes = np.array(manifest.classes(labels), dtype=np.int64)
        self._caches = caches
        self._on_device: dict[str, Tensor] = {}
        if resident and device.type != "cpu":
            for name, cache in caches.items():
                self._on_device[name] = torch.from_numpy(cache.array[cache.rows]).to(device)

    @property
    def labels(self) -> Labels:
        """The classes in output order."""
        return self._labels

    def __len__(self) -> int:
        return len(self._manifest) * self._n_used

    @property
    def class_counts(self) -> IndexArray:
        """Number of samples of each class in an epoch."""
        return np.bincount(self._classes, minlength=len(self._labels)) * self._n_used

    @property
    def sample_classes(self) -> IndexArray:
        """Class of each sample."""
        return np.repeat(self._classes, self._n_used)

    def batch(self, epoch: int, indices: IndexArray) -> Batch:
        """Return some samples; every epoch has the same ones."""
        del epoch
        files, angles = np.divmod(np.asarray(indices, dtype=np.int64), self._n_used)
        angle = torch.from_numpy(angles).to(self._device)
        inputs = {
            spec.name: self._makers[spec.name](self.kept(spec.name, files), angle)
            for spec in self._specs
        }
        return Batch(inputs, torch.from_numpy(self._classes[files]).to(self._device))

    def names(self, indices: IndexArray) -> list[str]:
        """Return the paths of the samples' files."""
        return [str(self._manifest.files[i // self._n_used].path) for i in indices]

    @property
    def digest(self) -> str:
        """Digest of all that the samples depend on: pixels, order and rotations."""
        told: list[Any] = [self._n_used, [spec.to_json() for spec in self._specs]]
        for spec in self._specs:
            cache = self._caches[spec.name]
            told += [spec.name, self._makers[spec.name].n_angles, list(cache.contents)]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def describe(self) -> dict[str, Any]:
        """Return what the patterns are."""
        return {
            "kind": "measured",
            "source": self._manifest.source.name,
            "patterns": len(self._manifest),
            "rotations": self._n_used,
            "class_counts": self._manifest.counts,
        }

    def kept(self, name: str, files: IndexArray) -> Tensor:
        """Return what is kept of some files for one input, on the device."""
        if name in self._on_device:
            return self._on_device[name][torch.from_numpy(files).to(self._device)]
        cache = self._caches[name]
        kept = torch.from_numpy(np.ascontiguousarray(cache.array[cache.rows[files]]))
        if self._device.type == "cuda":
            kept = kept.pin_memory()
        return kept.to(self._device, non_blocking=True)
