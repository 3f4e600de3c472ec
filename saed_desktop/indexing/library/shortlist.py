"""The structures of libraries that are worth indexing a pattern with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.centers import views_of
from saed_desktop.indexing.deciding.verdict_options import NOT_INDEXABLE
from saed_desktop.indexing.library.library_search import measured_lattices
from saed_desktop.indexing.library.ring_search import search_rings
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.library.collection import Collection
from saed_desktop.library.commonness import ODDS_OF_ELEMENTS, is_extreme
from saed_desktop.library.elements import ElementFilter
from saed_desktop.library.library_index import index_of
from saed_desktop.library.ring_lists import ring_lists
from saed_desktop.library.search import SearchResult, search_jointly
from saed_desktop.library.spot_lengths import SpotLengths, length_likelihoods
from saed_desktop.library.structure import LibraryStructure
from saed_desktop.library.zone_fit import TEMPER, MeasuredLattice
from saed_desktop.pattern.prepare import PreparedPattern

JUDGED = 120
"""Structures that are judged unless another number is asked for: of measured patterns, the index
puts the truth beyond the first 25 as often as among them."""
BY_LENGTHS = 1 / 3
"""Share of them that the lengths of the spots alone bring."""
_SURE_LATTICE = 0.65
"""Share of the spots on the lattice found. Where fewer are, the beam is along no zone axis, or half
of the spots are of something else, and the lengths bring as many structures more as are asked for:
of 32 patterns 5 to 15° off every short zone axis the truth was listed in 25, with them in 31."""
_FEWEST_ON_LATTICE = 8
_LINES_COMPUTED = 200
_LINES_COMPARED = 20_000
"""Most structures whose lines are computed on the spot, and compared."""


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
        Structures whose fit is refined; twice as many where the spots are on no one lattice.
    by_lengths
        Share of them that the lengths of the spots bring, whatever the search index says.
    odds_of_elements
        Prior odds of a structure of one element against a compound, where no elements are named.
    """

    collections: tuple[Collection, ...]
    elements: ElementFilter = field(default_factory=ElementFilter)
    count: int = JUDGED
    by_lengths: float = BY_LENGTHS
    odds_of_elements: float = ODDS_OF_ELEMENTS

    def log_prior(self, collection: Collection) -> FloatArray:
        """Return the log prior (n,) of each structure of a library; that of compounds is 0."""
        return np.where(collection.is_usual_element, np.log(self._odds), 0.0)

    def prior(self, structure: LibraryStructure) -> float:
        """Return the prior odds of a structure against a compound."""
        is_usual = len(structure.elements) == 1 and not is_extreme(structure.aliases)
        return self._odds if is_usual else 1.0

    @property
    def _odds(self) -> float:
        told = self.elements
        is_told = told.allowed or told.required or told.any_of
        return 1.0 if is_told else self.odds_of_elements


