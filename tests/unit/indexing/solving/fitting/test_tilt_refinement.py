"""Crystals far off their zone axes, whose beam directions are known."""

import numpy as np
import pytest

from saed_desktop.indexing.pipeline import IndexingSetup, index_pattern
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.simulation.orientation import (
    beam_direction,
    orientation_of_zone,
    proper_rotations,
)
from tests.kinematical_images import BY_NAME, SCALE, draw


@pytest.mark.parametrize(
    ("name", "uvw", "tilt_deg"),
    [("PuO2", (1, 1, 0), 7.0), ("ZrO2_mono", (0, 1, 0), 6.0), ("alpha-Zr", (0, 1, 0), 5.0)],
)
def test_the_beam_direction_of_a_tilted_crystal_is_found_with_its_uncertainty(name, uvw, tilt_deg):
    phase = BY_NAME[name]
    truth = orientation_of_zone(
        phase.lattice, uvw, in_plane_deg=23.0, tilt_deg=tilt_deg, tilt_azimuth_deg=70
    )
    image = draw(phase, truth)
    calibration = Calibration.known(SCALE, ScaleSource.USER, 0.02)
    solution = index_pattern(Pattern(image, calibration, 200.0), IndexingSetup((phase,)))
    best = solution.candidates[0]
    equivalent = proper_rotations(phase.lattice, phase.space_group.laue_rotations)
    cosine = np.abs((equivalent @ beam_direction(truth)) @ beam_direction(best.orientation)).max()
    error = np.rad2deg(np.arccos(min(cosine, 1.0)))
    assert error < 1.5
    assert 0.1 < best.beam_direction_sigma_deg < 3
    assert error < 4 * best.beam_direction_sigma_deg
    record = solution.to_record().candidates[0]
    along = phase.lattice.directions(record.beam_direction)
    seen = best.orientation @ along
    assert -seen[2] / np.linalg.norm(seen) == pytest.approx(1, abs=1e-5)
