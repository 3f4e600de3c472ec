import numpy as np
import pytest

from saed_desktop.network.representations import (
    context,
    image_representation,
    length_unit,
    polar_representation,
    profile_representation,
    spot_list,
    spot_lists,
    square_crop,
    unit_brightness,
)

RNG = np.random.default_rng(0)


def test_spot_lists_are_brightest_first_and_in_inverse_angstrom():
    offsets = np.array([[10.0, 0.0], [0.0, 20.0], [-5.0, 5.0]])
    rows = spot_list(offsets, np.array([5.0, 50.0, 0.5]), 0.01, 4)
    assert rows[:, 0].tolist() == [1, 1, 1, 0]
    assert rows[0, 1:3] == pytest.approx([0.0, 0.2])
    assert rows[:3, 3] == pytest.approx([0, np.log(0.1), np.log(0.01)])
    assert not rows[3].any()


def test_without_a_scale_lengths_are_relative():
    offsets = RNG.normal(size=(20, 2)) * 90
    intensity = RNG.random(20) + 0.1
    rows = spot_list(offsets, intensity, None, 32)
    again = spot_list(offsets * 3.7, intensity, None, 32)
    assert np.allclose(rows, again, atol=1e-5)
    radius = np.hypot(rows[:20, 1], rows[:20, 2])
    assert radius.mean() == pytest.approx(0.6)
    assert length_unit(offsets, intensity, None) * np.hypot(*offsets.T).mean() == pytest.approx(0.6)


def test_one_list_equals_its_row_in_a_batch():
    offsets = RNG.normal(size=(3, 30, 2)) * 100
    log_intensity = RNG.normal(size=(3, 30))
    present = RNG.random((3, 30)) > 0.3
    scale = np.array([0.004, np.nan, 0.01])
    batch, unit = spot_lists(offsets, log_intensity, present, scale, 16)
    for i in range(3):
        alone = spot_list(
            offsets[i][present[i]],
            np.exp(log_intensity[i][present[i]]),
            None if np.isnan(scale[i]) else float(scale[i]),
            16,
        )
        assert np.allclose(batch[i], alone, atol=1e-5)
    assert unit[0] == 0.004


def test_no_spots_is_an_empty_list():
    assert not spot_list(np.zeros((0, 2)), np.zeros(0), 0.01, 8).any()
    assert np.isfinite(context(False, np.inf, 0.0, 0)).all()


def test_crops_keep_the_center_and_fill_outside():
    image = np.zeros((50, 70), np.float32)
    image[20, 30] = 7
    crop = square_crop(image, (30, 20), 21)
    assert crop.shape == (21, 21)
    assert crop[10, 10] == 7
    beyond = square_crop(image, (0, 0), 21, fill=-1)
    assert (beyond[:10] == -1).all()
    assert (beyond[10:, 10:] == image[:11, :11]).all()


def test_the_papers_crop_is_the_middle_of_the_image_whatever_its_shape():
    # the published loader took the crop's rows from the width; ours must not
    image = RNG.random((900, 1400)).astype(np.float32)
    middle = ((1400 - 1) / 2, (900 - 1) / 2)
    crop = image_representation(image, middle, crop_px=800, size=800, channels=1, gamma=1.0)
    expected = unit_brightness(image)[50:850, 300:1100]
    assert np.array_equal(crop[0], expected)


def test_brightness_scale_of_the_file_does_not_matter():
    image = RNG.random((64, 64)).astype(np.float32)
    same = unit_brightness(image * 40_000 + 17)
    assert np.allclose(same, unit_brightness(image), atol=1e-4)
    assert unit_brightness(np.full((8, 8), 3, np.float32)).max() == 0


def test_polar_image_turns_rotation_into_a_shift():
    angle = np.deg2rad(45)
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    places = np.array([[60.0, 10.0], [-60.0, -10.0], [20.0, 80.0], [-20.0, -80.0]])

    def polar(xy):
        rows, columns = np.mgrid[:300, :300]
        image = sum(
            np.exp(-0.5 * ((columns - 150 - x) ** 2 + (rows - 150 - y) ** 2) / 9) for x, y in xy
        )
        return polar_representation(
            (1000 * image).astype(np.float32),
            np.zeros((300, 300), bool),
            (150.0, 150.0),
            radius_px=140,
            size=128,
        )[0]

    first, second = polar(places), polar(places @ turned.T)
    shift = round(192 * 45 / 180)
    assert np.corrcoef(np.roll(first, shift, axis=1).ravel(), second.ravel())[0, 1] > 0.98


@pytest.mark.parametrize("side", [256, 800, 2000])
def test_no_spot_falls_between_the_samples_of_a_polar_image(side):
    # of a large image the samples stand many pixels apart and a sharp spot is two pixels wide
    rows, columns = np.mgrid[:side, :side]
    middle, zoom = (side - 1) / 2, side / 800
    image = np.full((side, side), 4.0)
    places = [
        (q * 380 * zoom, a)
        for q, a in zip(np.linspace(0.25, 0.98, 40), np.arange(40) * 2.4, strict=True)
    ]
    for radius, azimuth in places:
        for sign in (1, -1):
            x, y = sign * radius * np.cos(azimuth), sign * radius * np.sin(azimuth)
            near = (slice(int(middle + y) - 15, int(middle + y) + 16),
                    slice(int(middle + x) - 15, int(middle + x) + 16))  # fmt: skip
            distance_2 = (columns[near] - middle - x) ** 2 + (rows[near] - middle - y) ** 2
            image[near] += 900 * np.exp(-0.5 * distance_2 / max(zoom, 0.8) ** 2)
    contrast = polar_representation(
        image.astype(np.float32),
        np.zeros((side, side), bool),
        (middle, middle),
        radius_px=560 * zoom,
        size=128,
    )[0]
    heights = []
    for radius, azimuth in places:
        row = round(radius / (560 * zoom) * 128 - 0.5)
        column = round((azimuth % np.pi) / np.pi * 192)
        about = np.take(
            contrast[max(row - 1, 0) : row + 2], range(column - 1, column + 2), 1, mode="wrap"
        )
        heights.append(np.sinh(about).max())
    assert np.std(heights) < 0.25 * np.mean(heights)


def test_profile_peaks_at_the_rings():
    rows, columns = np.mgrid[:256, :256]
    radius = np.hypot(rows - 128, columns - 128)
    image = (np.exp(-0.5 * ((radius - 64) / 2) ** 2) * 100 + 5).astype(np.float32)
    profile = profile_representation(
        image, np.zeros((256, 256), bool), (128.0, 128.0), radius_px=128, size=128
    )
    assert abs(int(np.argmax(profile)) - 64) <= 1
    assert profile.max() == 1
