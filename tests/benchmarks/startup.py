"""From double click to image and answer: `python -m tests.benchmarks.startup [FILE ...]`.

Starts the program anew for each file, several times, and prints the medians in seconds since the
start of the process: window shown, image painted, spots found, answer shown; and the processor
time of the whole, which a busy machine changes little. The last line is a second double click while a window is open: until its image is painted there. Files are in the
disk's cache; without any, patterns are drawn (HSPY, TIFF) and the DM3 among shared/patterns beside
the checkout is taken where there is one.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.desktop import draw_files, fresh_home, wait_for

COMPUTING = "computing"
EVENTS = ("window shown", "image painted", "spots found", "answer shown", COMPUTING)


def started(file: Path, trace: Path, home: Path) -> dict[str, float]:
    """Start the program on a file and return the seconds until each event."""
    command = [sys.executable, "-m", "saed_desktop", "--new-window", "--startup-trace"]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    subprocess.run(
        [*command, str(trace), str(file)],
        env={**os.environ, "SAED_DESKTOP_HOME": str(home / "started")},
        check=True,
        capture_output=True,
    )
    times = json.loads(trace.read_text(encoding="utf-8"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    computing = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {name: value - start for name, value in times.items()} | {COMPUTING: computing}


def handed_over(files: list[Path]) -> list[float]:
    """Return the seconds from a second start to its image in the open window."""
    from tests.benchmarks.desktop import is_answered, opened_desktop

    desktop = opened_desktop()
    wait_for("the start", lambda: not desktop.workers.is_busy)
    painted: list[float] = []
    desktop.window.pattern_view.image_painted.connect(lambda: painted.append(time.time()))
    seconds = []
    for file in files:
        painted.clear()
        start = time.time()
        second = subprocess.Popen([sys.executable, "-m", "saed_desktop", str(file)])
        wait_for("the image", lambda: bool(painted), step_s=0.005)
        seconds.append(painted[0] - start)
        second.wait()
        wait_for("the answer", lambda: is_answered(desktop))
    desktop.close()
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    home = fresh_home()
    files = options.files or _files(home)
    print(f"{'file':34} " + "  ".join(f"{name:>13}" for name in EVENTS))
    for file in files:
        runs = [started(file, home / "trace.json", home) for _ in range(options.repeats + 1)][1:]
        numbers = [
            statistics.median(run.get(name, float("nan")) for run in runs) for name in EVENTS
        ]
        print(f"{file.name:34} " + "  ".join(f"{n:13.2f}" for n in numbers), flush=True)
    again = handed_over(draw_files(home / "again", options.repeats + 1))[1:]
    print(
        f"second double click to image: {statistics.median(again):.2f} s, worst {max(again):.2f} s"
    )
    return 0


def _files(home: Path) -> list[Path]:
    files = [*draw_files(home / "small", 1), *draw_files(home / "large", 1, side=2048)]
    shared = Path(__file__).parents[2].parent / "shared" / "patterns"
    return [*files, *sorted(shared.glob("*/*.dm3"))[:1], *sorted(shared.glob("*/*.dm4"))[:1]]


if __name__ == "__main__":
    sys.exit(main())
