"""Features of a frozen body, computed once: what is left to train is the head.

A body that never changes says the same of the same image in every epoch. The published training
shows it 14,160 rotated images twenty times; here it sees each of them once, and twenty epochs of
the head take seconds. Features are kept under a digest of the body's weights and of the images, in
blocks, so that a process that is killed loses one block, and another training of the same body on
the same images finds them.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from saed_desktop.errors import UsageError
from saed_desktop.network.labels import Labels
from saed_desktop.results.atomic import atomic_bytes
from trainer.data.interruption import PreparationStopped, never
from trainer.data.loader import Batch, BatchSource, IndexArray
from trainer.data.measured import MeasuredSource
from trainer.data.measured_plan import DataSplits
from trainer.distributed import World, any_over
from trainer.job_estimate import duration_text
from trainer.networks.base import FrozenBody, ImageNetwork, Network
from trainer.networks.interruptible import interruptible

_BLOCK = 256
_AT_ONCE = 16
_SECONDS_BETWEEN_LINES = 20.0


@dataclass(frozen=True)
class FeatureOptions:
    """Folder and computation of frozen features.

    Parameters
    ----------
    cache_dir
        Folder of all caches.
    bf16
        Whether the body computes in bfloat16, as it would in training.
    channels_last
        Whether channels are innermost in memory.
    """

    cache_dir: Path
    bf16: bool
    channels_last: bool


def has_frozen_body(network: Network) -> bool:
    """Tell whether all but the head of a network never changes."""
    return isinstance(network, ImageNetwork) and isinstance(network.body, FrozenBody)


def with_kept_features(
    data: DataSplits,
    network: Network,
    world: World,
    options: FeatureOptions,
    *,
    line: Callable[[str], None],
    is_stopped: Callable[[], bool] = never,
) -> DataSplits:
    """Return the same patterns with their features in place of their images.

    Parameters
    ----------
    data
        The patterns; those that are not the same in every epoch stay images.
    network
        A network with a frozen body, its weights loaded.
    world
        The processes, which share the work.
    options
        Where and how.
    line
        Takes a line for the log.
    is_stopped
        Asked every few images.

    Raises
    ------
    PreparationStopped
        If `is_stopped` says so in any process; finished blocks are kept.
    UsageError
        If the disk has too little room.
    """
    assert isinstance(network, ImageNetwork)
    body = network.to(world.device).eval()
    if options.channels_last:
        body = body.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    weights = _digest_of_weights(body)

    def kept(source: BatchSource | None) -> BatchSource | None:
        if not isinstance(source, MeasuredSource):
            return source
        store = _FeatureStore(source, body, weights, world, options)
        store.fill(line, is_stopped)
        return FeatureSource(source, store.blocks, body.input_specs[0].name, world.device)

    train = kept(data.train)
    assert train is not None
    return replace(data, train=train, validation=kept(data.validation), test=kept(data.test))


class FeatureSource:
    """The patterns of a source, each as the features of one frozen body.

    Parameters
    ----------
    source
        The patterns.
    blocks
        Files of features, `_BLOCK` samples each.
    name
        Of the network's only input.
    device
        Where batches go.
    """

    def __init__(
        self, source: MeasuredSource, blocks: list[Path], name: str, device: torch.device
    ) -> None:
        self._source = source
        self._name = name
        self._device = device
        self._classes = source.sample_classes
        self._blocks = [np.load(block, mmap_mode="r") for block in blocks]

    @property
    def labels(self) -> Labels:
        """The classes in output order."""
        return self._source.labels

    def __len__(self) -> int:
        return len(self._source)

    @property
    def class_counts(self) -> IndexArray:
        """Number of samples of each class in an epoch."""
        return self._source.class_counts

    @property
    def sample_classes(self) -> IndexArray:
        """Class of each sample."""
        return self._classes

    def batch(self, epoch: int, indices: IndexArray) -> Batch:
        """Return some samples; every epoch has the same ones."""
        del epoch
        indices = np.asarray(indices, dtype=np.int64)
        rows = [self._blocks[i // _BLOCK][i % _BLOCK] for i in indices.tolist()]
        features = torch.from_numpy(np.stack(rows)).to(self._device)
        labels = torch.from_numpy(self._classes[indices]).to(self._device)
        return Batch({self._name: features}, labels)

    def names(self, indices: IndexArray) -> list[str]:
        """Return the paths of the samples' files."""
        return self._source.names(indices)

    def describe(self) -> dict[str, Any]:
        """Return what the patterns are."""
        return {**self._source.describe(), "features": "computed once"}


