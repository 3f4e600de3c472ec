"""Structures of SHELXL: `.res` and `.ins` files."""

import re
from collections.abc import Sequence
from dataclasses import replace

import gemmi
import numpy as np

from saed_desktop.crystal.described import DescribedCrystal
from saed_desktop.crystal.listed_sites import ListedSite
from saed_desktop.crystal.phase import DEFAULT_B_ISO, Phase, Site
from saed_desktop.crystal.stated_cell import stated_lattice
from saed_desktop.crystal.symmetry import SpaceGroup
from saed_desktop.errors import PhaseError

_CENTRINGS = {
    1: ("x,y,z",),
    2: ("x,y,z", "x+1/2,y+1/2,z+1/2"),
    3: ("x,y,z", "x+2/3,y+1/3,z+1/3", "x+1/3,y+2/3,z+2/3"),
    4: ("x,y,z", "x,y+1/2,z+1/2", "x+1/2,y,z+1/2", "x+1/2,y+1/2,z"),
    5: ("x,y,z", "x,y+1/2,z+1/2"),
    6: ("x,y,z", "x+1/2,y,z+1/2"),
    7: ("x,y,z", "x+1/2,y+1/2,z"),
}

# four letters that start an instruction; an atom is a name and at least five numbers
_ATOM = re.compile(
    r"^([A-Za-z]{1,2}[\w'*]{0,3})\s+(-?\d+)((?:\s+[-+]?[\d.]+(?:[eE][-+]?\d+)?){3,})"
)
_FIXED = 10.0
"""Ten is added to a value that is not refined."""


def is_shelx(lines: Sequence[str]) -> bool:
    """Tell whether a text has the instructions that every SHELX file has."""
    heads = {line[:4].strip().upper() for line in lines[:200]}
    return {"CELL", "SFAC"} <= heads


def described_shelx(lines: Sequence[str], file_name: str) -> DescribedCrystal:
    """Return the crystal of a SHELX file.

    Raises
    ------
    PhaseError
        If an instruction makes no sense.
    """
    try:
        return _described(_joined(lines), file_name)
    except (ValueError, LookupError, RuntimeError) as error:
        raise PhaseError(f"{file_name} is a damaged SHELX file.") from error


def _joined(lines: Sequence[str]) -> list[str]:
    """Return the lines up to END, continued ones in one."""
    joined: list[str] = []
    continues = False
    for line in lines:
        text = line.partition("!")[0].rstrip()
        if text[:4].upper() == "END":
            break
        if continues and joined:
            joined[-1] += " " + text
        elif text:
            joined.append(text)
        continues = text.endswith("=")
        if continues:
            joined[-1] = joined[-1].rstrip("= ")
    return joined


def _described(lines: Sequence[str], file_name: str) -> DescribedCrystal:
    words = [line.split() for line in lines]

    def first(name: str) -> list[str]:
        return next((w[1:] for w in words if w[0].upper() == name), [])

    cell = tuple(float(x) for x in first("CELL")[1:7])
    scatterers: list[str] = []
    for entry in words:
        if entry[0].upper() == "SFAC":
            # a line with numbers describes one element that is not built in
            is_long = len(entry) > 2 and re.fullmatch(r"[-+.\d]+", entry[2])
            scatterers += entry[1:2] if is_long else entry[1:]
    free = [float(x) for entry in words if entry[0].upper() == "FVAR" for x in entry[1:]]
    operations = _operations(int((first("LATT") or ["1"])[0]), lines)
    sites = [_site(m, scatterers, free) for line in lines if (m := _ATOM.match(line))]
    lattice = stated_lattice(cell, SpaceGroup(operations), file_name, [])
    probe = Phase("", lattice, SpaceGroup(operations), tuple(entry.site for entry in sites))
    # the stated occupancy is divided by the symmetry of the place
    sites = [
        replace(s, site=replace(s.site, occupancy=min(1.0, s.site.occupancy * len(operations) / n)))
        for s, n in zip(sites, probe.multiplicities, strict=True)
    ]
    if not sites:
        raise PhaseError(f"{file_name} lists no atom sites.")
    return DescribedCrystal(cell, sites, operations=operations)


def _operations(latt: int, lines: Sequence[str]) -> tuple[str, ...]:
    listed = [line[4:].strip() for line in lines if line[:4].upper() == "SYMM"]
    base = [gemmi.Op("x,y,z"), *(gemmi.Op(text.replace(" ", "")) for text in listed)]
    if latt > 0:
        base += [gemmi.Op("-x,-y,-z") * op for op in base]
    centrings = [gemmi.Op(text) for text in _CENTRINGS[abs(latt)]]
    return tuple(dict.fromkeys((c * op).wrap().triplet() for c in centrings for op in base))


def _site(found: "re.Match[str]", scatterers: Sequence[str], free: Sequence[float]) -> ListedSite:
    name, number, rest = found.groups()
    symbol = scatterers[int(number) - 1].lstrip("$")
    element = gemmi.Element(symbol)
    if element.atomic_number == 0:
        raise ValueError(symbol)
    values = [float(word) for word in rest.split()]
    x, y, z = (_value(v, free) for v in values[:3])
    share = _value(values[3], free) if len(values) > 3 else 1.0
    u_iso = (
        values[4] if len(values) == 5 else float(np.mean(values[4:7])) if len(values) > 6 else 0.0
    )
    b_iso = u_iso * 8 * np.pi**2
    site = Site(
        "H" if element.name == "D" else element.name.capitalize(),
        (x, y, z),
        share,
        float(b_iso) if 0 < b_iso < 20 else DEFAULT_B_ISO,
    )
    return ListedSite(site, name, (0.0, 0.0, 0.0))


def _value(coded: float, free: Sequence[float]) -> float:
    """Return a parameter: 10 more where it is fixed, 10·n more where free variable n scales it."""
    number = round(coded / _FIXED)
    rest = coded - _FIXED * number
    if abs(number) < 1:
        return coded
    if abs(number) == 1:
        return rest
    variable = free[abs(number) - 1]
    return rest * variable if number > 0 else rest * (variable - 1)
