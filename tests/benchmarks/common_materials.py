"""Patterns of common materials through a fourth camera, ten candidates each and no network.

    python -m tests.benchmarks.common_materials [--patterns 60] [--seed 1] [--no-scale]

The truth is drawn among thirty common crystals, its nine rivals likewise; the scale is stated with
an error of 1.5 %, or not at all. Right is the phase named, or a set of at most five that holds it.
A wrong name above 0.5 is the worst that can happen.
"""

from dataclasses import dataclass

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.pipeline import IndexingSetup, index_pattern
from saed_desktop.indexing.solution import Solution
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from tests.benchmarks.crystals import fifty_crystals
from tests.benchmarks.independent.fourth_camera import Picture, draw
from tests.benchmarks.real_patterns import common_crystals
from tests.benchmarks.tables import counts_table, run_drawn

SMALL_SET = 5


@dataclass
class Case:
    """One pattern and what came out."""

    picture: Picture
    solution: Solution

    @property
    def named(self) -> bool:
        return self.solution.phase == self.picture.phase

    @property
    def in_set(self) -> bool:
        return self.picture.phase in self.solution.prediction_set

    @property
    def small_set(self) -> bool:
        return self.in_set and len(self.solution.prediction_set) <= SMALL_SET

    @property
    def wrong_name(self) -> bool:
        return self.solution.phase is not None and not self.named

    @property
    def surely_wrong(self) -> bool:
        return self.wrong_name and (self.solution.probability or 0.0) > 0.5


def materials() -> list[Phase]:
    """Return about thirty common crystals."""
    found = {p.name: p for p in common_crystals()}
    for phase in fifty_crystals():
        if not phase.name.startswith("random"):
            found.setdefault(phase.name, phase)
    return list(found.values())


def run(patterns: int, seed: int, with_scale: bool) -> list[Case]:
    """Draw and answer the patterns."""
    crystals = materials()
    cases = []
    for i in range(patterns):
        rng = np.random.default_rng([seed, i])
        chosen = [crystals[j] for j in rng.permutation(len(crystals))[:10]]
        picture = draw(chosen[0], rng)
        stated = picture.scale * float(np.exp(rng.normal(0, 0.015)))
        known = Calibration.known(stated, ScaleSource.USER, 0.02)
        calibration = known if with_scale else Calibration.unknown()
        candidates = tuple(chosen[j] for j in rng.permutation(10))
        pattern = Pattern(picture.image_yx, calibration, 200.0)
        cases.append(Case(picture, index_pattern(pattern, IndexingSetup(candidates))))
    return cases


def report(cases: list[Case], command: str) -> str:
    """Return the table."""
    n = len(cases)
    rows = [
        ("phase named", sum(c.named for c in cases)),
        ("named, or in a set of at most five", sum(c.named or c.small_set for c in cases)),
        ("phase in the set", sum(c.in_set for c in cases)),
        ("another phase named", sum(c.wrong_name for c in cases)),
        ("another phase named with more than 0.5", sum(c.surely_wrong for c in cases)),
        ("unknown", sum(c.solution.phase is None for c in cases)),
    ]
    lines = [f"    {command}", "", *counts_table((name, count, n) for name, count in rows)]
    sizes = [len(c.solution.prediction_set) for c in cases if c.solution.phase is not None]
    lines += ["", f"Mean size of the sets: {np.mean(sizes):.1f}. Not right:", ""]
    for c in cases:
        if c.named or c.small_set:
            continue
        picture, solution = c.picture, c.solution
        own = next((x for x in solution.candidates if x.phase == picture.phase), None)
        off = np.hypot(*np.subtract(solution.prepared.center.xy, picture.beam_xy))
        said = (
            f"{solution.phase} {solution.probability or 0:.2f}, set {len(solution.prediction_set)}"
        )
        lines.append(
            f"* {picture.phase} {picture.zone}, {picture.tilt_deg:.1f}° off, "
            f"{len(solution.prepared.diffracted)} spots, {solution.prepared.kind.value}, "
            f"beam {off:.0f} px off: {said}; own {own.zone_axis if own else None} "
            f"{own.log_posterior if own else 0:.1f} score {own.score if own else 0:.2f} of "
            + " ".join(f"{x.phase} {x.log_posterior:.1f}" for x in solution.candidates[:2])
            + f"; none of these {solution.none_of_these or 0:.2f}"
        )
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the table."""
    return run_drawn("tests.benchmarks.common_materials", str(__doc__), 60, run, report)


if __name__ == "__main__":
    raise SystemExit(main())
