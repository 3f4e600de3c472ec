"""Named candidates with the judge and without it, on the same fits.

    python -m tests.benchmarks.named_candidates [--patterns 40] [--seed 51] [--no-scale]

Common materials through the fourth camera, ten candidates each and no network. Each picture is
searched once and decided four times: by the log posterior and by the judge, with its crystal on
the list and without it and what it cannot be told from. Listed and absent ones are weighed as the
program assumes them to occur. False names are counted where at most 8 % of the listed ones are
refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.centers import View
from saed_desktop.indexing.deciding.listed import PRIOR_LISTED
from saed_desktop.indexing.pipeline import IndexingSetup, decide, look
from saed_desktop.indexing.solution import Solution
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import PreparedPattern, prepare
from saed_desktop.proportion import wilson_interval
from tests.benchmarks.common_materials import materials
from tests.benchmarks.foreign_crystals import ENERGY_KEV
from tests.benchmarks.independent.fourth_camera import draw
from tests.benchmarks.none_of_these import ALIKE, calibration_error
from tests.benchmarks.tables import run_drawn, stated_scale

REFUSED = 0.08
SMALL_SET = 5
SOURCES = ("log posterior", "judge")


@dataclass(frozen=True)
class Case:
    """One decision: by whom, of a pattern of which crystal, and whether that is on the list."""

    source: str
    truth: str
    is_listed: bool
    solution: Solution

    @property
    def is_right(self) -> bool:
        return self.solution.phase == self.truth

    @property
    def probability(self) -> float:
        """Of the phase named, 0 without one."""
        return self.solution.probability or 0.0

    @property
    def in_set(self) -> bool:
        return self.truth in self.solution.prediction_set

    @property
    def own(self) -> float:
        """Of the truth, which is "none of these" where it is absent."""
        name = self.truth if self.is_listed else None
        none = self.solution.none_of_these or 0.0
        return none if name is None else self.solution.probabilities.get(name, 0.0)


def without(names: set[str], views: Sequence[View], phases: Sequence[Phase]):
    """Return what would have been seen had some phases not been candidates."""
    left = tuple(p for p in phases if p.name not in names)
    seen = [
        replace(view, candidates=tuple(c for c in view.candidates if c.phase not in names))
        for view in views
    ]
    return seen, left


def decided(prepared: PreparedPattern, phases: tuple[Phase, ...], truth: str) -> list[Case]:
    """Return the decisions of one pattern."""
    views = look(prepared, IndexingSetup(phases))
    gone = next((names for names in ALIKE if truth in names), {truth})
    cases = []
    for is_listed in (True, False):
        seen, left = (views, phases) if is_listed else without(gone, views, phases)
        for source in SOURCES:
            judge = {"judge": None} if source == SOURCES[0] else {}
            solution = decide(prepared, seen, IndexingSetup(left, **judge))
            cases.append(Case(source, truth, is_listed, solution))
    return cases


def run(patterns: int, seed: int, with_scale: bool) -> list[Case]:
    """Draw and answer the patterns."""
    crystals = materials()
    cases = []
    for i in range(patterns):
        rng = np.random.default_rng([seed, i])
        phases = tuple(crystals[j] for j in rng.permutation(len(crystals))[:10])
        picture = draw(phases[0], rng)
        stated = stated_scale(picture.scale, rng, is_known=with_scale)
        prepared = prepare(Pattern(picture.image_yx, stated, ENERGY_KEV))
        cases += decided(prepared, phases, phases[0].name)
    return cases


def share(count: int, total: int) -> str:
    interval = wilson_interval(count, total)
    return f"{count} of {total} ({100 * interval.low:.0f}–{100 * interval.high:.0f} %)"


def calibrated(cases: Sequence[Case]) -> str:
    """Return the calibration error of the likeliest answer, "none of these" among them."""
    stated, right = [], []
    for case in cases:
        none = case.solution.none_of_these or 0.0
        top = max(case.solution.probabilities.values(), default=0.0)
        named = max(case.solution.probabilities, key=case.solution.probabilities.get, default=None)
        stated.append(max(none, top))
        right.append((named == case.truth) if top >= none else not case.is_listed)
    listed = np.array([case.is_listed for case in cases])
    weight = np.where(listed, PRIOR_LISTED / listed.sum(), (1 - PRIOR_LISTED) / (~listed).sum())
    p = np.array(stated)
    rng = np.random.default_rng(0)
    chance = [
        calibration_error(p, (rng.random(len(p)) < p).astype(float), weight) for _ in range(200)
    ]
    error = calibration_error(p, np.array(right, float), weight)
    return f"{error:.3f} ({np.mean(chance):.3f})"


def false_names(listed: Sequence[Case], absent: Sequence[Case]) -> str:
    """Return how many absent ones are named above one half where 8 % of listed ones are refused."""
    inside = np.array([1 - (c.solution.none_of_these or 0.0) for c in listed])
    line = float(np.quantile(inside, REFUSED))
    named = [
        c.probability > 0.5 and 1 - (c.solution.none_of_these or 0.0) > line for c in absent
    ]  # fmt: skip
    return share(sum(named), len(absent))


def row(source: str, cases: Sequence[Case]) -> str:
    """Return one line of the table."""
    of_source = [c for c in cases if c.source == source]
    listed = [c for c in of_source if c.is_listed]
    absent = [c for c in of_source if not c.is_listed]
    named = [c for c in listed if c.solution.phase is not None]
    small = [c for c in named if c.in_set and len(c.solution.prediction_set) <= SMALL_SET]
    loss = -np.mean([np.log(max(c.own, 1e-4)) for c in listed])
    n = len(listed)
    cells = (
        share(sum(c.is_right for c in listed), n),
        str(sum(not c.is_right for c in named)),
        str(n - len(named)),
        share(sum(c.in_set for c in named), len(named)),
        f"{np.mean([len(c.solution.prediction_set) for c in named]):.2f}",
        share(len(small), n),
        f"{loss:.2f}",
        str(sum(c.probability > 0.5 and not c.is_right for c in named)),
        calibrated(of_source),
        false_names(listed, absent),
    )
    return f"| {source} | " + " | ".join(cells) + " |"


def report(cases: list[Case], command: str) -> str:
    """Return the table."""
    head = (
        "by", "named right", "wrong", "not named", "truth in the set, of those named",
        "phases in a set", "in a set of at most five", "log loss", "wrong above 0.5",
        "calibration error (by chance)", "absent, named above 0.5",
    )  # fmt: skip
    lines = [f"    {command}", "", "| " + " | ".join(head) + " |"]
    lines.append("|---" + "|--:" * (len(head) - 1) + "|")
    lines += [row(source, cases) for source in SOURCES]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the table."""
    return run_drawn("tests.benchmarks.named_candidates", str(__doc__), 40, run, report)


if __name__ == "__main__":
    raise SystemExit(main())
