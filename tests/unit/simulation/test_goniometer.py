"""A double-tilt holder against quaternions, textbook angles, and the diffraction it leads to."""

import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.zone_axis import angle_deg, parse_zone_axis
from saed_desktop.paths import resources_dir
from saed_desktop.simulation.goniometer import (
    Holder,
    Tilts,
    at_zero_tilts,
    find_axis,
    fit_alpha_axis,
    half_turn_changes_deg,
    half_turned,
)
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone, random_rotations
from saed_desktop.simulation.tilt_map import tilt_map


def _phase(name):
    return read_phase(resources_dir() / "phases" / f"{name}.cif")


def _turned_by_quaternion(vector, axis, angle_deg_):
    """Return a vector turned right-handed, by Hamilton's product instead of matrices."""
    half = np.deg2rad(angle_deg_) / 2
    w, q = np.cos(half), np.sin(half) * np.asarray(axis) / np.linalg.norm(axis)
    first = 2 * np.cross(q, vector)
    return vector + w * first + np.cross(q, first)


@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (-1, 1)])
@pytest.mark.parametrize("azimuth", [0.0, 37.0, 123.0, 251.0])
def test_the_holder_turns_as_its_two_axes_in_turn(azimuth, signs):
    holder = Holder(azimuth, 60, 60, *signs)
    rod = np.array([np.cos(np.deg2rad(azimuth)), np.sin(np.deg2rad(azimuth)), 0.0])
    cross = np.cross([0, 0, 1], rod)
    rng = np.random.default_rng(1)
    for alpha, beta in rng.uniform(-60, 60, (10, 2)):
        vector = rng.normal(size=3)
        # β first about its axis as it lies in the rod, then α carries both
        expected = _turned_by_quaternion(
            _turned_by_quaternion(vector, cross, signs[1] * beta), rod, signs[0] * alpha
        )
        assert np.allclose(holder.rotation(alpha, beta) @ vector, expected)


def test_the_tilts_found_bring_every_direction_into_the_beam():
    rng = np.random.default_rng(2)
    for azimuth, signs in ((0.0, (1, 1)), (71.0, (1, -1)), (200.0, (-1, -1))):
        holder = Holder(azimuth, 90, 90, *signs)
        directions = rng.normal(size=(40, 3))
        directions /= np.linalg.norm(directions, axis=1)[:, None]
        for direction, (alpha, beta) in zip(directions, holder.tilts_to(directions), strict=True):
            assert abs(alpha) <= 90 and abs(beta) <= 90
            turned = holder.rotation(alpha, beta) @ direction
            # either end of the axis, towards the viewer or away
            assert abs(turned[2]) == pytest.approx(1, abs=1e-9)
        there = holder.beam_in_specimen(holder.tilts_to(directions))
        assert np.allclose(np.abs((there * directions).sum(axis=1)), 1)


def test_a_cubic_crystal_on_001_needs_the_angles_of_the_textbook():
    """From [001] with [100] along the rod: [011] by 45° of α, [112] 35.26° away, [013] 18.43°."""
    phase = _phase("delta-PuZr")
    # at rest [100] lies along x, the rod, and [010] along -y: R·[uvw] of the upright orientation
    orientation = orientation_of_zone(phase.lattice, (0, 0, 1))
    a_axis = orientation @ phase.lattice.directions((1, 0, 0))
    azimuth = np.rad2deg(np.arctan2(a_axis[1], a_axis[0]))
    holder = Holder(azimuth, alpha_limit_deg=60, beta_limit_deg=60)
    found = find_axis(phase, orientation, holder, Tilts(0, 0), (0, 1, 1))
    along_rod = [a for a in found if a.tilts.beta_deg == pytest.approx(0, abs=1e-6)]
    assert sorted(abs(a.tilts.alpha_deg) for a in along_rod)[:2] == pytest.approx([45, 45])
    nearest = find_axis(phase, orientation, holder, Tilts(0, 0), (1, 1, 2))[0]
    assert nearest.angle_deg == pytest.approx(35.264, abs=1e-3)
    assert nearest.is_reachable and set(map(abs, nearest.uvw)) == {1, 2}
    assert find_axis(phase, orientation, holder, Tilts(0, 0), (0, 1, 3))[0].angle_deg == (
        pytest.approx(18.435, abs=1e-3)
    )


