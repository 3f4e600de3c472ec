"""Ring patterns without candidates: structures of libraries whose lines suit the rings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.rings.match import RingCandidate, match_rings
from saed_desktop.indexing.rings.observation import RingObservation, observe_rings
from saed_desktop.indexing.rings.screening import screened
from saed_desktop.indexing.rings.verdict import DEFAULT_RING_VERDICT, RingVerdictOptions
from saed_desktop.library.collection import Collection
from saed_desktop.library.elements import ElementFilter
from saed_desktop.library.ring_lists import lines_of_row, ring_lists
from saed_desktop.library.structure import LibraryStructure
from saed_desktop.pattern.calibration import Calibration
from saed_desktop.pattern.rings.measure import MeasuredRings
from saed_desktop.simulation.powder import powder_lines

MOST_COMPUTED = 1500
"""Structures whose lines are computed on the spot, some two hundred a second, and then kept."""
MOST_ADMITTED = 30_000
"""Of more structures, elements are asked: their lines are compared at thousands a second."""
JUDGED = 80
_FITTED = 120
_TIE = 1.5
"""Distance behind the best, in tempered log likelihood, within which nothing is excluded."""


@dataclass(frozen=True)
class RingSearch:
    """Structures that suit rings.

    Parameters
    ----------
    structures
        The likeliest first.
    weights
        Tempered log likelihood (n,) of each over that of an unknown crystal.
    n_fitting
        How many suit the rings better than an unknown crystal.
    """

    structures: tuple[LibraryStructure, ...] = ()
    weights: tuple[float, ...] = ()
    n_fitting: int = 0


def search_rings(
    measured: MeasuredRings,
    calibration: Calibration,
    collections: Sequence[Collection],
    elements: ElementFilter,
    *,
    count: int = JUDGED,
    options: RingVerdictOptions = DEFAULT_RING_VERDICT,
) -> RingSearch:
    """Return the structures that suit rings best.

    Parameters
    ----------
    measured, calibration
        The rings and the scale, or that there is none.
    collections
        Libraries.
    elements
        Conditions on the elements.
    count
        Structures at most.
    options
        Constants of the decision.

    Returns
    -------
    RingSearch
        Nothing where the elements admit too many structures.
    """
    observed = observe_rings(measured, calibration)
    admitted = [
        (collection, elements.admits(collection.masks).nonzero()[0]) for collection in collections
    ]
    new = sum(ring_lists(collection).unknown(places) for collection, places in admitted)
    is_too_many = sum(len(places) for _, places in admitted) > MOST_ADMITTED
    if is_too_many or new > MOST_COMPUTED or not len(observed):
        return RingSearch()
    found: list[tuple[float, LibraryStructure]] = []
    for collection, places in admitted:
        found += _fitted(collection, places, observed, options)
    found.sort(key=lambda item: (-item[0], item[1].name))
    best = found[:count]
    return RingSearch(
        tuple(structure for _, structure in best),
        tuple(weight for weight, _ in best),
        sum(weight > 0.0 for weight, _ in found),
    )


def _fitted(
    collection: Collection,
    places: np.ndarray,
    observed: RingObservation,
    options: RingVerdictOptions,
) -> list[tuple[float, LibraryStructure]]:
    """Return the structures of one library that are worth a fit, with their weights."""
    if not len(places):
        return []
    rows = ring_lists(collection).rows(places)
    chosen = screened(
        np.log(rows["q"].astype(np.float64)),
        rows["intensity"].astype(np.float64),
        observed,
        _FITTED,
    )
    structures = collection.structures([int(places[i]) for i in chosen])
    matches = [
        match_rings(lines_of_row(rows[i], structure.phase), observed)
        for i, structure in zip(chosen, structures, strict=True)
    ]
    return [
        (ring_weight(match, observed, options), structure)
        for match, structure in zip(matches, structures, strict=True)
        if match is not None
    ]


def ring_weight(
    match: RingCandidate,
    observed: RingObservation,
    options: RingVerdictOptions = DEFAULT_RING_VERDICT,
) -> float:
    """Return the tempered log likelihood over that of an unknown crystal, as the answer has it."""
    off = 0.0
    if observed.is_scaled:
        off = -0.5 * ((match.log_scale - observed.log_scale) / observed.scale_sigma) ** 2
    above = match.log_posterior - options.unknown(observed)
    return options.temper * above + (1 - options.temper) * off


def rings_fit_as_well(
    measured: MeasuredRings,
    calibration: Calibration,
    named: Sequence[Phase],
    collections: Sequence[Collection],
    *,
    count: int = JUDGED,
    options: RingVerdictOptions = DEFAULT_RING_VERDICT,
) -> tuple[LibraryStructure, ...]:
    """Return structures of libraries that suit rings as well as what is named, simple ones first.

    Parameters
    ----------
    measured, calibration
        The rings and the scale, or that there is none.
    named
        The main phase of the answer; where there is none, those that suit as well as the best of
        the libraries are returned.
    collections
        Libraries.
    count
        Structures at most.
    options
        Constants of the decision.
    """
    found = search_rings(
        measured, calibration, collections, ElementFilter(), count=count, options=options
    )
    observed = observe_rings(measured, calibration)
    own = [match_rings(powder_lines(phase), observed) for phase in named]
    least = max(
        (ring_weight(match, observed, options) for match in own if match is not None),
        default=max([0.0, *found.weights]),
    )
    alike = [
        (weight, structure)
        for weight, structure in zip(found.weights, found.structures, strict=True)
        if weight > max(least - _TIE, 0.0)
    ]
    # what fits about equally well: pure elements are likelier than what few have ever made
    alike.sort(key=lambda item: (-round(item[0]), len(item[1].elements), -item[0]))
    return tuple(structure for _, structure in alike[:count])
