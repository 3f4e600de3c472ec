"""A worker: does the units of a shard, rung after rung, and appends what came of each training."""

import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from saed_desktop.errors import SaedError
from trainer.run_folder import write_json
from trainer.search.final import train_final
from trainer.search.layout import STATE, read_json, result_files, shard_folder
from trainer.search.members import (
    IncompleteRungError,
    Unit,
    is_final,
    members,
    missing,
    rung_name,
    units,
)
from trainer.search.patience import Hopelessness
from trainer.search.patterns import PatternStore
from trainer.search.results import RESULTS, Key, Outcome, Result, append_result, merge
from trainer.search.settings import SearchSettings, load_settings
from trainer.search.space import Architecture
from trainer.search.trial import Round, train_together

TOGETHER = {"cpu": 1, "cuda": 8}
"""Networks trained as one batch of networks where nobody says otherwise.

On a CPU a batch of networks is slower than the same networks one after the other
(tests/benchmarks/results/search.md). The number for GPUs is not measured.
"""

_POLL_SECONDS = 1.0


@dataclass(frozen=True, eq=False)
class Worker:
    """Who works on a shard.

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
            for unit in units(self.settings, keys, rung)[self.shard]:
                done = merge(result_files(self.folder, rung)).by_key
                left = [key for key in unit.keys if key not in done]
                if not left:
                    continue
                store = store or PatternStore(self.settings, self.device)
                if not self._do(rung, Unit(tuple(left)), store):
                    self._note("stopped", rung)
                    return False
            self._note("finished", rung)
        return True

    def _members(self, rung: int, wait_seconds: float) -> list[Key] | None:
        """Return the trainings of a rung, None where it was asked to leave meanwhile."""
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                return members(self.folder, self.settings, rung)
            except IncompleteRungError:
                if time.monotonic() >= deadline:
                    raise
            if self.stop():
                return None
            time.sleep(_POLL_SECONDS)

    def _do(self, rung: int, unit: Unit, store: PatternStore) -> bool:
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
        waiting = [(chunk, ()) for chunk in _chunks(list(possible), together)]  # type: list[tuple[list[Key], tuple[int, ...]]]
        while waiting:
            chunk, shrunk = waiting.pop(0)
            try:
                results = self._train(rung, {key: possible[key] for key in chunk}, shrunk, store)
            except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                # the error's frames hold the tensors that did not fit
                del error
                results = None
                if self.device.type == "cuda":
                    torch.cuda.empty_cache()
                if len(chunk) > 1:
                    half = (len(chunk) + 1) // 2
                    parts = _chunks(chunk, half)
                    waiting = [(part, (*shrunk, len(chunk))) for part in parts] + waiting
                    continue
                results = [_failure(chunk[0], "out of memory", shrunk=(*shrunk, 1))]
            if results is None:
                return False
            for result in results:
                self._append(rung, result)
        return True

    def _train(
        self,
        rung: int,
        chosen: Mapping[Key, Architecture],
        shrunk: Sequence[int],
        store: PatternStore,
    ) -> list[Result] | None:
        options = self.settings.rungs[rung]
        first = next(iter(chosen.values()))
        common = Round(
            self.settings,
            options,
            store.open(options, first.spec(options.size, self.settings.crop_px)),
            self.device,
            shard_folder(self.folder, rung, self.shard),
        )
        share = self.settings.search.give_up
        own = merge([common.folder / RESULTS]).by_key.values() if share else ()
        return train_together(
            common, chosen, shrunk=shrunk, stop=self.stop, hopeless=Hopelessness(share, own)
        )

    def _do_final(self, rung: int, unit: Unit) -> bool:
        for key in unit.keys:
            try:
                result = train_final(
                    self.folder, self.settings, key, device=self.device, stop=self.stop
                )
            except (SaedError, torch.OutOfMemoryError, MemoryError) as error:
                result = _failure(key, _reason(error))
            if result is None:
                return False
            self._append(rung, result)
        return True

    def _append(self, rung: int, result: Result) -> None:
        append_result(shard_folder(self.folder, rung, self.shard) / RESULTS, result)

    def _note(self, state: str, rung: int, unit: Unit | None = None) -> None:
        content: dict[str, Any] = {
            "state": state,
            "at": time.time(),
            "host": socket.gethostname(),
            "process": os.getpid(),
            "job": os.environ.get("SLURM_JOB_ID"),
            "device": self.device.type,
            "keys": [] if unit is None else [list(key) for key in unit.keys],
        }
        write_json(shard_folder(self.folder, rung, self.shard) / STATE, content)


def run_shard(folder: Path, shard: int, last_rung: int, device: torch.device, **how: Any) -> bool:
    """Work on a shard of a search folder; False where it had to leave before the end."""
    how = dict(how)
    wait_seconds = float(how.pop("wait_seconds", 0.0))
    worker = Worker(folder, load_settings(folder), shard, device, **how)
    return worker.work(last_rung, wait_seconds=wait_seconds)


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether torch or Python ran out of memory."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error)
    return "can't allocate memory" in text or "out of memory" in text


def shard_state(folder: Path, rung: int, shard: int) -> dict[str, Any] | None:
    """Return what a shard's worker noted last."""
    return read_json(shard_folder(folder, rung, shard) / STATE)


def describe_wait(settings: SearchSettings, folder: Path, rung: int) -> str:
    """Return what a rung still lacks, as a sentence."""
    left = len(missing(folder, settings, rung))
    return f"{rung_name(settings, rung)} lacks {left} training(s)."


def _failure(key: Key, reason: str, *, shrunk: tuple[int, ...] = ()) -> Result:
    return Result(index=key[0], seed=key[1], outcome=Outcome.FAILED, reason=reason, shrunk=shrunk)


def _reason(error: BaseException) -> str:
    if is_out_of_memory(error):
        return "out of memory"
    return error.sentence if isinstance(error, SaedError) else str(error)


def _chunks(keys: list[Key], size: int) -> list[list[Key]]:
    return [keys[start : start + size] for start in range(0, len(keys), size)]
