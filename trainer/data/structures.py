"""Crystals that are none of the phases: what a network must learn to call "other".

Real structures that a microscopist may meet, and random ones whose cells and contents are like
those of structure files. Structures that no diffraction pattern could tell from one of the
phases (same prototype, lattice parameter within the scale's error, or any where the scale is
unknown) are left out: to call them "other" would be to guess.
"""

from collections.abc import Sequence
from functools import lru_cache

import gemmi
import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import SpaceGroup, space_group_from_symbol

# C-F, Mg-Cl, K-Ca, Ti-Se, Sr-Mo, Ru-Pd, Ag-Te, Ba-Ce, Nd, Gd, Hf-Re, Pt-Au, Pb-Bi, Th, U, Pu
_NUMBERS = (
    *range(6, 10), *range(12, 18), 19, 20, *range(22, 35), *range(38, 43), *range(44, 53),
    56, 57, 58, 60, 64, *range(72, 76), 78, 79, 82, 83, 90, 92, 94,
)  # fmt: skip
ELEMENTS = tuple(gemmi.Element(number).name for number in _NUMBERS)

# shares of the crystal systems among inorganic structure files, roughly (choice)
_SYSTEMS = {
    "triclinic": ((1, 2), 0.05),
    "monoclinic": ((3, 15), 0.18),
    "orthorhombic": ((16, 74), 0.22),
    "tetragonal": ((75, 142), 0.16),
    "trigonal": ((143, 167), 0.12),
    "hexagonal": ((168, 194), 0.12),
    "cubic": ((195, 230), 0.15),
}

PER_OTHER_CRYSTAL = 5
"""Orientations computed of each crystal that is none of the phases."""

_BINS = 200
_ALIKE = 0.98
"""Cosine between powder patterns."""

# prototype: space group, sites, and lattice parameters of some of its members
_Atoms = tuple[tuple[str, tuple[float, float, float]], ...]

_REAL: tuple[tuple[str, str, _Atoms, tuple[float, ...]], ...] = (
    ("bcc-Fe", "I m -3 m", (("Fe", (0, 0, 0)),), (2.866,)),
    ("bcc-W", "I m -3 m", (("W", (0, 0, 0)),), (3.165,)),
    ("bcc-Nb", "I m -3 m", (("Nb", (0, 0, 0)),), (3.301,)),
    ("diamond-Si", "F d -3 m:2", (("Si", (0.125, 0.125, 0.125)),), (5.431,)),
    ("diamond-Ge", "F d -3 m:2", (("Ge", (0.125, 0.125, 0.125)),), (5.658,)),
    ("GaAs", "F -4 3 m", (("Ga", (0, 0, 0)), ("As", (0.25, 0.25, 0.25))), (5.653,)),
    ("CsCl", "P m -3 m", (("Cs", (0, 0, 0)), ("Cl", (0.5, 0.5, 0.5))), (4.123,)),
    ("NiAl", "P m -3 m", (("Ni", (0, 0, 0)), ("Al", (0.5, 0.5, 0.5))), (2.887,)),
    ("Cu3Au", "P m -3 m", (("Au", (0, 0, 0)), ("Cu", (0, 0.5, 0.5))), (3.743,)),
    (
        "SrTiO3",
        "P m -3 m",
        (("Sr", (0, 0, 0)), ("Ti", (0.5, 0.5, 0.5)), ("O", (0.5, 0.5, 0))),
        (3.905,),
    ),
    (
        "MgAl2O4",
        "F d -3 m:2",
        (("Mg", (0.125, 0.125, 0.125)), ("Al", (0.5, 0.5, 0.5)), ("O", (0.2624, 0.2624, 0.2624))),
        (8.083,),
    ),
    ("graphite", "P 63/m m c", (("C", (0, 0, 0.25)), ("C", (1 / 3, 2 / 3, 0.25))), (2.461, 6.708)),
    ("rutile", "P 42/m n m", (("Ti", (0, 0, 0)), ("O", (0.3053, 0.3053, 0))), (4.594, 2.958)),
    ("beta-Sn", "I 41/a m d:1", (("Sn", (0, 0, 0)),), (5.831, 3.182)),
    (
        "quartz",
        "P 32 2 1",
        (("Si", (0.47, 0, 2 / 3)), ("O", (0.413, 0.267, 0.786))),
        (4.913, 5.405),
    ),
    ("corundum", "R -3 c:H", (("Al", (0, 0, 0.352)), ("O", (0.306, 0, 0.25))), (4.759, 12.991)),
    (
        "calcite",
        "R -3 c:H",
        (("Ca", (0, 0, 0)), ("C", (0, 0, 0.25)), ("O", (0.257, 0, 0.25))),
        (4.99, 17.06),
    ),
)


def real_others() -> list[Phase]:
    """Return common crystals of other prototypes than the phases' own."""
    return [
        Phase(name, _lattice(symbol, cell), space_group_from_symbol(symbol), _sites(atoms))
        for name, symbol, atoms, cell in _REAL
    ]


