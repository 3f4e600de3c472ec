"""The judge's reasons for one candidate and against another."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from saed_desktop.indexing.deciding.by_judge import bundled_judge, judged_shares
from saed_desktop.indexing.deciding.centers import View
from saed_desktop.indexing.deciding.evidence_parts import Part
from saed_desktop.indexing.deciding.fit_tokens import NUMBER_FEATURES, fit_tokens
from saed_desktop.indexing.deciding.judge_explained import (
    OF_PATTERN,
    PART_OF_NUMBER,
    SUMS,
    explain_judged,
)
from saed_desktop.indexing.deciding.judged_spots import judged_spot_weights
from saed_desktop.indexing.deciding.posterior import best_per_phase
from saed_desktop.indexing.details import comparison_record
from saed_desktop.indexing.pipeline import answer
from saed_desktop.indexing.setup import IndexingSetup, bundled_phases
from saed_desktop.indexing.solving.fitting.likelihood import (
    FINAL,
    TEMPER,
    evaluate_likelihood,
)
from saed_desktop.indexing.solving.fitting.prediction import PredictedReflections
from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.match import match_phases
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.network.judge import Judge
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.readers import find_patterns, read_pattern
from saed_desktop.results.comparison_record import comparison_words

PHASES = bundled_phases()
COPY = "copy"


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


def explained(view, first, second, phases=PHASES, priors=None):
    return explain_judged(bundled_judge(), view, phases, priors or {}, first=first, second=second)


def test_every_number_of_a_fit_has_its_place(view):
    assert sorted([*PART_OF_NUMBER, *SUMS, *OF_PATTERN]) == sorted(NUMBER_FEATURES)
    best = best_per_phase(view.candidates)
    crystals = [next(p for p in PHASES if p.name == c.phase) for c in best]
    numbers = fit_tokens(best, crystals, observe(view.prepared), view.prepared.spot_lattice).numbers
    of_pattern = [NUMBER_FEATURES.index(name) for name in OF_PATTERN]
    assert np.ptp(numbers[:, of_pattern], axis=0) == pytest.approx(0)


def test_the_parts_sum_to_what_the_judge_says(view):
    best = best_per_phase(view.candidates)
    crystals = [next(p for p in PHASES if p.name == c.phase) for c in best]
    observation = observe(view.prepared)
    shares = judged_shares(bundled_judge(), best, crystals, observation, view.prepared.spot_lattice)
    for i in range(1, len(best)):
        first, second = best[0].phase, best[i].phase
        found = explained(view, first, second)
        assert sum(found.parts.values()) == pytest.approx(np.log(shares[0] / shares[i]), abs=1e-3)
        other = explained(view, second, first)
        for part in Part:
            assert other.parts[part] == pytest.approx(-found.parts[part], abs=1e-4)


def test_priors_stand_beside_the_parts(view):
    first, second = (c.phase for c in best_per_phase(view.candidates)[:2])
    plain = explained(view, first, second)
    found = explained(view, first, second, priors={second: 4.0})
    assert found.parts == plain.parts and found.log_prior == pytest.approx(-np.log(4))
    assert found.lead == pytest.approx(plain.lead - np.log(4))


def test_nothing_is_said_where_the_judge_was_not_asked(view):
    first, second = (c.phase for c in best_per_phase(view.candidates)[:2])
    assert explained(view, first, first) is None
    assert explained(view, first, "no phase") is None
    far = tuple(
        replace(c, scale_inv_angstrom_per_px=2 * c.scale_inv_angstrom_per_px)
        for c in view.candidates
    )
    assert explained(replace(view, candidates=far), first, second) is None


def with_copy(view, change):
    """Return the view with a copy of the best fit that is worse in one thing, and the crystals.

    `change` takes the reflections' log intensities and places, and returns others.
    """
    best = best_per_phase(view.candidates)[0]
    observation = observe(view.prepared)
    match = best.match
    log_intensity, xy = np.log(match.intensity), match.xy
    worse = []
    for name, (log_i, place) in (
        (best.phase, (log_intensity, xy)),
        (COPY, change(log_intensity, xy, match.is_matched)),
    ):
        more = len(place) - len(xy)
        offsets = place - np.array(observation.center_xy)
        n = len(place)
        predicted = PredictedReflections(
            1, np.zeros(n, np.int64), np.arange(n, dtype=np.int64), offsets, log_i
        )
        fit = evaluate_likelihood(observation, predicted, FINAL)
        likelihood = float(fit.log_likelihood[0])
        spot = np.where(fit.spot >= 0, observation.index[np.maximum(fit.spot, 0)], -1)
        changed = replace(
            match,
            hkl=np.concatenate([match.hkl, match.hkl[:more] * 7]),
            xy=place,
            intensity=np.exp(log_i - log_i.max()),
            visible=fit.visible,
            spot=spot,
            forbidden=np.concatenate([match.forbidden, np.zeros(more, bool)]),
            residual_px=np.where(spot >= 0, fit.distance_px, np.nan),
        )
        prior = best.log_posterior - TEMPER * best.log_likelihood
        found = float(fit.visible[spot >= 0].sum() / fit.visible.sum())
        worse.append(
            replace(
                best,
                phase=name,
                match=changed,
                weak=(),
                log_likelihood=likelihood,
                log_posterior=TEMPER * likelihood + prior,
                score=2 * found / (1 + found),
                matched=int((spot >= 0).sum()),
                unexplained=len(observation) - int((spot >= 0).sum()),
                missing=int(((fit.visible > 0.5) & (spot < 0)).sum()),
            )
        )
    crystal = next(p for p in PHASES if p.name == best.phase)
    rest = tuple(c for c in view.candidates if c.phase != best.phase)
    return replace(view, candidates=(*worse, *rest)), (*PHASES, replace(crystal, name=COPY)), best


def share_of(found, part):
    return abs(found.parts[part]) / sum(abs(v) for v in found.parts.values())


def test_intensities_alone_carry_what_wrong_intensities_cost(view):
    def scramble(log_intensity, xy, matched):
        spoilt = log_intensity.copy()
        # the bright ones faint and the faint ones bright, by little enough that all are seen
        spoilt[matched] = log_intensity[matched].mean() + 0.9 * np.resize([1, -1], matched.sum())
        return spoilt, xy

    spoilt, phases, best = with_copy(view, scramble)
    found = explained(spoilt, best.phase, COPY, phases)
    assert found.lead > 0.5
    assert max(found.parts, key=lambda part: found.parts[part]) is Part.INTENSITIES
    assert share_of(found, Part.INTENSITIES) > 0.8


def test_missing_reflections_carry_what_they_cost(view):
    def more(log_intensity, xy, matched):
        center = np.array(observe(view.prepared).center_xy)
        strong = np.argsort(-log_intensity)[:5]
        # between the spots, where there is none
        places = center + 0.47 * (xy[strong] - center)
        return (
            np.concatenate([log_intensity, log_intensity[strong]]),
            np.concatenate([xy, places]),
        )

    spoilt, phases, best = with_copy(view, more)
    found = explained(spoilt, best.phase, COPY, phases)
    assert found.lead > 0.5
    assert max(found.parts, key=lambda part: found.parts[part]) is Part.MISSING
    assert share_of(found, Part.MISSING) > 0.8


def test_spots_that_only_one_explains_weigh_most(view):
    dark: list[int] = []

    def without(log_intensity, xy, matched):
        # two reflections of the copy are too faint to be claimed: their spots are left over
        dark.extend(np.flatnonzero(matched)[:2])
        keep = np.ones(len(xy), bool)
        keep[dark] = False
        moved = xy.copy()
        center = np.array(observe(view.prepared).center_xy)
        moved[dark] = [center + 3.0, center - 3.0]
        faint = np.where(keep, log_intensity, -12.0)
        return faint, moved

    spoilt, phases, best = with_copy(view, without)
    weights = judged_spot_weights(bundled_judge(), spoilt, phases, first=best.phase, second=COPY)
    own = {int(best.match.spot[i]) for i in dark}
    by_spot = dict(zip(weights.spot.tolist(), weights.weight.tolist(), strict=True))
    mine = [by_spot[spot] for spot in own]
    assert min(mine) > 0
    assert max(by_spot.values()) == pytest.approx(max(mine))


def test_a_judge_that_leans_on_nothing_gives_no_reasons(view, monkeypatch):
    """The reasons come from the judge's own answers, not from the fits."""

    class Even(Judge):
        def __init__(self):
            pass

        def judge(self, values, behind, odds, *, is_scaled):
            real = bundled_judge().judge(values, behind, odds, is_scaled=is_scaled)
            return replace(real, shares=np.full(len(behind), 1 / len(behind)))

    first, second = (c.phase for c in best_per_phase(view.candidates)[:2])
    found = explain_judged(Even(), view, PHASES, {}, first=first, second=second)
    assert all(value == pytest.approx(0) for value in found.parts.values())


