"""The answer does not depend on how the structure file describes the crystal."""

import numpy as np
import pytest

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.setting import conventional
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.kinematical_images import BY_NAME, SCALE, draw
from tests.settings import described_otherwise

MAGNESIUM = Phase(
    "Mg",
    Lattice(3.209, 3.209, 5.211, 90, 90, 120),
    space_group_from_symbol("P 63/m m c"),
    (Site("Mg", (1 / 3, 2 / 3, 0.25)),),
)
ALUMINIUM = Phase(
    "Al",
    Lattice(4.0495, 4.0495, 4.0495),
    space_group_from_symbol("F m -3 m"),
    (Site("Al", (0, 0, 0)),),
)
RUTILE = Phase(
    "rutile",
    Lattice(4.594, 4.594, 2.958),
    space_group_from_symbol("P 42/m n m"),
    (Site("Ti", (0, 0, 0)), Site("O", (0.3053, 0.3053, 0))),
)


@pytest.mark.parametrize(
    ("phase", "uvw"),
    [
        (MAGNESIUM, (0, 0, 1)),
        (ALUMINIUM, (1, 1, 0)),
        (RUTILE, (1, 1, 1)),
        (BY_NAME["ZrO2_mono"], (1, 0, 1)),
    ],
    ids=lambda value: value.name if isinstance(value, Phase) else "",
)
def test_other_descriptions_of_the_crystal_get_the_same_answer(phase, uvw):
    rng = np.random.default_rng(3)
    image = draw(phase, orientation_of_zone(phase.lattice, uvw, in_plane_deg=31))
    pattern = Pattern(image, Calibration.known(SCALE, ScaleSource.USER, 0.02), 200.0)
    prepared = prepare(pattern)
    expected = answer(prepared, IndexingSetup((phase,)))
    best = expected.candidates[0]
    assert expected.phase == phase.name
    for primitive in (True, False):
        other = described_otherwise(phase, rng, primitive=primitive)
        whole = answer(prepared, IndexingSetup((conventional(other),)))
        assert whole.phase == phase.name
        assert whole.none_of_these == pytest.approx(expected.none_of_these, abs=0.02)
        there = whole.candidates[0]
        assert there.score == pytest.approx(best.score, abs=0.01)
        assert there.matched == best.matched
        assert phase.space_group.canonical_uvw(there.zone_axis) == phase.space_group.canonical_uvw(
            uvw
        )
        # on the axes of the file: other names of the same things
        own = answer(prepared, IndexingSetup((other,))).candidates[0]
        assert own.log_posterior == pytest.approx(there.log_posterior)
        assert own.zone_axis == there.file_zone_axis
        up = own.orientation @ other.lattice.directions(own.zone_axis)
        off = np.rad2deg(np.arccos(-up[2] / np.linalg.norm(up)))
        assert off == pytest.approx(own.off_zone_deg, abs=0.1)
        placed = (other.lattice.g_vectors(own.match.hkl) @ own.orientation.T)[:, :2]
        assumed = (whole_g(there, conventional(other)) @ there.orientation.T)[:, :2]
        np.testing.assert_allclose(placed, assumed, atol=5e-4)
        layers = own.match.hkl @ np.array(own.zone_axis)
        assert np.mean(layers[own.match.is_matched] == 0) > 0.8


def whole_g(candidate, phase):
    """The reciprocal vectors of a candidate's reflections."""
    return phase.lattice.g_vectors(candidate.match.hkl)
