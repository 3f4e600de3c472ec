"""Trains the judge: candidates of a pattern compete in a softmax, "not on the list" among them."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from saed_desktop.arrays import FloatArray
from saed_desktop.errors import UsageError
from saed_desktop.indexing.deciding.fit_tokens import NUMBER_FEATURES, REFLECTION_FEATURES
from trainer.checkpoint import read_tensors, write_tensors
from trainer.judge.examples import LOST, NOT_LISTED, Examples
from trainer.judge.network import JudgeNetwork, JudgeShape

WEIGHTS = "judge.pt"
PROGRESS = "checkpoint.pt"
_TESTED_AT_ONCE = 64
_MEMORY = 0.998

ABLATIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "none": ((), ()),
    "intensities": (
        ("expected", "strength", "observed", "misfit", "above limit", "rocking"),
        ("slope", "misfit", "correlation"),
    ),
    "residuals": (
        ("distance", "radial", "tangential"),
        ("rms px", "rms sigmas", "scale deviation", "scale off", "ellipticity", "shift sigmas",
         "shift"),
    ),
    "tokens": (REFLECTION_FEATURES[:-1], ()),
}  # fmt: skip
"""Inputs that each ablation hides: features of reflections, numbers of the fit."""


@dataclass(frozen=True)
class JudgeTraining:
    """Options of a training.

    Parameters
    ----------
    epochs
        Passes over the examples.
    batch
        Patterns at a time.
    learning_rate
        The largest; it rises for a tenth of the time and falls along a cosine.
    weight_decay
        Of AdamW.
    seed
        Of weights and order.
    without
        Which ablation.
    """

    epochs: int = 14
    batch: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 0.2
    seed: int = 1
    without: str = "none"


def hidden(examples: Examples, without: str) -> Examples:
    """Return the examples with what an ablation hides set to zero.

    Raises
    ------
    UsageError
        If there is no such ablation.
    """
    if without not in ABLATIONS:
        raise UsageError(f"--without knows {', '.join(ABLATIONS)}, not '{without}'.")
    if without == "none":
        return examples
    of_reflections, of_numbers = ABLATIONS[without]
    reflections, numbers = examples.reflections.copy(), examples.numbers.copy()
    for name in of_reflections:
        reflections[..., REFLECTION_FEATURES.index(name)] = 0
    for name in of_numbers:
        numbers[..., NUMBER_FEATURES.index(name)] = 0
    spots = examples.spots
    if without == "tokens":
        reflections, spots = np.zeros_like(reflections), np.zeros_like(spots)
    return replace(examples, reflections=reflections, spots=spots, numbers=numbers)


def train_judge(
    examples: Examples,
    folder: Path,
    options: JudgeTraining,
    shape: JudgeShape,
    *,
    log: Callable[[str], None],
) -> JudgeNetwork:
    """Train a judge, going on where an interrupted training of the same folder stopped.

    Parameters
    ----------
    examples
        Those of the training split.
    folder
        For weights and checkpoint.
    options, shape
        Of the training and of the network.
    log
        Told one line per epoch.
    """
    usable = examples.label != LOST
    examples = hidden(examples[usable] if not usable.all() else examples, options.without)
    facts = {**asdict(options), **asdict(shape), "patterns": len(examples)}
    training = _Training(examples, options, shape)
    for epoch in range(training.resume(folder, facts), options.epochs):
        started = time.monotonic()
        loss = training.epoch(epoch)
        write_tensors(folder / PROGRESS, {"epoch": epoch + 1, "facts": facts, **training.state()})
        seconds = time.monotonic() - started
        log(f"epoch {epoch + 1} of {options.epochs}: loss {loss:.4f}, {seconds:.0f} s")
    trained = training.mean.module.eval()
    write_tensors(folder / WEIGHTS, {"facts": facts, "network": trained.state_dict()})
    (folder / PROGRESS).unlink(missing_ok=True)
    network = JudgeNetwork(shape)
    network.load_state_dict(trained.state_dict())
    return network.eval()


class _Training:
    """A training in progress: network, running mean of its weights, optimizer, schedule."""

    def __init__(self, examples: Examples, options: JudgeTraining, shape: JudgeShape) -> None:
        self.examples, self.options = examples, options
        torch.manual_seed(options.seed)
        self.network = JudgeNetwork(shape)
        self.network.standardise(*_tensors(examples, np.arange(min(len(examples), 2000)))[:3])
        self.optimizer = torch.optim.AdamW(
            _parameter_groups(self.network, options.weight_decay), lr=options.learning_rate
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer,
            options.learning_rate,
            total_steps=options.epochs * -(-len(examples) // options.batch),
            pct_start=0.1,
        )
        self.mean = torch.optim.swa_utils.AveragedModel(self.network, avg_fn=_running_mean)
        self._parts: dict[str, Any] = {
            "network": self.network,
            "mean": self.mean,
            "optimizer": self.optimizer,
            "schedule": self.schedule,
        }

    def state(self) -> dict[str, Any]:
        """Return all that is needed to go on."""
        return {name: part.state_dict() for name, part in self._parts.items()}

    def resume(self, folder: Path, facts: dict[str, Any]) -> int:
        """Take up an interrupted training; returns the epochs that are done.

        Raises
        ------
        UsageError
            If the folder holds another training.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / PROGRESS
        if not path.is_file():
            return 0
        content = read_tensors(path)
        if dict(content["facts"]) != facts:
            raise UsageError(f"{folder} holds another training; choose another folder.")
        for name, part in self._parts.items():
            part.load_state_dict(content[name])
        return int(content["epoch"])

    def epoch(self, number: int) -> float:
        """Pass over the examples once and return the mean loss."""
        rng = np.random.default_rng((self.options.seed, number))
        self.network.train()
        losses = []
        order = rng.permutation(len(self.examples))
        for start in range(0, len(order), self.options.batch):
            rows = np.sort(order[start : start + self.options.batch])
            loss = _loss(self.network, self.examples, rows, rng)
            self.optimizer.zero_grad()
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
            self.optimizer.step()
            self.schedule.step()
            self.mean.update_parameters(self.network)
            losses.append(float(loss.detach()))
        return float(np.mean(losses))


