"""The finals: full trainings by `trainer.train`, in run folders that `export` understands."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from trainer.data.data_plan import plan_data
from trainer.data.interruption import PreparationStopped
from trainer.distributed import World
from trainer.networks.base import count_parameters
from trainer.networks.registry import build
from trainer.run_folder import check_run_folder, claim_run_folder, write_run_metadata
from trainer.run_log import read_metrics
from trainer.search.arithmetic import forward_flops
from trainer.search.layout import final_run, read_json
from trainer.search.memory import peak_memory_mb
from trainer.search.results import Key, Result, TrialStatus
from trainer.search.settings import SearchSettings
from trainer.search.trial_config import trial_config
from trainer.stopping import StopRequest
from trainer.train import train_repeat
from trainer.weights_file import RESULT


def train_final(
    folder: Path,
    settings: SearchSettings,
    key: Key,
    *,
    device: torch.device,
    stop: Callable[[], bool],
) -> Result | None:
    """Train a finalist with one seed, from where it was left; None where it was asked to stop.

    The score is that of the validation patterns. Test patterns, where there are any, are measured
    for the record and rank nothing.
    """
    index, seed = key
    architecture = settings.space.at(index)
    config = trial_config(settings, architecture, settings.finals)
    run = final_run(folder, index)
    repeat = seed - settings.search.seed
    target = run / f"repeat-{repeat:02d}"
    plan = plan_data(config.data)
    with torch.device("meta"):
        outline = build(config.network, len(plan.labels), load_weights=False)
    started, cpu_started = time.monotonic(), time.process_time()
    if not (target / RESULT).is_file():
        check_run_folder(run, config)
        try:
            plan.fill(outline.input_specs, lambda line: None, stop)
        except PreparationStopped:
            return None
        claim_run_folder(run, config)
        data = plan.open(outline.input_specs, device)
        write_run_metadata(run, config, outline, data, protocol=None)
        world = World(device=device)
        if not train_repeat(config, world, data, target, repeat, StopRequest(run, elsewhere=stop)):
            return None
    found = read_json(target / RESULT) or {}
    validation = read_json(target / "validation-scores.json") or {}
    n = int(validation.get("n", 0))
    seconds = float(found.get("seconds", time.monotonic() - started))
    return Result(
        index=index,
        seed=seed,
        outcome=TrialStatus.DONE,
        score=validation.get(settings.search.rank_by),
        correct=round(float(validation.get("accuracy", 0.0)) * n),
        n=n,
        log_loss=validation.get("log_loss"),
        curve=_curve(target, settings.search.rank_by),
        epochs=int(found.get("epochs", 0)),
        samples=int(found.get("steps", 0)) * architecture.point.batch_size,
        seconds=seconds,
        device_seconds=seconds,
        cpu_seconds=time.process_time() - cpu_started,
        parameters=count_parameters(outline),
        flops=forward_flops(architecture, settings.finals.size, len(plan.labels)),
        peak_memory_mb=peak_memory_mb(device),
        extra={"test": _test_facts(found), "run": str(target.relative_to(folder))},
    )


def _curve(folder: Path, rank_by: str) -> tuple[tuple[float, float], ...]:
    name = f"validation_{rank_by}"
    lines = [line for line in read_metrics(folder) if line.get("event") == "epoch"]
    return tuple((float(line["loss"]), float(line[name])) for line in lines if name in line)


def _test_facts(found: dict[str, Any]) -> dict[str, Any] | None:
    test = found.get("test")
    return None if not test else {name: test[name] for name in ("n", "accuracy", "macro_f1")}
