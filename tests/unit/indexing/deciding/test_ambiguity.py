from dataclasses import replace

import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phases
from saed_desktop.crystal.zone_axis import smallest_angle_deg
from saed_desktop.indexing.deciding.ambiguity import (
    deciding_measurements,
    deciding_reasons,
    pattern_difference,
)
from saed_desktop.indexing.deciding.posterior import best_per_phase
from saed_desktop.indexing.deciding.verdict_options import is_acceptable_fit
from saed_desktop.paths import resources_dir
from saed_desktop.results.sentences import sentence
from saed_desktop.simulation.kinematical import reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.kinematical_images import SCALE, solve

PHASES = {p.name: p for p in read_phases(resources_dir() / "phases")}


def test_zirconium_and_its_oxides_are_told_apart_by_a_tilt():
    # along [11-20] neither Zr3O shows a superlattice reflection; <10-10> does
    solution, _ = solve("alpha-Zr", (1, 1, 0))
    fitting = [c for c in best_per_phase(solution.candidates) if is_acceptable_fit(c)]
    assert len(fitting) >= 2
    found = deciding_measurements(fitting, PHASES)
    assert found
    for deciding in found:
        assert deciding.first == fitting[0].phase
        assert sentence(deciding.reason).endswith(".")
        if deciding.zone_axis is not None:
            phase = PHASES[deciding.first]
            angle = smallest_angle_deg(phase, deciding.zone_axis, fitting[0].zone_axis)
            assert angle <= deciding.tilt_deg + 2
            assert deciding.difference > 0.25


def test_equal_patterns_do_not_differ_and_others_do():
    dioxide = reciprocal_points(PHASES["PuO2"], 1.0)
    axis = orientation_of_zone(PHASES["PuO2"].lattice, (1, 1, 0))
    assert pattern_difference(dioxide, axis, dioxide, axis) == 0
    other = orientation_of_zone(PHASES["PuO2"].lattice, (1, 0, 0))
    assert pattern_difference(dioxide, axis, dioxide, other) > 0.3


def test_the_difference_is_symmetric():
    zirconium, oxide = (reciprocal_points(PHASES[n], 1.0) for n in ("alpha-Zr", "Zr3O_R-3c"))
    a = orientation_of_zone(PHASES["alpha-Zr"].lattice, (2, 1, 0))
    b = orientation_of_zone(PHASES["Zr3O_R-3c"].lattice, (1, 1, 0))
    assert pattern_difference(zirconium, a, oxide, b) == pytest.approx(
        pattern_difference(oxide, b, zirconium, a)
    )


def test_without_a_scale_the_scale_decides_between_phases_on_different_ones():
    solution, _ = solve("PuO2", (1, 1, 0))
    best = solution.candidates[0]
    on_another = replace(best, phase="PuO", scale_inv_angstrom_per_px=1.08 * SCALE)
    first, *others = deciding_reasons([best, on_another], PHASES, is_scaled=False)
    assert first.kind == "scale-decides"
    assert first.phases == (best.phase, "PuO")
    assert not others
    assert not any(
        reason.kind == "scale-decides"
        for reason in deciding_reasons([best, on_another], PHASES, is_scaled=True)
    )


def test_one_candidate_needs_no_decision():
    solution, _ = solve("beta-Pu", (0, 1, 0))
    assert deciding_measurements(solution.candidates[:1], PHASES) == []
    assert np.isfinite(solution.candidates[0].log_likelihood)


def test_what_decides_is_said_of_the_phases_that_are_not_excluded():
    solution, _ = solve("alpha-Zr", (1, 1, 0))
    named, tied = solution.phase, set(solution.prediction_set)
    assert len(tied) > 1 and solution.deciding
    for reason in solution.deciding:
        assert reason.phases[0] == named
        assert set(reason.phases) <= tied
