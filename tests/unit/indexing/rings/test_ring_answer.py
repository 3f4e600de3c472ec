"""Rings indexed: drawn from spacings of the literature, answered out of crystals."""

import numpy as np
import pytest

from saed_desktop.calibration.standards import STANDARDS
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.indexing.pipeline import IndexingSetup, index_pattern
from saed_desktop.indexing.rings.cell import least_grain_size, refined_cell
from saed_desktop.indexing.rings.observation import observe_rings
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.results.record import Status
from saed_desktop.results.sentences import texts
from tests.drawing import halo_pattern
from tests.ring_drawing import CERIA_D, GOLD_D, draw_rings

SCALE = 0.0045
IRON = Phase(
    "ferrite",
    Lattice(2.8665, 2.8665, 2.8665, 90, 90, 90),
    space_group_from_symbol("I m -3 m"),
    (Site("Fe", (0.0, 0.0, 0.0)),),
)
# aluminium and silver differ from gold by less than a scale of 1 % tells
PHASES = (*(s.phase() for s in STANDARDS if s.name[:2] not in ("Al", "Si")), IRON)


def answered(image, scale=SCALE, phases=PHASES):
    calibration = Calibration.unknown()
    if scale is not None:
        calibration = Calibration.known(scale, ScaleSource.USER, 0.01)
    return index_pattern(Pattern(image, calibration), IndexingSetup(phases))


@pytest.fixture(scope="module")
def gold():
    return answered(draw_rings(GOLD_D))


def test_gold_is_named_with_its_lattice_parameter(gold):
    assert gold.status is Status.INDEXED
    assert gold.phase == "Gold (Au)"
    assert gold.probability > 0.9
    value, sigma = gold.rings.phases[0].cell["a"]
    assert value == pytest.approx(4.0786, abs=min(2 * sigma, 0.02))
    assert 0.005 * value < sigma < 0.02 * value


def test_every_strong_ring_has_its_indices(gold):
    record = gold.to_record()
    found = {ring.label: ring.d_angstrom for ring in record.rings if ring.phase}
    for name in ("111", "200", "220", "311"):
        assert found[name] == pytest.approx(GOLD_D[name][0], rel=0.01)
    assert record.ring_phases[0].structure == "fcc"
    assert record.ring_phases[0].least_grain_nm > 1
    assert "Gold (Au) (fcc) explains" in texts(gold.reasons)


def test_another_crystal_is_not_given_the_name_of_a_candidate():
    without = tuple(p for p in PHASES if "Gold" not in p.name)
    solution = answered(draw_rings(GOLD_D), phases=without)
    assert solution.phase is None or solution.probability * solution.rings.in_candidates < 0.5
    assert solution.phase is not None or solution.probabilities == {}


def test_without_a_scale_the_true_one_is_in_the_set():
    solution = answered(draw_rings(GOLD_D), scale=None)
    assert "Gold (Au)" in solution.prediction_set
    assert "ferrite" not in solution.prediction_set
    # other crystals are built so on other scales: it may well be none of these
    assert solution.none_of_these >= 0.2 and solution.set_includes_none
    assert solution.calibration.source is ScaleSource.FITTED
    assert solution.rings.phases[0].cell == {}


def test_two_phases_are_both_named():
    lines = {**GOLD_D, **{f"CeO2 {k}": (d, 0.45 * s) for k, (d, s) in CERIA_D.items()}}
    solution = answered(draw_rings(lines, fwhm_px=3.5))
    assert {p.phase for p in solution.rings.phases} == {"Gold (Au)", "Cerium oxide (CeO₂)"}
    assert solution.phase == "Gold (Au)"
    assert 0.1 < solution.rings.phases[1].share < 0.5


def test_rings_of_something_else_are_listed():
    lines = {**GOLD_D, "foreign": (1.72, 0.4)}
    solution = answered(draw_rings(lines, fwhm_px=4.0))
    left = [line.d_angstrom for line in solution.rings.lines if line.phase is None]
    assert any(d == pytest.approx(1.72, rel=0.01) for d in left)
    assert "fits no candidate" in texts(solution.reasons)


def test_a_line_may_be_weaker_than_computed_beyond_the_outermost_ring(gold):
    observed = observe_rings(gold.rings.measured, Calibration.known(SCALE, ScaleSource.USER, 0.01))
    observed = observed[np.arange(len(observed)) < 3]
    inner, last = float(observed.log_radius[0]), float(observed.log_radius.max())
    places = np.array([inner + 0.07, last + 0.05, last + 0.10])
    bare, beside = observed.limit(places), observed.limit_beside_rings(places)
    assert np.isfinite(bare).all() and beside[0] == bare[0]
    assert 0 < beside[1] - bare[1] < beside[2] - bare[2] < 0.5


