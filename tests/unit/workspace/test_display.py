import itertools

import cv2
import numpy as np
import pytest

from saed_desktop.workspace.display import ContrastCurve, ContrastSettings, build_pyramid, render


def _image(height, width):
    return np.random.default_rng(3).gamma(0.5, 400, (height, width)).astype(np.float32)


@pytest.mark.parametrize("shape", [(1024, 1024), (1600, 900), (1025, 900), (900, 1601)])
def test_each_level_is_the_mean_of_the_pixels_it_covers(shape):
    levels = build_pyramid(_image(*shape)).levels
    assert len(levels) > 1
    for large, small in itertools.pairwise(levels):
        height, width = large.shape
        expected = cv2.resize(large, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        assert small.dtype == np.float32
        np.testing.assert_allclose(small, expected, rtol=1e-5)


@pytest.mark.parametrize("curve", list(ContrastCurve))
@pytest.mark.parametrize("lift", [0.25, 0.8])
def test_grey_values_follow_their_curve(curve, lift):
    pyramid = build_pyramid(_image(500, 400))
    low, high = pyramid.intensity_at(0.5), pyramid.intensity_at(99.9)
    relative = np.clip((pyramid.levels[0].astype(np.float64) - low) / (high - low), 0, 1)
    expected = {
        ContrastCurve.LINEAR: relative,
        ContrastCurve.POWER: relative**10**-lift,
        ContrastCurve.LOG: np.log1p(10 ** (4 * lift) * relative) / np.log1p(10 ** (4 * lift)),
    }[curve]
    (grey,) = render(pyramid, ContrastSettings(0.5, 99.9, curve, lift))
    assert grey.dtype == np.uint8
    assert grey.min() == 0
    assert grey.max() == 255
    # half a step of rounding, and what single precision leaves near black
    assert np.abs(grey - 255 * expected).max() < 0.6
