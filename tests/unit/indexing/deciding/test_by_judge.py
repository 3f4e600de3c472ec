"""What the judge makes of the fits of a pattern: probabilities among the candidates, no more."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from saed_desktop.indexing.deciding.by_judge import (
    bundled_judge,
    fit_probabilities,
    judged_fits,
    judged_shares,
)
from saed_desktop.indexing.deciding.centers import View
from saed_desktop.indexing.deciding.fit_features import FIT_FEATURES
from saed_desktop.indexing.deciding.posterior import (
    best_per_phase,
    fused_probabilities,
    indexing_probabilities,
)
from saed_desktop.indexing.deciding.verdict_options import DEFAULT_VERDICT
from saed_desktop.indexing.pipeline import IndexingSetup, bundled_phases
from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.match import match_phases
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.network.session import Prediction
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


def fits(view, judge=None):
    return fit_probabilities(judge or bundled_judge(), view, PHASES, DEFAULT_VERDICT)


def test_the_bundled_judge_reads_what_the_program_builds():
    assert bundled_judge().card.features == FIT_FEATURES
    assert bundled_judge().card.measured["set_holds"] > 0


def test_probabilities_are_what_the_judge_says_of_the_fits(view):
    best = best_per_phase(view.candidates)
    crystals = [next(p for p in PHASES if p.name == c.phase) for c in best]
    observation = observe(view.prepared)
    shares = judged_shares(bundled_judge(), best, crystals, observation, view.prepared.spot_lattice)
    assert shares.sum() == pytest.approx(1)
    found = fits(view)
    assert sum(found.by_phase.values()) == pytest.approx(1)
    assert found.share_of_set == bundled_judge().card.share_of_set
    for candidate, share in zip(best, shares, strict=True):
        assert found.by_phase[candidate.phase] == pytest.approx(share, abs=0.01)


def test_phases_without_a_fit_are_no_likelier_than_those_with_one(view):
    best = best_per_phase(view.candidates)
    few = fits(replace(view, candidates=tuple(best[:3])))
    known = {c.phase for c in best[:3]}
    least = min(few.by_phase[name] for name in known)
    assert all(few.by_phase[name] <= least + 1e-12 for name in NAMES if name not in known)


def test_more_fits_than_it_was_trained_on_keep_their_distance(view):
    best = best_per_phase(view.candidates)
    tail = [
        replace(best[-1], phase=f"far {n}", log_posterior=best[-1].log_posterior - n)
        for n in range(30)
    ]
    crystal = next(p for p in PHASES if p.name == best[-1].phase)
    phases = [*PHASES, *(replace(crystal, name=c.phase) for c in tail)]
    found = fit_probabilities(
        bundled_judge(), replace(view, candidates=(*best, *tail)), phases, DEFAULT_VERDICT
    )
    odds = np.log(found.by_phase["far 28"] / found.by_phase["far 29"])
    assert odds == pytest.approx(1.0)


def test_priors_count_beside_the_judge(view):
    found = fits(view).by_phase
    name = max(found, key=found.get)
    told = fused_probabilities(found, None, {name: 0.25})
    other = next(n for n in NAMES if n != name and found[n] > 0)
    assert told[name] / told[other] == pytest.approx(0.25 * found[name] / found[other])


def test_without_a_judge_or_on_another_scale_the_log_posterior_speaks(view):
    own = indexing_probabilities(view.candidates, NAMES)
    alone = fit_probabilities(None, view, PHASES, DEFAULT_VERDICT)
    assert alone.by_phase == pytest.approx(own) and alone.share_of_set is None
    far = tuple(
        replace(c, scale_inv_angstrom_per_px=2 * c.scale_inv_angstrom_per_px)
        for c in view.candidates
    )
    assert fits(replace(view, candidates=far)).by_phase == pytest.approx(own)
    one = replace(view, candidates=view.candidates[:1])
    assert fits(one).by_phase == pytest.approx(indexing_probabilities(one.candidates, NAMES))


def test_beside_a_network_that_knows_every_phase_the_log_posterior_stands(view):
    even = dict.fromkeys(NAMES, 1 / len(NAMES))
    for knows, expected in (
        ({"gold": 0.9, "silver": 0.1}, fits(view).by_phase),
        ({NAMES[0]: 0.9, "silver": 0.1}, fits(view).by_phase),
        (even, indexing_probabilities(view.candidates, NAMES)),
    ):
        prediction = Prediction(knows, (next(iter(knows)),), 0.9)
        found = fits(replace(view, prediction=prediction)).by_phase
        assert found == pytest.approx(expected)


def test_the_judge_gives_its_reasons_only_where_it_decides_alone(view):
    observation = observe(view.prepared)
    silent = Prediction({"gold": 0.9, "silver": 0.1}, ("gold",), 0.9)
    speaking = Prediction({NAMES[0]: 0.9, "silver": 0.1}, (NAMES[0],), 0.9)
    assert judged_fits(replace(view, prediction=silent), observation)
    assert not judged_fits(replace(view, prediction=speaking), observation)


def test_names_and_order_make_no_difference(view):
    one = fits(view).by_phase
    turned = fits(replace(view, candidates=view.candidates[::-1])).by_phase
    assert {n: turned[n] for n in NAMES} == pytest.approx({n: one[n] for n in NAMES})
    assert np.isfinite(list(one.values())).all()


def test_every_setup_has_the_bundled_judge_unless_it_is_told_not_to():
    assert IndexingSetup(PHASES).judge is bundled_judge()
    assert IndexingSetup(PHASES, judge=None).judge is None
