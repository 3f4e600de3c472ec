"""ONNX Runtime, imported in this one place, with its telemetry off."""

import contextlib
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from saed_desktop import paths

_MARKER = "telemetry-removed"


@cache
def onnx_runtime() -> Any:
    """Return the module `onnxruntime`; its telemetry is off before it initialises.

    Official builds report each session to their vendor unless the variable below is set before
    the import (Linux, macOS) or the events are switched off after it (Windows).
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    with contextlib.suppress(AttributeError):  # not every build has the switch
        onnxruntime.disable_telemetry_events()
    _remove_old_telemetry()
    return onnxruntime


def _remove_old_telemetry() -> None:
    """Delete, once, the device id and the queue of events that earlier versions left behind.

    Other programs that use ONNX Runtime share these files and make them again as they need them:
    hence once only, and nothing but the files of that name.
    """
    marker = paths.cache_dir() / _MARKER
    folders = [folder for folder in _telemetry_folders() if folder.is_dir()]
    session = Path(tempfile.gettempdir()) / ".ses"
    if (not folders and not _is_ours(session)) or marker.exists():
        return
    with contextlib.suppress(OSError):
        for folder in folders:
            for pattern in ("deviceid", "deviceid.*", "onnxruntime.db", "onnxruntime.db-*"):
                for file in folder.glob(pattern):
                    file.unlink(missing_ok=True)
            for empty in (folder, folder.parent, folder.parent.parent):
                empty.rmdir()  # refuses where something else lies in it
    with contextlib.suppress(OSError):
        if _is_ours(session):
            session.unlink()
    with contextlib.suppress(OSError):
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()


def _telemetry_folders() -> list[Path]:
    """Return where ONNX Runtime keeps its device id and its queue of events on this system."""
    with contextlib.suppress(RuntimeError):  # no home
        if sys.platform == "win32":
            roots = [Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")]
        elif sys.platform == "darwin":
            roots = [Path.home() / "Library" / "Application Support"]
        else:
            roots = [Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")]
        return [root / "Microsoft" / "DeveloperTools" / ".onnxruntime" for root in roots]
    return []


def _is_ours(file: Path) -> bool:
    """Whether a file is there and belongs to this user."""
    try:
        found = file.lstat()
    except OSError:
        return False
    return sys.platform == "win32" or found.st_uid == os.getuid()
