"""Spot indexing against patterns whose phase, zone axis and hkl are known."""

import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phase
from saed_desktop.indexing.pipeline import IndexingSetup, index_pattern
from saed_desktop.indexing.solving.fitting.tilt_refinement import crystal_rotations
from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.hypotheses.geometry import Geometry
from saed_desktop.indexing.solving.match import distinct, match_phase, match_phases
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.results.record import Status, Verdict
from saed_desktop.results.sentences import sentence
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import (
    misorientation_deg,
    orientation_of_zone,
    proper_rotations,
    random_rotations,
)
from tests.drawing import spot
from tests.kinematical_images import BY_NAME, CENTER, NINE, SCALE, draw, solve


@pytest.mark.parametrize(
    ("name", "uvw"),
    [
        ("PuO2", (1, 1, 0)),
        ("PuO2", (1, 1, 1)),
        ("delta-PuZr", (2, 1, 1)),
        ("PuO", (1, 0, 0)),
        ("alpha-Zr", (1, 1, 0)),
        ("ZrO2_mono", (0, 1, 0)),
        ("ZrO2_mono", (1, 0, 1)),
        ("beta-Pu", (0, 1, 0)),
        ("kappa-PuZr2", (1, 1, 1)),
        ("Zr3O_R-3c", (2, 1, 0)),
    ],
)
def test_phase_zone_axis_and_orientation_are_found(name, uvw):
    solution, orientation = solve(name, uvw)
    phase = BY_NAME[name]
    assert solution.status is Status.INDEXED
    assert solution.verdict is Verdict.INDEXING_ONLY
    best = next(c for c in solution.candidates if c.phase == name)
    assert solution.candidates[0].log_posterior - best.log_posterior < 2.5
    assert name in solution.prediction_set
    assert best.zone_axis == phase.space_group.canonical_uvw(uvw)
    symmetry = proper_rotations(phase.lattice, phase.space_group.laue_rotations)
    half_turn = np.diag([-1.0, -1.0, 1.0])
    off = min(
        misorientation_deg(best.orientation, turned, symmetry)
        for turned in (orientation, half_turn @ orientation)
    )
    assert off < 3.0
    assert best.scale_inv_angstrom_per_px == pytest.approx(SCALE, rel=0.01)
    assert best.score > 0.6


def test_hkl_of_every_matched_spot_is_an_equivalent_of_the_true_one():
    solution, orientation = solve("ZrO2_mono", (0, 1, 0))
    best = solution.candidates[0]
    phase = BY_NAME["ZrO2_mono"]
    shown = kinematical_reflections(reciprocal_points(phase, 1.35), orientation)
    true_xy = np.array(CENTER) + shown.q_xy / SCALE
    checked = 0
    for hkl, xy, is_spot in zip(best.match.hkl, best.match.xy, best.match.is_matched, strict=True):
        nearest = int(np.argmin(np.hypot(*(true_xy - xy).T)))
        if is_spot and np.hypot(*(true_xy[nearest] - xy)) < 4:
            family = {tuple(h) for h in phase.space_group.equivalent_hkl(shown.hkl[nearest])}
            assert tuple(hkl) in family
            checked += 1
    assert checked > 15


def test_ellipse_and_scale_are_refined_together():
    solution, _ = solve("beta-Pu", (0, 1, 0), ellipse=0.02)
    best = solution.candidates[0]
    assert best.phase == "beta-Pu"
    assert best.ellipticity == pytest.approx(0.02, abs=0.006)
    assert best.scale_inv_angstrom_per_px == pytest.approx(SCALE, rel=0.01)


def test_the_fcc_trio_is_told_apart_by_the_scale_alone():
    for name in ("PuO2", "PuO", "delta-PuZr"):
        solution, _ = solve(name, (1, 1, 0))
        assert solution.phase == name
    unknown, _ = solve("PuO2", (1, 1, 0), known=False)
    assert {"PuO2", "PuO"} <= set(unknown.prediction_set)
    assert unknown.calibration.source is ScaleSource.FITTED


