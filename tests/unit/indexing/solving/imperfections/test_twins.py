"""Two crystals in one pattern: parts of the common lattice, the twin and its law."""

from dataclasses import replace

import numpy as np
import pytest

from saed_desktop.indexing.deciding.posterior import best_per_phase
from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.indexing.solving.hypotheses.sublattices import sublattices
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import (
    misorientation_deg,
    orientation_of_zone,
    proper_rotations,
)
from tests.benchmarks.twins import SI, cubic, hexagonal
from tests.rendering import image_of

GOLD = cubic("Au", "F m -3 m", 4.078, "Au")
MAGNESIUM = hexagonal("Mg", 3.209, 5.211, "Mg")
IRON = cubic("Fe", "I m -3 m", 2.866, "Fe")
SCALE = 0.0055


def twinned(phase, plane, zone, share, *, seed=1):
    """A prepared pattern of a crystal with its twin, and both orientations."""
    normal = phase.lattice.g_vectors(plane)
    normal = normal / np.linalg.norm(normal)
    turn = 2 * np.outer(normal, normal) - np.eye(3)
    matrix = orientation_of_zone(phase.lattice, zone, in_plane_deg=33.0, tilt_deg=0.3)
    points = reciprocal_points(phase, 1.6)
    patterns = [
        (kinematical_reflections(points, orientation, thickness_angstrom=200), weight)
        for orientation, weight in ((matrix, 1.0), (matrix @ turn, share))
    ]
    image, _ = image_of(
        np.concatenate([p.q_xy for p, _ in patterns]),
        np.concatenate([w * p.intensity for p, w in patterns]),
        scale=SCALE,
        seed=seed,
    )
    calibration = Calibration.known(SCALE, ScaleSource.USER, 0.02)
    return prepare(Pattern(image, calibration, 200.0)), matrix, matrix @ turn


@pytest.mark.parametrize(
    ("phase", "plane", "zone", "share", "family"),
    [
        (GOLD, (1, -1, 1), (1, 1, 0), 0.6, (1, 1, 1)),
        (SI, (1, -1, 1), (1, 1, 0), 1.0, (1, 1, 1)),
        (IRON, (1, 1, 2), (1, -1, 0), 0.4, (1, 1, 2)),
        (MAGNESIUM, (1, 0, 2), (0, 1, 0), 0.25, (1, 0, 2)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_both_crystals_and_the_law_are_named(phase, plane, zone, share, family):
    prepared, matrix, twin = twinned(phase, plane, zone, share)
    solution = answer(prepared, IndexingSetup((phase,)))
    assert solution.phase == phase.name
    best = solution.candidates[0]
    assert best.twin is not None
    symmetry = proper_rotations(phase.lattice, phase.space_group.laue_rotations)
    half_turn = np.diag([-1.0, -1.0, 1.0])

    def off(found, truth):
        return min(misorientation_deg(found, t, symmetry) for t in (truth, half_turn @ truth))

    pair = (best.orientation, best.twin.crystal.orientation)
    # which of two equal crystals comes first is chance
    straight = max(off(pair[0], matrix), off(pair[1], twin))
    crossed = max(off(pair[0], twin), off(pair[1], matrix))
    assert min(straight, crossed) < 3
    record = solution.to_record()
    assert record.twin.law == best.twin.law
    assert 0.1 < record.twin.share < 0.7
    named = record.twin.law.split("(")[1].rstrip(")")
    label = {
        "".join(str(i) for i in hkl)
        if phase is not MAGNESIUM
        else f"{hkl[0]}{hkl[1]}{-hkl[0] - hkl[1]}{hkl[2]}"
        for hkl in phase.space_group.equivalent_hkl(family)
    }
    assert named in label
    assert any(
        reason.kind == "twin" and record.twin.law in reason.text for reason in record.reasons
    )
    assert solution.further_crystals[0] is best.twin.crystal
    assert best.spots == len(prepared.diffracted)


def test_a_single_crystal_has_no_twin_and_a_lattice_without_parts():
    for phase, zone in ((GOLD, (1, 1, 0)), (SI, (1, 1, 0)), (MAGNESIUM, (0, 1, 0))):
        prepared, _, _ = twinned(phase, (1, -1, 1), zone, 1e-9)
        solution = answer(prepared, IndexingSetup((phase,)))
        assert solution.phase == phase.name
        assert solution.candidates[0].twin is None
        assert solution.to_record().twin is None


def test_the_parts_of_a_coincidence_lattice_are_the_crystals_own_lattices():
    prepared, _, _ = twinned(GOLD, (1, -1, 1), (1, 1, 0), 0.6)
    observation = observe(prepared)
    parts = sublattices(observation, prepared.spot_lattice)
    area = (4.078**-2) * np.sqrt(2) / SCALE**2  # of 1-11 and -111, 1/Å² to px²
    areas = [abs(np.linalg.det(basis)) for basis in parts]
    assert sum(abs(a / (2 * area) - 1) < 0.04 for a in areas) >= 2


def test_every_metal_of_the_structure_has_its_twin():
    # without a scale six fcc metals explain a twin alike; four of them had it
    prepared, *_ = twinned(GOLD, (1, -1, 1), (1, 1, 0), 0.6)
    pattern = replace(prepared.pattern, calibration=Calibration.unknown())
    unscaled = replace(prepared, pattern=pattern)
    cells = {"Ni": 3.524, "Cu": 3.615, "Pd": 3.891, "Pt": 3.924, "Au": 4.078, "Ag": 4.086}
    metals = tuple(cubic(name, "F m -3 m", a, name) for name, a in cells.items())
    solution = answer(unscaled, IndexingSetup(metals))
    assert {c.phase for c in best_per_phase(solution.candidates) if c.twin} == set(cells)
    assert set(solution.prediction_set) == {"Pd", "Pt", "Au", "Ag"}
    assert all(solution.probabilities[name] > 0.1 for name in solution.prediction_set)
