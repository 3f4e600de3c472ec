"""A fixed set of drawn patterns, kept on disk and presented turned and mirrored.

Drawing a pattern costs as much as several steps of a small network. Drawn once and shown from 24
sides, in a mirror or not, it serves for many presentations. A set is kept in chunks under a digest
of everything that it was drawn from: a process that is killed loses one chunk, and a larger set
goes on where a smaller one ended.
"""

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.network.labels import Labels
from trainer.data.inputs import InputMaker
from trainer.data.interruption import PreparationStopped, never
from trainer.data.loader import Batch, IndexArray
from trainer.data.reflection_library import ReflectionLibrary
from trainer.data.sample_rng import SampleRng
from trainer.data.simulated import ImageSource, Simulation
from trainer.data.stored_input import kept_image_spec
from trainer.job_estimate import duration_text

N_ANGLES = 24
"""Rotations under which a pattern is presented, as many as the published training set has."""

_FORMAT = 1
_CHUNK = 250
_AT_ONCE = 10
_LABELS = "label.npy"
_SECONDS_BETWEEN_LINES = 20.0


@dataclass(frozen=True, eq=False)
class DrawnSet:
    """The recipe of a set, and where it is kept.

    Parameters
    ----------
    library, simulation, side_px, searched
        What the patterns are drawn from, as of `ImageSource`.
    specs
        The network's inputs.
    n_samples
        Number of patterns.
    is_turned
        Whether they will be presented turned, so that the corners must be kept too.
    cache_dir
        Folder of all sets.
    """

    library: ReflectionLibrary
    simulation: Simulation
    specs: tuple[InputSpec, ...]
    n_samples: int
    side_px: int
    searched: bool
    is_turned: bool
    cache_dir: Path

    @property
    def kept_specs(self) -> tuple[InputSpec, ...]:
        """The inputs that are kept: images with the corners that a rotation needs."""
        return tuple(
            kept_image_spec(spec, rotated=self.is_turned) if spec.kind is InputKind.IMAGE else spec
            for spec in self.specs
        )

    @property
    def folder(self) -> Path:
        """Folder of the chunks."""
        digest = hashlib.sha256()
        for array in (self.library.label, self.library.q_xy, self.library.log_dynamical):
            digest.update(np.ascontiguousarray(array).tobytes())
        simulation = self.simulation
        told = [
            _FORMAT,
            digest.hexdigest(),
            list(simulation.labels.names),
            simulation.ranges.to_json(),
            simulation.class_shares.tolist(),
            simulation.scale,
            simulation.seed,
            self.side_px,
            self.searched,
            [spec.to_json() for spec in self.kept_specs],
        ]
        name = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:20]
        return self.cache_dir / "drawn" / name

    @property
    def chunks(self) -> list[Path]:
        """The folders of the chunks, there or not."""
        folder = self.folder
        return [folder / f"{start:07d}" for start in range(0, self.n_samples, _CHUNK)]

    @property
    def is_complete(self) -> bool:
        """Whether all of it is there."""
        return not self.missing

    @property
    def missing(self) -> list[Path]:
        """The folders of the chunks that are not there."""
        return [chunk for chunk in self.chunks if not (chunk / _LABELS).is_file()]

    @property
    def n_missing(self) -> int:
        """Number of patterns still to be drawn."""
        return len(self.missing) * _CHUNK


def draw_set(
    wanted: DrawnSet, *, line: Callable[[str], None], is_stopped: Callable[[], bool] = never
) -> None:
    """Draw the chunks of a set that are not kept yet.

    Parameters
    ----------
    wanted
        The set.
    line
        Takes a line for the log.
    is_stopped
        Asked every few patterns.

    Raises
    ------
    PreparationStopped
        If `is_stopped` says so; finished chunks are kept.
    """
    missing, total = wanted.missing, wanted.n_missing
    if not missing:
        return
    line(f"drawing {total} patterns into {wanted.folder}")
    wanted.folder.mkdir(parents=True, exist_ok=True)
    source = ImageSource(
        wanted.library,
        wanted.simulation,
        wanted.kept_specs,
        n_samples=wanted.n_samples,
        device=torch.device("cpu"),
        side_px=wanted.side_px,
        searched=wanted.searched,
    )
    start = last = time.monotonic()
    for k, chunk in enumerate(missing, 1):
        _draw_chunk(source, chunk, is_stopped)
        now = time.monotonic()
        if now - last >= _SECONDS_BETWEEN_LINES or k == len(missing):
            last = now
            left = (now - start) * (len(missing) - k) / k
            more = f", about {duration_text(left)} left" if k < len(missing) else ""
            line(f"drew {k * _CHUNK} of {total} patterns{more}")


