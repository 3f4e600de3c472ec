"""From what a structure file states to a phase, whichever format it has."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from saed_desktop.crystal.contents import (
    CLOSEST_ANGSTROM,
    Stated,
    better,
    composition,
    formula_error,
    shortest_contact,
    wrong_multiplicities,
)
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.listed_sites import ListedSite, split, without_repeats
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.stated_cell import has_symmetry, stated_lattice
from saed_desktop.crystal.stated_symmetry import Reading, other_origins, readings
from saed_desktop.errors import PhaseError

MAX_ATOMS = 5000
"""More atoms in one cell than this are refused: an answer could not come in bounded time."""

_FORMULA_TOLERANCE = 0.05
_WRONG_FORMULA, _RIGHT_FORMULA = 0.2, 0.02
_NM = 10.0
_FARTHEST_CELLS = 1000.0
_FARTHEST_ANGSTROM = 12.0
"""Neighbours of caesium, the largest atom, are 5.3 Å apart."""


@dataclass(frozen=True)
class DescribedCrystal:
    """A crystal structure as its file states it, before any choice is made.

    Parameters
    ----------
    cell
        a, b, c in Å and α, β, γ in degrees; None where not stated.
    sites
        The listed atoms.
    operations, symbols, hall, number
        The symmetry in its various forms; empty or 0 where not stated.
    stated
        The contents that the file states beside its atoms.
    remarks
        What was assumed or left out so far.
    """

    cell: tuple[float | None, ...]
    sites: Sequence[ListedSite]
    operations: Sequence[str] = ()
    symbols: Sequence[str] = ()
    hall: str = ""
    number: int = 0
    stated: Stated = field(default_factory=lambda: Stated({}))
    remarks: tuple[str, ...] = ()


def built_phase(crystal: DescribedCrystal, name: str, file_name: str) -> Phase:
    """Return the phase of a description, with remarks on all that was assumed.

    Raises
    ------
    PhaseError
        If cell, symmetry and atoms do not make a crystal.
    """
    remarks = list(crystal.remarks)
    for entry in crystal.sites:
        # a cell or two away is a habit of some programs; farther is damage, and overflows
        if not all(abs(value) <= _FARTHEST_CELLS for value in entry.site.xyz):
            raise PhaseError(f"{file_name}: site {entry.label} stands far outside of the cell.")
    possible = readings(
        crystal.operations, crystal.symbols, crystal.hall, crystal.number, file_name, remarks
    )
    drafts = _drafts(crystal, possible, name, file_name, remarks)
    chosen = drafts[0]
    if len(drafts) > 1:
        index, reason = better([d.phase for d in drafts], [d.stated for d in drafts])
        chosen = drafts[index]
        remarks.append(_decision(chosen.reading, reason))
    elif chosen.reading.note:
        remarks.append(chosen.reading.note)
    chosen = _at_the_other_origin(crystal, chosen, name, file_name, remarks)
    if len(chosen.entries) < len(crystal.sites):
        remarks.append("Atoms that symmetry makes of others were listed too; they count once.")
    phase = _unsplit(chosen.phase, chosen.entries, chosen.stated, remarks)
    _check_contents(phase, chosen.stated, remarks)
    return replace(phase, remarks=tuple(dict.fromkeys(remarks)))


@dataclass(frozen=True)
class _Draft:
    """One reading as a phase, before its atoms are looked at closely."""

    phase: Phase
    reading: Reading
    entries: Sequence[ListedSite]
    stated: Stated


def _decision(reading: Reading, reason: str) -> str:
    if reason:
        return f"{reading.note} because of {reason}."
    return f"{reading.note}; nothing in the file tells it from the other choice."


def _drafts(
    crystal: DescribedCrystal,
    possible: Sequence[Reading],
    name: str,
    file_name: str,
    remarks: list[str],
) -> list[_Draft]:
    """Return a draft for every reading that the cell can have: the stated ones, or else another."""
    problem: PhaseError | None = None
    found: list[_Draft] = []
    for reading in possible:
        if found and not reading.is_stated:
            break
        own: list[str] = []
        try:
            lattice = stated_lattice(crystal.cell, reading.group, file_name, own)
        except PhaseError as error:
            problem = problem or error
            continue
        if not has_symmetry(lattice, reading.group):
            problem = problem or PhaseError(
                f"{file_name}: the cell {lattice.a:g} {lattice.b:g} {lattice.c:g} Å does not have "
                f"the symmetry of {reading.group.symbol or 'the listed operations'}."
            )
            continue
        if len(crystal.sites) * reading.group.order > 40 * MAX_ATOMS:
            raise PhaseError(f"{file_name}: the cell holds more than {MAX_ATOMS} atoms.")
        remarks += [remark for remark in own if remark not in remarks]
        found.append(_draft(crystal, reading, lattice, name, file_name))
        if not reading.is_stated:
            break
    if not found:
        raise problem or PhaseError(f"{file_name} states no unit cell.")
    return found


def _draft(
    crystal: DescribedCrystal, reading: Reading, lattice: Lattice, name: str, file_name: str
) -> _Draft:
    entries = without_repeats(crystal.sites, lattice, reading.group)
    sites = tuple(entry.site for entry in entries)
    formula = "-".join(sorted({site.element for site in sites}))
    phase = Phase(name, lattice, reading.group, sites, formula)
    if phase.n_atoms > MAX_ATOMS:
        raise PhaseError(f"{file_name}: the cell holds more than {MAX_ATOMS} atoms.")
    counts = tuple(entry.multiplicity for entry in entries)
    return _Draft(phase, reading, entries, replace(crystal.stated, multiplicities=counts))


def _at_the_other_origin(
    crystal: DescribedCrystal, draft: _Draft, name: str, file_name: str, remarks: list[str]
) -> _Draft:
    """Return the crystal at its group's other origin where only that gives the stated formula."""
    error = formula_error(draft.phase, draft.stated)
    if error is None or error < _WRONG_FORMULA:
        return draft
    for group in other_origins(draft.phase.space_group):
        other = _draft(crystal, Reading(group), draft.phase.lattice, name, file_name)
        other_error = formula_error(other.phase, other.stated)
        if other_error is not None and other_error < _RIGHT_FORMULA:
            remarks.append(
                f"Only at the origin of {group.symbol} do the atoms make the stated formula; that "
                "was taken, whatever the file says."
            )
            return other
    return draft


