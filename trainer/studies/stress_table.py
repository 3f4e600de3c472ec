"""Results of a stress test: shares of right answers as numbers, table and curves."""

from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from saed_desktop.proportion import wilson_interval
from trainer.figure_style import INK, OTHER_COLOR, RAW_COLOR, STYLE, save_figure
from trainer.measure.answer_records import AnsweredLevel, MeasuredAnswer
from trainer.studies.stress_factors import Factor

_COLUMNS = 4
_ANSWER, _NETWORK, _INDEXING = "answer", "network", "indexing"
_MANY_LEVELS = 7


def stress_figures(levels: Sequence[AnsweredLevel], factors: Sequence[Factor]) -> dict[str, Any]:
    """Return for each factor and level the shares of right answers, with 95 % intervals.

    Parameters
    ----------
    levels
        What was answered at every level of the factors, in their order.
    factors
        The factors.
    """
    left = iter(levels)
    rows = [
        {
            "name": factor.name,
            "title": factor.title,
            "levels": [
                {"level": level, "label": factor.label(level), **_shares(next(left).answers)}
                for level in factor.levels
            ],
        }
        for factor in factors
    ]
    return {"drawn": levels[0].drawn if levels else {}, "factors": rows}


def _shares(answers: Sequence[MeasuredAnswer]) -> dict[str, Any]:
    read = [answer for answer in answers if answer.error is None]
    n = len(read)
    right = {
        _ANSWER: sum(a.phase == a.truth for a in read),
        "wrong": sum(a.phase not in (None, a.truth) for a in read),
        "not_named": sum(a.phase is None for a in read),
        _INDEXING: sum(_share_right(a.log_posterior, a.truth) for a in read),
    }
    if read and read[0].network:
        right[_NETWORK] = sum(_share_right(a.network or {}, a.truth) for a in read)
    shares = {
        name: {"share": count / max(n, 1), "interval": astuple(wilson_interval(count, n))}
        for name, count in right.items()
    }
    return {"n": n, "errors": len(answers) - n, **shares}


def _share_right(values: dict[str, float], truth: str) -> float:
    """Return whether the truth comes first: 1/k where it shares the first place with others."""
    if not values:
        return 0.0
    best = max(values.values())
    first = [name for name, value in values.items() if value == best]
    return (truth in first) / len(first)


def stress_table(figures: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    lines = []
    drawn = figures["drawn"]
    if drawn:
        lines += [
            f"{drawn['count']} patterns of each phase at every level, {drawn['size']} px, seed "
            f"{drawn['seed']}; all other factors calm; 95 % intervals by Wilson.",
            "",
        ]
    for factor in figures["factors"]:
        lines += [
            f"| {factor['title']} | named right | named wrong | not named "
            "| network's first | spot indexing's first |",
            "|---|---|---|---|---|---|",
        ]
        for row in factor["levels"]:
            network = _percent(row[_NETWORK]) if _NETWORK in row else "–"
            low, high = row[_ANSWER]["interval"]
            own = f"{_percent(row[_ANSWER])} ({100 * low:.0f}–{100 * high:.0f})"
            lines.append(
                f"| {row['label']} | {own} | {_percent(row['wrong'])} "
                f"| {_percent(row['not_named'])} | {network} | {_percent(row[_INDEXING])} |"
            )
        lines.append("")
    return "\n".join(lines)


def _percent(share: dict[str, Any]) -> str:
    return f"{100 * share['share']:.0f} %"


def draw_curves(figures: dict[str, Any], path: Path) -> None:
    """Draw one small panel for each factor: right answers from calm to hard.

    Parameters
    ----------
    figures
        What `stress_figures` returned.
    path
        PNG to write.
    """
    factors = figures["factors"]
    rows = -(-len(factors) // _COLUMNS)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(3.1 * _COLUMNS, 2.5 * rows + 0.5), layout="constrained")
        panels = figure.subplots(rows, _COLUMNS, squeeze=False, sharey=True).ravel()
        for axes, factor in zip(panels, factors, strict=False):
            _draw_factor(axes, factor)
        for axes in panels[len(factors) :]:
            axes.set_visible(False)
        for axes in panels[::_COLUMNS]:
            axes.set_ylabel("patterns / %")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=4, frameon=False)
        save_figure(figure, path)


def _draw_factor(axes: Axes, factor: dict[str, Any]) -> None:
    rows = factor["levels"]
    x = range(len(rows))
    low, high = zip(*(row[_ANSWER]["interval"] for row in rows), strict=True)
    axes.fill_between(
        x, [100 * v for v in low], [100 * v for v in high], color=RAW_COLOR, alpha=0.15, linewidth=0
    )
    for name, label, color, dash in (
        (_ANSWER, "answer right", RAW_COLOR, "-"),
        ("wrong", "answer wrong", "#c8553d", "-"),
        (_NETWORK, "network's first right", INK, ":"),
        (_INDEXING, "spot indexing's first right", OTHER_COLOR, "--"),
    ):
        if name in rows[0]:
            values = [100 * row[name]["share"] for row in rows]
            axes.plot(x, values, dash, color=color, label=label, marker="o", markersize=3)
    # many levels with a word among them would run into one another
    size = 8 if len(rows) < _MANY_LEVELS else 6.5
    axes.set_xticks(x, [row["label"] for row in rows], fontsize=size)
    axes.set_ylim(-3, 103)
    axes.set_title(factor["title"], fontsize=9)
    axes.grid(axis="y", color="#d9dee3", linewidth=0.7)
