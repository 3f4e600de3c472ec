"""The judge from drawing to the program's own runtime."""

import json
import shutil

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from saed_desktop.crystal.cif import read_phase
from saed_desktop.errors import BundleError, UsageError
from saed_desktop.network.judge import CARD_FILE, GRAPH_FILE, Judge
from saed_desktop.paths import resources_dir
from trainer.cli import main
from trainer.judge import draw
from trainer.judge.calibration import (
    JudgeCalibration,
    fit_calibration,
    log_odds,
    prediction_sets,
    probabilities,
)
from trainer.judge.candidates import KINDS, ORDERED, RESIZED, SEARCHED, STRAINED, TRUTH
from trainer.judge.crystals import CrystalPool, prototype_key, split_of
from trainer.judge.examples import Examples, load_folder, tokens_of
from trainer.judge.near_misses import ordered, resized, strained
from trainer.judge.network import JudgeNetwork, JudgeShape
from trainer.judge.scores import calibration_error, indexing_probabilities_of, scores
from trainer.judge.training import evidence_of, load_judge

N = 12


@pytest.fixture(scope="module")
def pu_o2():
    return read_phase(resources_dir() / "phases" / "PuO2.cif")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge") / "examples"
    command = ["judge", "draw", "--lists", "near", "--split", "calibration", "--seed", "7"]
    command += ["--output", str(folder)]
    assert main([*command, "--patterns", "10", "--per-file", "12"]) == 0
    return folder


@pytest.fixture(scope="module")
def examples(drawn):
    return load_folder(drawn)


