"""Who goes on from a rung: seeds of its own, means over them, and what relatives say."""

import numpy as np
import pytest

from saed_desktop.errors import UsageError
from trainer.search.additive_model import additive_model_scores
from trainer.search.describe import description
from trainer.search.layout import shard_folder
from trainer.search.results import RESULTS, Result, TrialStatus, append_result
from trainer.search.rung_trials import ranked_architectures, rung_trials
from trainer.search.settings import make_settings
from trainer.search.space import make_space

AXES = {
    "conv_layers": [1, 2, 3],
    "dense_layers": [1, 2, 3],
    "first_nodes": [8, 16, 32],
    "batch_norm": [False, True],
    "learning_rate": [0.01, 0.001],
}
SPACE = make_space({"name": "grid", "axes": AXES})


def settings_with(*rungs, **search):
    return make_settings(
        {
            "space": {"name": "grid", "axes": AXES},
            "search": {"strategy": "halving", "seed": 7, **search},
            "rungs": [{"size": 64, **rung} for rung in rungs],
            "finals": {"candidates": 0, "size": 64},
            "crop": 64,
        }
    )


def result(index, seed, score):
    return Result(index, seed, TrialStatus.DONE, score=score, log_loss=1 - score)


def true_scores():
    """Deeper is better, batch norm too; one pair of values suits each other."""
    found = {}
    for architecture in SPACE:
        point = architecture.point
        score = 0.3 + 0.06 * point.conv_layers + 0.05 * point.batch_norm
        suited = point.first_nodes == 32 and point.learning_rate == 0.001
        found[architecture.index] = score + 0.04 * suited
    return found


def test_every_rung_has_seeds_of_its_own(tmp_path):
    settings = settings_with({"seeds": 2}, {"keep": 2, "seeds": 3}, relatives=0.0)
    first = rung_trials(tmp_path, settings, 0)
    assert first == [(index, seed) for index in range(len(SPACE)) for seed in (7, 8)]
    for index, seed in first:
        # 5 is best in one training, 9 and 4 on average
        score = {(5, 7): 0.9, (5, 8): 0.1}.get((index, seed), {9: 0.8, 4: 0.7}.get(index, 0.2))
        append_result(shard_folder(tmp_path, 0, 0) / RESULTS, result(index, seed, score))
    assert rung_trials(tmp_path, settings, 1) == [(i, seed) for i in (4, 9) for seed in (9, 10, 11)]
    assert "108 architectures with 2 seeds each" in description(settings)


def test_a_training_that_failed_leaves_the_mean_to_the_others():
    failed = Result(3, 1, TrialStatus.FAILED, reason="out of memory")
    lost = Result(6, 0, TrialStatus.FAILED, reason="out of memory")
    assert ranked_architectures([result(2, 0, 0.5), result(3, 0, 0.6), failed, lost]) == [3, 2]


def test_relatives_bring_noisy_scores_closer_to_the_truth():
    truth, generator = true_scores(), np.random.Generator(np.random.Philox(3))
    numbers = sorted(truth)
    gains = []
    for _ in range(20):
        noisy = {i: truth[i] + generator.normal(0, 0.06) for i in numbers}
        judged = additive_model_scores(SPACE, noisy, 0.75)
        errors = [np.std([scores[i] - truth[i] for i in numbers]) for scores in (noisy, judged)]
        gains.append(errors[0] / errors[1])
    assert min(gains) > 1.5


def test_without_noise_an_additive_score_stays_as_it_is():
    truth = true_scores()
    additive = {i: score for i, score in truth.items() if SPACE.at(i).point.first_nodes != 32}
    judged = additive_model_scores(SPACE, additive, 1.0)
    assert judged == pytest.approx(additive)
    assert additive_model_scores(SPACE, truth, 0.0) == truth


def test_few_architectures_are_judged_by_themselves():
    few = {i: 0.1 * (i % 7) for i in range(20)}
    assert additive_model_scores(SPACE, few, 0.75) == few


def test_the_first_rung_of_halving_asks_the_relatives(tmp_path):
    scores = true_scores()
    # the luckiest of the poorest: shallow, without batch norm
    lucky = next(a.index for a in SPACE if a.point.conv_layers == 1 and not a.point.batch_norm)
    scores[lucky] = max(scores.values()) + 0.02
    chosen = {}
    for share in (0.0, 0.75):
        folder = tmp_path / str(share)
        settings = settings_with({}, {"keep": 10}, relatives=share)
        for index, _ in rung_trials(folder, settings, 0):
            append_result(shard_folder(folder, 0, 0) / RESULTS, result(index, 7, scores[index]))
        chosen[share] = {index for index, _ in rung_trials(folder, settings, 1)}
    assert lucky in chosen[0.0]
    assert lucky not in chosen[0.75]
    assert all(SPACE.at(i).point.conv_layers == 3 for i in chosen[0.75])


def test_the_share_of_relatives_is_a_share():
    with pytest.raises(UsageError, match="--relatives must be from 0 to 1"):
        settings_with({}, relatives=1.5)
