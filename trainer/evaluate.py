"""`saed-trainer evaluate`, and the evaluation that training itself uses."""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn

from saed_desktop.errors import UsageError
from saed_desktop.results.atomic import write_json
from trainer.data.interruption import LeftEarly, never
from trainer.data.loader import BatchSource, IndexArray, prefetched, share
from trainer.data.manifest import read_manifest
from trainer.data.measured_plan import DataOptions, evaluation_options, measured_source
from trainer.distributed import ProcessOptions, World, gather_rows, process_group, this_world
from trainer.job_estimate import PREPARING_SECONDS, JobEstimate
from trainer.metrics import Scores
from trainer.networks.interruptible import interruptible
from trainer.options import add_options, given_options, make_options
from trainer.predictions import PredictionTable, write_authors_table, write_table
from trainer.run_log import log_line
from trainer.task import ClassificationTask, TaskOptions
from trainer.weights_file import choice_of_repeat, load_network

EVALUATION_BATCH = 32


class EvaluationStopped(Exception):  # noqa: N818  # a request, not an error
    """A measurement that was asked to stop; nothing of it is kept."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    parser.add_argument(
        "run", type=Path, metavar="RUN", help="a training run, one of its repeats, or weights.pt"
    )
    parser.add_argument(
        "--data", type=Path, required=True, metavar="PATH", help="labelled folder or CSV list"
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="where tables and scores go"
    )
    parser.add_argument(
        "--repeat", type=int, metavar="K", help="which repeat of the run; else its best"
    )
    parser.add_argument("--cache-dir", type=Path, metavar="DIR", help="folder for decoded patterns")
    parser.add_argument("--batch-size", type=int, default=EVALUATION_BATCH, metavar="N")
    add_options(parser, ProcessOptions, "processes")


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what the measurement will take."""
    processes = make_options(ProcessOptions, given_options(ProcessOptions, args), part="processes")
    world = this_world(processes)
    network = load_network(args.run, repeat=args.repeat).network.to(world.device).eval()
    count = len(read_manifest(args.data))
    inputs = [torch.rand(2, *spec.shape, device=world.device) for spec in network.input_specs]
    start = time.perf_counter()
    with torch.inference_mode():
        network(*inputs)
    each = PREPARING_SECONDS + (time.perf_counter() - start) / 2
    on_cpu = world.device.type == "cpu"
    return JobEstimate(images=count, seconds=count * each / world.size, on_cpu=on_cpu)


def run(args: argparse.Namespace) -> int:
    """Measure a trained network on labelled patterns."""
    if args.batch_size < 1:
        raise UsageError("--batch-size is at least 1.")
    processes = make_options(ProcessOptions, given_options(ProcessOptions, args), part="processes")
    world = this_world(processes)
    trained = load_network(args.run, repeat=args.repeat)
    manifest = read_manifest(args.data)
    options = evaluation_options(DataOptions(data=args.data, cache_dir=args.cache_dir))
    source = measured_source(
        manifest,
        trained.labels,
        trained.network.input_specs,
        options=options,
        device=world.device,
        training=False,
    )
    with process_group(world, processes):
        task = ClassificationTask(
            trained.network.to(world.device), TaskOptions(ema=0.0), world, learns=False
        )
        with task.evaluation() as network:
            table = predict(task, network, source, world, batch_size=args.batch_size)
    if world.is_main:
        chosen = choice_of_repeat(args.run, trained.path, repeat=args.repeat)
        if chosen is not None:
            log_line(chosen)
        write_evaluation(args.output, table)
        log_line(summary(table.scores))
    return 0


def predict(
    task: ClassificationTask,
    network: nn.Module,
    source: BatchSource,
    world: World,
    *,
    batch_size: int = EVALUATION_BATCH,
    prefetch: int = 1,
    is_stopped: Callable[[], bool] = never,
) -> PredictionTable:
    """Return what a network says of every sample of a source, each once, in their order.

    Parameters
    ----------
    task
        Knows the precision.
    network
        The network, in evaluation.
    source
        The patterns.
    world
        The processes, which share the samples and all get the whole table.
    batch_size
        Patterns at a time.
    prefetch
        Batches made ahead.
    is_stopped
        Asked before each batch; with several processes all must be told the same.

    Raises
    ------
    EvaluationStopped
        If `is_stopped` says so.
    """
    everything = np.arange(len(source), dtype=np.int64)
    own = share(everything, world.rank, world.size)

    def parts() -> Iterator[IndexArray]:
        for start in range(0, len(own), batch_size):
            yield own[start : start + batch_size]

    n_classes = len(source.labels)
    rows = []
    try:
        with torch.inference_mode(), interruptible(is_stopped, LeftEarly):
            for batch in prefetched(source, 0, parts(), prefetch, is_stopped):
                logits = task.logits(batch, network).double()
                probabilities = torch.softmax(logits, dim=1).cpu().numpy()
                rows.append(np.column_stack([batch.labels.cpu().numpy(), probabilities]))
    except LeftEarly as error:
        raise EvaluationStopped from error
    found = np.concatenate(rows) if rows else np.zeros((0, 1 + n_classes))
    gathered = gather_rows(world, np.column_stack([own, found]))
    # the shares of the processes interlock; the sample's own number puts them in order again
    table = gathered[np.argsort(gathered[:, 0], kind="stable")]
    probabilities = table[:, 2:]
    return PredictionTable(
        class_names=source.labels.names,
        labels=table[:, 1].astype(np.int64),
        predictions=probabilities.argmax(axis=1).astype(np.int64),
        probabilities=probabilities,
        names=tuple(source.names(everything)),
    )


def write_evaluation(folder: Path, table: PredictionTable, *, stem: str = "predictions") -> None:
    """Write a table in our shape and in the authors', and its scores."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder / f"{stem}.csv", table)
    write_authors_table(folder / f"{stem}-authors.csv", table)
    scores = {"classes": list(table.class_names), **table.scores.to_json()}
    write_json(folder / f"{stem}-scores.json", scores)


def summary(scores: Scores) -> str:
    """Return scores as one line."""
    interval = scores.interval
    return (
        f"{scores.n} patterns: accuracy {100 * scores.accuracy:.2f} % "
        f"({100 * interval.low:.1f} to {100 * interval.high:.1f}), balanced accuracy "
        f"{scores.balanced_accuracy:.3f}, weighted F1 {scores.weighted_f1:.3f}, "
        f"macro F1 {scores.macro_f1:.3f}"
    )
