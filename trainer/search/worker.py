"""A worker: does the units of a shard, rung after rung, and appends what came of each training."""

import os
import socket
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from saed_desktop.errors import SaedError
from saed_desktop.results.atomic import remove_parts, write_json
from trainer.checkpoint import remove_checkpoints
from trainer.data.interruption import PreparationStopped
from trainer.search.early_stopping import WorstQuantileStopping
from trainer.search.final import train_final
from trainer.search.layout import STATE, read_json, result_files, shard_folder
from trainer.search.memory import bounded_memory, is_out_of_memory
from trainer.search.patterns import PatternStore
from trainer.search.results import RESULTS, Key, Result, TrialStatus, append_result, merge
from trainer.search.rung_trials import (
    IncompleteRungError,
    TrialBatch,
    is_final,
    rung_trials,
    trial_batches,
)
from trainer.search.settings import SearchSettings, load_settings
from trainer.search.space import Architecture
from trainer.search.trial import RungContext, train_together

TOGETHER = {"cpu": 1, "cuda": 8}
"""Networks trained as one batch of networks unless stated otherwise.

On a CPU a batch of networks is slower than the same networks one after the other
(tests/benchmarks/results/search.md). The number for GPUs is not measured.
"""

_POLL_SECONDS = 1.0
_SURELY_ABANDONED_S = 600.0
_OWNER = "owner.json"


class LostShardError(SaedError):
    """A shard that another worker has taken over."""


def use_own_threads() -> None:
    """Compute with one thread, or as many as OMP_NUM_THREADS says: workers run side by side."""
    torch.set_num_threads(max(int(os.environ.get("OMP_NUM_THREADS", "1")), 1))


