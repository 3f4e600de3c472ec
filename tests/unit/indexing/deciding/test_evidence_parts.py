"""The parts that a fit's log posterior is taken apart into."""

from pathlib import Path

import numpy as np
import pytest

from saed_desktop.indexing.deciding.evidence_parts import PARTS, Part, evidence_parts
from saed_desktop.indexing.pipeline import bundled_phases
from saed_desktop.indexing.solving.fitting.likelihood import TEMPER
from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.match import match_phases
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.readers import find_patterns, read_pattern


@pytest.fixture(scope="module", params=range(3))
def fitted(request):
    path = find_patterns([Path(resources_dir() / "patterns")])[request.param]
    pattern = read_pattern(path)
    if not pattern.calibration.is_known:
        pattern = pattern.with_calibration(Calibration.known(0.004, ScaleSource.USER, 0.05))
    prepared = prepare(pattern)
    observation = observe(prepared)
    pairs = find_basis_pairs(observation, prepared.spot_lattice)
    return observation, match_phases(bundled_phases(), observation, pairs)


def test_the_parts_are_the_whole(fitted):
    observation, candidates = fitted
    assert len(candidates) > 3
    for candidate in candidates:
        parts = evidence_parts(candidate, observation)
        assert parts.log_likelihood.sum() == pytest.approx(candidate.log_likelihood)
        whole = TEMPER * parts.log_likelihood.sum() + parts.log_prior.sum()
        assert whole == pytest.approx(candidate.log_posterior)


def test_spots_and_missing_reflections_are_the_likelihood_where_nothing_else_adds(fitted):
    """What the fit itself was worth is found again, reflection by reflection."""
    observation, candidates = fitted
    plain = [c for c in candidates if not c.weak and c.twin is None]
    assert len(plain) > 3
    off = []
    for candidate in plain:
        parts = evidence_parts(candidate, observation)
        missing = parts.log_likelihood[PARTS.index(Part.MISSING)]
        off.append(abs(parts.of_spot.sum() + missing - candidate.log_likelihood))
        matched = np.isin(observation.index, candidate.match.spot)
        assert (parts.of_spot[~matched] == 0).all() and (parts.if_missing[~matched] == 0).all()
        assert (parts.if_missing[matched] < 0).all()
    # of a hundred or so; now and then a reflection at the edge of the scatter is off by a little
    assert np.median(off) < 0.01 and max(off) < 0.5


def test_a_scale_far_off_is_charged_to_the_geometry(fitted):
    observation, candidates = fitted
    at = PARTS.index(Part.GEOMETRY)
    wide = observation.on_scale(observation.scale, 10.0)
    candidate = candidates[-1]
    narrow = observation.on_scale(candidate.scale_inv_angstrom_per_px * 1.04, 0.01)
    # four percent off at one percent: half of the square of about four
    charged = evidence_parts(candidate, narrow).log_prior[at]
    free = evidence_parts(candidate, wide).log_prior[at]
    assert free - charged == pytest.approx(0.5 * (np.log(1.04) / 0.01) ** 2, rel=0.02)
