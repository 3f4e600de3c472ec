"""A crystal that is none of the candidates is not named by spot indexing alone."""

import numpy as np
import pytest

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.indexing.deciding.unknown_crystal import log_likelihood_lattice_only
from saed_desktop.indexing.deciding.verdict import combine_evidence
from saed_desktop.indexing.pipeline import IndexingSetup, bundled_phases, index_pattern
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.network.session import Prediction
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.results.record import Verdict
from saed_desktop.results.sentences import texts
from tests.rendering import spot_image

SCALE = 0.0042
GOLD = Phase(
    "Au",
    Lattice(4.0782, 4.0782, 4.0782),
    space_group_from_symbol("F m -3 m"),
    (Site("Au", (0, 0, 0)),),
)


def answered(phase, zone):
    image, _ = spot_image(phase, zone, scale=SCALE, in_plane_deg=31.0, seed=4)
    calibration = Calibration.known(1.01 * SCALE, ScaleSource.USER, 0.02)
    return index_pattern(Pattern(image, calibration, 200.0), IndexingSetup(bundled_phases()))


@pytest.fixture(scope="module")
def gold():
    return answered(GOLD, (0, 1, 1))


@pytest.fixture(scope="module")
def oxide():
    return answered("PuO2", (0, 1, 1))


def test_gold_is_named_as_none_of_the_nine(gold):
    assert gold.none_of_these > 0.5 and gold.set_includes_none is True
    assert gold.verdict is Verdict.NONE
    assert gold.phase is None
    assert "fits the spots, but so would many other crystals" in texts(gold.reasons)
    assert gold.candidates  # what fits is shown all the same


def test_a_phase_of_the_nine_is_still_named(oxide):
    assert oxide.phase == "PuO2"
    assert oxide.verdict is Verdict.INDEXING_ONLY
    assert oxide.none_of_these < 0.2
    assert oxide.probability == pytest.approx(
        (1 - oxide.none_of_these) * oxide.among_candidates["PuO2"]
    )
    assert oxide.to_record().none_of_these == round(oxide.none_of_these, 4)


def test_a_network_that_knows_the_pattern_is_not_overruled(oxide):
    names = [phase.name for phase in bundled_phases()]
    sure = {name: 0.92 if name == "PuO2" else 0.01 for name in names}
    network = Prediction(sure, ("PuO2",), 0.99)
    judged = combine_evidence(oxide.prepared, oxide.candidates, network, names, in_candidates=0.2)
    assert judged.phase == "PuO2"
    # named, but they agree only where an unknown crystal is the less likely
    assert judged.verdict is Verdict.INDEXING_ONLY
    judged = combine_evidence(oxide.prepared, oxide.candidates, network, names, in_candidates=0.9)
    assert judged.verdict is Verdict.AGREE


def test_a_net_is_likelier_than_chance_and_than_another_net(oxide):
    observation = observe(oxide.prepared)
    own = oxide.candidates[0].match.xy[oxide.candidates[0].match.is_matched]
    places = own - np.array(observation.center_xy)
    on_lattice = log_likelihood_lattice_only(observation, places)
    assert on_lattice > 50
    assert log_likelihood_lattice_only(observation, 1.07 * places) < 0.5 * on_lattice
    assert log_likelihood_lattice_only(observation, np.zeros((0, 2))) == 0.0
