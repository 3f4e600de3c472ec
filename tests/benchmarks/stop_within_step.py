"""Processor time from a request to stop in the middle of a long step until the training is gone.

    python -m tests.benchmarks.stop_within_step --requests 6 --seed 1

299-AN at 800 pixels and batch 32 takes 13 s of an idle core for one step. The moments are drawn
over the process' own processor time, so that a busy machine moves none of them out of the step.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.trainer.toy_data import TOY_PHASES, write_toy_set
from trainer.stopping import EXIT_STOPPED

_STEP_S = 20.0


def _processor_s(process: int) -> float:
    text = Path(f"/proc/{process}/stat").read_text()
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def seconds_to_leave(command: list[str], after_s: float, number: int) -> float:
    """Return the processor time that a training takes to leave, asked so far into its work."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Resumed" in line or "Repeat 1" in line:
                break
        begun = _processor_s(process.pid)
        while _processor_s(process.pid) - begun < after_s and process.poll() is None:
            time.sleep(0.02)
        asked = last = _processor_s(process.pid)
        process.send_signal(number)
        while process.poll() is None:
            last = max(_processor_s(process.pid), last)
            time.sleep(0.01)
        text = process.stdout.read()
    if process.returncode != EXIT_STOPPED:
        raise SystemExit(f"ended with {process.returncode}: {text}")
    return last - asked


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_toy_set(folder / "data", dict.fromkeys(TOY_PHASES, 16))
        words = (
            f"train --data {folder}/data --network 299-an --size 800 --crop 64 --rotations 4 "
            "--epochs 9 --batch-size 32 --device cpu --jobs 1 --yes --validation-fraction 0.2 "
            f"--cache-dir {folder}/cache --output {folder}/run"
        )
        command = [sys.executable, "-u", "-m", "trainer", *words.split()]
        for k in range(options.requests):
            after = draw.random() * _STEP_S
            number = (signal.SIGINT, signal.SIGTERM)[k % 2]
            found = seconds_to_leave(command, after, number)
            print(f"{number.name} after {after:4.1f} s: {found:.2f} s", flush=True)


if __name__ == "__main__":
    main()
