"""Names and suffixes of structure files; light enough to import at start-up."""

from pathlib import Path

STRUCTURE_SUFFIXES = (
    ".cif", ".mcif", ".mmcif", ".res", ".ins", ".vasp", ".poscar", ".xyz", ".extxyz", ".pdb",
)  # fmt: skip
"""Endings of structure files that are read; POSCAR and CONTCAR have none."""

NOT_READ = {
    ".xsf": "XCrySDen",
    ".cell": "CASTEP",
    ".struct": "WIEN2k",
    ".cssr": "CSSR",
    ".xtl": "CrystalMaker",
    ".crystal": "CRYSTAL",
    ".gen": "DFTB+",
    ".mol": "molecule",
    ".mol2": "molecule",
    ".cml": "CML",
    ".json": "JSON",
}
"""Endings of structure files that are refused by what they are."""


def is_structure_name(path: Path) -> bool:
    """Tell whether a file's name is one of a structure file, those included that are not read."""
    is_vasp = path.name.upper().startswith(("POSCAR", "CONTCAR"))
    suffix = path.suffix.lower()
    return is_vasp or suffix in STRUCTURE_SUFFIXES or suffix in NOT_READ
