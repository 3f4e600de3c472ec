"""The difference of measured and computed patterns: nothing where they agree."""

import numpy as np
import pytest

from saed_desktop.workspace.difference import MeasuredPattern, difference_picture
from tests.rendering import SCALE, image_of

Q_MAX, SIDE = 1.2, 400


def _at(picture, q):
    """Return the colour at a place in 1/Å, the strongest of its neighbourhood."""
    x, y = (round((SIDE - 1) / 2 + value * SIDE / (2 * Q_MAX)) for value in q)
    part = picture[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3).astype(int)
    return part[np.argmax(part.max(axis=1))]


@pytest.fixture(scope="module")
def measured():
    """Reflections of which the second is missing among the computed ones."""
    q = np.array([(0.4, 0.1), (-0.3, 0.5), (-0.4, -0.1), (0.3, -0.5), (0.6, 0.6)])
    intensity = np.array([1.0, 1.0, 1.0, 1.0, 0.5])
    image, center = image_of(q, intensity)
    return MeasuredPattern(image, center, SCALE, 2.2), q, intensity


def test_what_is_measured_only_is_orange_and_what_is_computed_only_is_blue(measured):
    pattern, q, intensity = measured
    # as bright as image_of draws them
    drawn = (14000 * intensity**0.45 * np.exp(-0.6 * (q**2).sum(axis=1))).astype(float)
    keep = [0, 2, 3, 4]
    extra = (-0.7, 0.2)
    computed = np.vstack([q[keep], [extra]])
    picture = difference_picture(pattern, computed, np.append(drawn[keep], 9000), Q_MAX, SIDE)
    red, _, blue = _at(picture, q[1])
    assert red > 180 and red > 1.5 * blue
    red, _, blue = _at(picture, extra)
    assert blue > 180 and blue > 1.5 * red
    # where both have it little is left
    for place in q[keep]:
        assert _at(picture, place).max() < 150
    # and the direct beam, which no simulation has, is none of it
    assert _at(picture, (0.0, 0.0)).max() < 30


def test_a_mask_hides_what_lies_below_it(measured):
    pattern, q, _ = measured
    hidden = np.ones(pattern.image_yx.shape, bool)
    masked = MeasuredPattern(
        pattern.image_yx, pattern.center_xy, SCALE, pattern.spot_width_px, hidden
    )
    picture = difference_picture(masked, q, np.ones(len(q)), Q_MAX, SIDE)
    assert picture.max() < 30


def test_without_reflections_all_that_is_measured_remains(measured):
    pattern, q, _ = measured
    picture = difference_picture(pattern, np.zeros((0, 2)), np.zeros(0), Q_MAX, SIDE)
    for place in q:
        assert _at(picture, place)[0] > 150
