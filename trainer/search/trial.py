"""One round of training: a few networks of one shape, from the first epoch to their results."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from trainer.checkpoint import load_checkpoint, remove_checkpoints, save_checkpoint
from trainer.data.loader import Sampler
from trainer.metrics import Scores, scores
from trainer.networks.base import count_parameters
from trainer.networks.registry import NetworkOptions, build
from trainer.optim import rate_factor
from trainer.search.arithmetic import forward_flops
from trainer.search.memory import peak_memory_mb
from trainer.search.patterns import Patterns, RungPatterns
from trainer.search.results import Key, Result, TrialStatus
from trainer.search.settings import Rung, SearchSettings
from trainer.search.space import Architecture
from trainer.search.stack import Stack
from trainer.task import TaskOptions, uses_bf16

EVALUATION_BATCH = 256
FORMAT_VERSION = 1

Hopeless = Callable[[int, float], bool]
"""Tells from an epoch, counted from 0, and a score whether a training is to be given up."""


@dataclass(frozen=True, eq=False)
class RungContext:
    """Context shared by the trainings of a rung.

    Parameters
    ----------
    settings, rung
        Of the search.
    patterns
        What is learnt and what ranks.
    device
        Where.
    folder
        The shard's, for the checkpoint.
    """

    settings: SearchSettings
    rung: Rung
    patterns: RungPatterns
    device: torch.device
    folder: Path


@dataclass
class TrialState:
    """State of one network of a batch.

    Parameters
    ----------
    curve
        Training loss and validation score of every epoch.
    best
        Result fields of its best epoch.
    failure
        Why it failed.
    given_up
        Why it was given up.
    """

    curve: list[tuple[float, float]] = field(default_factory=list)
    best: dict[str, Any] = field(default_factory=dict)
    failure: str | None = None
    given_up: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether more epochs would be wasted on it."""
        return self.failure is not None or self.given_up is not None


def train_together(
    common: RungContext,
    members: Mapping[Key, Architecture],
    *,
    shrunk: Sequence[int] = (),
    stop: Callable[[], bool] = lambda: False,
    hopeless: Hopeless = lambda epoch, score: False,
) -> list[Result] | None:
    """Train some networks of one shape and return a result each.

    Parameters
    ----------
    common
        What they share.
    members
        The trainings; those of an interrupted round must be the same again to go on with it.
    shrunk
        Numbers of networks that were tried before and did not fit the memory.
    stop
        Asked after every epoch; then a checkpoint is left and None returned.
    hopeless
        Asked after every epoch but the last.
    """
    training = _Training(common, members)
    training.resume()
    while training.epoch < common.rung.epochs and not all(c.is_over for c in training.courses):
        training.one_epoch(hopeless)
        if training.epoch < common.rung.epochs and stop():
            training.save()
            return None
        training.save_if_due()
    results = training.results(shrunk)
    remove_checkpoints(common.folder)
    return results


