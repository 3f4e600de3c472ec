"""Diagnostics for a support request: versions, settings, the end of the log."""

import importlib.metadata
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from saed_desktop import __version__, paths

_PACKAGES = (
    "numpy",
    "PySide6-Essentials",
    "pyqtgraph",
    "opencv-python-headless",
    "onnxruntime",
    "gemmi",
    "rosettasciio",
    "h5py",
    "tifffile",
    "pillow",
)
_LOG_LINES = 80


def diagnostics(settings: Mapping[str, Any]) -> str:
    """Return a text to send to someone who helps; names of the user's files are left out.

    Parameters
    ----------
    settings
        The window's settings; what tells of files or of the screen's layout is dropped.
    """
    lines = [
        f"SAED Desktop {__version__}",
        f"Python {platform.python_version()} on {platform.platform()}",
        f"{os.cpu_count()} processors; frozen: {getattr(sys, 'frozen', False)}",
        "",
        *[f"{name} {_version(name)}" for name in _PACKAGES],
        "",
        "settings: "
        + ", ".join(
            f"{name}={value}"
            for name, value in settings.items()
            if name not in ("recent_files", "window")
        ),
        "",
        f"end of the log in {paths.log_dir()}:",
        *log_tail(paths.log_dir() / "saed-desktop.log"),
    ]
    home = str(Path.home())
    return "\n".join(line.replace(home, "~") for line in lines)


def log_tail(path: Path) -> list[str]:
    """Return the last lines of a log, none where there is none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:]
    except OSError:
        return []


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "bundled or absent"
