"""Ring patterns searched for in the bundled library."""

import msgspec
import pytest

from saed_desktop.indexing.library.library_answer import (
    index_with_library,
    look_alikes,
)
from saed_desktop.indexing.library.ring_search import ring_weight, search_rings
from saed_desktop.indexing.library.shortlist import LibrarySetup
from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.indexing.rings.match import match_rings
from saed_desktop.indexing.rings.observation import observe_rings
from saed_desktop.library.collection import bundled_collection, named
from saed_desktop.library.elements import ElementFilter
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.results.sentences import texts
from saed_desktop.results.text import text_line
from saed_desktop.simulation.powder import powder_lines
from tests.ring_drawing import CERIA_D, GOLD_D, draw_rings

STATED = Calibration.known(0.0045, ScaleSource.USER, 0.01)
BUNDLED = LibrarySetup((bundled_collection(),))


@pytest.fixture(scope="module")
def gold():
    return prepare(Pattern(draw_rings(GOLD_D), STATED))


def test_rings_of_ceria_are_found_among_what_cerium_forms():
    setup = LibrarySetup((bundled_collection(),), ElementFilter(required=("Ce",)))
    answer = index_with_library(Pattern(draw_rings(CERIA_D), STATED), setup)
    record = answer.to_record(file="ceria.tif")
    assert record.phase == "CeO2"
    assert record.considered == "library"
    assert record.library.judged == len(answer.shortlist.structures) > 1
    assert "CeO2 (Fm-3m)" in text_line(record)
    assert "structures with Ce suit the rings" in text_line(record)
    assert record.library.families[0].phases[0] == "CeO2"


def test_the_whole_library_is_searched_and_misses_nothing_likely(gold):
    measured = gold.measured_rings
    for calibration in (STATED, Calibration.unknown()):
        found = search_rings(measured, calibration, BUNDLED.collections, ElementFilter())
        observed = observe_rings(measured, calibration)
        # the exhaustive pass takes tens of seconds: some structures stand for all
        structures = [*BUNDLED.collections[0].structures(range(0, 1184, 24))]
        structures += [named(BUNDLED.collections[0], name) for name in ("Au", "Ag", "Pd", "Cu")]
        fits = [match_rings(powder_lines(s.phase), observed) for s in structures]
        listed = {structure.name for structure in found.structures}
        better = [
            structure.name
            for structure, fit in zip(structures, fits, strict=True)
            # what could be in the answer's set; the lists keep strong lines alone, which costs a bit
            if fit
            and ring_weight(fit, observed) > max(found.weights[0] - 3, found.weights[-1] + 0.3)
        ]
        assert set(better) <= listed
        assert better or calibration is not STATED


def test_gold_is_among_what_is_found_with_a_scale(gold):
    found = search_rings(gold.measured_rings, STATED, BUNDLED.collections, ElementFilter())
    assert {"Au", "Ag"} <= {s.name for s in found.structures[:12]}
    assert found.n_fitting >= 2
    assert list(found.weights) == sorted(found.weights, reverse=True)


def test_what_no_candidate_explains_is_looked_for_in_the_library(gold):
    plutonia = named(bundled_collection(), "PuO2").phase
    solution = answer(gold, IndexingSetup((plutonia,)))
    assert solution.phase is None
    alike = look_alikes(solution, (plutonia,), BUNDLED)
    assert {"Au", "Ag"} <= set(alike) and "Cu" not in alike and "NaCl" not in alike
    record = msgspec.structs.replace(solution.to_record(file="gold.tif"), look_alikes=alike)
    assert "Of the library fit:" in text_line(record)


def test_without_a_scale_the_structure_type_is_all_that_is_said(gold):
    delta = named(bundled_collection(), "delta-Pu").phase
    plain = prepare(Pattern(draw_rings(GOLD_D), Calibration.unknown()))
    solution = answer(plain, IndexingSetup((delta,)))
    assert solution.phase == "delta-Pu"
    assert "every crystal of the structure type of delta-Pu" in texts(solution.reasons)
    alike = look_alikes(solution, (delta,), BUNDLED)
    assert {"Au", "Cu", "Al"} <= set(alike) and "delta-Pu" not in alike
    assert not {"W", "Si", "NaCl"} & set(alike)


def test_more_structures_than_can_be_compared_ask_for_elements(gold, monkeypatch):
    from saed_desktop.indexing.library import ring_search

    monkeypatch.setattr(ring_search, "MOST_ADMITTED", 100)
    found = index_with_library(gold.pattern, BUNDLED)
    assert found.solution.phase is None
    assert any("name the elements" in said for said in found.to_record().library.not_searched)
