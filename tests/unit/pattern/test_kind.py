"""Kinds of patterns that show no zone axis of a single crystal."""

import numpy as np
import pytest

from saed_desktop.pattern.kind import PatternKind, is_single_row, largest_disk_share
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.spots import Spots
from tests.drawing import spot


def row_pattern(count, *, stray=0, seed=0):
    rng = np.random.default_rng(seed)
    image = np.full((512, 512), 12.0)
    rows, columns = np.mgrid[:512, :512]
    image += 40 / (1 + (np.hypot(columns - 256, rows - 250) / 40) ** 2)
    for k in range(-(count // 2), count - count // 2):
        spot(image, 256 + 44 * k, 250 + 13 * k, 4000.0 if k == 0 else 900.0)
    for x, y in rng.uniform(60, 450, (stray, 2)):
        spot(image, x, y, 400.0)
    return rng.poisson(image).astype(np.float32)


@pytest.mark.parametrize(("count", "stray"), [(3, 0), (5, 0), (5, 1), (9, 1)])
def test_one_row_of_spots_is_too_few_to_tell_a_lattice(count, stray):
    assert prepare(Pattern(row_pattern(count, stray=stray))).kind is PatternKind.FEW


def test_two_rows_are_no_single_row():
    xy = np.array([(40.0 * i, 60.0 * j) for i in range(5) for j in range(2)])
    one = np.ones(len(xy))
    assert not is_single_row(Spots(xy, one, one, one, one, one), 4)
    assert not is_single_row(Spots.none(), 4)


def test_two_large_disks_are_a_convergent_beam():
    rng = np.random.default_rng(1)
    rows, columns = np.mgrid[:600, :600]
    image = np.full((600, 600), 15.0)
    for x, height in ((215, 900), (420, 500)):
        r = np.hypot(columns - x, rows - 300)
        image += height / (1 + np.exp((r - 85) / 1.5)) * (0.8 + 0.2 * np.cos(columns / 11))
    prepared = prepare(Pattern(rng.poisson(image).astype(np.float32)))
    assert prepared.kind is PatternKind.DISKS


def test_a_halo_of_two_maxima_is_no_disk_of_a_convergent_beam():
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:448, :448]
    r = np.hypot(columns - 226, rows - 221)
    image = 30 + 2000 * np.exp(-((r / 6) ** 2)) + 400 / (1 + (r / 30) ** 2)
    image += 400 * np.exp(-0.5 * ((r - 62) / 9) ** 2) + 200 * np.exp(-0.5 * ((r - 108) / 12) ** 2)
    halo = rng.poisson(image).astype(np.float32)
    # the bright area within the first maximum is as round and as sharp as a disk
    assert largest_disk_share(halo, np.zeros(halo.shape, dtype=bool)) > 0.3
    assert prepare(Pattern(halo)).kind is PatternKind.AMORPHOUS
