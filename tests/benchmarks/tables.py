"""Options of benchmarks on drawn patterns, and tables of counts with intervals."""

import argparse
import sys
from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np

from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.proportion import wilson_interval

Case = TypeVar("Case")

COUNTS_HEAD = ("| what | count | of | share | 95 % interval |", "|---|--:|--:|--:|---|")


def counts_table(rows: Iterable[tuple[str, int, int]]) -> list[str]:
    """Return the lines of a table of names, counts and of how many."""
    lines = list(COUNTS_HEAD)
    for name, count, total in rows:
        interval = wilson_interval(count, total)
        limits = f"{100 * interval.low:.1f}–{100 * interval.high:.1f} %"
        share = f"{100 * count / total:.1f} %" if total else "–"
        lines.append(f"| {name} | {count} | {total} | {share} | {limits} |")
    return lines


def stated_scale(scale: float, rng: np.random.Generator, *, is_known: bool) -> Calibration:
    """Return a scale (1/Å per pixel) as a user states it, 1.5 % off, or none."""
    stated = scale * np.exp(rng.normal(0, 0.015))
    return Calibration.known(stated, ScaleSource.USER, 0.02) if is_known else Calibration.unknown()


def run_drawn(
    module: str,
    description: str,
    patterns: int,
    run: Callable[[int, int, bool], list[Case]],
    report: Callable[[list[Case], str], str],
) -> int:
    """Draw patterns and answer them as the command line says, and print the table.

    Parameters
    ----------
    module, description
        Of the benchmark, for its help and for the command above the table.
    patterns
        How many unless the command line says otherwise.
    run
        Takes how many patterns, the seed, and whether the scale is stated.
    report
        Takes the cases and the command, and returns the text to print.
    """
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--patterns", type=int, default=patterns)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-scale", action="store_true", help="state no scale")
    options = parser.parse_args()
    cases = run(options.patterns, options.seed, not options.no_scale)
    command = f"python -m {module} --patterns {options.patterns} --seed {options.seed}"
    command += " --no-scale" if options.no_scale else ""
    sys.stdout.write(report(cases, command))
    return 0
