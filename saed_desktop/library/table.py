"""The tables of prototypes and phases that the bundled library is written in.

A prototype is a structure type: a space group and sites whose places are taken by letters. A
phase names its prototype, its cell and which elements stand for the letters:

    NaCl | cF8 | rock salt, B1 | F m -3 m | A 0 0 0; B 1/2 1/2 1/2
    TiN | osbornite | TiN | NaCl | 4.242 | Ti N | 5.40

Coordinates may hold free parameters (`x`, `z2`, `2x`, `1/2-x`), whose usual values stand in the
prototype's last column and whose own values in the phase's.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import gemmi

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import SpaceGroup, space_group_from_symbol
from saed_desktop.errors import PhaseError

_TERM = re.compile(r"([+-]?)(\d+/\d+|\d*\.\d+|\d+)?([a-z]\d*)?")
_OCCUPANT = re.compile(r"([A-Z][a-z]?)(\d*\.\d+|1)?")


@dataclass(frozen=True)
class Prototype:
    """A structure type.

    Parameters
    ----------
    name
        The phase that it is known by, such as `NaCl`.
    pearson
        Pearson symbol.
    description
        Other names: Strukturbericht, mineral.
    space_group
        Extended Hermann-Mauguin symbol, setting included.
    sites
        Letter of the occupant and three coordinates, as written.
    parameters
        Usual values of the free parameters.
    """

    name: str
    pearson: str
    description: str
    space_group: str
    sites: tuple[tuple[str, tuple[str, str, str]], ...]
    parameters: Mapping[str, float]

    @property
    def letters(self) -> list[str]:
        """The occupants' letters, in alphabetical order."""
        return sorted({letter for letter, _ in self.sites})


@dataclass(frozen=True)
class TableEntry:
    """A phase of the bundled library.

    Parameters
    ----------
    name
        By which answers call it.
    aliases
        Other names.
    formula
        As it is usually written.
    density_g_cm3
        Stated by a source of its own, None where none was at hand.
    source
        Of the numbers.
    subject
        The table that it stands in, such as `oxides`.
    """

    name: str
    aliases: tuple[str, ...]
    formula: str
    prototype: Prototype
    lattice: Lattice
    occupants: Mapping[str, tuple[tuple[str, float], ...]]
    parameters: Mapping[str, float]
    density_g_cm3: float | None
    source: str
    subject: str

    @cached_property
    def space_group(self) -> SpaceGroup:
        """The space group, in the prototype's setting."""
        return space_group_from_symbol(self.prototype.space_group)

    @cached_property
    def phase(self) -> Phase:
        """The structure."""
        sites = []
        values = {**self.prototype.parameters, **self.parameters}
        for letter, place in self.prototype.sites:
            x, y, z = (coordinate(text, values) for text in place)
            sites += [
                Site(element, (x, y, z), occupancy) for element, occupancy in self.occupants[letter]
            ]
        return Phase(self.name, self.lattice, self.space_group, tuple(sites), self.formula)


def coordinate(text: str, values: Mapping[str, float]) -> float:
    """Return the value of a coordinate such as `1/4`, `x`, `-2x` or `x+1/2`.

    Raises
    ------
    PhaseError
        If it cannot be read, or a parameter has no value.
    """
    total, place = 0.0, 0
    if not text:
        raise PhaseError("A coordinate is missing.")
    while place < len(text):
        term = _TERM.match(text, place)
        if term is None or term.end() == place or not (term.group(2) or term.group(3)):
            raise PhaseError(f"'{text}' is no coordinate.")
        sign, number, name = term.groups()
        value = float(Fraction(number)) if number else 1.0
        if name:
            if name not in values:
                raise PhaseError(f"The parameter {name} has no value.")
            value *= values[name]
        total += -value if sign == "-" else value
        place = term.end()
    return total


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, [field.strip() for field in line.split("|")]


def read_prototypes(text: str) -> dict[str, Prototype]:
    """Read the table of prototypes.

    Raises
    ------
    PhaseError
        If a row cannot be understood; it is named by its number.
    """
    found: dict[str, Prototype] = {}
    for number, fields in _rows(text):
        try:
            name, pearson, description, symbol, sites = fields[:5]
            parameters = _parameters(fields[5].split()) if len(fields) > 5 else {}
            if name in found:
                raise ValueError(f"{name} stands there twice")
            found[name] = Prototype(
                name, pearson, description, symbol, tuple(map(_site, sites.split(";"))), parameters
            )
        except (ValueError, PhaseError) as error:
            raise PhaseError(f"Prototypes, line {number}: {error}.") from error
    return found


