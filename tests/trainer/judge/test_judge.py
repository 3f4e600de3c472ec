"""The judge from drawing to the program's own runtime."""

import json
import shutil

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from saed_desktop.errors import BundleError, UsageError
from saed_desktop.indexing.deciding.fit_features import FIT_FEATURES, fit_features
from saed_desktop.indexing.deciding.fit_tokens import NUMBER_FEATURES
from saed_desktop.network.judge import CARD_FILE, GRAPH_FILE, Judge
from trainer.cli import main
from trainer.judge.calibration import (
    JudgeCalibration,
    fit_calibration,
    listed_probability,
    prediction_sets,
    probabilities,
    shares,
)
from trainer.judge.candidates import (
    KINDS,
    ORDERED,
    RESIZED,
    SEARCHED,
    STRAINED,
)
from trainer.judge.examples import Examples, load_folder
from trainer.judge.network import JudgeNetwork, JudgeShape
from trainer.judge.scores import calibration_error, indexing_probabilities_of, scores
from trainer.judge.training import (
    JudgeTraining,
    batch_of,
    evidence_of,
    load_judge,
    train_judge,
)

N = 12


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge") / "examples"
    command = ["judge", "draw", "--lists", "near", "--split", "calibration", "--seed", "7"]
    command += ["--output", str(folder)]
    assert main([*command, "--perfect", "--patterns", "10", "--per-file", "12"]) == 0
    return folder


@pytest.fixture(scope="module")
def examples(drawn):
    return load_folder(drawn)


