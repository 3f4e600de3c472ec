"""One computed pattern against crystallography written out, and how directions are typed."""

import numpy as np
import pytest

from saed_desktop.calibration.standards import STANDARDS
from saed_desktop.errors import UsageError
from saed_desktop.simulation.orientation import orientation_of_zone
from saed_desktop.simulation.single_pattern import (
    SimulationRequest,
    parse_direction,
    request_of_orientation,
    simulated_pattern,
)


def _standard(name):
    return next(s for s in STANDARDS if s.name.startswith(name)).phase()


@pytest.mark.parametrize("is_dynamical", [False, True])
@pytest.mark.parametrize("zone", [(0, 0, 1), (1, 1, 0), (1, 1, 1)])
def test_reflections_obey_zone_law_and_cubic_lengths(zone, is_dynamical):
    request = SimulationRequest(zone, in_plane_deg=33.0, is_dynamical=is_dynamical, q_max=1.0)
    found = simulated_pattern(_standard("Gold"), request)
    strong = found.intensity > 0.05
    assert strong.sum() >= 6
    for hkl, q in zip(found.hkl[strong], found.q_xy[strong], strict=True):
        assert hkl @ np.array(zone) == 0
        assert len({int(i) % 2 for i in hkl}) == 1  # fcc: all even or all odd
        assert np.hypot(*q) == pytest.approx(np.linalg.norm(hkl) / 4.0782, rel=2e-3)
    assert found.intensity[0] == 1.0 and (np.diff(found.intensity) <= 0).all()


def test_turning_the_request_turns_the_pattern():
    phase = _standard("Silicon")
    one = simulated_pattern(phase, SimulationRequest((1, 1, 0)))
    other = simulated_pattern(phase, SimulationRequest((1, 1, 0), in_plane_deg=90.0))
    where = {tuple(h): q for h, q in zip(one.hkl.tolist(), one.q_xy, strict=True)}
    for h, (x, y) in zip(other.hkl.tolist(), other.q_xy, strict=True):
        # clockwise on the screen: what was on the right is below
        assert (x, y) == pytest.approx((-where[tuple(h)][1], where[tuple(h)][0]), abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_an_orientation_is_asked_for_and_comes_back(seed):
    rng = np.random.default_rng(seed)
    lattice = _standard("Graphite").lattice
    orientation = orientation_of_zone(
        lattice, rng.normal(size=3), in_plane_deg=float(rng.uniform(-180, 180))
    )
    request = request_of_orientation(lattice, orientation)
    again = orientation_of_zone(lattice, request.direction_uvw, in_plane_deg=request.in_plane_deg)
    np.testing.assert_allclose(again, orientation, atol=1e-4)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("110", (1, 1, 0)),
        ("[1 -1 0]", (1, -1, 0)),
        ("1-10", (1, -1, 0)),
        ("1.02 0,98 0.1", (1.02, 0.98, 0.1)),
        ("0001", (0, 0, 1)),
        ("2 -1 -1 0", (3, 0, 0)),
        ("−1 0 1", (-1, 0, 1)),
        ("1,0,2", (1, 0, 2)),
    ],
)
def test_directions_are_typed_in_many_ways(text, direction):
    assert parse_direction(text) == pytest.approx(direction)


@pytest.mark.parametrize("text", ["", "0 0 0", "1 1", "north", "1 2 3 4", "nan 0 1"])
def test_what_is_no_direction_is_a_sentence(text):
    with pytest.raises(UsageError, match="no direction"):
        parse_direction(text)
