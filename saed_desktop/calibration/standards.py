"""Crystals that people calibrate with: cells from the literature, at room temperature."""

from dataclasses import dataclass

import gemmi

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import SpaceGroup
from saed_desktop.translation import mark


@dataclass(frozen=True)
class Standard:
    """A calibrant.

    Parameters
    ----------
    name
        For the list.
    space_group
        Hermann-Mauguin symbol.
    cell
        a, b, c in Å, α, β, γ in degrees.
    sites
        Element and fractional coordinates.
    """

    name: str
    space_group: str
    cell: tuple[float, float, float, float, float, float]
    sites: tuple[tuple[str, tuple[float, float, float]], ...]

    def phase(self) -> Phase:
        """Return the crystal."""
        group = gemmi.find_spacegroup_by_name(self.space_group)
        triplets = tuple(op.triplet() for op in group.operations())
        return Phase(
            name=self.name,
            lattice=Lattice(*self.cell),
            space_group=SpaceGroup(triplets, group.xhm(), group.number),
            sites=tuple(Site(element, xyz) for element, xyz in self.sites),
            formula=self.name,
        )


def _cubic(
    name: str, symbol: str, a: float, *sites: tuple[str, tuple[float, float, float]]
) -> Standard:
    return Standard(name, symbol, (a, a, a, 90, 90, 90), sites)


_ORIGIN = (0.0, 0.0, 0.0)
_HALF = (0.5, 0.5, 0.5)
_QUARTER = (0.25, 0.25, 0.25)
_EIGHTH = (0.125, 0.125, 0.125)

STANDARDS = (
    _cubic(mark("Gold (Au)"), "F m -3 m", 4.0782, ("Au", _ORIGIN)),
    _cubic(mark("Aluminium (Al)"), "F m -3 m", 4.0495, ("Al", _ORIGIN)),
    _cubic(mark("Silicon (Si)"), "F d -3 m:2", 5.43102, ("Si", _EIGHTH)),
    _cubic(mark("Silver (Ag)"), "F m -3 m", 4.0862, ("Ag", _ORIGIN)),
    _cubic(mark("Platinum (Pt)"), "F m -3 m", 3.9242, ("Pt", _ORIGIN)),
    _cubic(mark("Nickel (Ni)"), "F m -3 m", 3.5238, ("Ni", _ORIGIN)),
    _cubic(mark("Magnesium oxide (MgO)"), "F m -3 m", 4.2117, ("Mg", _ORIGIN), ("O", _HALF)),
    _cubic(mark("Cerium oxide (CeO₂)"), "F m -3 m", 5.4113, ("Ce", _ORIGIN), ("O", _QUARTER)),
    _cubic(mark("Thallium chloride (TlCl)"), "P m -3 m", 3.8425, ("Tl", _ORIGIN), ("Cl", _HALF)),
    Standard(
        mark("Graphite (C)"),
        "P 63/m m c",
        (2.461, 2.461, 6.708, 90, 90, 120),
        (("C", (0.0, 0.0, 0.25)), ("C", (1 / 3, 2 / 3, 0.25))),
    ),
)


def standard_phases() -> tuple[Phase, ...]:
    """Return all standards as crystals."""
    return tuple(standard.phase() for standard in STANDARDS)
