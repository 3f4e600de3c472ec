"""Share of patterns of none of the nine phases that spot indexing alone names.

    python -m tests.benchmarks.foreign_crystals [--patterns 120] [--seed 1]

Half of the patterns are drawn of the nine bundled phases, half of foreign crystals (common ones,
and random ones like those of structure files), along zone axes that people tilt to, on a scale
that is stated with an error of 1.5 %. The nine phases are the candidates and there is no network.
Counted are the patterns named (with more than 0.8 as well), without (before) and with (after) the
competing hypothesis of an unknown crystal, and how well the probability of the phase named
(before) or of its being one of the candidates at all (after) tells known from foreign.
"""

from dataclasses import dataclass

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import zone_axes
from saed_desktop.indexing.deciding.posterior import indexing_probabilities
from saed_desktop.indexing.deciding.verdict_options import is_acceptable_fit
from saed_desktop.indexing.pipeline import IndexingSetup, bundled_phases, index_pattern
from saed_desktop.indexing.solution import Solution
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.results.reason import ReasonKind
from saed_desktop.results.sentences import sentence
from tests.benchmarks.real_patterns import common_crystals
from tests.benchmarks.tables import run_drawn, stated_scale
from tests.rendering import spot_image
from trainer.data.structures import random_crystal

SURE = 0.8
ENERGY_KEV = 200.0


@dataclass
class Case:
    """One pattern: of which crystal, whether it is foreign, and what came out."""

    crystal: Phase
    zone: tuple[int, int, int]
    foreign: bool
    solution: Solution

    @property
    def probability(self) -> float:
        """Of the phase named, 0 without one."""
        return self.solution.probability or 0.0

    @property
    def rescaled(self) -> bool:
        """Whether nothing fits on the stated scale, so that the candidates are on another one."""
        return any(r.kind == ReasonKind.ANOTHER_SCALE for r in self.solution.reasons)


def drawn_image(
    phase: Phase, rng: np.random.Generator
) -> tuple[tuple[int, int, int], float, np.ndarray]:
    """Return a zone axis, the scale and a pattern of a phase."""
    axes = zone_axes(phase, max_index=3)
    length = np.array([np.linalg.norm(phase.lattice.directions(a)) for a in axes])
    weight = (length / length.min()) ** -2.0
    zone = axes[rng.choice(len(axes), p=weight / weight.sum())]
    scale = float(rng.uniform(0.0035, 0.0055))
    image, _ = spot_image(
        phase,
        zone,
        scale=scale,
        in_plane_deg=float(rng.uniform(0, 360)),
        seed=int(rng.integers(1 << 31)),
    )
    return zone, scale, image


def foreign_crystals(count: int, seed: int) -> list[Phase]:
    """Return crystals that are none of the phases; every second one is a common one."""
    common = common_crystals()
    return [
        common[i // 2 % len(common)] if i % 2 == 0 else random_crystal(i, seed=3000 + seed)
        for i in range(count)
    ]


def run(patterns: int, seed: int, with_scale: bool) -> list[Case]:
    """Draw and answer the patterns."""
    rng = np.random.default_rng(seed)
    nine = bundled_phases()
    half = patterns // 2
    chosen = [(nine[i % len(nine)], False) for i in range(half)]
    chosen += [(crystal, True) for crystal in foreign_crystals(patterns - half, seed)]
    cases = []
    for crystal, foreign in chosen:
        zone, scale, image = drawn_image(crystal, rng)
        stated = stated_scale(scale, rng, is_known=with_scale)
        solution = index_pattern(Pattern(image, stated, ENERGY_KEV), IndexingSetup(nine))
        cases.append(Case(crystal, zone, foreign, solution))
    return cases


def auc(known: np.ndarray, foreign: np.ndarray) -> float:
    """Return how often a known pattern's value is above a foreign one's."""
    difference = known[:, None] - foreign[None, :]
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def named_before(case: Case) -> tuple[str | None, float]:
    """Return what spot indexing names, and how probable, where no unknown crystal competes."""
    candidates = [] if case.rescaled else list(case.solution.candidates)
    fitting = [c for c in candidates if is_acceptable_fit(c)]
    if not fitting:
        return None, 0.0
    share = indexing_probabilities(candidates, tuple(case.solution.probabilities))
    return fitting[0].phase, share[fitting[0].phase]


def report(cases: list[Case], command: str) -> str:
    """Return the table."""
    foreign = np.array([case.foreign for case in cases])
    before = [named_before(case) for case in cases]
    after = [(case.solution.phase, case.probability) for case in cases]
    sure = {
        "before": np.array([p for _, p in before]),
        "after": np.array([1 - (case.solution.none_of_these or 0.0) for case in cases]),
    }
    lines = ["| what | before | after |", "|---|--:|--:|"]
    kinds = ("known", ~foreign), ("foreign", foreign)
    for kind, of_kind in kinds:
        for what, least in (("named", 0.0), (f"named with > {SURE}", SURE)):
            counts = [
                sum(
                    n is not None and p > least
                    for (n, p), k in zip(found, of_kind, strict=True)
                    if k
                )
                for found in (before, after)
            ]
            lines.append(f"| {kind}, {what} | {counts[0]} | {counts[1]} |")
        lines.append(f"| {kind}, of | {of_kind.sum()} | {of_kind.sum()} |")
    areas = [auc(sure[when][~foreign], sure[when][foreign]) for when in ("before", "after")]
    lines.append(f"| ROC AUC of known against foreign | {areas[0]:.3f} | {areas[1]:.3f} |")
    lost = [c for c, (n, _) in zip(cases, before, strict=True) if n and not c.solution.phase]
    lines += ["", "Known patterns lost:", ""]
    lines += [
        f"* {c.crystal.name} {c.zone}: {sentence(c.solution.reasons[-1])}"
        for c in lost
        if not c.foreign
    ]
    lines += ["", "Foreign patterns still named:", ""]
    lines += [
        f"* {c.crystal.name} {c.zone} as {c.solution.phase} ({c.probability:.2f})"
        for c in cases
        if c.foreign and c.solution.phase
    ]
    return "\n".join([f"    {command}", "", *lines]) + "\n"


def main() -> int:
    """Print the table."""
    return run_drawn("tests.benchmarks.foreign_crystals", str(__doc__), 120, run, report)


if __name__ == "__main__":
    raise SystemExit(main())
