"""Lengths of spots compared with lines; how likely structures are beforehand."""

import numpy as np
import pytest

from saed_desktop.library.collection import bundled_collection
from saed_desktop.library.ring_lists import ring_lists, row_of
from saed_desktop.library.spot_lengths import SpotLengths, length_likelihoods
from saed_desktop.simulation.orientation import orientation_of_zone


@pytest.fixture(scope="module")
def rows():
    collection = bundled_collection()
    return ring_lists(collection).rows(np.arange(len(collection.masks)))


def lengths_off_a_zone(phase, rng, *, n_foreign=4, scale_error=1.01):
    """Return log lengths of the reflections near a plane that is 5° off a zone, and of dust."""
    hkl = phase.lattice.hkl_within(1.2)
    hkl = hkl[~phase.space_group.absent(hkl)]
    g = phase.lattice.g_vectors(hkl)
    lab = g @ orientation_of_zone(phase.lattice, (1, 1, 0), tilt_deg=5.0).T
    near = np.abs(lab[:, 2]) < 0.04
    q = np.linalg.norm(g[near], axis=1) * rng.normal(1, 0.006, int(near.sum()))
    dust = 1.1 * np.sqrt(rng.uniform(0.05, 1, n_foreign))
    return np.log(np.concatenate([q, dust]) * scale_error)


@pytest.mark.parametrize("name", ["Si", "Al2O3", "NaCl"])
def test_a_crystal_off_any_zone_is_among_the_likeliest_by_its_lengths(name, rows):
    structures = list(bundled_collection().all())
    place = [s.name for s in structures].index(name)
    log_q = lengths_off_a_zone(structures[place].phase, np.random.default_rng(4))
    assert len(log_q) > 10
    score = length_likelihoods(rows, SpotLengths(log_q, 0.02))
    assert score.shape == (len(structures),) and np.isfinite(score).all()
    assert (score > score[place]).sum() < 120
    # foreign lengths say nothing for it
    dust = np.log(np.sqrt(np.random.default_rng(5).uniform(0.05, 1.0, 20)))
    assert length_likelihoods(rows[[place]], SpotLengths(dust, 0.02))[0] < score[place]


def test_lengths_on_lines_gain_what_the_mixture_says():
    phase = next(s.phase for s in bundled_collection().all() if s.name == "Si")
    row = np.array([row_of(phase)])
    on = np.log(np.array([np.sqrt(3), np.sqrt(8), np.sqrt(11)]) / phase.lattice.a)
    exact, off = SpotLengths(on, 1e-4), SpotLengths(on + 0.06, 1e-4)
    assert length_likelihoods(row, exact)[0] > 1.0 > 0.0 > length_likelihoods(row, off)[0]
    # a scale that is not sure forgives what all of them share
    assert length_likelihoods(row, SpotLengths(on + 0.06, 0.04))[0] > 0.0
    assert length_likelihoods(row, SpotLengths(np.zeros(0), 0.02)).tolist() == [0.0]


def test_elements_as_they_are_met_are_told_from_those_far_from_usual_conditions():
    collection = bundled_collection()
    structures = list(collection.all())
    usual = {s.name for s, yes in zip(structures, collection.is_usual_element, strict=True) if yes}
    assert {"Au", "Si", "graphite", "alpha-Ti"} <= usual
    # solid argon, titanium at 900 °C and compounds are not
    assert not {"Ar", "beta-Ti", "omega-Ti", "NaCl", "ice-Ih"} & usual
