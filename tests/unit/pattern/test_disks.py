"""Nano-beam disks: one spot for each."""

import cv2
import numpy as np
import pytest

from saed_desktop.pattern import disks
from saed_desktop.pattern.disks import common_disk, find_disks
from saed_desktop.pattern.kind import PatternKind
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from tests.drawing import net_pattern


def disk_pattern(radius, spacing, *, side=512, seed=0):
    rng = np.random.default_rng(seed)
    middle = np.array([258.0, 251.0])
    basis = spacing * np.array([[1.0, 0.1], [-0.42, 0.9]])
    rows, columns = np.mgrid[:side, :side]
    image = 20 + 40 * np.exp(-np.hypot(columns - middle[0], rows - middle[1]) / 90)
    places = []
    for i in range(-2, 3):
        for j in range(-2, 3):
            x, y = middle + i * basis[0] + j * basis[1]
            if not (radius < x < side - radius and radius < y < side - radius):
                continue
            r = np.hypot(columns - x, rows - y)
            height = 1500.0 if i == j == 0 else 60 * np.exp(rng.normal(1, 0.8))
            image += height / (1 + np.exp((r - radius) / 0.8))
            places.append((x, y))
    return rng.poisson(image).astype(np.float32), np.array(places), middle


@pytest.mark.parametrize(("radius", "spacing"), [(21, 86), (12, 60), (26, 64)])
def test_every_disk_is_one_spot(radius, spacing):
    image, places, middle = disk_pattern(radius, spacing)
    prepared = prepare(Pattern(image))
    distance = np.linalg.norm(prepared.spots.xy[:, None] - places[None], axis=2)
    assert (distance.min(axis=0) < 2.5).mean() > 0.9
    assert (distance.min(axis=1) < 3).mean() > 0.9
    assert len(prepared.spots) <= len(places) + 1
    assert prepared.kind is PatternKind.SPOTS
    assert np.hypot(*(np.array(prepared.center.xy) - middle)) < 2


def test_size_is_measured():
    image, _, _ = disk_pattern(21, 86)
    disk = common_disk(image, np.zeros(image.shape, bool))
    assert disk is not None
    assert disk.diameter_px == pytest.approx(42, abs=4)
    assert len(find_disks(image, np.ones(image.shape, bool), disk)) == 0


def test_sharp_spots_and_a_blurred_pattern_are_no_disks():
    image, _ = net_pattern()
    none = np.zeros(image.shape, bool)
    assert common_disk(image, none) is None
    assert common_disk(cv2.GaussianBlur(image, (0, 0), 9), none) is None
    assert common_disk(image, ~none) is None


def test_a_picture_that_is_bright_all_over_holds_no_disk():
    with np.errstate(all="raise"):
        image = np.full((64, 64), 9.0, np.float32)
        assert disks._round_patches(image, np.ones((64, 64), np.uint8), 1.0) == []
