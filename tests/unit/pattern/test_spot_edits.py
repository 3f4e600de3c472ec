"""Spots by hand: added, moved and removed, at the working size and on large images."""

from pathlib import Path

import numpy as np
import pytest

from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import Edits, prepare
from saed_desktop.pattern.spot_edits import SpotEdits, local_maximum
from saed_desktop.workspace.document import PatternState
from saed_desktop.workspace.state_file import state_from_json, state_to_json
from tests.drawing import net_pattern, spot


def _pattern(image):
    return Pattern(np.asarray(image, np.float32), "drawn")


def _nearest(spots, xy):
    return float(np.hypot(*(spots.xy - np.array(xy)).T).min())


@pytest.mark.parametrize("enlarged", [1, 3])
def test_added_spots_are_there_and_stay_where_they_were_put(enlarged):
    image, _ = net_pattern(seed=2)
    image = np.kron(image, np.ones((enlarged, enlarged), np.float32))
    place = (123.4 * enlarged, 87.6 * enlarged)
    before = prepare(_pattern(image)).diffracted
    after = prepare(_pattern(image), edits=Edits(spots=SpotEdits(added=(place,)))).diffracted
    assert _nearest(before, place) > 3 * enlarged
    assert _nearest(after, place) == 0.0
    assert len(after) == len(before) + 1


@pytest.mark.parametrize("enlarged", [1, 3])
def test_removed_spots_are_gone_and_no_other_is(enlarged):
    image, _ = net_pattern(seed=4)
    image = np.kron(image, np.ones((enlarged, enlarged), np.float32))
    before = prepare(_pattern(image)).diffracted
    chosen = tuple((float(x), float(y)) for x, y in before.xy[[3, 10]])
    after = prepare(_pattern(image), edits=Edits(spots=SpotEdits(removed=chosen))).diffracted
    assert len(after) == len(before) - 2
    for xy in chosen:
        assert _nearest(after, xy) > 4 * enlarged


def test_a_moved_spot_is_where_it_was_moved_to():
    image, _ = net_pattern(seed=4)
    before = prepare(_pattern(image)).diffracted
    old = (float(before.xy[5, 0]), float(before.xy[5, 1]))
    new = (old[0] + 1.7, old[1] - 0.9)
    edits = SpotEdits().with_moved(old, new)
    after = prepare(_pattern(image), edits=Edits(spots=edits)).diffracted
    assert len(after) == len(before) and _nearest(after, new) == 0.0
    again = edits.with_moved(new, old)
    assert again.added == (old,) and again.removed == (old,)


def test_removing_an_added_spot_leaves_no_trace():
    edits = SpotEdits().with_added((5.0, 6.0))
    assert edits.without(((5.0, 6.0),)) == SpotEdits()
    assert edits.without(((7.0, 8.0),)) == SpotEdits(((5.0, 6.0),), ((7.0, 8.0),))


def test_a_click_beside_a_spot_finds_its_maximum():
    rng = np.random.default_rng(6)
    for _ in range(40):
        image = rng.normal(20, 2, (80, 90))
        x, y = rng.uniform(20, 60, 2)
        spot(image, x, y, 400, sigma=2.0)
        click = (x + rng.uniform(-4, 4), y + rng.uniform(-4, 4))
        found = local_maximum(image, click, reach_px=7)
        assert np.hypot(found[0] - x, found[1] - y) < 0.6
    # at the very corner there is something to return as well
    assert np.isfinite(local_maximum(rng.normal(0, 1, (20, 20)), (0.0, 19.0), 5)).all()


def test_spots_are_kept_in_the_project():
    edits = SpotEdits(((1.5, 2.25),), ((3.0, 4.0), (5.0, 6.0)))
    state = PatternState(Path("/somewhere/a.tif"), spots=edits)
    assert state_from_json(state_to_json(state)) == state
    assert state.is_edited and state.holds_work
    assert not state.looks_alike(PatternState(Path("/somewhere/a.tif")))