def test_a_record_says_why_the_likeliest_and_not_the_next(view):
    setup = IndexingSetup(PHASES, priors={"PuO": 0.5})
    solution = answer(view.prepared, setup)
    found = comparison_record(solution, PHASES, setup.priors)
    shares = solution.among_candidates
    likeliest, next_one = sorted(shares, key=lambda name: -shares[name])[:2]
    assert (found.first, found.second) == (likeliest, next_one)
    # the record comes to what the probabilities say
    assert found.log_odds == pytest.approx(np.log(shares[likeliest] / shares[next_one]), abs=0.01)
    assert sum(found.parts.values()) == pytest.approx(found.log_odds, abs=0.01)
    sizes = [abs(value) for value in found.parts.values()]
    assert sizes == sorted(sizes, reverse=True)
    words = comparison_words(found)
    assert words.startswith(f"{likeliest} ") and f" as {next_one}, by " in words
    other = structs.replace(found, log_odds=-found.log_odds)
    assert comparison_words(other).startswith(f"{next_one} ")
    assert f"(factors for {likeliest})" in comparison_words(other)


def test_a_single_candidate_has_nothing_to_be_compared_with(view):
    alone = [phase for phase in PHASES if phase.name == best_per_phase(view.candidates)[0].phase]
    solution = answer(view.prepared, IndexingSetup(tuple(alone)))
    assert comparison_record(solution, alone, {}) is None
