"""Twinned crystals along zone axes that lie in the twin plane: is the crystal named, and the law?

    python -m tests.benchmarks.twins [--patterns 40] [--seed 1] [--no-scale]

fcc and diamond {111} twins along ⟨110⟩, bcc {112} twins along ⟨110⟩ and ⟨111⟩, and {10-12},
{10-11} and {11-22} twins of hexagonal metals along the direction that both crystals share. The
twin has 10 to 100 % of the crystal's volume (log-uniform), intensities are kinematical and
evened out, the scale is stated with an error of 1.5 %. Candidates: ten metals, semiconductors and
oxides, no network. Right is the phase with the zone axis, and the law with its plane.
"""

from dataclasses import dataclass

import numpy as np

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.crystal.zone_axis import plane_label
from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.indexing.solution import Solution
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.benchmarks.crystals import fifty_crystals
from tests.benchmarks.tables import counts_table, run_drawn, stated_scale
from tests.rendering import image_of


def cubic(name: str, symbol: str, a: float, element: str, xyz=(0, 0, 0)) -> Phase:
    return Phase(name, Lattice(a, a, a), space_group_from_symbol(symbol), (Site(element, xyz),))


def hexagonal(name: str, a: float, c: float, element: str) -> Phase:
    site = Site(element, (1 / 3, 2 / 3, 0.25))
    lattice = Lattice(a, a, c, 90, 90, 120)
    return Phase(name, lattice, space_group_from_symbol("P 63/m m c"), (site,))


SI = cubic("Si", "F d -3 m:2", 5.431, "Si", (0.125, 0.125, 0.125))
CASES = [
    (cubic("Au", "F m -3 m", 4.078, "Au"), (1, 1, 1), (0, 1, -1)),
    (cubic("Al", "F m -3 m", 4.0495, "Al"), (1, 1, 1), (0, 1, -1)),
    (cubic("Cu", "F m -3 m", 3.615, "Cu"), (1, 1, 1), (0, 1, -1)),
    (SI, (1, 1, 1), (0, 1, -1)),
    (SI, (1, 1, 1), (1, 0, -1)),
    (cubic("Fe", "I m -3 m", 2.866, "Fe"), (1, 1, 2), (1, -1, 0)),
    (cubic("W", "I m -3 m", 3.165, "W"), (1, 1, 2), (1, -1, 0)),
    (hexagonal("Mg", 3.209, 5.211, "Mg"), (1, 0, 2), (0, 1, 0)),
    (hexagonal("Ti", 2.951, 4.684, "Ti"), (1, 0, 1), (0, 1, 0)),
    (hexagonal("Zr", 3.232, 5.147, "Zr"), (1, 0, 2), (0, 1, 0)),
]


@dataclass
class Case:
    """One pattern and what came out."""

    phase: Phase
    plane: tuple[int, int, int]
    zone: tuple[int, int, int]
    share: float
    solution: Solution

    @property
    def own(self):
        found = self.solution.candidates
        return next((c for c in found if c.phase == self.phase.name), None)

    @property
    def matrix_right(self) -> bool:
        group = self.phase.space_group
        return (
            self.solution.phase == self.phase.name
            and self.own is not None
            and group.canonical_uvw(self.own.zone_axis) == group.canonical_uvw(self.zone)
        )

    @property
    def in_set(self) -> bool:
        return self.phase.name in self.solution.prediction_set

    @property
    def law_right(self) -> bool:
        if self.own is None or self.own.twin is None:
            return False
        family = self.phase.space_group.equivalent_hkl(self.plane)
        names = {f"({plane_label(self.phase.lattice, hkl)})" for hkl in family}
        return self.own.twin.law.split(" on ")[-1] in names


def draw(case, rng: np.random.Generator) -> tuple[np.ndarray, float, float]:
    """Return an image of a crystal and its twin, the scale, and the twin's share."""
    phase, plane, zone = case
    scale = float(rng.uniform(0.0045, 0.0065))
    share = float(np.exp(rng.uniform(np.log(0.1), 0)))
    normal = phase.lattice.g_vectors(plane)
    normal /= np.linalg.norm(normal)
    turn = 2 * np.outer(normal, normal) - np.eye(3)
    matrix = orientation_of_zone(
        phase.lattice,
        zone,
        in_plane_deg=float(rng.uniform(0, 360)),
        tilt_deg=abs(float(rng.normal(0, 0.5))),
        tilt_azimuth_deg=float(rng.uniform(0, 360)),
    )
    points = reciprocal_points(phase, 1.6)
    q, intensity = [], []
    for orientation, weight in ((matrix, 1.0), (matrix @ turn, share)):
        shown = kinematical_reflections(
            points, orientation, thickness_angstrom=200, max_excitation_error=0.02
        )
        q.append(shown.q_xy)
        intensity.append(weight * shown.intensity)
    image, _ = image_of(
        np.concatenate(q), np.concatenate(intensity), scale=scale, seed=int(rng.integers(1 << 31))
    )
    return image, scale, share


def run(patterns: int, seed: int, with_scale: bool) -> list[Case]:
    """Draw and answer the patterns."""
    rng = np.random.default_rng(seed)
    phases = list({phase.name: phase for phase, _, _ in CASES}.values())
    known = {phase.name for phase in phases}
    others = [p for p in fifty_crystals() if p.name in ("SrTiO3", "ZrO2_mono", "kappa-PuZr2")]
    setup = IndexingSetup((*phases, *(p for p in others if p.name not in known)))
    cases = []
    for i in range(patterns):
        image, scale, share = draw(CASES[i % len(CASES)], rng)
        stated = stated_scale(scale, rng, is_known=with_scale)
        solution = answer(prepare(Pattern(image, stated, 200.0)), setup)
        cases.append(Case(*CASES[i % len(CASES)], share, solution))
    return cases


def report(cases: list[Case], command: str) -> str:
    """Return the table."""
    rows = [
        ("crystal named, with its zone axis", sum(c.matrix_right for c in cases)),
        ("crystal in the set", sum(c.in_set for c in cases)),
        ("twin law and plane named", sum(c.law_right for c in cases)),
        ("another crystal named",
         sum(c.solution.phase not in (None, c.phase.name) for c in cases)),
    ]  # fmt: skip
    counts = counts_table((name, count, len(cases)) for name, count in rows)
    lines = [f"    {command}", "", *counts]
    lines += ["", "Not right:", ""]
    lines += [
        f"* {c.phase.name} {c.zone} on {c.plane}, twin {100 * c.share:.0f} %, "
        f"{len(c.solution.prepared.diffracted)} spots, kind {c.solution.prepared.kind.value}: "
        f"{c.solution.phase}, {c.own.zone_label if c.own else 'no candidate'}, "
        f"{c.own.twin.law if c.own and c.own.twin else 'no twin'}"
        for c in cases
        if not (c.matrix_right and c.law_right)
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the table."""
    return run_drawn("tests.benchmarks.twins", str(__doc__), 40, run, report)


if __name__ == "__main__":
    raise SystemExit(main())
