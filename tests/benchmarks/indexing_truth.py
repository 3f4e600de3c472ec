"""Share of truths that spot indexing finds: simulated spot lists of fifty crystals, spoilt.

    python -m tests.benchmarks.indexing_truth [--patterns 400] [--seed 1] [--output FILE.md]

Every pattern has 30 % of its spots missing, 20 % foreign ones, positions off by 0.7 px, the
centre off by 5 px, the scale by 3 % and an ellipse of 2 %; its own phase and nine others are the
candidates. What such a pattern cannot tell apart at all is decided beforehand, from simulation
alone (`trainer/studies/ties.py`): a phase is distinguishable in a pattern if none of the nine
others reproduces it, a zone axis if no other zone axis of the same phase does.
"""

import argparse
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import zone_axes
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.match import match_phase
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.pattern.spot_lattice import SpotLattice, find_spot_lattice
from saed_desktop.pattern.spots import Spots
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.benchmarks.crystals import fifty_crystals
from tests.benchmarks.tables import counts_table
from trainer.studies.noise_free import (
    Q_MAX,
    THICKNESS_ANGSTROM,
    NoiseFreePattern,
    distorted,
    noise_free_pattern,
)
from trainer.studies.ties import tied_zone_axes

SIDE_PX = 800
SCALE = 0.0035


@dataclass
class Truth:
    phase: Phase
    orientation: np.ndarray
    uvw: tuple[int, int, int]
    hkl: np.ndarray
    xy: np.ndarray
    log_intensity: np.ndarray
    pattern: NoiseFreePattern


def draw_truth(phase: Phase, rng: np.random.Generator) -> Truth | None:
    axes = zone_axes(phase, max_index=3)
    length = np.array([np.linalg.norm(phase.lattice.directions(a)) for a in axes])
    weight = (length / length.min()) ** -2.5
    uvw = axes[rng.choice(len(axes), p=weight / weight.sum())]
    orientation = orientation_of_zone(
        phase.lattice,
        uvw,
        in_plane_deg=rng.uniform(0, 360),
        tilt_deg=abs(rng.normal(0, 0.4)),
        tilt_azimuth_deg=rng.uniform(0, 360),
    )
    points = reciprocal_points(phase, Q_MAX)
    shown = kinematical_reflections(points, orientation, thickness_angstrom=THICKNESS_ANGSTROM)
    strong = shown.intensity > np.exp(-6) * shown.intensity.max(initial=0)
    strong &= np.hypot(*shown.q_xy.T) < Q_MAX
    if strong.sum() < 8:
        return None
    keep = np.flatnonzero(strong)[:120]
    return Truth(
        phase,
        orientation,
        uvw,
        shown.hkl[keep],
        shown.q_xy[keep] / SCALE,
        np.log(shown.intensity[keep]),
        noise_free_pattern(points, orientation, SCALE),
    )