def _parameter_groups(network: JudgeNetwork, weight_decay: float) -> list[dict[str, Any]]:
    """Return the parameters that decay, and those that do not.

    The weight of the log posterior is what spot indexing is worth: it shall not shrink with age.
    """
    free = [network.posterior_weight, network.offset]
    decaying = [p for p in network.parameters() if all(p is not one for one in free)]
    return [
        {"params": decaying, "weight_decay": weight_decay},
        {"params": free, "weight_decay": 0.0},
    ]


def load_judge(folder: Path) -> tuple[JudgeNetwork, dict[str, object]]:
    """Read a trained judge and how it was trained.

    Raises
    ------
    UsageError
        If the folder holds none.
    """
    path = folder / WEIGHTS
    if not path.is_file():
        raise UsageError(f"{folder} holds no trained judge ({WEIGHTS}).")
    content = read_tensors(path)
    facts = dict(content["facts"])
    shape = JudgeShape(facts["width"], facts["head"], facts["dropout"])
    network = JudgeNetwork(shape)
    network.load_state_dict(content["network"])
    return network.eval(), facts


def evidence_of(network: nn.Module, examples: Examples) -> FloatArray:
    """Return the log evidence (n, 10) of all candidates; minus infinity where there is none."""
    result = np.full(examples.present.shape, -np.inf)
    with torch.inference_mode():
        for start in range(0, len(examples), _TESTED_AT_ONCE):
            rows = np.arange(start, min(start + _TESTED_AT_ONCE, len(examples)))
            found = network(*_tensors(examples, rows)).double().numpy()
            place = np.zeros(examples.present[rows].shape)
            place[examples.present[rows]] = found
            result[rows] = np.where(examples.present[rows], place, -np.inf)
    return result


_Tokens = tuple[Tensor, Tensor, Tensor, Tensor]


def _tensors(examples: Examples, rows: npt.NDArray[np.intp]) -> _Tokens:
    """Return the tokens of all candidates of some patterns, one after the other."""
    present = examples.present[rows]
    arrays = (examples.reflections, examples.spots, examples.numbers)
    tokens = [torch.from_numpy(a[rows][present].astype(np.float32)) for a in arrays]
    posterior = np.where(present, examples.log_posterior[rows], -np.inf)
    best = posterior.max(axis=1, keepdims=True, initial=-1e9)
    behind = torch.from_numpy((best - posterior)[present].astype(np.float32))
    return tokens[0], tokens[1], tokens[2], behind


def _running_mean(mean: Tensor, value: Tensor, count: Tensor | int) -> Tensor:
    """Return the exponential mean of weights, with a short memory while there are few."""
    memory = min(_MEMORY, (1 + int(count)) / (10 + int(count)))
    return mean + (value - mean) * (1 - memory)


_TANGENTIAL = REFLECTION_FEATURES.index("tangential")


def _loss(
    network: JudgeNetwork, examples: Examples, rows: npt.NDArray[np.intp], rng: np.random.Generator
) -> Tensor:
    reflections, spots, numbers, behind = _tensors(examples, rows)
    present = examples.present[rows]
    if rng.random() < 0.5:  # a pattern and its mirror image are as good as each other
        reflections[..., _TANGENTIAL] *= -1
    found = network(reflections, spots, numbers, behind)
    logits = torch.full(present.shape, -torch.inf)
    logits[torch.from_numpy(present)] = found
    logits = torch.cat([logits, torch.zeros(len(rows), 1)], dim=1)
    label = examples.label[rows]
    label = np.where(label == NOT_LISTED, present.shape[1], label)
    return nn.functional.cross_entropy(logits, torch.from_numpy(label))