@pytest.fixture(scope="module")
def trained(drawn, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge") / "trained"
    command = ["judge", "train", "--examples", str(drawn), "--output", str(folder)]
    how = ["--epochs", "30", "--width", "16", "--batch", "4", "--lr", "0.003"]
    assert main([*command, *how]) == 0
    return folder


@pytest.fixture(scope="module")
def exported(trained, drawn, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge") / "exported"
    assert main(["judge", "calibrate", str(trained), "--examples", str(drawn)]) == 0
    assert main(["judge", "export", str(trained), "--output", str(folder)]) == 0
    return folder


def test_examples_hold_the_truth_near_misses_and_what_indexing_says(examples: Examples):
    assert len(examples) == N  # files are filled
    assert (examples.label >= 0).sum() > 5
    truth = examples.kinds[np.arange(N), np.maximum(examples.label, 0)]
    assert (truth[examples.label >= 0] == KINDS.index("truth")).all()
    near = np.isin(examples.kinds, (RESIZED, STRAINED, ORDERED)) & examples.present
    assert near.sum(axis=1).mean() >= 1
    found, sets = indexing_probabilities_of(examples)
    assert found.sum(axis=1) == pytest.approx(np.ones(N))
    named = scores(examples, found, sets)
    assert named.first > 0.2 * named.listed  # far above one in ten


def test_a_dry_run_says_what_a_step_will_take(drawn, tmp_path, capsys):
    command = ["judge", "draw", "--output", str(tmp_path / "x"), "--patterns", "9000", "--dry-run"]
    assert main(command) == 0
    assert "9,000" in capsys.readouterr().out
    assert not (tmp_path / "x").exists()
    command = ["judge", "train", "--examples", str(drawn), "--output", str(tmp_path), "--dry-run"]
    assert main(command) == 0
    assert "steps" in capsys.readouterr().out


def test_drawing_goes_on_where_it_stopped(drawn, capsys):
    (file,) = drawn.glob("*.npz")
    before = file.stat().st_mtime_ns
    command = ["judge", "draw", "--split", "calibration", "--seed", "7", "--output", str(drawn)]
    assert main([*command, "--patterns", "12", "--per-file", "12"]) == 0
    assert file.stat().st_mtime_ns == before


def test_training_learns_which_number_of_the_fit_tells_the_true_one(tmp_path):
    rng = np.random.default_rng(3)
    n, m = 300, 6
    numbers = rng.normal(size=(n, m, len(NUMBER_FEATURES)))
    label = numbers[..., NUMBER_FEATURES.index("score")].argmax(axis=1)
    made = Examples(
        reflections=np.zeros((n, m, 0, 18), np.float16),
        spots=np.zeros((n, m, 0, 10), np.float16),
        numbers=numbers.astype(np.float16),
        present=np.ones((n, m), bool),
        label=label,
        kinds=np.full((n, m), SEARCHED),
        log_posterior=rng.normal(size=(n, m)).astype(np.float32),
        log_odds_unknown=np.zeros((n, m), np.float32),
        acceptable=np.ones((n, m), bool),
        scale_sigma=np.full(n, 0.02, np.float32),
        from_picture=np.zeros(n, bool),
        crystal=np.array([f"crystal {i}" for i in range(n)]),
    )
    learnt, apart = made[np.arange(200)], made[np.arange(200, n)]
    options = JudgeTraining(epochs=12, batch=20, learning_rate=0.01)
    log = []
    network = train_judge(learnt, tmp_path, options, JudgeShape(16), log=log.append)
    assert log

    def right(one):
        return (evidence_of(one, batch_of(apart))[0].argmax(axis=1) == apart.label).mean()

    assert right(JudgeNetwork(JudgeShape(16)).eval()) < 0.35
    assert right(network) > 0.7


def test_an_untrained_judge_is_spot_indexing_at_another_temperature(examples):
    network = JudgeNetwork(JudgeShape(16)).eval()
    evidence, listed = evidence_of(network, batch_of(examples))
    behind = examples.log_posterior.max(axis=1, where=examples.present, initial=-1e9)[:, None]
    behind = behind - examples.log_posterior
    weight = np.where(np.isfinite(examples.scale_sigma), 0.6, 0.3)[:, None]
    assert evidence[examples.present] == pytest.approx((-weight * behind)[examples.present], 1e-4)
    fits = examples.present & examples.acceptable
    odds = np.where(fits, examples.log_odds_unknown, -15).max(axis=1).clip(-15, 15)
    assert listed == pytest.approx(0.5 * odds, rel=1e-4)


def test_padding_and_the_order_of_candidates_make_no_difference(examples, trained):
    network, _ = load_judge(trained)
    one = examples[np.arange(1)]
    n = int(one.present.sum())
    order = np.random.default_rng(1).permutation(n)

    def found(places):
        values = fit_features(
            one.numbers[0, places].astype(float),
            one.log_posterior[0, places].astype(float),
            one.log_odds_unknown[0, places].astype(float),
            one.acceptable[0, places],
        )
        inputs = values.values[None], values.behind[None], np.array([values.odds])
        scaled, present = np.isfinite(one.scale_sigma).astype(np.float32), np.ones((1, n), bool)
        with torch.inference_mode():
            return network(*(torch.from_numpy(a) for a in (*inputs, scaled, present)))

    evidence, listed = found(np.arange(n))
    turned, same = found(order)
    assert turned[0].numpy() == pytest.approx(evidence[0].numpy()[order], abs=1e-4)
    padded, padded_listed = evidence_of(network, batch_of(one))
    assert padded[0, :n] == pytest.approx(evidence[0].numpy(), abs=1e-4)
    assert float(listed) == pytest.approx(float(same), abs=1e-4)
    assert float(listed) == pytest.approx(float(padded_listed[0]), abs=1e-4)


def test_a_judge_may_read_tokens_but_is_not_exported_then(examples, drawn, tmp_path, capsys):
    folder = tmp_path / "tokens"
    command = ["judge", "train", "--examples", str(drawn), "--output", str(folder)]
    assert main([*command, "--epochs", "2", "--batch", "4", "--token-width", "4"]) == 0
    network, _ = load_judge(folder)
    torch.nn.init.normal_(network.last.weight)
    batch = batch_of(examples, tokens=True)
    one, _ = evidence_of(network, batch)
    reflections, spots = batch.tokens
    padding = reflections[..., -1] == 0
    reflections[padding] = 99.0  # what is in the padding does not count
    reflections[..., -1][padding] = 0.0
    order = torch.randperm(64)
    turned = batch._replace(tokens=(reflections[:, :, order], spots.flip(2)))
    assert evidence_of(network, turned)[0][batch.present] == pytest.approx(
        one[batch.present.numpy()], abs=1e-3
    )
    hidden = batch_of(examples, without="intensities", tokens=True)
    assert not np.allclose(evidence_of(network, hidden)[0][batch.present], one[batch.present])
    main(["judge", "calibrate", str(folder), "--examples", str(drawn)])
    capsys.readouterr()
    assert main(["judge", "export", str(folder), "--output", str(tmp_path / "x")]) == 2
    assert "tokens" in capsys.readouterr().err


def test_the_exported_judge_gives_the_same_answers_in_the_program(trained, exported, examples):
    judge = Judge(exported)
    assert judge.card.features == FIT_FEATURES
    network, _ = load_judge(trained)
    evidence, listed = evidence_of(network, batch_of(examples))
    calibration = JudgeCalibration(
        judge.card.temperature, judge.card.listed_slope, judge.card.listed_offset
    )
    for i in range(4):
        mine = examples.present[i]
        features = fit_features(
            examples.numbers[i, mine].astype(float),
            examples.log_posterior[i, mine].astype(float),
            examples.log_odds_unknown[i, mine].astype(float),
            examples.acceptable[i, mine],
        )
        answer = judge.judge(
            features.values,
            features.behind,
            float(features.odds),
            is_scaled=bool(np.isfinite(examples.scale_sigma[i])),
        )
        expected = shares(evidence[i : i + 1, mine], calibration)[0]
        assert answer.shares == pytest.approx(expected, abs=1e-3)
        inside = listed_probability(listed[i : i + 1], calibration)[0]
        assert answer.listed == pytest.approx(inside, abs=1e-3)
    assert judge.card.provenance["trainings"][0]["seed"] == 1


def test_a_damaged_judge_is_refused(exported, tmp_path):
    folder = shutil.copytree(exported, tmp_path / "judge")
    graph, card = folder / GRAPH_FILE, folder / CARD_FILE
    graph.write_bytes(graph.read_bytes()[:-7])
    with pytest.raises(BundleError, match="damaged"):
        Judge(folder)
    card.write_text(json.dumps({**json.loads(card.read_text()), "format": 99}))
    with pytest.raises(BundleError, match="another version"):
        Judge(folder)
    card.write_text("{}")
    with pytest.raises(BundleError, match="card"):
        Judge(folder)
    with pytest.raises(BundleError, match="cannot be read"):
        Judge(tmp_path / "nowhere")


@pytest.mark.usefixtures("exported")
def test_measure_prints_both(trained, drawn, tmp_path):
    table = tmp_path / "judge.md"
    command = ["judge", "measure", str(trained), "--examples", str(drawn)]
    assert main([*command, "--output", str(table)]) == 0
    text = table.read_text()
    assert "indexing" in text
    assert f"| all ({N}), judge |" in text


def test_wrong_use_is_said_in_a_sentence(tmp_path, drawn, trained, capsys):
    assert main(["judge", "train", "--examples", str(tmp_path), "--output", str(tmp_path)]) == 2
    assert "holds no examples" in capsys.readouterr().err
    assert main(["judge", "measure", str(tmp_path), "--examples", str(drawn)]) == 2
    assert "no trained judge" in capsys.readouterr().err
    command = ["judge", "draw", "--output", str(tmp_path), "--patterns", "0"]
    assert main(command) == 2
    (tmp_path / "x.npz").write_bytes(b"PK not")
    with pytest.raises(UsageError, match="no examples"):
        load_folder(tmp_path)


def test_calibration_finds_what_evidence_was_made_of():
    rng = np.random.default_rng(0)
    truly = JudgeCalibration(temperature=3.0, listed_slope=0.8, listed_offset=0.7)
    evidence, odds = 6 * rng.normal(size=(4000, 5)), 2 * rng.normal(size=4000)
    drawn = np.array([rng.choice(6, p=p) for p in probabilities(evidence, odds, truly)])
    label = np.where(drawn == 5, -1, drawn)
    found = fit_calibration(evidence, odds, label)
    assert found.temperature == pytest.approx(3, rel=0.1)
    assert found.listed_slope == pytest.approx(0.8, abs=0.1)
    assert found.listed_offset == pytest.approx(0.7, abs=0.15)
    sets = prediction_sets(shares(evidence, found), found.share_of_set)
    listed = label >= 0
    held = sets[np.arange(4000), np.maximum(label, 0)][listed].mean()
    assert held == pytest.approx(0.9, abs=0.02)


def test_sets_are_the_fewest_that_hold_their_share():
    share = np.array([[0.5, 0.1, 0.4], [0.95, 0.05, 0.0]])
    assert prediction_sets(share, 0.9).tolist() == [[True, False, True], [True, False, False]]
    assert prediction_sets(share, 0.91).tolist() == [[True, True, True], [True, False, False]]


def test_calibration_error_of_a_liar():
    assert calibration_error(np.full(100, 0.9), np.arange(100) < 50) == pytest.approx(0.4)
    assert calibration_error(np.full(100, 0.5), np.arange(100) < 50) == pytest.approx(0.0)
