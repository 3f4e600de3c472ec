"""What of a library is worth indexing a pattern with."""

import pytest

from saed_desktop.indexing.library.library_answer import index_with_library
from saed_desktop.indexing.library.shortlist import LibrarySetup, shortlist
from saed_desktop.library.collection import bundled_collection, named
from saed_desktop.library.elements import ElementFilter
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.rendering import SCALE, image_of


def drawn(name, zone, *, tilt_deg=0.0, seed=1):
    """Return a prepared pattern of a bundled structure."""
    phase = named(bundled_collection(), name).phase
    matrix = orientation_of_zone(phase.lattice, zone, in_plane_deg=20.0, tilt_deg=tilt_deg)
    shown = kinematical_reflections(
        reciprocal_points(phase, 1.3), matrix, thickness_angstrom=150, max_excitation_error=0.02
    )
    image, _ = image_of(shown.q_xy, shown.intensity, seed=seed)
    return prepare(Pattern(image, Calibration.known(SCALE, ScaleSource.USER, 0.01), 200.0))


def test_where_the_elements_admit_few_all_of_them_are_judged():
    # 12° off a zone of silicon: no lattice that the index knows
    pattern = drawn("Si", (1, 1, 2), tilt_deg=12.0)
    setup = LibrarySetup((bundled_collection(),), ElementFilter(allowed=("Si", "C")))
    found = shortlist([pattern], setup)
    assert found.n_admitted < setup.count
    assert len(found.structures) == found.n_admitted
    assert set(found.priors.values()) == {1.0}


def test_no_more_are_judged_than_asked_for_and_lengths_bring_their_share():
    pattern = drawn("Si", (1, 1, 0))
    collections = (bundled_collection(),)
    asked = shortlist([pattern], LibrarySetup(collections, count=30))
    assert len(asked.structures) == 30
    by_index = shortlist([pattern], LibrarySetup(collections, count=20, by_lengths=0.0))
    assert set(
        shortlist([pattern], LibrarySetup(collections, odds_of_elements=1.0)).priors.values()
    ) == {1.0}
    assert list(asked.structures)[:20] == list(by_index.structures)
    # elements are likelier beforehand: nothing is known of the specimen
    assert asked.priors["Si"] == pytest.approx(3) and min(asked.priors.values()) == 1.0


def test_lengths_bring_more_where_the_spots_are_on_no_lattice():
    collections = (bundled_collection(),)
    # 8° off a zone: the lattice found holds half of the spots
    pattern = drawn("PuF3", (1, 1, 1), tilt_deg=8.0, seed=3)
    lattice = pattern.spot_lattice
    assert lattice is None or lattice.members.mean() < 0.6
    asked = shortlist([pattern], LibrarySetup(collections, count=30))
    assert len(asked.structures) == 60
    by_index = shortlist([pattern], LibrarySetup(collections, count=30, by_lengths=0.0))
    assert len(by_index.structures) == 30
    assert list(asked.structures)[:20] == list(by_index.structures)[:20]


def test_an_element_leads_its_isotypes_where_nothing_else_tells():
    found = index_with_library(
        drawn("Au", (1, 1, 0)).pattern, LibrarySetup((bundled_collection(),))
    )
    solution = found.solution
    shares = [solution.probabilities[c.phase] for c in solution.candidates]
    assert shares == sorted(shares, reverse=True)
    first = found.shortlist.structures[solution.candidates[0].phase]
    assert len(first.elements) == 1
    assert solution.phase == solution.candidates[0].phase
