"""The patterns of a rung, resident on the device: decoded once, brought to the rung's size once.

Kept images are 8-bit squares that hold the crop under any rotation. Full training turns them at
their full size and then resizes; a rung of a smaller size has them resized first, so that turning
them costs as little as the network. The two differ by less than the interpolation of either, and
the finals, which decide, are trained in full.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.network.labels import Labels
from trainer.data.inputs import InputMaker, resize_matrix
from trainer.data.interruption import PreparationStopped, never
from trainer.data.loader import Batch, IndexArray
from trainer.data.manifest import Manifest
from trainer.data.measured_plan import (
    DataOptions,
    DataSplits,
    MeasuredPlan,
    measured_plan,
    measured_source,
)
from trainer.data.rotation import rotate_and_crop, rotation_plan
from trainer.data.split import stratified
from trainer.data.stored_input import region_side
from trainer.search.settings import Rung, SearchSettings

_IMAGES_AT_ONCE = 16

LARGEST_TURNED_BYTES = 2_000_000_000
"""Turned images are kept instead of being made again for every batch, up to this size."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """Labelled patterns on the device, a `BatchSource`.

    Parameters
    ----------
    labels
        Classes in output order.
    kept
        What is kept of each (n, ...).
    classes
        Class of each (n,).
    maker
        Turns them into inputs.
    n_used
        Rotations in use: sample `i` is pattern `i // n_used` turned by angle `i % n_used`.
    turned
        Every sample turned and cut already (samples, size, size), where that fits.
    """

    labels: Labels
    kept: Tensor
    classes: Tensor
    maker: InputMaker
    n_used: int
    turned: Tensor | None = None

    def __len__(self) -> int:
        return len(self.kept) * self.n_used

    @property
    def class_counts(self) -> IndexArray:
        """Number of samples of each class."""
        counts = torch.bincount(self.classes, minlength=len(self.labels)).cpu().numpy()
        return np.asarray(counts * self.n_used, dtype=np.int64)

    @property
    def sample_classes(self) -> IndexArray:
        """Class of each sample."""
        return np.repeat(self.classes.cpu().numpy(), self.n_used)

    def names(self, indices: IndexArray) -> list[str]:
        """Return what to call the samples."""
        return [f"{i // self.n_used}@{i % self.n_used}" for i in indices]

    def describe(self) -> dict[str, Any]:
        """Return what the patterns are."""
        return {"kind": "resident", "patterns": len(self.kept), "rotations": self.n_used}

    def batch(self, epoch: int, indices: IndexArray) -> Batch:
        """Return some samples, the same in every epoch."""
        del epoch
        inputs, classes = self._inputs(indices)
        return Batch({self.maker.spec.name: inputs}, classes)

    def _inputs(self, indices: IndexArray) -> tuple[Tensor, Tensor]:
        chosen = torch.from_numpy(np.asarray(indices, dtype=np.int64)).to(self.kept.device)
        files = torch.div(chosen, self.n_used, rounding_mode="floor")
        if self.turned is not None:
            image = self.turned[chosen].to(torch.float32) / 255
            return image.unsqueeze(1), self.classes[files]
        angles = (chosen % self.n_used) * (self.maker.n_angles // self.n_used)
        return self.maker(self.kept[files], angles), self.classes[files]

    @property
    def n_bytes(self) -> int:
        """Bytes on the device."""
        return sum(t.numel() * t.element_size() for t in (self.kept, self.turned) if t is not None)


@dataclass(frozen=True, eq=False)
class RungPatterns:
    """Training and validation patterns of a rung."""

    labels: Labels
    original: Patterns
    rotated: Patterns
    validation: Patterns

    def splits(self, *, rotated: bool) -> DataSplits:
        """Return what a training of the rung learns from, turned or as it is."""
        train = self.rotated if rotated else self.original
        return DataSplits(self.labels, train, self.validation, test=None)


class PatternStore:
    """Opens the patterns of rungs, those of one input kind and rung at a time.

    Parameters
    ----------
    settings
        Of the search.
    device
        Where patterns are kept.
    is_stopped
        Asked between the patterns that are made ready.
    """

    def __init__(
        self,
        settings: SearchSettings,
        device: torch.device,
        is_stopped: Callable[[], bool] = never,
    ) -> None:
        self._settings = settings
        self._device = device
        self._is_stopped = is_stopped
        # test patterns are not opened at all
        self._plan = measured_plan(settings.data)
        self._open: tuple[object, RungPatterns] | None = None

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self._plan.labels)

    def open(self, rung: Rung, spec: InputSpec) -> RungPatterns:
        """Return the patterns of a rung for one kind of input.

        Raises
        ------
        PreparationStopped
            If `is_stopped` says so before.
        """
        name = (rung, spec)
        if self._open is None or self._open[0] != name:
            self._open = None
            self._open = (name, self._opened(rung, spec))
        return self._open[1]

    def _opened(self, rung: Rung, spec: InputSpec) -> RungPatterns:
        plan = self._plan
        assert plan.validation is not None
        phases = [file.phase for file in plan.train.files]
        train = plan.train
        if rung.share < 1:
            train = train.subset(stratified(phases, rung.share, seed=self._settings.search.seed))
        maker, kept = self._kept(train, spec, rung.rotations)
        classes = torch.tensor(train.classes(plan.labels), device=self._device)
        _, validation = self._kept(plan.validation, spec, rung.rotations)
        truth = torch.tensor(plan.validation.classes(plan.labels), device=self._device)
        return RungPatterns(
            labels=plan.labels,
            original=self._turned(kept, classes, maker, 1),
            rotated=self._turned(kept, classes, maker, rung.rotations),
            validation=self._turned(validation, truth, maker, 1),
        )

    def _kept(
        self, manifest: Manifest, spec: InputSpec, rotations: int
    ) -> tuple[InputMaker, Tensor]:
        """Return what is kept of the files at the size of the spec, and what makes inputs of it."""
        source = measured_source(
            manifest,
            self._plan.labels,
            (spec,),
            options=_with_rotations(self._plan.options, rotations),
            device=torch.device("cpu"),
            training=False,
            is_stopped=self._is_stopped,
        )
        kept = source.kept(spec.name, np.arange(len(manifest)))
        small = spec
        if spec.kind is InputKind.IMAGE and spec.size != spec.crop_px:
            small = InputSpec(spec.name, spec.kind, spec.size, crop_px=spec.size)
            side = region_side(spec.size, rotated=rotations > 1)
            kept = _resized(kept, side, spec.crop_px / spec.size, self._is_stopped)
        return InputMaker(small, rotations, self._device), kept.to(self._device)

    def _turned(self, kept: Tensor, classes: Tensor, maker: InputMaker, n_used: int) -> Patterns:
        """Return patterns, turned once for all where that takes little memory."""
        spec, turned = maker.spec, None
        wanted = len(kept) * n_used * spec.size**2
        is_settled = spec.kind is InputKind.IMAGE and spec.size == spec.crop_px
        if is_settled and wanted <= LARGEST_TURNED_BYTES:
            turned = _turned(kept, maker, n_used, self._is_stopped)
        return Patterns(self._plan.labels, kept, classes, maker, n_used, turned)


def fill_cache(settings: SearchSettings, is_stopped: Callable[[], bool] = never) -> None:
    """Decode what the rungs need, once, before the workers start.

    Raises
    ------
    PreparationStopped
        If `is_stopped` says so before; decoded files are kept.
    """
    plan = measured_plan(settings.data)
    for spec, rotations in dict.fromkeys(_inputs_of(settings)):
        filled = MeasuredPlan(
            _with_rotations(plan.options, rotations),
            plan.labels,
            plan.train,
            plan.validation,
            plan.test,
        )
        filled.fill((spec,), lambda line: None, is_stopped)


def _inputs_of(settings: SearchSettings) -> Iterator[tuple[InputSpec, int]]:
    """Yield what the rungs and the finals want of every file, and in how many rotations."""
    first = next(iter(settings.space))
    kinds = {first.kind, *settings.space.axes.get("input", ())}
    for rung in (*settings.rungs, *([settings.finals] if settings.finals.candidates else ())):
        for kind in kinds:
            spec = replace(first, kind=kind).spec(rung.size, settings.crop_px)
            yield spec, rung.rotations


def _turned(kept: Tensor, maker: InputMaker, n_used: int, is_stopped: Callable[[], bool]) -> Tensor:
    plan = rotation_plan(maker.n_angles, maker.spec.crop_px).to(kept.device)
    angles = torch.arange(n_used, device=kept.device) * (maker.n_angles // n_used)
    made = []
    for image in kept:
        if is_stopped():
            raise PreparationStopped
        made.append(rotate_and_crop(image.expand(n_used, -1, -1), angles, plan))
    return torch.cat(made)


def _with_rotations(options: DataOptions, rotations: int) -> DataOptions:
    return replace(options, rotations=rotations)


def _resized(
    kept: Tensor, side: int, ratio: float, is_stopped: Callable[[], bool] = never
) -> Tensor:
    """Return 8-bit squares brought to a smaller scale and cut or filled up to a side."""
    before = kept.shape[-1]
    after = max(round(before / ratio), 1)
    matrix = torch.from_numpy(resize_matrix(before, after))
    parts = []
    for start in range(0, len(kept), _IMAGES_AT_ONCE):
        if is_stopped():
            raise PreparationStopped
        images = kept[start : start + _IMAGES_AT_ONCE].float()
        small = (matrix @ images @ matrix.T).round().clamp(0, 255).to(torch.uint8)
        parts.append(_fitted(small, side))
    return torch.cat(parts)


def _fitted(images: Tensor, side: int) -> Tensor:
    """Return the middle square of a side; what lies outside the images is 0."""
    surplus = side - images.shape[-1]
    if surplus == 0:
        return images
    first = surplus // 2
    return torch.nn.functional.pad(images, (first, surplus - first, first, surplus - first))