class _FeatureStore:
    """The blocks of one source."""

    def __init__(
        self,
        source: MeasuredSource,
        body: ImageNetwork,
        weights: str,
        world: World,
        options: FeatureOptions,
    ) -> None:
        self._source = source
        self._body = body
        self._world = world
        self._options = options
        told = [weights, source.digest, options.bf16, [s.to_json() for s in body.input_specs]]
        name = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:20]
        self.folder = options.cache_dir / "features" / name
        self.blocks = [self.folder / f"{i:07d}.npy" for i in range(0, len(source), _BLOCK)]

    def fill(self, line: Callable[[str], None], is_stopped: Callable[[], bool]) -> None:
        """Compute the blocks that are not there yet."""
        stopped = False
        try:
            self._compute_missing(line, is_stopped)
        except PreparationStopped:
            stopped = True
        # none may wait for another that has left
        if any_over(self._world, stopped)[0]:
            raise PreparationStopped

    def _compute_missing(self, line: Callable[[str], None], is_stopped: Callable[[], bool]) -> None:
        missing = [block for block in self.blocks if not block.is_file()]
        if not missing:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._check_room(len(missing))
        if self._world.is_main:
            line(f"computing the features of {len(missing) * _BLOCK} images, kept in {self.folder}")
        # processes of one machine share a folder: each in an order of its own, skipping what
        # another has done in the meantime
        order = np.random.default_rng(self._world.rank).permutation(len(missing))
        start = last = time.monotonic()
        for done, k in enumerate(order.tolist(), 1):
            if not missing[k].is_file():
                self._compute(missing[k], is_stopped)
            now = time.monotonic()
            if self._world.is_main and now - last >= _SECONDS_BETWEEN_LINES and done < len(order):
                last = now
                left = duration_text((now - start) * (len(order) - done) / done)
                line(f"features of {done * _BLOCK} images, about {left} left")

    def _compute(self, block: Path, is_stopped: Callable[[], bool]) -> None:
        first = int(block.stem)
        stop = min(first + _BLOCK, len(self._source))
        parts = []
        with interruptible(is_stopped, PreparationStopped):
            for begin in range(first, stop, _AT_ONCE):
                if is_stopped():
                    raise PreparationStopped
                indices = np.arange(begin, min(begin + _AT_ONCE, stop))
                parts.append(self._features(self._source.batch(0, indices)).cpu())
        with atomic_bytes(block) as stream:
            np.save(stream, torch.cat(parts).numpy())

    def _features(self, batch: Batch) -> Tensor:
        (image,) = (batch.inputs[spec.name] for spec in self._body.input_specs)
        if self._options.channels_last:
            image = image.contiguous(memory_format=torch.channels_last)
        device = self._world.device.type
        with (
            torch.inference_mode(),
            torch.autocast(device, dtype=torch.bfloat16, enabled=self._options.bf16),
        ):
            return self._body.features(image).float()

    def _check_room(self, n_blocks: int) -> None:
        sample = self._source.batch(0, np.arange(1))
        needed = self._features(sample).numel() * 4 * _BLOCK * n_blocks
        free = shutil.disk_usage(self.folder).free
        if needed > free:
            raise UsageError(
                f"The features take {needed / 1e9:.1f} GB and {self.folder} has {free / 1e9:.1f} "
                "GB left; name another folder with --cache-dir, or say --no-keep-features."
            )


def _digest_of_weights(network: ImageNetwork) -> str:
    digest = hashlib.sha256()
    for name, tensor in _body_state(network):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _body_state(network: ImageNetwork) -> Iterator[tuple[str, Tensor]]:
    assert isinstance(network.body, FrozenBody)
    yield from network.body.features.state_dict().items()
    yield from network.brightness.named_buffers()
