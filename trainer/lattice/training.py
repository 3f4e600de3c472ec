"""Fits the lattice statistics: a network with one hidden layer, calibrated on other crystals."""

from collections.abc import Callable
from dataclasses import Field, dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from saed_desktop.arrays import Float32Array, FloatArray, IntArray
from saed_desktop.indexing.lattice.cubic_zones import CENTRINGS
from saed_desktop.indexing.lattice.features import FEATURES
from saed_desktop.indexing.lattice.space_groups import (
    BRAVAIS,
    SYSTEMS,
    bravais_of_classes,
    space_group_classes,
    system_of_classes,
)
from saed_desktop.indexing.lattice.statistics import (
    ARRAYS,
    NUMBERS,
    LatticeStatistics,
    normalised,
)
from saed_desktop.results.atomic import atomic_bytes
from trainer.lattice.draw import LatticeExamples, joined

_OF_SCALE = (
    "scale known", "log first", "log second", "log area",
    *(f"cubic {centring} log edge" for centring in CENTRINGS),
)  # fmt: skip


@dataclass(frozen=True)
class LatticeTraining:
    """Options of a fit.

    Parameters
    ----------
    epochs
        Passes over the zones.
    batch
        Zones at a time.
    hidden
        Size of the hidden layer.
    dropout
        Share of hidden values left out while fitting.
    learning_rate
        The largest; it rises for a tenth of the time and falls along a cosine.
    weight_decay
        Of AdamW.
    seed
        Of weights and order; members count up from it.
    members
        Networks whose logits are averaged.
    """

    epochs: int = 20
    batch: int = 128
    hidden: int = 64
    dropout: float = 0.5
    learning_rate: float = 3e-3
    weight_decay: float = 2.0
    seed: int = 1
    members: int = 5


def fit_statistics(
    examples: LatticeExamples, options: LatticeTraining, *, log: Callable[[str], None]
) -> LatticeStatistics:
    """Return statistics fitted to zones, each with its scale and without, not yet calibrated.

    Members that differ in their seed are fitted, and their logits averaged: one network with the
    hidden layers of all.

    Parameters
    ----------
    examples
        Zones of the training split.
    options
        Of the fit.
    log
        Told one line every few epochs.
    """
    plain = LatticeExamples(examples.features, examples.label, examples.crystal)
    both = joined([plain, without_scale(examples)])
    counts = np.bincount(examples.label, minlength=len(space_group_classes())) + 0.5
    log_prior = np.log(counts / counts.sum())
    features = torch.from_numpy(both.features)
    mean, spread = features.mean(dim=0), features.std(dim=0)
    spread = torch.where(spread < 1e-3, torch.ones_like(spread), spread)
    scaled = ((features - mean) / spread).clamp(-5, 5)
    label = torch.from_numpy(both.label)
    fitted = [
        _fitted(scaled, label, log_prior, replace(options, seed=options.seed + member), log)
        for member in range(options.members)
    ]
    return LatticeStatistics(
        mean=_numbers(mean),
        spread=_numbers(spread),
        inner=np.concatenate([_numbers(inner.weight).T for inner, _ in fitted], axis=1),
        inner_bias=np.concatenate([_numbers(inner.bias) for inner, _ in fitted]),
        outer=np.concatenate([_numbers(outer.weight).T for _, outer in fitted]) / len(fitted),
        outer_bias=np.mean([_numbers(outer.bias) for _, outer in fitted], axis=0),
        log_prior=log_prior,
        temperature=1.0,
        joint_weight=1.0,
    )


def _fitted(
    scaled: Tensor,
    label: Tensor,
    log_prior: FloatArray,
    options: LatticeTraining,
    log: Callable[[str], None],
) -> tuple[nn.Linear, nn.Linear]:
    """Return the two layers of one member."""
    torch.manual_seed(options.seed)
    inner = nn.Linear(scaled.shape[1], options.hidden)
    outer = nn.Linear(options.hidden, len(log_prior))
    outer.bias.data = torch.from_numpy(log_prior.astype(np.float32))
    network = nn.Sequential(inner, nn.ReLU(), nn.Dropout(options.dropout), outer)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay
    )
    steps = options.epochs * -(-len(label) // options.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, options.learning_rate, total_steps=steps, pct_start=0.1
    )
    rng = np.random.default_rng(options.seed)
    for epoch in range(options.epochs):
        losses = []
        order = rng.permutation(len(label))
        for start in range(0, len(order), options.batch):
            rows = torch.from_numpy(order[start : start + options.batch])
            loss = symmetry_loss(network(scaled[rows]), label[rows])
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        if (epoch + 1) % 10 == 0:
            log(
                f"seed {options.seed}, epoch {epoch + 1} of {options.epochs}: "
                f"loss {np.mean(losses):.4f}"
            )
    return inner, outer


