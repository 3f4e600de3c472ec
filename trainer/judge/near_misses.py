"""Crystals that are nearly another one: of other size, strained, ordered, or with moved atoms."""

from dataclasses import replace

import numpy as np

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from trainer.data.structures import ELEMENTS

_MOST_ATOMS = 80


def resized(
    phase: Phase, rng: np.random.Generator, *, by: tuple[float, float] = (0.003, 0.03)
) -> Phase:
    """Return the prototype with lattice parameters and, mostly, elements of another member.

    Parameters
    ----------
    phase
        The crystal.
    rng
        Random numbers.
    by
        Range of the relative change of the lattice parameters, either way.
    """
    factor = float(np.exp(rng.choice([-1, 1]) * rng.uniform(*by)))
    lattice = phase.lattice
    size = replace(lattice, a=lattice.a * factor, b=lattice.b * factor, c=lattice.c * factor)
    sites = phase.sites
    if rng.random() < 0.7:
        old = sorted({site.element for site in sites})
        new = rng.choice(ELEMENTS, size=len(old), replace=False)
        other = dict(zip(old, map(str, new), strict=True))
        sites = tuple(replace(site, element=other[site.element]) for site in sites)
    return replace(phase, name=f"{phase.name}, resized", lattice=size, sites=sites)


def strained(phase: Phase, rng: np.random.Generator) -> Phase | None:
    """Return the crystal with its cell sheared or stretched along one axis; None if it is large."""
    atoms = _all_atoms(phase)
    if atoms is None:
        return None
    lattice = phase.lattice
    if rng.random() < 0.5:
        angle = str(rng.choice(["alpha_deg", "beta_deg", "gamma_deg"]))
        value = getattr(lattice, angle) + float(rng.choice([-1, 1]) * rng.uniform(0.7, 3.0))
        changed = {angle: value}
    else:
        length = str(rng.choice(["a", "b", "c"]))
        factor = 1 + float(rng.choice([-1, 1]) * rng.uniform(0.01, 0.05))
        changed = {length: getattr(lattice, length) * factor}
    return _primitive_group(f"{phase.name}, strained", replace(lattice, **changed), atoms)


def ordered(phase: Phase, rng: np.random.Generator) -> Phase | None:
    """Return a superstructure or subgroup: some atoms replaced, moved, or a doubled cell.

    None if the cell is too large.
    """
    atoms = _all_atoms(phase)
    if atoms is None:
        return None
    lattice = phase.lattice
    if rng.random() < 0.5 and 2 * len(atoms) <= _MOST_ATOMS:
        axis = int(rng.integers(3))
        lattice, atoms = _doubled(lattice, atoms, axis)
    chosen = rng.random(len(atoms)) < rng.uniform(0.15, 0.6)
    chosen[int(rng.integers(len(atoms)))] = True
    if rng.random() < 0.5:
        element = str(rng.choice(ELEMENTS))
        atoms = [
            replace(a, element=element) if is_one else a
            for a, is_one in zip(atoms, chosen, strict=True)
        ]
    else:
        moved = rng.normal(0, rng.uniform(0.1, 0.35), (len(atoms), 3)) @ np.linalg.inv(
            lattice.direct
        )
        atoms = [
            replace(a, xyz=(a.xyz[0] + m[0], a.xyz[1] + m[1], a.xyz[2] + m[2])) if is_one else a
            for a, m, is_one in zip(atoms, moved.tolist(), chosen, strict=True)
        ]
    return _primitive_group(f"{phase.name}, ordered", lattice, atoms)


def _all_atoms(phase: Phase) -> list[Site] | None:
    elements, xyz, occupancy, b_iso = phase.cell_atoms
    if not 0 < len(elements) <= _MOST_ATOMS:
        return None
    return [
        Site(e, (float(p[0]), float(p[1]), float(p[2])), float(o), float(b))
        for e, p, o, b in zip(elements, xyz, occupancy, b_iso, strict=True)
    ]


def _doubled(lattice: Lattice, atoms: list[Site], axis: int) -> tuple[Lattice, list[Site]]:
    name = "abc"[axis]
    larger = replace(lattice, **{name: 2 * getattr(lattice, name)})
    both = []
    for half in (0.0, 0.5):
        for atom in atoms:
            xyz = [float(x) for x in atom.xyz]
            xyz[axis] = xyz[axis] / 2 + half
            both.append(replace(atom, xyz=(xyz[0], xyz[1], xyz[2])))
    return larger, both


def _primitive_group(name: str, lattice: Lattice, atoms: list[Site]) -> Phase:
    return Phase(name, lattice, space_group_from_symbol("P 1"), tuple(atoms))
