import pytest

from saed_desktop.indexing.deciding.joint import Evidence, joint_answer
from tests.kinematical_images import solve


@pytest.fixture(scope="module")
def answers():
    solved = {
        "oxide_a": solve("PuO2", (1, 1, 0))[0],
        "oxide_b": solve("PuO2", (1, 0, 0), seed=3)[0],
        "zirconium": solve("alpha-Zr", (1, 1, 0))[0],
    }
    return {name: Evidence.of_record(solution.to_record()) for name, solution in solved.items()}


def test_patterns_that_agree_strengthen_each_other(answers):
    one = answers["oxide_a"]
    both = joint_answer([one, answers["oxide_b"]])
    assert both.phase == "PuO2"
    assert both.among_candidates["PuO2"] > 0.999
    assert one.among_candidates["PuO2"] > 0.5
    # a crystal outside the list that looks like one in two zones is no less likely for it
    assert both.none_of_these == min(one.none_of_these, answers["oxide_b"].none_of_these)
    assert sum(both.probabilities.values()) + both.none_of_these == pytest.approx(1)
    assert (both.supporting, both.contradicting) == (2, 0)


def test_patterns_that_each_leave_two_phases_can_leave_one_together():
    first = Evidence(
        "alpha-Zr", {"alpha-Zr": 0.5, "Zr3O_R32": 0.48, "PuO": 0.02}, ("alpha-Zr", "Zr3O_R32")
    )
    second = Evidence(
        "alpha-Zr", {"alpha-Zr": 0.6, "Zr3O_R32": 0.05, "PuO": 0.35}, ("alpha-Zr", "PuO")
    )
    joint = joint_answer([first, second])
    total = 0.5 * 0.6 + 0.48 * 0.05 + 0.02 * 0.35
    assert joint.probabilities["alpha-Zr"] == pytest.approx(0.3 / total)
    assert joint.probabilities["alpha-Zr"] > max(0.5, 0.6)


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


def test_a_record_gives_the_evidence_of_its_solution():
    solution, _ = solve("PuO2", (1, 1, 0))
    record = Evidence.of_record(solution.to_record())
    assert (record.phase, record.prediction_set) == (solution.phase, solution.prediction_set)
    assert record.among_candidates == pytest.approx(dict(solution.among_candidates), abs=2e-4)
    assert record.none_of_these == pytest.approx(solution.none_of_these, abs=1e-4)
