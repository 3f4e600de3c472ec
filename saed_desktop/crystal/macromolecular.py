"""Crystals of mmCIF and PDB files, whose atoms are in Cartesian coordinates; through gemmi."""

import math

import gemmi

from saed_desktop.crystal.described import DescribedCrystal
from saed_desktop.crystal.listed_sites import ListedSite
from saed_desktop.crystal.phase import DEFAULT_B_ISO, Site
from saed_desktop.errors import PhaseError


def described_structure(structure: "gemmi.Structure", file_name: str) -> DescribedCrystal:
    """Return the crystal of a structure with atoms in Cartesian coordinates.

    Raises
    ------
    PhaseError
        If it states no cell or no atoms.
    """
    cell = structure.cell
    if not cell.is_crystal():
        raise PhaseError(f"{file_name} states no unit cell.")
    if not len(structure):
        raise PhaseError(f"{file_name} lists no atom sites.")
    sites = []
    for entry in structure[0].all():
        atom = entry.atom
        place = cell.fractionalize(atom.pos)
        xyz = (place.x, place.y, place.z)
        if not all(math.isfinite(value) for value in xyz) or atom.element.atomic_number == 0:
            raise PhaseError(f"{file_name}: atom {atom.name} has no element or no position.")
        element = "H" if atom.element.name == "D" else atom.element.name
        b_iso = atom.b_iso if 0 < atom.b_iso < 20 else DEFAULT_B_ISO
        occupancy = min(max(float(atom.occ), 0.0), 1.0)
        if occupancy > 0:
            site = Site(element, xyz, occupancy, float(b_iso))
            sites.append(ListedSite(site, atom.name, (0.0, 0.0, 0.0)))
    return DescribedCrystal(
        (cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma),
        sites,
        symbols=[structure.spacegroup_hm or "P 1"],
    )
