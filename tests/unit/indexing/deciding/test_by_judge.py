"""What the judge makes of the fits of a pattern: probabilities among the candidates, no more."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from saed_desktop.indexing.deciding.by_judge import bundled_judge, judged_priors, judged_shares
from saed_desktop.indexing.deciding.centers import View
from saed_desktop.indexing.deciding.fit_features import FIT_FEATURES
from saed_desktop.indexing.deciding.posterior import best_per_phase, fused_probabilities
from saed_desktop.indexing.deciding.verdict_options import DEFAULT_VERDICT
from saed_desktop.indexing.pipeline import bundled_phases
from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.match import match_phases
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.readers import find_patterns, read_pattern

PHASES = bundled_phases()
NAMES = [phase.name for phase in PHASES]


@pytest.fixture(scope="module")
def view():
    path = find_patterns([Path(resources_dir() / "patterns")])[0]
    pattern = read_pattern(path)
    if not pattern.calibration.is_known:
        pattern = pattern.with_calibration(Calibration.known(0.004, ScaleSource.USER, 0.05))
    prepared = prepare(pattern)
    observation = observe(prepared)
    pairs = find_basis_pairs(observation, prepared.spot_lattice)
    return View(prepared, tuple(match_phases(PHASES, observation, pairs)))


def probabilities(view, priors, exponent=1.0):
    return fused_probabilities(
        view.candidates,
        None,
        NAMES,
        priors,
        network_exponent=1.0,
        indexing_exponent=1.0,
        alone_exponent=exponent,
    )


def judged(view, priors=None, judge=None):
    return judged_priors(judge or bundled_judge(), view, PHASES, priors or {}, DEFAULT_VERDICT)


def test_the_bundled_judge_reads_what_the_program_builds():
    assert bundled_judge().card.features == FIT_FEATURES
    assert bundled_judge().card.measured["set_holds"] > 0


def test_spot_indexing_times_the_factors_is_what_the_judge_says(view):
    best = best_per_phase(view.candidates)
    crystals = [next(p for p in PHASES if p.name == c.phase) for c in best]
    observation = observe(view.prepared)
    shares = judged_shares(bundled_judge(), best, crystals, observation, view.prepared.spot_lattice)
    assert shares.sum() == pytest.approx(1)
    found = probabilities(view, judged(view))
    likely = [i for i, p in enumerate(shares) if p > 0.01]
    total = sum(found[c.phase] for c in best)
    for i in likely:
        assert found[best[i].phase] / total == pytest.approx(shares[i], abs=0.01)


def test_priors_count_beside_the_judge(view):
    name = best_per_phase(view.candidates)[0].phase
    plain, wanted = judged(view), judged(view, {name: 0.25})
    assert wanted[name] == pytest.approx(0.25 * plain[name])
    assert all(wanted[other] == pytest.approx(plain[other]) for other in NAMES if other != name)


def test_without_a_judge_or_on_another_scale_priors_stay(view):
    assert judged_priors(None, view, PHASES, {"PuO2": 2.0}, DEFAULT_VERDICT) == {"PuO2": 2.0}
    far = tuple(
        replace(c, scale_inv_angstrom_per_px=2 * c.scale_inv_angstrom_per_px)
        for c in view.candidates
    )
    assert judged(replace(view, candidates=far)) == {}
    assert judged(replace(view, candidates=view.candidates[:1])) == {}


def test_names_and_order_make_no_difference(view):
    one = judged(view)
    turned = judged(replace(view, candidates=view.candidates[::-1]))
    assert {n: turned[n] for n in NAMES} == pytest.approx({n: one[n] for n in NAMES})
    assert np.isfinite(list(one.values())).all()
