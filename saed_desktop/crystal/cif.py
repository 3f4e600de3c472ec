"""Crystal structure files to phases, as far as they are sound: CIF, and some others by content."""

import logging
import re
import stat
from collections.abc import Sequence
from functools import lru_cache
from os import PathLike
from pathlib import Path

import gemmi
import numpy as np

from saed_desktop.crystal.contents import Stated, parsed_formula
from saed_desktop.crystal.described import MAX_ATOMS, DescribedCrystal, built_phase
from saed_desktop.crystal.extended_xyz import described_xyz, is_xyz
from saed_desktop.crystal.listed_sites import listed_sites, site_table
from saed_desktop.crystal.macromolecular import described_structure
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.poscar import described_poscar, is_poscar
from saed_desktop.crystal.shelx import described_shelx, is_shelx
from saed_desktop.crystal.structure_names import NOT_READ
from saed_desktop.crystal.structure_text import decoded, number, parsed
from saed_desktop.errors import PhaseError

__all__ = ["MAX_ATOMS", "phase_from_cif", "read_phase", "read_phases"]

_MAX_BYTES = 20_000_000

_CELL = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")

_SYMBOL_TAGS = (
    "_space_group_name_H-M_alt",
    "_symmetry_space_group_name_H-M",
    "_symmetry_space_group_name_H-M_alt",
    "_space_group.name_H-M_alt",
    "_space_group_name_H-M_full",
    "_space_group.name_H-M_full",
    "_space_group_name_H-M_ref",
)
_HALL_TAGS = ("_space_group_name_Hall", "_symmetry_space_group_name_Hall", "_space_group.name_Hall")
_NUMBER_TAGS = (
    "_space_group_IT_number",
    "_symmetry_Int_Tables_number",
    "_symmetry_group_IT_number",
    "_space_group.IT_number",
)
_OPERATION_TAGS = (
    "_space_group_symop_operation_xyz",
    "_symmetry_equiv_pos_as_xyz",
    "_space_group_symop.operation_xyz",
)
_MAGNETIC_OPERATIONS = "_space_group_symop_magn_operation.xyz"
_MAGNETIC_CENTRINGS = "_space_group_symop_magn_centering.xyz"


def read_phase(path: str | PathLike[str], *, name: str | None = None) -> Phase:
    """Read one phase from a structure file: CIF, mmCIF, SHELX, POSCAR, extended XYZ or PDB.

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
    path = Path(path)
    kind = NOT_READ.get(path.suffix.lower())
    if kind is not None:
        raise PhaseError(f"{path.name} is a {kind} file, which is not read; save it as CIF.")
    try:
        state = path.stat()
        # of a pipe nothing ever comes
        if not (stat.S_ISREG(state.st_mode) or stat.S_ISDIR(state.st_mode)):
            raise PhaseError(f"{path.name} is no regular file.")
        if state.st_size > _MAX_BYTES:
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
    try:
        with np.errstate(all="ignore"):
            return built_phase(_described_file(decoded(content), file_name), name, file_name)
    except PhaseError:
        raise
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        # what is left of a damaged file may break any rule of its format
        logging.getLogger(__name__).debug("%s cannot be understood", file_name, exc_info=True)
        raise PhaseError(f"{file_name} is damaged: it cannot be understood.") from error


def _described_file(text: str, file_name: str) -> DescribedCrystal:
    """Return the crystal of a file of any of the formats, by what is in it."""
    lines = text.splitlines()
    if not re.search(r"^\s*data_", text, re.MULTILINE | re.IGNORECASE):
        if is_shelx(lines):
            return described_shelx(lines, file_name)
        if is_xyz(lines):
            return described_xyz(lines, file_name)
        if is_poscar(lines):
            return described_poscar(lines, file_name)
        if re.search(r"^CRYST1", text, re.MULTILINE):
            return described_structure(gemmi.read_pdb_string(text), file_name)
    remarks: list[str] = []
    document = parsed(text, file_name, remarks)
    block = next((b for b in document if len(site_table(b))), None)
    if block is None:
        for candidate in document:
            if candidate.find_values("_atom_site.Cartn_x"):
                structure = gemmi.make_structure_from_block(candidate)
                return described_structure(structure, file_name)
        raise PhaseError(f"{file_name} lists no atom sites.")
    return _described(block, file_name, remarks)


def read_phases(folder: str | PathLike[str]) -> tuple[Phase, ...]:
    """Read every CIF file of a folder, sorted by name.

    Raises
    ------
    PhaseError
        If a file cannot be used, or the folder holds none.
    """
    folder = Path(folder)
    files = sorted(p for p in folder.glob("*") if p.suffix.lower() == ".cif")
    if not files:
        raise PhaseError(f"The folder {folder} holds no CIF file.")
    return tuple(read_phase(path) for path in files)


def _described(block: "gemmi.cif.Block", file_name: str, remarks: list[str]) -> DescribedCrystal:
    formula = parsed_formula(_value(block, ("_chemical_formula_sum", "_chemical_formula.sum")))
    units = number(_value(block, ("_cell_formula_units_Z", "_cell.formula_units_Z")))
    sites = listed_sites(site_table(block), frozenset(formula), file_name, remarks)
    group_number = number(_value(block, _NUMBER_TAGS))
    return DescribedCrystal(
        cell=tuple(number(_value(block, (f"_cell_{n}", f"_cell.{n}"))) for n in _CELL),
        sites=sites,
        operations=_operations(block),
        symbols=[text for tag in _SYMBOL_TAGS if (text := _value(block, (tag,)))],
        hall=_value(block, _HALL_TAGS),
        number=int(group_number or 0),
        stated=Stated(formula, units or 0.0),
        remarks=tuple(remarks),
    )


def _value(block: "gemmi.cif.Block", tags: Sequence[str]) -> str:
    """Return the first stated value among tags, empty where there is none."""
    for tag in tags:
        # in the field, tags are written with capitals of every kind
        text = block.find_value(tag)
        plain = gemmi.cif.as_string(text).strip() if text else ""
        if plain not in ("", "?", "."):
            return plain
    return ""


def _operations(block: "gemmi.cif.Block") -> list[str]:
    for tag in _OPERATION_TAGS:
        column = [gemmi.cif.as_string(text) for text in block.find_loop(tag)]
        single = _value(block, (tag,))
        found = column or ([single] if single else [])
        if found:
            return found
    magnetic = [gemmi.cif.as_string(text) for text in block.find_loop(_MAGNETIC_OPERATIONS)]
    centrings = [gemmi.cif.as_string(text) for text in block.find_loop(_MAGNETIC_CENTRINGS)]
    if not centrings:
        return magnetic
    # the moments' signs are left out: electrons see the charge
    spatial = [_spatial(text) for text in magnetic]
    return [(centring * op).triplet() for centring in map(_spatial, centrings) for op in spatial]


def _spatial(text: str) -> "gemmi.Op":
    try:
        return gemmi.Op(",".join(text.split(",")[:3]))
    except (RuntimeError, ValueError) as error:
        raise PhaseError(f"The symmetry operation {text} cannot be understood.") from error
