"""Sentences on the lattice of an unknown crystal."""

from collections.abc import Mapping

from saed_desktop.results.lattice_record import LatticeRecord
from saed_desktop.results.reason import Reason, ReasonKind
from saed_desktop.results.speech import PhaseName, Say, english
from saed_desktop.results.wording import space_group_label
from saed_desktop.translation import mark

SYSTEM_WORDS: Mapping[str, str] = {
    "triclinic": mark("triclinic"),
    "monoclinic": mark("monoclinic"),
    "orthorhombic": mark("orthorhombic"),
    "tetragonal": mark("tetragonal"),
    "trigonal": mark("trigonal"),
    "hexagonal": mark("hexagonal"),
    "cubic": mark("cubic"),
}
"""Crystal systems."""

_ENOUGH = 0.8
_LEAST = 0.05
_SYSTEMS_SAID, _GROUPS_SAID = 3, 3


def lattice_reason(record: LatticeRecord) -> Reason:
    """Return what a lattice tells as a reason: systems that make up 80 %, three at the most."""
    said: list[tuple[str, float]] = []
    for system, share in list(record.system.items())[:_SYSTEMS_SAID]:
        if said and (share < _LEAST or sum(p for _, p in said) >= _ENOUGH):
            break
        said.append((system, share))
    groups = record.space_groups[:_GROUPS_SAID]
    return Reason(
        kind=ReasonKind.LATTICE_ALONE,
        systems=tuple(said),
        space_groups=tuple(group.symbol for group in groups),
        probability=round(sum(group.probability for group in groups), 4) if groups else None,
        zones=len(record.measured),
    )


def lattice_words(reason: Reason, _name: PhaseName = str, say: Say = english) -> str:
    """Return the sentence of such a reason."""
    systems = [
        say("{system} ({percent} %)", system=say(SYSTEM_WORDS[name]), percent=f"{100 * p:.0f}")
        for name, p in reason.systems
        if name in SYSTEM_WORDS
    ]
    is_enough = sum(p for _, p in reason.systems) >= _ENOUGH
    values = {
        "systems": _either(systems, say, is_enough=is_enough),
        "groups": _groups_words(reason, say),
    }
    if (reason.zones or 1) > 1:
        return say(
            "By the spot lattices of {zones} zones alone: {systems}; likeliest space groups "
            "{groups}.",
            zones=reason.zones,
            **values,
        )
    return say(
        "By its spot lattice alone: {systems}; likeliest space groups {groups}. One projection "
        "does not show the period along the beam, so another zone may decide.",
        **values,
    )


def _either(words: list[str], say: Say, *, is_enough: bool) -> str:
    if not is_enough:
        return say("{names} or another", names=", ".join(words))
    if len(words) < 2:
        return "".join(words)
    return say("{names} or {last}", names=", ".join(words[:-1]), last=words[-1])


def space_group_words(symbol: str) -> str:
    """Return a Hermann-Mauguin symbol as people write it: P6₃/mmc for P 63/m m c.

    Parameters
    ----------
    symbol
        With spaces; the two of an enantiomorphic pair are joined by "or".
    """
    return " / ".join(space_group_label(one) for one in symbol.split(" or "))


def _groups_words(reason: Reason, say: Say) -> str:
    """Return the likeliest groups with what they have together: often little."""
    groups = ", ".join(space_group_words(symbol) for symbol in reason.space_groups)
    if reason.probability is None:
        return groups
    share = f"{100 * reason.probability:.0f}"
    return say("{groups} ({percent} % together)", groups=groups, percent=share)
