"""Ring patterns without candidates: structures of libraries whose lines suit the rings."""

from collections.abc import Sequence

from saed_desktop.indexing.rings.match import match_rings
from saed_desktop.indexing.rings.observation import observe_rings
from saed_desktop.library.collection import Collection
from saed_desktop.library.elements import ElementFilter
from saed_desktop.library.structure import LibraryStructure
from saed_desktop.pattern.calibration import Calibration
from saed_desktop.pattern.rings.measure import MeasuredRings
from saed_desktop.simulation.powder import powder_lines

MOST_ADMITTED = 1500
"""Lines are computed on the spot, about fifty structures a second: of more, elements are asked."""
JUDGED = 20


def structures_of_rings(
    measured: MeasuredRings,
    calibration: Calibration,
    collections: Sequence[Collection],
    elements: ElementFilter,
) -> tuple[list[LibraryStructure], int]:
    """Return the structures that suit rings best, the likeliest first, and how many suit at all.

    Parameters
    ----------
    measured, calibration
        The rings and the scale, or that there is none.
    collections
        Libraries.
    elements
        Conditions on the elements.

    Returns
    -------
    tuple[list[LibraryStructure], int]
        Nothing where the elements admit too many structures to compute.
    """
    observed = observe_rings(measured, calibration)
    admitted = [
        (collection, [int(i) for i in elements.admits(collection.masks).nonzero()[0]])
        for collection in collections
    ]
    if sum(len(places) for _, places in admitted) > MOST_ADMITTED:
        return [], 0
    found: list[tuple[float, LibraryStructure]] = []
    for collection, places in admitted:
        for structure in collection.structures(places):
            candidate = match_rings(powder_lines(structure.phase), observed)
            if candidate is not None and candidate.log_posterior > 0:
                found.append((candidate.log_posterior, structure))
    found.sort(key=lambda item: -item[0])
    return [structure for _, structure in found[:JUDGED]], len(found)
