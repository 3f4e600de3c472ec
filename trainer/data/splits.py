"""From options to the training, validation and test patterns of one run."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from saed_desktop.errors import UsageError
from saed_desktop.network.input import InputSpec
from saed_desktop.network.labels import Labels
from trainer.data.cache import Pack, default_cache_dir, default_jobs, is_cached, readable_pack
from trainer.data.loader import Source
from trainer.data.manifest import Manifest, ManifestError, labels_of, read_manifest
from trainer.data.measured import MeasuredSource
from trainer.data.recipe import Recipe
from trainer.data.split import split
from trainer.options import fraction, not_negative, option, positive

Line = Callable[[str], None]


@dataclass(frozen=True)
class DataOptions:
    """Which patterns a network learns from and is measured on."""

    data: Path | None = option(
        None, "labelled patterns: a folder with one sub-folder per phase, or a CSV", metavar="PATH"
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
    train: Source
    validation: Source | None
    test: Source | None


@dataclass(frozen=True, eq=False)
class ManifestSplits:
    """The labelled files of one run, before any of them is read."""

    labels: Labels
    train: Manifest
    validation: Manifest | None
    test: Manifest | None

    @property
    def present(self) -> tuple[Manifest, ...]:
        """The lists that are there."""
        return tuple(m for m in (self.train, self.validation, self.test) if m is not None)


def split_manifests(options: DataOptions) -> ManifestSplits:
    """Return the lists of files that the options name, split as they say.

    Raises
    ------
    UsageError, ManifestError
        If no patterns are named, or they cannot be used.
    """
    if options.data is None:
        raise UsageError("Name the labelled patterns to learn from with --data.")
    whole = read_manifest(options.data)
    test = read_manifest(options.test) if options.test is not None else None
    labels = labels_of([whole] if test is None else [whole, test])
    train: Manifest = whole
    if test is None and options.test_fraction > 0:
        train, test = _parted(whole, options.test_fraction, options)
    validation = None
    if options.validation_fraction > 0:
        train, validation = _parted(train, options.validation_fraction, options)
    absent = [name for name in labels.names if name not in train.counts]
    if absent:
        raise ManifestError(f"No training pattern shows {', '.join(absent)}.")
    return ManifestSplits(labels, train, validation, test)


def fill_cache(
    options: DataOptions, lists: ManifestSplits, specs: Sequence[InputSpec], line: Line
) -> None:
    """Decode every file of the lists that is in no pack yet."""
    for recipe in recipes(specs, options.rotations).values():
        files = [file for manifest in lists.present for file in manifest.files]
        step = max(len(files) // 10, 1)

        def told(done: int, total: int, every: int = step) -> None:
            if done % every == 0 or done == total:
                line(f"decoded {done} of {total} patterns")

        readable_pack(
            files,
            recipe,
            options.cache_dir or default_cache_dir(),
            jobs=options.jobs or default_jobs(),
            progress=told,
        )


def await_cache(options: DataOptions, lists: ManifestSplits, specs: Sequence[InputSpec]) -> None:
    """Return when the first process of this machine has filled the cache.

    Waiting here and not for the other processes: decoding may take longer than they may be silent.
    """
    files = [file for manifest in lists.present for file in manifest.files]
    for recipe in recipes(specs, options.rotations).values():
        while not is_cached(files, recipe, options.cache_dir or default_cache_dir()):
            time.sleep(0.5)


def open_splits(
    options: DataOptions,
    lists: ManifestSplits,
    specs: Sequence[InputSpec],
    device: torch.device,
) -> DataSplits:
    """Return the sources of a run, whose files are in the cache."""

    def source(manifest: Manifest, *, training: bool) -> MeasuredSource:
        return measured_source(
            manifest, lists.labels, specs, options=options, device=device, training=training
        )

    return DataSplits(
        labels=lists.labels,
        train=source(lists.train, training=True),
        validation=source(lists.validation, training=False) if lists.validation else None,
        test=source(lists.test, training=False) if lists.test else None,
    )


def measured_source(
    manifest: Manifest,
    labels: Labels,
    specs: Sequence[InputSpec],
    *,
    options: DataOptions,
    device: torch.device,
    training: bool,
) -> MeasuredSource:
    """Return one list of files as a source, decoding what is in no pack yet."""
    packs: dict[str, Pack] = {}
    for name, recipe in recipes(specs, options.rotations).items():
        packs[name] = readable_pack(
            manifest.files,
            recipe,
            options.cache_dir or default_cache_dir(),
            jobs=options.jobs or default_jobs(),
        )
    return MeasuredSource(
        manifest,
        labels,
        packs,
        specs,
        device=device,
        n_angles=options.rotations,
        training=training,
        resident=options.resident,
    )


def recipes(specs: Sequence[InputSpec], n_angles: int) -> dict[str, Recipe]:
    """Return what is kept of each file, by name of the input."""
    return {spec.name: Recipe(spec, rotated=n_angles > 1) for spec in specs}


def evaluation_options(options: DataOptions) -> DataOptions:
    """Return the options under which patterns are only measured: one rotation, no splits."""
    return replace(options, rotations=1, test_fraction=0.0, validation_fraction=0.0)


def _parted(manifest: Manifest, share: float, options: DataOptions) -> tuple[Manifest, Manifest]:
    larger, smaller = split(manifest, share, by=options.split_by, seed=options.split_seed)
    return manifest.subset(larger), manifest.subset(smaller)
