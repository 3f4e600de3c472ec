"""Fifty crystals from triclinic to cubic, for benchmarks: bundled, common and random ones."""

from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.phase import Phase
from saed_desktop.paths import resources_dir
from trainer.data.structures import random_crystal, real_others

_LOW_SYMMETRY = (1, 2)


def fifty_crystals() -> list[Phase]:
    """Return fifty crystals, the same ones every time.

    Of the bundled alternates those are left out that are the same structure in another setting
    or with other site contents as one that is in.
    """
    same = {"beta-Pu_I2m", "kappa-PuZr2_random", "kappa-PuZr2_UZr2like", "delta-Pu", "omega-Zr"}
    files = sorted((resources_dir() / "phases").rglob("*.cif"))
    phases = [read_phase(path) for path in files if path.stem not in same]
    phases += real_others()
    index = 0
    systems = {"triclinic": 0, "monoclinic": 0, "orthorhombic": 0}
    while len(phases) < 50:
        crystal = random_crystal(index, seed=2024)
        index += 1
        number = crystal.space_group.number
        system = "triclinic" if number < 3 else "monoclinic" if number < 16 else "orthorhombic"
        if number > 74 or crystal.lattice.volume > 900 or systems[system] >= 7:
            continue
        systems[system] += 1
        phases.append(crystal)
    return phases
