"""Answers out of libraries: no candidates are named, all structures are."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec
import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.centers import views_of
from saed_desktop.indexing.deciding.verdict import NOT_INDEXABLE, is_acceptable_fit
from saed_desktop.indexing.library.families import families_of, what_decides
from saed_desktop.indexing.library.left_out import left_out
from saed_desktop.indexing.library.library_search import measured_lattices
from saed_desktop.indexing.library.ring_search import rings_fit_as_well, search_rings
from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.indexing.solving.hypotheses.basis_pairs import (
    SearchEffort,
    find_basis_pairs,
)
from saed_desktop.indexing.solving.match import match_phase
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.library.collection import Collection
from saed_desktop.library.elements import ElementFilter
from saed_desktop.library.formula import cell_contents, same_composition
from saed_desktop.library.library_index import index_of
from saed_desktop.library.search import search_jointly
from saed_desktop.library.structure import LibraryStructure
from saed_desktop.library.zone_fit import MeasuredLattice
from saed_desktop.pattern.kind import PatternKind
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import NO_EDITS, Edits, PreparedPattern, prepare
from saed_desktop.results.record import AnswerRecord, LibraryRecord

QUICK = SearchEffort(n_tried=80, n_refined=2, n_kept=1)
"""Search effort for one of many structures; the index has seen to it that its zone is right."""
JUDGED = 80
"""Structures that are judged unless another number is asked for: of measured patterns, the index
puts the truth beyond the first 25 as often as among them."""
_TIE = 1.0
_LEAST_SHARE = 0.002
MIN_RINGS = 4
"""Fewer rings fit half of any library: nothing is said of look-alikes, nothing is searched."""


@dataclass(frozen=True)
class LibrarySetup:
    """A search: libraries, elements and their limits.

    Parameters
    ----------
    collections
        Libraries.
    elements
        Conditions on the elements.
    count
        Structures whose fit is refined.
    """

    collections: tuple[Collection, ...]
    elements: ElementFilter = field(default_factory=ElementFilter)
    count: int = JUDGED


@dataclass(frozen=True, eq=False)
class Shortlist:
    """The structures that could show a pattern, the likeliest first, by names of their own.

    Parameters
    ----------
    structures
        By name; names that several libraries share are told apart by the library's.
    n_structures, n_admitted, n_fitting
        In the libraries; admitted by the elements; with a zone of the right size and shape.
    """

    structures: Mapping[str, LibraryStructure]
    n_structures: int
    n_admitted: int
    n_fitting: int

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The crystals."""
        return tuple(replace(s.phase, name=name) for name, s in self.structures.items())


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
        """Return what is printed and stored of the answer."""
        solution, structures = self.solution, self.shortlist.structures
        fitting = [c for c in solution.candidates if is_acceptable_fit(c)] or solution.candidates
        names = [candidate.phase for candidate in fitting] or _by_rings(solution)
        record = LibraryRecord(
            libraries=tuple(c.name for c in self.setup.collections),
            elements=self.setup.elements.sentence,
            structures=self.shortlist.n_structures,
            admitted=self.shortlist.n_admitted,
            fitting=self.shortlist.n_fitting,
            judged=len(self.shortlist.structures),
            families=families_of(names, solution.probabilities, structures),
            decides=what_decides(
                _not_excluded(solution),
                solution.probabilities,
                structures,
                is_rings=solution.rings is not None,
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
        return msgspec.structs.replace(
            self.solution.to_record(file=file), conditional_on="library", library=record
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
    prepared: PreparedPattern, setup: LibrarySetup, *, started: float | None = None
) -> LibraryAnswer:
    """Answer a pattern that is prepared already."""
    started = time.perf_counter() if started is None else started
    has_rings = prepared.kind is PatternKind.RINGS and prepared.measured_rings is not None
    found = _ring_shortlist(prepared, setup) if has_rings else shortlist([prepared], setup)
    indexing = IndexingSetup(found.phases, search=QUICK)
    return LibraryAnswer(answer(prepared, indexing, started=started), found, setup)


def _ring_shortlist(prepared: PreparedPattern, setup: LibrarySetup) -> Shortlist:
    """Return the structures whose lines suit the rings of a pattern."""
    assert prepared.measured_rings is not None
    found = search_rings(
        prepared.measured_rings,
        prepared.pattern.calibration,
        setup.collections,
        setup.elements,
        count=setup.count,
    )
    masks = [collection.masks for collection in setup.collections]
    return Shortlist(
        _by_name(found.structures),
        sum(len(mask) for mask in masks),
        sum(int(setup.elements.admits(mask).sum()) for mask in masks),
        found.n_fitting,
    )


def shortlist(patterns: Sequence[PreparedPattern], setup: LibrarySetup) -> Shortlist:
    """Return the structures that could show prepared patterns of one specimen, or a single one."""
    best: list[tuple[float, LibraryStructure]] = []
    admitted = fitting = total = 0
    readings = [_readings(one) for one in patterns if one.kind not in NOT_INDEXABLE]
    for collection in setup.collections:
        index = index_of(collection)
        total += index.n_structures
        if not readings:
            admitted += int(setup.elements.admits(index.masks).sum())
            continue
        kept: dict[int, LibraryStructure] = {}

        def phases(
            places: Sequence[int],
            kept: dict[int, LibraryStructure] = kept,
            source: Collection = collection,
        ) -> list[Phase]:
            new = [i for i in places if i not in kept]
            kept.update(zip(new, source.structures(new), strict=True))
            return [kept[i].phase for i in places]

        found = search_jointly(index, readings, phases, elements=setup.elements, count=setup.count)
        best += [
            (float(s), kept[int(i)]) for i, s in zip(found.places, found.log_score, strict=True)
        ]
        admitted, fitting = admitted + found.n_admitted, fitting + found.n_fitting
    best.sort(key=lambda item: -item[0])
    return Shortlist(_by_name([s for _, s in best[: setup.count]]), total, admitted, fitting)


def _readings(prepared: PreparedPattern) -> list[MeasuredLattice]:
    """Return the lattices that the spots may stand on, about every place of the beam."""
    return [
        lattice
        for view in views_of(prepared)
        for lattice in measured_lattices(observe(view), view.spot_lattice)
    ]


def _by_name(structures: Sequence[LibraryStructure]) -> dict[str, LibraryStructure]:
    named: dict[str, LibraryStructure] = {}
    for structure in structures:
        name, number = structure.name, 2
        if name in named:
            name = f"{structure.name} ({structure.library})"
        while name in named:
            name, number = f"{structure.name} ({structure.library} {number})", number + 1
        named[name] = structure
    return named


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
    found = shortlist([prepared], replace(setup, count=judged + len(phases)))
    best = max(c.log_posterior for c in fitting)
    alike: list[tuple[float, str]] = []
    for phase in found.phases:
        if is_cancelled():
            return ()
        if len(alike) >= judged or any(_is_same(phase, other) for other in phases):
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
    return tuple(s.name for s in found if not any(_is_same(s.phase, other) for other in phases))


def _is_same(one: Phase, other: Phase) -> bool:
    """Tell whether two are one structure, by composition, group and volume of the cell."""
    if one.space_group.number != other.space_group.number:
        return False
    if not same_composition(cell_contents(one), cell_contents(other), tolerance=0.05):
        return False
    volumes = [p.lattice.volume / len(p.space_group.centring_vectors) for p in (one, other)]
    return bool(np.abs(np.log(volumes[0] / volumes[1])) < 0.08)