@pytest.fixture(scope="module")
def trained(drawn, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge") / "trained"
    command = ["judge", "train", "--examples", str(drawn), "--output", str(folder)]
    how = ["--epochs", "30", "--width", "16", "--batch", "4", "--lr", "0.01"]
    assert main([*command, *how]) == 0
    return folder


@pytest.fixture(scope="module")
def exported(trained, drawn, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge") / "exported"
    assert main(["judge", "calibrate", str(trained), "--examples", str(drawn)]) == 0
    assert main(["judge", "export", str(trained), "--output", str(folder)]) == 0
    return folder


def test_no_prototype_stands_on_two_sides():
    named = {split: CrystalPool(split) for split in ("calibration", "test")}
    calibration, test = (set(pool.keys) for pool in named.values())
    assert len(calibration) > 20
    assert len(test) > 20
    assert not calibration & test
    rng = np.random.default_rng(2)
    for split, pool in named.items():
        assert {split_of(pool.draw_random(rng)) for _ in range(5)} == {split}


def test_truths_are_altered_as_near_misses_are():
    rng = np.random.default_rng(5)
    pool = CrystalPool("calibration")
    names = [pool.draw(rng).name for _ in range(60)]
    for kind in ("resized", "strained", "ordered"):
        assert any(name.endswith(kind) for name in names)
    assert any("," not in name for name in names)
    first = pool.phases[0]
    altered = strained(first, rng)
    assert pool.parent(altered) is first
    assert pool.parent(first) is None


def test_a_prototype_has_one_key_whatever_its_elements_and_size(pu_o2):
    other = resized(pu_o2, np.random.default_rng(0))
    assert prototype_key(other) == prototype_key(pu_o2)
    assert split_of(other) == split_of(pu_o2)
    assert abs(np.log(other.lattice.a / pu_o2.lattice.a)) <= 0.03


def test_near_misses_are_near_and_are_not_the_crystal(pu_o2):
    rng = np.random.default_rng(3)
    for make in (strained, ordered):
        for _ in range(6):
            other = make(pu_o2, rng)
            ratio = other.lattice.volume / pu_o2.lattice.volume
            assert abs(ratio - np.round(ratio)) < 0.06
            assert prototype_key(other) != prototype_key(pu_o2)


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


def test_candidates_out_of_a_library_are_what_its_search_lists(monkeypatch):
    pool = CrystalPool("test")
    pool.__dict__["phases"] = pool.phases[:14]
    monkeypatch.setattr(draw, "_pool", lambda split, whole: pool)
    found = Examples.joined([draw.draw_library_example("test", 3, i) for i in range(5)])
    # patterns have as many candidates as they have; the rest is padding
    counts = found.present.sum(axis=1)
    assert found.present.shape[1] == counts.max() > counts.min()
    assert not found.reflections[~found.present].any()
    listed = found.label >= 0
    assert listed.sum() >= 2
    kinds = found.kinds[np.arange(5), np.maximum(found.label, 0)]
    assert (kinds[listed] == TRUTH).all()
    others = found.present & (np.arange(found.present.shape[1]) != found.label[:, None])
    assert (found.kinds[others] == SEARCHED).all()


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


def test_training_learns_its_examples(examples, trained):
    network, facts = load_judge(trained)
    assert facts["epochs"] == 30
    untrained = JudgeNetwork(JudgeShape(16))
    label = np.where(examples.label < 0, 10, examples.label)
    rows = np.arange(len(label))
    used = examples.label != -2

    def loss(found):
        chosen = probabilities(found)[rows, label]
        return -np.log(chosen[used]).mean()

    assert loss(evidence_of(network, examples)) < 0.7 * loss(evidence_of(untrained, examples))


def test_the_order_of_tokens_makes_no_difference():
    torch.manual_seed(0)
    network = JudgeNetwork(JudgeShape(16)).eval()
    torch.nn.init.normal_(network.last.weight)
    reflections, spots = torch.randn(3, 64, 18), torch.randn(3, 32, 10)
    reflections[..., -1] = (torch.arange(64) < 20).float()
    spots[..., -1] = (torch.arange(32) < 7).float()
    numbers, behind = torch.randn(3, 41), torch.tensor([0.0, 2.0, 60.0])
    one = network(reflections, spots, numbers, behind)
    order = torch.randperm(20)
    turned = reflections.clone()
    turned[:, :20] = reflections[:, order]
    turned[:, 20:, :-1] = 99.0  # what is in the padding does not count
    assert torch.allclose(network(turned, spots.flip(1), numbers, behind), one, atol=1e-5)
    assert not torch.allclose(network(reflections * 1.1, spots, numbers, behind), one, atol=1e-3)


def test_what_indexing_is_sure_of_counts_however_far_behind(trained):
    network, _ = load_judge(trained)
    weight = network.posterior_weight.item()
    # it is learnt, and does not decay
    assert weight > 0.2
    tokens = torch.zeros(2, 64, 18), torch.zeros(2, 32, 10), torch.zeros(2, 41)
    with torch.inference_mode():
        near, far = network(*tokens, torch.tensor([40.0, 140.0])).tolist()
    assert near - far == pytest.approx(100 * weight, rel=1e-3)


def test_the_exported_judge_gives_the_same_answers_in_the_program(trained, exported, examples):
    judge = Judge(exported)
    network, _ = load_judge(trained)
    evidence = evidence_of(network, examples[np.arange(1)])[0]
    tokens = tokens_of(examples, 0)
    posterior = examples.log_posterior[0, examples.present[0]].astype(float)
    answer = judge.log_odds(tokens.reflections, tokens.spots, tokens.numbers, posterior)
    expected = evidence[examples.present[0]] / judge.card.temperature - judge.card.log_unlisted
    expected -= judge.card.per_log_posterior * (posterior.max() - posterior)
    assert answer == pytest.approx(expected, abs=1e-3)
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
    posterior = 4 * rng.normal(size=(4000, 5))
    truly = JudgeCalibration(temperature=3.0, per_log_posterior=0.25, log_unlisted=0.7)
    evidence = 6 * rng.normal(size=(4000, 5))
    odds = log_odds(evidence, posterior, truly)
    drawn = np.array([rng.choice(6, p=p) for p in probabilities(odds)])
    label = np.where(drawn == 5, -1, drawn)
    found = fit_calibration(evidence, posterior, label)
    assert found.temperature == pytest.approx(3, rel=0.15)
    assert found.per_log_posterior == pytest.approx(0.25, abs=0.051)
    assert found.log_unlisted == pytest.approx(0.7, abs=0.2)
    sets = prediction_sets(log_odds(evidence, posterior, found), found)
    listed = label >= 0
    held = sets[np.arange(4000), np.maximum(label, 0)][listed].mean()
    assert held == pytest.approx(0.9, abs=0.03)


def test_calibration_error_of_a_liar():
    assert calibration_error(np.full(100, 0.9), np.arange(100) < 50) == pytest.approx(0.4)
    assert calibration_error(np.full(100, 0.5), np.arange(100) < 50) == pytest.approx(0.0)
