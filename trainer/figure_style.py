"""Style and saving of the trainer's figures; drawn without a screen."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
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


FORMATS = ("png", "svg", "pdf")
"""A page shows the first; the others are for papers: text stays text, lines stay lines."""


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, and beside it as SVG and PDF, each whole or not at all."""
    FigureCanvasAgg(figure)
    with mpl.rc_context({"svg.fonttype": "none", "pdf.fonttype": 42, "svg.hashsalt": path.stem}):
        for kind in FORMATS:
            # no date: the same figures are the same files
            undated: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
            with atomic_bytes(path.with_suffix(f".{kind}")) as stream:
                figure.savefig(stream, dpi=200, format=kind, metadata=undated.get(kind))
