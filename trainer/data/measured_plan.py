"""From options to the training, validation and test patterns of one run."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import torch

from saed_desktop.errors import UsageError
from saed_desktop.network.input import InputSpec
from saed_desktop.network.labels import Labels
from trainer.data.array_cache import (
    default_cache_dir,
    default_jobs,
    is_cached,
    readable_array_caches,
)
from trainer.data.interruption import PreparationStopped, never
from trainer.data.loader import BatchSource
from trainer.data.manifest import LabelledFile, Manifest, ManifestError, labels_of, read_manifest
from trainer.data.measured import MeasuredSource
from trainer.data.split import split
from trainer.data.stored_input import StoredInputSpec
from trainer.job_estimate import PREPARING_SECONDS
from trainer.options import fraction, not_negative, option, positive

ProgressCallback = Callable[[str], None]


@dataclass(frozen=True)
class DataOptions:
    """Options for the labelled patterns of a run."""

    data: Path | None = option(
        None,
        "labelled patterns: a folder with one sub-folder per phase, or a CSV with columns path, "
        "phase and, where known, specimen, scale_inv_angstrom_per_px, relative_sigma",
        metavar="PATH",
    )
    test: Path | None = option(
        None, "labelled test patterns; without them a share of --data is set apart", metavar="PATH"
    )
    test_fraction: float = option(
        0.2,
        "share set apart for the test where --test is not given",
        check=fraction,
        rule="at least 0 and below 1",
    )
    validation_fraction: float = option(
        0.1,
        "share of the training patterns set apart to choose the best epoch",
        check=fraction,
        rule="at least 0 and below 1",
    )
    split_by: str = option(
        "phase",
        "share out each phase by itself, or whole specimens",
        choices=("phase", "specimen"),
    )
    split_seed: int = option(0, "seed of the splits", check=not_negative, rule="0 or above")
    rotations: int = option(
        24,
        "rotations of every training pattern by equal angles; 1 for none",
        check=positive,
        rule="at least 1",
    )
    balanced_sampling: bool = option(False, "draw every class equally often")
    loss_weights: str = option(
        "none",
        "weight classes in the loss by the inverse of their frequency",
        choices=("none", "balanced"),
    )
    cache_dir: Path | None = option(
        None, "folder for decoded patterns (default: the user's cache)", metavar="DIR"
    )
    keep_features: bool = option(
        True,
        "compute what a frozen body says of every pattern once, keep it in the cache, and train "
        "the head on it",
    )
    resident: bool = option(True, "keep all decoded patterns in the memory of the GPU")
    prefetch: int = option(
        2, "batches made ahead by a thread", check=not_negative, rule="0 or above"
    )
    jobs: int = option(
        0, "processes that decode files; 0: one per core", check=not_negative, rule="0 or above"
    )


@dataclass(frozen=True, eq=False)
class DataSplits:
    """The patterns of one run.

    Parameters
    ----------
    labels
        Classes in output order.
    train
        What is learnt.
    validation
        What the best epoch is chosen by, None where nothing was set apart.
    test
        What is measured at the end, None where there is nothing.
    """

    labels: Labels
    train: BatchSource
    validation: BatchSource | None
    test: BatchSource | None


class DataPlan(Protocol):
    """The data of a run before anything is read: the classes, and how to open the rest."""

    @property
    def labels(self) -> Labels:
        """Classes in output order."""
        ...

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Samples of training (an epoch), validation and test."""
        ...

    def preparation_seconds(self, specs: Sequence[InputSpec]) -> float:
        """Return about how long `fill` will take; 0 where nothing is left to do."""
        ...

    def fill(
        self,
        specs: Sequence[InputSpec],
        line: ProgressCallback,
        is_stopped: Callable[[], bool] = never,
    ) -> None:
        """Do what is done once per machine, such as decoding files, and tell about it.

        Raises
        ------
        PreparationStopped
            If `is_stopped` says so before it is done; what was finished is kept.
        """
        ...

    def await_fill(
        self, specs: Sequence[InputSpec], is_stopped: Callable[[], bool] = never
    ) -> None:
        """Return when another process of this machine has done so.

        Raises
        ------
        PreparationStopped
            If `is_stopped` says so before.
        """
        ...

    def open(self, specs: Sequence[InputSpec], device: torch.device) -> DataSplits:
        """Return the sources of batches for a network's inputs."""
        ...


def measured_plan(options: DataOptions, labels: Labels | None = None) -> "MeasuredPlan":
    """Return what the options name.

    Parameters
    ----------
    options
        Where the patterns are, and how they are split.
    labels
        Classes of the network that is to go on learning; those that the patterns show where None.

    Raises
    ------
    UsageError, ManifestError
        If no patterns are named, or they cannot be used.
    """
    if options.data is None:
        raise UsageError("Name the labelled patterns to learn from with --data.")
    return MeasuredPlan(options, *_split_manifests(options.data, options, labels))


