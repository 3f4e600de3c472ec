import numpy as np
import pytest

from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.occlusion import friedel_groups, spot_weights, without_spots
from saed_desktop.network.session import NetworkSession
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.readers import read_pattern


@pytest.fixture(scope="module")
def prepared():
    files = sorted((resources_dir() / "patterns").glob("PuO2*"))
    return prepare(read_pattern(files[0]))


@pytest.fixture(scope="module")
def session():
    bundle = resources_dir() / "networks" / "saed-nine-phases.saednet"
    return NetworkSession(open_bundle(bundle))


def test_friedel_mates_are_hidden_together(prepared):
    groups = friedel_groups(prepared)
    spots = prepared.diffracted
    assert sorted(i for group in groups for i in group) == list(range(len(spots)))
    pairs = [group for group in groups if len(group) == 2]
    assert len(pairs) > len(groups) / 3
    for first, second in pairs:
        middle = (spots.xy[first] + spots.xy[second]) / 2
        assert np.hypot(*(middle - prepared.center.xy)) < 4


def test_hiding_paints_over_the_image_and_leaves_the_original_alone(prepared):
    before = prepared.pattern.image_yx.copy()
    spot = int(np.argmax(prepared.diffracted.amplitude))
    x, y = prepared.diffracted.xy[spot]
    hidden = without_spots(prepared, (spot,))
    np.testing.assert_array_equal(prepared.pattern.image_yx, before)
    assert len(hidden.diffracted) == len(prepared.diffracted) - 1
    here = round(float(y)), round(float(x))
    height = float(prepared.diffracted.amplitude[spot])
    assert before[here] - hidden.pattern.image_yx[here] > 0.5 * height


def test_a_weight_is_what_the_lead_loses(prepared, session):
    weights = spot_weights(prepared, session)
    names = session.bundle.card.labels.phases
    first, second = names.index(weights.first), names.index(weights.second)
    group = max(friedel_groups(prepared)[:6], key=len)
    probabilities = session.predict(without_spots(prepared, group)).probabilities
    left = np.log(probabilities[names[first]]) - np.log(probabilities[names[second]])
    of_group = weights.weight[weights.spot == group[0]][0]
    assert of_group == pytest.approx(weights.lead - left, abs=0.02)
    for mate in group:
        assert weights.weight[weights.spot == mate][0] == of_group


def test_it_can_be_stopped(prepared, session):
    asked = []

    def is_cancelled():
        asked.append(True)
        return len(asked) > 1

    assert 0 < len(spot_weights(prepared, session, is_cancelled=is_cancelled).spot) <= 16
