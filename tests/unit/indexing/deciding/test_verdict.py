"""The verdict where network and spot indexing name the same phase, and where one is unsure."""

from dataclasses import replace

import numpy as np
import pytest

from saed_desktop.indexing.deciding.posterior import best_per_phase
from saed_desktop.indexing.deciding.reasons import why_more
from saed_desktop.indexing.deciding.verdict import combine_evidence
from saed_desktop.indexing.deciding.verdict_options import DEFAULT_VERDICT
from saed_desktop.indexing.pipeline import IndexingSetup, bundled_phases, index_pattern
from saed_desktop.network.session import Prediction
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.kind import PatternKind
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.results.reason import Reason, ReasonKind
from saed_desktop.results.record import Status, Verdict
from tests.rendering import spot_image

NAMES = [phase.name for phase in bundled_phases()]
SCALE = 0.0042


def solved(phase, zone):
    image, _ = spot_image(phase, zone, scale=SCALE, in_plane_deg=31.0, seed=4)
    calibration = Calibration.known(1.003 * SCALE, ScaleSource.USER, 0.01)
    return index_pattern(Pattern(image, calibration, 200.0), IndexingSetup(bundled_phases()))


@pytest.fixture(scope="module")
def oxide():
    return solved("PuO2", (0, 1, 1))


@pytest.fixture(scope="module")
def metal():
    # hcp and its ordered suboxides share this lattice
    return solved("alpha-Zr", (0, 0, 1))


def judged(solution, probabilities):
    network = Prediction(probabilities, tuple(probabilities)[:1], 0.99)
    return combine_evidence(solution.prepared, solution.candidates, network, NAMES)


def with_best(best, share):
    rest = (1 - share) / (len(NAMES) - 1)
    return {name: share if name == best else rest for name in NAMES}


@pytest.mark.parametrize("share", [0.15, 0.25, 0.4, 0.6, 0.8, 0.95])
def test_who_names_the_same_phase_agrees_from_twice_the_odds_on(oxide, share):
    found = judged(oxide, with_best("PuO2", share))
    assert (found.status, found.phase) == (Status.INDEXED, "PuO2")
    # spot indexing is sure, so what is wanted is the network's own word
    assert found.probability > DEFAULT_VERDICT.agree_min_probability
    assert (found.verdict is Verdict.AGREE) == (
        share >= DEFAULT_VERDICT.agree_min_network_probability
    )


def test_priors_are_worth_as_much_beside_indexing_as_without_it(oxide):
    # the spots fit all phases alike, so that only the priors speak
    even = [replace(c, log_posterior=20.0) for c in best_per_phase(oxide.candidates)]
    level = [replace(even[0], phase=name) for name in NAMES]
    priors = {"PuO2": 6.0}
    told = {name: priors.get(name, 1.0) / (len(NAMES) + 5) for name in NAMES}
    network = Prediction(told, ("PuO2",), 0.99)
    for prediction in (network, None):
        found = combine_evidence(oxide.prepared, level, prediction, NAMES, priors=priors)
        odds = found.probabilities["PuO2"] / found.probabilities["PuO"]
        assert odds == pytest.approx(6.0)


def test_without_a_network_priors_say_which_of_equal_fits_is_named(oxide):
    best = best_per_phase(oxide.candidates)[0]
    level = [replace(best, phase=name, log_posterior=20.0) for name in NAMES]
    for name in NAMES[:2]:
        found = combine_evidence(oxide.prepared, level, None, NAMES, priors={name: 6.0})
        assert found.phase == name and set(found.prediction_set) == set(NAMES)
    ahead = [replace(c, log_posterior=24.0) if c.phase == NAMES[0] else c for c in level]
    found = combine_evidence(oxide.prepared, ahead, None, NAMES, priors={NAMES[1]: 6.0})
    assert found.phase == NAMES[0]


def test_a_network_that_hardly_knows_leaves_the_word_to_indexing(oxide):
    fits = {c.phase: c.log_posterior for c in best_per_phase(oxide.candidates)}
    own = fits.pop("PuO2")
    assert own > max(fits.values()) + DEFAULT_VERDICT.tie_log_posterior
    weak = judged(oxide, with_best("PuO2", 0.13))
    assert weak.verdict is Verdict.INDEXING_ONLY
    assert weak.reasons[-1].kind == ReasonKind.NETWORK_AGREES_UNSURE


