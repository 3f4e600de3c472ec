"""The beam's place by image, spot indexing and network together."""

import numpy as np
import pytest

from saed_desktop.indexing.deciding.centers import center_doubt, remaining_places, summed, views_of
from saed_desktop.indexing.pipeline import IndexingSetup, answer, bundled_phases
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.center import Center, CenterHypothesis
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.results.reason import ReasonKind
from tests.drawing import with_beam_stop
from tests.rendering import SCALE, spot_image


def center_of(*weights):
    places = tuple(
        CenterHypothesis((100.0 + 40 * i, 90.0), 0.4, w, "lattice") for i, w in enumerate(weights)
    )
    return Center(places[0].xy, 0.4, {}, "lattice", places)


def test_probabilities_are_summed_over_the_places():
    total = summed([{"a": 0.9, "b": 0.1}, {"a": 0.2, "b": 0.8}], [0.75, 0.25])
    assert total["a"] == pytest.approx(0.725)
    assert sum(total.values()) == pytest.approx(1)


def test_a_doubt_is_said_only_where_a_place_remains():
    assert center_doubt(center_of(0.0, -6.0)) == ()
    assert center_doubt(Center((1.0, 1.0), 0.5, {}, "user")) == ()
    (reason,) = center_doubt(center_of(0.0, -1.0, -9.0))
    assert reason.kind == ReasonKind.CENTER_UNSURE
    assert [place[:2] for place in reason.places] == [(100.0, 90.0), (140.0, 90.0)]
    assert remaining_places(center_of(0.0, -1.0))[1][1] == pytest.approx(np.e**-1 / (1 + np.e**-1))


def test_a_hidden_beam_is_placed_and_its_places_stand_in_the_record():
    image, beam_xy = spot_image("delta-PuZr", (0, 1, 1))
    stopped, _ = with_beam_stop(image, beam_xy, width=34)
    scale = Calibration.known(SCALE, ScaleSource.USER)
    prepared = prepare(Pattern(stopped, calibration=scale))
    solution = answer(prepared, IndexingSetup(bundled_phases()))
    assert np.hypot(*(np.array(solution.prepared.center.xy) - beam_xy)) < 3
    record = solution.to_record()
    assert sum(place.probability for place in record.centers) == pytest.approx(1, abs=0.03)
    assert record.centers[0].xy == pytest.approx(record.center_xy, abs=0.01)
    assert 1 <= len(views_of(prepared)) <= 3
