"""Longest stalls of the window: `python -m tests.benchmarks.event_loop`.

A timer asks to be called every 5 ms; a stall is what a call is late by. Measured while nothing
happens (what the machine itself does to it), while patterns of 2048 x 2048 are opened and
answered, while a folder is answered, while networks are loaded and asked, through scans, maps and
comparisons (`map_views`), and while spots, measurements, simulations and figures are made by hand
(`hand_views`). On Linux the time
that our two most delayed threads waited for a processor in a stall is known and taken off: other
programs' work is not ours. Where the two waited at the same time that takes off too much.
"""

import argparse
import sys
import time
from pathlib import Path

from tests.benchmarks.desktop import (
    draw_files,
    fresh_home,
    is_answered,
    opened_desktop,
    pump,
    wait_for,
)

INTERVAL_MS = 5
LIMIT_MS = 50.0


class Pulse:
    """Notes by how much each beat is late, and how much of that was waiting for a processor."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._beat)
        self.beats: list[tuple[float, float, float]] = []
        self._last = self._cpu = 0.0
        self._queued: dict[str, int] = {}

    def start(self) -> None:
        self.beats = []
        self._last, self._cpu, self._queued = time.perf_counter(), time.thread_time(), _queued_ns()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now, cpu, queued = time.perf_counter(), time.thread_time(), _queued_ns()
        late = 1000 * (now - self._last) - INTERVAL_MS
        # the window waits for a processor itself, or for a thread that holds the interpreter and
        # waits for one: what other programs do to ours
        waits = sorted(ns - self._queued.get(name, ns) for name, ns in queued.items())
        own = max(late - sum(waits[-2:]) / 1e6, 0.0)
        self.beats.append((late, 1000 * (cpu - self._cpu), own))
        self._last, self._cpu, self._queued = time.perf_counter(), time.thread_time(), queued

    def words(self) -> tuple[float, str]:
        late, computing, _ = max(self.beats)
        own = sorted(beat[2] for beat in self.beats)
        over = sum(value > LIMIT_MS for value in own)
        return own[-1], (
            f"{late:6.1f} ms worst ({computing:4.1f} computing); without waiting for a processor "
            f"{own[-1]:5.1f} ms worst, {own[int(0.999 * (len(own) - 1))]:5.1f} at 99.9 %, "
            f"{over} of {len(own)} over {LIMIT_MS:g}"
        )


def _queued_ns() -> dict[str, int]:
    """Return how long each of our threads has waited for a processor so far; {} unless Linux."""
    found = {}
    for thread in Path("/proc/self/task").iterdir() if sys.platform == "linux" else ():
        try:
            found[thread.name] = int((thread / "schedstat").read_text("ascii").split()[1])
        except (OSError, ValueError, IndexError):
            continue
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patterns", type=int, default=8)
    parser.add_argument("--folder", type=int, default=40)
    parser.add_argument("--side", type=int, default=2048)
    parser.add_argument("--scan", type=int, default=100, help="places along a side of the scan")
    parser.add_argument("--only", choices=("files", "hands", "maps"), help="a part of it")
    options = parser.parse_args()
    home = fresh_home()
    large = draw_files(home / "large", options.patterns, options.side)
    small = draw_files(home / "folder", options.folder)
    networks = _networks(home)
    desktop = opened_desktop()
    wait_for("the start", lambda: not desktop.workers.is_busy)
    pulse = Pulse()

    def measured(name: str, work) -> float:
        pulse.start()
        work()
        pulse.stop()
        worst, words = pulse.words()
        print(f"{name:44} {words}", flush=True)
        return worst

    def open_all() -> None:
        for file in large:
            desktop.files.open_paths([file])
            pump(0.02)
            wait_for("an answer", lambda: is_answered(desktop))

    def run_folder() -> None:
        desktop.folder.start(home / "folder")
        wait_for("the folder", lambda: not desktop.folder.is_running)

    def load_networks() -> None:
        chosen = desktop.window.setup_panel.network.currentData
        for network in networks:
            desktop.files.open_paths([network])
            wait_for("a network", lambda n=network: chosen() == n.stem)
            wait_for("its answer", lambda: is_answered(desktop))

    measured("nothing happens (the machine's own noise)", lambda: pump(10))
    worst = []
    if options.only in (None, "files"):
        worst += [
            measured(f"{len(large)} patterns of {options.side} px opened", open_all),
            measured(f"a folder of {len(small)} answered", run_folder),
            measured(f"{len(networks)} networks installed and asked", load_networks),
        ]
    from tests.benchmarks import hand_views, map_views

    if options.only in (None, "hands"):
        worst += [measured(name, do) for name, do in hand_views.steps(desktop, home)]
    if options.only in (None, "maps"):
        worst += [measured(name, do) for name, do in map_views.steps(desktop, home, options.scan)]
    desktop.close()
    print(f"limit {LIMIT_MS:g} ms: {'kept' if max(worst) <= LIMIT_MS else 'NOT kept'}")
    return 0


def _networks(home: Path) -> list[Path]:
    """Return networks to load: a large one made here, and what is bundled."""
    from saed_desktop.network.input import InputKind, InputSpec
    from saed_desktop.network.store import bundled_networks
    from tests.bundles import small_bundle

    large = home / "large-image-network.saednet"
    small_bundle(large, specs=(InputSpec("image", InputKind.IMAGE, 800, crop_px=800),))
    copies = []
    for file in bundled_networks():
        copies.append(home / file.name)
        copies[-1].write_bytes(file.read_bytes())
    return [large, *copies]


if __name__ == "__main__":
    sys.exit(main())
