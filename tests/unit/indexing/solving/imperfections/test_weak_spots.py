"""Weak spots that a crystal allows besides its reflections, and what they must not decide."""

import numpy as np
import pytest

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.indexing.deciding.verdict_options import VerdictOptions
from saed_desktop.indexing.pipeline import IndexingSetup, answer, bundled_phases
from saed_desktop.indexing.solving.imperfections.weak_spots import FORBIDDEN, NEXT_LAYER, OFF_SPHERE
from saed_desktop.indexing.spot_indexing import index_spots
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.results.record import Status
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.benchmarks.real_patterns import common_crystals
from tests.benchmarks.twins import SI, cubic
from tests.rendering import image_of

SILVER = cubic("Ag", "F m -3 m", 4.0862, "Ag")
MOLYBDITE = Phase(
    "MoO3",
    Lattice(3.963, 13.855, 3.696),
    space_group_from_symbol("P b n m"),
    (
        Site("Mo", (0.0867, 0.1016, 0.25)),
        Site("O", (0.5, 0.435, 0.25)),
        Site("O", (0.5, 0.087, 0.25)),
        Site("O", (0.04, 0.221, 0.25)),
    ),
)
OTHERS = tuple(c for c in common_crystals() if c.name in ("alpha-Ti", "SrTiO3", "graphite", "Si"))


def with_weak(phase, zone, hkl, share, *, scale=0.0055, known=True):
    """A prepared pattern with further spots at given indices, weak beside the brightest."""
    orientation = orientation_of_zone(phase.lattice, zone, in_plane_deg=21.0, tilt_deg=0.2)
    shown = kinematical_reflections(
        reciprocal_points(phase, 1.5), orientation, thickness_angstrom=200
    )
    extra = (phase.lattice.g_vectors(hkl) @ orientation.T)[:, :2]
    near = np.hypot(*extra.T) < 1.2
    q = np.concatenate([shown.q_xy, extra[near]])
    weak = share * shown.intensity.max() * np.exp(-1.5 * np.hypot(*extra[near].T))
    image, _ = image_of(q, np.concatenate([shown.intensity, weak]), scale=scale)
    stated = Calibration.known(scale, ScaleSource.USER, 0.02) if known else Calibration.unknown()
    return prepare(Pattern(image, stated, 200.0))


def third_422():
    """Indices (n, 3) of 1/3{422} and what they span with {220}, along [111]."""
    first, second = np.array([2, -1, -1]) * 2 / 3, np.array([-1, 2, -1]) * 2 / 3
    steps = np.arange(-6, 7)
    grid = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
    hkl = grid @ np.array([first, second])
    allowed = np.abs(hkl - np.round(hkl)).max(axis=1) < 1e-6
    return hkl[~allowed]


def test_the_inner_spots_of_a_faulted_plate_do_not_speak_against_fcc():
    prepared = with_weak(SILVER, (1, 1, 1), third_422(), 0.003)
    solution = answer(prepared, IndexingSetup((SILVER, *OTHERS)))
    assert "Ag" in solution.prediction_set
    own = next(c for c in solution.candidates if c.phase == "Ag")
    assert own.zone_axis == (1, 1, 1)
    assert own.weak[0][1] == NEXT_LAYER
    assert len(own.weak[0][0]) > 12
    assert own.spots == len(prepared.diffracted)
    assert own.score > 0.9
    # no weak spot is also a matched one
    matched = set(own.match.spot[own.match.is_matched])
    assert not matched & set(own.weak[0][0])
    alone = answer(prepared, IndexingSetup((SILVER,)))
    assert alone.phase == "Ag"
    reasons = alone.to_record().reasons
    assert any(r.kind == "weak-spots" and "next layer" in r.text for r in reasons)


def test_weak_glide_forbidden_spots_do_not_speak_against_the_zone():
    steps = np.arange(-6, 7)
    h0l = [(h, 0, el) for h in steps for el in steps if (h + el) % 2]
    prepared = with_weak(MOLYBDITE, (0, 1, 0), np.array(h0l), 0.01)
    solution = answer(prepared, IndexingSetup((MOLYBDITE, *OTHERS)))
    assert solution.phase == "MoO3"
    best = solution.candidates[0]
    assert best.zone_axis == (0, 1, 0)
    assert FORBIDDEN in {cause for _, cause in best.weak}


