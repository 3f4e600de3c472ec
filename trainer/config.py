"""The configuration of a training: options from the command line, a file and a protocol.

Later wins: the defaults, then the protocol, then the file, then the command line.
"""

import argparse
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from saed_desktop.errors import UsageError
from trainer.checkpoint import CheckpointOptions
from trainer.data.measured_plan import DataOptions
from trainer.data.simulation_options import SimulationOptions
from trainer.distributed import ProcessOptions
from trainer.networks.registry import NetworkOptions, resolve
from trainer.optim import OptimOptions
from trainer.options import (
    add_options,
    given_options,
    make_options,
    not_negative,
    option,
    positive,
    to_plain,
)
from trainer.run_log import LogOptions
from trainer.task import TaskOptions

SELECTIONS = ("macro_f1", "weighted_f1", "accuracy", "balanced_accuracy")


@dataclass(frozen=True)
class LoopOptions:
    """Length, batches and repeats of a training."""

    epochs: int = option(20, "passes over the training patterns", check=positive, rule="at least 1")
    batch_size: int = option(
        32,
        "global batch: patterns per step over all processes",
        check=positive,
        rule="at least 1",
    )
    accumulation: int = option(
        1, "parts into which each process cuts its share of a batch", check=positive,
        rule="at least 1",
    )  # fmt: skip
    seed: int = option(0, "seed of the first repeat", check=not_negative, rule="0 or above")
    repeats: int = option(
        1, "trainings with seeds of their own, as one run", check=positive, rule="at least 1"
    )
    only_repeat: int | None = option(
        None, "train only this one of the repeats, for arrays of jobs", metavar="K"
    )
    patience: int = option(
        0,
        "epochs without gain on the validation patterns before it stops; 0: never",
        check=not_negative,
        rule="0 or above",
    )
    start: Path | None = option(
        None,
        "start from the weights of this run, as to learn from corrected patterns",
        metavar="RUN",
    )
    select_by: str = option(
        "macro_f1", "figure of merit by which the best epoch is kept", choices=SELECTIONS
    )


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides what a training does."""

    network: NetworkOptions
    data: DataOptions
    simulation: SimulationOptions
    loop: LoopOptions
    optim: OptimOptions
    task: TaskOptions
    checkpoint: CheckpointOptions
    processes: ProcessOptions
    log: LogOptions

    def to_plain(self) -> dict[str, dict[str, Any]]:
        """Return the configuration as it is written to the run folder."""
        return {name: to_plain(getattr(self, name)) for name in PARTS}

    def decisive(self) -> dict[str, dict[str, Any]]:
        """Return what the outcome depends on: the same on any machine, with any log."""
        plain = self.to_plain()
        for name in ("checkpoint", "processes", "log"):
            del plain[name]
        for name in ("cache_dir", "keep_features", "resident", "prefetch", "jobs"):
            del plain["data"][name]
        for name in ("repeats", "only_repeat"):
            del plain["loop"][name]
        del plain["network"]["weights_dir"]
        return plain


PARTS: dict[str, tuple[type[Any], str]] = {
    "network": (NetworkOptions, "architecture and what it sees"),
    "data": (DataOptions, "labelled patterns"),
    "simulation": (SimulationOptions, "simulated patterns"),
    "loop": (LoopOptions, "length, batches and repeats"),
    "optim": (OptimOptions, "optimizer and learning rate"),
    "task": (TaskOptions, "loss and precision"),
    "checkpoint": (CheckpointOptions, "how often a checkpoint is written"),
    "processes": (ProcessOptions, "devices and processes"),
    "log": (LogOptions, "what is shown and recorded"),
}
"""Options and their subject by the name that help, messages and tables of --config share."""

PROTOCOLS = ("hpec2023",)


def protocol_values(name: str, network: str) -> dict[str, dict[str, Any]]:
    """Return what a published protocol says, for one network.

    "hpec2023" is that of Tomczak and Kuppannagari as their scripts have it: ten trainings of 20
    epochs on 24 rotations, batch 32 (16 on each of two GPUs, each with batch norm of its own),
    Adam at 0.001 without a schedule, brightness as 8-bit files hold it, no validation, the weights
    of the last epoch, and for 299-AN a sigmoid before the cross-entropy. Their ViT scripts, raw and
    pre-trained alike, add a weight decay of 0.1.

    Two things cannot be to the letter, for the scripts that did them were not published: here the
    whole image is turned before it is cut, so that no black corners come in where the image is
    large enough, and brightness is stretched between its percentiles before it becomes 0 to 255.
    """
    if name not in PROTOCOLS:
        raise UsageError(f"There is no protocol '{name}'; there are {', '.join(PROTOCOLS)}.")
    return {
        "network": {
            "network": network,
            "sigmoid": network == "299-an",
            "intensity": "bytes",
        },
        "data": {
            "rotations": 24,
            "validation_fraction": 0.0,
            "balanced_sampling": False,
            "loss_weights": "none",
        },
        "loop": {"epochs": 20, "batch_size": 32, "repeats": 10, "patience": 0, "accumulation": 1},
        "optim": {
            "optimizer": "adam",
            "lr": 0.001,
            "weight_decay": 0.1 if network == "vit-l-16" else 0.0,
            "schedule": "constant",
            "warmup": 0.0,
            "clip_norm": 0.0,
        },
        "task": {
            "label_smoothing": 0.0,
            "ema": 0.0,
            "precision": "fp32",
            "global_batch_norm": False,
        },
    }


def add_config_arguments(parser: argparse.ArgumentParser) -> None:
    """Add every option of a training."""
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="options from a TOML or JSON file, one table per group below",
    )
    parser.add_argument(
        "--protocol",
        choices=PROTOCOLS,
        help="train as Tomczak and Kuppannagari published it (299-an unless --network says "
        "otherwise), with two departures: the whole image is turned before it is cut, and "
        "brightness is stretched between percentiles before it becomes 0 to 255. Batch norm sees "
        "16 of a batch of 32, on two processes or on one with --accumulation 2",
    )
    for name, (options, subject) in PARTS.items():
        add_options(parser, options, f"[{name}] {subject}")


def config_from_arguments(args: argparse.Namespace) -> TrainConfig:
    """Return the configuration that the command line and its file ask for.

    Raises
    ------
    UsageError
        If an option is unknown or impossible, or options contradict each other.
    """
    from_file = _read_file(args.config) if args.config else {}
    given = {name: given_options(options, args) for name, (options, _) in PARTS.items()}
    return make_config(from_file, given, protocol=args.protocol)


def make_config(
    *layers: Mapping[str, Mapping[str, Any]], protocol: str | None = None
) -> TrainConfig:
    """Return the configuration of some layers of values, later ones winning, checked.

    Parameters
    ----------
    layers
        Values by part and name.
    protocol
        A published protocol that comes before all of them.
    """
    merged: dict[str, dict[str, Any]] = {name: {} for name in PARTS}
    network = "299-an" if protocol else NetworkOptions().network
    for layer in layers:
        network = layer.get("network", {}).get("network", network)
    first = protocol_values(protocol, str(network)) if protocol else {}
    for layer in (first, *layers):
        for part, values in layer.items():
            if part not in merged:
                raise UsageError(
                    f"There is no group of options '{part}'; there are {', '.join(PARTS)}."
                )
            merged[part].update(values)
    parts = {
        name: make_options(options, merged[name], part=name) for name, (options, _) in PARTS.items()
    }
    config = TrainConfig(**parts)
    _check(config)
    return replace(config, network=resolve(config.network))


def differences(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Return what differs between two configurations, as words for a person."""
    found = []
    for part in sorted(set(old) | set(new)):
        before, after = old.get(part, {}), new.get(part, {})
        found += [
            f"{name} (was {before.get(name)}, now {after.get(name)})"
            for name in sorted(set(before) | set(after))
            if before.get(name) != after.get(name)
        ]
    return found


def _read_file(path: Path) -> dict[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"There is no configuration file {path}.") from error
    except ValueError as error:
        raise UsageError(f"{path} is no valid configuration file: {error}.") from error
    if not isinstance(content, dict) or not all(isinstance(v, dict) for v in content.values()):
        raise UsageError(f"{path} must hold one table per group of options: {', '.join(PARTS)}.")
    return content


def _check(config: TrainConfig) -> None:
    """Refuse what contradicts itself."""
    loop, data = config.loop, config.data
    if loop.patience and not data.validation_fraction:
        raise UsageError("--patience needs validation patterns; set --validation-fraction above 0.")
    if loop.only_repeat is not None and not 0 <= loop.only_repeat < loop.repeats:
        raise UsageError(
            f"--only-repeat counts from 0 to {loop.repeats - 1}; there is no {loop.only_repeat}."
        )
    if data.balanced_sampling and data.loss_weights == "balanced":
        raise UsageError(
            "--balanced-sampling and --loss-weights balanced correct the same thing twice; "
            "choose one."
        )
    if config.network.sigmoid and config.task.label_smoothing:
        raise UsageError("--sigmoid leaves no room for label smoothing; set --label-smoothing 0.")
