"""The figures of a report, drawn without a screen."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from saed_desktop.arrays import FloatArray
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
        PNG to write; SVG and PDF go beside it.
    """
    values = [row.accuracies if figure_of == "accuracy" else row.f1_values for row in rows]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(max(6.0, 1.15 * len(rows) + 1.6), 4.4), layout="constrained")
        axes = figure.add_subplot()
        for x, (row, own) in enumerate(zip(rows, values, strict=True)):
            _violin(axes, x, own, _color(row))
        if figure_of == "accuracy":
            _mark_baseline(axes, rows)
        axes.set_ylabel("accuracy / %" if figure_of == "accuracy" else "F1, weighted by support")
        axes.set_xticks(range(len(rows)), [_two_lines(row) for row in rows], fontsize=8.5)
        axes.grid(axis="y", color="#d9dee3", linewidth=0.7)
        axes.set_axisbelow(True)
        save_figure(figure, path)


def _violin(axes: "mpl.axes.Axes", x: float, values: FloatArray, color: str) -> None:
    """Draw the density of some trainings, and each of them as a white dot on its axis."""
    reach = 0.0
    if np.ptp(values) > 0:
        at, density = uncut_density(values)
        half = 0.38 * density / density.max()
        axes.fill_betweenx(at, x - half, x + half, facecolor=color, alpha=0.75, linewidth=0)
        reach = float(np.interp(values.mean(), at, half))
    axes.hlines(values.mean(), x - max(reach, 0.1), x + max(reach, 0.1), color=INK, linewidth=1.2)
    axes.scatter(
        np.full(len(values), x), values, s=15, facecolor="white", edgecolor=INK,
        linewidths=0.6, zorder=5,
    )  # fmt: skip


def uncut_density(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return places (200,) and the density of some values there, to where it has died away.

    Gaussian kernel of Scott's width. A density that ends at the extreme values would claim that
    no training could have come out beyond them.
    """
    width = float(values.std(ddof=1)) * len(values) ** -0.2
    at = np.linspace(values.min() - 3 * width, values.max() + 3 * width, 200)
    kernels = np.exp(-(((at[:, None] - values[None, :]) / width) ** 2) / 2)
    return at, kernels.sum(axis=1) / (len(values) * width * np.sqrt(2 * np.pi))


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
