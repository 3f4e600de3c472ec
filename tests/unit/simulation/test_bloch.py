import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.paths import resources_dir
from saed_desktop.simulation.bloch import BlochCalculator
from saed_desktop.simulation.kinematical import (
    inverse_extinction_lengths,
    reciprocal_points,
    sinc_squared,
)
from saed_desktop.simulation.orientation import orientation_of_zone


@pytest.fixture(scope="module")
def zirconium():
    return read_phase(resources_dir() / "phases" / "alpha-Zr.cif")


def test_electrons_are_conserved_without_absorption(zirconium):
    calculator = BlochCalculator(zirconium, absorption=0.0, max_beams=90)
    orientation = orientation_of_zone(zirconium.lattice, (1, 1, 0), tilt_deg=0.7)
    intensity = calculator.pattern(orientation, np.linspace(0, 1500, 16)).intensity
    assert np.allclose(intensity.sum(axis=1), 1.0, atol=1e-10)
    assert intensity[0, 0] == pytest.approx(1.0)


def test_absorption_only_takes_away(zirconium):
    orientation = orientation_of_zone(zirconium.lattice, (0, 0, 1))
    total = BlochCalculator(zirconium, absorption=0.1).pattern(orientation, [100, 500, 1000])
    sums = total.intensity.sum(axis=1)
    assert np.all(np.diff(sums) < 0)
    assert 0 < sums[-1] < sums[0] < 1


def test_one_orientation_needs_no_table_of_the_potential(zirconium):
    orientation = orientation_of_zone(zirconium.lattice, (1, 1, 0), tilt_deg=0.7)
    one = BlochCalculator(zirconium, max_beams=60, for_many=False).pattern(orientation, [300, 700])
    many = BlochCalculator(zirconium, max_beams=60).pattern(orientation, [300, 700])
    assert np.array_equal(one.hkl, many.hkl)
    assert one.intensity == pytest.approx(many.intensity, abs=1e-12)


def test_thin_crystals_scatter_kinematically():
    aluminium = Phase(
        "Al",
        Lattice(4.05, 4.05, 4.05),
        space_group_from_symbol("F m -3 m"),
        (Site("Al", (0, 0, 0)),),
    )
    orientation = orientation_of_zone(aluminium.lattice, (0, 0, 1), tilt_deg=0.3)
    thickness = 12.0
    pattern = BlochCalculator(aluminium, absorption=0.0).pattern(orientation, [thickness])
    points = reciprocal_points(aluminium, 1.4)
    inverse = dict(
        zip(map(tuple, points.hkl), inverse_extinction_lengths(points, 200.0), strict=True)
    )
    expected = np.array(
        [
            (np.pi * thickness * inverse[tuple(h)]) ** 2 * sinc_squared(np.array(s), thickness)
            for h, s in zip(pattern.hkl[1:], pattern.excitation_error[1:], strict=True)
        ]
    )
    strong = expected > 0.05 * expected.max()
    assert np.allclose(pattern.intensity[0, 1:][strong], expected[strong], rtol=0.08)


def test_two_beams_oscillate_with_the_extinction_length():
    # one strong reflection at the Bragg position: intensity sin²(πt/ξ)
    gold = Phase(
        "Au",
        Lattice(4.078, 4.078, 4.078),
        space_group_from_symbol("F m -3 m"),
        (Site("Au", (0, 0, 0)),),
    )
    points = reciprocal_points(gold, 0.5)
    index = [tuple(h) for h in points.hkl].index((2, 0, 0))
    inverse = inverse_extinction_lengths(points, 200.0)[index]
    # far from any zone, 200 brought to the Ewald sphere by half the Bragg angle
    start = orientation_of_zone(gold.lattice, (0, 5, 13), in_plane_deg=0)
    from saed_desktop.electron import wavelength_angstrom
    from saed_desktop.simulation.orientation import rotation_about

    g = start @ points.g[index]
    bragg = np.arcsin(wavelength_angstrom(200.0) * points.length[index] / 2)
    axis = np.cross(g, [0, 0, 1])
    found = []
    for sign in (1, -1):
        orientation = rotation_about(axis, sign * bragg) @ start
        calculator = BlochCalculator(gold, absorption=0.0, q_max=0.6, max_beams=2)
        pattern = calculator.pattern(orientation, np.arange(0, 400, 4.0))
        if len(pattern.hkl) == 2 and abs(pattern.excitation_error[1]) < 1e-5:
            found.append(pattern)
    assert found
    expected = np.sin(np.pi * np.arange(0, 400, 4.0) * inverse) ** 2
    assert np.allclose(found[0].intensity[:, 1], expected, atol=2e-3)


def test_forbidden_reflections_appear_by_double_diffraction(zirconium):
    # 0001 is forbidden; [11-20] offers a detour, [10-10] none (Gjønnes & Moodie 1965)
    with_path = orientation_of_zone(zirconium.lattice, (1, 1, 0), tilt_deg=0.8, tilt_azimuth_deg=70)
    without = orientation_of_zone(zirconium.lattice, (2, 1, 0), tilt_deg=0.8, tilt_azimuth_deg=70)

    def forbidden(orientation):
        pattern = BlochCalculator(zirconium, max_beams=120).pattern(orientation, [600.0])
        odd = (pattern.hkl[:, 0] == 0) & (pattern.hkl[:, 1] == 0) & (pattern.hkl[:, 2] % 2 == 1)
        return pattern.intensity[0, odd].max() / pattern.intensity[0, 1:].max()

    assert forbidden(with_path) > 0.02
    assert forbidden(without) < 0.002
