"""The page of a report: one HTML file with its figures inside."""

import base64
import html
import math
from collections.abc import Sequence
from pathlib import Path

from trainer.metrics import mean_and_sd
from trainer.report_figures import full_title
from trainer.report_rows import ReportRow

_CSS = """
:root { color-scheme: light; --ink: #22303c; --soft: #5b6b79; --line: #d9dee3; --accent: #2a6f97; }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: #fff;
       max-width: 68rem; margin: 2.5rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.7rem; margin-bottom: .2rem; } h2 { font-size: 1.2rem; margin-top: 2.6rem; }
p.lead { color: var(--soft); margin-top: 0; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
div.wide { overflow-x: auto; }
th { text-align: right; font-weight: 600; border-bottom: 2px solid var(--ink); padding: .3rem .7rem;
     vertical-align: bottom; }
td { text-align: right; border-bottom: 1px solid var(--line); padding: .3rem .7rem;
     white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
td.best { font-weight: 700; color: var(--accent); }
figure { margin: 1rem 0; } figcaption { color: var(--soft); font-size: .9rem; }
img { max-width: 100%; height: auto; }
div.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(26rem, 1fr)); gap: 1rem; }
"""


def page(rows: Sequence[ReportRow], figures: Path, *, command: str, version: str) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    rows
        The networks.
    figures
        Folder of the PNG files that `report_figures` wrote.
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
        picture(figures / "violin_accuracy.png", "Accuracy: one dot per training, bar = mean."),
        picture(figures / "violin_f1.png", "F1 weighted by support: one dot per training."),
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


def html_page(title: str, parts: Sequence[str]) -> str:
    """Return a page of some parts that are HTML already."""
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_CSS}</style></head>\n<body>\n{body}\n"
        "</body></html>\n"
    )


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


def table(head: Sequence[str], body: Sequence[tuple[Sequence[str], Sequence[str]]]) -> str:
    """Return a table; every row has its cells, which are HTML, and their classes."""
    lines = ['<div class="wide"><table><thead><tr>']
    lines += [f"<th>{cell}</th>" for cell in head]
    lines.append("</tr></thead><tbody>")
    for cells, marks in body:
        inside = "".join(
            f'<td class="{mark}">{cell}</td>' if mark else f"<td>{cell}</td>"
            for cell, mark in zip(cells, marks, strict=True)
        )
        lines.append(f"<tr>{inside}</tr>")
    lines.append("</tbody></table></div>")
    return "".join(lines)


def picture(path: Path, caption: str) -> str:
    """Return a PNG file as a figure that is part of the page."""
    data = base64.b64encode(path.read_bytes()).decode()
    words = html.escape(caption)
    below = f"<figcaption>{words}</figcaption>" if caption else ""
    return f'<figure><img alt="{words}" src="data:image/png;base64,{data}">{below}</figure>'
