"""The classes that an unknown crystal may belong to: space groups, and what each implies.

The members of an enantiomorphic pair are one class: no diffraction pattern of a zone tells them
apart.
"""

from dataclasses import dataclass
from functools import cache

import gemmi
import numpy as np

from saed_desktop.arrays import IntArray

SYSTEMS = (
    "triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal", "cubic",
)  # fmt: skip
BRAVAIS = (
    "aP", "mP", "mC", "oP", "oC", "oI", "oF", "tP", "tI", "hP", "hR", "cP", "cI", "cF",
)  # fmt: skip
"""Bravais lattices by their Pearson letters; base-centred ones, A, B or C, are called C."""

_OTHER_HAND = {
    78: 76, 95: 91, 96: 92, 145: 144, 153: 151, 154: 152, 170: 169, 172: 171, 179: 178, 181: 180,
    213: 212,
}  # fmt: skip
_FAMILY = {
    "triclinic": "a", "monoclinic": "m", "orthorhombic": "o", "tetragonal": "t",
    "trigonal": "h", "hexagonal": "h", "cubic": "c",
}  # fmt: skip


@dataclass(frozen=True)
class SpaceGroupClass:
    """A space group, or an enantiomorphic pair.

    Parameters
    ----------
    number
        In the International Tables, the lower of a pair.
    symbol
        Hermann-Mauguin symbol with spaces, as in structure files; both of a pair.
    system
        Its crystal system.
    bravais
        Its Bravais lattice by Pearson letters.
    centring
        P, C (for any one face), I, F or R.
    """

    number: int
    symbol: str
    system: str
    bravais: str
    centring: str


@cache
def space_group_classes() -> tuple[SpaceGroupClass, ...]:
    """Return all classes by number."""
    other = {low: high for high, low in _OTHER_HAND.items()}
    found = []
    for number in range(1, 231):
        if number in _OTHER_HAND:
            continue
        group = gemmi.find_spacegroup_by_number(number)
        symbol = group.hm
        if number in other:
            symbol += f" or {gemmi.find_spacegroup_by_number(other[number]).hm}"
        centring = "C" if group.centring_type() in "ABC" else group.centring_type()
        system = group.crystal_system_str()
        found.append(SpaceGroupClass(number, symbol, system, _FAMILY[system] + centring, centring))
    return tuple(found)


@cache
def _places() -> dict[int, int]:
    places = {one.number: i for i, one in enumerate(space_group_classes())}
    return places | {high: places[low] for high, low in _OTHER_HAND.items()}


def class_of(number: int) -> int:
    """Return the place of a space group's class among `space_group_classes`."""
    return _places()[number]


@cache
def system_of_classes() -> IntArray:
    """Return the place of each class's system in `SYSTEMS` (n,)."""
    return np.array([SYSTEMS.index(one.system) for one in space_group_classes()])


@cache
def bravais_of_classes() -> IntArray:
    """Return the place of each class's lattice in `BRAVAIS` (n,)."""
    return np.array([BRAVAIS.index(one.bravais) for one in space_group_classes()])
