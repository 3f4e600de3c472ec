"""Two crystals in one pattern: two grains, two phases, two lattices that share some of their nodes.

    python -m tests.benchmarks.two_crystals [--patterns 40] [--seed 1] [--no-scale]

A third each: two grains of one phase along different zone axes, two phases without any relation,
and two phases in a known orientation relationship (cube on cube, Burgers, Kurdjumov-Sachs), whose
lattices coincide in part. The second crystal has 20 to 100 % of the first one's volume
(log-uniform), intensities are kinematical and evened out, the scale is stated with an error of
1.5 %. Ten candidates, no network. Right is the phase with the zone axis; either of the two may be
named first, or be in the set of what the spots do not tell apart (beta-zirconium and cubic zirconia
along [001] have one lattice).
"""

from dataclasses import dataclass

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.benchmarks.crystals import fifty_crystals
from tests.benchmarks.tables import counts_table, run_drawn, stated_scale
from tests.benchmarks.twins import cubic, hexagonal
from tests.rendering import image_of

Zone = tuple[int, int, int]

_FIFTY = {phase.name: phase for phase in fifty_crystals()}
AL, CU = cubic("Al", "F m -3 m", 4.0495, "Al"), cubic("Cu", "F m -3 m", 3.615, "Cu")
FE, TI = cubic("Fe", "I m -3 m", 2.866, "Fe"), hexagonal("Ti", 2.951, 4.684, "Ti")
BETA_ZR = cubic("beta-Zr", "I m -3 m", 3.609, "Zr")
SI, SRTIO3, ZRO2 = _FIFTY["diamond-Si"], _FIFTY["SrTiO3"], _FIFTY["ZrO2_cubic"]
ZIRCONIUM, RUTILE = _FIFTY["alpha-Zr"], _FIFTY["rutile"]
CANDIDATES = (AL, CU, FE, TI, BETA_ZR, SI, SRTIO3, ZRO2, ZIRCONIUM, RUTILE)
ZONES: tuple[Zone, ...] = ((0, 0, 1), (0, 1, 1), (1, 1, 1), (1, 1, 2), (0, 1, 2))
RELATED: tuple[tuple[Phase, Zone, Zone, Phase, Zone, Zone], ...] = (
    # phase, zone, a plane that lies parallel to that of the other
    (SRTIO3, (0, 0, 1), (1, 0, 0), SI, (0, 0, 1), (1, 1, 0)),
    (AL, (0, 1, 1), (1, 1, -1), SI, (0, 1, 1), (1, 1, -1)),
    (BETA_ZR, (1, 1, 1), (1, -1, 0), ZIRCONIUM, (2, 1, 0), (0, 0, 1)),
    (FE, (1, 1, 1), (0, 1, -1), CU, (0, 1, 1), (1, 1, -1)),
    (FE, (0, 0, 1), (1, 1, 0), SRTIO3, (0, 0, 1), (1, 0, 0)),
    (ZRO2, (0, 0, 1), (1, 0, 0), SI, (0, 0, 1), (1, 0, 0)),
)


@dataclass(frozen=True)
class Crystal:
    """One crystal of a pattern."""

    phase: Phase
    zone: Zone

    def is_named(self, found: Candidate) -> bool:
        group = self.phase.space_group
        return found.phase == self.phase.name and group.canonical_uvw(
            found.zone_axis
        ) == group.canonical_uvw(self.zone)


@dataclass
class Case:
    """One pattern and what came out."""

    kind: str
    crystals: tuple[Crystal, Crystal]
    share: float
    solution: Solution

    @property
    def first(self) -> Candidate | None:
        """The crystal named."""
        return next((c for c in self.solution.candidates if c.phase == self.solution.phase), None)

    @property
    def equals(self) -> list[Candidate]:
        """The crystal named and what is not told from it."""
        return [c for c in self.solution.candidates if c.phase in self.solution.prediction_set]

    def counts(self) -> tuple[bool, bool, bool]:
        """Whether one of the two is named first, is in the set, and the other one is named too."""
        in_set = [any(x.is_named(c) for c in self.equals) for x in self.crystals]
        further = [
            any(x.is_named(c) for c in self.solution.further_crystals) for x in self.crystals
        ]
        is_first = self.first is not None and any(x.is_named(self.first) for x in self.crystals)
        both = (in_set[0] and further[1]) or (in_set[1] and further[0])
        return is_first, any(in_set), both


