import json

import numpy as np
import pytest

from saed_desktop.network.labels import PAPER_LABELS
from trainer.data.class_shares import mix_of
from trainer.measure.class_mix import mix_figures
from trainer.predictions import PredictionTable, write_table

NAMES = ("alpha-Zr", "delta-PuZr", "PuO")


def table_of(truth, probabilities, names=NAMES):
    p = np.array(probabilities, dtype=float)
    return PredictionTable(
        names, np.array(truth), p.argmax(axis=1), p, tuple(f"{i}.png" for i in range(len(truth)))
    )


TABLE = table_of(
    [0, 0, 1, 1, 2, 2],
    [[0.5, 0.4, 0.1], [0.4, 0.5, 0.1], [0.1, 0.8, 0.1], [0.2, 0.7, 0.1],
     [0.4, 0.1, 0.5], [0.1, 0.1, 0.8]],
)  # fmt: skip


def test_each_pattern_counts_as_often_as_its_class_is_met():
    found = mix_figures(TABLE, np.array([8.0, 1.0, 1.0]))
    # one of two of the commonest, all of the others: 0.8/2 + 0.1 + 0.1
    assert found["network"]["accuracy"]["value"] == pytest.approx(0.6)
    assert found["network"]["balanced_accuracy"]["value"] == pytest.approx((0.5 + 1 + 1) / 3)
    assert found["majority"] == pytest.approx(0.8)
    # who knows that the first is met five times as often takes 0.2 of it for more than 0.7 of the
    # second: all of the first are right then, and one of two of each other
    told = mix_figures(TABLE, np.array([5.0, 1.0, 1.0]))["told_the_mix"]
    assert told["accuracy"]["value"] == pytest.approx(6 / 7)
    assert told["accuracy"]["low"] <= told["accuracy"]["value"] <= told["accuracy"]["high"]


def test_a_uniform_mix_changes_nothing():
    found = mix_figures(TABLE, mix_of(["uniform"], NAMES))
    assert found["network"] == found["told_the_mix"]
    assert found["network"]["accuracy"]["value"] == pytest.approx(5 / 6)
    assert found["network"]["balanced_accuracy"]["value"] == pytest.approx(5 / 6)


def test_weighted_f1_by_hand():
    # of the truth 0 one is called 1: precision of 1 is 0.1 / (0.1 + 0.4)
    found = mix_figures(TABLE, np.array([8.0, 1.0, 1.0]))
    f1 = [2 * 1 * 0.5 / 1.5, 2 * 0.2 * 1 / 1.2, 1.0]
    expected = 0.8 * f1[0] + 0.1 * f1[1] + 0.1 * f1[2]
    assert found["network"]["weighted_f1"]["value"] == pytest.approx(expected)


def test_the_command_prints_and_writes(tmp_path, saed_trainer):
    n = len(PAPER_LABELS)
    rng = np.random.default_rng(0)
    truth = np.repeat(np.arange(n), 4)
    table = table_of(truth, rng.dirichlet(np.ones(n), len(truth)), tuple(PAPER_LABELS))
    write_table(tmp_path / "predictions.csv", table)
    status, out, err = saed_trainer(
        "mix", tmp_path / "predictions.csv", "--output", tmp_path / "mix.json"
    )
    assert status == 0, err
    assert "36 patterns; always naming the commonest phase is right in 0.412" in out
    found = json.loads((tmp_path / "mix.json").read_text())
    assert found["majority"] == pytest.approx(61 / 148)
    assert f"{found['told_the_mix']['accuracy']['value']:.3f}" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["alpha-Zr"], "wants PHASE=N"),
        (["gold=3"], "gold, which is none of the classes"),
        (["PuO=-1"], "not negative"),
        (["PuO=0"], "above 0"),
    ],
)
def test_impossible_mixes_are_a_sentence(tmp_path, saed_trainer, words, sentence):
    write_table(tmp_path / "predictions.csv", TABLE)
    status, _, err = saed_trainer("mix", tmp_path / "predictions.csv", "--mix", *words)
    assert status == 2
    assert sentence in err