class _Training:
    """The state of one round."""

    def __init__(self, common: RungContext, members: Mapping[Key, Architecture]) -> None:
        self._common = common
        self._cpu_started, self._cpu_before = time.process_time(), 0.0
        self._keys = list(members)
        self._members = list(members.values())
        first, rung = self._members[0], common.rung
        source = common.patterns.rotated if first.is_rotated else common.patterns.original
        self._source: Patterns = source
        self._stack, self._parameters = self._networks()
        seed = self._keys[0][1]
        self._sampler = Sampler(len(source), first.point.batch_size, seed)
        torch.manual_seed(seed * 4099 + self._keys[0][0])
        self.epoch = 0
        self.courses = [TrialState() for _ in self._keys]
        self._started = self._saved = time.monotonic()
        self._seconds_before = 0.0
        self._flops = forward_flops(first, rung.size, len(common.patterns.labels))

    def one_epoch(self, hopeless: Hopeless) -> None:
        """Learn every sample once, measure, and judge."""
        total = torch.zeros(len(self._keys), dtype=torch.float64, device=self._common.device)
        rung, batches = self._common.rung, self._sampler.batches_per_epoch
        for number, indices in enumerate(self._sampler.batches(self.epoch)):
            inputs, classes = self._source.batch(indices)
            step = self.epoch * batches + number
            factor = rate_factor(step, rung.epochs * batches, schedule=rung.schedule, warmup=0.0)
            total += self._stack.learn(inputs, classes, factor=factor)
        losses = (total / batches).tolist()
        is_last = self.epoch + 1 == rung.epochs
        for loss, own, course in zip(losses, self._measure(), self.courses, strict=True):
            if course.is_over:
                continue
            if own is None or not math.isfinite(loss):
                course.failure = f"the loss is no longer a number in epoch {self.epoch + 1}"
                continue
            score = float(getattr(own, self._common.settings.search.rank_by))
            course.curve.append((loss, score))
            if not course.best or score > course.best["score"]:
                course.best = {
                    "score": score,
                    "correct": round(own.accuracy * own.n),
                    "n": own.n,
                    "log_loss": own.log_loss,
                }
            if not is_last and hopeless(self.epoch, score):
                course.given_up = f"among the worst after epoch {self.epoch + 1}"
        self.epoch += 1

    def results(self, shrunk: Sequence[int]) -> list[Result]:
        """Return what came of every network."""
        seconds = self._seconds()
        together = len(self._keys)
        found = []
        for (index, seed), course in zip(self._keys, self.courses, strict=True):
            outcome = TrialStatus.DONE
            if course.failure is not None:
                outcome = TrialStatus.FAILED
            elif course.given_up is not None:
                outcome = TrialStatus.STOPPED
            scored = {} if outcome is TrialStatus.FAILED else course.best
            found.append(
                Result(
                    index=index,
                    seed=seed,
                    outcome=outcome,
                    reason=course.failure or course.given_up,
                    **scored,
                    curve=tuple(course.curve),
                    epochs=self.epoch,
                    samples=self.epoch * len(self._source),
                    seconds=seconds,
                    device_seconds=seconds / together,
                    cpu_seconds=self._cpu_seconds() / together,
                    parameters=self._parameters,
                    flops=self._flops,
                    together=together,
                    shrunk=tuple(shrunk),
                    peak_memory_mb=peak_memory_mb(self._common.device),
                )
            )
        return found

    def save_if_due(self) -> None:
        """Write a checkpoint where the last is old."""
        if self.epoch == self._common.rung.epochs:
            return
        if time.monotonic() - self._saved >= self._common.settings.search.checkpoint_seconds:
            self.save()

    def save(self) -> None:
        """Write a checkpoint."""
        random = [torch.get_rng_state()]
        if self._common.device.type == "cuda":
            random.append(torch.cuda.get_rng_state(self._common.device))
        save_checkpoint(
            self._common.folder,
            {
                "format": FORMAT_VERSION,
                "keys": [list(key) for key in self._keys],
                "epoch": self.epoch,
                "courses": [vars(course) for course in self.courses],
                "seconds": self._seconds(),
                "cpu_seconds": self._cpu_seconds(),
                "stack": self._stack.state(),
                "random": random,
            },
        )
        self._saved = time.monotonic()

    def resume(self) -> None:
        """Go back to the checkpoint where there is one of the same trainings."""
        content = load_checkpoint(self._common.folder)
        if content is None or content["keys"] != [list(key) for key in self._keys]:
            return
        self._stack.load_state(content["stack"])
        self.epoch = int(content["epoch"])
        self.courses = [TrialState(**course) for course in content["courses"]]
        for course in self.courses:
            course.curve = [(a, b) for a, b in course.curve]
        self._seconds_before = float(content["seconds"])
        self._cpu_before = float(content["cpu_seconds"])
        torch.set_rng_state(content["random"][0])
        if self._common.device.type == "cuda" and len(content["random"]) > 1:
            torch.cuda.set_rng_state(content["random"][1], self._common.device)

    def _networks(self) -> tuple[Stack, int]:
        common, built = self._common, []
        n_classes = len(common.patterns.labels)
        for (index, seed), member in zip(self._keys, self._members, strict=True):
            torch.manual_seed(seed * 1_000_003 + index)
            options = NetworkOptions(
                network=member.network, size=common.rung.size, crop=common.settings.crop_px
            )
            built.append(build(options, n_classes).to(common.device))
        rates = [member.point.learning_rate for member in self._members]
        task = TaskOptions(precision=common.settings.search.precision)
        stack = Stack(built, rates, uses_bf16(task, common.device))
        return stack, count_parameters(built[0])

    def _measure(self) -> list[Scores | None]:
        """Return the scores of every network on the validation patterns, None for no numbers."""
        source = self._common.patterns.validation
        probabilities, classes = [], []
        for start in range(0, len(source), EVALUATION_BATCH):
            indices = np.arange(start, min(start + EVALUATION_BATCH, len(source)))
            inputs, truth = source.batch(indices)
            logits = self._stack.logits(inputs).double()
            probabilities.append(torch.softmax(logits, dim=2).cpu().numpy())
            classes.append(truth.cpu().numpy())
        table, truth_all = np.concatenate(probabilities, axis=1), np.concatenate(classes)
        n_classes = table.shape[2]
        return [
            scores(truth_all, own.argmax(axis=1).astype(np.int64), n_classes, own)
            if np.isfinite(own).all()
            else None
            for own in table
        ]

    def _cpu_seconds(self) -> float:
        return self._cpu_before + time.process_time() - self._cpu_started

    def _seconds(self) -> float:
        if self._common.device.type == "cuda":
            torch.cuda.synchronize(self._common.device)
        return self._seconds_before + time.monotonic() - self._started