@dataclass(frozen=True, eq=False)
class MeasuredPlan:
    """Labelled files, split; none of them read yet.

    Parameters
    ----------
    options
        Where they are kept when they are decoded, and so on.
    labels
        Classes in output order.
    train, validation, test
        The lists of files.
    """

    options: DataOptions
    labels: Labels
    train: Manifest
    validation: Manifest | None
    test: Manifest | None

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Samples of training (an epoch), validation and test."""
        lists = (self.validation, self.test)
        seen = (0 if manifest is None else len(manifest) for manifest in lists)
        validation, test = seen
        return len(self.train) * self.options.rotations, validation, test

    def preparation_seconds(self, specs: Sequence[InputSpec]) -> float:
        """Return about how long decoding will take; 0 where all is kept."""
        folder = self.options.cache_dir or default_cache_dir()
        wanted = stored_input_specs(specs, self.options.rotations).values()
        if all(is_cached(self.files, stored, folder) for stored in wanted):
            return 0.0
        return len(self.files) * PREPARING_SECONDS / (self.options.jobs or default_jobs())

    @property
    def files(self) -> list[LabelledFile]:
        """Every file of every list."""
        lists = (self.train, self.validation, self.test)
        return [file for manifest in lists if manifest is not None for file in manifest.files]

    def fill(
        self,
        specs: Sequence[InputSpec],
        line: ProgressCallback,
        is_stopped: Callable[[], bool] = never,
    ) -> None:
        """Decode every file that is in no pack yet."""
        files, options = self.files, self.options
        step = max(len(files) // 10, 1)

        def told(done: int, total: int) -> None:
            if done % step == 0 or done == total:
                line(f"decoded {done} of {total} patterns")

        readable_array_caches(
            files,
            list(stored_input_specs(specs, options.rotations).values()),
            options.cache_dir or default_cache_dir(),
            jobs=options.jobs or default_jobs(),
            progress=told,
            is_stopped=is_stopped,
        )

    def await_fill(
        self, specs: Sequence[InputSpec], is_stopped: Callable[[], bool] = never
    ) -> None:
        """Return when the first process of this machine has filled the cache.

        Waiting here and not for the other processes: decoding may take longer than they may be
        silent.
        """
        folder = self.options.cache_dir or default_cache_dir()
        for stored_spec in stored_input_specs(specs, self.options.rotations).values():
            while not is_cached(self.files, stored_spec, folder):
                if is_stopped():
                    raise PreparationStopped
                time.sleep(0.5)

    def open(self, specs: Sequence[InputSpec], device: torch.device) -> DataSplits:
        """Return the sources of batches."""

        def source(manifest: Manifest, *, training: bool) -> MeasuredSource:
            return measured_source(
                manifest,
                self.labels,
                specs,
                options=self.options,
                device=device,
                training=training,
            )

        return DataSplits(
            labels=self.labels,
            train=source(self.train, training=True),
            validation=source(self.validation, training=False) if self.validation else None,
            test=source(self.test, training=False) if self.test else None,
        )


def measured_source(
    manifest: Manifest,
    labels: Labels,
    specs: Sequence[InputSpec],
    *,
    options: DataOptions,
    device: torch.device,
    training: bool,
    is_stopped: Callable[[], bool] = never,
) -> MeasuredSource:
    """Return one list of files as a source, decoding what is in no pack yet."""
    wanted = stored_input_specs(specs, options.rotations)
    opened = readable_array_caches(
        manifest.files,
        list(wanted.values()),
        options.cache_dir or default_cache_dir(),
        jobs=options.jobs or default_jobs(),
        is_stopped=is_stopped,
    )
    caches = dict(zip(wanted, opened, strict=True))
    return MeasuredSource(
        manifest,
        labels,
        caches,
        specs,
        device=device,
        n_angles=options.rotations,
        training=training,
        resident=options.resident,
    )


def stored_input_specs(specs: Sequence[InputSpec], n_angles: int) -> dict[str, StoredInputSpec]:
    """Return what is kept of each file, by name of the input."""
    return {spec.name: StoredInputSpec(spec, rotated=n_angles > 1) for spec in specs}


def evaluation_options(options: DataOptions) -> DataOptions:
    """Return the options under which patterns are only measured: one rotation, no splits."""
    return replace(options, rotations=1, test_fraction=0.0, validation_fraction=0.0)


def _split_manifests(
    data: Path, options: DataOptions, given: Labels | None
) -> tuple[Labels, Manifest, Manifest | None, Manifest | None]:
    whole = read_manifest(data)
    test = read_manifest(options.test) if options.test is not None else None
    labels = given or labels_of([whole] if test is None else [whole, test])
    if given is not None:
        whole.classes(given)  # refuses phases that the network does not have
    train, validation = whole, None
    if test is None and options.test_fraction > 0:
        train, test = _parted(whole, options.test_fraction, options)
    if options.validation_fraction > 0:
        train, validation = _parted(train, options.validation_fraction, options)
    # a network that knows a phase already may learn from patterns of others alone
    absent = [] if given else [name for name in labels.names if name not in train.counts]
    if absent:
        raise ManifestError(f"No training pattern shows {', '.join(absent)}.")
    return labels, train, validation, test


def _parted(manifest: Manifest, share: float, options: DataOptions) -> tuple[Manifest, Manifest]:
    larger, smaller = split(manifest, share, by=options.split_by, seed=options.split_seed)
    return manifest.subset(larger), manifest.subset(smaller)
