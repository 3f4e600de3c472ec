"""One batch of trainings of a rung: a few networks of one shape, by the trainer's own loop."""

import contextlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from trainer.checkpoint import CheckpointOptions, Clock, TrainingProgress
from trainer.config import TrainConfig
from trainer.data.loader import Sampler
from trainer.distributed import World
from trainer.evaluate import predict
from trainer.metrics import Scores
from trainer.networks.base import Network, count_parameters
from trainer.networks.registry import build
from trainer.run_log import LogOptions, RunLog
from trainer.search.arithmetic import forward_flops
from trainer.search.memory import peak_memory_mb
from trainer.search.patterns import RungPatterns
from trainer.search.results import Key, Result, TrialStatus
from trainer.search.settings import Rung, SearchSettings
from trainer.search.space import Architecture
from trainer.search.stack import trial_task
from trainer.search.trial_config import trial_config
from trainer.session import DivergedError, Session
from trainer.stopping import StopRequest
from trainer.train import train_epochs

EVALUATION_BATCH = 256

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

    Their last checkpoint stays: it is the caller's to remove once the results are kept, so that a
    kill in between trains nothing twice.

    Parameters
    ----------
    common
        What they share.
    members
        The trainings; those of an interrupted batch must be the same again to go on with it.
    shrunk
        Numbers of networks that were tried before and did not fit the memory.
    stop
        Asked after every step; then a checkpoint is left and None returned.
    hopeless
        Asked after every epoch but the last.
    """
    batch = _Batch(common, members, hopeless, stop)
    session = batch.session
    with RunLog(common.folder, LogOptions(), is_main=False) as log:
        session.resume(log)
        batch.adopt()
        asked = StopRequest(common.folder, elsewhere=stop)
        if not train_epochs(session, log, asked, close=batch.close_epoch, is_over=batch.is_over):
            return None
    return batch.results(shrunk)


class _Batch:
    """Some trainings as one session of the trainer, and what came of each."""

    def __init__(
        self,
        common: RungContext,
        members: Mapping[Key, Architecture],
        hopeless: Hopeless,
        stop: Callable[[], bool],
    ) -> None:
        self._common, self._hopeless, self._stop = common, hopeless, stop
        self._cpu_started = time.process_time()
        self._keys = list(members)
        self._first = next(iter(members.values()))
        world = World(device=common.device)
        config = trial_config(common.settings, self._first, common.rung)
        config = replace(config, data=replace(config.data, prefetch=0))
        data = common.patterns.splits(rotated=self._first.is_rotated)
        networks = [self._network(config, key, len(data.labels)) for key in self._keys]
        self._parameters = count_parameters(networks[0])
        together = len(networks) > 1
        options = replace(config.task, channels_last=not together)
        rates = [member.point.learning_rate for member in members.values()]
        task, optimizer = trial_task(networks, rates, options, world)
        if together:
            # each network keeps its share of the highest rate
            config = replace(config, optim=replace(config.optim, lr=max(rates)))
        index, seed = self._keys[0]
        sampler = Sampler(len(data.train), config.loop.batch_size, seed)
        torch.manual_seed(seed * 4099 + index)
        seconds = common.settings.search.checkpoint_seconds
        self.states = [TrialState() for _ in self._keys]
        self.session = Session(
            config=config,
            world=world,
            data=data,
            folder=common.folder,
            seed=seed,
            task=task,
            optimizer=optimizer,
            sampler=sampler,
            progress=TrainingProgress(),
            clock=Clock(
                CheckpointOptions(checkpoint_minutes=seconds / 60), every_epoch=not seconds
            ),
            identity=[list(key) for key in self._keys],
        )

    def adopt(self) -> None:
        """Take over what a checkpoint said of every network."""
        kept = self.session.extra.get("states", [])
        self.states = [TrialState(**state) for state in kept] or self.states
        for state in self.states:
            state.curve = [(a, b) for a, b in state.curve]
        self._cpu_before = float(self.session.extra.get("cpu_seconds", 0.0))
        self._note()

    def is_over(self, session: Session) -> bool:
        """Tell whether all networks have failed or been given up."""
        del session
        return all(state.is_over for state in self.states)

    def close_epoch(self, session: Session, log: RunLog) -> None:
        """Measure every network on the validation patterns, and judge."""
        del log
        epoch = session.progress.epoch
        with contextlib.suppress(DivergedError):  # each is judged by itself below
            session.collect_sums()
        is_last = epoch + 1 == session.config.loop.epochs
        measured = self._measure()
        for loss, own, state in zip(session.losses, measured, self.states, strict=True):
            if state.is_over:
                continue
            if own is None or not math.isfinite(loss):
                state.failure = f"the loss is no longer a number in epoch {epoch + 1}"
                continue
            score = float(getattr(own, self._common.settings.search.rank_by))
            state.curve.append((loss, score))
            if not state.best or score > state.best["score"]:
                state.best = {
                    "score": score,
                    "correct": round(own.accuracy * own.n),
                    "n": own.n,
                    "log_loss": own.log_loss,
                }
            if not is_last and self._hopeless(epoch, score):
                state.given_up = f"among the worst after epoch {epoch + 1}"
        self._note()

    def results(self, shrunk: Sequence[int]) -> list[Result]:
        """Return what came of every network."""
        session, together = self.session, len(self._keys)
        seconds, epochs = self._seconds(), session.progress.epoch
        flops = forward_flops(self._first, self._common.rung.size, len(session.data.labels))
        found = []
        for (index, seed), state in zip(self._keys, self.states, strict=True):
            outcome = TrialStatus.DONE
            if state.failure is not None:
                outcome = TrialStatus.FAILED
            elif state.given_up is not None:
                outcome = TrialStatus.STOPPED
            scored = {} if outcome is TrialStatus.FAILED else state.best
            found.append(
                Result(
                    index=index,
                    seed=seed,
                    outcome=outcome,
                    reason=state.failure or state.given_up,
                    **scored,
                    curve=tuple(state.curve),
                    epochs=epochs,
                    samples=epochs * len(session.data.train),
                    seconds=seconds,
                    device_seconds=seconds / together,
                    cpu_seconds=self._cpu_seconds() / together,
                    parameters=self._parameters,
                    flops=flops,
                    together=together,
                    shrunk=tuple(shrunk),
                    peak_memory_mb=peak_memory_mb(self._common.device),
                )
            )
        return found

    def _network(self, config: TrainConfig, key: Key, n_classes: int) -> Network:
        index, seed = key
        torch.manual_seed(seed * 1_000_003 + index)
        architecture = self._common.settings.space.at(index)
        options = replace(config.network, network=architecture.network)
        return build(options, n_classes).to(self._common.device)

    def _measure(self) -> list[Scores | None]:
        """Return the scores of every network on the validation patterns, None for no numbers."""
        session = self.session
        assert session.data.validation is not None
        found: list[Scores | None] = []
        for network in session.task.members():
            table = predict(
                session.task,
                network,
                session.data.validation,
                session.world,
                batch_size=EVALUATION_BATCH,
                prefetch=0,
                is_stopped=self._stop,
            )
            assert table.probabilities is not None
            found.append(table.scores if np.isfinite(table.probabilities).all() else None)
        session.task.network.train()
        return found

    def _note(self) -> None:
        """Put into the next checkpoint what has come of every network so far."""
        self.session.extra = {
            "states": [vars(state) for state in self.states],
            "cpu_seconds": self._cpu_seconds(),
        }

    def _cpu_seconds(self) -> float:
        return self._cpu_before + time.process_time() - self._cpu_started

    def _seconds(self) -> float:
        if self._common.device.type == "cuda":
            torch.cuda.synchronize(self._common.device)
        return self.session.seconds
