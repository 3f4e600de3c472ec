"""Ring patterns of sixty phases of the bundled library, drawn by an independent camera.

    python -m tests.benchmarks.rings [single|mixtures|kinds|real|speed ...] [--patterns 100] [--seed 1]

Grains of 3 to 50 nm from a few hundred to millions, texture, beam stops, backgrounds, amorphous
supports, ellipses, 8-bit exports; scales stated with an error of 2 %. Ten candidates: the phases that
are there and others of the sixty. A rival counts as not distinguishable where, on a scale within
two standard uncertainties, its strong lines and those of the truth lie on each other.
"""

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.indexing.solution import Solution
from saed_desktop.library.collection import bundled_collection
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import PreparedPattern, prepare
from tests.benchmarks.independent.powder_camera import Powder, RingShot, families, shoot_rings
from tests.benchmarks.tables import counts_table
from tests.rendering import image_of

MEASURED = Path(__file__).resolve().parents[3] / "shared"
SCALE_SIGMA = 0.02
TEN = 10
LARGEST_VOLUME = 420.0


@cache
def sixty_phases() -> tuple[Phase, ...]:
    """Return sixty phases of the library, the same every time, no structure type more than twice."""
    rng = np.random.default_rng(7)
    structures = [s for s in bundled_collection().all() if s.phase.lattice.volume < LARGEST_VOLUME]
    chosen: list[Phase] = []
    used: Counter[str] = Counter()
    for i in rng.permutation(len(structures)):
        structure = structures[i]
        if used[structure.prototype] < 2 and structure.phase.n_atoms < 60:
            used[structure.prototype] += 1
            chosen.append(structure.phase)
        if len(chosen) == 60:
            break
    return tuple(chosen)


