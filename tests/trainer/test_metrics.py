import numpy as np
import pytest
from sklearn import metrics as truth

from saed_desktop.proportion import wilson_interval
from trainer.metrics import (
    auroc,
    expected_calibration_error,
    majority_baseline,
    mean_and_sd,
    scores,
    top_k_accuracy,
)


@pytest.fixture(params=[0, 1, 2])
def answers(request):
    """Labels and probabilities of 400 samples of five classes, one of them never predicted."""
    generator = np.random.default_rng(request.param)
    labels = generator.choice(5, size=400, p=[0.5, 0.2, 0.15, 0.1, 0.05])
    logits = generator.normal(size=(400, 5)) + 1.5 * np.eye(5)[labels]
    logits[:, 4] -= 8
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return labels, probabilities


def test_figures_are_those_of_their_definitions(answers):
    labels, probabilities = answers
    n, predictions = len(labels), probabilities.argmax(axis=1)
    found = scores(labels, predictions, 5, probabilities)
    matrix = np.zeros((5, 5), int)
    for true, named in zip(labels, predictions, strict=True):
        matrix[true, named] += 1
    np.testing.assert_array_equal(found.confusion, matrix)
    hit, support, named = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    recall, precision = hit / support, hit / np.maximum(named, 1)
    f1 = 2 * hit / (support + named)
    np.testing.assert_allclose(found.recall, recall)
    np.testing.assert_allclose(found.precision, precision)
    np.testing.assert_allclose(found.f1, f1)
    assert found.accuracy == pytest.approx(hit.sum() / n)
    assert found.balanced_accuracy == pytest.approx(recall.mean())
    assert found.weighted_f1 == pytest.approx((f1 * support).sum() / n)
    assert found.macro_f1 == pytest.approx(f1.mean())
    chosen = probabilities[np.arange(n), labels]
    assert found.log_loss == pytest.approx(-np.log(chosen).mean())
    better = (probabilities > chosen[:, None]).sum(axis=1)
    assert found.top_k == {k: pytest.approx((better < k).mean()) for k in (1, 2, 3)}
    areas = []
    for k in range(5):
        own, others = probabilities[labels == k, k], probabilities[labels != k, k]
        areas.append((own[:, None] > others).mean() + 0.5 * (own[:, None] == others).mean())
    assert found.auroc == pytest.approx(np.mean(areas))


def test_of_equal_probabilities_the_first_class_goes_first():
    tied = np.array([[0.4, 0.3, 0.3, 0.0]])
    assert scores(np.array([1]), np.array([0]), 4, tied).top_k[2] == 1
    assert scores(np.array([2]), np.array([0]), 4, tied).top_k[2] == 0


def test_auroc_shares_ties():
    positive = np.array([True, False, True, False, True])
    score = np.array([0.5, 0.5, 0.7, 0.1, 0.5])
    assert auroc(positive, score) == pytest.approx(truth.roc_auc_score(positive, score))
    assert auroc(np.ones(3, bool), score[:3]) is None


def test_calibration_error_of_known_cases():
    certain = np.array([[1.0, 0.0]] * 10)
    assert expected_calibration_error(np.zeros(10, int), certain) == 0
    assert expected_calibration_error(np.ones(10, int), certain) == 1
    # 80 % confident and 60 % right
    confident = np.array([[0.8, 0.2]] * 10)
    labels = np.array([0] * 6 + [1] * 4)
    assert expected_calibration_error(labels, confident) == pytest.approx(0.2)


def test_wilson_interval_of_the_paper():
    # 114 of 148, the best of the paper's trainings
    interval = wilson_interval(114, 148)
    assert (round(interval.low, 3), round(interval.high, 3)) == (0.696, 0.831)
    assert wilson_interval(0, 0) == wilson_interval(0, 0)
    assert wilson_interval(0, 5).low == 0
    assert wilson_interval(5, 5).high == pytest.approx(1)


def test_absent_class_does_not_enter_the_means():
    labels = np.array([0, 0, 1, 1])
    found = scores(labels, np.array([0, 0, 1, 0]), 3)
    assert found.balanced_accuracy == pytest.approx(0.75)
    assert np.isnan(found.recall[2])
    assert found.macro_f1 == pytest.approx(truth.f1_score(labels, [0, 0, 1, 0], average="macro"))
    assert found.to_json()["recall"][2] is None


def test_small_helpers():
    assert majority_baseline(np.array([0, 1, 1, 2]), 4) == 0.5
    mean, sd = mean_and_sd([1.0, 3.0])
    assert (mean, sd) == (2.0, pytest.approx(np.sqrt(2)))
    assert np.isnan(mean_and_sd([1.0])[1])
    assert top_k_accuracy(np.array([2]), np.array([[0.2, 0.5, 0.3]]), 2) == 1
