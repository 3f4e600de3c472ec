"""A second crystal in a pattern is named, and the reasons tell of it."""

import numpy as np
import pytest

from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from tests.benchmarks.two_crystals import AL, CANDIDATES, RUTILE, SI, Crystal, draw

PAIRS = (
    ((Crystal(SI, (0, 1, 1)), 10.0), (Crystal(SI, (1, 1, 2)), 77.0), "A further grain"),
    ((Crystal(RUTILE, (0, 0, 1)), 30.0), (Crystal(AL, (0, 1, 1)), 111.0), "A further crystal"),
)


@pytest.mark.parametrize(("first", "second", "words"), PAIRS)
def test_a_second_crystal_is_named_and_told_of(first, second, words):
    image, scale, _ = draw((first, second), np.random.default_rng(6))
    stated = Calibration.known(scale, ScaleSource.USER, 0.02)
    solution = answer(prepare(Pattern(image, stated, 200.0)), IndexingSetup(CANDIDATES))
    crystals = (first[0], second[0])
    named = solution.candidates[0]
    assert [c.is_named(named) for c in crystals].count(True) == 1
    other = crystals[1] if crystals[0].is_named(named) else crystals[0]
    assert any(other.is_named(found) for found in solution.further_crystals)
    told = [r for r in solution.to_record().reasons if r.kind == "further-crystal"]
    assert told
    assert told[0].phase == other.phase.name
    assert told[0].text.startswith(words)
    assert f"explains {told[0].matched} more" in told[0].text
