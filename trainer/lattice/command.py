"""`saed-trainer lattice`: draw zones of known crystals and fit the lattice statistics to them."""

import argparse
from dataclasses import asdict
from pathlib import Path

import msgspec
import numpy as np
import torch

from saed_desktop import __version__
from saed_desktop.errors import UsageError
from saed_desktop.indexing.lattice.space_groups import SYSTEMS, system_of_classes
from saed_desktop.indexing.lattice.statistics import LatticeStatistics
from trainer.job_estimate import JobEstimate, add_job_arguments
from trainer.judge.crystals import SPLITS
from trainer.lattice.draw import PER_FILE, LatticeExamples, draw_zones, load_examples
from trainer.lattice.training import (
    LatticeTraining,
    calibrated,
    fit_statistics,
    joint_of,
    save_statistics,
    summed,
)
from trainer.progress import Progress
from trainer.run_log import log_line

_DRAWING_SECONDS = 0.07
_FITTING_SECONDS = 6e-5
"""Of one crystal in its zones; of one zone, with its scale and without, and epoch; on one core."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the two steps, each with options of its own."""
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True, title="steps")
    draw = steps.add_parser("draw", help="draw zones of crystals as features of their lattices")
    draw.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder to fill")
    draw.add_argument("--split", choices=SPLITS, default="train", help="whose crystals (train)")
    draw.add_argument("--crystals", type=int, default=5000, metavar="N", help="how many (5000)")
    draw.add_argument("--seed", type=int, default=1, help="same seed, same zones (1)")
    fit = steps.add_parser("fit", help="fit, calibrate and write the statistics")
    standard = LatticeTraining()
    fit.add_argument("--examples", type=Path, required=True, metavar="DIR", help="to fit")
    fit.add_argument("--calibration", type=Path, required=True, metavar="DIR", help="to calibrate")
    fit.add_argument("--output", type=Path, required=True, metavar="FILE.npz")
    fit.add_argument("--epochs", type=int, default=standard.epochs, metavar="N")
    fit.add_argument("--hidden", type=int, default=standard.hidden, metavar="N")
    fit.add_argument("--members", type=int, default=standard.members, metavar="N")
    fit.add_argument("--seed", type=int, default=standard.seed, metavar="N")
    for step in steps.choices.values():
        add_job_arguments(step, nested=True)


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what one step will take."""
    if args.step == "draw":
        done = PER_FILE * len(list(args.output.glob("*.npz")))
        left = max(args.crystals - done, 0)
        return JobEstimate(args.crystals, left * _DRAWING_SECONDS, is_begun=done > 0)
    zones = 3 * PER_FILE * len(list(args.examples.glob("*.npz")))
    count = zones * args.epochs * args.members
    return JobEstimate(count, 5 + count * _FITTING_SECONDS)


def run(args: argparse.Namespace) -> int:
    """Run one step."""
    torch.set_num_threads(1)
    return _draw(args) if args.step == "draw" else _fit(args)


def _draw(args: argparse.Namespace) -> int:
    if args.crystals < 1:
        raise UsageError("--crystals must be 1 or more.")
    total = -(-args.crystals // PER_FILE) * PER_FILE
    with Progress("crystals", total) as progress:
        draw_zones(args.output, args.split, args.crystals, args.seed, on_progress=progress.advance)
    log_line(f"{args.output} holds zones of {total} crystals of the split '{args.split}'.")
    return 0


def _fit(args: argparse.Namespace) -> int:
    if min(args.epochs, args.hidden, args.members) < 1:
        raise UsageError("--epochs, --hidden and --members must be 1 or more.")
    options = LatticeTraining(
        epochs=args.epochs, hidden=args.hidden, members=args.members, seed=args.seed
    )
    examples, others = load_examples(args.examples), load_examples(args.calibration)
    found = calibrated(fit_statistics(examples, options, log=log_line), others)
    log_line(
        f"Temperature {found.temperature:.2f}, joint weight {found.joint_weight:.2f}; "
        f"{_scores(found, others)}."
    )
    provenance = {"program": __version__, "zones": len(examples), **asdict(options)}
    args.output.parent.mkdir(parents=True, exist_ok=True)
    save_statistics(found, args.output, msgspec.json.encode(provenance).decode())
    log_line(f"{args.output} holds the statistics.")
    return 0


def _scores(found: LatticeStatistics, examples: LatticeExamples) -> str:
    """Return how often the calibration crystals' system and space group were named."""
    single = found.log_probabilities(examples.features)
    together, label = joint_of(found, single, examples)
    words = []
    for what, log_p, truth in (
        ("one zone", single, examples.label),
        ("two or three", together, label),
    ):
        system = summed(log_p, system_of_classes(), len(SYSTEMS)).argmax(axis=1)
        first = float((system == system_of_classes()[truth]).mean())
        best = np.argsort(-log_p, axis=1)[:, :5]
        five = float((best == truth[:, None]).any(axis=1).mean())
        words.append(f"{what}: system {100 * first:.0f} %, group in five {100 * five:.0f} %")
    return "; ".join(words)
