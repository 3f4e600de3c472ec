"""Crystals that one pattern cannot tell apart: no sure name, and none of them excluded."""

import pytest

from saed_desktop.indexing.pipeline import IndexingSetup, bundled_phases, index_pattern
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from tests.benchmarks.real_patterns import common_crystals
from tests.rendering import spot_image

CRYSTALS = {p.name: p for p in (*bundled_phases(), *common_crystals())}
SCALE = 0.0042
METALS = ("Al", "Ag", "Au")


@pytest.mark.parametrize(
    ("truth", "zone", "names"),
    [
        # a differs by 0.9 %, less than the scale's uncertainty
        ("Al", (0, 0, 1), METALS),
        ("Ag", (1, 1, 2), METALS),
        ("Au", (0, 1, 1), METALS),
        # along [111] both show the 220 family and its multiples; a differs by 0.7 %
        ("Si", (1, 1, 1), ("Si", "PuO2")),
        ("PuO2", (1, 1, 1), ("Si", "PuO2")),
    ],
)
def test_what_only_the_composition_tells_apart_is_a_tie(truth, zone, names):
    image, _ = spot_image(CRYSTALS[truth], zone, scale=SCALE, in_plane_deg=32.0, seed=1)
    calibration = Calibration.known(1.003 * SCALE, ScaleSource.USER, 0.02)
    setup = IndexingSetup(tuple(CRYSTALS[name] for name in names))
    solution = index_pattern(Pattern(image, calibration, 200.0), setup)
    assert set(solution.prediction_set) == set(names)
    even = 1 / len(names)
    assert all(abs(p - even) < 0.15 for p in solution.among_candidates.values())