def test_where_the_spots_fit_several_phases_an_unsure_network_stands_alone(metal):
    tied = [c.phase for c in best_per_phase(metal.candidates)][:3]
    assert set(tied) == {"alpha-Zr", "Zr3O_R32", "Zr3O_R-3c"}
    spread = dict.fromkeys(NAMES, 0.01) | {"alpha-Zr": 0.33, "Zr3O_R32": 0.28, "Zr3O_R-3c": 0.32}
    found = judged(metal, spread)
    assert found.phase == "alpha-Zr"
    assert found.probability < DEFAULT_VERDICT.agree_min_probability
    assert found.verdict is Verdict.NETWORK_ONLY
    assert found.reasons[-1].kind == ReasonKind.NETWORK_UNSURE_BETWEEN
    sure = dict.fromkeys(NAMES, 0.001) | {"alpha-Zr": 0.992}
    assert judged(metal, sure).verdict is Verdict.AGREE


@pytest.mark.parametrize(
    ("kind", "share", "known", "named"),
    [
        (PatternKind.FEW, 0.9, True, True),
        (PatternKind.FEW, 0.7, True, False),
        (PatternKind.FEW, 0.9, False, False),
        (PatternKind.RINGS, 0.99, True, False),
        (PatternKind.AMORPHOUS, 0.99, True, False),
    ],
)
def test_of_patterns_without_a_lattice_only_few_spots_are_named(oxide, kind, share, known, named):
    prepared = replace(oxide.prepared, kind=kind)
    network = Prediction(with_best("PuO2", share), ("PuO2",), 0.99, 0.0 if known else 0.995)
    found = combine_evidence(prepared, (), network, NAMES)
    assert found.phase == ("PuO2" if named else None)
    assert found.verdict is (Verdict.NETWORK_ONLY if named else Verdict.NONE)
    if named:
        assert found.among_candidates["PuO2"] == pytest.approx(share)
        assert found.probability < share
        assert found.prediction_set == ("PuO2",)


def test_few_spots_are_not_named_among_phases_that_the_network_never_saw(oxide):
    prepared = replace(oxide.prepared, kind=PatternKind.FEW)
    network = Prediction(with_best("PuO2", 0.9), ("PuO2",), 0.99)
    assert combine_evidence(prepared, (), network, [*NAMES, "gold"]).verdict is Verdict.NONE
    assert combine_evidence(prepared, (), None, NAMES).verdict is Verdict.NONE


@pytest.mark.parametrize(
    ("best", "lead", "named"),
    [("PuO2", 8.0, True), ("alpha-Zr", 8.0, False), ("alpha-Zr", 60, True)],
)
def test_a_network_that_knows_no_such_pattern_can_forbid_but_not_name(oxide, best, lead, named):
    unknowing = Prediction(with_best(best, 0.995), (best,), 0.05, 0.5)
    own, *_ = best_per_phase(oxide.candidates)
    others = [
        replace(own, phase=name, log_posterior=own.log_posterior - lead)
        for name in NAMES
        if name != own.phase
    ]
    found = combine_evidence(oxide.prepared, [own, *others], unknowing, NAMES)
    assert found.verdict is (Verdict.INDEXING_ONLY if named else Verdict.NONE)
    assert found.phase == ("PuO2" if named else None)
    assert (Reason(kind=ReasonKind.NETWORK_AGAINST) in found.reasons) != named


@pytest.mark.parametrize(("indexing", "known"), [(1.0, True), (0.5, False), (0.0, False)])
def test_a_fit_speaks_for_a_pattern_that_the_network_doubts(oxide, indexing, known):
    # just below the line by the network alone
    doubting = Prediction(with_best("PuO2", 0.9), ("PuO2",), 0.48, 0.5)
    found = combine_evidence(
        oxide.prepared, oxide.candidates, doubting, NAMES, in_candidates=indexing
    )
    assert (found.in_distribution >= 0.5) == known
    assert (found.verdict is Verdict.AGREE) == known
    weight = DEFAULT_VERDICT.in_distribution_weight
    even = np.log(found.in_distribution / (1 - found.in_distribution))
    assert even == pytest.approx(np.log(0.48 / 0.52) + weight * (indexing - 0.5))


def test_of_other_candidates_indexing_says_nothing_of_what_the_network_knows(oxide):
    doubting = Prediction(with_best("PuO2", 0.9), ("PuO2",), 0.48, 0.5)
    found = combine_evidence(
        oxide.prepared, oxide.candidates, doubting, [*NAMES, "gold"], in_candidates=1.0
    )
    assert found.in_distribution == 0.48


