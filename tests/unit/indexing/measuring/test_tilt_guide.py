import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saed_desktop.crystal.cif import read_phase
from saed_desktop.errors import UsageError
from saed_desktop.indexing.measuring.tilt_guide import tilt_guide, tilt_to_direction
from saed_desktop.paths import resources_dir
from saed_desktop.simulation.goniometer import Holder
from saed_desktop.simulation.orientation import (
    BEAM_TO_VIEWER,
    orientation_of_zone,
    random_rotations,
)

angles = st.floats(-30, 30)


@given(
    st.floats(0, 360),
    angles,
    angles,
    st.sampled_from([-1, 1]),
    st.sampled_from([-1, 1]),
    st.integers(0, 999),
)
@settings(max_examples=200)
def test_the_angles_do_bring_the_direction_to_the_viewer(
    azimuth, alpha, beta, sign_a, sign_b, seed
):
    holder = Holder(azimuth, 90, 90, sign_a, sign_b)
    rng = np.random.default_rng(seed)
    orientation = random_rotations(1, rng)[0]
    # a direction within reach: some way from the beam
    target_lab = np.array([*rng.normal(0, 0.3, 2), -1.0])
    direction = orientation.T @ (target_lab / np.linalg.norm(target_lab))
    new_alpha, new_beta = tilt_to_direction(
        orientation, direction, holder, alpha_deg=alpha, beta_deg=beta
    )
    specimen = holder.rotation(alpha, beta).T @ orientation
    after = holder.rotation(new_alpha, new_beta) @ specimen
    assert np.allclose(after @ direction, BEAM_TO_VIEWER, atol=1e-9)


def test_a_zone_axis_in_the_beam_needs_no_tilt():
    phase = read_phase(resources_dir() / "phases" / "PuO2.cif")
    orientation = orientation_of_zone(phase.lattice, (0, 1, 1), in_plane_deg=40)
    first = tilt_guide(phase, orientation, Holder(12), alpha_deg=5, beta_deg=-3)[0]
    assert first.distance_deg == pytest.approx(0, abs=1e-5)
    assert first.alpha_deg == pytest.approx(5)
    assert first.beta_deg == pytest.approx(-3)


def test_textbook_angles_between_cubic_zone_axes():
    # [001] to [011] is 45°, to [112] 35.26°, to [111] 54.74°
    phase = read_phase(resources_dir() / "phases" / "PuO2.cif")
    orientation = orientation_of_zone(phase.lattice, (0, 0, 1), in_plane_deg=10)
    holder = Holder(0, 60, 60)
    guide = {
        phase.space_group.canonical_uvw(t.zone_axis): t
        for t in tilt_guide(phase, orientation, holder, max_index=2)
    }
    assert guide[1, 1, 0].distance_deg == pytest.approx(45.0, abs=1e-6)
    assert guide[2, 1, 1].distance_deg == pytest.approx(35.264, abs=1e-3)
    assert guide[1, 1, 1].distance_deg == pytest.approx(54.736, abs=1e-3)


def test_a_tilt_about_alpha_alone():
    phase = read_phase(resources_dir() / "phases" / "PuO2.cif")
    holder = Holder(0, 60, 60)
    start = orientation_of_zone(phase.lattice, (0, 0, 1))
    tilted = holder.rotation(20.0, 0.0) @ start
    alpha, beta = tilt_to_direction(
        tilted, phase.lattice.directions((0, 0, 1)), holder, alpha_deg=20
    )
    assert alpha == pytest.approx(0, abs=1e-9)
    assert beta == pytest.approx(0, abs=1e-9)


def test_limits_put_what_is_out_of_reach_last():
    phase = read_phase(resources_dir() / "phases" / "alpha-Zr.cif")
    orientation = orientation_of_zone(phase.lattice, (0, 0, 1))
    guide = tilt_guide(phase, orientation, Holder(0, 20, 10))
    reachable = [t.is_reachable for t in guide]
    assert reachable == sorted(reachable, reverse=True)
    assert not all(reachable)
    for target in guide:
        inside = abs(target.alpha_deg) <= 20 and abs(target.beta_deg) <= 10
        assert target.is_reachable == inside


def test_impossible_holders_are_refused():
    with pytest.raises(UsageError):
        Holder(alpha_limit_deg=0)
    with pytest.raises(UsageError):
        Holder(beta_sign=2)
