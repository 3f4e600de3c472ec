"""Check of a cell's contents against the file: formula, multiplicities, distances."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import gemmi
import numpy as np

from saed_desktop.crystal.phase import Phase

CLOSEST_ANGSTROM = 0.7
"""No two atoms of full sites stand closer; O-H, the shortest common bond, is 0.95 Å."""

_MOST_PAIRS = 4_000_000
_POSSIBLE_CONTACT, _TOO_CLOSE = 0.9, 0.1


@dataclass(frozen=True)
class Stated:
    """Contents of the cell as the file states them.

    Parameters
    ----------
    formula
        Atoms by element in one formula unit, empty where it is not stated.
    units
        Formula units in the cell, 0 where not stated.
    multiplicities
        Of the sites in their order, 0 where not stated.
    """

    formula: Mapping[str, float]
    units: float = 0.0
    multiplicities: tuple[int, ...] = ()


def parsed_formula(text: str) -> dict[str, float]:
    """Return atoms by element of a formula such as 'Al2 O3', empty where it is another text."""
    plain = text.strip("'\" \n;")
    if not re.fullmatch(r"(?:[A-Z][a-z]?\s*(?:\d+\.?\d*|\.\d+)?\s*)+", plain):
        return {}
    counts: defaultdict[str, float] = defaultdict(float)
    for name, count in re.findall(r"([A-Z][a-z]?)\s*(\d+\.?\d*|\.\d+)?", plain):
        element = gemmi.Element(name)
        if element.atomic_number == 0:
            return {}
        counts["H" if name in ("D", "T") else name] += float(count or 1)
    return dict(counts)


def composition(phase: Phase) -> dict[str, float]:
    """Return atoms by element in the cell, weighed by their occupancies."""
    counts: defaultdict[str, float] = defaultdict(float)
    elements, _, occupancies, _ = phase.cell_atoms
    for element, occupancy in zip(elements, occupancies.tolist(), strict=True):
        counts[element] += occupancy
    return dict(counts)


def formula_error(phase: Phase, stated: Stated) -> float | None:
    """Return by what share the contents of a cell miss the stated formula, None without one.

    Hydrogen does not count: files often name it and do not place it.
    """
    formula = {e: n for e, n in stated.formula.items() if e != "H"}
    if not formula:
        return None
    found = {e: n for e, n in composition(phase).items() if e != "H"}
    # some programs write the whole cell as the formula, and the number of units beside it
    nearest = max(1.0, round(sum(found.values()) / sum(formula.values())))
    errors = []
    for units in (stated.units, 1.0) if stated.units else (nearest,):
        missed = sum(abs(found.get(e, 0.0) - units * formula.get(e, 0.0)) for e in found | formula)
        errors.append(missed / (units * sum(formula.values())))
    return min(errors)


def wrong_multiplicities(phase: Phase, stated: Stated) -> int:
    """Return how many sites have another multiplicity than the file says."""
    if len(stated.multiplicities) != len(phase.sites):
        return 0
    pairs = zip(phase.multiplicities, stated.multiplicities, strict=True)
    return sum(wanted > 0 and own != wanted for own, wanted in pairs)


def shortest_contact(phase: Phase) -> tuple[float, float]:
    """Return the shortest distance of two atoms in Å, and the shortest relative to their radii.

    Atoms that can stand there only in turn, by their occupancies, do not count as neighbours.
    """
    elements, positions, occupancies, _ = phase.cell_atoms
    radii = np.array([gemmi.Element(e).covalent_r for e in elements])
    count = len(elements)
    # one of each site meets all others: by symmetry the rest says the same
    firsts = np.cumsum([0, *phase.multiplicities])[:-1]
    if len(firsts) * count * 27 > _MOST_PAIRS or not count:
        return np.inf, np.inf
    shifts = np.array(np.meshgrid(*[[-1, 0, 1]] * 3)).reshape(3, -1).T
    difference = positions[None, :, :] - positions[firsts][:, None, :]
    difference -= np.round(difference)
    vectors = (difference[:, :, None, :] + shifts) @ phase.lattice.direct
    distance = np.sqrt(np.einsum("nmsk,nmsk->nms", vectors, vectors))
    together = occupancies[firsts][:, None] + occupancies[None, :] > 1.05
    distance[distance < _TOO_CLOSE] = np.inf
    distance[~together] = np.inf
    nearest = distance.min(axis=2)
    relative = nearest / (radii[firsts][:, None] + radii[None, :])
    return float(nearest.min()), float(relative.min())


def better(phases: Sequence[Phase], stated: Sequence[Stated]) -> tuple[int, str]:
    """Return which of several readings of a file fits what it states, and by what.

    Formula and formula units decide, then the stated multiplicities, then the distances of atoms;
    an empty reason means that nothing decides and the first one is taken.
    """
    errors = [formula_error(phase, own) for phase, own in zip(phases, stated, strict=True)]
    if None not in errors:
        choice = _clear(([e or 0.0 for e in errors]), 0.02)
        if choice is not None:
            return choice, "the stated formula"
    wrong = [wrong_multiplicities(p, own) for p, own in zip(phases, stated, strict=True)]
    choice = _clear([float(count) for count in wrong], 0.5)
    if choice is not None:
        return choice, "the stated multiplicities"
    contacts = [shortest_contact(phase)[1] for phase in phases]
    best = int(np.argmax(contacts))
    others = [c for i, c in enumerate(contacts) if i != best]
    if max(others) < _POSSIBLE_CONTACT and contacts[best] - max(others) > 0.05:
        return best, "the distances of atoms"
    return 0, ""


def _clear(values: Sequence[float], margin: float) -> int | None:
    """Return the index of a value that is smaller than all others by a margin."""
    best = int(np.argmin(values))
    others = [value for i, value in enumerate(values) if i != best]
    return best if min(others) - values[best] > margin else None
