from dataclasses import dataclass

import pytest

from saed_desktop.indexing.deciding.prediction_set import prediction_set
from saed_desktop.network.session import Prediction


@dataclass(frozen=True)
class Fit:
    """What a set asks of a candidate."""

    phase: str
    log_posterior: float


FITS = [Fit("a", 30.0), Fit("b", 29.0), Fit("c", 26.0), Fit("d", 12.0)]
PROBABILITIES = {"a": 0.5, "b": 0.3, "c": 0.15, "d": 0.05, "no fit": 0.0}


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.3, ("a", "b")), (0.75, ("a", "b")), (0.9, ("a", "b", "c")), (1.0, ("a", "b", "c", "d"))],
)
def test_without_a_scale_the_set_holds_a_share_and_what_is_half_as_likely_as_the_best(
    share, expected
):
    assert prediction_set("a", PROBABILITIES, FITS, None, tie=2.5, share=share) == expected


def test_with_a_scale_what_fits_as_well_is_in_the_set():
    assert prediction_set("a", PROBABILITIES, FITS, None, tie=2.5) == ("a", "b")
    assert prediction_set("a", PROBABILITIES, FITS, None, tie=5.0) == ("a", "b", "c")


def test_the_phase_named_is_in_the_set_whatever_fits():
    assert "no fit" in prediction_set("no fit", PROBABILITIES, FITS, None, tie=2.5, share=0.5)
    assert prediction_set("a", PROBABILITIES, [], None, tie=2.5, share=0.5) == ("a",)


def test_a_set_does_not_end_between_equals():
    fits = [Fit(name, 30.0) for name in "abcd"]
    equal = {"a": 0.27, "b": 0.26, "c": 0.24, "d": 0.23}
    assert prediction_set("a", equal, fits, None, tie=2.5, share=0.6) == ("a", "b", "c", "d")


def test_where_both_know_every_phase_the_set_is_of_what_they_say_together():
    network = Prediction(PROBABILITIES, ("d",), 0.9, 0.5)
    assert prediction_set("a", PROBABILITIES, FITS, network, tie=2.5) == ("a", "b", "c")
    # without a fit, or where it was not shown all of them, the network's own set stands
    assert prediction_set("a", PROBABILITIES, [], network, tie=2.5) == ("a", "d")
    more = {**PROBABILITIES, "never shown": 0.0}
    assert prediction_set("a", more, FITS, network, tie=2.5) == ("a", "d")


def test_where_a_network_knows_some_phases_a_judged_set_holds_the_share():
    network = Prediction({"a": 0.6, "d": 0.4}, ("d",), 0.9, 0.5)
    assert prediction_set("a", PROBABILITIES, FITS, network, tie=2.5, share=0.75) == ("a", "b")
    # without a fit its own set stands
    assert prediction_set("a", PROBABILITIES, [], network, tie=2.5, share=0.75) == ("a", "d")


def test_a_network_of_other_phases_leaves_the_set_as_it_is_without_one():
    other = Prediction({"x": 0.9, "y": 0.1}, ("x",), 0.99)
    for share in (0.4, 0.75, None):
        alone = prediction_set("a", PROBABILITIES, FITS, None, tie=2.5, share=share)
        assert prediction_set("a", PROBABILITIES, FITS, other, tie=2.5, share=share) == alone
