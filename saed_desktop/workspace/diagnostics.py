"""Diagnostics for a support request: versions, settings, the end of the log."""

import importlib.metadata
import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
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
_SETTINGS = ("theme", "color_map", "unit", "shown", "panels", "jobs", "autosave_minutes")
"""Settings that name no file, folder, network or phase of the user's."""

_HEAD = re.compile(r"\d{4}-\d\d-\d\d [\d:,]+ [A-Z]+ [\w.]+:")
_FRAME = re.compile(r'  File "(.*)", line (\d+), in (\S+)')
_KINDS = ("Error", "Exception", "Warning", "Interrupt", "Exit", "Iteration")
_EXCEPTION = re.compile(r"([A-Za-z_][\w.]*)(:.*)?$")


def diagnostics(settings: Mapping[str, Any]) -> str:
    """Return a text to send to someone who helps; names of the user's files are left out.

    Parameters
    ----------
    settings
        The window's settings; those that may name something of the user's are left out.
    """
    lines = [
        f"SAED Desktop {__version__}",
        f"Python {platform.python_version()} on {platform.platform()}",
        f"{os.cpu_count()} processors; frozen: {getattr(sys, 'frozen', False)}",
        "",
        *[f"{name} {_version(name)}" for name in _PACKAGES],
        "",
        "settings: " + ", ".join(f"{name}={settings.get(name)}" for name in _SETTINGS),
        "",
        "end of the log, without what names files:",
        *_without_names(log_tail(paths.log_dir() / "saed-desktop.log")),
    ]
    return "\n".join(lines)


def _without_names(lines: Iterable[str]) -> Iterator[str]:
    """Yield of a log when, where and of what kind; messages may name files in any form."""
    for line in lines:
        head, frame = _HEAD.match(line), _FRAME.fullmatch(line)
        if head is not None:
            yield head.group()
        elif frame is not None:
            # the file of a module, below the folder of its package
            place = "/".join(Path(frame[1].replace("\\", "/")).parts[-3:])
            yield f"  {place}:{frame[2]} in {frame[3]}"
        elif line and not line[0].isspace():
            exception = _EXCEPTION.match(line)
            if exception is not None and exception[1].endswith(_KINDS):
                yield exception[1]


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
