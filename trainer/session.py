"""One training in progress: network, optimizer, order of samples, progress, checkpoint."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from saed_desktop.errors import SaedError, UsageError
from saed_desktop.network.labels import Labels
from trainer.batch_norm import has_batch_norm
from trainer.checkpoint import (
    FORMAT_VERSION,
    Clock,
    TrainingProgress,
    load_checkpoint,
    random_states,
    restore_random_states,
    save_checkpoint,
)
from trainer.config import TrainConfig
from trainer.data.loader import IndexArray, Sampler, share
from trainer.data.measured_plan import DataSplits
from trainer.distributed import World, sum_over
from trainer.networks.base import Network
from trainer.networks.registry import build
from trainer.optim import make_optimizer, rate_factor, set_rate
from trainer.run_log import RunLog, StepMetrics
from trainer.task import ClassificationTask, StepResult, balanced_weights
from trainer.weights_file import load_network


class DivergedError(SaedError):
    """A training whose loss is no longer a number."""


@dataclass(frozen=True, eq=False)
class StepStart:
    """State that a forward pass changes, as it was before the step; none is the optimizer's.

    Parameters
    ----------
    random_state
        Of the CPU's generator, which dropout draws from.
    sums
        Of the epoch.
    statistics
        Running statistics of batch norm.
    """

    random_state: Tensor
    sums: Tensor
    statistics: list[Tensor]


@dataclass(eq=False)
class Session:
    """Everything that one training works with.

    Parameters
    ----------
    config, world, data
        What is trained, by whom, on what.
    folder
        Of this repeat.
    seed
        Of this repeat.
    task, optimizer, sampler
        What learns, how, and in which order.
    progress
        How far it has come.
    clock
        When the next checkpoint is due.
    identity
        What a checkpoint must have been written for to be gone on with.
    extra
        What a checkpoint keeps besides; plain values.
    """

    config: TrainConfig
    world: World
    data: DataSplits
    folder: Path
    seed: int
    task: ClassificationTask
    optimizer: torch.optim.Optimizer
    sampler: Sampler
    progress: TrainingProgress
    clock: Clock
    identity: list[Any] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = self.task.n_networks
        # sums of this process since the last exchange, on the device: reading them is a pause
        self._sums = torch.zeros((n, 3), dtype=torch.float64, device=self.world.device)
        self.progress.sums = [0.0] * (3 * n)
        self._started = time.monotonic()
        self._seconds_before = self.progress.seconds
        self._mark = (self._started, self.progress.step)

    @property
    def total_steps(self) -> int:
        """Steps of the whole training."""
        return self.config.loop.epochs * self.sampler.batches_per_epoch

    @property
    def seconds(self) -> float:
        """Time spent so far, over all sessions."""
        return self._seconds_before + time.monotonic() - self._started

    @property
    def losses(self) -> list[float]:
        """Mean loss of every network over the epoch so far, as of the last exchange."""
        rows = np.reshape(self.progress.sums, (-1, 3))
        return [float(loss / max(n, 1)) for loss, _, n in rows]

    def batch_sizes(self, start: int) -> Iterator[int]:
        """Return the sizes of the global batches of an epoch from the given one on."""
        for i in range(start, self.sampler.batches_per_epoch):
            left = self.sampler.n_samples - i * self.sampler.batch_size
            yield min(self.sampler.batch_size, left)

    def own_parts(self, start: int) -> Iterator[IndexArray]:
        """Return this process's parts of the global batches from the given one on.

        Each batch is cut into as many parts as there are accumulations.
        """
        n = self.config.loop.accumulation
        for batch in self.sampler.batches(self.progress.epoch, start):
            for part in range(n):
                yield share(batch[part::n], self.world.rank, self.world.size)

    def step(self) -> None:
        """Let the optimizer take one step with the gradient that was gathered."""
        options = self.config.optim
        factor = rate_factor(
            self.progress.step, self.total_steps, schedule=options.schedule, warmup=options.warmup
        )
        set_rate(self.optimizer, options.lr * factor)
        if options.clip_norm:
            trainable = [p for p in self.task.network.parameters() if p.requires_grad]
            torch.nn.utils.clip_grad_norm_(trainable, options.clip_norm)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.task.after_step()
        self.progress.step += 1
        self.progress.batch += 1

    def before_step(self) -> StepStart:
        """Return what a step changes before the optimizer takes it."""
        statistics = [tensor.clone() for tensor in self.task.running_statistics()]
        return StepStart(torch.get_rng_state(), self._sums.clone(), statistics)

    def abandon_step(self, start: StepStart) -> None:
        """Go back to where a step began, so that nothing tells that it was begun."""
        torch.set_rng_state(start.random_state)
        self._sums.copy_(start.sums)
        with torch.no_grad():
            for tensor, value in zip(self.task.running_statistics(), start.statistics, strict=True):
                tensor.copy_(value)
        self.optimizer.zero_grad(set_to_none=True)

    def count(self, outcome: StepResult) -> None:
        """Add what a batch gave to the sums of the epoch."""
        self._sums += outcome.sums

    def collect_sums(self) -> tuple[float, float, int]:
        """Return mean loss, accuracy and patterns of the epoch so far, over all processes.

        Raises
        ------
        DivergedError
            If the loss is no longer a number; with several networks, that of all.
        """
        total = sum_over(self.world, self._sums.flatten().cpu().numpy())
        self._sums.zero_()
        self.progress.sums = [a + float(b) for a, b in zip(self.progress.sums, total, strict=True)]
        rows = np.reshape(self.progress.sums, (-1, 3))
        finite = np.isfinite(rows[:, 0])
        loss, correct, n = (float(total) for total in rows[finite].sum(axis=0))
        if not finite.any():
            raise DivergedError(
                f"The loss is no longer a number after step {self.progress.step}; lower --lr, set "
                "--clip-norm, or use --precision fp32. The last good checkpoint is untouched."
            )
        return loss / max(n, 1), correct / max(n, 1), int(n)

    def facts(self) -> StepMetrics:
        """Return where the training is; an exchange between all processes."""
        loss, _, _ = self.collect_sums()
        now, progress = time.monotonic(), self.progress
        since, step = self._mark
        speed = (progress.step - step) / max(now - since, 1e-9)
        self._mark = (now, progress.step)
        return StepMetrics(
            step=progress.step,
            total_steps=self.total_steps,
            epoch=progress.epoch,
            loss=loss,
            learning_rate=float(self.optimizer.param_groups[0]["lr"]),
            images_per_second=speed * self.sampler.batch_size,
            seconds_left=(self.total_steps - progress.step) / max(speed, 1e-9),
        )

    def next_epoch(self) -> None:
        """Turn to the first batch of the next epoch."""
        self.progress.epoch += 1
        self.progress.batch, self.progress.sums = 0, [0.0] * len(self.progress.sums)

    def save(self) -> None:
        """Write a checkpoint; every process has to come here."""
        self.collect_sums()
        self.progress.seconds = self.seconds
        states: list[Tensor] = random_states(self.world)
        if self.world.is_main:
            content = {
                "format": FORMAT_VERSION,
                "progress": asdict(self.progress),
                "task": self.task.state(),
                "optimizer": self.optimizer.state_dict(),
                "random": states,
                "identity": self.identity,
                "extra": self.extra,
            }
            save_checkpoint(self.folder, content)
        self.clock.reset()

    def resume(self, log: RunLog) -> bool:
        """Go back to the last checkpoint; False where there is none of this training."""
        content = load_checkpoint(self.folder)
        if content is None or content.get("identity", []) != self.identity:
            return False
        self.extra = content.get("extra", {})
        self.task.load_state(content["task"])
        self.optimizer.load_state_dict(content["optimizer"])
        self.progress = TrainingProgress(**content["progress"])
        self._seconds_before = self.progress.seconds
        self._mark = (time.monotonic(), self.progress.step)
        log.resume_after(self.progress.step)
        step = self.progress.step
        if not restore_random_states(self.world, content["random"], seed=self.seed, step=step):
            log.line("The number of processes has changed: dropout differs from here on.")
        log.line(f"Resumed after step {step} of {self.total_steps}.")
        return True


def open_session(
    config: TrainConfig, world: World, data: DataSplits, folder: Path, repeat: int
) -> Session:
    """Return a training at its start.

    Raises
    ------
    UsageError
        If the batch is too small for the processes, or classes cannot be balanced.
    """
    classes = data.train.sample_classes if config.data.balanced_sampling else None
    if config.data.balanced_sampling and classes is None:
        raise UsageError(
            "--balanced-sampling is for labelled patterns; simulated ones are shared out already."
        )
    seed = config.loop.seed + repeat
    torch.manual_seed(seed)
    network = _initial_network(config, data.labels).to(world.device)
    counts = torch.from_numpy(data.train.class_counts)
    weights = balanced_weights(counts) if config.data.loss_weights == "balanced" else None
    sampler = Sampler(
        n_samples=len(data.train),
        batch_size=config.loop.batch_size,
        seed=seed,
        classes=classes,
    )
    _check_batch(config, world, sampler, normalised=has_batch_norm(network))
    task = ClassificationTask(network, config.task, world, weights)
    # the same weights everywhere, but another dropout in every process
    torch.manual_seed(seed * 4099 + world.rank)
    return Session(
        config=config,
        world=world,
        data=data,
        folder=folder,
        seed=seed,
        task=task,
        optimizer=make_optimizer(task.network, config.optim, world.device),
        sampler=sampler,
        progress=TrainingProgress(),
        clock=Clock(config.checkpoint),
    )


def _initial_network(config: TrainConfig, labels: Labels) -> Network:
    """Return the network with the weights that it starts from."""
    network = build(config.network, len(labels))
    if config.loop.start is None:
        return network
    trained = load_network(config.loop.start)
    if trained.labels != labels:
        raise UsageError(
            f"{config.loop.start} knows {', '.join(trained.labels.names)}; the patterns show "
            f"{', '.join(labels.names)}. A network goes on with the classes that it has."
        )
    try:
        network.load_state_dict(trained.network.state_dict())
    except RuntimeError as error:
        raise UsageError(f"{config.loop.start} holds another network than --network.") from error
    return network


def _check_batch(config: TrainConfig, world: World, sampler: Sampler, *, normalised: bool) -> None:
    """Refuse batches of which a part would be empty, or a single pattern under batch norm."""
    parts = world.size * config.loop.accumulation
    smallest = sampler.batch_size
    if sampler.n_samples < sampler.batch_size:
        smallest = sampler.n_samples
    elif 2 * (sampler.n_samples % sampler.batch_size) >= sampler.batch_size:
        smallest = sampler.n_samples % sampler.batch_size
    needed = parts * (2 if normalised else 1)
    if smallest < needed:
        raise UsageError(
            f"A batch of {smallest} patterns over {world.size} process(es) and "
            f"{config.loop.accumulation} accumulation(s) leaves too few for each; --batch-size "
            f"must be at least {2 * needed}, with as many training patterns."
        )
