"""The page of a report: one HTML file with its figures inside."""

import html
import math
from collections.abc import Sequence
from pathlib import Path

from trainer.html_page import html_page, picture, table
from trainer.metrics import mean_and_sd
from trainer.studies.report.figures import full_title
from trainer.studies.report.rows import ReportRow


def page(rows: Sequence[ReportRow], figures: Path, *, command: str, version: str) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    rows
        The networks.
    figures
        Folder of the PNG files that `trainer.studies.report.figures` wrote.
    command, version
        What made the page, for its last line.
    """
    parts = [
        "<h1>Phase identification: networks compared</h1>",
        f'<p class="lead">{_lead(rows)}</p>',
        "<h2>Best and mean of the trainings</h2>",
        _published_table(rows),
        "<h2>What a best-of-several hides</h2>",
        _baseline_words(rows),
        _honest_table(rows),
        "<h2>How the trainings spread</h2>",
        picture(
            figures / "violin_accuracy.png",
            "Accuracy: one white dot per training, line = mean; the density is not cut off.",
        ),
        picture(figures / "violin_f1.png", "F1 weighted by support: one white dot per training."),
        "<h2>Class by class</h2>",
        picture(figures / "recall.png", "Share of each phase's test patterns that is named right."),
        _class_table(rows),
        "<h2>What is taken for what</h2>",
        '<div class="grid">',
        *(picture(figures / f"confusion_{row.slug}.png", "") for row in rows),
        "</div>",
        f"<p><small>Made by saed-trainer {html.escape(version)}: "
        f"<code>{html.escape(command)}</code></small></p>",
    ]
    return html_page("Networks compared", parts)


def printed_parameters(count: int | None) -> str:
    """Return a number of parameters in millions with three digits, cut off as the paper does."""
    if count is None:
        return "–"
    millions = count / 1e6
    if millions >= 1000:
        return f"{math.floor(millions / 100) * 100:,}"
    digits = max(0, 2 - math.floor(math.log10(millions))) if millions >= 1 else 3
    return f"{math.floor(millions * 10**digits) / 10**digits:.{digits}f}"


def _lead(rows: Sequence[ReportRow]) -> str:
    sizes = sorted({len(table) for row in rows for table in row.tables})
    trainings = sum(len(row.tables) for row in rows)
    patterns = f"{sizes[0]}" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    return (
        f"{len(rows)} network{'s' * (len(rows) != 1)}, {trainings} training"
        f"{'s' * (trainings != 1)}, each measured on {patterns} test patterns."
    )


def _published_table(rows: Sequence[ReportRow]) -> str:
    head = [
        "Network",
        "pre-trained",
        "parameters / 10⁶",
        "trainings",
        "best accuracy / %",
        "mean accuracy / %",
        "best F1",
        "mean F1",
    ]
    body = []
    columns = [
        [row.accuracies.max() for row in rows],
        [row.accuracies.mean() for row in rows],
        [row.f1_values.max() for row in rows],
        [row.f1_values.mean() for row in rows],
    ]
    for i, row in enumerate(rows):
        known = {None: "–", True: "yes", False: "no"}[row.pretrained]
        cells = [
            html.escape(row.title),
            known,
            printed_parameters(row.parameters),
            str(len(row.tables)),
        ]
        marks = [""] * len(cells)
        cells += [f"{columns[0][i]:.2f}", f"{columns[1][i]:.2f}", *row.printed_f1]
        marks += ["best" if column[i] == max(column) else "" for column in columns]
        body.append((cells, marks))
    return table(head, body) + (
        "<p><small>F1 is weighted by class support; rounded as published, every training to four "
        "digits first.</small></p>"
    )


def _baseline_words(rows: Sequence[ReportRow]) -> str:
    baselines = [100 * row.baseline for row in rows]
    low, high = min(baselines), max(baselines)
    value = f"{low:.1f} %" if high - low < 0.05 else f"{low:.1f} to {high:.1f} %"
    best = max(rows, key=lambda row: row.accuracies.max())
    n = len(best.tables[best.best])
    interval = best.best_interval
    return (
        f"<p>Always naming the commonest phase is right in <strong>{value}</strong> of the test "
        f"patterns (majority-class baseline). The best single training, of {full_title(best)}, "
        f"reaches {best.accuracies.max():.2f} %; with {n} test patterns its 95 % Wilson interval "
        f"runs from {100 * interval.low:.1f} to {100 * interval.high:.1f} %. Networks whose "
        "intervals overlap are not told apart by this test. Balanced accuracy, the mean recall of "
        "all phases, weighs a rare phase as much as a common one.</p>"
    )


def _honest_table(rows: Sequence[ReportRow]) -> str:
    head = [
        "Network",
        "accuracy / %<br>mean ± sd",
        "best training / %<br>95 % Wilson interval",
        "balanced accuracy<br>mean ± sd",
        "balanced accuracy<br>best",
        "macro F1<br>mean ± sd",
        "majority vote<br>of trainings / %",
        "calibration<br>error",
        "AUROC",
    ]
    body = []
    for row in rows:
        accuracy = mean_and_sd(row.accuracies)
        balanced = row.values(lambda s: s.balanced_accuracy)
        macro = mean_and_sd(row.values(lambda s: s.macro_f1))
        interval, vote = row.best_interval, row.vote
        cells = [
            html.escape(full_title(row)),
            _pair(*accuracy, digits=1),
            f"{row.accuracies.max():.1f} ({100 * interval.low:.1f} – {100 * interval.high:.1f})",
            _pair(*mean_and_sd(balanced), digits=3),
            f"{balanced.max():.3f}",
            _pair(*macro, digits=3),
            "–" if vote is None else f"{100 * vote[0]:.1f}",
            _mean_or_dash(row, "calibration_error"),
            _mean_or_dash(row, "auroc"),
        ]
        body.append((cells, [""] * len(cells)))
    return table(head, body)


def _class_table(rows: Sequence[ReportRow]) -> str:
    names = rows[0].class_names
    shown = [row for row in rows if row.class_names == names]
    support = shown[0].scores[0].support
    head = ["Phase", "test<br>patterns"] + [html.escape(full_title(row)) for row in shown]
    body = []
    for k, name in enumerate(names):
        cells = [html.escape(name), str(support[k])]
        cells += [_pair(100 * row.recall[0][k], 100 * row.recall[1][k], digits=0) for row in shown]
        body.append((cells, [""] * len(cells)))
    return "<p>Recall in %, mean ± sd over the trainings:</p>" + table(head, body)


def _mean_or_dash(row: ReportRow, name: str) -> str:
    values = row.values(lambda s: getattr(s, name))
    return "–" if any(math.isnan(v) for v in values) else f"{values.mean():.3f}"


def _pair(mean: float, sd: float, *, digits: int) -> str:
    if math.isnan(mean):
        return "–"
    return f"{mean:.{digits}f}" if math.isnan(sd) else f"{mean:.{digits}f} ± {sd:.{digits}f}"