def angle_deg(phase: Phase, zone: Zone, plane: Zone) -> float:
    """Return the direction in the image of a plane's normal where the crystal is not turned."""
    lab = orientation_of_zone(phase.lattice, zone) @ phase.lattice.g_vectors(plane)
    return float(np.rad2deg(np.arctan2(lab[1], lab[0])))


Turned = tuple[Crystal, float]


def draw_pair(i: int, rng: np.random.Generator) -> tuple[str, Turned, Turned]:
    """Return the kind, and each crystal with its turn in the image in degrees."""
    turn = float(rng.uniform(0, 360))
    if i % 3 == 2:
        one, zone, plane, other, zone_2, plane_2 = RELATED[int(rng.integers(len(RELATED)))]
        relative = angle_deg(one, zone, plane) - angle_deg(other, zone_2, plane_2)
        return "related", (Crystal(one, zone), turn), (Crystal(other, zone_2), turn + relative)
    phase = CANDIDATES[int(rng.integers(len(CANDIDATES)))]
    zones = rng.choice(len(ZONES), 2, replace=False)
    other = phase
    while i % 3 == 1 and other is phase:
        other = CANDIDATES[int(rng.integers(len(CANDIDATES)))]
    kind = "two grains" if other is phase else "two phases"
    second = Crystal(other, ZONES[int(zones[1])]), float(rng.uniform(0, 360))
    return kind, (Crystal(phase, ZONES[int(zones[0])]), turn), second


def draw(pair, rng: np.random.Generator) -> tuple[np.ndarray, float, float]:
    """Return an image of two crystals, the scale, and the second one's share."""
    scale = float(rng.uniform(0.0045, 0.0065))
    share = float(np.exp(rng.uniform(np.log(0.2), 0)))
    q, intensity = [], []
    for (crystal, turn), weight in zip(pair, (1.0, share), strict=True):
        orientation = orientation_of_zone(
            crystal.phase.lattice,
            crystal.zone,
            in_plane_deg=turn,
            tilt_deg=abs(float(rng.normal(0, 0.5))),
            tilt_azimuth_deg=float(rng.uniform(0, 360)),
        )
        shown = kinematical_reflections(
            reciprocal_points(crystal.phase, 1.6),
            orientation,
            thickness_angstrom=200,
            max_excitation_error=0.02,
        )
        q.append(shown.q_xy)
        intensity.append(weight * shown.intensity / shown.intensity.max())
    image, _ = image_of(
        np.concatenate(q), np.concatenate(intensity), scale=scale, seed=int(rng.integers(1 << 31))
    )
    return image, scale, share


def run(patterns: int, seed: int, with_scale: bool) -> list[Case]:
    """Draw and answer the patterns."""
    rng = np.random.default_rng(seed)
    cases = []
    for i in range(patterns):
        kind, *pair = draw_pair(i, rng)
        image, scale, share = draw(pair, rng)
        stated = stated_scale(scale, rng, is_known=with_scale)
        solution = answer(prepare(Pattern(image, stated, 200.0)), IndexingSetup(CANDIDATES))
        cases.append(Case(kind, (pair[0][0], pair[1][0]), share, solution))
    return cases


def report(cases: list[Case], command: str) -> str:
    """Return the table."""
    lines = [f"    {command}", ""]
    rows = []
    for kind in ("two grains", "two phases", "related"):
        some = [c for c in cases if c.kind == kind]
        if some:
            counts = np.sum([c.counts() for c in some], axis=0).tolist()
            names = ("one of the two named", "one of the two in the set", "the other one named too")
            rows += [
                (f"{kind}: {name}", n, len(some)) for name, n in zip(names, counts, strict=True)
            ]
    lines += [*counts_table(rows), "", "Not both named:", ""]
    lines += [
        f"* {c.kind}, {100 * c.share:.0f} %: "
        + " and ".join(f"{x.phase.name} {x.zone}" for x in c.crystals)
        + f", {len(c.solution.prepared.diffracted)} spots, {c.solution.prepared.kind.value}: "
        + (
            f"{c.first.phase} {c.first.zone_axis}, {c.first.unexplained} left"
            if c.first
            else "none"
        )
        + "".join(f"; {x.phase} {x.zone_axis}" for x in c.solution.further_crystals)
        for c in cases
        if not all(c.counts())
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the table."""
    return run_drawn("tests.benchmarks.two_crystals", str(__doc__), 40, run, report)


if __name__ == "__main__":
    raise SystemExit(main())
