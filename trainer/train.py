"""`saed-trainer train`: train a network, on one process or many.

The loop reads from top to bottom: `run` prepares, `train_repeat` trains once, `train_epoch` goes
through the patterns once, `finish` measures. The same command goes on where a run was left.
"""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch

from saed_desktop.results.atomic import remove_parts
from trainer.allocator import keep_freed_memory
from trainer.config import TrainConfig, add_config_arguments, config_from_arguments
from trainer.data.array_cache import default_cache_dir
from trainer.data.data_plan import plan_data
from trainer.data.frozen_features import FeatureOptions, has_frozen_body, with_kept_features
from trainer.data.interruption import LeftEarly, PreparationStopped, never
from trainer.data.loader import prefetched
from trainer.data.measured_plan import DataPlan, DataSplits
from trainer.distributed import World, process_group, this_world, wait_for_all
from trainer.epoch_end import close_epoch, finish
from trainer.evaluate import EvaluationStopped
from trainer.job_estimate import JobEstimate
from trainer.metrics_loggers import require_logger
from trainer.networks.base import Network
from trainer.networks.interruptible import interruptible
from trainer.networks.pretrained_weights import weights_remarks
from trainer.networks.registry import build
from trainer.run_folder import (
    check_run_folder,
    claim_run_folder,
    write_run_metadata,
    write_summary,
)
from trainer.run_log import RunLog, log_line
from trainer.session import Session, StepStart, open_session
from trainer.stopping import EXIT_STOPPED, StopRequest, agree_to_stop
from trainer.task import uses_bf16
from trainer.training_cost import naming_lack_of_memory, training_estimate
from trainer.weights_file import RESULT, find_weights, load_weights

_SURELY_SHORT = 400
"""Patterns of a training that no network takes an hour for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="RUN",
        help="run folder; the same command again goes on with what is in it",
    )
    add_config_arguments(parser)
    parser.epilog = (
        "On several GPUs of one machine:\n\n"
        "  torchrun --standalone --nproc-per-node 4 -m trainer train ... --output RUN\n\n"
        "on several nodes the job scripts in resources/slurm. SIGINT, SIGTERM and a file 'stop'\n"
        "in the run folder save and stop; the same command goes on. A table of --config has the\n"
        "name in brackets above its options."
    )


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what the training will take."""
    config = config_from_arguments(args)
    world = this_world(config.processes)
    plan = _plan(config)
    begun = (args.output / f"repeat-{_wanted_repeats(config)[0]:02d}").is_dir()
    if not args.dry_run and config.loop.epochs * sum(plan.sizes) < _SURELY_SHORT:
        return JobEstimate(images=0, seconds=0.0)
    outline = _outline(config, len(plan.labels))
    with naming_lack_of_memory(config, world):
        return training_estimate(config, world, plan, outline, is_begun=begun)


def run(args: argparse.Namespace) -> int:
    """Train; 0 when all is done, 75 when it was asked to stop and has saved."""
    config = config_from_arguments(args)
    require_logger(config.log.logger)
    world = this_world(config.processes)
    if world.device.type == "cpu":
        keep_freed_memory()
    folder: Path = args.output
    with StopRequest(folder) as stop, naming_lack_of_memory(config, world):
        finished = _train(config, world, folder, stop, protocol=args.protocol)
    if finished:
        return 0
    # torchrun would take anything but 0 for a failure and restart the processes
    return 0 if world.under_torchrun else EXIT_STOPPED


def _train(
    config: TrainConfig, world: World, folder: Path, stop: StopRequest, *, protocol: str | None
) -> bool:
    """Train every repeat that is wanted; False where it was asked to stop."""
    plan = _plan(config)
    outline = _outline(config, len(plan.labels))
    if world.is_main:
        check_run_folder(folder, config)
        stop.forget_file()
        for remark in weights_remarks(config.network.weights_dir, config.network.pretrained):
            log_line(f"note: {remark}")
    try:
        if world.is_first_on_node:
            plan.fill(outline.input_specs, log_line, lambda: stop.is_asked)
        else:
            plan.await_fill(outline.input_specs, lambda: stop.is_asked)
        if world.is_main:
            claim_run_folder(folder, config)
            remove_parts(folder)
        with process_group(world, config.processes):
            wait_for_all(world)
            data = plan.open(outline.input_specs, world.device)
            if config.data.keep_features and has_frozen_body(outline):
                data = _with_features(config, world, data, stop)
            if world.is_main:
                write_run_metadata(folder, config, outline, data, protocol=protocol)
            return _train_repeats(config, world, data, folder, stop)
    except PreparationStopped:
        log_line("Stopped while preparing; the same command goes on from what is kept.")
        return False


def _train_repeats(
    config: TrainConfig, world: World, data: DataSplits, folder: Path, stop: StopRequest
) -> bool:
    for repeat in _wanted_repeats(config):
        target = folder / f"repeat-{repeat:02d}"
        if (target / RESULT).is_file():
            continue
        if not train_repeat(config, world, data, target, repeat, stop):
            if world.is_main:
                log_line("Saved and stopped; the same command goes on from here.")
            return False
    if world.is_main:
        _say_summary(folder)
    return True


def _with_features(
    config: TrainConfig, world: World, data: DataSplits, stop: StopRequest
) -> DataSplits:
    """Return the patterns as features of the frozen body, computed once."""
    options = FeatureOptions(
        config.data.cache_dir or default_cache_dir(),
        bf16=uses_bf16(config.task, world.device),
        channels_last=config.task.channels_last,
    )
    network = build(config.network, len(data.labels))
    return with_kept_features(
        data, network, world, options, line=log_line, is_stopped=lambda: stop.is_asked
    )


