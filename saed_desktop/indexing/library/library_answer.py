"""Answers out of libraries: no candidates are named, all structures are."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.reasons import evidence_of, why_more
from saed_desktop.indexing.deciding.verdict_options import is_acceptable_fit
from saed_desktop.indexing.library.families import families_of, what_decides
from saed_desktop.indexing.library.left_out import left_out
from saed_desktop.indexing.library.ring_search import rings_fit_as_well
from saed_desktop.indexing.library.shortlist import (
    LibrarySetup,
    Shortlist,
    ring_shortlist,
    shortlist,
)
from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.indexing.solving.hypotheses.basis_pairs import (
    SearchEffort,
    find_basis_pairs,
)
from saed_desktop.indexing.solving.match import match_phase
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.library.formula import cell_contents, same_composition
from saed_desktop.pattern.calibration import ScaleSource
from saed_desktop.pattern.kind import PatternKind
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import NO_EDITS, Edits, PreparedPattern, prepare
from saed_desktop.results.reason import ReasonKind
from saed_desktop.results.record import AnswerRecord, LibraryRecord

QUICK = SearchEffort(n_tried=80, n_refined=2, n_kept=1)
"""Search effort for one of many structures; the index has seen to it that its zone is right."""
FIRST_JUDGED = 16
"""Structures of the first, quick answer."""
_TIE = 1.0
_LEAST_SHARE = 0.002
_SAME_EDGE = 0.005
"""Half of what tells tetragonal BaTiO3 from its cubic form."""
MIN_RINGS = 4
"""Fewer rings fit half of any library: nothing is said of look-alikes, nothing is searched."""


@dataclass(frozen=True, eq=False)
class LibraryAnswer:
    """The answer to a pattern out of libraries.

    Parameters
    ----------
    solution
        As with candidates: the shortlist's structures are its phases.
    shortlist
        What the search came to.
    setup
        What was searched.
    """

    solution: Solution
    shortlist: Shortlist
    setup: LibrarySetup

    def to_record(self, *, file: str | None = None) -> AnswerRecord:
        """Return what is printed and stored of the answer.

        Where a phase is named, it is the likeliest of the likeliest family, which leads the list.
        """
        solution, structures = self.solution, self.shortlist.structures
        fitting = [c for c in solution.candidates if is_acceptable_fit(c)] or solution.candidates
        names = [candidate.phase for candidate in fitting] or _by_rings(solution)
        families = families_of(names, solution.probabilities, structures)
        record = LibraryRecord(
            libraries=tuple(c.name for c in self.setup.collections),
            elements=self.setup.elements.sentence,
            structures=self.shortlist.n_structures,
            admitted=self.shortlist.n_admitted,
            fitting=self.shortlist.n_fitting,
            judged=len(self.shortlist.structures),
            families=families,
            decides=what_decides(
                _not_excluded(solution),
                solution.probabilities,
                structures,
                is_rings=solution.prepared.kind is PatternKind.RINGS,
            ),
            not_searched=left_out(
                n_excluded=self.shortlist.n_structures - self.shortlist.n_admitted,
                n_fitting=self.shortlist.n_fitting,
                n_judged=len(structures),
                n_structures=self.shortlist.n_structures,
                kind=solution.prepared.kind,
                has_rings=solution.rings is not None,
            ),
        )
        if families:
            solution = _naming(solution, families[0].phases[0])
        return msgspec.structs.replace(
            solution.to_record(file=file), considered="library", library=record
        )


def index_with_library(
    pattern: Pattern, setup: LibrarySetup, *, edits: Edits = NO_EDITS
) -> LibraryAnswer:
    """Answer one pattern out of libraries.

    Parameters
    ----------
    pattern
        The measured image with its calibration.
    setup
        What is searched.
    edits
        The user's corrections of centre and mask.
    """
    started = time.perf_counter()
    return answer_from_library(prepare(pattern, edits=edits), setup, started=started)


def answer_from_library(
    prepared: PreparedPattern,
    setup: LibrarySetup,
    *,
    started: float | None = None,
    first: Callable[[LibraryAnswer], None] | None = None,
    report: Callable[[float], None] | None = None,
) -> LibraryAnswer:
    """Answer a pattern that is prepared already.

    Parameters
    ----------
    prepared
        The pattern.
    setup
        What is searched.
    started
        When the work on it began, by `time.perf_counter`; now by default.
    first
        Given the answer out of the few structures that the index puts first, which is there soon.
    report
        Told which share of the structures is judged; what it raises ends the search.
    """
    started = time.perf_counter() if started is None else started
    if prepared.kind is PatternKind.RINGS and prepared.measured_rings is not None:
        found = ring_shortlist(prepared, setup)
        indexing = IndexingSetup(found.phases, priors=found.priors, search=QUICK)
        return LibraryAnswer(answer(prepared, indexing, started=started), found, setup)
    found = shortlist([prepared], setup)
    if first is not None and len(found.structures) > 2 * FIRST_JUDGED:
        first(_among(prepared, found.first(FIRST_JUDGED), setup, started, None))
    return _among(prepared, found, setup, started, report)


def _among(
    prepared: PreparedPattern,
    found: Shortlist,
    setup: LibrarySetup,
    started: float,
    report: Callable[[float], None] | None,
) -> LibraryAnswer:
    indexing = IndexingSetup(found.phases, priors=found.priors, search=QUICK, report=report)
    return LibraryAnswer(answer(prepared, indexing, started=started), found, setup)


_OF_THE_NAMED = (
    ReasonKind.EXPLAINS,
    ReasonKind.WEAK_SPOTS,
    ReasonKind.MOSTLY_MISSING,
    ReasonKind.TWIN,
    ReasonKind.FURTHER_CRYSTAL,
)
"""Reasons that are about the phase named and no other."""


def _naming(solution: Solution, phase: str) -> Solution:
    """Return an answer that names a phase by its spots as one that names another phase.

    Of hundreds of structures the likeliest single one is seldom of the likeliest family: an element
    whose lattice nothing else has can be before twenty compounds that share theirs.
    """
    candidate = next((c for c in solution.candidates if c.phase == phase), None)
    if solution.phase in (None, phase) or candidate is None or solution.rings is not None:
        return solution
    first, *others = solution.reasons
    if first.kind is not ReasonKind.EXPLAINS:
        return solution
    kept = [reason for reason in others if reason.kind not in _OF_THE_NAMED]
    more = why_more(candidate, solution.further_crystals)
    not_excluded, calibration = solution.prediction_set, solution.calibration
    if calibration.source is ScaleSource.FITTED:
        calibration = replace(
            calibration,
            scale_inv_angstrom_per_px=candidate.scale_inv_angstrom_per_px,
            relative_sigma=candidate.scale_sigma,
        )
    return replace(
        solution,
        phase=phase,
        calibration=calibration,
        prediction_set=tuple(dict.fromkeys((*not_excluded, phase))),
        reasons=(evidence_of(candidate), *more, *kept),
        deciding=(),
    )


def _not_excluded(solution: Solution) -> list[str]:
    """Return the structures that the answer does not exclude, or else those that fit."""
    names = list(solution.prediction_set)
    return names or [c.phase for c in solution.candidates if is_acceptable_fit(c)]


def _by_rings(solution: Solution) -> list[str]:
    """Return the structures that are as good as possible by rings, the likeliest first."""
    if solution.rings is None or not solution.rings.phases:
        return []
    shares = solution.rings.probabilities
    return sorted((n for n in shares if shares[n] > _LEAST_SHARE), key=lambda n: -shares[n])


def look_alikes(
    solution: Solution,
    phases: Sequence[Phase],
    setup: LibrarySetup,
    *,
    judged: int = 8,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> tuple[str, ...]:
    """Return structures of a library that fit as well as the best candidate.

    Those of spots come with their zone axes. Of rings they are returned without a candidate too.

    Parameters
    ----------
    solution
        The answer among candidates.
    phases
        The candidates.
    setup
        What is searched.
    judged
        Structures whose fit is refined.
    is_cancelled
        Whether to give up, asked before each of them; then there are none.
    """
    if is_cancelled():
        return ()
    fitting = [c for c in solution.candidates if is_acceptable_fit(c)]
    prepared = solution.prepared
    if prepared.kind is PatternKind.RINGS:
        return _look_alikes_of_rings(solution, phases, setup)
    if not fitting:
        return ()
    observation = observe(prepared)
    pairs = find_basis_pairs(observation, prepared.spot_lattice)
    few = replace(setup, count=judged + len(phases), by_lengths=0.0, odds_of_elements=1.0)
    found = shortlist([prepared], few)
    best = max(c.log_posterior for c in fitting)
    alike: list[tuple[float, str]] = []
    for phase in found.phases:
        if is_cancelled():
            return ()
        if len(alike) >= judged or any(is_same_structure(phase, other) for other in phases):
            continue
        candidates = match_phase(phase, observation, pairs, search=QUICK)
        rival: Candidate | None = max(candidates, key=lambda c: c.log_posterior, default=None)
        if rival and is_acceptable_fit(rival) and rival.log_posterior >= best - _TIE:
            alike.append((rival.log_posterior, f"{phase.name} {rival.zone_label}"))
    return tuple(name for _, name in sorted(alike, reverse=True))


def _look_alikes_of_rings(
    solution: Solution, phases: Sequence[Phase], setup: LibrarySetup
) -> tuple[str, ...]:
    rings = solution.rings
    # three rings fit half of any library
    if rings is None or len(rings.measured) < MIN_RINGS:
        return ()
    main = [p for p in phases if rings.phases and p.name == rings.phases[0].phase]
    found = rings_fit_as_well(
        rings.measured, solution.prepared.pattern.calibration, main, setup.collections
    )
    return tuple(
        s.name for s in found if not any(is_same_structure(s.phase, other) for other in phases)
    )


def is_same_structure(one: Phase, other: Phase) -> bool:
    """Tell whether two are one structure, by composition, group and volume of the cell.

    One structure is described in more than one group now and then (graphite in P6₃/mmc and in
    P6₃mc): with the same cell it is the same structure.
    """
    edges = np.log([(p.lattice.a, p.lattice.b, p.lattice.c) for p in (one, other)])
    is_one_cell = bool(np.all(np.abs(edges[0] - edges[1]) < _SAME_EDGE))
    if one.space_group.number != other.space_group.number and not is_one_cell:
        return False
    if not same_composition(cell_contents(one), cell_contents(other), tolerance=0.05):
        return False
    volumes = [p.lattice.volume / len(p.space_group.centring_vectors) for p in (one, other)]
    return bool(np.abs(np.log(volumes[0] / volumes[1])) < 0.08)
