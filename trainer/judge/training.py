"""Trains the judge: candidates of a pattern compete, and so does a crystal that is not listed.

Two losses are added: that of the true crystal among the candidates of patterns that have it, and
that of its being listed at all. A sixth of the prototypes is kept back; the weights are those of
the epoch that is best on it.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from saed_desktop.arrays import BoolArray, FloatArray
from saed_desktop.errors import UsageError
from saed_desktop.indexing.deciding.fit_features import FIT_FEATURES, fit_features
from saed_desktop.indexing.deciding.fit_tokens import REFLECTION_FEATURES
from trainer.checkpoint import read_tensors, write_tensors
from trainer.judge.crystals import prototype_numbers
from trainer.judge.examples import LOST, Examples
from trainer.judge.network import JudgeNetwork, JudgeShape

WEIGHTS = "judge.pt"
PROGRESS = "checkpoint.pt"
_TESTED_AT_ONCE = 64
_KEPT_BACK = 6
"""One of so many prototypes tells when to stop."""
_FREE_LEARNING_RATE = 0.02

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
    "numbers": ((), FIT_FEATURES),
}  # fmt: skip
"""Inputs that each ablation hides: features of reflections, numbers of the fit. Without numbers
spot indexing is left, at the temperature that the examples want."""


@dataclass(frozen=True)
class JudgeTraining:
    """Options of a training.

    Parameters
    ----------
    epochs
        Most passes over the examples.
    batch
        Patterns at a time.
    learning_rate
        Of AdamW.
    weight_decay
        Of AdamW; what spot indexing is worth does not decay.
    patience
        Epochs without gain on the prototypes kept back after which it stops.
    seed
        Of weights, order and the prototypes that are kept back.
    without
        Which ablation.
    """

    epochs: int = 60
    batch: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 0.3
    patience: int = 8
    seed: int = 1
    without: str = "none"


class Batch(NamedTuple):
    """Some patterns as the network reads them; see `JudgeNetwork.forward`."""

    values: Tensor
    behind: Tensor
    odds: Tensor
    is_scaled: Tensor
    present: Tensor
    tokens: tuple[Tensor, Tensor] | None = None

    def at(self, rows: npt.NDArray[np.intp]) -> "Batch":
        """Return some of the patterns."""
        tokens = None if self.tokens is None else (self.tokens[0][rows], self.tokens[1][rows])
        values, behind, odds, is_scaled, present, _ = self
        return Batch(values[rows], behind[rows], odds[rows], is_scaled[rows], present[rows], tokens)


def batch_of(examples: Examples, *, without: str = "none", tokens: bool = False) -> Batch:
    """Return examples as the network reads them, with what an ablation hides set to zero.

    Raises
    ------
    UsageError
        If there is no such ablation.
    """
    if without not in ABLATIONS:
        raise UsageError(f"--without knows {', '.join(ABLATIONS)}, not '{without}'.")
    of_reflections, of_numbers = ABLATIONS[without]
    found = fit_features(
        examples.numbers.astype(np.float32),
        examples.log_posterior.astype(np.float64),
        examples.log_odds_unknown.astype(np.float64),
        examples.acceptable,
        examples.present,
    )
    for place, name in enumerate(FIT_FEATURES):
        if name.removesuffix(", relative to the best") in of_numbers:
            found.values[..., place] = 0
    both = None
    if tokens:
        reflections = examples.reflections.copy()
        for name in of_reflections:
            reflections[..., REFLECTION_FEATURES.index(name)] = 0
        both = torch.from_numpy(reflections), torch.from_numpy(examples.spots)
    return Batch(
        torch.from_numpy(found.values),
        torch.from_numpy(found.behind),
        torch.from_numpy(found.odds),
        torch.from_numpy(np.isfinite(examples.scale_sigma).astype(np.float32)),
        torch.from_numpy(examples.present),
        both,
    )


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
    facts = {**asdict(options), **asdict(shape), "patterns": len(examples)}
    training = _Training(examples[examples.label != LOST], options, shape)
    for epoch in range(training.resume(folder, facts), options.epochs):
        if epoch - training.best_epoch > options.patience:
            break
        started = time.monotonic()
        loss, kept_back = training.epoch(epoch)
        write_tensors(folder / PROGRESS, {"epoch": epoch + 1, "facts": facts, **training.state()})
        seconds = time.monotonic() - started
        log(
            f"epoch {epoch + 1} of {options.epochs}: loss {loss:.4f}, of prototypes kept back "
            f"{kept_back:.4f}, {seconds:.0f} s"
        )
    facts["best epoch"] = training.best_epoch + 1
    write_tensors(folder / WEIGHTS, {"facts": facts, "network": training.best})
    (folder / PROGRESS).unlink(missing_ok=True)
    network = JudgeNetwork(shape)
    network.load_state_dict(training.best)
    return network.eval()


class _Training:
    """A training in progress: network, optimizer, and the best weights so far."""

    def __init__(self, examples: Examples, options: JudgeTraining, shape: JudgeShape) -> None:
        self.options = options
        self.batch = batch_of(examples, without=options.without, tokens=shape.token_width > 0)
        self.label = torch.from_numpy(examples.label)
        kept = prototype_numbers(examples.crystal.tolist(), options.seed) % _KEPT_BACK == 0
        if kept.all() or not kept.any():  # a handful of crystals
            kept = np.arange(len(examples)) % _KEPT_BACK == 0
        self.kept_back, self.own = np.flatnonzero(kept), np.flatnonzero(~kept)
        torch.manual_seed(options.seed)
        self.network = JudgeNetwork(shape)
        own = self.batch.at(self.own)
        self.network.standardise(own.values[own.present])
        if self.network.tokens is not None and own.tokens is not None:
            some = own.at(np.arange(min(len(self.own), 200)))
            assert some.tokens is not None
            self.network.tokens.standardise(*(t[some.present].float() for t in some.tokens))
        self.optimizer = torch.optim.AdamW(
            _parameter_groups(self.network, options.weight_decay), lr=options.learning_rate
        )
        self.best, self.best_epoch, self.best_loss = self._weights(), -1, np.inf

    def state(self) -> dict[str, Any]:
        """Return all that is needed to go on."""
        return {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "best": self.best,
            "best_epoch": self.best_epoch,
            "best_loss": self.best_loss,
        }

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
        self.network.load_state_dict(content["network"])
        self.optimizer.load_state_dict(content["optimizer"])
        self.best, self.best_epoch = content["best"], int(content["best_epoch"])
        self.best_loss = float(content["best_loss"])
        return int(content["epoch"])

    def epoch(self, number: int) -> tuple[float, float]:
        """Pass over the examples once; returns mean losses, also of what is kept back."""
        rng = np.random.default_rng((self.options.seed, number))
        torch.manual_seed(int(rng.integers(1 << 30)))
        self.network.train()
        losses = []
        order = rng.permutation(self.own)
        for start in range(0, len(order), self.options.batch):
            rows = order[start : start + self.options.batch]
            loss = _loss(self.network(*self.batch.at(rows)), self.label[rows])
            self.optimizer.zero_grad()
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
            self.optimizer.step()
            losses.append(float(loss.detach()))
        self.network.eval()
        found = _judged(self.network, self.batch.at(self.kept_back))
        kept_back = float(_loss(found, self.label[self.kept_back]))
        if kept_back < self.best_loss:
            self.best, self.best_epoch, self.best_loss = self._weights(), number, kept_back
        return float(np.mean(losses)), kept_back

    def _weights(self) -> dict[str, Tensor]:
        return {name: value.clone() for name, value in self.network.state_dict().items()}


def _parameter_groups(network: JudgeNetwork, weight_decay: float) -> list[dict[str, Any]]:
    """Return the parameters that decay, and those that do not."""
    free = network.free
    decaying = [p for p in network.parameters() if all(p is not one for one in free)]
    return [
        {"params": decaying, "weight_decay": weight_decay},
        {"params": free, "weight_decay": 0.0, "lr": _FREE_LEARNING_RATE},
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
    try:
        shape = JudgeShape(facts["width"], facts["dropout"], facts["token_width"])
    except KeyError as error:
        raise UsageError(f"{folder} holds a judge of another version of the trainer.") from error
    network = JudgeNetwork(shape)
    network.load_state_dict(content["network"])
    return network.eval(), facts


def evidence_of(network: nn.Module, batch: Batch) -> tuple[FloatArray, FloatArray]:
    """Return log evidence (n, m), minus infinity where there is no fit, and log odds (n,)."""
    evidence, listed = _judged(network, batch)
    values = evidence.double().numpy()
    present: BoolArray = batch.present.numpy()
    return np.where(present, values, -np.inf), listed.double().numpy()


def _judged(network: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
    parts = []
    with torch.inference_mode():
        for start in range(0, len(batch.present), _TESTED_AT_ONCE):
            rows = np.arange(start, min(start + _TESTED_AT_ONCE, len(batch.present)))
            parts.append(network(*batch.at(rows)))
    evidence, listed = zip(*parts, strict=True)
    return torch.cat(evidence), torch.cat(listed)


def _loss(found: tuple[Tensor, Tensor], label: Tensor) -> Tensor:
    """Return the loss of the true one of the listed, and of its being listed."""
    evidence, listed = found
    is_listed = label >= 0
    inside = nn.functional.binary_cross_entropy_with_logits(listed, is_listed.float())
    if not is_listed.any():
        return inside
    return inside + nn.functional.cross_entropy(evidence[is_listed], label[is_listed])
