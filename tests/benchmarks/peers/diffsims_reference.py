"""Writes tests/unit/simulation/diffsims_reference.json: whole patterns as diffsims computes them.

Run in an environment of its own with diffsims and orix:

    pip install diffsims orix
    python tests/benchmarks/peers/diffsims_reference.py
"""

import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
TARGET = ROOT / "tests" / "unit" / "simulation" / "diffsims_reference.json"
CASES = (
    ("alpha-Zr", (0.0, 0.0, 0.0)),
    ("alpha-Zr", (10.0, 90.0, 0.0)),
    ("ZrO2_mono", (37.0, 52.0, 81.0)),
    ("Zr3O_R-3c", (5.0, 33.0, 12.0)),
    ("PuO2", (0.0, 45.0, 45.0)),
    ("beta-Pu", (120.0, 71.0, 8.0)),
)


def main() -> int:
    import diffsims
    from diffpy.structure import Atom, Lattice, Structure
    from diffsims.generators.simulation_generator import SimulationGenerator
    from orix.crystal_map import Phase
    from orix.quaternion import Rotation

    sys.path.insert(0, str(ROOT))
    from saed_desktop.crystal.cif import read_phase

    patterns = []
    for name, euler in CASES:
        ours = read_phase(ROOT / "resources" / "phases" / f"{name}.cif")
        cell = ours.lattice
        elements, positions, occupancies, b_iso = ours.cell_atoms
        lattice = Lattice(cell.a, cell.b, cell.c, cell.alpha_deg, cell.beta_deg, cell.gamma_deg)
        atoms = [
            Atom(e, xyz, occupancy=o, Uisoequiv=b / (8 * np.pi**2))
            for e, xyz, o, b in zip(elements, positions, occupancies, b_iso, strict=True)
        ]
        phase = Phase(name=name, space_group=1, structure=Structure(atoms=atoms, lattice=lattice))
        generator = SimulationGenerator(
            accelerating_voltage=200,
            scattering_params="xtables",
            shape_factor_model="linear",
            minimum_intensity=1e-9,
        )
        rotation = Rotation.from_euler(np.array([euler]), degrees=True)
        simulation = generator.calculate_diffraction2d(
            phase,
            rotation=rotation,
            # twice what is compared: diffsims takes its largest indices from the axes alone
            # and so misses reflections near the limit on axes that are not orthogonal
            reciprocal_radius=2.0,
            debye_waller_factors=dict(zip(elements, b_iso.tolist(), strict=True)),
            max_excitation_error=0.02,
            with_direct_beam=False,
        )
        spots = simulation.coordinates
        near = np.flatnonzero(np.linalg.norm(spots.data, axis=1) <= 1.0)
        hkl = np.round(spots.hkl[near]).astype(int)
        patterns.append(
            {
                "phase": name,
                "euler_deg": euler,
                "hkl": hkl.tolist(),
                "xyz": np.round(spots.data[near], 6).tolist(),
                "intensity": [float(f"{v:.6g}") for v in spots.intensity[near]],
            }
        )
    document = {
        "made_with": f"diffsims {diffsims.__version__}",
        "energy_kev": 200,
        "max_excitation_error": 0.02,
        "patterns": patterns,
    }
    TARGET.write_text(json.dumps(document), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