@cache
def strong_lines(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return lengths and intensities of a phase's strong lines, as the camera draws them."""
    phase = next(p for p in sixty_phases() if p.name == name)
    q, count, strength = families(phase, 1.0)
    intensity = strength * count / q
    keep = intensity > 0.04 * intensity.max()
    return q[keep], np.cbrt(intensity[keep])


def is_alike(one: str, other: str, scale_sigma: float) -> bool:
    """Tell whether two phases give the same rings on some scale within two uncertainties."""
    (q, weight), (p, rival) = strong_lines(one), strong_lines(other)
    for log_scale in np.linspace(-2 * scale_sigma, 2 * scale_sigma, 41 if scale_sigma < 1 else 801):
        off = np.abs(np.log(q)[:, None] - np.log(p)[None, :] - log_scale)
        there = (off.min(axis=1) < 0.008) @ weight / weight.sum()
        back = (off.min(axis=0) < 0.008) @ rival / rival.sum()
        if min(there, back) > 0.85:
            return True
    return False


@dataclass
class Case:
    """One pattern and what came out."""

    shot: RingShot
    candidates: tuple[str, ...]
    solution: Solution
    scale_sigma: float

    @property
    def truth(self) -> str:
        return self.shot.powders[0].phase.name

    @property
    def rivals(self) -> list[str]:
        others = [name for name in self.candidates if name != self.truth]
        return [name for name in others if is_alike(self.truth, name, self.scale_sigma)]

    @property
    def named(self) -> list[str]:
        return [p.phase for p in self.solution.rings.phases] if self.solution.rings else []


def drawn_powder(phase: Phase, rng: np.random.Generator, share: float = 1.0) -> Powder:
    """Return grains of a phase: 3 to 50 nm, few or many."""
    return Powder(
        phase,
        grain_angstrom=float(np.exp(rng.uniform(np.log(30), np.log(500)))),
        grains=float(10 ** rng.uniform(3.3, 6.5)),
        share=share,
    )


def drawn_single(rng: np.random.Generator) -> RingShot:
    """Return rings of one phase."""
    phases = sixty_phases()
    return shoot_rings([drawn_powder(phases[rng.integers(len(phases))], rng)], rng)


def drawn_mixture(rng: np.random.Generator) -> RingShot:
    """Return rings of two phases, 70 to 30, that are not alike."""
    phases = sixty_phases()
    while True:
        one, other = (phases[i] for i in rng.choice(len(phases), 2, replace=False))
        if not is_alike(one.name, other.name, SCALE_SIGMA):
            break
    return shoot_rings([drawn_powder(one, rng, 0.7), drawn_powder(other, rng, 0.3)], rng)


def setting(
    shot: RingShot, rng: np.random.Generator, *, with_scale: bool = True, with_truth: bool = True
) -> tuple[tuple[Phase, ...], Calibration]:
    """Return ten candidates for a shot and the scale that is stated for it."""
    there = [p.phase for p in shot.powders]
    names = {p.name for p in there}
    others = [p for p in sixty_phases() if p.name not in names]
    if not with_truth:
        # isostructural crystals within three uncertainties of the scale are no foreign ones
        reach = 1.5 * SCALE_SIGMA
        others = [p for p in others if not any(is_alike(n, p.name, reach) for n in names)]
        there = []
    drawn = [others[i] for i in rng.choice(len(others), TEN - len(there), replace=False)]
    candidates = (*there, *drawn)
    stated = Calibration.unknown()
    if with_scale:
        value = shot.scale * float(np.exp(rng.normal(0, SCALE_SIGMA)))
        stated = Calibration.known(value, ScaleSource.USER, SCALE_SIGMA)
    return candidates, stated


def answered(
    shot: RingShot,
    prepared: PreparedPattern,
    rng: np.random.Generator,
    *,
    with_scale: bool = True,
    with_truth: bool = True,
) -> Case:
    """Answer a shot among ten candidates."""
    candidates, stated = setting(shot, rng, with_scale=with_scale, with_truth=with_truth)
    pattern = prepared.pattern.with_calibration(stated)
    solution = answer(replace(prepared, pattern=pattern), IndexingSetup(candidates))
    sigma = SCALE_SIGMA if with_scale else 1.2
    return Case(shot, tuple(p.name for p in candidates), solution, sigma)


def _prepared(shot: RingShot) -> PreparedPattern:
    return prepare(Pattern(shot.image, Calibration.unknown(), 200.0))


def _line(case: Case) -> str:
    powders = ", ".join(
        f"{p.phase.name} {p.grain_angstrom / 10:.0f} nm × {p.grains:.0e}" for p in case.shot.powders
    )
    rings = len(case.solution.rings.lines) if case.solution.rings else 0
    return (
        f"* {powders}; {case.solution.prepared.kind.value}, {rings} rings: {case.named}, set "
        f"{list(case.solution.prediction_set)}, alike {case.rivals}"
    )


def single(patterns: int, seed: int) -> list[str]:
    """One phase each: with a scale, without one, and with the truth not among the candidates."""
    rng = np.random.default_rng(seed)
    cases, free, foreign = [], [], []
    for _ in range(patterns):
        shot = drawn_single(rng)
        prepared = _prepared(shot)
        cases.append(answered(shot, prepared, rng))
        free.append(answered(shot, prepared, rng, with_scale=False))
        foreign.append(answered(shot, prepared, rng, with_truth=False))
    distinct = [c for c in cases if not c.rivals]
    told = [c for c in distinct if len(c.solution.prepared.rings) >= 4]
    answered_free = [c for c in free if c.solution.phase]
    sure = [c for c in foreign if c.solution.phase and (c.solution.probability or 0) > 0.5]
    deviations = [d for c in cases if (d := _cell_deviation(c)) is not None]
    rows = [
        ("named", _named(cases), patterns),
        ("named, where distinguishable", _named(distinct), len(distinct)),
        ("named, where distinguishable and four rings are measured", _named(told), len(told)),
        ("another phase named, none alike",
         sum(c.solution.phase not in (None, c.truth, *c.rivals) for c in cases), patterns),
        ("lattice parameter a within two uncertainties",
         sum(abs(d) < 2 for d in deviations), len(deviations)),
        ("without a scale: in the set, where anything is named", _in_set(answered_free),
         len(answered_free)),
        ("without a scale: in the set", _in_set(free), patterns),
        ("without a scale: named", _named(free), patterns),
        ("foreign: named above 0.5", len(sure), patterns),
    ]  # fmt: skip
    sizes = [len(c.solution.prediction_set) for c in answered_free]
    mean = f"Mean size of the set without a scale: {np.mean(sizes):.1f}." if sizes else ""
    wrong = [_line(c) for c in distinct if c.solution.phase != c.truth]
    lines = [*counts_table(rows), "", mean, "", "Not named, though distinguishable:", "", *wrong]
    return [*lines, "", "Foreign, yet named:", "", *(_line(c) for c in sure)]


def _named(cases: list[Case]) -> int:
    return sum(c.solution.phase == c.truth for c in cases)


def _in_set(cases: list[Case]) -> int:
    return sum(c.truth in c.solution.prediction_set for c in cases)


def _cell_deviation(case: Case) -> float | None:
    rings = case.solution.rings
    cell = rings.phases[0].cell if rings is not None and rings.phases else {}
    if "a" not in cell:
        return None
    value, sigma = cell["a"]
    return float((value - case.shot.powders[0].phase.lattice.a) / sigma)


def mixtures(patterns: int, seed: int) -> list[str]:
    """Two phases, 70 to 30."""
    rng = np.random.default_rng(seed + 1000)
    cases = []
    for _ in range(patterns):
        shot = drawn_mixture(rng)
        cases.append(answered(shot, _prepared(shot), rng))
    both = [{p.phase.name for p in c.shot.powders} for c in cases]
    many = [
        (b, c) for b, c in zip(both, cases, strict=True) if len(c.solution.prepared.rings) >= 10
    ]
    rows = [
        ("both named", sum(b <= set(c.named) for b, c in zip(both, cases, strict=True)), patterns),
        ("both named, where ten rings are measured", sum(b <= set(c.named) for b, c in many),
         len(many)),
        ("main phase named", sum(c.truth in c.named for c in cases), patterns),
        ("a phase named that is not there",
         sum(bool(set(c.named) - b) for b, c in zip(both, cases, strict=True)), patterns),
    ]  # fmt: skip
    wrong = [_line(c) for b, c in zip(both, cases, strict=True) if not b <= set(c.named)]
    return [*counts_table(rows), "", "Not both named:", "", *wrong]


def _drawn_spots(rng: np.random.Generator) -> RingShot:
    from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
    from saed_desktop.simulation.orientation import orientation_of_zone

    phases = sixty_phases()
    phase = phases[rng.integers(len(phases))]
    zone = ((0, 0, 1), (1, 1, 0), (1, 1, 1), (1, 1, 2))[rng.integers(4)]
    scale = float(rng.uniform(0.003, 0.005))
    matrix = orientation_of_zone(
        phase.lattice, zone, in_plane_deg=float(rng.uniform(0, 360)), tilt_deg=0.4
    )
    shown = kinematical_reflections(
        reciprocal_points(phase, 1.4), matrix, thickness_angstrom=200, max_excitation_error=0.02
    )
    image, _ = image_of(shown.q_xy, shown.intensity, scale=scale, seed=int(rng.integers(1 << 31)))
    return RingShot(image, scale, (0.0, 0.0), "spots")


def kinds(patterns: int, seed: int) -> list[str]:
    """Rings, rings of dots, halos and spots told apart."""
    rng = np.random.default_rng(seed + 3000)
    allowed = {
        "rings": {"rings"},
        "spotty rings": {"rings"},
        "halo": {"amorphous halo"},
        "spots": {"spots", "too few spots"},
    }
    lines, rows, right = [], [], 0
    for kind, names in allowed.items():
        found: Counter[str] = Counter()
        for _ in range(patterns // 4):
            if kind == "spots":
                shot = _drawn_spots(rng)
            elif kind == "halo":
                shot = shoot_rings([], rng, kind="halo")
            else:
                shot = drawn_single(rng)
                is_spotty = kind == "spotty rings"
                powder = shot.powders[0]
                powder.grains = float(10 ** (rng.uniform(3.4, 4.2) if is_spotty else 6.3))
                powder.grain_angstrom = float(rng.uniform(100, 400) if is_spotty else 80)
                shot = shoot_rings([powder], rng)
            found[prepare(Pattern(shot.image, Calibration.unknown(), 200.0)).kind.value] += 1
        good = sum(found[name] for name in names)
        right += good
        rows.append((kind, good, patterns // 4))
        lines.append(f"* {kind}: " + ", ".join(f"{k} {v}" for k, v in found.most_common()))
    rows.append(("all", right, 4 * (patterns // 4)))
    return [*counts_table(rows), "", *lines]


REAL = (
    ("au_ring_16bit_bcolsen/Au_100cm.tif", 0.003771, 0.01, "Au-Gold"),
    ("nano_rings_edson/Au_Nano_1.bmp", 0.001878, 0.04, "Au-Gold"),
    ("nano_rings_edson/Ag_Nano1.bmp", 0.001878, 0.04, "Ag-Silver"),
    ("bi_hk0_ring_dm/bismuth.dm3", None, 0.0, "Bi-Bismuth"),
    ("si_001_plus_rings/panel_middle.png", 0.00667, 0.03, None),
    ("amorphous_ring_hspy/Amorphous.hspy", None, 0.0, None),
)  # fmt: skip
TWELVE = (
    "elements/Au-Gold", "elements/Ag-Silver", "elements/Al-Aluminum", "elements/Cu-Copper",
    "elements/Bi-Bismuth", "elements/Si-Silicon", "elements/Zr-Zirconium", "elements/W-Tungsten",
    "elements/Pt-Platinum", "oxides/ZnO-Zincite", "oxides/MgO-Periclase", "elements/Ni-Nickel",
)  # fmt: skip


def real(patterns: int, seed: int) -> list[str]:
    """The measured rings, with twelve candidates."""
    from saed_desktop.crystal.cif import read_phase
    from saed_desktop.pattern.readers import read_pattern
    from saed_desktop.results.text import text_line

    del patterns, seed
    if not MEASURED.is_dir():
        return ["No measured patterns stand beside this repository."]
    files = [MEASURED / "structures" / f"{name}.cif" for name in TWELVE]
    setup = IndexingSetup(tuple(read_phase(f) for f in files if f.is_file()))
    lines = [f"{len(setup.phases)} candidates: {', '.join(p.name for p in setup.phases)}", ""]
    for name, scale, sigma, truth in REAL:
        pattern = read_pattern(MEASURED / "patterns" / name)
        if scale is not None:
            known = Calibration.known(scale, ScaleSource.SCALE_BAR, sigma)
            pattern = pattern.with_calibration(known)
        solution = answer(prepare(pattern), setup)
        record = solution.to_record(file=name)
        in_set = "" if truth is None else f" {truth} in the set: {truth in record.prediction_set}."
        lines.append(f"* {text_line(record)} [{record.kind}]{in_set}")
    return lines


def speed(patterns: int, seed: int) -> list[str]:
    """A pattern of 2048 × 2048: preparation, and the rings of it, processor time."""
    from saed_desktop.indexing.deciding.ring_verdict import rings_of
    from saed_desktop.pattern.rings.found import rings_about

    del patterns
    rng = np.random.default_rng(seed)
    phases = sixty_phases()[:TEN]
    shot = shoot_rings([Powder(phases[0], 80.0, 1e6)], rng, side=2048)
    pattern = Pattern(shot.image, Calibration.known(shot.scale, ScaleSource.USER), 200.0)
    prepared = prepare(pattern)
    rings_of(prepared, phases, {})
    rows = []
    for name, action in (
        ("preparation, rings included", lambda: prepare(pattern)),
        ("of that the rings", lambda: rings_about(
            pattern.image_yx, prepared.mask.masked, prepared.center, is_centered=False)),
        ("ten candidates laid over them", lambda: rings_of(prepared, phases, {})),
    ):  # fmt: skip
        times = []
        for _ in range(5):
            started = time.process_time()
            action()
            times.append(time.process_time() - started)
        rows.append(f"| {name} | {min(times):.2f} s |")
    return ["| what | processor time, best of five |", "|---|--:|", *rows]


PARTS = {
    "single": single, "mixtures": mixtures, "kinds": kinds, "real": real, "speed": speed,
}  # fmt: skip


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=PARTS, default=None)
    parser.add_argument("--patterns", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for part in options.parts or PARTS:
        command = f"python -m tests.benchmarks.rings {part}"
        if part not in ("real", "speed"):
            command += f" --patterns {options.patterns}"
        command += f" --seed {options.seed}"
        lines = PARTS[part](options.patterns, options.seed)
        sys.stdout.write(f"    {command}\n\n" + "\n".join(lines) + "\n\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
