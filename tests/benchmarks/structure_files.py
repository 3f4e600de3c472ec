"""Structure files against an independent reader: cell, composition and |F|² of every file.

    python -m tests.benchmarks.structure_files FOLDER out.json

where `out.json` is what tests/benchmarks/independent/structures_by_pymatgen.py wrote of the same
folder in an environment of its own. Cells agree within 1e-3 Å and 0.01°, compositions within 0.01
atoms for each element, and |F|² of the reflections below 0.6 1/Å within 1 % of the largest; both
sides get the same scattering factors and the same B, so that only atoms and symmetry are compared.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np

from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.contents import composition
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.scattering import atomic_scattering_factors
from saed_desktop.errors import PhaseError

B_ISO = 0.5
G_MAX = 0.6
MOST_REFLECTIONS = 150


def intensities_of(atoms: list, hkl: np.ndarray, g_length: np.ndarray) -> np.ndarray:
    """Return |F|² of a list of atoms (element, x, y, z, occupancy)."""
    total = np.zeros(len(hkl), dtype=complex)
    damping = np.exp(-B_ISO * g_length**2 / 4)
    by_element = defaultdict(list)
    for element, *rest in atoms:
        by_element[element].append(rest)
    for element, rows in by_element.items():
        table = np.array(rows)
        waves = np.exp(2j * np.pi * hkl @ table[:, :3].T) @ table[:, 3]
        total += atomic_scattering_factors(element, g_length) * damping * waves
    return np.abs(total) ** 2


def difference(phase: Phase, theirs: dict) -> str:
    """Return in what a phase differs from the other reader's, empty where in nothing."""
    lattice = phase.lattice
    own = np.array([lattice.a, lattice.b, lattice.c])
    angles = np.array([lattice.alpha_deg, lattice.beta_deg, lattice.gamma_deg])
    cell = np.array(theirs["cell"])
    if np.abs(own - cell[:3]).max() > 1e-3 or np.abs(angles - cell[3:]).max() > 0.01:
        return "cell"
    counts: defaultdict[str, float] = defaultdict(float)
    for element, _, _, _, share in theirs["atoms"]:
        counts[element] += share
    ours = composition(phase)
    if any(abs(ours.get(e, 0.0) - counts.get(e, 0.0)) > 0.01 for e in ours | counts):
        return "composition"
    hkl = lattice.hkl_within(G_MAX)[:MOST_REFLECTIONS]
    sites = tuple(replace(site, b_iso=B_ISO) for site in phase.sites)
    mine = np.abs(replace(phase, sites=sites).structure_factors(hkl)) ** 2
    other = intensities_of(theirs["atoms"], hkl, np.linalg.norm(lattice.g_vectors(hkl), axis=1))
    worst = np.abs(mine - other).max() / max(mine.max(), other.max())
    return "" if worst < 0.01 else f"|F|² ({100 * worst:.0f} % of the largest)"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("independent", type=Path)
    options = parser.parse_args()
    if not options.independent.is_file():
        print(f"{options.independent} is missing: see the module's docstring")
        return 0
    theirs = json.loads(options.independent.read_text(encoding="utf-8"))
    outcomes: Counter[str] = Counter()
    for name, entry in theirs.items():
        try:
            phase = read_phase(options.folder / name)
        except PhaseError as error:
            outcomes["refused here"] += 1
            print(f"{name}: refused here: {error.sentence}")
            continue
        if "error" in entry:
            outcomes["refused there"] += 1
            continue
        what = difference(phase, entry)
        outcomes[what.partition(" ")[0] or "equal"] += 1
        if what:
            print(f"{name}: {what}; {' '.join(phase.remarks)}")
    print(json.dumps({"files": len(theirs), **outcomes}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
