"""Zone axes are called by what is seen; forbidden reflections need a path."""

import numpy as np
import pytest

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.indexing.solving.naming.zone_axis_assignment import (
    agreed_naming,
    assign_zone_axis,
    beam_components,
)
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import (
    BEAM_TO_VIEWER,
    orientation_of_zone,
    random_rotations,
)

SILICON = Phase(
    "Si",
    Lattice(5.431, 5.431, 5.431, 90, 90, 90),
    space_group_from_symbol("F d -3 m:2"),
    (Site("Si", (0.125, 0.125, 0.125)),),
)


def test_a_tilted_crystal_keeps_the_name_of_the_zone_that_is_seen():
    seen = np.array([[2, -2, 0], [0, 0, 4], [2, -2, 4], [1, -1, 1], [-1, 1, 1]])
    tilted = orientation_of_zone(SILICON.lattice, (1, 1, 0), tilt_deg=5.0)
    uvw, off = assign_zone_axis(SILICON, tilted, seen)
    assert SILICON.space_group.canonical_uvw(uvw) == (1, 1, 0)
    assert off == pytest.approx(5.0, abs=1e-6)


def test_a_single_row_is_called_by_the_nearest_direction():
    row = np.array([[2, -2, 0], [4, -4, 0], [-2, 2, 0], [-4, 4, 0]])
    there = orientation_of_zone(SILICON.lattice, (1, 1, 1), tilt_deg=0.2)
    uvw, _ = assign_zone_axis(SILICON, there, row)
    assert SILICON.space_group.canonical_uvw(uvw) == (1, 1, 1)


def crystal(symbol, a, b, c, alpha, beta, gamma):
    """A crystal of two atoms in general positions, so that nothing but the group is symmetric."""
    return Phase(
        symbol,
        Lattice(a, b, c, alpha, beta, gamma),
        space_group_from_symbol(symbol),
        (Site("Ti", (0.11, 0.23, 0.37)), Site("O", (0.41, 0.07, 0.29))),
    )


CRYSTALS = [
    crystal("P 1", 4.1, 5.3, 6.7, 78, 94, 103),
    crystal("P -1", 4.1, 5.3, 6.7, 78, 94, 103),
    crystal("P 1 21/c 1", 5.1, 5.2, 5.3, 90, 99.2, 90),
    crystal("P 21 21 21", 4.3, 5.6, 7.1, 90, 90, 90),
    crystal("I -4 2 d", 5.2, 5.2, 9.3, 90, 90, 90),
    crystal("R -3 c:H", 4.8, 4.8, 13.0, 90, 90, 120),
    crystal("R -3 c:R", 5.1, 5.1, 5.1, 55.3, 55.3, 55.3),
    crystal("P 63 m c", 3.2, 3.2, 5.2, 90, 90, 120),
    crystal("P 21 3", 4.5, 4.5, 4.5, 90, 90, 90),
]


@pytest.mark.parametrize("phase", CRYSTALS, ids=lambda phase: phase.name)
def test_zone_axis_reflections_and_orientation_are_renamed_by_one_symmetry(phase):
    rng = np.random.default_rng(len(phase.name))
    points = reciprocal_points(phase, 0.9)
    for orientation in random_rotations(12, rng):
        uvw = tuple(int(i) for i in rng.integers(-3, 4, 3)) if rng.random() < 0.9 else (0, 0, 1)
        if np.gcd.reduce(uvw) != 1:
            continue
        shown = kinematical_reflections(points, orientation)
        naming = agreed_naming(phase, orientation, uvw)
        renamed = shown.hkl @ naming.inverse_rotation
        layer = shown.hkl @ np.array(uvw)
        np.testing.assert_array_equal(renamed @ np.array(naming.zone_axis), layer)
        # the same places of the image, and as bright
        placed = phase.lattice.g_vectors(renamed) @ naming.orientation.T
        np.testing.assert_allclose(placed[:, :2], shown.q_xy, atol=1e-9)
        np.testing.assert_allclose(
            np.abs(phase.structure_factors(renamed)),
            np.abs(phase.structure_factors(shown.hkl)),
            atol=1e-6,
        )
        assert np.linalg.det(naming.orientation) == pytest.approx(1)
        group = phase.space_group
        assert group.canonical_uvw(naming.zone_axis) == group.canonical_uvw(uvw)
        again = agreed_naming(phase, naming.orientation, naming.zone_axis)
        assert again.zone_axis == naming.zone_axis
        np.testing.assert_array_equal(again.inverse_rotation, np.eye(3))


def test_the_name_is_the_agreed_one_where_a_rotation_leads_there():
    looking = orientation_of_zone(SILICON.lattice, (-1, 0, -1))
    naming = agreed_naming(SILICON, looking, (-1, 0, -1))
    assert naming.zone_axis == (1, 1, 0)
    up = naming.orientation @ SILICON.lattice.directions((1, 1, 0))
    np.testing.assert_allclose(up / np.linalg.norm(up), BEAM_TO_VIEWER, atol=1e-9)


def test_a_zone_of_high_indices_that_all_reflections_share_gives_the_name():
    seen = np.array([[2, -7, 0], [0, 0, 2], [2, -7, 2], [-2, 7, 2]])
    there = orientation_of_zone(SILICON.lattice, (7, 2, 0), tilt_deg=1.0)
    uvw, off = assign_zone_axis(SILICON, there, seen)
    assert uvw == (7, 2, 0)
    assert off == pytest.approx(1.0, abs=1e-6)


def test_the_beam_is_told_in_components_of_the_crystals_axes():
    on_zone = orientation_of_zone(SILICON.lattice, (1, 1, 2), in_plane_deg=40)
    np.testing.assert_allclose(beam_components(SILICON, on_zone, (1, 1, 2)), (1, 1, 2), atol=1e-9)
    for phase in CRYSTALS:
        tilted = orientation_of_zone(phase.lattice, (1, 0, 1), tilt_deg=7.0, tilt_azimuth_deg=30)
        direction = phase.lattice.directions(beam_components(phase, tilted, (1, 0, 1)))
        zone = phase.lattice.directions((1, 0, 1))
        assert np.linalg.norm(direction) == pytest.approx(np.linalg.norm(zone))
        cosine = direction @ zone / (zone @ zone)
        assert np.rad2deg(np.arccos(cosine)) == pytest.approx(7.0)
        seen = tilted @ direction
        np.testing.assert_allclose(seen / np.linalg.norm(seen), BEAM_TO_VIEWER, atol=1e-9)
