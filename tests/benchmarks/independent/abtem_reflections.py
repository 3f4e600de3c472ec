"""Bloch-wave reflections of the nine phases by abTEM, as one .npz file.

Needs an environment with abtem (GPL-3) beside this repository:

    pip install abtem
    python -m tests.benchmarks.independent.abtem_reflections --per-phase 200 --seed 1 e1.npz
"""

import argparse
import sys
import time
import warnings
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

N_KEPT = 200
Q_MAX = 1.5


def draw_direction(lattice: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a beam direction: near a short lattice direction, seldom anywhere.

    Parameters
    ----------
    lattice
        Rows a, b, c in Å.
    """
    if rng.random() < 0.1:
        anywhere = rng.normal(size=3)
        return anywhere / np.linalg.norm(anywhere)
    span = np.arange(-3, 4)
    uvw = np.stack(np.meshgrid(span, span, span), -1).reshape(-1, 3)
    uvw = uvw[np.gcd.reduce(uvw, axis=1) == 1]
    length = np.linalg.norm(uvw @ lattice, axis=1)
    weight = (length / length.min()) ** -3.0
    chosen = uvw[rng.choice(len(uvw), p=weight / weight.sum())] @ lattice
    chosen = chosen / np.linalg.norm(chosen)
    off = rng.normal(0, np.deg2rad(0.6), 3)
    tilted = chosen + off - chosen * (off @ chosen)
    return tilted / np.linalg.norm(tilted)


def frame_along(direction: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a rotation (3, 3) that brings a direction to -z, turned at random about z."""
    z = -direction
    x = np.cross(rng.normal(size=3), z)
    x /= np.linalg.norm(x)
    return np.stack([x, np.cross(z, x), z])


def average_over_bending(waves, thickness: float, rotations: list[np.ndarray]):
    """Return hkl, g and intensity averaged over the tilts of a bent foil."""
    total: dict[tuple[int, ...], float] = {}
    place: dict[tuple[int, ...], np.ndarray] = {}
    for rotation in rotations:
        pattern, g = waves(rotation, thickness)
        for hkl, xyz, value in zip(pattern[0], g, pattern[1], strict=True):
            key = tuple(int(i) for i in hkl)
            total[key] = total.get(key, 0.0) + float(value) / len(rotations)
            place.setdefault(key, xyz)
    total.pop((0, 0, 0), None)
    keys = sorted(total, key=lambda k: -total[k])[:N_KEPT]
    return np.array([place[k] for k in keys]), np.array([total[k] for k in keys])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("--per-phase", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cifs", type=Path, help="folder of other phases than the nine bundled")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    from abtem.bloch import BlochWaves, StructureFactor
    from ase import Atoms

    from saed_desktop.crystal.cif import read_phase

    folder = options.cifs or ROOT / "resources" / "phases"
    names = (
        "alpha-Zr",
        "beta-Pu",
        "delta-PuZr",
        "kappa-PuZr2",
        "PuO",
        "PuO2",
        "Zr3O_R32",
        "Zr3O_R-3c",
        "ZrO2_mono",
    )
    if options.cifs is not None:
        names = tuple(sorted(path.stem for path in folder.glob("*.cif")))
    rng = np.random.default_rng(options.seed)
    q_xy, log_i, label, thickness = [], [], [], []
    for index, name in enumerate(names):
        phase = read_phase(folder / f"{name}.cif")
        elements, positions, _, _ = phase.cell_atoms
        cell = phase.lattice.direct
        if name == "delta-PuZr":
            # a random solution: atoms of the mean atomic number, 82
            elements, positions = ("Pb",) * 4, positions[:4]
        atoms = Atoms(elements, scaled_positions=positions, cell=cell, pbc=True)
        sigma = float(np.sqrt(0.5 / (8 * np.pi**2)))
        factors = StructureFactor(
            atoms, g_max=2 * Q_MAX + 0.1, parametrization="lobato", thermal_sigma=sigma
        ).build(lazy=False)

        def waves(rotation, depth, factors=factors, cell=cell):
            bloch = BlochWaves(
                factors, energy=200e3, sg_max=0.04, g_max=Q_MAX, orientation_matrix=rotation
            )
            pattern = bloch.calculate_diffraction_patterns([depth], lazy=False)
            hkl = np.asarray(pattern.miller_indices)
            g = hkl @ np.linalg.inv(cell).T @ rotation.T
            return (hkl, np.asarray(pattern.array)[0]), g

        start = time.perf_counter()
        for _ in range(options.per_phase):
            rotation = frame_along(draw_direction(cell, rng), rng)
            depth = float(rng.uniform(150, 1100))
            rotations = [rotation]
            for _ in range(4):
                a, b = rng.normal(0, np.deg2rad(0.25), 2)
                small = np.array([[1, 0, b], [0, 1, -a], [-b, a, 1]])
                u, _, vt = np.linalg.svd(small)
                rotations.append(u @ vt @ rotation)
            g, intensity = average_over_bending(waves, depth, rotations)
            padded_q = np.zeros((N_KEPT, 2), np.float32)
            padded_i = np.full(N_KEPT, -30.0, np.float32)
            padded_q[: len(g)] = g[:, :2]
            padded_i[: len(g)] = np.log(np.maximum(intensity, 1e-13))
            q_xy.append(padded_q)
            log_i.append(padded_i)
            label.append(index)
            thickness.append(depth)
        sys.stdout.write(f"{name}: {time.perf_counter() - start:.0f} s\n")
        sys.stdout.flush()
    np.savez_compressed(
        options.output,
        q_xy=np.array(q_xy),
        log_intensity=np.array(log_i),
        label=np.array(label),
        thickness_angstrom=np.array(thickness),
        names=np.array(names),
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