def test_a_thin_sheet_shows_its_zone_far_off_the_ewald_sphere():
    copper = cubic("Cu", "F m -3 m", 3.615, "Cu")
    orientation = orientation_of_zone(copper.lattice, (1, 1, 2), in_plane_deg=21.0, tilt_deg=0.3)
    shown = kinematical_reflections(
        reciprocal_points(copper, 2.2), orientation, thickness_angstrom=15, max_excitation_error=0.1
    )
    image, _ = image_of(shown.q_xy, shown.intensity, scale=0.0098)
    stated = Calibration.known(0.0098, ScaleSource.USER, 0.02)
    prepared = prepare(Pattern(image, stated, 200.0))
    solution = answer(prepared, IndexingSetup((copper, *OTHERS)))
    assert solution.phase == "Cu"
    own = solution.candidates[0]
    assert sorted(map(abs, own.zone_axis)) == [1, 1, 2]
    assert OFF_SPHERE in {cause for _, cause in own.weak}
    assert own.unexplained <= 0.1 * own.spots


def test_a_plate_of_an_unlisted_fcc_crystal_rivals_hexagonal_candidates():
    titanium = next(c for c in OTHERS if c.name == "alpha-Ti")

    def log_odds(prepared):
        return index_spots(prepared, IndexingSetup((titanium,))).log_odds_of_plate

    true = log_odds(with_weak(titanium, (0, 0, 1), np.zeros((0, 3)), 0.0))
    bright, weak = (
        log_odds(with_weak(SILVER, (1, 1, 1), third_422(), share)) for share in (0.02, 0.003)
    )
    assert true < bright < weak
    assert true < -4
    assert log_odds(with_weak(SILVER, (1, 1, 0), np.zeros((0, 3)), 0.0)) == -np.inf


def test_an_answer_for_which_another_crystal_is_believed_names_nothing():
    prepared = with_weak(SILVER, (1, 1, 1), third_422(), 0.003)
    titanium = next(c for c in OTHERS if c.name == "alpha-Ti")
    strict = IndexingSetup((titanium,), verdict=VerdictOptions(beyond_doubt=-4.0))
    solution = answer(prepared, strict)
    assert solution.status is Status.UNKNOWN
    assert solution.phase is None
    assert solution.prediction_set == ()
    assert any(r.kind == "fcc-plate" for r in solution.reasons)


@pytest.mark.parametrize("known", [True, False])
def test_without_a_scale_the_set_is_as_ambiguous_as_the_pattern(known):
    metals = tuple(
        cubic(name, "F m -3 m", a, name)
        for name, a in (("Al", 4.0495), ("Ag", 4.0862), ("Au", 4.0782), ("Cu", 3.6149))
    )
    prepared = with_weak(metals[0], (1, 1, 0), np.zeros((0, 3)), 0.0, known=known)
    solution = answer(prepared, IndexingSetup((*metals, SI)))
    assert solution.status is Status.INDEXED
    # a tenth apart in size: only a scale excludes copper, intensities speak faintly against it
    assert set(solution.prediction_set) in ({"Al", "Ag", "Au"}, {"Al", "Ag", "Au", "Cu"})
    assert (solution.probabilities["Cu"] < 0.01) is known
    assert solution.probability < 0.7


def test_a_plate_without_a_scale_is_unknown_or_a_set_that_holds_it():
    plate = with_weak(SILVER, (1, 1, 1), third_422(), 0.003, known=False)
    none_listed = answer(plate, IndexingSetup(tuple(bundled_phases())))
    assert none_listed.status is Status.UNKNOWN
    assert "fcc-plate" in {r.kind for r in none_listed.to_record().reasons}
    listed = answer(plate, IndexingSetup((SILVER, *OTHERS)))
    assert listed.status is Status.INDEXED
    assert {"Ag", "Si"} <= set(listed.prediction_set)
    assert listed.probability < 0.6


def test_true_hexagonal_crystals_are_no_plates_without_a_scale():
    titanium = next(c for c in OTHERS if c.name == "alpha-Ti")
    true = with_weak(titanium, (0, 0, 1), np.zeros((0, 3)), 0.0, known=False)
    solution = answer(true, IndexingSetup((titanium, *bundled_phases())))
    assert solution.status is Status.INDEXED
    assert "alpha-Ti" in solution.prediction_set