def spoilt(
    truth: Truth, rng: np.random.Generator
) -> tuple[Observation, Spots, np.ndarray, np.ndarray]:
    """Return what would be observed, as spots, for each the true hkl (0: foreign), the distortion."""
    n = len(truth.hkl)
    kept = np.flatnonzero(rng.random(n) > 0.30)
    if len(kept) < 6:
        kept = np.arange(min(n, 6))
    azimuth = rng.uniform(0, np.pi)
    stretch, shear = 0.01 * np.cos(2 * azimuth), 0.01 * np.sin(2 * azimuth)
    ellipse = np.array([[1 + stretch, shear], [shear, 1 - stretch]])
    factor = 1.03 if rng.random() < 0.5 else 1 / 1.03
    distortion = ellipse * factor
    xy = truth.xy[kept] @ distortion.T + rng.normal(0, 0.7, (len(kept), 2))
    log_i = truth.log_intensity[kept] + rng.normal(0, 0.5, len(kept))
    n_foreign = round(0.2 * len(kept))
    reach = np.hypot(*xy.T).max()
    radius = reach * np.sqrt(rng.random(n_foreign))
    turn = rng.uniform(0, 2 * np.pi, n_foreign)
    foreign = np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])
    xy = np.concatenate([xy, foreign])
    log_i = np.concatenate([log_i, rng.uniform(log_i.min(), log_i.max(), n_foreign)])
    hkl = np.concatenate([truth.hkl[kept], np.zeros((n_foreign, 3), int)])
    order = np.argsort(-log_i)
    xy, log_i, hkl = xy[order], log_i[order], hkl[order]
    middle = np.array([SIDE_PX / 2, SIDE_PX / 2])
    significance = np.clip(7 * np.exp(0.5 * (log_i - log_i.min())), 7, 200)
    ones = np.ones(len(xy))
    spots = Spots(middle + xy, 0.5 * ones, np.exp(log_i), np.exp(log_i), 2 * ones, significance)
    off = rng.uniform(0, 2 * np.pi)
    believed = middle + 5 * np.array([np.cos(off), np.sin(off)])
    place, sigma = on_lattice(believed, find_spot_lattice(spots, tolerance_px=2.4))
    observation = Observation(
        spots.xy - np.array(place),
        0.5 * ones,
        log_i,
        significance,
        place,
        sigma,
        SCALE,
        0.03,
        200.0,
        np.zeros((SIDE_PX, SIDE_PX), bool),
        np.arange(len(xy)),
    )
    return observation, spots, hkl, distortion


def on_lattice(
    believed: np.ndarray, spot_lattice: SpotLattice | None
) -> tuple[tuple[float, float], float]:
    """Return the node of a sure net that the beam is on beyond doubt, and its uncertainty."""
    place, sigma = (float(believed[0]), float(believed[1])), 5.0
    if spot_lattice is None or spot_lattice.members.sum() < 8:
        return place, sigma
    nodes = spot_lattice.nodes_near(place, 0.34 * float(np.linalg.norm(spot_lattice.basis[0])))
    if (
        len(nodes) != 1
        or np.hypot(*(nodes[0] - believed)) > 3 * sigma + 2 * spot_lattice.rms_px + 1
    ):
        return place, sigma
    sigma = max(0.3, 1.5 * spot_lattice.rms_px / float(np.sqrt(spot_lattice.members.sum())))
    return (float(nodes[0][0]), float(nodes[0][1])), sigma


def hkl_right(candidate, truth: Truth, hkl: np.ndarray) -> tuple[int, int]:
    """Return how many genuine spots got an equivalent of their true hkl, and how many got any."""
    right = total = 0
    group = truth.phase.space_group
    for assigned, spot in zip(candidate.match.hkl, candidate.match.spot, strict=True):
        if spot < 0 or not hkl[spot].any():
            continue
        total += 1
        family = {tuple(h) for h in group.equivalent_hkl(hkl[spot])}
        right += tuple(assigned) in family
    return right, total


@dataclass
class Case:
    """The answer to one pattern beside its truth."""

    truth: Truth
    spots: int
    spot_lattice: int
    own: Candidate | None
    best: Candidate | None
    hkl_right: int
    hkl_all: int
    seconds: float
    tied_zones: set[tuple[int, int, int]] = field(default_factory=set)
    tied_phases: set[str] = field(default_factory=set)

    @property
    def true_zone(self) -> tuple[int, int, int]:
        return self.truth.phase.space_group.canonical_uvw(self.truth.uvw)

    @property
    def zone_right(self) -> bool:
        if self.own is None:
            return False
        named = self.truth.phase.space_group.canonical_uvw(self.own.zone_axis)
        return named == self.true_zone

    @property
    def phase_right(self) -> bool:
        return self.best is not None and self.best.phase == self.truth.phase.name

    @property
    def phase_or_tie(self) -> bool:
        return self.phase_right or (self.best is not None and self.best.phase in self.tied_phases)

    def line(self) -> str:
        own = f"{self.own.zone_axis} {self.own.log_posterior:.1f}" if self.own else "nothing"
        best = "nothing"
        if self.best:
            best = f"{self.best.phase} {self.best.zone_axis} {self.best.log_posterior:.1f}"
        return (
            f"{self.truth.phase.name} {self.true_zone}, {self.spots} spots, {self.spot_lattice} on a net: "
            f"own phase {own}; best {best}"
        )