def _lattice(symbol: str, cell: tuple[float, ...]) -> Lattice:
    a, c = cell[0], cell[-1]
    gamma = 120.0 if symbol.startswith(("P 6", "P 3", "R")) else 90.0
    return Lattice(a, a, c, 90.0, 90.0, gamma)


def _sites(atoms: _Atoms) -> tuple[Site, ...]:
    return tuple(Site(element, xyz) for element, xyz in atoms)


@lru_cache(maxsize=256)
def _space_group(number: int) -> SpaceGroup:
    found = gemmi.find_spacegroup_by_number(number)
    return space_group_from_symbol(found.xhm())


def random_crystal(index: int, seed: int = 0) -> Phase:
    """Return a random crystal, always the same for the same index and seed.

    Parameters
    ----------
    index
        Which one.
    seed
        Of the whole series.
    """
    rng = np.random.default_rng((seed, index))
    names = list(_SYSTEMS)
    shares = np.array([_SYSTEMS[name][1] for name in names])
    system = names[rng.choice(len(names), p=shares / shares.sum())]
    (low, high), _ = _SYSTEMS[system]
    group = _space_group(int(rng.integers(low, high + 1)))
    elements = rng.choice(ELEMENTS, size=int(rng.integers(1, 4)), replace=False)
    n_sites = int(rng.integers(1, 5))
    sites = tuple(
        Site(str(rng.choice(elements)), _special_or_general(rng), 1.0, float(rng.uniform(0.3, 1.2)))
        for _ in range(n_sites)
    )
    unit = Phase("probe", Lattice(10, 10, 10), group, sites)
    volume = unit.n_atoms * float(rng.uniform(11, 24))
    lattice = _random_lattice(system, float(np.clip(volume, 25, 1600)), rng)
    return Phase(f"random-{seed}-{index}", lattice, group, sites)


def _special_or_general(rng: np.random.Generator) -> tuple[float, float, float]:
    special = (0.0, 0.25, 1 / 3, 0.5, 2 / 3, 0.75)
    xyz = [
        float(rng.choice(special)) if rng.random() < 0.65 else float(rng.random()) for _ in range(3)
    ]
    return xyz[0], xyz[1], xyz[2]


def _random_lattice(system: str, volume: float, rng: np.random.Generator) -> Lattice:
    ratio_b, ratio_c = np.exp(rng.normal(0, 0.3, 2))
    alpha, beta, gamma = 90.0, 90.0, 90.0
    if system == "cubic":
        ratio_b = ratio_c = 1.0
    elif system in ("tetragonal", "trigonal", "hexagonal"):
        ratio_b = 1.0
        ratio_c = float(np.exp(rng.normal(0.25, 0.5)))
        gamma = 90.0 if system == "tetragonal" else 120.0
    elif system == "monoclinic":
        beta = float(rng.uniform(91, 125))
    elif system == "triclinic":
        alpha, beta, gamma = (float(x) for x in rng.uniform(75, 115, 3))
    shape = Lattice(1.0, float(ratio_b), float(ratio_c), alpha, beta, gamma)
    a = (volume / shape.volume) ** (1 / 3)
    return Lattice(a, a * float(ratio_b), a * float(ratio_c), alpha, beta, gamma)


def other_crystals(count: int, seed: int = 0) -> list[Phase]:
    """Return real and random crystals, `count` in all."""
    real = real_others()
    return [*real, *(random_crystal(i, seed) for i in range(max(0, count - len(real))))][:count]


def real_others_alike(phases: Sequence[Phase]) -> set[str]:
    """Return the names of the real crystals whose patterns are like a phase's, on some scale."""
    known = [powder_pattern(phase) for phase in phases]
    return {
        name
        for name, other in _patterns_of_real_others().items()
        for pattern in known
        if pattern @ other > _ALIKE
    }


@lru_cache(maxsize=1)
def _patterns_of_real_others() -> dict[str, FloatArray]:
    return {crystal.name: powder_pattern(crystal) for crystal in real_others()}


@lru_cache(maxsize=256)
def powder_pattern(phase: Phase) -> FloatArray:
    """Return the kinematical intensities over |g|, whatever the scale; a vector of length 1.

    |g| is in units of the primitive cell's, its volume to the power of -1/3, up to four of them.
    Roots of the intensities are summed, so that the strongest line does not decide alone.
    """
    unit = (phase.lattice.volume / len(phase.space_group.centring_vectors)) ** (-1 / 3)
    hkl = phase.lattice.hkl_within(4 * unit)
    g = np.linalg.norm(phase.lattice.g_vectors(hkl), axis=1) / unit
    amplitude = np.abs(phase.structure_factors(hkl))
    lines = np.histogram(g, bins=_BINS, range=(0, 4), weights=amplitude)[0]
    smooth = np.convolve(lines, np.exp(-0.5 * (np.arange(-6, 7) / 2) ** 2), mode="same")
    return np.asarray(smooth / max(float(np.linalg.norm(smooth)), 1e-12))