def test_what_no_zone_can_tell_apart_is_said_to_fit_as_well():
    # along [11-20] neither Zr3O shows a superlattice reflection
    solution, _ = solve("alpha-Zr", (1, 1, 0))
    assert {"alpha-Zr", "Zr3O_R-3c"} <= set(solution.prediction_set)
    assert {reason.kind for reason in solution.reasons} & {"fits-as-well", "explains"}


def test_a_foreign_crystal_is_not_called_one_of_the_phases():
    from saed_desktop.crystal.lattice import Lattice
    from saed_desktop.crystal.phase import Phase, Site
    from saed_desktop.crystal.symmetry import space_group_from_symbol

    garnet = Phase(
        "garnet",
        Lattice(11.46, 11.46, 11.46),
        space_group_from_symbol("I a -3 d"),
        (
            Site("Al", (0, 0, 0)),
            Site("Mg", (0.125, 0, 0.25)),
            Site("Si", (0.375, 0, 0.25)),
            Site("O", (0.033, 0.05, 0.653)),
        ),
    )
    orientation = orientation_of_zone(garnet.lattice, (1, 1, 1), in_plane_deg=10)
    image = draw(garnet, orientation)
    pattern = Pattern(image, Calibration.known(SCALE, ScaleSource.USER, 0.01), 200.0)
    solution = index_pattern(pattern, IndexingSetup(NINE))
    if solution.status is Status.INDEXED:
        assert solution.probability < 0.9
    own = index_pattern(pattern, IndexingSetup((*NINE, garnet)))
    assert own.phase == "garnet"
    assert own.candidates[0].zone_axis == (1, 1, 1)


def test_off_zone_patterns_are_indexed_by_full_orientation():
    phase = BY_NAME["beta-Pu"]
    orientation = random_rotations(1, np.random.default_rng(5))[0]
    image = draw(phase, orientation)
    pattern = Pattern(image, Calibration.known(SCALE, ScaleSource.USER, 0.01), 200.0)
    prepared = prepare(pattern)
    observation = observe(prepared)
    found = match_phase(phase, observation, find_basis_pairs(observation, prepared.spot_lattice))
    assert found
    symmetry = proper_rotations(phase.lattice, phase.space_group.laue_rotations)
    off = min(
        misorientation_deg(c.orientation, turned, symmetry)
        for c in found
        for turned in (orientation, np.diag([-1.0, -1.0, 1.0]) @ orientation)
    )
    assert off < 3.0


@pytest.mark.parametrize("factor", [0.4, 3.0])
def test_a_stated_scale_that_is_wrong_is_doubted(factor):
    phase = BY_NAME["ZrO2_mono"]
    image = draw(phase, orientation_of_zone(phase.lattice, (0, 1, 0), in_plane_deg=23.0))
    wrong = Calibration.known(SCALE * factor, ScaleSource.FILE, 0.03)
    only = (phase, BY_NAME["PuO2"], BY_NAME["alpha-Zr"])
    solution = index_pattern(Pattern(image, wrong, 200.0), IndexingSetup(only))
    assert solution.status is Status.UNKNOWN
    assert any("check the calibration" in sentence(reason) for reason in solution.reasons)
    best = solution.candidates[0]
    assert best.phase == "ZrO2_mono"
    assert best.zone_axis == (0, 1, 0)
    assert best.scale_inv_angstrom_per_px == pytest.approx(SCALE, rel=0.02)


def test_too_few_spots_are_not_indexed():
    rng = np.random.default_rng(0)
    image = rng.poisson(20, (400, 400)).astype(np.float32)
    spot(image, 200, 200, 3000, 4)
    spot(image, 240, 210, 800)
    solution = index_pattern(Pattern(image), IndexingSetup(NINE))
    assert solution.status is Status.UNKNOWN
    assert solution.verdict is Verdict.NONE
    assert solution.phase is None
    assert solution.reasons


