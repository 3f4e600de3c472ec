"""Zone axes are called by what is seen; forbidden reflections need a path."""

import numpy as np
import pytest

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.indexing.naming import zone_axis_shown
from saed_desktop.simulation.orientation import orientation_of_zone

SILICON = Phase(
    "Si",
    Lattice(5.431, 5.431, 5.431, 90, 90, 90),
    space_group_from_symbol("F d -3 m:2"),
    (Site("Si", (0.125, 0.125, 0.125)),),
)


def test_a_tilted_crystal_keeps_the_name_of_the_zone_that_is_seen():
    seen = np.array([[2, -2, 0], [0, 0, 4], [2, -2, 4], [1, -1, 1], [-1, 1, 1]])
    tilted = orientation_of_zone(SILICON.lattice, (1, 1, 0), tilt_deg=5.0)
    uvw, off = zone_axis_shown(SILICON, tilted, seen)
    assert SILICON.space_group.canonical_uvw(uvw) == (1, 1, 0)
    assert off == pytest.approx(5.0, abs=1e-6)


def test_a_single_row_is_called_by_the_nearest_direction():
    row = np.array([[2, -2, 0], [4, -4, 0], [-2, 2, 0], [-4, 4, 0]])
    there = orientation_of_zone(SILICON.lattice, (1, 1, 1), tilt_deg=0.2)
    uvw, _ = zone_axis_shown(SILICON, there, row)
    assert SILICON.space_group.canonical_uvw(uvw) == (1, 1, 1)
