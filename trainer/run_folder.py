"""Files of a run folder besides the repeats: configuration, metadata, summary."""

import json
import platform
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch

from saed_desktop import __version__
from saed_desktop.errors import UsageError
from saed_desktop.results.atomic import write_json
from trainer.config import PARTS, TrainConfig, differences, make_config
from trainer.data.measured_plan import DataSplits
from trainer.metrics import mean_and_sd
from trainer.networks.base import Network, count_parameters
from trainer.networks.registry import entry
from trainer.options import with_present_names
from trainer.run_log import RUN_FILE
from trainer.weights_file import finished_repeats, read_result, unfinished_weights

CONFIG = "config.json"
SUMMARY = "summary.json"
SUMMARISED = ("accuracy", "balanced_accuracy", "weighted_f1", "macro_f1", "calibration_error")


class _Claim(msgspec.Struct, frozen=True):
    """Options that a run folder was begun with, as far as they decide the outcome."""

    decisive: dict[str, dict[str, Any]]


def check_run_folder(folder: Path, config: TrainConfig) -> None:
    """Make sure that a folder holds no other training; one that is not there may be used.

    Raises
    ------
    UsageError
        If the folder holds a training of other options.
    """
    path = folder / CONFIG
    if path.is_file():
        try:
            before = msgspec.json.decode(path.read_bytes(), type=_Claim).decisive
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path} is damaged; choose another --output.") from error
        # a run of an earlier version went by what are now the defaults of newer options
        usual = make_config().decisive()
        before = {
            part: {**usual.get(part, {}), **with_present_names(PARTS[part][0], values)}
            for part, values in before.items()
            if part in PARTS
        }
        found = differences(before, json.loads(json.dumps(config.decisive())))
        if len(found) == 1 and found[0].startswith("epochs "):
            raise UsageError(_advice_on_epochs(folder, found[0]))
        if found:
            raise UsageError(
                f"{folder} holds a training with other options: {'; '.join(found)}. Choose another "
                "--output, or give the same options to go on."
            )


def _advice_on_epochs(folder: Path, change: str) -> str:
    """Return what to do where only the length of a training is to change."""
    sentence = f"{folder} holds a training whose learning rate goes by its epochs: {change}."
    begun = unfinished_weights(folder) or finished_repeats(folder)
    if not begun:
        return f"{sentence} Choose another --output."
    return (
        f"{sentence} 'export' and 'evaluate' take its best weights so far: {begun[0]}. To train on "
        f"from them for any number of epochs, add --start {begun[0]} and choose another --output."
    )


def claim_run_folder(folder: Path, config: TrainConfig) -> None:
    """Write the options of a training into its folder, once it is sure that it can begin."""
    write_json(folder / CONFIG, {"decisive": config.decisive(), "all": config.to_plain()})


def write_run_metadata(
    folder: Path,
    config: TrainConfig,
    network: Network,
    data: DataSplits,
    *,
    protocol: str | None,
) -> None:
    """Write `run.json`: what a reader of the results needs to know."""
    named = {"train": data.train, "validation": data.validation, "test": data.test}
    facts = {
        "title": entry(config.network.network).title + ", redrawn" * config.network.redrawn,
        "network": config.network.network,
        "pretrained": config.network.pretrained,
        "parameters": count_parameters(network),
        "trainable_parameters": count_parameters(network, trainable=True),
        "labels": list(data.labels.names),
        "inputs": [spec.to_json() for spec in network.input_specs],
        "protocol": protocol,
        "data": {name: source.describe() for name, source in named.items() if source is not None},
        "versions": versions(),
        "command": ["saed-trainer", *sys.argv[1:]],
    }
    write_json(folder / RUN_FILE, facts)


def versions() -> dict[str, str]:
    """Return the versions that results may depend on."""
    return {
        "saed-desktop": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }


def summarise(folder: Path) -> dict[str, Any]:
    """Return mean and standard deviation of the test scores over the finished repeats."""
    results = [read_result(path) for path in finished_repeats(folder)]
    tested = [result.test for result in results if result.test]
    summary: dict[str, Any] = {"finished": len(results)}
    for name in SUMMARISED:
        values = [v for scores in tested if isinstance(v := scores.get(name), int | float)]
        if values:
            mean, sd = mean_and_sd(values)
            summary[name] = {"mean": mean, "sd": sd if len(values) > 1 else None, "all": values}
    return summary


def write_summary(folder: Path) -> dict[str, Any]:
    """Write `summary.json` and return it."""
    summary = summarise(folder)
    write_json(folder / SUMMARY, summary)
    return summary