def run_case(crystals: list[Phase], rng: np.random.Generator) -> Case | None:
    phase = crystals[int(rng.integers(len(crystals)))]
    truth = draw_truth(phase, rng)
    if truth is None:
        return None
    observation, spots, hkl, distortion = spoilt(truth, rng)
    others = [c for c in crystals if c.name != phase.name]
    rivals = [others[i] for i in rng.choice(len(others), 9, replace=False)]
    start = time.perf_counter()
    spot_lattice = find_spot_lattice(spots, tolerance_px=2.4)
    basis_pairs = find_basis_pairs(observation, spot_lattice)
    found = [c for p in (phase, *rivals) for c in match_phase(p, observation, basis_pairs)]
    seconds = time.perf_counter() - start
    own = next((c for c in found if c.phase == phase.name), None)
    best = max(found, key=lambda c: c.log_posterior, default=None)
    members = 0 if spot_lattice is None else int(spot_lattice.members.sum())
    case = Case(truth, len(spots), members, own, best, 0, 0, seconds)
    if own and case.zone_right:
        case.hkl_right, case.hkl_all = hkl_right(own, truth, hkl)
    seen = distorted(truth.pattern, distortion)
    case.tied_zones = tied_zone_axes(phase, seen) - {case.true_zone}
    case.tied_phases = {p.name for p in rivals if tied_zone_axes(p, seen)}
    return case


def table(cases: list[Case]) -> list[tuple[str, int, int]]:
    """Return what was counted: name, right, of how many."""
    clear_zone = [c for c in cases if not c.tied_zones]
    clear_phase = [c for c in cases if not c.tied_phases]
    return [
        ("zone axis, where distinguishable", sum(c.zone_right for c in clear_zone), len(clear_zone)),
        ("zone axis, all", sum(c.zone_right for c in cases), len(cases)),
        ("hkl of the spots, where the zone is right",
         sum(c.hkl_right for c in cases), sum(c.hkl_all for c in cases)),
        ("phase of 10, where distinguishable",
         sum(c.phase_right for c in clear_phase), len(clear_phase)),
        ("phase of 10 or one that ties with it, all",
         sum(c.phase_or_tie for c in cases), len(cases)),
        ("phase of 10, all", sum(c.phase_right for c in cases), len(cases)),
    ]  # fmt: skip


def report(cases: list[Case], command: str) -> str:
    seconds = [c.seconds for c in cases]
    lines = [
        "# Indexing simulated patterns whose truth is known", "", f"    {command}", "",
        *__doc__.split("\n\n", 2)[2].strip().splitlines(), "",
        f"{len(cases)} patterns; median {np.median(seconds):.2f} s for ten phases on one core "
        "of a shared machine.", "",
        *counts_table(table(cases)),
    ]  # fmt: skip
    lines += ["", "Wrong zone axes where distinguishable:", ""]
    lines += [f"* {c.line()}" for c in cases if not c.zone_right and not c.tied_zones]
    lines += ["", "Wrong phases where distinguishable:", ""]
    lines += [f"* {c.line()}" for c in cases if not c.phase_right and not c.tied_phases]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patterns", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="write the table here as well")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    crystals = fifty_crystals()
    cases: list[Case] = []
    while len(cases) < options.patterns:
        case = run_case(crystals, rng)
        if case is not None:
            cases.append(case)
    command = "python -m tests.benchmarks.indexing_truth"
    text = report(cases, f"{command} --patterns {options.patterns} --seed {options.seed}")
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
