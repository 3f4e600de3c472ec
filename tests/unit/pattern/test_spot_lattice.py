"""Lattices of few spots, and the lattice of one crystal among the rings of many."""

import numpy as np
import pytest

from saed_desktop.pattern.spot_lattice import find_spot_lattice, spot_lattice_among_rings
from saed_desktop.pattern.spots import Spots

BASIS = np.array([[58.0, 9.0], [-14.0, 71.0]])
BEAM = np.array([402.0, 395.0])
TOLERANCE = 2.0


def spots_at(xy, intensity=None):
    ones = np.ones(len(xy))
    bright = ones if intensity is None else np.asarray(intensity, dtype=float)
    return Spots(np.asarray(xy, dtype=float), 0.3 * ones, bright, bright, 2 * ones, 20 * bright)


def nodes(*indices):
    return BEAM + np.array(indices) @ BASIS


def is_same_lattice(found):
    whole = found.basis @ np.linalg.inv(BASIS)
    off = np.abs((whole - np.round(whole)) @ BASIS).max()
    return off < 1.5 and abs(round(np.linalg.det(whole))) == 1


@pytest.mark.parametrize("seed", range(8))
def test_a_handful_of_spots_has_a_net_without_any_vector_that_recurs(seed):
    rng = np.random.default_rng(seed)
    xy = nodes((1, 0), (0, 1), (1, 1), (-1, 2), (1, -2), (-2, -1)) + rng.normal(0, 0.5, (6, 2))
    spot_lattice = find_spot_lattice(
        spots_at(xy), tolerance_px=TOLERANCE, min_members=5, recurring=False
    )
    assert spot_lattice is not None
    assert is_same_lattice(spot_lattice)
    assert spot_lattice.members.all()
    fraction = (BEAM - spot_lattice.origin_xy) @ np.linalg.inv(spot_lattice.basis)
    assert np.abs((fraction - np.round(fraction)) @ spot_lattice.basis).max() < 2.5


def test_one_foreign_spot_in_eight_is_left_out():
    xy = nodes((1, 0), (0, 1), (1, 1), (-1, 0), (0, -1), (-1, 1), (1, -1))
    xy = np.vstack([xy, BEAM + np.array([31.0, -27.0])])
    spot_lattice = find_spot_lattice(spots_at(xy), tolerance_px=TOLERANCE)
    assert spot_lattice is not None
    assert is_same_lattice(spot_lattice)
    assert spot_lattice.members.tolist() == [True] * 7 + [False]


def test_fewer_spots_than_asked_for_have_no_net():
    xy = nodes((1, 0), (0, 1), (1, 1), (2, 1))
    assert find_spot_lattice(spots_at(xy), tolerance_px=TOLERANCE, min_members=5) is None


def test_the_lattice_of_two_twins_is_found_whole_though_most_of_its_nodes_are_empty():
    # diamond [110] with its {111} twin: each crystal's nodes are one third of the common ones
    along, across = np.array([6.5, 18.6]), np.array([-52.7, 18.4])
    steps = [(m, n) for m in range(-5, 6) for n in range(-18, 19) if (m, n) != (0, 0)]
    matrix = [(m, n) for m, n in steps if (n - m) % 3 == 0 and (m + n) % 2 == 0]
    twin = [(m, n) for m, n in steps if (n + m) % 3 == 0 and (m + n) % 2 == 0]
    both = np.array(sorted({*matrix, *twin}))
    xy = BEAM + both @ np.array([across, along])
    near = np.hypot(*(xy - BEAM).T) < 200
    rng = np.random.default_rng(3)
    spots = spots_at(xy[near] + rng.normal(0, 0.2, (int(near.sum()), 2)))
    spot_lattice = find_spot_lattice(spots, tolerance_px=1.54)
    assert spot_lattice is not None
    assert spot_lattice.members.mean() > 0.95
    fraction = (BEAM - spot_lattice.origin_xy) @ np.linalg.inv(spot_lattice.basis)
    assert np.abs((fraction - np.round(fraction)) @ spot_lattice.basis).max() < 2.0


def speckles(rng, count=70):
    """Spots of many small crystals: on rings, in all directions."""
    radius = rng.choice([70.0, 114.0, 134.0, 162.0], count) + rng.normal(0, 1.5, count)
    turn = rng.uniform(0, 2 * np.pi, count)
    return BEAM + np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])


def crystal():
    return nodes(*[(i, j) for i in (-2, -1, 0, 1, 2) for j in (-1, 0, 1) if (i, j) != (0, 0)])


def test_a_large_crystals_net_is_found_among_rings():
    rng = np.random.default_rng(3)
    large = crystal()
    xy = np.vstack([large, speckles(rng)])
    bright = np.concatenate([rng.uniform(5, 20, len(large)), rng.uniform(0.5, 2, len(xy) - 14)])
    spot_lattice = spot_lattice_among_rings(spots_at(xy, bright), tuple(BEAM), TOLERANCE)
    assert spot_lattice is not None
    assert is_same_lattice(spot_lattice)
    assert spot_lattice.members[:14].all()
    # what a lattice catches by chance: its tolerance's share of the cell
    assert spot_lattice.members[14:].mean() < 0.2


def test_rings_alone_have_no_net_of_a_large_crystal():
    for seed in range(10):
        rng = np.random.default_rng(seed)
        xy = speckles(rng)
        assert (
            spot_lattice_among_rings(spots_at(xy, rng.uniform(1, 9, 70)), tuple(BEAM), TOLERANCE)
            is None
        )


def test_a_net_that_the_beam_is_not_on_is_none_of_a_crystals():
    rng = np.random.default_rng(3)
    xy = np.vstack([crystal(), speckles(rng)])
    bright = np.concatenate([np.full(14, 10.0), np.full(70, 1.0)])
    beside = tuple(BEAM + 0.5 * BASIS[0])
    assert spot_lattice_among_rings(spots_at(xy, bright), beside, TOLERANCE) is None
