"""`saed-trainer judge`: draw examples, train, calibrate, export and measure the judge."""

import argparse
import platform
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch

from saed_desktop import __version__
from saed_desktop.errors import UsageError
from saed_desktop.results.atomic import atomic_text, write_json
from trainer.job_estimate import JobEstimate, add_job_arguments
from trainer.judge.calibration import JudgeCalibration, fit_calibration
from trainer.judge.crystals import SPLITS
from trainer.judge.draw import LISTS, PER_FILE, draw_files
from trainer.judge.examples import Examples, load_folder
from trainer.judge.export import JudgeEnsemble, export_judge
from trainer.judge.network import JudgeNetwork, JudgeShape
from trainer.judge.scores import indexing_probabilities_of, judged, scores, table
from trainer.judge.training import (
    ABLATIONS,
    JudgeTraining,
    evidence_of,
    hidden,
    load_judge,
    train_judge,
)
from trainer.progress import Progress
from trainer.run_log import log_line

CALIBRATION = "calibration.json"
_DRAWING_SECONDS = 0.6
_TRAINING_SECONDS = 0.0025
_JUDGING_SECONDS = 0.005
"""Of one pattern with its candidates, on one core."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the steps of the work, each with options of its own."""
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True, title="steps")
    _add_draw(steps.add_parser("draw", help="draw patterns with ten candidates each"))
    _add_train(steps.add_parser("train", help="train one judge"))
    calibrate = steps.add_parser("calibrate", help="fit its probabilities on other crystals")
    _add_judges(calibrate)
    calibrate.add_argument("--examples", type=Path, required=True, metavar="DIR")
    calibrate.add_argument(
        "--per-log-posterior",
        type=float,
        metavar="X",
        help="worth of spot indexing; fitted if absent",
    )
    export = steps.add_parser("export", help="write it for the program")
    _add_judges(export)
    export.add_argument("--examples", type=Path, metavar="DIR", help="test examples for its card")
    export.add_argument("--output", type=Path, required=True, metavar="DIR")
    measure = steps.add_parser("measure", help="compare it with spot indexing alone")
    _add_judges(measure)
    measure.add_argument("--examples", type=Path, required=True, metavar="DIR")
    measure.add_argument("--output", type=Path, metavar="FILE.md", help="write the table here too")
    for step in steps.choices.values():
        add_job_arguments(step, nested=True)


