"""Which pairs of reciprocal vectors two measured ones may be."""

import numpy as np
import pytest

from saed_desktop.indexing.solving.hypotheses.pair_hypotheses import Tolerance, fitting_pairs
from saed_desktop.indexing.solving.phase_table import phase_table
from saed_desktop.library.collection import bundled_collection, named

SCALE = 0.005
TOLERANCE = Tolerance(length=0.0128, ratio=0.02, angle_deg=1.1)


def n_pairs(mean_off: float, ratio_off: float, *, scale: float | None = SCALE) -> int:
    """Return how many pairs of 220 of silicon fit two vectors of a [111] pattern."""
    table = phase_table(named(bundled_collection(), "Si").phase, 0.6)
    length = 2 * np.sqrt(2) / table.phase.lattice.a / SCALE
    measured = length * np.exp([mean_off + ratio_off / 2, mean_off - ratio_off / 2])
    found = fitting_pairs(
        table, tuple(measured.tolist()), np.deg2rad(60), scale, TOLERANCE, (0.004, 0.006)
    )
    assert len(found[0]) == len(found[1])
    return len(found[0])


@pytest.mark.parametrize("mean_off", [0.027, -0.027])
@pytest.mark.parametrize("ratio_off", [0.039, -0.039])
def test_a_scale_and_an_ellipse_may_both_be_two_deviations_off(mean_off, ratio_off):
    # one vector is 4.6 % off the stated scale, farther than three deviations of the scale alone,
    # and it does not matter whether it is the first
    assert n_pairs(mean_off, ratio_off) == n_pairs(0.0, 0.0) > 0


@pytest.mark.parametrize("sign", [1, -1])
def test_beyond_three_deviations_of_scale_or_ratio_nothing_fits(sign):
    assert n_pairs(sign * 0.9 * 3 * TOLERANCE.length, 0.0) > 0
    assert n_pairs(sign * 1.1 * 3 * TOLERANCE.length, 0.0) == 0
    assert n_pairs(0.0, sign * 0.9 * 3 * TOLERANCE.ratio) > 0
    assert n_pairs(0.0, sign * 1.1 * 3 * TOLERANCE.ratio) == 0


def test_without_a_scale_the_ratio_alone_counts():
    assert n_pairs(0.05, 0.039, scale=None) == n_pairs(0.0, 0.0, scale=None) > 0
    assert n_pairs(0.05, 0.07, scale=None) == 0
