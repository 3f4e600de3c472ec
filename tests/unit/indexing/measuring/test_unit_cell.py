"""Lattice parameters of a strained crystal, from its pattern and the cell before the strain."""

from dataclasses import replace

import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phases
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.indexing.measuring.unit_cell import refine_cell
from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from tests.rendering import spot_image

BY_NAME = {phase.name: phase for phase in read_phases(resources_dir() / "phases")}
SCALE = 0.0045


def refined(name, uvw, factors, *, scale_sigma=0.004, known=True):
    """The cell found with the phase as in its file, from a pattern of the strained one."""
    phase = BY_NAME[name]
    cell = phase.lattice
    strained = replace(
        phase,
        lattice=Lattice(
            *(np.array([cell.a, cell.b, cell.c]) * factors),
            cell.alpha_deg,
            cell.beta_deg,
            cell.gamma_deg,
        ),
    )
    image, _ = spot_image(strained, uvw, scale=SCALE, in_plane_deg=31.0, seed=4)
    stated = (
        Calibration.known(SCALE, ScaleSource.USER, scale_sigma) if known else Calibration.unknown()
    )
    prepared = prepare(Pattern(image, stated, 200.0))
    solution = answer(prepared, IndexingSetup((phase,)))
    return refine_cell(prepared, solution.candidates[0], phase), strained.lattice


@pytest.mark.parametrize(
    ("name", "uvw", "factors", "names"),
    [
        ("PuO2", (1, 1, 0), (1.012, 1.012, 1.012), {"a", "b", "c"}),
        ("alpha-Zr", (1, 1, 0), (1.0, 1.0, 1.015), {"a", "b", "c"}),
        ("alpha-Zr", (0, 0, 1), (1.01, 1.01, 1.0), {"a", "b"}),
        ("ZrO2_mono", (0, 1, 0), (1.01, 1.0, 0.99), {"a", "c", "beta_deg"}),
    ],
)
def test_a_strained_cell_is_recovered_within_its_uncertainty(name, uvw, factors, names):
    cell, true = refined(name, uvw, np.array(factors))
    assert set(cell.parameters) == names
    for parameter, found in cell.parameters.items():
        assert abs(found.value - getattr(true, parameter)) < 2.5 * found.sigma
        # no better than the scale for lengths, and no worse than the ellipse leaves them
        assert found.sigma < 0.03 * found.value
        if parameter in "abc":
            assert found.sigma >= 0.004 * found.value


def test_what_the_zone_does_not_determine_is_named_and_not_guessed():
    cell, _ = refined("alpha-Zr", (0, 0, 1), np.ones(3))
    assert cell.undetermined == ("c",)
    assert cell.sentence == "This zone axis does not determine c."
    assert cell.to_record().undetermined == ("c",)


def test_a_cubic_cell_stays_cubic():
    cell, _ = refined("PuO2", (1, 1, 0), np.full(3, 0.99))
    values = [p.value for p in cell.parameters.values()]
    assert np.ptp(values) < 1e-9


def test_without_a_scale_there_is_a_sentence_and_no_cell():
    cell, _ = refined("PuO2", (1, 1, 0), np.ones(3), known=False)
    assert not cell.parameters
    assert "known scale" in cell.sentence


def test_a_vague_scale_makes_a_vague_cell():
    sharp, _ = refined("PuO2", (1, 1, 0), np.ones(3), scale_sigma=0.001)
    vague, _ = refined("PuO2", (1, 1, 0), np.ones(3), scale_sigma=0.02)
    assert vague.parameters["a"].sigma > 5 * sharp.parameters["a"].sigma