def _add_draw(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder to fill")
    parser.add_argument("--split", choices=SPLITS, default="train", help="whose crystals (train)")
    parser.add_argument("--patterns", type=int, default=6000, metavar="N", help="how many (6000)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same patterns (1)")
    parser.add_argument("--processes", type=int, default=1, metavar="N", help="at work (1)")
    parser.add_argument(
        "--per-file",
        type=int,
        default=PER_FILE,
        metavar="N",
        help=f"patterns in a file ({PER_FILE})",
    )
    parser.add_argument(
        "--lists",
        choices=LISTS,
        default="library",
        help="candidates: near misses made on purpose, or what a library search lists (library)",
    )
    parser.add_argument(
        "--no-near-misses", action="store_true", help="make no candidates that nearly are the truth"
    )


def _add_train(parser: argparse.ArgumentParser) -> None:
    standard = JudgeTraining()
    parser.add_argument("--examples", type=Path, nargs="+", required=True, metavar="DIR")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--epochs", type=int, default=standard.epochs, metavar="N")
    parser.add_argument("--batch", type=int, default=standard.batch, metavar="N")
    parser.add_argument("--lr", type=float, default=standard.learning_rate, metavar="X")
    parser.add_argument("--weight-decay", type=float, default=standard.weight_decay, metavar="X")
    parser.add_argument("--seed", type=int, default=standard.seed, metavar="N")
    parser.add_argument("--width", type=int, default=JudgeShape().width, metavar="N")
    parser.add_argument("--patterns", type=int, metavar="N", help="use only the first so many")
    parser.add_argument(
        "--without", choices=tuple(ABLATIONS), default="none", help="hide part of the input"
    )


def _add_judges(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "judges",
        type=Path,
        nargs="+",
        metavar="DIR",
        help="trained judges; several answer together",
    )


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what one step will take."""
    if args.step == "draw":
        done = PER_FILE * _files(args.output)
        left = max(args.patterns - done, 0)
        seconds = left * _DRAWING_SECONDS / max(args.processes, 1)
        return JobEstimate(images=args.patterns, seconds=seconds, is_begun=done > 0)
    given = args.examples if isinstance(args.examples, list) else [args.examples]
    count = PER_FILE * sum(_files(folder) for folder in given if folder is not None)
    if args.step != "train":
        return JobEstimate(images=count, seconds=10 + count * _JUDGING_SECONDS)
    count = min(args.patterns or count, count)
    return JobEstimate(
        images=count * args.epochs,
        seconds=count * args.epochs * _TRAINING_SECONDS,
        steps=args.epochs * -(-count // max(args.batch, 1)),
    )


def _files(folder: Path) -> int:
    return len(list(folder.glob("*.npz")))


def run(args: argparse.Namespace) -> int:
    """Run one step."""
    torch.set_num_threads(1)
    steps = {
        "draw": _draw,
        "train": _train,
        "calibrate": _calibrate,
        "export": _export,
        "measure": _measure,
    }
    return steps[args.step](args)


def _draw(args: argparse.Namespace) -> int:
    if min(args.patterns, args.processes, args.per_file) < 1:
        raise UsageError("--patterns, --processes and --per-file must be 1 or more.")
    total = -(-args.patterns // args.per_file) * args.per_file
    with Progress("patterns", total) as progress:
        draw_files(
            args.output,
            args.split,
            args.patterns,
            args.seed,
            per_file=args.per_file,
            processes=args.processes,
            near_misses=not args.no_near_misses,
            lists=args.lists,
            on_progress=progress.advance,
        )
    log_line(f"{args.output} holds {total} patterns of the split '{args.split}', seed {args.seed}.")
    return 0


def _train(args: argparse.Namespace) -> int:
    options = JudgeTraining(
        args.epochs, args.batch, args.lr, args.weight_decay, args.seed, args.without
    )
    if min(args.epochs, args.batch, args.width) < 1:
        raise UsageError("--epochs, --batch and --width must be 1 or more.")
    examples = Examples.joined([load_folder(folder) for folder in args.examples])
    if args.patterns is not None:
        examples = examples[np.arange(min(args.patterns, len(examples)))]
    shape = replace(JudgeShape(), width=args.width)
    train_judge(examples, args.output, options, shape, log=log_line)
    log_line(f"{args.output} holds the trained judge.")
    return 0


def _calibrate(args: argparse.Namespace) -> int:
    network, facts = _loaded(args.judges)
    examples = hidden(load_folder(args.examples), str(facts[0]["without"]))
    found = fit_calibration(
        evidence_of(network, examples),
        examples.log_posterior.astype(np.float64),
        examples.label,
        per_log_posterior=args.per_log_posterior,
    )
    write_json(args.judges[0] / CALIBRATION, asdict(found))
    log_line(
        f"Temperature {found.temperature:.3f}, {found.per_log_posterior:.2f} per unit of log "
        f"posterior, log odds of an unlisted crystal "
        f"{found.log_unlisted:.2f}, sets within {found.set_log_odds:.2f}; kept with "
        f"{args.judges[0]}."
    )
    return 0


def _export(args: argparse.Namespace) -> int:
    network, facts = _loaded(args.judges)
    calibration = _calibration(args.judges[0])
    measured: dict[str, Any] = {}
    if args.examples is not None:
        examples = load_folder(args.examples)
        found, sets = judged(examples, evidence_of(network, examples), calibration)
        measured = asdict(scores(examples, found, sets))
    provenance = {
        "trainings": facts,
        "program": __version__,
        "torch": str(torch.__version__),
        "python": platform.python_version(),
    }
    export_judge(network, args.output, calibration, provenance=provenance, measured=measured)
    log_line(f"{args.output} holds the judge for the program.")
    return 0


def _measure(args: argparse.Namespace) -> int:
    network, facts = _loaded(args.judges)
    calibration = _calibration(args.judges[0])
    examples = load_folder(args.examples)
    indexing = indexing_probabilities_of(examples)
    examples = hidden(examples, str(facts[0]["without"]))
    judge = judged(examples, evidence_of(network, examples), calibration)
    known = np.isfinite(examples.scale_sigma)
    good = examples.scale_sigma <= 0.03
    parts = [
        ("all", np.ones(len(examples), bool)),
        ("scale to 3 % or better", good),
        ("no scale", ~known),
        ("found in pictures", examples.from_picture),
        ("listed by the spot simulator", ~examples.from_picture),
    ]
    rows = []
    for name, mine in parts:
        if mine.any():
            for who, (found, sets) in ("indexing", indexing), ("judge", judge):
                row = scores(examples[mine], found[mine], sets[mine])
                rows.append((f"{name} ({int(mine.sum())}), {who}", row))
    text = table(rows)
    log_line(text)
    if args.output is not None:
        with atomic_text(args.output) as stream:
            stream.write(text + "\n")
    return 0


def _loaded(folders: list[Path]) -> tuple[torch.nn.Module, list[dict[str, object]]]:
    loaded = [load_judge(folder) for folder in folders]
    networks: list[JudgeNetwork] = [network for network, _ in loaded]
    facts = [found for _, found in loaded]
    return (networks[0] if len(networks) == 1 else JudgeEnsemble(networks).eval()), facts


def _calibration(folder: Path) -> JudgeCalibration:
    path = folder / CALIBRATION
    if not path.is_file():
        raise UsageError(f"{folder} is not calibrated; use 'saed-trainer judge calibrate'.")
    try:
        return msgspec.json.decode(path.read_bytes(), type=JudgeCalibration)
    except msgspec.MsgspecError as error:
        raise UsageError(f"{path} is damaged ({error}).") from error
