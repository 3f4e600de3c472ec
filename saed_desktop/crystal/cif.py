"""Crystal structure files (CIF) to phases, through gemmi."""

import math
from functools import lru_cache
from pathlib import Path

import gemmi
import numpy as np

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import DEFAULT_B_ISO, Phase, Site
from saed_desktop.crystal.symmetry import SpaceGroup
from saed_desktop.errors import PhaseError

MAX_ATOMS = 5000
"""More atoms in one cell than this are refused: an answer could not come in bounded time."""

_MAX_BYTES = 20_000_000


def read_phase(path: Path, *, name: str | None = None) -> Phase:
    """Read one phase from a CIF file.

    Parameters
    ----------
    path
        The file; of several data blocks the first with atom sites counts.
    name
        Name for answers; the file's stem by default.

    Raises
    ------
    PhaseError
        If the file is missing, is no CIF, or lacks a cell, a space group or usable atoms.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise PhaseError(f"{path.name} is too large for a crystal structure file.")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise PhaseError(f"There is no file {path}.") from error
    except OSError as error:
        raise PhaseError(f"{path.name} is not a readable CIF file.") from error
    return phase_from_cif(content, path.name, name=name)


def phase_from_cif(content: bytes, file_name: str, *, name: str | None = None) -> Phase:
    """Return the phase that the content of a CIF file describes.

    Parameters
    ----------
    content
        The file's bytes; of several data blocks the first with atom sites counts.
    file_name
        By which complaints call it.
    name
        Name for answers; the file's stem by default.

    Raises
    ------
    PhaseError
        If it is no CIF, or lacks a cell, a space group or usable atoms.
    """
    return _phase(content, file_name, name or Path(file_name).stem)


@lru_cache(maxsize=128)
def _phase(content: bytes, file_name: str, name: str) -> Phase:
    # kept: a window meets the same structures in its library, in networks and at every answer
    structure = _read_structure(content, file_name)
    remarks: list[str] = []
    lattice = _lattice(structure, file_name)
    space_group = _space_group(structure, file_name, remarks)
    _check_symmetry_of_cell(lattice, space_group, file_name)
    sites = _sites(structure, file_name, remarks)
    phase = Phase(
        name=name,
        lattice=lattice,
        space_group=space_group,
        sites=sites,
        formula=_formula(sites),
        remarks=tuple(remarks),
    )
    if len(sites) * space_group.order > 40 * MAX_ATOMS or phase.n_atoms > MAX_ATOMS:
        raise PhaseError(f"{file_name}: the cell holds more than {MAX_ATOMS} atoms.")
    return phase


def read_phases(folder: Path) -> tuple[Phase, ...]:
    """Read every CIF file of a folder, sorted by name.

    Raises
    ------
    PhaseError
        If a file cannot be used, or the folder holds none.
    """
    files = sorted(p for p in folder.glob("*") if p.suffix.lower() == ".cif")
    if not files:
        raise PhaseError(f"The folder {folder} holds no CIF file.")
    return tuple(read_phase(path) for path in files)


def _read_structure(content: bytes, file_name: str) -> "gemmi.SmallStructure":
    try:
        document = gemmi.cif.read_string(content)
    except (RuntimeError, ValueError, UnicodeDecodeError) as error:
        raise PhaseError(f"{file_name} is not a readable CIF file.") from error
    for block in document:
        structure = gemmi.make_small_structure_from_block(block)
        if structure.sites:
            return structure
    raise PhaseError(f"{file_name} lists no atom sites.")


def _lattice(structure: "gemmi.SmallStructure", file_name: str) -> Lattice:
    cell = structure.cell
    # gemmi's cell of a file without one is 1 Å in each direction
    if not cell.is_crystal():
        raise PhaseError(f"{file_name} states no unit cell.")
    try:
        return Lattice(cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma)
    except PhaseError as error:
        raise PhaseError(f"{file_name}: {error.sentence}") from error


_CELL_TOLERANCE = 0.02


def _check_symmetry_of_cell(lattice: Lattice, space_group: SpaceGroup, file_name: str) -> None:
    """Refuse a cell that the space group cannot have, such as a cubic group on unequal axes."""
    metric = lattice.direct @ lattice.direct.T
    turned = np.swapaxes(space_group.laue_rotations, 1, 2) @ metric @ space_group.laue_rotations
    size = np.sqrt(np.outer(np.diag(metric), np.diag(metric)))
    if np.abs((turned - metric) / size).max() > _CELL_TOLERANCE:
        raise PhaseError(
            f"{file_name}: the cell {lattice.a:g} {lattice.b:g} {lattice.c:g} Å does not have the "
            f"symmetry of {space_group.symbol or 'the listed operations'}."
        )


def _space_group(
    structure: "gemmi.SmallStructure", file_name: str, remarks: list[str]
) -> SpaceGroup:
    """Take the operations if listed, else the symbol, else the number; complain when they clash."""
    listed = _listed_operations(structure.symops, file_name)
    stated = gemmi.find_spacegroup_by_name(structure.spacegroup_hm or "")
    if stated is None and structure.spacegroup_number:
        stated = gemmi.find_spacegroup_by_number(structure.spacegroup_number)
    if listed:
        found = _table_entry(listed)
        if stated is not None and (found is None or found.number != stated.number):
            remarks.append(
                f"The listed symmetry operations are not those of {stated.hm}; "
                "the operations were used."
            )
        symbol, number = (found.xhm(), found.number) if found is not None else ("", 0)
        return SpaceGroup(triplets=listed, symbol=symbol, number=number)
    if stated is None:
        raise PhaseError(f"{file_name} states neither a space group nor symmetry operations.")
    triplets = tuple(op.triplet() for op in stated.operations())
    return SpaceGroup(triplets=triplets, symbol=stated.xhm(), number=stated.number)


def _listed_operations(symops: list[str], file_name: str) -> tuple[str, ...]:
    """Return the distinct operations that a file lists, none where it lists none."""
    if not symops:
        return ()
    try:
        triplets = tuple(dict.fromkeys(gemmi.Op(text).wrap().triplet() for text in symops))
    except (RuntimeError, ValueError) as error:
        raise PhaseError(f"{file_name}: a symmetry operation cannot be understood.") from error
    found = _table_entry(triplets)
    is_tabulated = found is not None and _triplets(found) == set(triplets)
    # most files list the operations of a tabulated group; else it takes all their products
    if not is_tabulated and not SpaceGroup(triplets).is_closed:
        raise PhaseError(
            f"{file_name}: the {len(triplets)} symmetry operations do not form a group."
        )
    return triplets


def _table_entry(triplets: tuple[str, ...]) -> "gemmi.SpaceGroup | None":
    return gemmi.find_spacegroup_by_ops(gemmi.GroupOps([gemmi.Op(t) for t in triplets]))


def _triplets(space_group: "gemmi.SpaceGroup") -> set[str]:
    return {op.wrap().triplet() for op in space_group.operations()}


def _sites(
    structure: "gemmi.SmallStructure", file_name: str, remarks: list[str]
) -> tuple[Site, ...]:
    sites = []
    for site in structure.sites:
        symbol = site.element.name
        occupancy = float(site.occ)
        position = (site.fract.x, site.fract.y, site.fract.z)
        if site.element.atomic_number == 0:
            raise PhaseError(f"{file_name}: '{site.type_symbol or site.label}' is no element.")
        if not all(math.isfinite(x) for x in position):
            raise PhaseError(f"{file_name}: site {site.label} has no position.")
        if not 0 < occupancy <= 1.0 + 1e-3:
            if occupancy == 0:
                continue
            raise PhaseError(f"{file_name}: site {site.label} has occupancy {occupancy:g}.")
        b_iso = float(site.u_iso) * 8 * math.pi**2
        if not 0 < b_iso < 20:
            b_iso = DEFAULT_B_ISO
        sites.append(Site(symbol, position, min(occupancy, 1.0), b_iso))
    if not sites:
        raise PhaseError(f"{file_name} has no occupied atom site.")
    if any(site.occupancy < 1 for site in sites):
        remarks.append("Some sites are partly occupied or shared.")
    return tuple(sites)


def _formula(sites: tuple[Site, ...]) -> str:
    elements = sorted({site.element for site in sites})
    return "-".join(elements)