def _draw_chunk(source: ImageSource, chunk: Path, is_stopped: Callable[[], bool]) -> None:
    """Draw one chunk, complete under its name or not there at all."""
    first = int(chunk.name)
    parts: list[Batch] = []
    for begin in range(first, first + _CHUNK, _AT_ONCE):
        if is_stopped():
            raise PreparationStopped
        parts.append(source.batch(0, np.arange(begin, begin + _AT_ONCE)))
    making = Path(tempfile.mkdtemp(dir=chunk.parent, prefix=".making-"))
    try:
        for name in parts[0].inputs:
            values = torch.cat([part.inputs[name] for part in parts])
            np.save(making / f"{name}.npy", _compact(values))
        np.save(making / _LABELS, torch.cat([part.labels for part in parts]).numpy())
        shutil.rmtree(chunk, ignore_errors=True)
        making.rename(chunk)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _compact(values: Tensor) -> npt.NDArray[Any]:
    """Return images (b, 1, side, side) as 8 bits without the channel, all else as half floats."""
    if values.dim() == 4 and values.shape[1] == 1:
        return (values[:, 0] * 255).round().to(torch.uint8).numpy()
    return values.to(torch.float16).numpy()


class DrawnSetSource:
    """The patterns of a set as batches.

    Parameters
    ----------
    kept
        The set, complete.
    n_samples
        Presentations that make an epoch.
    device
        Where batches go.
    """

    def __init__(self, kept: DrawnSet, n_samples: int, device: torch.device) -> None:
        self._kept = kept
        self._n_samples = n_samples
        self._device = device
        self._n_angles = N_ANGLES if kept.is_turned else 1
        self._makers = {spec.name: InputMaker(spec, self._n_angles, device) for spec in kept.specs}
        self._arrays = {
            spec.name: [np.load(c / f"{spec.name}.npy", mmap_mode="r") for c in kept.chunks]
            for spec in kept.specs
        }
        self._classes = np.concatenate([np.load(chunk / _LABELS) for chunk in kept.chunks])

    @property
    def labels(self) -> Labels:
        """The classes in output order."""
        return self._kept.simulation.labels

    def __len__(self) -> int:
        return self._n_samples

    @property
    def class_counts(self) -> IndexArray:
        """Mean number of samples of each class in an epoch."""
        shares = self._kept.simulation.class_shares
        return np.rint(self._n_samples * shares / shares.sum()).astype(np.int64)

    @property
    def sample_classes(self) -> None:
        """None: classes are shared out by the simulation itself."""
        return

    def batch(self, epoch: int, indices: IndexArray) -> Batch:
        """Return some samples; the same for the same epoch and indices, always."""
        indices = np.asarray(indices, dtype=np.int64)
        rows = indices % self._kept.n_samples
        sample_rng = SampleRng(self._kept.simulation.seed + 2, epoch, indices)
        angles = np.floor(sample_rng.random() * self._n_angles).astype(np.int64)
        is_mirrored = (sample_rng.random() < 0.5) & self._kept.is_turned
        turned = torch.from_numpy(angles).to(self._device)
        inputs = {
            spec.name: self._makers[spec.name](self._rows(spec, rows, is_mirrored), turned)
            for spec in self._kept.specs
        }
        return Batch(inputs, torch.from_numpy(self._classes[rows]).to(self._device))

    def names(self, indices: IndexArray) -> list[str]:
        """Return what to call the samples."""
        return [f"simulated-{self._kept.simulation.seed}-{i}" for i in indices]

    def describe(self) -> dict[str, Any]:
        """Return what the patterns are."""
        simulation = self._kept.simulation
        return {
            "kind": "simulated",
            "classes": list(simulation.labels.names),
            "stage": "images",
            "drawn": self._kept.n_samples,
            "rotations": self._n_angles,
            "side_px": self._kept.side_px,
            "beam": "found" if self._kept.searched else "known but for an error",
            "class_shares": simulation.told_shares(),
            "scale": simulation.scale,
            "seed": simulation.seed,
            "ranges": simulation.ranges.to_json(),
        }

    def _rows(
        self, spec: InputSpec, rows: IndexArray, is_mirrored: npt.NDArray[np.bool_]
    ) -> Tensor:
        arrays = self._arrays[spec.name]
        found = [mirrored(arrays[row // _CHUNK][row % _CHUNK], spec.kind, m)
                 for row, m in zip(rows.tolist(), is_mirrored.tolist(), strict=True)]  # fmt: skip
        stacked = torch.from_numpy(np.stack(found))
        if stacked.dtype == torch.float16:
            stacked = stacked.float()
        return stacked.to(self._device)


def mirrored(kept: npt.NDArray[Any], kind: InputKind, is_mirrored: bool) -> npt.NDArray[Any]:
    """Return one kept array, with left and right of the pattern exchanged where asked for."""
    if not is_mirrored or kind not in (InputKind.IMAGE, InputKind.POLAR):
        return kept
    flipped = kept[..., ::-1]
    # azimuth k becomes -k: the first one stays where it is
    return flipped if kind is InputKind.IMAGE else np.roll(flipped, 1, axis=-1)
