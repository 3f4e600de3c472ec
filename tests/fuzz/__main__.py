"""`python -m tests.fuzz --seconds N`: draws damaged files until the time is over.

A case is a target and a number; the same case is always the same file. A failure is a dead
process, an exception that is no sentence, more than 5 s of processor time, 30 s in all, or more
than 1 GB.
"""

import argparse
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.reading import HANGING_S, Reader, dead, work


def main() -> int:
    """Run and return 1 if anything failed."""
    options = _options()
    names = options.target or _names()
    counts: Counter[str] = Counter()
    failures: list[str] = []
    for name, number, problem in _results(options, names):
        counts[name] += 1
        if problem:
            failures.append(name)
            print(f"FAILED --target {name} --case {number}: {problem}", flush=True)
    for name in names:
        print(f"{name:10} {counts[name]:7} files, {failures.count(name)} failures")
    print(f"{'all':10} {sum(counts.values()):7} files, {len(failures)} failures")
    return 1 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--files", type=int, help="end after so many files instead")
    parser.add_argument("--seed", type=int, default=0, help="number of the first file")
    parser.add_argument("--target", action="append", help="only this one; may be repeated")
    parser.add_argument("--case", type=int, help="one file, in this process, with its traceback")
    parser.add_argument("--jobs", type=int, default=1)
    return parser.parse_args()


def _names() -> list[str]:
    from tests.fuzz.targets import targets

    with tempfile.TemporaryDirectory() as folder:
        return list(targets(Path(folder)))


def _results(options: argparse.Namespace, names: list[str]) -> Iterator[tuple[str, int, str]]:
    from saed_desktop.running.process_pool import StreamPlan, run_stream

    if options.case is not None:
        Reader().read((names[0], options.case))
        return
    end = time.monotonic() + (options.seconds if options.files is None else 1e9)
    cases = (
        (name, number)
        for number in itertools.count(options.seed)
        for name in names
    )  # fmt: skip
    wanted = itertools.islice(cases, options.files)
    plan = StreamPlan(Reader, work, dead)
    for part in run_stream(
        itertools.takewhile(lambda _: time.monotonic() < end, wanted),
        plan,
        size=options.jobs,
        timeout_s=HANGING_S,
        patience_s=None,
    ):
        for problem in part.results:
            yield (*part.item, problem)


if __name__ == "__main__":
    sys.exit(main())
