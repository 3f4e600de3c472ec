"""Commands of `saed-trainer` that `trainer_reliability` disturbs, and what has to come of them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.run_log import read_metrics
from trainer.search.layout import result_files
from trainer.search.results import merge
from trainer.weights_file import load_network

PHASES = ("alpha-Zr", "delta-PuZr", "PuO")
SMALL = "--network space:16001 --size 32 --batch-size 8 --device cpu --checkpoint-steps 1"


@dataclass(frozen=True)
class Job:
    """A command, what came of it, and what it tells as it finishes things.

    Parameters
    ----------
    name
        For the table.
    words
        The command, given the folder to work in.
    outcome
        What has to be the same whatever happened, given that folder.
    """

    name: str
    words: Callable[[Path], str]
    outcome: Callable[[Path], Any]


def _digest_of_run(run: Path) -> Any:
    state = load_network(run).network.state_dict()
    digest = hashlib.sha256()
    for name, tensor in sorted(state.items()):
        digest.update(name.encode() + tensor.numpy().tobytes())
    metrics = [
        {k: v for k, v in line.items() if k not in ("seconds", "loss")}
        for line in read_metrics(run / "repeat-00")
    ]
    return digest.hexdigest(), metrics


def _outcome_of_search(folder: Path) -> Any:
    merged = merge(result_files(folder / "search", 0))
    curves = {str(key): result.curve for key, result in sorted(merged.by_key.items())}
    return curves, merged.twice


def _trained(folder: Path) -> Any:
    return _digest_of_run(folder / "run")


JOBS = (
    Job(
        "decoding and training, labelled patterns",
        lambda folder: (
            f"train --data {folder}/data --crop 64 --rotations 4 --epochs 2 --jobs 1 {SMALL} "
            f"--cache-dir {folder}/cache --output {folder}/run"
        ),
        _trained,
    ),
    Job(
        "reflections and training, spot lists",
        lambda folder: (
            f"train --phases {folder}/cifs --network spots --orientations 3 --others 3 "
            "--samples 64 --validation-samples 16 --epochs 2 --batch-size 16 --device cpu "
            f"--checkpoint-steps 1 --output {folder}/run"
        ),
        _trained,
    ),
    Job(
        "reflections, drawn images and training",
        lambda folder: (
            f"train --phases {folder}/cifs {SMALL} --crop-share 0.7 --center beam --orientations 2 "
            "--others 0 --image-side 64 --drawn 10 --samples 24 --validation-samples 5 "
            f"--epochs 2 --output {folder}/run"
        ),
        _trained,
    ),
    Job(
        "architecture search",
        lambda folder: (
            f"search run --config {folder}/search.toml --data {folder}/data --engine here "
            f"--device cpu --cache-dir {folder}/cache --output {folder}/search"
        ),
        _outcome_of_search,
    ),
)
