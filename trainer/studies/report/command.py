"""`saed-trainer report`: prediction tables to CSV tables, figures and one HTML page."""

import argparse
import math
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from saed_desktop import __version__
from saed_desktop.results.atomic import atomic_text, write_csv
from trainer.job_estimate import JobEstimate
from trainer.metrics import mean_and_sd
from trainer.studies.report.figures import confusion_plot, recall_plot, violin_plot
from trainer.studies.report.page import page
from trainer.studies.report.rows import ReportRow, read_rows

TABLE_COLUMNS = (
    "network",
    "pretrained",
    "parameters",
    "best_accuracy",
    "mean_accuracy",
    "best_f1",
    "mean_f1",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    parser.add_argument(
        "--predictions",
        type=Path,
        nargs="+",
        required=True,
        metavar="DIR",
        help="folders of prediction tables, one sub-folder per network, or training runs",
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="where table.csv and so on go"
    )


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what reading the tables and drawing the figures will take."""
    if not args.dry_run:
        return JobEstimate(images=0, seconds=0.0)
    rows = read_rows(args.predictions)
    images = sum(len(table) for row in rows for table in row.tables)
    return JobEstimate(images=images, seconds=3.0 + len(rows))


def run(args: argparse.Namespace) -> int:
    """Write the report."""
    rows = read_rows(args.predictions)
    write_report(rows, args.output, command=_command(args))
    for line in _text(rows):
        sys.stdout.write(line + "\n")
    sys.stdout.write(f"The page is {args.output / 'report.html'}.\n")
    return 0


def write_report(rows: Sequence[ReportRow], output: Path, *, command: str) -> None:
    """Write tables, figures and the page.

    Parameters
    ----------
    rows
        The networks.
    output
        Folder for everything.
    command
        How to make the page again, to be shown on it.
    """
    output.mkdir(parents=True, exist_ok=True)
    figures = output / "figures"
    write_csv(output / "table.csv", TABLE_COLUMNS, [table_row(row) for row in rows])
    _write_runs(output / "runs.csv", rows)
    _write_classes(output / "classes.csv", rows)
    violin_plot(rows, "accuracy", figures / "violin_accuracy.png")
    violin_plot(rows, "f1", figures / "violin_f1.png")
    recall_plot(rows, figures / "recall.png")
    for row in rows:
        confusion_plot(row, figures / f"confusion_{row.slug}.png")
    text = page(rows, figures, command=command, version=__version__)
    with atomic_text(output / "report.html") as stream:
        stream.write(text)


def table_row(row: ReportRow) -> list[str]:
    """Return a row of `table.csv`, with the digits that the paper prints."""
    return [
        row.title,
        {None: "", True: "yes", False: "no"}[row.pretrained],
        "" if row.parameters is None else str(row.parameters),
        f"{row.accuracies.max():.2f}",
        f"{row.accuracies.mean():.2f}",
        *row.printed_f1,
    ]


def _write_runs(path: Path, rows: Sequence[ReportRow]) -> None:
    head = [
        "network", "pretrained", "training", "seed", "folder", "n", "accuracy", "wilson_low",
        "wilson_high",
        "balanced_accuracy", "weighted_f1", "macro_f1", "top_2", "top_3", "calibration_error",
        "auroc", "majority_baseline",
    ]  # fmt: skip
    body = []
    for row in rows:
        for i, s in enumerate(row.scores):
            numbers = [s.accuracy, s.interval.low, s.interval.high, s.balanced_accuracy,
                       s.weighted_f1, s.macro_f1, s.top_k.get(2), s.top_k.get(3),
                       s.calibration_error, s.auroc, row.baseline]  # fmt: skip
            pretrained = table_row(row)[1]
            seed = row.seeds[i] if i < len(row.seeds) else None
            body.append(
                [row.title, pretrained, str(i), "" if seed is None else str(seed),
                 "" if row.folder is None else str(row.folder), str(s.n), *map(_number, numbers)]
            )  # fmt: skip
    write_csv(path, head, body)


def _write_classes(path: Path, rows: Sequence[ReportRow]) -> None:
    head = ["network", "pretrained", "phase", "support", "recall_mean", "recall_sd",
            "precision_mean", "f1_mean"]  # fmt: skip
    body = []
    for row in rows:
        recall, spread = row.recall
        for k, name in enumerate(row.class_names):
            precision = mean_and_sd([s.precision[k] for s in row.scores])[0]
            f1 = mean_and_sd([s.f1[k] for s in row.scores])[0]
            numbers = [recall[k], spread[k], precision, f1]
            support = str(row.scores[0].support[k])
            body.append([row.title, table_row(row)[1], name, support, *map(_number, numbers)])
    write_csv(path, head, body)


def _number(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.6g}"


def _text(rows: Sequence[ReportRow]) -> list[str]:
    heads = ("network", "pre-tr.", "best %", "mean %", "best F1", "mean F1")
    cells = [table_row(row) for row in rows]
    wide = max(18, *(len(row.title) for row in rows))
    lines = [
        f"{title:{wide}} {pretrained:7} " + " ".join(f"{figure:>7}" for figure in figures)
        for title, pretrained, *figures in (heads, *((*c[:2], *c[3:]) for c in cells))
    ]
    baselines = sorted({f"{100 * row.baseline:.1f}" for row in rows})
    lines.append(f"majority-class baseline: {' to '.join(baselines)} %")
    return lines


def _command(args: argparse.Namespace) -> str:
    words = ["saed-trainer", "report", "--predictions", *map(str, args.predictions)]
    return shlex.join([*words, "--output", str(args.output)])
