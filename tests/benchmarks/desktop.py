"""Support for benchmarks of the window: a program with a home of its own, patterns, waits."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_PATIENCE_S = 300


def fresh_home() -> Path:
    """Give the program a home of its own and return it; to be called before it is imported."""
    home = Path(tempfile.mkdtemp(prefix="saed-benchmark-"))
    os.environ["SAED_DESKTOP_HOME"] = str(home)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
    return home


def opened_desktop():
    """Return a running program that asks what is bundled and shows no examples."""
    from saed_desktop.gui.app import application
    from saed_desktop.gui.assembly import Desktop
    from saed_desktop.gui.settings import SettingsStore

    application()
    settings = SettingsStore()
    settings.change(has_started_before=True)
    desktop = Desktop(settings)
    desktop.window.resize(1360, 860)
    desktop.window.show()
    desktop.start([])
    return desktop


def pump(seconds: float) -> None:
    """Let the event loop run as it does in the program: inside Qt, not by polling."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def wait_for(what: str, condition: Callable[[], bool], step_s: float = 0.02) -> float:
    """Let the event loop run until a condition holds; returns the seconds it took."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > _PATIENCE_S:
            sys.exit(f"waited in vain: {what}")
        pump(step_s)
    return time.monotonic() - start


def is_answered(desktop) -> bool:
    """Tell whether the pattern shown is answered."""
    current = desktop.open_patterns.current
    return current is not None and bool(current.answered or current.message)


def draw_files(folder: Path, count: int, side: int = 512) -> list[Path]:
    """Draw spot patterns with a scale as files."""
    from tests.rendering import SCALE, save_hspy, spot_image

    kinds = (("delta-PuZr", (0, 0, 1)), ("PuO2", (1, 1, 0)), ("alpha-Zr", (0, 0, 1)))
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for i in range(count):
        phase, zone = kinds[i % len(kinds)]
        image, _ = spot_image(phase, zone, side=side, scale=SCALE * 512 / side, seed=i)
        files.append(save_hspy(folder / f"{phase}_{i:04d}.hspy", image, SCALE * 512 / side))
    return files


def resident_mb() -> float:
    """Return the memory of this process in MB."""
    with Path("/proc/self/status").open(encoding="ascii") as stream:
        line = next(line for line in stream if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000


def middle_and_worst(values: list[float]) -> tuple[float, float]:
    """Return median and maximum."""
    return statistics.median(values), max(values)
