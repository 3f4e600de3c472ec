"""Draw the patterns that every contestant gets: Bloch-wave intensities, spots and images.

    python -m tests.benchmarks.peers.patterns FOLDER [--patterns 60]

Half are within a degree of a zone axis, half in any orientation; 300 Å thick, scale off by 1 %,
positions by 0.5 px, the centre by 0.5 px, a fifth of the spots missing. Bloch waves with Peng's
scattering factors are none of the contestants' own model.
"""

import argparse
import json
from pathlib import Path

import gemmi
import numpy as np

from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import zone_axes
from saed_desktop.paths import resources_dir
from saed_desktop.simulation.bloch import BlochCalculator
from saed_desktop.simulation.orientation import (
    beam_direction,
    orientation_of_zone,
    random_rotations,
)

PHASES = ("alpha-Zr", "delta-PuZr", "PuO2", "PuO", "kappa-PuZr2")
SIDE_PX, SCALE, REACH = 512, 0.005, 1.2


def described(phase: Phase) -> dict:
    elements, positions, occupancies, _ = phase.cell_atoms
    lattice = phase.lattice
    return {
        "name": phase.name,
        "cell": [
            lattice.a,
            lattice.b,
            lattice.c,
            lattice.alpha_deg,
            lattice.beta_deg,
            lattice.gamma_deg,
        ],
        "number": phase.space_group.number,
        "elements": list(elements),
        "atomic_numbers": [gemmi.Element(e).atomic_number for e in elements],
        "xyz": positions.tolist(),
        "occupancy": occupancies.tolist(),
    }


def draw_orientation(phase: Phase, on_zone: bool, rng: np.random.Generator) -> np.ndarray:
    if not on_zone:
        return random_rotations(1, rng)[0]
    axes = zone_axes(phase, max_index=2)[:8]
    return orientation_of_zone(
        phase.lattice,
        axes[rng.integers(len(axes))],
        in_plane_deg=rng.uniform(0, 360),
        tilt_deg=rng.uniform(0, 1),
        tilt_azimuth_deg=rng.uniform(0, 360),
    )


def spots_of(waves: BlochCalculator, orientation: np.ndarray, rng: np.random.Generator):
    """Return offsets (n, 2) in px and intensities (n,) as measured."""
    pattern = waves.pattern(orientation, [300.0])
    q, intensity = pattern.q_xy[1:], pattern.intensity[0, 1:]
    strong = (intensity > 2e-4) & (np.hypot(*q.T) < REACH)
    kept = strong & (rng.random(len(q)) > 0.2)
    xy = q[kept] / SCALE * rng.normal(1, 0.01) + rng.normal(0, 0.5, (int(kept.sum()), 2))
    return xy + rng.normal(0, 0.5, 2), intensity[kept]


def image_of(xy: np.ndarray, intensity: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    rows, columns = np.mgrid[:SIDE_PX, :SIDE_PX].astype(np.float32)
    middle = (SIDE_PX - 1) / 2
    radius = np.hypot(columns - middle, rows - middle)
    image = 20 + 100 / (1 + (radius / 40) ** 2)
    places = np.vstack([[[0, 0]], xy]) + middle
    heights = np.concatenate([[60_000], 3e5 * intensity])
    for (x, y), height in zip(places, heights, strict=True):
        part = np.s_[max(0, int(y) - 10) : int(y) + 11, max(0, int(x) - 10) : int(x) + 11]
        image[part] += height * np.exp(-((columns[part] - x) ** 2 + (rows[part] - y) ** 2) / 5)
    return rng.poisson(image).astype(np.float32)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--patterns", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(options.seed)
    phases = [read_phase(resources_dir() / "phases" / f"{name}.cif") for name in PHASES]
    waves = [BlochCalculator(phase, q_max=1.3 * REACH) for phase in phases]
    images, truths, lists = [], [], []
    while len(images) < options.patterns:
        n = len(images)
        phase = phases[n % len(phases)]
        on_zone = (n // len(phases)) % 2 == 0
        orientation = draw_orientation(phase, on_zone, rng)
        xy, intensity = spots_of(waves[n % len(phases)], orientation, rng)
        if len(xy) < 6:
            continue
        # the beam in units of the lattice vectors: everybody has a Cartesian frame of their own
        uvw = np.linalg.solve(phase.lattice.direct.T, beam_direction(orientation))
        truths.append({"phase": phase.name, "uvw": uvw.tolist(), "on_zone": on_zone})
        lists.append({"xy_px": xy.tolist(), "intensity": intensity.tolist()})
        images.append(image_of(xy, intensity, rng))
    facts = {
        "scale": SCALE,
        "reach": REACH,
        "phases": [described(p) for p in phases],
        "truths": truths,
        "spots": lists,
    }
    (options.folder / "patterns.json").write_text(json.dumps(facts))
    np.save(options.folder / "images.npy", np.stack(images))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