@pytest.mark.parametrize("name", ["delta-PuZr", "alpha-Zr", "ZrO2_mono"])
def test_at_the_tilts_found_the_pattern_obeys_the_zone_law(name):
    """What the goniometer leads to is seen in the diffraction, not in its own formulas."""
    phase, rng = _phase(name), np.random.default_rng(5)
    points = reciprocal_points(phase, 1.0)
    holder = Holder(33.0, 80, 80, beta_sign=-1)
    now = Tilts(12.0, -7.5)
    orientation = random_rotations(1, rng)[0]
    for uvw in ((1, 1, 2), (0, 0, 1), (1, 0, 1)):
        there = find_axis(phase, orientation, holder, now, uvw)[0]
        crystal = holder.rotation(*there.tilts) @ at_zero_tilts(orientation, holder, now)
        seen = kinematical_reflections(points, crystal, max_excitation_error=0.003)
        inner = np.hypot(*seen.q_xy.T) < 0.55
        assert inner.sum() >= 2
        assert not np.any(seen.hkl[inner] @ np.array(there.uvw))
        # and the end that is named looks at the viewer
        looking = crystal @ phase.lattice.directions(there.uvw)
        assert looking[2] / np.linalg.norm(looking) == pytest.approx(-1)
        assert there.label.startswith("[") and parse_zone_axis(there.label) == there.uvw


def test_limits_say_what_cannot_be_reached():
    phase = _phase("delta-PuZr")
    orientation = orientation_of_zone(phase.lattice, (0, 0, 1))
    found = find_axis(phase, orientation, Holder(10, 20, 15), Tilts(0, 0), (1, 1, 0))
    assert not any(axis.is_reachable for axis in found)
    assert found[0].angle_deg == pytest.approx(45)
    assert [a.angle_deg for a in found] == sorted(a.angle_deg for a in found)


def test_a_half_turn_matters_where_no_twofold_axis_lies_along_the_beam():
    phase = _phase("delta-PuZr")
    for zone, expected in (((0, 0, 1), 0.0), ((0, 1, 1), 0.0)):
        orientation = orientation_of_zone(phase.lattice, zone, in_plane_deg=25)
        assert half_turn_changes_deg(phase, orientation) == pytest.approx(expected, abs=1e-4)
    # [112] and [111] have no twofold axis: fcc along [111] has a threefold one
    for zone in ((1, 1, 1), (1, 1, 2)):
        orientation = orientation_of_zone(phase.lattice, zone, in_plane_deg=25)
        assert half_turn_changes_deg(phase, orientation) > 30


def test_two_patterns_at_known_tilts_give_the_rod_and_settle_the_half_turn():
    phase, rng = _phase("delta-PuZr"), np.random.default_rng(11)
    truth = Holder(148.0, beta_sign=-1)
    at_zero = random_rotations(1, rng)[0]
    first, second = Tilts(5.0, -3.0), Tilts(-14.0, 12.0)
    one, two = (truth.rotation(*t) @ at_zero for t in (first, second))
    best = fit_alpha_axis(phase, (half_turned(one), first), (two, second), Holder())[0]
    assert best.first_is_turned
    assert best.misfit_deg < 0.1
    assert best.holder.alpha_azimuth_deg == pytest.approx(148.0, abs=0.2)
    assert best.holder.beta_sign == -1


def test_the_map_holds_axes_where_they_are_and_bands_through_them():
    phase = _phase("delta-PuZr")
    holder, now = Holder(20.0), Tilts(4.0, 6.0)
    orientation = orientation_of_zone(phase.lattice, (0, 0, 1), tilt_deg=1.5, tilt_azimuth_deg=70)
    found = tilt_map(phase, at_zero_tilts(orientation, holder, now))
    by_name = {axis.label: axis for axis in found.axes}
    assert by_name["[001]"].weight == max(
        a.weight for a in found.axes if a.label in ("[001]", "[012]", "[013]", "[112]")
    )
    # <110> holds the shortest vector of a face-centred lattice
    assert found.axes[0].uvw.count(0) == 1 and found.axes[0].weight == pytest.approx(1)
    seen = np.rad2deg(np.arccos(np.abs(by_name["[001]"].direction @ holder.beam_in_specimen(now))))
    assert seen == pytest.approx(1.5, abs=1e-6)
    assert angle_deg(phase.lattice, (0, 0, 1), by_name["[012]"].uvw) == pytest.approx(
        np.rad2deg(np.arccos(by_name["[001]"].direction @ by_name["[012]"].direction))
    )
    band = next(b for b in found.bands if sorted(b.label.replace("-", "")) == ["0", "0", "2"])
    # Bragg: sin θ = λ / 2d, λ = 0.02508 Å at 200 kV
    spacing = phase.lattice.a / 2
    assert band.bragg_rad == pytest.approx(0.025079 / 2 / spacing, rel=1e-3)
    for edge, sign in zip(band.edges(), (1, -1), strict=True):
        assert np.allclose(np.linalg.norm(edge, axis=1), 1)
        assert np.allclose(edge @ band.normal, sign * np.sin(band.bragg_rad))
