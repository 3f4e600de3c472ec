import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.crystal.zone_axis import (
    angle_deg,
    direction_label,
    four_index_direction,
    nearest_zone_axis,
    parse_zone_axis,
    plane_label,
    reduced,
    smallest_angle_deg,
    zone_axes,
    zone_axis_of,
)
from saed_desktop.paths import resources_dir


@pytest.fixture(scope="module")
def aluminium():
    return Phase(
        "Al",
        Lattice(4.05, 4.05, 4.05),
        space_group_from_symbol("F m -3 m"),
        (Site("Al", (0, 0, 0)),),
    )


@pytest.fixture(scope="module")
def zirconium():
    return read_phase(resources_dir() / "phases" / "alpha-Zr.cif")


def test_weiss_zone_law():
    assert zone_axis_of((1, 1, -1), (1, -1, 1)) == (0, -1, -1)
    assert zone_axis_of((2, 0, 0), (0, 2, 0)) == (0, 0, 1)


def test_families_of_cubic_zone_axes(aluminium):
    axes = zone_axes(aluminium, max_index=2)
    assert axes[:3] == [(1, 0, 0), (1, 1, 0), (1, 1, 1)]
    assert len(axes) == 6  # 100 110 111 210 211 221
    assert aluminium.space_group.canonical_uvw((0, -1, 1)) == (1, 1, 0)


@pytest.mark.parametrize(
    ("first", "second", "angle"),
    [((1, 0, 0), (1, 1, 0), 45.0), ((1, 1, 1), (1, 1, 0), 35.264), ((1, 1, 1), (-1, 1, 1), 70.529)],
)
def test_angles_between_cubic_directions(aluminium, first, second, angle):
    assert angle_deg(aluminium.lattice, first, second) == pytest.approx(angle, abs=1e-3)


def test_smallest_angle_looks_at_the_whole_family(aluminium):
    assert smallest_angle_deg(aluminium, (0, 0, 1), (2, 1, 1)) == pytest.approx(35.264, abs=1e-3)


def test_hexagonal_names(zirconium):
    assert four_index_direction((1, 0, 0)) == (2, -1, -1, 0)
    assert four_index_direction((0, 0, 1)) == (0, 0, 0, 1)
    assert four_index_direction((2, 1, 0)) == (1, 0, -1, 0)
    assert direction_label(zirconium.lattice, (1, 0, 0)) == "[2-1-10]"
    assert plane_label(zirconium.lattice, (1, 0, 1)) == "10-11"


@pytest.mark.parametrize(
    ("text", "uvw"),
    [
        ("110", (1, 1, 0)),
        ("[1 -1 0]", (1, -1, 0)),
        ("0,0,2", (0, 0, 1)),
        ("[2-1-10]", (1, 0, 0)),
        ("<10-10>", (2, 1, 0)),
    ],
)
def test_zone_axes_are_read_as_people_write_them(text, uvw):
    assert parse_zone_axis(text) == uvw


@pytest.mark.parametrize("text", ["", "12", "abc", "11-30"])
def test_what_is_no_zone_axis_is_refused(text):
    with pytest.raises(ValueError, match=r"zone axis|four-index"):
        parse_zone_axis(text)


def test_four_index_names_survive_a_round_trip():
    for uvw in ((1, 0, 0), (1, 1, 0), (2, 1, 0), (1, 1, 1), (3, 2, 1), (-1, 2, 4)):
        text = " ".join(str(i) for i in four_index_direction(uvw))
        assert parse_zone_axis(text) == reduced(uvw)


def test_nearest_zone_axis_prefers_low_indices(aluminium):
    direction = np.array([0.004, 0.002, 1.0])
    axis, off = nearest_zone_axis(aluminium, direction)
    assert axis == (0, 0, 1)
    assert off == pytest.approx(np.rad2deg(np.hypot(0.004, 0.002)), rel=1e-3)
