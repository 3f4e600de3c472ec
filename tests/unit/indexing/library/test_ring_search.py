"""Ring patterns searched for in the bundled library."""

from saed_desktop.indexing.library.library_answer import LibrarySetup, index_with_library
from saed_desktop.library.collection import bundled_collection
from saed_desktop.library.elements import ElementFilter
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.results.text import text_line
from tests.ring_drawing import CERIA_D, draw_rings


def test_rings_of_ceria_are_found_among_what_cerium_forms():
    stated = Calibration.known(0.0045, ScaleSource.USER, 0.01)
    image = draw_rings(CERIA_D)
    setup = LibrarySetup((bundled_collection(),), ElementFilter(required=("Ce",)))
    answer = index_with_library(Pattern(image, stated), setup)
    record = answer.to_record(file="ceria.tif")
    assert record.phase == "CeO2"
    assert record.conditional_on == "library"
    assert record.library.judged == len(answer.shortlist.structures) > 1
    assert "CeO2 (Fm-3m)" in text_line(record)
