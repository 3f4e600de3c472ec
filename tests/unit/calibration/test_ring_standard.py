"""Calibration by rings in one step: scale, centre, ellipse; what does not fit is refused."""

import numpy as np
import pytest

from saed_desktop.calibration.ring_standard import fit_rings
from saed_desktop.calibration.standard_fit import CalibrationFailedError
from saed_desktop.calibration.standards import STANDARDS
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from tests.ring_drawing import CERIA_D, GOLD_D, draw_rings

SCALE = 0.0045
PHASES = {s.name.split(" (")[0]: s.phase() for s in STANDARDS}


def prepared(lines, stated=None, **drawn):
    return prepare(Pattern(draw_rings(lines, **drawn), stated or Calibration.unknown()))


def test_gold_gives_scale_centre_and_ellipse():
    fit = fit_rings(prepared(GOLD_D, ellipse=(0.01, 0.0)), PHASES["Gold"])
    assert fit.scale_inv_angstrom_per_px == pytest.approx(SCALE, rel=0.003)
    assert abs(np.log(fit.scale_inv_angstrom_per_px / SCALE)) < 3 * fit.relative_sigma
    assert fit.ellipse.ratio == pytest.approx(1.02, abs=0.004)
    assert np.hypot(fit.center_xy[0] - 262.3, fit.center_xy[1] - 247.8) < 1
    assert {"111", "200", "220", "311"} <= {line.label for line in fit.lines}


def test_a_header_that_is_wrong_by_a_third_does_not_stand_in_the_way():
    wrong = Calibration.known(SCALE * 1.3, ScaleSource.FILE)
    fit = fit_rings(prepared(GOLD_D, wrong), PHASES["Gold"])
    assert fit.scale_inv_angstrom_per_px == pytest.approx(SCALE, rel=0.003)


def test_a_barrel_distortion_changes_neither_the_scale_nor_hides_in_its_uncertainty():
    outermost = 1 / (GOLD_D["420"][0] * SCALE)
    barrel = {}
    for name, (spacing, strength) in GOLD_D.items():
        radius = 1 / (spacing * SCALE)
        seen = radius * (1 - 0.009 * (radius / outermost) ** 2)
        barrel[name] = (1 / (seen * SCALE), strength)
    fit = fit_rings(prepared(barrel, fwhm_px=4.0), PHASES["Gold"])
    assert fit.radial_distortion == pytest.approx(-0.009, abs=0.004)
    assert fit.scale_inv_angstrom_per_px == pytest.approx(SCALE, rel=0.003)
    assert abs(np.log(fit.scale_inv_angstrom_per_px / SCALE)) < 3 * fit.relative_sigma
    assert abs(fit_rings(prepared(GOLD_D), PHASES["Gold"]).radial_distortion) < 0.003


def test_rings_of_another_structure_are_refused():
    with pytest.raises(CalibrationFailedError, match="The rings do not fit Thallium"):
        fit_rings(prepared(GOLD_D), PHASES["Thallium chloride"])
    with pytest.raises(CalibrationFailedError, match="do not fit"):
        fit_rings(prepared(CERIA_D), PHASES["Graphite"])


def test_the_same_ratios_on_a_scale_that_is_known_better_are_refused():
    known = Calibration.known(SCALE, ScaleSource.USER, 0.01)
    with pytest.raises(CalibrationFailedError, match=r"only on a scale 1\d\.\d % off"):
        fit_rings(prepared(GOLD_D, known), PHASES["Nickel"])


def test_a_halo_or_one_ring_is_no_standard():
    with pytest.raises(CalibrationFailedError, match="Fewer than two rings"):
        fit_rings(prepared({"111": (2.355, 1.0)}), PHASES["Gold"])
