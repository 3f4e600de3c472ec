import json
from pathlib import Path

import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phase, read_phases
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.paths import resources_dir
from saed_desktop.simulation.kinematical import (
    excitation_errors,
    inverse_extinction_lengths,
    kinematical_reflections,
    reciprocal_points,
)
from saed_desktop.simulation.orientation import (
    beam_direction,
    misorientation_deg,
    orientation_of_zone,
    proper_rotations,
    random_rotations,
    rotation_about,
    rotation_between,
)

REFERENCE = json.loads((Path(__file__).parent / "diffsims_reference.json").read_text())


def _triangle(excitation_error, _thickness):
    # diffsims' "linear" shape factor
    return np.maximum(1 - np.abs(excitation_error) / REFERENCE["max_excitation_error"], 0)


@pytest.mark.parametrize(
    "pattern", REFERENCE["patterns"], ids=lambda p: f"{p['phase']}-{p['euler_deg']}"
)
def test_whole_patterns_equal_diffsims(pattern):
    phase = read_phase(resources_dir() / "phases" / f"{pattern['phase']}.cif")
    theirs = {
        tuple(h): (xyz, i)
        for h, xyz, i in zip(pattern["hkl"], pattern["xyz"], pattern["intensity"], strict=True)
    }
    # their orientation, from hkl and rotated vectors; half a turn about x brings their frame
    # (y up, beam along -z) to ours (y down, beam along +z)
    g = phase.lattice.g_vectors(pattern["hkl"])
    xyz = np.array(pattern["xyz"])
    u, _, vt = np.linalg.svd(xyz.T @ g)
    rotation = u @ np.diag([1, 1, np.linalg.det(u @ vt)]) @ vt
    orientation = np.diag([1.0, -1.0, -1.0]) @ rotation
    ours = kinematical_reflections(
        reciprocal_points(phase, 1.0),
        orientation,
        energy_kev=REFERENCE["energy_kev"],
        max_excitation_error=REFERENCE["max_excitation_error"],
        shape_factor=_triangle,
    )
    strong = ours.intensity > 1e-3 * ours.intensity.max()
    by_hkl = {tuple(h): (q, i) for h, q, i in zip(ours.hkl, ours.q_xy, ours.intensity, strict=True)}
    missing = [tuple(h) for h in ours.hkl[strong] if tuple(h) not in theirs]
    assert not missing
    assert {h for h, (_, i) in theirs.items() if i > 1e-2 * max(pattern["intensity"])} <= set(
        by_hkl
    )
    pairs = [(by_hkl[h], theirs[h]) for h in theirs if h in by_hkl]
    for (q, _), (place, _) in pairs:
        assert q[0] == pytest.approx(place[0], abs=2e-5)
        assert -q[1] == pytest.approx(place[1], abs=2e-5)
    mine = np.array([i for (_, i), _ in pairs])
    other = np.array([i for _, (_, i) in pairs])
    bright = other > 0.02 * other.max()
    assert np.corrcoef(mine, other)[0, 1] > 0.999
    assert np.allclose(mine[bright] / mine.max(), other[bright] / other.max(), rtol=0.08)


def test_excitation_error_is_zero_on_the_sphere_and_positive_inside():
    wavelength = wavelength_angstrom(200)
    q = 0.7
    on_sphere = np.array([q, 0, -(1 / wavelength - np.sqrt(1 / wavelength**2 - q * q))])
    assert excitation_errors(on_sphere, wavelength) == pytest.approx(0, abs=1e-12)
    # towards the sphere's centre, against the beam
    assert excitation_errors(on_sphere - [0, 0, 0.01], wavelength) == pytest.approx(0.01)


def test_textbook_extinction_lengths():
    # Al 111 at 100 kV: 55.6 nm; Au 111: 15.9 nm (Hirsch et al. 1965, appendix 4), with the atomic
    # factors of their day
    from saed_desktop.crystal.lattice import Lattice
    from saed_desktop.crystal.phase import Phase, Site
    from saed_desktop.crystal.symmetry import space_group_from_symbol

    group = space_group_from_symbol("F m -3 m")
    for element, a, nanometre in (("Al", 4.05, 55.6), ("Au", 4.078, 15.9)):
        phase = Phase(element, Lattice(a, a, a), group, (Site(element, (0, 0, 0), 1.0, 1e-6),))
        points = reciprocal_points(phase, 0.45)
        value = 0.1 / inverse_extinction_lengths(points, 100)[0]
        assert value == pytest.approx(nanometre, rel=0.15)