def _site(text: str) -> tuple[str, tuple[str, str, str]]:
    letter, x, y, z = text.split()
    return letter, (x, y, z)


def _parameters(words: list[str]) -> dict[str, float]:
    pairs = (word.split("=") for word in words)
    return {name: float(Fraction(value)) for name, value in pairs}


def read_entries(
    text: str, prototypes: Mapping[str, Prototype], *, subject: str
) -> list[TableEntry]:
    """Read a table of phases.

    Parameters
    ----------
    text
        The table; a line `source: …` states the source of the rows that follow without their own.
    prototypes
        By name.
    subject
        Name of the table.

    Raises
    ------
    PhaseError
        If a row cannot be understood; it is named by its number.
    """
    entries: list[TableEntry] = []
    source = ""
    for number, fields in _rows(text):
        if fields[0].startswith("source:"):
            source = fields[0].removeprefix("source:").strip()
            continue
        try:
            entries.append(_entry(fields, prototypes, source, subject))
        except (ValueError, KeyError, PhaseError) as error:
            raise PhaseError(f"Table {subject}, line {number}: {error}.") from error
    return entries


def _entry(
    fields: list[str], prototypes: Mapping[str, Prototype], source: str, subject: str
) -> TableEntry:
    name, aliases, formula, key, cell, filling = fields[:6]
    density = fields[6] if len(fields) > 6 else ""
    own_source = fields[7] if len(fields) > 7 else ""
    prototype = prototypes[key]
    words = filling.split()
    occupants = [_occupant(word) for word in words if "=" not in word]
    letters = prototype.letters
    if len(occupants) != len(letters):
        raise ValueError(f"{name}: {key} has the sites {', '.join(letters)}")
    return TableEntry(
        name=name,
        # a comma without a space belongs to a name: (Cr,Fe)7C3
        aliases=tuple(alias.strip() for alias in aliases.split(", ") if alias.strip()),
        formula=formula,
        prototype=prototype,
        lattice=_lattice([float(x) for x in cell.split()], prototype.space_group),
        occupants=dict(zip(letters, occupants, strict=True)),
        parameters=_parameters([word for word in words if "=" in word]),
        density_g_cm3=float(density) if density else None,
        source=own_source or source,
        subject=subject,
    )


def _occupant(word: str) -> tuple[tuple[str, float], ...]:
    """Read who sits on a site: `Fe`, `Fe0.5Ni0.5` or `V0.9`."""
    parts = list(_OCCUPANT.finditer(word))
    if "".join(part.group() for part in parts) != word:
        raise ValueError(f"'{word}' is no occupant")
    return tuple((part.group(1), float(part.group(2) or 1)) for part in parts)


def _lattice(numbers: list[float], symbol: str) -> Lattice:
    """Return the lattice of the free parameters that the crystal system leaves."""
    group = gemmi.find_spacegroup_by_name(symbol)
    if group is None:
        raise ValueError(f"{symbol} is no space group")
    system = group.crystal_system_str()
    a = numbers[0]
    if system == "trigonal" and symbol.endswith(":R"):
        _, alpha = numbers
        return Lattice(a, a, a, alpha, alpha, alpha)
    wanted = {"cubic": 1, "tetragonal": 2, "hexagonal": 2, "trigonal": 2}
    wanted |= {"orthorhombic": 3, "monoclinic": 4, "triclinic": 6}
    if len(numbers) != wanted[system]:
        raise ValueError(f"a {system} cell has {wanted[system]} parameters, not {len(numbers)}")
    if system == "cubic":
        return Lattice(a, a, a)
    if system == "tetragonal":
        return Lattice(a, a, numbers[1])
    if system in ("hexagonal", "trigonal"):
        return Lattice(a, a, numbers[1], 90, 90, 120)
    if system == "orthorhombic":
        return Lattice(*numbers)
    if system == "monoclinic":
        return Lattice(numbers[0], numbers[1], numbers[2], 90, numbers[3], 90)
    return Lattice(*numbers)
