"""Zones of known crystals, and look-ups of lattices in the index."""

import numpy as np
import pytest

from saed_desktop.crystal.zone_axis import zone_axes
from saed_desktop.library.bundled import bundled_entries
from saed_desktop.library.collection import bundled_collection, named
from saed_desktop.library.library_index import (
    bundled_identity,
    bundled_index_file,
    index_of,
)
from saed_desktop.library.zone_index import build_index, load_index
from saed_desktop.library.zones import LEVEL_STEP, LOG_STEP, NODES, node_numbers, zones_of


def phase(name):
    return named(bundled_collection(), name).phase


def lengths(rows):
    return np.exp(rows["q"] * LOG_STEP)


def test_fcc_zones_are_those_of_the_textbook():
    a = 4.0496
    rows = lengths(zones_of(phase("Al")))
    d111, d200, d220 = np.sqrt(3) / a, 2 / a, np.sqrt(8) / a
    # [110]: 111, 11-1 and 002; [001]: 200, 020 and 220; [111]: three of 220
    for expected in ([d111, d111, d200], [d200, d200, d220], [d220, d220, d220]):
        assert np.abs(rows / np.sort(expected) - 1).max(axis=1).min() < 3e-4


@pytest.mark.parametrize("name", ["Al", "alpha-Fe", "alpha-Ti", "Si", "TiO2-rutile", "LiFePO4"])
def test_every_short_zone_axis_is_there(name):
    crystal = phase(name)
    rows = lengths(zones_of(crystal))
    for uvw in zone_axes(crystal, max_index=2)[:8]:
        hkl = crystal.lattice.hkl_within(1.4)
        hkl = hkl[(hkl @ np.array(uvw) == 0) & ~crystal.space_group.centring_absent(hkl)]
        first = hkl[0]
        second = next((h for h in hkl if np.cross(first, h).any()), None)
        if second is None:
            continue  # a single row of spots is no lattice
        a, b = crystal.lattice.g_vectors([first, second])
        third = a - b if a @ b > 0 else a + b
        wanted = np.sort([np.linalg.norm(v) for v in (a, b, third)])
        assert np.abs(rows / wanted - 1).max(axis=1).min() < 1e-3, uvw


def test_levels_are_the_intensities_of_the_points():
    crystal = phase("MgO")
    rows = zones_of(crystal)
    for row in rows[:4]:
        hkl = NODES @ row["hkl"].astype(int)
        strength = 2 * np.log(np.abs(crystal.structure_factors(hkl)) + 1e-9)
        computed = row["level"].astype(float) * LEVEL_STEP
        q = np.linalg.norm(crystal.lattice.g_vectors(hkl), axis=1)
        near = q < 0.6
        # the curvature takes a little of the outer ones
        fall = np.log1p((0.5 * 0.0251 * q**2 / 0.008) ** 2)
        off = computed - (strength - fall)
        assert np.ptp(off[near]) < 3 * LEVEL_STEP


def test_a_coarser_lattice_is_kept_where_what_lies_between_is_weak():
    # superlattice points of an almost disordered alloy are a thousand times weaker
    ordered = phase("Cu3Au")
    assert len(zones_of(ordered)) > len(zones_of(phase("Al")))


def test_points_come_in_pairs():
    numbers = node_numbers()
    assert len(NODES) == 24 and len(numbers) == 48
    assert all(numbers[-h, -k] == i for (h, k), i in numbers.items())


def test_look_ups_find_their_rows(tmp_path):
    entries = bundled_entries()[:60]
    zones = [zones_of(entry.phase) for entry in entries]
    masks = np.zeros((len(entries), 2), dtype=np.uint64)
    index = build_index(zones, masks, "x")
    index.save(tmp_path / "x.zones")
    for index_read in (index, load_index(tmp_path / "x.zones")):
        for owner in (0, 17, 59):
            row = zones[owner][2]
            q = row["q"] * LOG_STEP
            shape = np.diff(q)
            rows = index_read.slices(shape - 0.01, shape + 0.01, q[0] - 0.01, q[0] + 0.01)
            assert owner in index_read.columns["owner"][rows]
            found = index_read.columns["q"][rows] * LOG_STEP
            assert np.abs(found[:, 0] - q[0]).max() <= 0.011
    assert load_index(tmp_path / "x.zones").identity == "x"


def test_the_shipped_index_is_that_of_the_tables():
    index = load_index(bundled_index_file())
    assert index.identity == bundled_identity()
    assert index.n_structures == len(bundled_entries())
    assert index_of(bundled_collection()).n_zones == index.n_zones
