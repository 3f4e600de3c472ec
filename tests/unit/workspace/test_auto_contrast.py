"""The automatic contrast on images that are hard on it: never black, never a few bare steps."""

import numpy as np
import pytest

from saed_desktop.workspace.display import auto_contrast, build_pyramid, render
from tests.drawing import net_pattern


def _burnt_in(image, rng, share, value):
    """Write bars as large as a share of the image, as a caption of the camera software is."""
    image = image.copy()
    rows = max(1, round(share * image.shape[0] / 0.8))
    image[-rows - 4 : -4, : round(0.8 * image.shape[1])] = value
    return image


def _shown(image):
    return render(build_pyramid(image), auto_contrast(build_pyramid(image)))[0].astype(float)


@pytest.mark.parametrize("share", [0.002, 0.01, 0.04])
@pytest.mark.parametrize("value", [20_000, 65_535, 4e6])
def test_burnt_in_text_does_not_turn_the_pattern_black(share, value):
    image, spots = net_pattern(seed=3)
    clean = _shown(image)
    shown = _shown(_burnt_in(image, np.random.default_rng(1), share, value))
    inside = [(round(x), round(y)) for x, y in spots if y < 450]
    with_text = np.array([shown[y, x] for x, y in inside])
    without = np.array([clean[y, x] for x, y in inside])
    assert with_text.mean() > 0.75 * without.mean()
    ground = float(np.median(shown[:400]))
    assert (with_text > ground + 25).mean() > 0.9 * (without > np.median(clean[:400]) + 25).mean()


def test_a_saturated_beam_leaves_the_spots_visible():
    image, spots = net_pattern(seed=5)
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]]
    image[np.hypot(columns - 262.3, rows - 249.1) < 45] = 65_535
    shown = _shown(image)
    far = [(round(x), round(y)) for x, y in spots if np.hypot(x - 262.3, y - 249.1) > 60]
    assert np.median([shown[y, x] for x, y in far]) > 60


@pytest.mark.parametrize("levels", [40, 80, 200])
def test_few_counts_are_not_drawn_as_bare_steps(levels):
    image, _ = net_pattern(seed=7)
    image = np.floor(levels * np.clip(image / image.max(), 0, 1) ** 0.7).astype(np.float32)
    shown = _shown(image)
    # the background's own counts differ by less than a quarter of the grey scale
    ground = shown[np.abs(image - np.median(image)) <= 1]
    assert ground.max() - ground.min() < 64


def test_images_of_one_or_two_values_have_a_contrast():
    for image in (np.zeros((64, 64)), np.full((64, 64), 7.0), np.eye(64) * 9):
        shown = _shown(image.astype(np.float32))
        assert np.isfinite(shown).all()
    assert _shown(np.eye(64, dtype=np.float32)).max() == 255