def test_a_line_on_the_flank_of_a_ring_is_not_missing(gold):
    measured = gold.rings.measured
    observed = observe_rings(measured, Calibration.known(SCALE, ScaleSource.USER, 0.01))
    radius, width = float(measured.radius_px[0]), float(measured.fwhm_px[0])
    # farther out than the ring itself counts as near, and where there is none
    places = np.array([radius - 1.2 * width, 0.5 * radius])
    bare = np.log(measured.limit(places) / measured.intensity.max())
    flank, apart = observed.limit(np.log(places)) - bare
    assert flank > 3.0
    assert apart < flank - 2.0


def test_one_ring_is_too_few_to_decide():
    solution = answered(draw_rings({"111": (2.355, 1.0)}))
    assert solution.status is Status.UNKNOWN
    assert "Too few rings" in texts(solution.reasons)
    assert solution.probabilities == {}


def test_a_wrong_scale_is_told():
    solution = answered(draw_rings(GOLD_D), scale=SCALE * 1.34, phases=PHASES[:1])
    assert solution.phase is None
    (reason,) = [r for r in solution.reasons if r.kind == "rings-another-scale"]
    assert reason.factor == pytest.approx(1 / 1.34, rel=0.01)
    assert reason.spacings_angstrom == pytest.approx((4.078 / 1.34,), rel=0.01)


def test_no_crystal_is_proposed_whose_atoms_would_have_no_room():
    # on twice the scale gold's rings would be those of a crystal with 2.1 Å³ for each atom
    solution = answered(draw_rings(GOLD_D), scale=SCALE * 2, phases=PHASES[:1])
    (reason,) = [r for r in solution.reasons if r.kind == "rings-another-scale"]
    assert reason.spacings_angstrom == ()


def test_a_halo_has_maxima_and_no_phase():
    solution = answered(halo_pattern())
    assert solution.phase is None
    assert solution.probabilities == {}
    assert "halo's maxima lie at 4.05" in texts(solution.reasons)


def test_a_hexagonal_cell_is_refined_from_lengths():
    zirconium = Phase(
        "Zr",
        Lattice(3.2, 3.2, 5.2, 90, 90, 120),
        space_group_from_symbol("P 63/m m c"),
        (Site("Zr", (1 / 3, 2 / 3, 0.25)),),
    )
    hkl = np.array([(1, 0, 0), (0, 0, 2), (1, 0, 1), (1, 0, 2), (1, 1, 0)])
    true = Lattice(3.232, 3.232, 5.147, 90, 90, 120)
    q = 1 / true.d_spacings(hkl)
    cell, parameters = refined_cell(zirconium, hkl, q, 5e-4 * q, 0.0)
    assert cell.a == pytest.approx(3.232, abs=0.002)
    assert parameters["c"][0] == pytest.approx(5.147, abs=0.005)
    assert "gamma_deg" not in parameters
    # two lines that say nothing of c
    _, less = refined_cell(zirconium, hkl[[0, 4]], q[[0, 4]], 5e-4 * q[[0, 4]], 0.0)
    assert "c" not in less


def test_the_lens_s_radial_distortion_is_not_taken_for_a_lattice_parameter():
    gold = next(p for p in PHASES if p.name == "Gold (Au)")
    hkl = np.array([(1, 1, 1), (2, 0, 0), (2, 2, 0), (3, 1, 1), (4, 2, 2), (5, 1, 1), (5, 3, 1)])
    true = 1 / gold.lattice.d_spacings(hkl)
    barrel = true * (1 - 0.008 * (true / true.max()) ** 2)
    _, parameters = refined_cell(gold, hkl, barrel, 1e-3 * barrel, 0.001)
    value, sigma = parameters["a"]
    assert value == pytest.approx(gold.lattice.a, abs=1.5 * sigma)
    assert sigma < 0.004 * value
    # where the rings stand close together nothing tells the two apart, which the uncertainty says
    _, inner = refined_cell(gold, hkl[:2], true[:2], 1e-3 * true[:2], 0.001)
    assert inner["a"][1] > sigma


def test_scherrer():
    assert least_grain_size(np.array([0.009]), np.array([1.0])) == pytest.approx(100)
    assert least_grain_size(np.zeros(0), np.zeros(0)) is None