def test_a_network_has_no_say_in_phases_that_it_was_never_shown(oxide):
    foreign = Prediction({"A": 0.9, "B": 0.1}, ("A",), 0.05, 0.5)
    own, *_ = best_per_phase(oxide.candidates)
    # a rival that fits too poorly to be named, and is likelier
    rival = replace(own, phase="rival", log_likelihood=10.0, log_posterior=own.log_posterior + 1)
    names = [own.phase, "rival"]
    found = combine_evidence(oxide.prepared, [own, rival], foreign, names)
    assert found == replace(
        combine_evidence(oxide.prepared, [own, rival], None, names),
        in_distribution=foreign.in_distribution,
        reasons=found.reasons,
    )
    assert found.phase == own.phase
    assert Reason(kind=ReasonKind.NETWORK_AGAINST) not in found.reasons
    assert found.prediction_set == ("rival", own.phase)


def test_no_answer_is_about_the_candidates_and_nothing_else(oxide):
    rings = replace(oxide.prepared, kind=PatternKind.RINGS)
    network = Prediction(with_best("PuO2", 0.9), ("PuO2",), 0.05, 0.5)
    few = NAMES[:3]
    assert combine_evidence(rings, (), network, ["gold", "Si"]).probabilities == {
        "gold": 0.5,
        "Si": 0.5,
    }
    found = combine_evidence(rings, (), network, few).probabilities
    assert list(found) == few and sum(found.values()) == pytest.approx(1)
    none = combine_evidence(oxide.prepared, (), network, ["gold"])
    assert Reason(kind=ReasonKind.NOTHING_KNOWN_EXPLAINS) not in none.reasons


@pytest.mark.parametrize("scaled", [True, False])
def test_a_network_is_not_heard_about_a_pattern_that_is_strange_to_it(oxide, scaled):
    calibration = oxide.prepared.pattern.calibration if scaled else Calibration.unknown()
    pattern = oxide.prepared.pattern.with_calibration(calibration)
    unknowing = Prediction(with_best("PuO2", 0.9), ("PuO2",), 0.05, 0.5)
    prepared = replace(oxide.prepared, pattern=pattern)
    found = combine_evidence(prepared, oxide.candidates, unknowing, NAMES, in_candidates=0.2)
    assert (found.phase is None) is scaled
    if not scaled:
        assert ReasonKind.NETWORK_KNOWS_NONE in [reason.kind for reason in found.reasons]


@pytest.mark.parametrize(("lead", "named"), [(4.0, None), (15.0, "PuO2")])
def test_what_is_far_ahead_of_all_others_is_not_foreign(oxide, lead, named):
    fits = best_per_phase(oxide.candidates)
    own = next(c for c in fits if c.phase == "PuO2")
    others = [replace(c, log_posterior=own.log_posterior - lead) for c in fits if c.phase != "PuO2"]
    strange = Prediction(with_best("PuO2", 0.3), ("PuO2",), 0.001, open_set_threshold=0.4)
    found = combine_evidence(oxide.prepared, [own, *others], strange, NAMES, in_candidates=0.6)
    assert found.phase == named


def test_an_answer_most_of_whose_reflections_are_missing_is_not_sure(oxide):
    fits = best_per_phase(oxide.candidates)
    missing = [replace(c, missing=60) if c.phase == "PuO2" else c for c in fits]
    network = Prediction(with_best("PuO2", 0.95), ("PuO2",), 0.99)
    whole = combine_evidence(oxide.prepared, fits, network, NAMES, in_candidates=0.7)
    found = combine_evidence(oxide.prepared, missing, network, NAMES, in_candidates=0.7)
    assert whole.verdict is Verdict.AGREE
    assert found.phase == "PuO2"
    assert found.none_of_these > 1.5 * whole.none_of_these
    assert found.verdict is not Verdict.AGREE
    assert sum(found.probabilities.values()) + found.none_of_these == pytest.approx(1)
    kinds = [r.kind for r in why_more(missing[0], ())]
    assert kinds == [ReasonKind.MOSTLY_MISSING]
    assert not why_more(fits[0], ())


@pytest.mark.parametrize(
    ("indexing", "verdict"), [(0.6, Verdict.AGREE), (0.2, Verdict.INDEXING_ONLY)]
)
def test_they_agree_only_where_an_unknown_crystal_is_less_likely(oxide, indexing, verdict):
    network = Prediction(with_best("PuO2", 0.95), ("PuO2",), 0.99)
    found = combine_evidence(
        oxide.prepared, oxide.candidates, network, NAMES, in_candidates=indexing
    )
    assert found.phase == "PuO2"
    assert found.verdict is verdict
    unknown = ReasonKind.UNKNOWN_CRYSTAL in [r.kind for r in found.reasons]
    assert unknown == (verdict is not Verdict.AGREE)
