"""`saed-trainer judge`: draw examples, train, calibrate, export and measure the judge."""

import argparse
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch

from saed_desktop import __version__
from saed_desktop.arrays import FloatArray
from saed_desktop.errors import UsageError
from saed_desktop.results.atomic import atomic_text, write_json
from trainer.job_estimate import JobEstimate, add_job_arguments
from trainer.judge.calibration import JudgeCalibration, fit_calibration
from trainer.judge.crystals import SPLITS
from trainer.judge.draw import LISTS, PER_FILE, draw_files
from trainer.judge.examples import Examples, load_folder
from trainer.judge.export import JudgeEnsemble, export_judge
from trainer.judge.imperfections import PERFECT
from trainer.judge.network import JudgeNetwork, JudgeShape
from trainer.judge.observed import IMPERFECTIONS
from trainer.judge.scores import indexing_probabilities_of, judged, scores, table
from trainer.judge.training import (
    ABLATIONS,
    JudgeTraining,
    batch_of,
    evidence_of,
    load_judge,
    train_judge,
)
from trainer.progress import Progress
from trainer.run_log import log_line

CALIBRATION = "calibration.json"
_DRAWING_SECONDS = 0.6
_TRAINING_SECONDS = 0.0004
_JUDGING_SECONDS = 0.005
"""Of one pattern with its candidates, on one core."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the steps of the work, each with options of its own."""
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True, title="steps")
    _add_draw(steps.add_parser("draw", help="draw patterns with ten candidates each"))
    _add_train(steps.add_parser("train", help="train one judge"))
    calibrate = steps.add_parser("calibrate", help="fit its probabilities on other crystals")
    _add_judges(calibrate)
    calibrate.add_argument("--examples", type=Path, nargs="+", required=True, metavar="DIR")
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
        help="candidates: near misses made on purpose, phases as a user names them, or what a "
        "library search lists (library)",
    )
    parser.add_argument(
        "--no-near-misses", action="store_true", help="make no candidates that nearly are the truth"
    )
    parser.add_argument(
        "--perfect", action="store_true", help="draw no bent, twinned, faulted crystals"
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
    parser.add_argument(
        "--width", type=int, default=JudgeShape().width, metavar="N", help="0: a conditional logit"
    )
    parser.add_argument("--dropout", type=float, default=JudgeShape().dropout, metavar="X")
    parser.add_argument(
        "--token-width",
        type=int,
        default=0,
        metavar="N",
        help="read each reflection and spot too, which the program does not (0: no)",
    )
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
            imperfections=PERFECT if args.perfect else IMPERFECTIONS,
            on_progress=progress.advance,
        )
    log_line(f"{args.output} holds {total} patterns of the split '{args.split}', seed {args.seed}.")
    return 0


def _train(args: argparse.Namespace) -> int:
    options = JudgeTraining(
        args.epochs,
        args.batch,
        args.lr,
        args.weight_decay,
        seed=args.seed,
        without=args.without,
    )
    if min(args.epochs, args.batch) < 1:
        raise UsageError("--epochs and --batch must be 1 or more.")
    if min(args.width, args.token_width) < 0 or not 0 <= args.dropout < 1:
        raise UsageError("Widths must not be negative, and --dropout must be below 1.")
    examples = Examples.joined([load_folder(folder) for folder in args.examples])
    if args.patterns is not None:
        examples = examples[np.arange(min(args.patterns, len(examples)))]
    shape = JudgeShape(args.width, args.dropout, args.token_width)
    train_judge(examples, args.output, options, shape, log=log_line)
    log_line(f"{args.output} holds the trained judge.")
    return 0


def _calibrate(args: argparse.Namespace) -> int:
    network, facts = read_judges(args.judges)
    examples = Examples.joined([load_folder(folder) for folder in args.examples])
    found = fit_calibration(*evidence_by(network, facts, examples), examples.label)
    write_json(args.judges[0] / CALIBRATION, asdict(found))
    log_line(
        f"Temperature {found.temperature:.3f}; log odds of being listed times "
        f"{found.listed_slope:.2f} plus {found.listed_offset:.2f}; sets hold "
        f"{found.share_of_set:.2f} of the probability; kept with {args.judges[0]}."
    )
    return 0


def _export(args: argparse.Namespace) -> int:
    network, facts = read_judges(args.judges)
    calibration = read_calibration(args.judges[0])
    measured: dict[str, Any] = {}
    if args.examples is not None:
        examples = load_folder(args.examples)
        found, sets = judged(*evidence_by(network, facts, examples), calibration)
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
    network, facts = read_judges(args.judges)
    calibration = read_calibration(args.judges[0])
    examples = load_folder(args.examples)
    indexing = indexing_probabilities_of(examples)
    judge = judged(*evidence_by(network, facts, examples), calibration)
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


def read_judges(folders: list[Path]) -> tuple[torch.nn.Module, list[dict[str, object]]]:
    """Read trained judges, several as one, and how each was trained."""
    loaded = [load_judge(folder) for folder in folders]
    networks: list[JudgeNetwork] = [network for network, _ in loaded]
    facts = [found for _, found in loaded]
    return (networks[0] if len(networks) == 1 else JudgeEnsemble(networks).eval()), facts


def evidence_by(
    network: torch.nn.Module, facts: list[dict[str, object]], examples: Examples
) -> tuple[FloatArray, FloatArray]:
    """Return the evidence and log odds of judges read by `read_judges`."""
    batch = batch_of(
        examples, without=str(facts[0]["without"]), tokens=bool(facts[0]["token_width"])
    )
    return evidence_of(network, batch)


def read_calibration(folder: Path) -> JudgeCalibration:
    """Read the calibration that is kept with a trained judge.

    Raises
    ------
    UsageError
        If there is none, or it is damaged.
    """
    path = folder / CALIBRATION
    if not path.is_file():
        raise UsageError(f"{folder} is not calibrated; use 'saed-trainer judge calibrate'.")
    try:
        return msgspec.json.decode(path.read_bytes(), type=JudgeCalibration)
    except msgspec.MsgspecError as error:
        raise UsageError(f"{path} is damaged ({error}).") from error
