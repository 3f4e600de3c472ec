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


def test_agrees_with_scikit_learn(answers):
    labels, probabilities = answers
    predictions = probabilities.argmax(axis=1)
    ours = scores(labels, predictions, 5, probabilities)
    options = {"average": None, "zero_division": 0, "labels": range(5)}
    assert ours.accuracy == pytest.approx(truth.accuracy_score(labels, predictions))
    assert ours.balanced_accuracy == pytest.approx(
        truth.balanced_accuracy_score(labels, predictions)
    )
    np.testing.assert_allclose(ours.f1, truth.f1_score(labels, predictions, **options))
    np.testing.assert_allclose(ours.recall, truth.recall_score(labels, predictions, **options))
    np.testing.assert_allclose(
        ours.precision, truth.precision_score(labels, predictions, **options)
    )
    assert ours.weighted_f1 == pytest.approx(
        truth.f1_score(labels, predictions, average="weighted", zero_division=0)
    )
    assert ours.macro_f1 == pytest.approx(
        truth.f1_score(labels, predictions, average="macro", zero_division=0)
    )
    np.testing.assert_array_equal(
        ours.confusion, truth.confusion_matrix(labels, predictions, labels=range(5))
    )
    assert ours.top_k[2] == pytest.approx(
        truth.top_k_accuracy_score(labels, probabilities, k=2, labels=range(5))
    )
    assert ours.auroc == pytest.approx(
        truth.roc_auc_score(labels, probabilities, multi_class="ovr", labels=range(5))
    )
    assert ours.log_loss == pytest.approx(truth.log_loss(labels, probabilities, labels=range(5)))


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
