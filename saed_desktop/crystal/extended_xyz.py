"""Extended XYZ: atoms in Cartesian coordinates, the cell in the second line."""

import re
from collections.abc import Sequence

import gemmi
import numpy as np

from saed_desktop.crystal.described import DescribedCrystal
from saed_desktop.crystal.poscar import fractional, of_vectors
from saed_desktop.errors import PhaseError


def is_xyz(lines: Sequence[str]) -> bool:
    """Tell whether a text starts with a number of atoms and has as many lines of them."""
    first = lines[0].strip() if lines else ""
    return first.isdecimal() and len(lines) >= int(first) + 2 and int(first) > 0


def described_xyz(lines: Sequence[str], file_name: str) -> DescribedCrystal:
    """Return the crystal of an extended XYZ file; of several frames the first.

    Raises
    ------
    PhaseError
        If it states no cell, or its atoms cannot be read.
    """
    found = re.search(r"Lattice\s*=\s*\"([^\"]+)\"", lines[1], re.IGNORECASE)
    if found is None:
        raise PhaseError(f"{file_name} states no unit cell: it holds a molecule, not a crystal.")
    symbol_at, place = _columns(lines[1])
    try:
        vectors = np.array([float(word) for word in found.group(1).split()]).reshape(3, 3)
        rows = [line.split() for line in lines[2 : 2 + int(lines[0])]]
        symbols = [row[symbol_at] for row in rows]
        cartesian = np.array([[float(word) for word in row[place : place + 3]] for row in rows])
        symbols = [_element(symbol) for symbol in symbols]
        return of_vectors(vectors, symbols, fractional(cartesian, vectors))
    except (ValueError, IndexError, np.linalg.LinAlgError) as error:
        raise PhaseError(f"{file_name} is a damaged XYZ file.") from error


def _columns(comment: str) -> tuple[int, int]:
    """Return in which columns the element and the first coordinate stand."""
    found = re.search(r"Properties\s*=\s*\"?([\w:]+)", comment, re.IGNORECASE)
    if found is None:
        return 0, 1
    places: dict[str, int] = {}
    column = 0
    parts = found.group(1).split(":")
    for name, _, count in zip(parts[::3], parts[1::3], parts[2::3], strict=False):
        places[name.lower()] = column
        column += int(count)
    return places.get("species", 0), places.get("pos", 1)


def _element(symbol: str) -> str:
    name = gemmi.Element(int(symbol)) if symbol.isdecimal() else gemmi.Element(symbol)
    if name.atomic_number == 0:
        raise ValueError(symbol)
    return "H" if name.name == "D" else name.name
