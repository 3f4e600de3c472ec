"""Structures of VASP: POSCAR and CONTCAR."""

import re
from collections.abc import Sequence

import gemmi
import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.described import DescribedCrystal
from saed_desktop.crystal.listed_sites import ListedSite
from saed_desktop.crystal.phase import Site
from saed_desktop.errors import PhaseError

_P1 = ("x,y,z",)


def is_poscar(lines: Sequence[str]) -> bool:
    """Tell whether a text is laid out as a POSCAR is: a factor, then three vectors."""
    if len(lines) < 8:
        return False
    rows = [_numbers(line) for line in lines[1:5]]
    return len(rows[0]) in (1, 3) and all(len(row) >= 3 for row in rows[1:])


def described_poscar(lines: Sequence[str], file_name: str) -> DescribedCrystal:
    """Return the crystal of a POSCAR; its symmetry is that of its atoms.

    Raises
    ------
    PhaseError
        If elements or atoms are missing.
    """
    factors = _numbers(lines[1])
    vectors = np.array([_numbers(line)[:3] for line in lines[2:5]])
    scale = factors[0] if factors else 1.0
    if scale < 0:
        # a negative factor is the volume
        scale = float((-scale / abs(np.linalg.det(vectors))) ** (1 / 3))
    vectors = vectors * (np.array(factors) if len(factors) == 3 else scale)
    position = 5
    names = lines[position].split()
    if all(re.fullmatch(r"\d+", word) for word in names):
        names = lines[0].split()  # VASP 4 keeps the elements in the title, if anywhere
    else:
        position += 1
    counts = [int(word) for word in lines[position].split() if word.isdecimal()]
    elements = [name.split("/")[0].split("_")[0] for name in names][: len(counts)]
    if len(elements) < len(counts) or not all(_is_element(name) for name in elements):
        raise PhaseError(f"{file_name} does not say which elements its atoms are.")
    position += 1
    if lines[position].strip()[:1].lower() == "s":
        position += 1
    is_cartesian = lines[position].strip()[:1].lower() in ("c", "k")
    symbols = [e for e, count in zip(elements, counts, strict=True) for _ in range(count)]
    rows = [_numbers(line)[:3] for line in lines[position + 1 : position + 1 + len(symbols)]]
    if len(rows) < len(symbols) or any(len(row) < 3 for row in rows):
        raise PhaseError(f"{file_name} ends before its {len(symbols)} atoms.")
    xyz = np.array(rows)
    if is_cartesian:
        xyz = fractional(xyz * (scale if len(factors) == 1 else np.array(factors)), vectors)
    return of_vectors(vectors, symbols, xyz)


def of_vectors(
    vectors: FloatArray,
    symbols: Sequence[str],
    xyz: FloatArray,
    occupancies: FloatArray | None = None,
) -> DescribedCrystal:
    """Return a crystal of lattice vectors (3, 3, in rows) and all atoms of its cell."""
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.isfinite(vectors).all() or lengths.min() < 1e-3:
        return DescribedCrystal((None,) * 6, [], operations=_P1)
    a, b, c = vectors / lengths[:, None]
    cosines = np.clip([b @ c, a @ c, a @ b], -1, 1)
    shares = np.ones(len(symbols)) if occupancies is None else occupancies
    sites = [
        ListedSite(Site(symbol, (x, y, z), share), f"{symbol}{i}", (0.0, 0.0, 0.0))
        for i, (symbol, (x, y, z), share) in enumerate(
            zip(symbols, xyz.tolist(), shares.tolist(), strict=True), 1
        )
    ]
    cell = (*lengths.tolist(), *np.degrees(np.arccos(cosines)).tolist())
    return DescribedCrystal(cell, sites, operations=_P1)


def fractional(cartesian: FloatArray, vectors: FloatArray) -> FloatArray:
    """Return fractional coordinates (n, 3) of Cartesian ones."""
    return np.asarray(np.linalg.solve(vectors.T, cartesian.T).T)


def _numbers(line: str) -> list[float]:
    found = []
    for word in line.split():
        try:
            found.append(float(word.replace("D", "E").replace("d", "e")))
        except ValueError:
            break
    return found


def _is_element(name: str) -> bool:
    return name.isalpha() and gemmi.Element(name).atomic_number > 0
