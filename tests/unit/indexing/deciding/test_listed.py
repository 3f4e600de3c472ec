"""How probable it is that a pattern is of a crystal on the list."""

from itertools import product

import pytest

from saed_desktop.indexing.deciding.listed import (
    MOST_SURE,
    PRIOR_LISTED,
    ListedEvidence,
    probability_listed,
)

LEVELS = (0.0, 0.02, 0.2, 0.5, 0.8, 0.98, 1.0)


@pytest.mark.parametrize("is_scaled", [True, False])
def test_more_evidence_never_makes_a_listed_crystal_less_likely(is_scaled):
    def listed(spots, network, **more):
        return probability_listed(ListedEvidence(spots, network, is_scaled, **more))

    for other in (*LEVELS, None):
        by_spots = [listed(level, other) for level in LEVELS]
        assert by_spots == sorted(by_spots)
        if other is not None:
            by_network = [listed(other, level) for level in LEVELS]
            assert by_network == sorted(by_network)
            assert listed(other, 0.5, is_mostly_missing=True) < listed(other, 0.5)
            leads = [listed(other, 0.5, lead=lead) for lead in (0.0, 3.0, 15.0, 100.0)]
            assert leads == sorted(leads)


def test_no_pattern_excludes_all_other_crystals_and_none_is_excluded():
    for spots, network, scaled in product((*LEVELS, None), (*LEVELS, None), (True, False)):
        found = probability_listed(ListedEvidence(spots, network, scaled, lead=50.0))
        assert 0 < found <= MOST_SURE


def test_without_evidence_it_is_what_was_assumed():
    assert probability_listed(ListedEvidence(None, None, is_scaled=True)) == PRIOR_LISTED
    assert probability_listed(ListedEvidence(None, None, is_scaled=True), prior=0.3) == 0.3


def test_the_prior_counts_as_odds():
    evidence = ListedEvidence(0.7, 0.6, is_scaled=True)
    even = probability_listed(evidence, prior=0.5)
    likely = probability_listed(evidence, prior=0.8)
    assert likely / (1 - likely) == pytest.approx(4 * even / (1 - even))


def test_a_known_scale_makes_both_witnesses_surer():
    for sure, none in ((0.99, 0.01),):
        known, unknown = (
            probability_listed(ListedEvidence(sure, sure, is_scaled))
            - probability_listed(ListedEvidence(none, none, is_scaled))
            for is_scaled in (True, False)
        )
        assert known > unknown > 0.3
