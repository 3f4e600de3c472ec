"""The cost of the bounds on damaged files and hostile bundles, for a run that meets none of them.

    python -m tests.benchmarks.trust_cost [--pictures 8] [--rounds 3]

Two tables, processor time. A folder answered by the loop that gives up what hangs, against the same
files answered one after another without it, in turns (A B B A); and what the start of a program
pays: the telemetry's switch, the limit of memory, the schemas and the check of a network's bundle,
each in a process of its own.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import tifffile

from saed_desktop.indexing.pipeline import bundled_phases
from saed_desktop.running.batch import BatchJob, answer_file, answers_by_file
from tests.benchmarks.independent.third_camera import Crystals, draw

HAD_ANYWAY = "import json, logging.handlers, multiprocessing.connection, numpy, saed_desktop.paths"
"""Imports of every program, with the bounds or without."""

PARTS = {
    "the telemetry's switch": ("", "os.environ['ORT_DISABLE_TELEMETRY'] = '1'"),
    "what older versions left of it": (
        "from saed_desktop.network import runtime",
        "runtime._remove_old_telemetry()",
    ),
    "the limit of memory": ("", "from saed_desktop.limits import bound_memory; bound_memory()"),
    "the schema library": ("", "import msgspec"),
    "the thread that may be left behind": (
        "import saed_desktop.running.batch",
        "import threading; t = threading.Thread(target=int, daemon=True); t.start(); t.join()",
    ),
}


def seconds_of(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def draw_folder(folder: Path, count: int) -> list[Path]:
    """Draw 16-bit pictures of the nine phases."""
    crystals = Crystals(list(bundled_phases()))
    files = []
    for i in range(count):
        picture = draw(crystals, 5, i, "b", sides=(800, 1024, 1280))
        files.append(folder / f"picture_{i}.tif")
        tifffile.imwrite(files[-1], np.clip(picture.image_yx, 0, 65535).astype(np.uint16))
    return files


def of_folder(count: int, rounds: int) -> list[str]:
    """Return the table of a folder with and without the bounds."""
    job = BatchJob(bundled_phases())
    with tempfile.TemporaryDirectory() as folder:
        files = draw_folder(Path(folder), count)

        def plain() -> None:
            setup = job.indexing_setup()
            for file in files:
                answer_file(file, job, setup)

        def bounded() -> None:
            assert len(list(answers_by_file(files, job))) == count

        plain(), bounded()
        taken: dict[Callable[[], None], list[float]] = {plain: [], bounded: []}
        for _ in range(rounds):
            for action in (plain, bounded, bounded, plain):
                taken[action].append(seconds_of(action))
    without, within = (np.array(seconds) for seconds in taken.values())
    more = within / without - 1
    half = 1.96 * more.std(ddof=1) / np.sqrt(len(more))
    return [
        f"| {count} pictures, one process | s per picture |", "|---|--:|",
        f"| one after another | {without.mean() / count:.3f} |",
        f"| with bounds | {within.mean() / count:.3f} |",
        f"| more | {100 * more.mean():+.1f} % ± {100 * half:.1f} % ({len(more)} pairs) |",
    ]  # fmt: skip


def of_start(repeats: int = 5) -> list[str]:
    """Return the table of what a start pays."""
    lines = ["| at the start of a program | ms |", "|---|--:|"]
    total = 0.0
    for name, (before, work) in PARTS.items():
        code = f"import os, time\n{HAD_ANYWAY}\n{before}\nbegun = time.process_time()\n{work}\n"
        code += "print(time.process_time() - begun)"
        runs = [
            subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True,
                env=os.environ,
            )
            for _ in range(repeats)
        ]  # fmt: skip
        least = min(float(run.stdout) for run in runs)
        total += least
        lines.append(f"| {name} | {1000 * least:.1f} |")
    return [*lines, f"| together | {1000 * total:.1f} |"]


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--pictures", type=int, default=8, metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    print(*of_folder(options.pictures, options.rounds), "", *of_start(), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
