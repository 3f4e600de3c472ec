"""Calibration of "none of these", and how often a foreign crystal is given a name.

    python -m tests.benchmarks.none_of_these [--patterns 60] [--seed 1] [--no-scale]

Patterns through a fourth camera. With a network: half of the nine bundled phases, half of crystals
that are none of them, every second of these a common one, and the nine are the candidates. Without:
common materials among ten candidates, each pattern once with its crystal on the list and once
without it and what it cannot be told from. Known and foreign are weighed as the program assumes
them to occur. The error of calibration stands beside what chance alone would give.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.listed import PRIOR_LISTED
from saed_desktop.indexing.pipeline import IndexingSetup, answer, bundled_phases
from saed_desktop.indexing.solution import Solution
from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.session import NetworkSession
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import PreparedPattern, prepare
from tests.benchmarks.common_materials import materials
from tests.benchmarks.foreign_crystals import ENERGY_KEV, foreign_crystals
from tests.benchmarks.independent.fourth_camera import draw
from tests.benchmarks.tables import run_drawn, stated_scale

ALIKE = ({"Al", "Ag", "Au"}, {"Zr3O_R32", "Zr3O_R-3c"})
NETWORK = "saed-nine-phases.saednet"
BINS = 10


@dataclass
class Case:
    """One answer: to a pattern of which crystal, and whether that is on the list."""

    group: str
    truth: str
    is_listed: bool
    solution: Solution

    @property
    def listed(self) -> float:
        """The probability that it is on the list, as far as the question was asked."""
        none = self.solution.none_of_these
        return PRIOR_LISTED if none is None else 1 - none

    @property
    def probability(self) -> float:
        """Of the phase named, 0 without one."""
        return self.solution.probability or 0.0


def run(patterns: int, seed: int, with_scale: bool) -> list[Case]:
    """Draw and answer the patterns."""
    return [*_with_network(patterns, seed, with_scale), *_own_lists(patterns, seed, with_scale)]


def _prepared(phase: Phase, rng: np.random.Generator, with_scale: bool) -> PreparedPattern:
    picture = draw(phase, rng)
    stated = stated_scale(picture.scale, rng, is_known=with_scale)
    return prepare(Pattern(picture.image_yx, stated, ENERGY_KEV))


def _with_network(patterns: int, seed: int, with_scale: bool) -> Iterator[Case]:
    nine = bundled_phases()
    bundle = open_bundle(resources_dir() / "networks" / NETWORK)
    setup = IndexingSetup(nine, NetworkSession(bundle))
    foreign = foreign_crystals(patterns, seed)
    for i in range(patterns):
        rng = np.random.default_rng([seed, 1, i])
        is_listed = i % 2 == 0
        phase = nine[i // 2 % len(nine)] if is_listed else foreign[i // 2]
        solution = answer(_prepared(phase, rng, with_scale), setup)
        yield Case("nine phases and network", phase.name, is_listed, solution)


def _own_lists(patterns: int, seed: int, with_scale: bool) -> Iterator[Case]:
    crystals = materials()
    for i in range(patterns // 2):
        rng = np.random.default_rng([seed, 2, i])
        truth, *others = (crystals[j] for j in rng.permutation(len(crystals))[:10])
        prepared = _prepared(truth, rng, with_scale)
        alike = next((names for names in ALIKE if truth.name in names), {truth.name})
        without = tuple(phase for phase in others if phase.name not in alike)
        for phases in ((truth, *others), without):
            solution = answer(prepared, IndexingSetup(tuple(phases)))
            yield Case("ten candidates, no network", truth.name, truth in phases, solution)


def calibration_error(stated: FloatArray, truth: FloatArray, weight: FloatArray) -> float:
    """Return the weighted mean distance between stated and true share over equal bins.

    Parameters
    ----------
    stated, truth, weight
        Probability, 1 or 0, and weight of each case, (n,).
    """
    at = np.minimum((stated * BINS).astype(int), BINS - 1)
    total = 0.0
    for one in np.unique(at):
        within = at == one
        total += abs(float((weight * (stated - truth))[within].sum()))
    return total / float(weight.sum())


def report(cases: list[Case], command: str) -> str:
    """Return the tables."""
    lines = [f"    {command}", ""]
    for group in dict.fromkeys(case.group for case in cases):
        of_group = [case for case in cases if case.group == group]
        lines += [f"## {group[0].upper()}{group[1:]}", "", *_counts(of_group), ""]
        lines += [*_calibration(of_group), ""]
    return "\n".join(lines)


def _counts(cases: list[Case]) -> list[str]:
    known = [case for case in cases if case.is_listed]
    foreign = [case for case in cases if not case.is_listed]
    lines = ["| of | patterns | right | wrong | none | right > 0.8 | wrong > 0.8 |"]
    lines.append("|---|--:|--:|--:|--:|--:|--:|")
    for name, some in (("crystals on the list", known), ("other crystals", foreign)):
        right = [c for c in some if c.solution.phase == c.truth]
        wrong = [c for c in some if c.solution.phase not in (None, c.truth)]
        sure = [sum(c.probability > 0.8 for c in which) for which in (right, wrong)]
        none = len(some) - len(right) - len(wrong)
        lines.append(
            f"| {name} | {len(some)} | {len(right)} | {len(wrong)} | {none} "
            f"| {sure[0]} | {sure[1]} |"
        )
    return lines


def _calibration(cases: list[Case]) -> list[str]:
    stated = np.array([case.listed for case in cases])
    truth = np.array([float(case.is_listed) for case in cases])
    share = np.where(truth > 0, PRIOR_LISTED / truth.sum(), (1 - PRIOR_LISTED) / (1 - truth).sum())
    rng = np.random.default_rng(0)
    chance = [
        calibration_error(stated, (rng.random(len(stated)) < stated).astype(float), share)
        for _ in range(200)
    ]
    lines = ["| stated to be on the list | patterns | mean stated | true |", "|---|--:|--:|--:|"]
    for low, high in ((0, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 0.95), (0.95, 1)):
        at = (stated >= low) & (stated < high)
        if at.any():
            mean, real = (np.average(v[at], weights=share[at]) for v in (stated, truth))
            lines.append(f"| {low}–{high} | {at.sum()} | {mean:.2f} | {real:.2f} |")
    error = calibration_error(stated, truth, share)
    lines += ["", f"Calibration error {error:.3f} (by chance {np.mean(chance):.3f})."]
    return lines


def main() -> int:
    """Print the tables."""
    return run_drawn("tests.benchmarks.none_of_these", str(__doc__), 60, run, report)


if __name__ == "__main__":
    raise SystemExit(main())