@dataclass(frozen=True, eq=False)
class Shortlist:
    """The structures that could show a pattern, the likeliest first, by names of their own.

    Parameters
    ----------
    structures
        By name; names that several libraries share are told apart by the library's.
    n_structures, n_admitted, n_fitting
        In the libraries; admitted by the elements; with a zone of the right size and shape.
    priors
        Relative frequencies by name, where nothing is known of the specimen.
    """

    structures: Mapping[str, LibraryStructure]
    n_structures: int
    n_admitted: int
    n_fitting: int
    priors: Mapping[str, float] = field(default_factory=dict)

    def first(self, count: int) -> "Shortlist":
        """Return the likeliest of the structures alone."""
        return replace(self, structures=dict(islice(self.structures.items(), count)))

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The crystals; one that keeps its name keeps what is known of it, such as its atoms."""
        return tuple(
            s.phase if s.phase.name == name else replace(s.phase, name=name)
            for name, s in self.structures.items()
        )


def shortlist(patterns: Sequence[PreparedPattern], setup: LibrarySetup) -> Shortlist:
    """Return the structures that could show prepared patterns of one specimen, or a single one.

    Those with a zone that suits the lattices of the spots come first, then those whose lines suit
    the lengths of the spots; where the elements admit no more than would be judged, all of them.
    """
    usable = [one for one in patterns if one.kind not in NOT_INDEXABLE]
    views = [views_of(one) for one in usable]
    readings = [
        [
            lattice
            for view in some
            for lattice in measured_lattices(observe(view), view.spot_lattice)
        ]
        for some in views
    ]
    total = sum(len(c.masks) for c in setup.collections)
    admitted = [setup.elements.admits(c.masks) for c in setup.collections]
    n_admitted = sum(int(one.sum()) for one in admitted)
    if not usable:
        return Shortlist({}, total, n_admitted, 0)
    scored: list[tuple[float, int, int]] = []
    fitting = 0
    for k, collection in enumerate(setup.collections):
        found = _by_index(collection, readings, setup)
        fitting += found.n_fitting
        scored += [
            (float(s), k, int(i)) for i, s in zip(found.places, found.log_score, strict=True)
        ]
    scored.sort(key=lambda item: -item[0])
    ranked = [(k, i) for _, k, i in scored]
    chosen = ranked[: setup.count - int(setup.by_lengths * setup.count)]
    lengths = [_lengths(some[0]) for some in views]
    more = setup.count - len(chosen)
    if setup.by_lengths and not any(_is_on_lattice(one) for some in views for one in some):
        more += setup.count
    chosen += _by_lengths(setup, admitted, lengths, known=set(chosen), most=more)
    chosen += [one for one in ranked if one not in chosen][: max(setup.count - len(chosen), 0)]
    structures = _structures(chosen, setup)
    return _shortlist(structures, setup, (total, n_admitted, fitting))


def _is_on_lattice(view: PreparedPattern) -> bool:
    """Tell whether most spots are on one lattice, and enough that it is not there by chance."""
    if view.spot_lattice is None:
        return False
    members = view.spot_lattice.members
    return bool(members.sum() >= _FEWEST_ON_LATTICE and members.mean() >= _SURE_LATTICE)


def ring_shortlist(prepared: PreparedPattern, setup: LibrarySetup) -> Shortlist:
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
    total = sum(len(mask) for mask in masks)
    n_admitted = sum(int(setup.elements.admits(mask).sum()) for mask in masks)
    return _shortlist(found.structures, setup, (total, n_admitted, found.n_fitting))


def _by_index(
    collection: Collection,
    readings: Sequence[Sequence[MeasuredLattice]],
    setup: LibrarySetup,
) -> SearchResult:
    """Return the structures of one library with a zone that suits the lattices of the spots."""
    kept: dict[int, Phase] = {}

    def phases(places: Sequence[int]) -> list[Phase]:
        new = [i for i in places if i not in kept]
        kept.update((i, s.phase) for i, s in zip(new, collection.structures(new), strict=True))
        return [kept[i] for i in places]

    return search_jointly(
        index_of(collection),
        readings,
        phases,
        elements=setup.elements,
        count=setup.count,
        log_prior=setup.log_prior(collection),
    )


def _lengths(prepared: PreparedPattern) -> SpotLengths | None:
    """Return the lengths of a pattern's spots, None without a scale."""
    observation = observe(prepared)
    if observation.scale is None or len(observation) == 0:
        return None
    return SpotLengths(
        np.log(observation.radius_px * observation.scale), float(observation.scale_sigma)
    )


def _by_lengths(
    setup: LibrarySetup,
    admitted: Sequence[np.ndarray],
    patterns: Sequence[SpotLengths | None],
    *,
    known: set[tuple[int, int]],
    most: int,
) -> list[tuple[int, int]]:
    """Return further structures (library, place) whose lines suit the lengths of the spots."""
    spots = [one for one in patterns if one is not None]
    if not most:
        return []
    scored: list[tuple[float, int, int]] = []
    for k, collection in enumerate(setup.collections):
        places = np.flatnonzero(admitted[k])
        places = places[[(k, int(i)) not in known for i in places]]
        prior = setup.log_prior(collection)[places]
        # few are admitted: all are judged, whatever their lines
        is_few = len(places) <= most
        score = prior if is_few else _length_scores(collection, places, spots, prior)
        if score is not None:
            scored += [(float(s), k, int(i)) for i, s in zip(places, score, strict=True)]
    scored.sort(key=lambda item: -item[0])
    return [(k, i) for _, k, i in scored[:most]]


def _length_scores(
    collection: Collection, places: IntArray, spots: Sequence[SpotLengths], log_prior: FloatArray
) -> FloatArray | None:
    """Return the log odds (n,) of structures by the lengths of spots; None where none is known."""
    if not spots or len(places) > _LINES_COMPARED:
        return None
    lists = ring_lists(collection)
    if lists.unknown(places) > _LINES_COMPUTED:
        return None
    rows = lists.rows(places)
    gain = np.sum([length_likelihoods(rows, one) for one in spots], axis=0)
    return np.asarray(TEMPER * gain + log_prior)


def _structures(chosen: Sequence[tuple[int, int]], setup: LibrarySetup) -> list[LibraryStructure]:
    """Return structures by their libraries and places, in this order."""
    found: dict[tuple[int, int], LibraryStructure] = {}
    for k, collection in enumerate(setup.collections):
        own = [i for library, i in chosen if library == k]
        found |= {(k, i): s for i, s in zip(own, collection.structures(own), strict=True)}
    return [found[one] for one in chosen]


def _shortlist(
    structures: Sequence[LibraryStructure], setup: LibrarySetup, counts: tuple[int, int, int]
) -> Shortlist:
    """Return structures by name, with their priors; counts are the shortlist's."""
    named = _by_name(structures)
    priors = {name: setup.prior(structure) for name, structure in named.items()}
    return Shortlist(named, *counts, priors)


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
