"""Chemical formulae: reading them, writing them, comparing them with the atoms of a cell."""

import re
from collections.abc import Mapping
from math import gcd

import gemmi

from saed_desktop.crystal.phase import Phase
from saed_desktop.errors import PhaseError

_TOKEN = re.compile(r"([A-Z][a-z]?)|(\()|(\))|(\d+(?:\.\d+)?|\.\d+)|(·)")
# from metals to non-metals, as inorganic formulae are written
_ORDER = (
    "Fr Cs Rb K Na Li Ra Ba Sr Ca Mg Be Ac La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Y Sc "
    "Th Pa U Np Pu Am Cm Zr Hf Ti Nb Ta V Mo W Cr Re Tc Mn Fe Ru Os Co Rh Ir Ni Pd Pt Cu Ag Au "
    "Zn Cd Hg Al Ga In Tl B Ge Sn Pb Si Bi Sb As P C H Te Se I Br S N Cl O F"
)


def parse_formula(text: str) -> dict[str, float]:
    """Return the number of atoms of each element in a formula such as `Ca(OH)2` or `CaSO4·2H2O`.

    Raises
    ------
    PhaseError
        If the text is no formula.
    """
    total: dict[str, float] = {}
    for part in text.replace(" ", "").split("·"):
        lead = re.match(r"\d+(?:\.\d+)?", part)
        factor = float(lead.group()) if lead else 1.0
        for element, count in _parse_part(part[lead.end() :] if lead else part, text).items():
            total[element] = total.get(element, 0.0) + factor * count
    return total


def _parse_part(part: str, whole: str) -> dict[str, float]:
    stack: list[list[dict[str, float]]] = [[]]
    place = 0
    while place < len(part):
        token = _TOKEN.match(part, place)
        if token is None:
            raise PhaseError(f"'{whole}' is no chemical formula.")
        place = token.end()
        element, opening, closing, number, _ = token.groups()
        if element:
            if gemmi.Element(element).atomic_number == 0:
                raise PhaseError(f"'{element}' in the formula {whole} is no element.")
            stack[-1].append({element: 1.0})
        elif opening:
            stack.append([])
        elif closing and len(stack) > 1:
            inner = _merged(stack.pop())
            stack[-1].append(inner)
        elif number and stack[-1]:
            stack[-1][-1] = {e: n * float(number) for e, n in stack[-1][-1].items()}
        else:
            raise PhaseError(f"'{whole}' is no chemical formula.")
    if len(stack) != 1 or not stack[0]:
        raise PhaseError(f"'{whole}' is no chemical formula.")
    return _merged(stack[0])


def _merged(parts: list[dict[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for part in parts:
        for element, count in part.items():
            total[element] = total.get(element, 0.0) + count
    return total


def cell_contents(phase: Phase) -> dict[str, float]:
    """Return the number of atoms of each element in the unit cell, occupancies counted."""
    elements, _, occupancies, _ = phase.cell_atoms
    total: dict[str, float] = {}
    for element, occupancy in zip(elements, occupancies.tolist(), strict=True):
        total[element] = total.get(element, 0.0) + occupancy
    return total


def formula_text(contents: Mapping[str, float]) -> str:
    """Return a formula with the smallest whole numbers, or per formula unit where there are none.

    >>> formula_text({"O": 12, "Al": 8})
    'Al2O3'
    """
    rank = {element: i for i, element in enumerate(_ORDER.split())}
    elements = sorted(contents, key=lambda e: (rank.get(e, len(rank)), e))
    counts = [contents[e] for e in elements]
    whole = [round(count) for count in counts]
    if all(abs(c - n) < 0.02 and n > 0 for c, n in zip(counts, whole, strict=True)):
        divisor = gcd(*whole)
        counts = [n / divisor for n in whole]
    else:
        unit = max(round(min(c for c in counts if c > 0.9)), 1) if max(counts) > 0.9 else 1
        counts = [count / unit for count in counts]
    return "".join(e + _count_text(n) for e, n in zip(elements, counts, strict=True))


def _count_text(count: float) -> str:
    return "" if abs(count - 1) < 1e-3 else f"{count:.3g}"


def same_composition(
    first: Mapping[str, float], second: Mapping[str, float], *, tolerance: float = 0.01
) -> bool:
    """Tell whether two contents have the same elements in the same proportions."""
    if set(first) != set(second) or not first:
        return False
    one, other = sum(first.values()), sum(second.values())
    return all(abs(first[e] / one - second[e] / other) <= tolerance for e in first)


def density_g_cm3(phase: Phase) -> float:
    """Return the density that follows from the cell and its atoms, in g/cm³."""
    mass = sum(gemmi.Element(e).weight * n for e, n in cell_contents(phase).items())
    return float(mass / phase.lattice.volume * 1.66053907)
