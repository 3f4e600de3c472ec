"""`saed-trainer mix`: a network's predictions weighed as if classes were met as often as stated.

A test set holds as many patterns of a rare phase as of a common one, and then says nothing of a
laboratory that meets one of them forty times as often. Here each pattern counts as often as its
class is met in a mix; beside the network's own answer stands that of somebody who knows the mix
(its probabilities times how often each class is met), and what always naming the commonest gives.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, f1_score

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.errors import UsageError
from saed_desktop.results.atomic import write_json
from trainer.data.class_shares import mix_of
from trainer.job_estimate import JobEstimate
from trainer.predictions import PredictionTable, read_table

RESAMPLES = 1000
MEASURES = ("accuracy", "balanced_accuracy", "weighted_f1")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    parser.add_argument(
        "predictions", type=Path, metavar="CSV", help="predictions.csv of 'evaluate' or of a run"
    )
    parser.add_argument(
        "--mix",
        nargs="+",
        default=["paper"],
        metavar="PHASE=N",
        help="how often each phase is met, or 'paper' for that of the paper's test set, or "
        "'uniform' (paper)",
    )
    parser.add_argument("--output", type=Path, metavar="JSON", help="also write the figures here")


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what reading a table and resampling it takes."""
    del args
    return JobEstimate(images=0, seconds=5.0)


def run(args: argparse.Namespace) -> int:
    """Print the figures."""
    table = read_table(args.predictions)
    if table.probabilities is None:
        raise UsageError(f"{args.predictions} holds no probabilities.")
    found = mix_figures(table, mix_of(args.mix, table.class_names))
    sys.stdout.write(text_of(found) + "\n")
    if args.output is not None:
        write_json(args.output, found)
    return 0


def mix_figures(table: PredictionTable, mix: FloatArray) -> dict[str, Any]:
    """Return the figures of a table under a mix of classes.

    Parameters
    ----------
    table
        Predictions with probabilities.
    mix
        How often each class is met (classes,); patterns of classes that are never met are left
        out.

    Returns
    -------
    dict
        `majority`, `patterns`, and for `network` and `told_the_mix` every measure with a 95 %
        interval by bootstrap within classes.
    """
    assert table.probabilities is not None
    met = mix[table.labels] > 0
    truth, probabilities = table.labels[met], table.probabilities[met]
    answers = {"network": probabilities, "told_the_mix": probabilities * mix}
    present = np.bincount(truth, minlength=len(mix)) > 0
    found: dict[str, Any] = {
        "patterns": len(truth),
        "majority": float(mix.max() / mix[present].sum()),
        "classes": dict(zip(table.class_names, mix.tolist(), strict=True)),
    }
    for name, values in answers.items():
        found[name] = _with_intervals(truth, values.argmax(axis=1), mix)
    return found


def text_of(found: dict[str, Any]) -> str:
    """Return figures as lines for a person."""
    lines = [
        f"{found['patterns']} patterns; always naming the commonest phase is right in "
        f"{found['majority']:.3f}"
    ]
    for name, title in (("network", "network"), ("told_the_mix", "told the mix")):
        parts = [
            f"{measure.replace('_', ' ')} {own['value']:.3f} ({own['low']:.3f} to "
            f"{own['high']:.3f})"
            for measure, own in found[name].items()
        ]
        lines.append(f"{title}: {', '.join(parts)}")
    return "\n".join(lines)


def _with_intervals(truth: IntArray, guess: IntArray, mix: FloatArray) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    members = [np.flatnonzero(truth == k) for k in np.unique(truth)]
    own = _measured(truth, guess, mix)
    again = []
    for _ in range(RESAMPLES):
        chosen = np.concatenate([rng.choice(rows, len(rows)) for rows in members])
        again.append(_measured(truth[chosen], guess[chosen], mix))
    low, high = np.percentile(np.array(again), [2.5, 97.5], axis=0)
    return {
        name: {"value": float(own[k]), "low": float(low[k]), "high": float(high[k])}
        for k, name in enumerate(MEASURES)
    }


def _measured(truth: IntArray, guess: IntArray, mix: FloatArray) -> list[float]:
    counts = np.bincount(truth, minlength=len(mix))
    weight = mix[truth] / counts[truth]
    return [
        float(accuracy_score(truth, guess, sample_weight=weight)),
        float(np.mean([(guess[truth == k] == k).mean() for k in np.unique(truth)])),
        float(f1_score(truth, guess, average="weighted", sample_weight=weight, zero_division=0)),
    ]