def _plan(config: TrainConfig) -> DataPlan:
    start = config.loop.start
    labels = None if start is None else load_weights(find_weights(start)).labels
    return plan_data(config.data, config.simulation, labels=labels)


def _outline(config: TrainConfig, n_classes: int) -> Network:
    """Return the network without memory for its numbers."""
    with torch.device("meta"):
        return build(config.network, n_classes, load_weights=False)


def train_repeat(
    config: TrainConfig,
    world: World,
    data: DataSplits,
    folder: Path,
    repeat: int,
    stop: StopRequest,
) -> bool:
    """Train once; False where it was asked to stop, after a checkpoint."""
    about = config.to_plain()
    if world.is_main:
        # half a checkpoint of a large network is a gigabyte
        remove_parts(folder)
    with RunLog(folder, config.log, is_main=world.is_main, about=about) as log:
        log.line(
            f"Repeat {repeat + 1} of {config.loop.repeats}: {config.network.network}"
            f"{' (pre-trained)' if config.network.pretrained else ''}, {len(data.train)} training "
            f"samples, {world.size} process(es) on {world.device.type}."
        )
        session = open_session(config, world, data, folder, repeat)
        if not session.resume(log):
            log.resume_after(-1)
        is_stopped = _stopped_alone(world, stop)
        close = partial(close_epoch, is_stopped=is_stopped)
        if not train_epochs(session, log, stop, close=close, is_over=_is_exhausted):
            return False
        try:
            finish(session, log, is_stopped)
        except EvaluationStopped:
            # the checkpoint of the last epoch's end is there
            return False
    return True


def _stopped_alone(world: World, stop: StopRequest) -> Callable[[], bool]:
    """Return what a measurement asks: of several processes none may leave it by itself."""
    return (lambda: stop.is_asked) if world.size == 1 else never


def train_epochs(
    session: Session,
    log: RunLog,
    stop: StopRequest,
    *,
    close: Callable[[Session, RunLog], None],
    is_over: Callable[[Session], bool],
) -> bool:
    """Train to the last epoch; False where it was asked to stop, after a checkpoint.

    Parameters
    ----------
    session, log, stop
        The training, from where it is.
    close
        Measures an epoch at its end.
    is_over
        Tells whether more epochs would be wasted.
    """
    config, world = session.config, session.world
    while session.progress.epoch < config.loop.epochs and not is_over(session):
        if not train_epoch(session, log, stop):
            session.save()
            return False
        try:
            close(session, log)
        except EvaluationStopped:
            # after the epoch's last step: when it goes on, it measures first
            session.save()
            return False
        session.next_epoch()
        step = session.progress.step
        leave, due = agree_to_stop(
            world, step, stop.is_asked, session.clock.is_due(step, at_end=True), always=True
        )
        if leave or due:
            session.save()
        if leave:
            return False
    return True


def train_epoch(session: Session, log: RunLog, stop: StopRequest) -> bool:
    """Go through the training patterns once; False where it was asked to stop before the end."""
    config, world, progress = session.config, session.world, session.progress
    sizes = session.batch_sizes(progress.batch)
    parts = session.own_parts(progress.batch)
    size, n_parts = 0, config.loop.accumulation
    is_stopped = _heard_within_steps(session, stop)
    batches = prefetched(
        session.data.train, progress.epoch, parts, config.data.prefetch, is_stopped
    )
    start: StepStart | None = None
    try:
        for k, batch in enumerate(batches):
            first, last = k % n_parts == 0, (k + 1) % n_parts == 0
            if first:
                size = next(sizes)
                start = None if is_stopped is never else session.before_step()
            with interruptible(is_stopped, LeftEarly):
                session.count(session.task.learn(batch, global_size=size, last=last))
            if not last:
                continue
            session.step()
            start = None
            # all processes must agree on what is done between two steps
            wishes = (stop.is_asked, session.clock.is_due(progress.step), log.wants_step())
            leave, save, show = agree_to_stop(world, progress.step, *wishes)
            if show:
                log.step(session.facts())
            if progress.batch == session.sampler.batches_per_epoch:
                return True
            if leave:
                return False
            if save:
                session.save()
    except LeftEarly:
        if start is not None:
            session.abandon_step(start)
        return False
    finally:
        batches.close()
    return True


def _heard_within_steps(session: Session, stop: StopRequest) -> Callable[[], bool]:
    """Return what a step asks: one on a GPU is short, and of several processes none may leave."""
    is_alone = session.world.size == 1 and session.world.device.type == "cpu"
    return (lambda: stop.is_asked) if is_alone and not session.config.task.compile else never


def _is_exhausted(session: Session) -> bool:
    patience = session.config.loop.patience
    return 0 < patience <= session.progress.epochs_without_gain


def _wanted_repeats(config: TrainConfig) -> list[int]:
    if config.loop.only_repeat is not None:
        return [config.loop.only_repeat]
    return list(range(config.loop.repeats))


def _say_summary(folder: Path) -> None:
    found = write_summary(folder)
    words = [f"{found['finished']} training(s) finished"]
    for name, title in (("accuracy", "accuracy"), ("macro_f1", "macro F1")):
        if name in found:
            sd = found[name]["sd"]
            spread = "" if sd is None else f" ± {sd:.4f}"
            words.append(f"test {title} {found[name]['mean']:.4f}{spread}")
    log_line("; ".join(words) + f". Results are in {folder}.")