def _unsplit(
    phase: Phase, entries: Sequence[ListedSite], stated: Stated, remarks: list[str]
) -> Phase:
    """Decide for sites beside a symmetry element whether their images are one atom or several.

    The stated formula decides, then the stated multiplicity, then the digits of the coordinates;
    whole atoms are one, for two do not fit there.
    """
    for index, entry in enumerate(entries):
        if 2 * entry.site.occupancy > 1.02:
            continue
        apart = list(phase.sites)
        apart[index] = split(entry, phase).site
        several = replace(phase, sites=tuple(apart))
        n_one, n_several = phase.multiplicities[index], several.multiplicities[index]
        if n_one == n_several:
            continue
        errors = formula_error(phase, stated), formula_error(several, stated)
        wrong = wrong_multiplicities(phase, stated), wrong_multiplicities(several, stated)
        if None not in errors and abs((errors[0] or 0.0) - (errors[1] or 0.0)) > 1e-3:
            takes_several = (errors[1] or 0.0) < (errors[0] or 0.0)
        else:
            takes_several = wrong[1] <= wrong[0]
        count = n_several if takes_several else n_one
        remarks.append(
            f"{entry.label} stands beside a symmetry element and was taken as {count} positions "
            f"of the cell, not {n_one + n_several - count}."
        )
        if takes_several:
            phase = several
    return phase


def _check_contents(phase: Phase, stated: Stated, remarks: list[str]) -> None:
    """Remark on what cannot be: another content than is stated, atoms within each other."""
    if any(site.occupancy < 1 for site in phase.sites):
        remarks.append("Some sites are partly occupied or shared.")
    error = formula_error(phase, stated)
    if error is not None and error > _FORMULA_TOLERANCE:
        found = " ".join(f"{e}{n:.3g}" for e, n in sorted(composition(phase).items()))
        said = " ".join(f"{e}{n:.3g}" for e, n in sorted(stated.formula.items()))
        units = f" × {stated.units:g}" if stated.units else ""
        remarks.append(f"The cell holds {found}, where the file states {said}{units}.")
    nearest, _ = shortest_contact(phase)
    if nearest < CLOSEST_ANGSTROM:
        in_nm = " Is the cell given in nm?" if 1.2 < nearest * _NM < 4.5 else ""
        remarks.append(f"Two atoms stand only {nearest:.2f} Å apart.{in_nm}")
    elif _FARTHEST_ANGSTROM < nearest < np.inf:
        remarks.append(f"All atoms stand {nearest:.0f} Å apart or more. Is the cell given in pm?")
