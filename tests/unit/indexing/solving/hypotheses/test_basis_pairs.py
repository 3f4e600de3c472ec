"""Where the search starts when spots are few."""

import numpy as np
import pytest

from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.pattern.spot_lattice import SpotLattice

BASIS = np.array([[62.0, 5.0], [-11.0, 78.0]])


def observation_of(offsets, *, scale=0.004, center_sigma_px=3.0):
    ones = np.ones(len(offsets))
    return Observation(
        np.asarray(offsets, dtype=float), 0.3 * ones, np.linspace(2, 0, len(offsets)), 20 * ones,
        (400.0, 400.0), center_sigma_px, scale, 0.02, 200.0, np.zeros((800, 800), bool),
        np.arange(len(offsets)),
    )  # fmt: skip


def test_the_net_of_six_spots_starts_the_search_and_moves_the_beam_onto_it():
    off = np.array([2.0, -1.5])
    indices = np.array([(1, 0), (0, 1), (1, 1), (-1, 1), (2, -1), (-1, -1)])
    first = find_basis_pairs(observation_of(indices @ BASIS + off), None)[0]
    assert first.from_lattice
    assert np.allclose(first.shift_px, off, atol=0.2)
    whole = np.array([first.first_px, first.second_px]) @ np.linalg.inv(BASIS)
    assert np.allclose(whole, np.round(whole), atol=0.02)
    assert abs(round(np.linalg.det(whole))) == 1


def test_a_beam_that_is_surely_off_the_net_is_not_moved():
    indices = np.array([(1, 0), (0, 1), (1, 1), (-1, 1), (2, -1), (-1, -1)])
    far = indices @ BASIS + 0.45 * BASIS[0]
    first = find_basis_pairs(observation_of(far, center_sigma_px=0.5), None)[0]
    assert not first.from_lattice or np.allclose(first.shift_px, 0)


def test_spots_without_a_net_start_the_search_in_pairs():
    rng = np.random.default_rng(2)
    offsets = rng.uniform(-250, 250, (20, 2))
    found = find_basis_pairs(observation_of(offsets), None)
    assert found
    assert not any(seed.from_lattice for seed in found)
    for seed in found:
        a, b = seed.first_px, seed.second_px
        assert abs(a[0] * b[1] - a[1] * b[0]) > 0.3 * np.hypot(*a) * np.hypot(*b)
    # without a scale each pair allows far more orientations, so fewer are tried
    assert len(find_basis_pairs(observation_of(offsets, scale=None), None)) < len(found)


@pytest.mark.parametrize(("fineness", "alone"), [(1, True), (6, False)])
def test_a_lattice_so_fine_that_it_passes_by_any_spots_is_not_all_that_is_tried(fineness, alone):
    coarse = np.array([[52.0, 3.0], [-4.0, 61.0]])
    steps = np.stack(np.meshgrid(range(-3, 4), range(-3, 4)), axis=-1).reshape(-1, 2)
    offsets = (steps @ coarse)[steps.any(axis=1)]
    observation = observation_of(offsets)
    # of each 12 nodes of the fine one a spot stands on one
    basis = coarse / np.array([[fineness], [1 if fineness == 1 else 2]])
    lattice = SpotLattice(
        basis,
        np.array(observation.center_xy),
        np.ones(len(offsets), dtype=bool),
        np.round(offsets @ np.linalg.inv(basis)).astype(int),
        0.5,
        100.0,
    )
    pairs = find_basis_pairs(observation, lattice)
    assert all(pair.from_lattice for pair in pairs) is alone
