"""Style and saving of the trainer's figures; drawn without a screen."""

from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from saed_desktop.results.atomic import atomic_bytes

RAW_COLOR = "#2a6f97"
PRETRAINED_COLOR = "#e07a5f"
OTHER_COLOR = "#6c757d"
INK = "#22303c"

STYLE: dict[Any, Any] = {
    "font.size": 10,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, whole or not at all."""
    FigureCanvasAgg(figure)
    with atomic_bytes(path) as stream:
        figure.savefig(stream, dpi=150, format="png")