def without_scale(examples: LatticeExamples) -> LatticeExamples:
    """Return the same zones as if their scale were unknown."""
    features = examples.features.copy()
    for name, value in {"log scale sigma": np.log(0.4), **dict.fromkeys(_OF_SCALE, 0.0)}.items():
        features[:, FEATURES.index(name)] = value
    return LatticeExamples(features, examples.label, examples.crystal)


def symmetry_loss(logits: Tensor, label: Tensor) -> Tensor:
    """Return the mean log losses of space group, Bravais lattice and system together.

    Parameters
    ----------
    logits
        Of the classes of space groups (n, c).
    label
        The true ones (n,).
    """
    log_p = torch.log_softmax(logits, dim=1)
    total = nn.functional.nll_loss(log_p, label)
    for place, n in (
        (system_of_classes(), len(SYSTEMS)),
        (bravais_of_classes(), len(BRAVAIS)),
    ):
        group = torch.from_numpy(place)
        summed = torch.zeros(len(log_p), n).index_add(1, group, log_p.exp())
        total = total + nn.functional.nll_loss(summed.clamp(min=1e-9).log(), group[label])
    return total


def _numbers(values: Tensor) -> FloatArray:
    return values.detach().double().numpy()


class Calibratable(Protocol):
    """Statistics of zones that have a temperature and a joint weight; a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def log_probabilities(self, features: Float32Array) -> FloatArray:
        """Return log probabilities (n, c) of classes for features (n, f) of zones."""
        ...

    def joint(self, log_probabilities: FloatArray) -> FloatArray:
        """Return log probabilities (c,) out of those of several zones (n, c) of one crystal."""
        ...


_Kind = TypeVar("_Kind", bound=Calibratable)


def calibrated(found: _Kind, examples: LatticeExamples) -> _Kind:
    """Return statistics whose temperature and joint weight suit the crystals of another split.

    Parameters
    ----------
    found
        Fitted statistics with the fields `temperature` and `joint_weight`.
    examples
        Zones of crystals whose prototypes were not fitted.
    """
    found = min(
        (replace(found, temperature=float(t)) for t in np.arange(0.4, 3.01, 0.05)),
        key=lambda one: system_loss(one.log_probabilities(examples.features), examples.label),
    )
    single = found.log_probabilities(examples.features)

    def joint_loss(one: _Kind) -> float:
        together, label = joint_of(one, single, examples)
        return system_loss(together, label)

    tried = (replace(found, joint_weight=float(w)) for w in np.arange(0.3, 1.01, 0.05))
    return min(tried, key=joint_loss)


def joint_of(
    found: Calibratable, single: FloatArray, examples: LatticeExamples
) -> tuple[FloatArray, IntArray]:
    """Return log probabilities (m, c) and labels (m,) of crystals seen in two zones or more.

    Parameters
    ----------
    found
        The statistics.
    single
        Log probabilities (n, c) of each zone.
    examples
        The zones.
    """
    rows = [np.flatnonzero(examples.crystal == c) for c in np.unique(examples.crystal)]
    rows = [mine for mine in rows if len(mine) > 1]
    together = np.array([found.joint(single[mine]) for mine in rows])
    return together, np.array([examples.label[mine[0]] for mine in rows])


def system_loss(log_probabilities: FloatArray, label: IntArray) -> float:
    """Return the mean log loss of crystal system and space group together."""
    rows = np.arange(len(label))
    of_system = summed(log_probabilities, system_of_classes(), len(SYSTEMS))
    losses = log_probabilities[rows, label] + np.log(
        np.maximum(of_system[rows, system_of_classes()[label]], 1e-9)
    )
    return float(-losses.mean())


def summed(log_probabilities: FloatArray, place: IntArray, n: int) -> FloatArray:
    """Return probabilities (m, n) of groups of classes; `place` is the group of each class."""
    share = np.exp(normalised(log_probabilities))
    return np.stack([share[:, place == i].sum(axis=1) for i in range(n)], axis=1)


def save_statistics(found: LatticeStatistics, path: Path, provenance: str) -> None:
    """Write statistics for the program, with how they were made."""
    values: dict[str, Any] = {
        name: np.asarray(getattr(found, name), np.float32) for name in (*ARRAYS, *NUMBERS)
    }
    values["provenance"] = np.array(provenance)
    with atomic_bytes(path) as stream:
        np.savez_compressed(stream, **values)
