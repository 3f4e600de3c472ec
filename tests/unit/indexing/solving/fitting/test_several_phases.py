"""Several phases fitted as one batch: each phase's fits are those that it has alone."""

from dataclasses import replace

import numpy as np
import pytest

from saed_desktop.indexing.pipeline import bundled_phases
from saed_desktop.indexing.solving.fitting.refinement import (
    refine_geometry,
    unrefined_orientations,
)
from saed_desktop.indexing.solving.fitting.several_phases import by_phase, joined_geometry, together
from saed_desktop.indexing.solving.fitting.spot_model import SpotModel
from saed_desktop.indexing.solving.fitting.tilt_refinement import refine_tilt
from saed_desktop.indexing.solving.hypotheses.basis_pairs import (
    find_basis_pairs,
    orientation_hypotheses,
    q_max_of,
)
from saed_desktop.indexing.solving.match import _unlike, match_phase, match_phases
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.indexing.solving.phase_table import phase_table
from saed_desktop.pattern.calibration import Calibration
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.rendering import image_of

NAMES = ("alpha-Zr", "ZrO2_mono", "PuO2")
PHASES = tuple(p for p in bundled_phases() if p.name in NAMES)


@pytest.fixture(scope="module")
def prepared():
    phase = next(p for p in PHASES if p.name == "ZrO2_mono")
    orientation = orientation_of_zone(phase.lattice, (0, 1, 0), in_plane_deg=12, tilt_deg=0.7)
    shown = kinematical_reflections(
        reciprocal_points(phase, 1.5), orientation, thickness_angstrom=200
    )
    image, _ = image_of(shown.q_xy, shown.intensity, scale=0.0042)
    return prepare(Pattern(image, Calibration.unknown(), 200.0))


@pytest.fixture(scope="module")
def started(prepared):
    observation = observe(prepared)
    pairs = find_basis_pairs(observation, prepared.spot_lattice)
    tables = [phase_table(p, q_max_of(observation)) for p in PHASES]
    geometries = [
        orientation_hypotheses(table, observation, pairs, 40).geometry[:3] for table in tables
    ]
    return observation, tables, geometries


def is_same(one, other):
    assert np.allclose(one.log_likelihood, other.log_likelihood, atol=1e-6)
    assert np.allclose(one.geometry.scale, other.geometry.scale, rtol=1e-9)
    assert np.allclose(one.geometry.orientation, other.geometry.orientation, atol=1e-9)
    assert np.array_equal(one.predicted.index, other.predicted.index)
    assert np.array_equal(one.likelihood.spot, other.likelihood.spot)
    assert np.allclose(one.tilt_sigma_deg, other.tilt_sigma_deg)


def test_phases_in_one_batch_have_the_fits_that_they_have_alone(started):
    observation, tables, geometries = started
    model = SpotModel(tuple(tables), observation)
    batch = refine_geometry(unrefined_orientations(model, joined_geometry(geometries)))
    for found, table, geometry in zip(by_phase(batch), tables, geometries, strict=True):
        assert found.model.table is table
        alone = refine_geometry(unrefined_orientations(SpotModel((table,), observation), geometry))
        is_same(found, alone)


def test_tilts_in_one_batch_are_those_that_each_phase_has_alone(started):
    observation, tables, geometries = started
    upright = [
        refine_geometry(unrefined_orientations(SpotModel((table,), observation), geometry))
        for table, geometry in zip(tables, geometries, strict=True)
    ]
    for found, fits in zip(by_phase(refine_tilt(together(upright))), upright, strict=True):
        is_same(found, refine_tilt(fits))


def test_points_near_the_sphere_that_were_found_before_change_nothing(started):
    observation, tables, geometries = started
    model, geometry = SpotModel((tables[1],), observation), geometries[1]
    near = model.near_sphere(geometry, 1.04)
    grown = replace(geometry, scale=1.02 * geometry.scale)
    too_large = replace(geometry, scale=1.2 * geometry.scale)
    for one in (geometry, grown, too_large):
        with_them, without = model.predict(one, near=near), model.predict(one)
        assert np.array_equal(with_them.index, without.index)
        assert np.array_equal(with_them.xy_px, without.xy_px)


def test_candidates_do_not_depend_on_the_phases_beside_them(prepared):
    observation = observe(prepared)
    pairs = find_basis_pairs(observation, prepared.spot_lattice)
    beside = match_phases(PHASES, observation, pairs)
    best = beside[0]
    alone = match_phase(next(p for p in PHASES if p.name == best.phase), observation, pairs)[0]
    assert alone.zone_axis == best.zone_axis
    assert alone.log_posterior == pytest.approx(best.log_posterior, abs=1e-6)
    again = match_phases(PHASES[::-1], observation, pairs)
    assert [c.zone_axis for c in again] == [c.zone_axis for c in beside]


def test_of_orientations_that_symmetry_makes_equal_the_first_stays(started):
    _, tables, geometries = started
    zirconium = next(i for i, p in enumerate(PHASES) if p.name == "alpha-Zr")
    phase, geometry = tables[zirconium].phase, geometries[zirconium]
    turn = np.array([[0.5, -np.sqrt(0.75), 0], [np.sqrt(0.75), 0.5, 0], [0, 0, 1.0]])
    sixfold = replace(geometry, orientation=geometry.orientation @ turn)
    doubled = joined_geometry([geometry, sixfold])
    assert np.array_equal(_unlike(phase, doubled), _unlike(phase, geometry))
    tilt = np.array([[1, 0, 0], [0, np.cos(0.01), -np.sin(0.01)], [0, np.sin(0.01), np.cos(0.01)]])
    other = replace(geometry, orientation=tilt @ geometry.orientation)
    assert len(_unlike(phase, joined_geometry([geometry, other]))) > len(_unlike(phase, geometry))
