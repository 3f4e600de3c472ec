"""Powder lines against spacings of the literature."""

import numpy as np
import pytest

from saed_desktop.calibration.standards import STANDARDS
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.simulation.powder import fibre_textures, powder_lines
from tests.ring_drawing import GOLD_D

BY_NAME = {s.name.split("(")[1][:2].strip(")"): s.phase() for s in STANDARDS}


def test_gold_has_the_lines_of_the_powder_file():
    lines = powder_lines(BY_NAME["Au"])
    for i, (name, (spacing, _)) in enumerate(GOLD_D.items()):
        assert lines.label(i) == name
        assert 1 / lines.q[i] == pytest.approx(spacing, rel=5e-4)
    assert lines.intensity.max() == lines.intensity[0] == 1


def test_a_ring_holds_its_family_by_multiplicity_and_spacing():
    # of equal structure factors 111 (8 planes) and 200 (6 planes) are 8·d to 6·d
    lines = powder_lines(BY_NAME["Au"])
    factor = np.abs(BY_NAME["Au"].structure_factors([(1, 1, 1), (2, 0, 0)])) ** 2
    expected = (6 * 2.0391 * factor[1]) / (8 * 2.3545 * factor[0])
    assert lines.intensity[1] == pytest.approx(expected, rel=1e-3)


def test_a_fibre_texture_leaves_the_planes_along_the_beam():
    textures = {t.fibre: t for t in fibre_textures(powder_lines(BY_NAME["Au"]))}
    along = textures[(1, 1, 1)]
    strong = {along.label(i) for i in np.flatnonzero(along.intensity > 0.1)}
    assert "220" in strong
    assert not strong & {"111", "200", "311"}


def test_the_fibre_of_a_rhombohedral_cell_is_its_threefold_axis():
    bismuth = Phase(
        "Bi",
        Lattice(4.746, 4.746, 4.746, 57.24, 57.24, 57.24),
        space_group_from_symbol("R -3 m:R"),
        (Site("Bi", (0.237, 0.237, 0.237)),),
    )
    (along,) = fibre_textures(powder_lines(bismuth))
    strongest = along.q[np.argmax(along.intensity)]
    # 110 on hexagonal axes (a = 4.546 Å), which film of bismuth shows
    assert 1 / strongest == pytest.approx(4.546 / 2, rel=2e-3)
