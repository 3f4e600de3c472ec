"""Trained weights with all that is needed to build their network again: `weights.pt`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import Tensor

from saed_desktop.errors import SaedError, UsageError
from saed_desktop.network.labels import Labels
from trainer.checkpoint import read_tensors, write_tensors
from trainer.networks.base import Network
from trainer.networks.registry import NetworkOptions, build
from trainer.options import make_options, to_plain

WEIGHTS = "weights.pt"
RESULT = "result.json"
FORMAT_VERSION = 1


class WeightsFileError(SaedError):
    """A file of trained weights that cannot be used."""


class RepeatResult(msgspec.Struct, frozen=True):
    """The result of a finished training; see `trainer.train.finish`."""

    seed: int | None = None
    best_score: float | None = None
    select_by: str = "score"
    test: dict[str, Any] | None = None


class _Told(msgspec.Struct, frozen=True):
    """The contents of a file of weights beside the weights."""

    options: dict[str, Any]
    labels: list[str]
    facts: str


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A trained network with what is known of it.

    Parameters
    ----------
    network
        With its weights, in evaluation.
    options
        How it was built.
    labels
        Its classes.
    path
        The file it came from.
    facts
        What training noted: epoch, scores, data, seed.
    """

    network: Network
    options: NetworkOptions
    labels: Labels
    path: Path
    facts: Mapping[str, Any] = field(default_factory=dict)


def save_weights(
    path: Path,
    *,
    state: Mapping[str, Tensor],
    options: NetworkOptions,
    labels: Labels,
    facts: Mapping[str, Any],
) -> None:
    """Write weights under a temporary name and rename them.

    Parameters
    ----------
    path
        Where to.
    state
        The network's state.
    options
        How it was built, everything decided.
    labels
        Its classes.
    facts
        Plain values worth keeping.
    """
    content = {
        "format": FORMAT_VERSION,
        "options": {**to_plain(options), "weights_dir": None},
        "labels": list(labels.names),
        "facts": json.dumps(dict(facts)),
        "state": dict(state),
    }
    write_tensors(path, content)


def load_weights(path: Path) -> TrainedNetwork:
    """Return the trained network of a file.

    Raises
    ------
    WeightsFileError
        If the file is of another format or incomplete.
    """
    content = read_tensors(path)
    if content.get("format") != FORMAT_VERSION or "state" not in content:
        raise WeightsFileError(f"{path} holds no weights of this version of the trainer.")
    try:
        told = msgspec.convert({k: v for k, v in content.items() if k != "state"}, _Told)
        facts = msgspec.json.decode(told.facts, type=dict[str, Any])
        labels = Labels(tuple(told.labels))
    except (ValueError, RecursionError) as error:
        raise WeightsFileError(f"{path} is damaged.") from error
    options = make_options(NetworkOptions, told.options, part="network")
    state = content["state"]
    try:
        with torch.device("meta"):
            outline = build(options, len(labels), load_weights=False)
    except (RuntimeError, OverflowError, MemoryError) as error:
        raise WeightsFileError(f"{path} is damaged.") from error
    # before any memory is taken for it: a damaged option may ask for a network of any size
    if not isinstance(state, Mapping) or not _fits(outline, state):
        raise WeightsFileError(f"{path} holds the weights of another network.")
    network = build(options, len(labels), load_weights=False)
    network.load_state_dict(state)
    network.eval()
    return TrainedNetwork(network, options, labels, path, facts)


def _fits(outline: Network, state: Mapping[str, Any]) -> bool:
    shapes = {name: tensor.shape for name, tensor in outline.state_dict().items()}
    return shapes == {name: getattr(tensor, "shape", None) for name, tensor in state.items()}


def load_network(run: Path, *, repeat: int | None = None) -> TrainedNetwork:
    """Return the trained network of a run, of one of its repeats, or of a file.

    Parameters
    ----------
    run
        Any of them.
    repeat
        Which repeat of a run; None takes the one that did best on the validation patterns.

    Raises
    ------
    UsageError
        If there is nothing trained there.
    """
    return load_weights(find_weights(run, repeat=repeat))


def find_weights(run: Path, *, repeat: int | None = None) -> Path:
    """Return the file of weights that `load_network` reads."""
    if run.is_file():
        return run
    if (run / WEIGHTS).is_file():
        return run / WEIGHTS
    folders = finished_repeats(run)
    if repeat is not None:
        wanted = run / f"repeat-{repeat:02d}"
        if wanted not in folders:
            raise UsageError(f"{run} has no finished repeat {repeat}.")
        return wanted / WEIGHTS
    if not folders:
        begun = unfinished_weights(run)
        hint = f": none has ended; {begun[0]} has the best weights so far" if begun else ""
        raise UsageError(f"{run} holds no trained network{hint}.")
    return max(folders, key=_validation_score) / WEIGHTS


def choice_of_repeat(run: Path, chosen: Path, *, repeat: int | None = None) -> str | None:
    """Return a sentence: which repeat of a run was taken and on what grounds.

    Parameters
    ----------
    run
        What was named on the command line.
    chosen
        The file that `find_weights` returned for it.
    repeat
        The repeat that was asked for, if any.

    Returns
    -------
    str or None
        None where there was nothing to choose.
    """
    folders = finished_repeats(run) if run.is_dir() else []
    if len(folders) < 2:
        return None
    name = f"Of {len(folders)} repeats in {run}, {chosen.parent.name} is taken"
    if repeat is not None:
        return f"{name}, as --repeat says."
    score = _validation_score(chosen.parent)
    if score == float("-inf"):
        return (
            f"{name}, the first: no patterns were set apart for validation, and the test has no "
            "say in a choice. Name another with --repeat."
        )
    figure = read_result(chosen.parent).select_by.replace("_", " ")
    return f"{name}: it has the best {figure} on the validation patterns, {score:.4f}."


def read_result(folder: Path) -> RepeatResult:
    """Return what a finished training left in its folder.

    Raises
    ------
    WeightsFileError
        If the file is damaged.
    """
    path = folder / RESULT
    try:
        return msgspec.json.decode(path.read_bytes(), type=RepeatResult)
    except (ValueError, RecursionError) as error:
        raise WeightsFileError(
            f"{path} is damaged; delete it to train this repeat again."
        ) from error


def finished_repeats(run: Path) -> list[Path]:
    """Return the folders of a run's finished trainings."""
    return [folder for folder in sorted(run.glob("repeat-*")) if (folder / RESULT).is_file()]


def unfinished_weights(run: Path) -> list[Path]:
    """Return the folders of trainings that have not ended and have weights to use."""
    done = finished_repeats(run)
    return [
        folder
        for folder in sorted(run.glob("repeat-*"))
        if (folder / WEIGHTS).is_file() and folder not in done
    ]


def _validation_score(folder: Path) -> float:
    """Return how well a repeat did on the patterns set apart; the test has no say in a choice."""
    score = read_result(folder).best_score
    return float("-inf") if score is None else score
