"""Structures that fit alike, folded into families by prototype, and what would tell them apart."""

from collections.abc import Mapping, Sequence

from saed_desktop.library.structure import LibraryStructure
from saed_desktop.results.record import FamilyRecord

_NAMED_IN_LINE = 6


def families_of(
    names: Sequence[str],
    probabilities: Mapping[str, float],
    structures: Mapping[str, LibraryStructure],
) -> tuple[FamilyRecord, ...]:
    """Return structures folded by prototype, the likeliest family first.

    Parameters
    ----------
    names
        Of the structures that fit, best first.
    probabilities
        By name.
    structures
        By name.
    """
    members: dict[str, list[str]] = {}
    for name in names:
        members.setdefault(_prototype(structures[name]), []).append(name)
    families = []
    for prototype, own in members.items():
        lengths = [structures[name].phase.lattice.a for name in own]
        share = sum(probabilities.get(name, 0.0) for name in own)
        low, high = min(lengths), max(lengths)
        cell = f"a = {low:.4g} Å" if high - low < 5e-4 else f"a = {low:.4g}–{high:.4g} Å"
        shown = ", ".join(own[:_NAMED_IN_LINE])
        more = f" and {len(own) - _NAMED_IN_LINE} more" if len(own) > _NAMED_IN_LINE else ""
        families.append(
            FamilyRecord(
                prototype=prototype,
                phases=tuple(own),
                probability=round(share, 4),
                a_angstrom=(round(low, 4), round(high, 4)),
                text=f"{prototype}, {cell}: {shown}{more}",
            )
        )
    return tuple(sorted(families, key=lambda f: -f.probability))


def _prototype(structure: LibraryStructure) -> str:
    if structure.prototype:
        return structure.prototype
    phase = structure.phase
    return f"{phase.space_group.symbol or 'unnamed group'}, {phase.n_atoms} atoms"


def what_decides(
    names: Sequence[str],
    probabilities: Mapping[str, float],
    structures: Mapping[str, LibraryStructure],
    *,
    is_rings: bool = False,
) -> tuple[str, ...]:
    """Return what would tell structures apart: elements, another zone, a better scale.

    Parameters
    ----------
    names
        Of those that are not excluded.
    probabilities
        By name.
    structures
        By name.
    is_rings
        Whether the pattern is one of rings, which has no zone axis.
    """
    names = [name for name in names if name in structures]
    if len(names) < 2:
        return ()
    said = []
    with_element: dict[str, float] = {}
    for name in names:
        share = probabilities.get(name, 0.0)
        for element in structures[name].elements:
            with_element[element] = with_element.get(element, 0.0) + share
    total = sum(probabilities.get(name, 0.0) for name in names) or 1.0
    telling = sorted(with_element, key=lambda e: abs(with_element[e] / total - 0.5))
    telling = [e for e in telling if 0.02 < with_element[e] / total < 0.98][:3]
    if telling:
        said.append(f"Its elements decide most, above all {', '.join(telling)} (EDS or EELS).")
    lengths = [structures[name].phase.lattice.a for name in names]
    same_type = {_prototype(structures[name]) for name in names}
    if len(same_type) == 1 and max(lengths) / min(lengths) - 1 > 0.002:
        wanted = (max(lengths) / min(lengths) - 1) / len(names)
        said.append(f"A scale good to {100 * max(wanted, 0.001):.1f} % would thin out the family.")
    elif len(same_type) > 1 and is_rings:
        said.append("A spot pattern of a single grain tells structure types apart.")
    elif len(same_type) > 1:
        said.append("A second zone axis of the same grain tells structure types apart.")
    return tuple(said)