@dataclass(frozen=True, eq=False)
class Worker:
    """Worker on one shard.

    Parameters
    ----------
    folder, settings
        The search.
    shard
        Whose units.
    device
        Where.
    stop
        Whether to leave at the next good moment.
    """

    folder: Path
    settings: SearchSettings
    shard: int
    device: torch.device
    stop: Callable[[], bool] = lambda: False
    token: str = field(default_factory=lambda: uuid.uuid4().hex)

    def work(self, last_rung: int, *, wait_seconds: float = 0.0) -> bool:
        """Do what is left of the shard in all rungs up to one; False where it had to leave.

        Earlier rungs come first, so that a rung begins by mending what a killed worker left.

        Parameters
        ----------
        last_rung
            The last rung to work on.
        wait_seconds
            How long to wait for the other shards to complete a rung.

        Raises
        ------
        IncompleteRungError
            If they do not.
        """
        store: PatternStore | None = None
        for rung in range(last_rung + 1):
            keys = self._members(rung, wait_seconds)
            if keys is None:
                return False
            # the worker that started last owns it: a batch system that has lost sight of a job
            # starts it a second time while the first may still be at work
            write_json(self._shard(rung) / _OWNER, {"token": self.token})
            remove_parts(self._shard(rung), older_than_s=_SURELY_ABANDONED_S)
            for unit in trial_batches(self.settings, keys, rung)[self.shard]:
                done = merge(result_files(self.folder, rung)).by_key
                left = [key for key in unit.keys if key not in done]
                if not left:
                    continue
                store = store or PatternStore(self.settings, self.device, self.stop)
                try:
                    is_done = self._do(rung, TrialBatch(tuple(left)), store)
                except PreparationStopped:
                    is_done = False
                if not is_done:
                    self._note("stopped", rung)
                    return False
            self._note("finished", rung)
        return True

    def _members(self, rung: int, wait_seconds: float) -> list[Key] | None:
        """Return the trainings of a rung, None where it was asked to leave meanwhile."""
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                return rung_trials(self.folder, self.settings, rung)
            except IncompleteRungError:
                if time.monotonic() >= deadline:
                    raise
            if self.stop():
                return None
            time.sleep(_POLL_SECONDS)

    def _do(self, rung: int, unit: TrialBatch, store: PatternStore) -> bool:
        self._note("running", rung, unit)
        if is_final(self.settings, rung):
            return self._do_final(rung, unit)
        possible: dict[Key, Architecture] = {}
        for key in unit.keys:
            architecture = self.settings.space.at(key[0])
            reason = self.settings.space.impossible_because(key[0], self.settings.full_size)
            if reason is None:
                possible[key] = architecture
            else:
                self._append(rung, _failure(key, f"impossible: {reason}"))
        together = self.settings.search.together or TOGETHER[self.device.type]
        waiting: list[tuple[list[Key], tuple[int, ...]]] = [
            (chunk, ()) for chunk in _chunks(list(possible), together)
        ]
        while waiting:
            chunk, shrunk = waiting.pop(0)
            chosen = {key: possible[key] for key in chunk}
            results = self._attempt(rung, chosen, shrunk, store)
            if results is None:
                return False
            if not results:
                # too many at once for the memory: each half by itself
                parts = _chunks(chunk, (len(chunk) + 1) // 2)
                waiting = [(part, (*shrunk, len(chunk))) for part in parts] + waiting
            for result in results:
                self._append(rung, result)
            # of a batch that is done, or too large: smaller ones would only load it for nothing
            remove_checkpoints(self._shard(rung))
        return True

    def _attempt(
        self,
        rung: int,
        chosen: Mapping[Key, Architecture],
        shrunk: tuple[int, ...],
        store: PatternStore,
    ) -> list[Result] | None:
        """Return a result each, none of them where half as many networks are to be tried.

        None stands for a request to leave.
        """
        try:
            return self._train(rung, chosen, shrunk, store)
        except (SaedError, RuntimeError, MemoryError) as error:
            if "CUDA error" in str(error):
                # nothing more can be computed in this process
                raise
            lacks_memory, reason = is_out_of_memory(error), _reason(error)
        # only here have the tensors gone that the error's frames held
        if lacks_memory and self.device.type == "cuda":
            torch.cuda.empty_cache()
        if lacks_memory and len(chosen) > 1:
            return []
        tried = (*shrunk, 1) if lacks_memory else shrunk
        return [_failure(key, reason, shrunk=tried) for key in chosen]

    def _train(
        self,
        rung: int,
        chosen: Mapping[Key, Architecture],
        shrunk: Sequence[int],
        store: PatternStore,
    ) -> list[Result] | None:
        options = self.settings.rungs[rung]
        first = next(iter(chosen.values()))
        common = RungContext(
            self.settings,
            options,
            store.open(options, first.spec(options.size, self.settings.crop_px)),
            self.device,
            self._shard(rung),
        )
        share = self.settings.search.give_up
        own = merge([common.folder / RESULTS]).by_key.values() if share else ()
        return train_together(
            common,
            chosen,
            shrunk=shrunk,
            stop=self.stop,
            hopeless=WorstQuantileStopping(share, own),
        )

    def _do_final(self, rung: int, unit: TrialBatch) -> bool:
        for key in unit.keys:
            try:
                result = train_final(
                    self.folder, self.settings, key, device=self.device, stop=self.stop
                )
            except (SaedError, RuntimeError, MemoryError) as error:
                if not isinstance(error, SaedError) and not is_out_of_memory(error):
                    raise
                result = _failure(key, _reason(error))
            if result is None:
                return False
            self._append(rung, result)
        return True

    def _append(self, rung: int, result: Result) -> None:
        owner = read_json(self._shard(rung) / _OWNER) or {}
        if owner.get("token") != self.token:
            raise LostShardError(
                f"Another worker has taken over shard {self.shard}; this one leaves it to that."
            )
        path = self._shard(rung) / RESULTS
        before = merge([path]).by_key.get(result.key)
        if before is None or before.outcome is TrialStatus.FAILED:
            append_result(path, result)

    def _shard(self, rung: int) -> Path:
        return shard_folder(self.folder, rung, self.shard)

    def _note(self, state: str, rung: int, unit: TrialBatch | None = None) -> None:
        content: dict[str, Any] = {
            "state": state,
            "at": time.time(),
            "host": socket.gethostname(),
            "process": os.getpid(),
            "job": os.environ.get("SLURM_JOB_ID"),
            "device": self.device.type,
            "keys": [] if unit is None else [list(key) for key in unit.keys],
        }
        write_json(self._shard(rung) / STATE, content)


def run_shard(folder: Path, shard: int, last_rung: int, device: torch.device, **how: Any) -> bool:
    """Work on a shard of a search folder; False where it had to leave before the end."""
    how = dict(how)
    wait_seconds = float(how.pop("wait_seconds", 0.0))
    settings = load_settings(folder)
    worker = Worker(folder, settings, shard, device, **how)
    with bounded_memory(device, settings.search.memory_gb):
        return worker.work(last_rung, wait_seconds=wait_seconds)


def _failure(key: Key, reason: str, *, shrunk: tuple[int, ...] = ()) -> Result:
    return Result(
        index=key[0], seed=key[1], outcome=TrialStatus.FAILED, reason=reason, shrunk=shrunk
    )


def _reason(error: BaseException) -> str:
    if is_out_of_memory(error):
        return "out of memory"
    lines = str(error).splitlines() or [type(error).__name__]
    return error.sentence if isinstance(error, SaedError) else lines[0]


def _chunks(keys: list[Key], size: int) -> list[list[Key]]:
    return [keys[start : start + size] for start in range(0, len(keys), size)]
