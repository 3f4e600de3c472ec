import pytest

from saed_desktop.indexing.joint import joint_answer
from tests.unit.indexing.test_match import solve


@pytest.fixture(scope="module")
def answers():
    return {
        "oxide_a": solve("PuO2", (1, 1, 0))[0],
        "oxide_b": solve("PuO2", (1, 0, 0), seed=3)[0],
        "zirconium": solve("alpha-Zr", (1, 1, 0))[0],
        "zirconium_tilted": solve("alpha-Zr", (2, 1, 0))[0],
    }


def test_patterns_that_agree_strengthen_each_other(answers):
    one = answers["oxide_a"]
    both = joint_answer([one, answers["oxide_b"]])
    assert both.phase == "PuO2"
    assert both.probabilities["PuO2"] >= one.probabilities["PuO2"] - 1e-9
    assert (both.supporting, both.contradicting) == (2, 0)


def test_a_second_zone_axis_resolves_what_one_could_not(answers):
    alone = answers["zirconium"].probabilities
    together = joint_answer([answers["zirconium"], answers["zirconium_tilted"]]).probabilities
    assert together["alpha-Zr"] > alone["alpha-Zr"]


def test_a_contradiction_is_counted_and_said(answers):
    joint = joint_answer([answers["oxide_a"], answers["oxide_b"], answers["zirconium"]])
    assert joint.phase == "PuO2"
    assert joint.contradicting == 1
    assert "second phase" in joint.sentence


def test_nothing_answered_is_no_answer():
    joint = joint_answer([])
    assert joint.phase is None
    assert joint.probabilities == {}
    assert "None" in joint.sentence
