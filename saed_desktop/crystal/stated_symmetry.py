"""The symmetry that a structure file states, with every reading that its words leave open."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import gemmi

from saed_desktop.crystal.symmetry import SpaceGroup
from saed_desktop.errors import PhaseError

_TYPOGRAPHIC = str.maketrans({**dict(zip("₁₂₃₄₅₆", "123456", strict=True)), "−": "-", "–": "-"})

_MOST_OPERATIONS = 1536
"""192 operations of Fm-3m in a cell of eight times the volume."""


@dataclass(frozen=True)
class Reading:
    """One way to understand the stated symmetry.

    Parameters
    ----------
    group
        The operations.
    note
        What the user should know if this reading is taken.
    is_stated
        Whether the words say just this; another setting of the same group is only tried where
        the cell cannot have what is stated.
    """

    group: SpaceGroup
    note: str = ""
    is_stated: bool = True


def readings(
    operations: Sequence[str],
    symbols: Sequence[str],
    hall: str,
    number: int,
    file_name: str,
    remarks: list[str],
) -> list[Reading]:
    """Return the readings of a file's symmetry, the likeliest first; at least one.

    Parameters
    ----------
    operations
        As x,y,z triplets, where the file lists them: they decide.
    symbols
        Hermann-Mauguin symbols, as the file spells them.
    hall
        Hall symbol: it states the origin too.
    number
        Number in the International Tables, 0 where not stated.
    file_name
        By which complaints call the file.
    remarks
        Where what was assumed is added to.

    Raises
    ------
    PhaseError
        If what is stated is no symmetry at all.
    """
    named = _by_symbols(symbols)
    stated = named or _by_number(number)
    listed = _listed(operations, stated, file_name, remarks)
    if listed:
        return [Reading(_of_operations(listed, stated, remarks))]
    by_hall = _by_hall(hall)
    if by_hall is not None:
        return [Reading(by_hall)]
    if not stated:
        said = next((text for text in (*symbols, hall) if text.strip("?. ")), "")
        if said:
            raise PhaseError(f"{file_name}: '{said}' is no known space group.")
        remarks.append(
            "The file states no symmetry: the listed atoms were taken as all of the cell (P 1)."
        )
        return [Reading(SpaceGroup(("x,y,z",), "P 1", 1))]
    if named and number and named[0].group.number != number:
        remarks.append(
            f"The symbol {named[0].group.symbol} and the number {number} do not go together; "
            "the symbol was used."
        )
    return stated + _other_settings(stated)


def _by_symbols(symbols: Sequence[str]) -> list[Reading]:
    for text in symbols:
        base, hint = _plain_symbol(text)
        letter, rest = base[:1], base[1:].strip()
        # P 21/b and the like name a setting whose unique axis is another one than b
        settings = (f"{letter} 1 1 {rest}", f"{letter} {rest} 1 1")
        for spelling in (base, base.replace(" ", ""), *settings):
            found = gemmi.find_spacegroup_by_name(spelling)
            if found is not None:
                return _choices(found, hint or (_ext(found) if ":" in spelling else ""))
    return []


def _plain_symbol(text: str) -> tuple[str, str]:
    """Return a symbol without decoration, and what its suffix says of origin or axes.

    S and Z are the suffixes of the inorganic crystal structure database: origin at the site of
    high symmetry (choice 1) or at a centre (choice 2); H and R are kinds of axes.
    """
    plain = gemmi.cif.as_string(text) if text[:1] in "'\";" else text
    plain = plain.translate(_TYPOGRAPHIC)
    said = re.search(
        r"[\s,(:]*(?:origin(?:\s*choice)?|choice|o)\s*([12])\)?\s*$", plain, re.IGNORECASE
    )
    if said and gemmi.find_spacegroup_by_name(plain[: said.start()].strip()) is not None:
        return plain[: said.start()].strip(), said.group(1)
    plain = re.sub(r"\(\s*(?:no\.?\s*)?\d{2,3}\s*\)\s*$", "", plain.strip(), flags=re.IGNORECASE)
    # screw axes: 2_1, 2(1), 2~1~, 2sub1
    plain = re.sub(r"([2346])\s*(?:_\s*\{?|\(|~|<sub>)([1-5])(?:\}|\)|~|</sub>)?", r"\1\2", plain)
    plain = plain.replace("_", " ").replace("\N{MINUS SIGN}", "-").strip()
    hint = ""
    suffix = re.search(
        r"(?:\s*:\s*|\s+|(?<=[a-z0-9)])|\s*\(\s*)([SZHRhr12])\)?\s*$"
        if re.match(r"[A-Z]", plain)
        else r"$^",
        plain,
    )
    if suffix and gemmi.find_spacegroup_by_name(plain[: suffix.start()].strip()) is not None:
        is_apart = plain[suffix.start()] in ": ("
        letter = suffix.group(1).upper()
        if letter in "SZHR" or is_apart:
            whole = gemmi.find_spacegroup_by_name(plain)
            if whole is None or ":" in plain or letter in "SZHR":
                hint = {"S": "1", "Z": "2"}.get(letter, letter)
                plain = plain[: suffix.start()].strip()
    full = re.fullmatch(r"([A-Z])\s*(\S+)/(\S+)\s+(\S+)/(\S+)\s+(\S+)/(\S+)", plain)
    if full:  # P 21/n 21/m 21/a in full: the mirrors name it
        plain = f"{full.group(1)} {full.group(3)} {full.group(5)} {full.group(7)}"
    return plain, hint


def _ext(entry: "gemmi.SpaceGroup") -> str:
    return entry.ext.strip("\0 ")


def _choices(found: "gemmi.SpaceGroup", hint: str) -> list[Reading]:
    """Return the entries of the table that one symbol can mean."""
    same = [
        entry
        for entry in gemmi.spacegroup_table()
        if entry.number == found.number and entry.hm == found.hm and _ext(entry) in "12HR"
    ]
    if len(same) < 2:
        return [Reading(_group(found))]
    chosen = [entry for entry in same if _ext(entry) == hint]
    if chosen:
        others = [e for e in same if e not in chosen and hint in ("H", "R")]
        return [Reading(_group(e)) for e in chosen] + [
            Reading(_group(e), _axes_note(e), is_stated=False) for e in others
        ]
    return [Reading(_group(e), _choice_note(e)) for e in same]


def _axes_note(entry: "gemmi.SpaceGroup") -> str:
    kind = "rhombohedral" if _ext(entry) == "R" else "hexagonal"
    return f"The cell has {kind} axes, whatever the symbol says; it was read so."


def _choice_note(entry: "gemmi.SpaceGroup") -> str:
    if _ext(entry) in "HR":
        return ""
    return f"The file does not state its origin; choice {_ext(entry)} was taken"


def _by_number(number: int) -> list[Reading]:
    found = gemmi.find_spacegroup_by_number(number) if number else None
    return _choices(found, "") if found is not None else []


def _by_hall(hall: str) -> SpaceGroup | None:
    text = hall.strip("'\"?. ").replace("_", " ").strip()
    if not text:
        return None
    try:
        operations = gemmi.symops_from_hall(text)
    except (RuntimeError, ValueError):
        return None
    triplets = tuple(op.wrap().triplet() for op in operations)
    entry = gemmi.find_spacegroup_by_ops(operations)
    symbol, number = (entry.xhm(), entry.number) if entry is not None else ("", 0)
    return SpaceGroup(triplets, symbol, number)


def _other_settings(stated: Sequence[Reading]) -> list[Reading]:
    """Return the other settings of a group, for cells that cannot have the stated one."""
    known = {reading.group.triplets for reading in stated}
    number = stated[0].group.number
    others = [_group(entry) for entry in gemmi.spacegroup_table() if entry.number == number]
    return [
        Reading(group, f"The cell has the axes of {group.symbol}; it was read so.", is_stated=False)
        for group in others
        if group.triplets not in known
    ]


def other_origins(group: SpaceGroup) -> list[SpaceGroup]:
    """Return a group of the tables at its other origin, none where it has only one."""
    base, _, choice = group.symbol.partition(":")
    if choice not in ("1", "2"):
        return []
    return [
        _group(entry)
        for entry in gemmi.spacegroup_table()
        if entry.hm == base and _ext(entry) in "12" and _ext(entry) not in ("", choice)
    ]


def _group(entry: "gemmi.SpaceGroup") -> SpaceGroup:
    triplets = tuple(op.triplet() for op in entry.operations())
    return SpaceGroup(triplets=triplets, symbol=entry.xhm(), number=entry.number)


def _listed(
    operations: Sequence[str], stated: Sequence[Reading], file_name: str, remarks: list[str]
) -> tuple[str, ...]:
    """Return the distinct operations that a file lists, closed to a group; none where none are."""
    if not operations:
        return ()
    try:
        ops = [gemmi.Op(_plain_operation(text)).wrap().triplet() for text in operations]
    except (RuntimeError, ValueError) as error:
        raise PhaseError(f"{file_name}: a symmetry operation cannot be understood.") from error
    triplets = tuple(dict.fromkeys(ops))
    if "x,y,z" not in triplets:
        triplets = ("x,y,z", *triplets)
        remarks.append("The list of symmetry operations lacks the identity, which was added.")
    entry = _table_entry(triplets)
    # most files list the operations of a tabulated group; else it takes all their products
    is_tabulated = entry is not None and _triplets(entry) == set(triplets)
    if is_tabulated or SpaceGroup(triplets).is_closed:
        return triplets
    for reading in stated:
        own = {gemmi.Op(t).wrap().triplet() for t in reading.group.triplets}
        if set(triplets) < own:
            remarks.append(
                f"The list of symmetry operations is incomplete; those of {reading.group.symbol} "
                "were used."
            )
            return tuple(sorted(own))
    raise PhaseError(f"{file_name}: the {len(triplets)} symmetry operations do not form a group.")


def _plain_operation(text: str) -> str:
    """Return the spatial part of an operation; magnetic files add a fourth, +1 or -1."""
    parts = text.strip("'\" \t").split(",")
    if len(parts) not in (3, 4) or len(text) > 120:
        raise ValueError(text)
    return ",".join(part.strip() for part in parts[:3])


def _of_operations(
    triplets: tuple[str, ...], stated: Sequence[Reading], remarks: list[str]
) -> SpaceGroup:
    entry = _table_entry(triplets)
    numbers = {reading.group.number for reading in stated}
    if stated and (entry is None or entry.number not in numbers):
        remarks.append(
            f"The listed symmetry operations are not those of {_bare(stated[0].group.symbol)}; "
            "the operations were used."
        )
    symbol, number = (entry.xhm(), entry.number) if entry is not None else ("", 0)
    return SpaceGroup(triplets=triplets, symbol=symbol, number=number)


def _bare(symbol: str) -> str:
    return symbol.partition(":")[0]


def _table_entry(triplets: Sequence[str]) -> "gemmi.SpaceGroup | None":
    if len(triplets) > _MOST_OPERATIONS:
        return None
    return gemmi.find_spacegroup_by_ops(gemmi.GroupOps([gemmi.Op(t) for t in triplets]))


def _triplets(space_group: "gemmi.SpaceGroup") -> set[str]:
    return {op.wrap().triplet() for op in space_group.operations()}
