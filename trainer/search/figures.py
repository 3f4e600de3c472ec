"""The figures of a search, drawn without a screen."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from trainer.figure_style import INK, PRETRAINED_COLOR, RAW_COLOR, STYLE, save_figure
from trainer.search.analysis import Effect, RungResults, pareto_front
from trainer.search.results import Result

_GRID = "#d9dee3"
_PER_ROW = 4
_MOST_CURVES = 200


def front_plot(
    rung: RungResults,
    cost_of: Callable[[Result], float],
    label: str,
    score_label: str,
    path: Path,
) -> None:
    """Draw the score of every architecture of a rung against a cost, with the Pareto front."""
    costs = [cost_of(result) for result in rung.results]
    scores = [100 * (result.score or 0.0) for result in rung.results]
    front = pareto_front(costs, scores)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 4.2), layout="constrained")
        axes = figure.add_subplot()
        # hollow, and the best drawn last: none lies hidden under another
        order = np.argsort(scores, kind="stable")
        axes.scatter(
            np.asarray(costs)[order], np.asarray(scores)[order], s=12, facecolors="none",
            edgecolors=RAW_COLOR, alpha=0.7, linewidths=0.7,
        )  # fmt: skip
        axes.step(
            [costs[i] for i in front],
            [scores[i] for i in front],
            where="post",
            color=PRETRAINED_COLOR,
            linewidth=1.4,
            label="Pareto front",
        )
        axes.scatter(
            [costs[i] for i in front],
            [scores[i] for i in front],
            s=26,
            color=PRETRAINED_COLOR,
            zorder=4,
        )
        for i in front:
            axes.annotate(
                str(rung.results[i].index),
                (costs[i], scores[i]),
                xytext=(3, 4),
                textcoords="offset points",
                fontsize=7,
            )
        axes.set_xscale("log")
        axes.set_xlabel(label)
        axes.set_ylabel(score_label)
        axes.grid(color=_GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        axes.legend(frameon=False, loc="lower right")
        axes.set_title(rung.name, fontsize=10)
        save_figure(figure, path)


def effects_plot(effects: Mapping[str, Sequence[Effect]], score_label: str, path: Path) -> None:
    """Draw the mean score by value of every variable, all on one scale."""
    names = list(effects)
    rows = -(-len(names) // _PER_ROW)
    means = [100 * effect.mean for own in effects.values() for effect in own]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(2.6 * min(len(names), _PER_ROW) + 0.6, 2.4 * rows + 0.3),
                        layout="constrained")  # fmt: skip
        grid: Any = figure.subplots(rows, min(len(names), _PER_ROW), squeeze=False, sharey=True)
        for axes, name in zip(grid.flat, names, strict=False):
            own = sorted(effects[name], key=lambda effect: _order(effect.value))
            places = np.arange(len(own))
            axes.axhline(float(np.mean(means)), color=_GRID, linewidth=1)
            axes.errorbar(
                places,
                [100 * effect.mean for effect in own],
                yerr=[196 * effect.error for effect in own],
                color=RAW_COLOR,
                marker="o",
                markersize=4,
                linewidth=1.2,
                capsize=2,
            )
            axes.set_xticks(places, [_word(effect.value) for effect in own], fontsize=8)
            axes.set_title(name.replace("_", " "), fontsize=9)
            axes.set_xlim(-0.4, len(own) - 0.6)
        for axes in list(grid.flat)[len(names) :]:
            axes.set_visible(False)
        for row in grid:
            row[0].set_ylabel(score_label, fontsize=8)
        save_figure(figure, path)


def curves_plot(rungs: Sequence[RungResults], score_label: str, path: Path) -> None:
    """Draw the learning curves of every rung, its best three in colour."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(3.1 * len(rungs) + 0.6, 3.3), layout="constrained")
        grid: Any = figure.subplots(1, len(rungs), squeeze=False, sharey=True)
        for axes, rung in zip(grid.flat, rungs, strict=True):
            step = max(len(rung.results) // _MOST_CURVES, 1)
            chosen = rung.results[::step]
            # the more there are, the fainter: overlap shows where most of them run
            alpha = float(np.clip(6 / max(len(chosen), 1), 0.06, 0.5))
            for result in chosen:
                _curve(axes, result, color=INK, alpha=alpha, width=0.7)
            for result in rung.results[:3]:
                _curve(axes, result, color=PRETRAINED_COLOR, alpha=1.0, width=1.5)
            axes.set_title(f"{rung.name}: {len(rung.results)} trainings", fontsize=9)
            axes.set_xlabel("epoch")
            last = max((len(result.curve) for result in rung.results), default=1)
            # epochs are counted: no tick between two of them
            axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
            axes.set_xlim(0.7, max(last, 1) + 0.3)
            axes.grid(axis="y", color=_GRID, linewidth=0.7)
        grid[0][0].set_ylabel(score_label)
        save_figure(figure, path)


def _order(value: object) -> tuple[int, float, str]:
    """Return what sorts values of one variable: numbers by size, then words."""
    is_number = isinstance(value, int | float)
    return (0, float(value), "") if is_number else (1, 0.0, str(value))  # type: ignore[arg-type]


def _curve(axes: Any, result: Result, *, color: str, alpha: float, width: float) -> None:
    epochs = np.arange(1, len(result.curve) + 1)
    scores = [100 * score for _, score in result.curve]
    marker = "o" if len(epochs) == 1 else None
    axes.plot(
        epochs, scores, color=color, alpha=alpha, linewidth=width, marker=marker, markersize=3
    )


def _word(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