def test_a_cell_of_thousands_of_atoms_answers_in_bounded_time(tmp_path):
    import time

    rng = np.random.default_rng(0)
    atoms = "\n".join(
        f"C{i} C {x:.4f} {y:.4f} {z:.4f}" for i, (x, y, z) in enumerate(rng.random((3000, 3)))
    )
    path = tmp_path / "large.cif"
    path.write_text(
        "data_x\n_cell_length_a 42\n_cell_length_b 45\n_cell_length_c 48\n_cell_angle_alpha 90\n"
        "_cell_angle_beta 101\n_cell_angle_gamma 90\n_symmetry_space_group_name_H-M 'P 1'\n"
        "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n"
        f"_atom_site_fract_z\n{atoms}\n"
    )
    large = read_phase(path)
    image = draw(BY_NAME["PuO2"], orientation_of_zone(BY_NAME["PuO2"].lattice, (1, 1, 0)))
    start = time.process_time()
    index_pattern(
        Pattern(image, Calibration.known(SCALE, ScaleSource.USER, 0.02), 200.0),
        IndexingSetup((large,)),
    )
    assert time.process_time() - start < 60


def test_a_second_grain_is_indexed_after_the_first():
    phase = BY_NAME["PuO2"]
    first = draw(phase, orientation_of_zone(phase.lattice, (1, 1, 0), in_plane_deg=10))
    second = draw(phase, orientation_of_zone(phase.lattice, (1, 1, 1), in_plane_deg=50), seed=2)
    image = first + 0.5 * np.maximum(second - np.median(second), 0)
    pattern = Pattern(
        image.astype(np.float32), Calibration.known(SCALE, ScaleSource.USER, 0.01), 200.0
    )
    solution = index_pattern(pattern, IndexingSetup((phase,)))
    zones = {solution.candidates[0].zone_axis, *(c.zone_axis for c in solution.further_crystals)}
    assert zones == {(1, 1, 0), (1, 1, 1)}
    spots = [
        set(c.match.spot[c.match.is_matched])
        for c in (solution.candidates[0], *solution.further_crystals)
    ]
    assert not spots[0] & spots[1]


def test_spot_indices_are_those_of_the_prepared_pattern():
    solution, _ = solve("ZrO2_mono", (0, 1, 0))
    match = solution.candidates[0].match
    on = match.is_matched
    measured = solution.prepared.diffracted.xy[match.spot[on]]
    assert np.hypot(*(measured - match.xy[on]).T).max() < 6
    assert np.allclose(np.hypot(*(measured - match.xy[on]).T), match.residual_px[on], atol=1e-6)


def test_what_a_symmetry_of_the_crystal_makes_one_another_is_refined_once():
    phase = BY_NAME["PuO2"]
    first = orientation_of_zone(phase.lattice, (1, 1, 0), in_plane_deg=20.0)
    other = orientation_of_zone(phase.lattice, (1, 1, 1), in_plane_deg=20.0)
    symmetry = crystal_rotations(phase)
    orientation = np.concatenate([first @ symmetry, other @ symmetry])
    geometry = Geometry.undistorted(orientation, SCALE)
    kept = distinct(phase, geometry, np.arange(len(geometry)), 5)
    assert kept.tolist() == [0, len(symmetry)]


def test_phases_together_are_indexed_as_each_alone():
    prepared = solve("alpha-Zr", (1, 1, 0))[0].prepared
    observation = observe(prepared)
    pairs = find_basis_pairs(observation, prepared.spot_lattice)
    phases = tuple(BY_NAME[name] for name in ("alpha-Zr", "Zr3O_R32", "PuO2"))
    together = match_phases(phases, observation, pairs)
    assert together == sorted(together, key=lambda c: -c.log_posterior)
    alone = [c for phase in phases for c in match_phase(phase, observation, pairs)]
    # what is hopeless beside the best is not tilted; what is near it is the same
    near = together[0].log_posterior - 15
    for candidate in (c for c in alone if c.log_posterior > near):
        same = [c for c in together if c.phase == candidate.phase]
        assert any(c.log_posterior == pytest.approx(candidate.log_posterior) for c in same)
