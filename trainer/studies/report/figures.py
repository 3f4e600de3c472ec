"""The figures of a report, drawn without a screen."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from trainer.figure_style import INK, OTHER_COLOR, PRETRAINED_COLOR, RAW_COLOR, STYLE, save_figure
from trainer.studies.report.rows import ReportRow


def violin_plot(rows: Sequence[ReportRow], figure_of: str, path: Path) -> None:
    """Draw how the trainings of every network spread, as in Fig. 2 of the paper.

    Parameters
    ----------
    rows
        The networks.
    figure_of
        "accuracy" or "f1".
    path
        PNG to write.
    """
    values = [row.accuracies if figure_of == "accuracy" else row.f1_values for row in rows]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(max(6.0, 1.15 * len(rows) + 1.6), 4.4), layout="constrained")
        axes = figure.add_subplot()
        for x, (row, own) in enumerate(zip(rows, values, strict=True)):
            color = _color(row)
            if np.ptp(own) > 0:
                violin: Any = axes.violinplot(own, [x], widths=0.75, showextrema=False)
                violin["bodies"][0].set(facecolor=color, edgecolor=color, alpha=0.28)
            # side by side, for equal values would hide one another
            offset = np.linspace(-0.13, 0.13, len(own)) if len(own) > 1 else np.zeros(1)
            axes.scatter(x + offset, np.sort(own), s=13, color=color, linewidths=0, zorder=5)
            axes.hlines(own.mean(), x - 0.3, x + 0.3, color=INK, linewidth=1.4, zorder=4)
        if figure_of == "accuracy":
            _mark_baseline(axes, rows)
        axes.set_ylabel("accuracy / %" if figure_of == "accuracy" else "F1, weighted by support")
        axes.set_xticks(range(len(rows)), [_two_lines(row) for row in rows], fontsize=8.5)
        axes.grid(axis="y", color="#d9dee3", linewidth=0.7)
        axes.set_axisbelow(True)
        save_figure(figure, path)


def confusion_plot(row: ReportRow, path: Path) -> None:
    """Draw a network's confusion matrix: share of each true class, over all its trainings."""
    counts = row.confusion
    support = counts.sum(axis=1)
    share = 100 * counts / np.maximum(support, 1)[:, None]
    n = len(row.class_names)
    per_training = support // len(row.tables)
    with mpl.rc_context({**STYLE, "axes.spines.left": False, "axes.spines.bottom": False}):
        side = 0.52 * n + 2.0
        figure = Figure(figsize=(side, side - 0.4), layout="constrained")
        axes = figure.add_subplot()
        axes.imshow(share, cmap="Blues", vmin=0, vmax=100)
        for i in range(n):
            for j in range(n):
                if counts[i, j]:
                    color = "white" if share[i, j] > 55 else INK
                    shown = f"{share[i, j]:.0f}" if share[i, j] >= 0.5 else "<1"
                    axes.text(j, i, shown, ha="center", va="center", fontsize=8, color=color)
        rows_named = [f"{c} ({k})" for c, k in zip(row.class_names, per_training, strict=True)]
        axes.set_xticks(range(n), list(row.class_names), rotation=40, ha="right", fontsize=8)
        axes.set_yticks(range(n), rows_named, fontsize=8)
        axes.tick_params(length=0)
        axes.set_xlabel("predicted phase")
        axes.set_ylabel("true phase (test patterns)")
        axes.set_title(f"{full_title(row)}: % of each true phase", fontsize=10)
        save_figure(figure, path)


def recall_plot(rows: Sequence[ReportRow], path: Path) -> None:
    """Draw the mean recall of every class for every network of the same classes."""
    names = rows[0].class_names
    shown = [row for row in rows if row.class_names == names]
    values = 100 * np.stack([row.recall[0] for row in shown])
    support = shown[0].scores[0].support
    with mpl.rc_context({**STYLE, "axes.spines.left": False, "axes.spines.bottom": False}):
        size = (0.75 * len(names) + 2.6, 0.42 * len(shown) + 1.7)
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        axes.imshow(np.nan_to_num(values), cmap="Greens", vmin=0, vmax=100, aspect="auto")
        for i, j in np.ndindex(values.shape):
            known = np.isfinite(values[i, j])
            color = "white" if known and values[i, j] > 55 else INK
            text = f"{values[i, j]:.0f}" if known else "·"
            axes.text(j, i, text, ha="center", va="center", fontsize=9, color=color)
        columns = [f"{name}\n({count})" for name, count in zip(names, support, strict=True)]
        axes.set_xticks(range(len(names)), columns, fontsize=8)
        axes.set_yticks(range(len(shown)), [full_title(row) for row in shown], fontsize=9)
        axes.tick_params(length=0)
        axes.set_title("mean recall / % (test patterns of the phase)", fontsize=10)
        save_figure(figure, path)


def full_title(row: ReportRow) -> str:
    """Return a row's title with how it was trained, where that is known."""
    if row.pretrained is None:
        return row.title
    return f"{row.title}, pre-trained" if row.pretrained else row.title


def _mark_baseline(axes: "mpl.axes.Axes", rows: Sequence[ReportRow]) -> None:
    baselines = {round(100 * row.baseline, 6) for row in rows}
    if len(baselines) == 1:
        level = baselines.pop()
        axes.axhline(level, color="#c1121f", linewidth=1, linestyle=(0, (5, 3)), zorder=1)
        axes.annotate(
            f"always the commonest phase: {level:.1f} %",
            (0.005, level),
            xycoords=("axes fraction", "data"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="left",
            fontsize=8,
            color="#c1121f",
        )


def _two_lines(row: ReportRow) -> str:
    if row.pretrained is None:
        return row.title
    return f"{row.title}\n{'pre-trained' if row.pretrained else 'raw'}"


def _color(row: ReportRow) -> str:
    if row.pretrained is None:
        return OTHER_COLOR
    return PRETRAINED_COLOR if row.pretrained else RAW_COLOR