def test_zone_axis_shows_its_zone_and_points_at_the_viewer():
    for phase in read_phases(resources_dir() / "phases"):
        for uvw in ((0, 0, 1), (1, 1, 0), (1, 2, 3)):
            orientation = orientation_of_zone(phase.lattice, uvw, in_plane_deg=33)
            direction = phase.lattice.directions(uvw)
            along = orientation @ direction / np.linalg.norm(direction)
            assert np.allclose(along, [0, 0, -1], atol=1e-12)
            assert np.allclose(
                beam_direction(orientation), direction / np.linalg.norm(direction), atol=1e-12
            )
            shown = kinematical_reflections(reciprocal_points(phase, 1.0), orientation)
            zone = shown.hkl @ np.array(uvw)
            assert np.all(zone[np.abs(shown.excitation_error) < 1e-4] == 0)


def test_in_plane_rotation_turns_clockwise_as_seen():
    phase = read_phase(resources_dir() / "phases" / "PuO2.cif")
    points = reciprocal_points(phase, 0.6)
    start = kinematical_reflections(points, orientation_of_zone(phase.lattice, (0, 0, 1)))
    turned = kinematical_reflections(
        points, orientation_of_zone(phase.lattice, (0, 0, 1), in_plane_deg=90)
    )
    first = {tuple(h): q for h, q in zip(start.hkl, start.q_xy, strict=True)}
    for hkl, q in zip(turned.hkl, turned.q_xy, strict=True):
        x, y = first[tuple(hkl)]
        # a quarter turn from x (right) towards y (down)
        assert np.allclose(q, [-y, x], atol=1e-9)


def test_tilt_angle_is_the_angle_between_beam_and_zone_axis():
    phase = read_phase(resources_dir() / "phases" / "alpha-Zr.cif")
    orientation = orientation_of_zone(phase.lattice, (1, 1, 0), tilt_deg=3.0, tilt_azimuth_deg=40)
    direction = phase.lattice.directions((1, 1, 0))
    cosine = beam_direction(orientation) @ direction / np.linalg.norm(direction)
    assert np.rad2deg(np.arccos(cosine)) == pytest.approx(3.0, abs=1e-6)


def test_absent_points_are_kept_on_request_and_have_no_strength():
    phase = read_phase(resources_dir() / "phases" / "alpha-Zr.cif")
    with_absent = reciprocal_points(phase, 0.5, with_absent=True)
    index = [tuple(h) for h in with_absent.hkl].index((0, 0, 1))
    assert with_absent.absent[index]
    assert with_absent.amplitude[index] == 0
    assert (0, 0, 1) not in {tuple(h) for h in reciprocal_points(phase, 0.5).hkl}


@pytest.mark.parametrize("phase", read_phases(resources_dir() / "phases"), ids=lambda p: p.name)
@pytest.mark.parametrize("with_absent", [True, False])
def test_what_a_family_shares_is_what_each_would_have_got(phase, with_absent):
    points = reciprocal_points(phase, 1.1, with_absent=with_absent)
    absent = phase.space_group.absent(points.hkl)
    expected = np.where(absent, 0, np.abs(phase.structure_factors(points.hkl)))
    np.testing.assert_array_equal(points.absent, absent)
    # coordinates rounded in a file (0.3333) make equivalents differ a little
    np.testing.assert_allclose(points.amplitude, expected, rtol=0, atol=1e-4 * expected.max())


def test_a_reach_without_any_point_has_no_amplitude():
    phase = read_phase(resources_dir() / "phases" / "alpha-Zr.cif")
    points = reciprocal_points(phase, 0.05)
    assert points.hkl.shape == (0, 3)
    assert points.amplitude.shape == (0,)


def test_rotations_are_rotations():
    rng = np.random.default_rng(1)
    for rotation in [
        *random_rotations(20, rng),
        rotation_about([1, 2, 3], 0.7),
        rotation_between([1, 0, 0], [-1, 0, 0]),
        rotation_between([0, 0, 1], [1, 1, 1]),
    ]:
        assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(rotation) == pytest.approx(1)


def test_misorientation_is_zero_between_symmetry_equivalents():
    phase = read_phase(resources_dir() / "phases" / "alpha-Zr.cif")
    symmetry = proper_rotations(phase.lattice, phase.space_group.laue_rotations)
    assert len(symmetry) == 12
    orientation = random_rotations(1, np.random.default_rng(3))[0]
    for operation in symmetry:
        assert misorientation_deg(orientation @ operation, orientation, symmetry) < 1e-4
    tilted = rotation_about([1, 0, 0], np.deg2rad(4)) @ orientation
    assert misorientation_deg(tilted, orientation, symmetry) == pytest.approx(4.0, abs=1e-6)
