import json

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from saed_desktop.network.labels import OTHER, Labels
from saed_desktop.paths import resources_dir
from tests.drawing import net_pattern
from trainer.bundle.fit_card import fitted_card
from trainer.measure.answer_records import MeasuredAnswer
from trainer.measure.benchmark_scores import figures
from trainer.measure.benchmark_table import table

NAMES = ("a", "b", "c")


def record(truth, probabilities, *, phase="guess", inside=0.9, verdict="agree", posterior=None):
    by_name = dict(zip(NAMES, probabilities, strict=True))
    best = max(by_name, key=by_name.get)
    return MeasuredAnswer(
        file=f"{truth}-{probabilities}",
        truth=truth,
        verdict=verdict,
        phase=best if phase == "guess" else phase,
        among_candidates=by_name,
        prediction_set=tuple(name for name, p in by_name.items() if p > 0.3),
        network=by_name,
        network_set=(best,),
        in_distribution=inside,
        log_posterior=posterior or {best: 10.0},
        seconds=0.1,
    )


def eight_bits(image):
    return np.clip(255 * image / np.percentile(image, 99.9), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def records():
    rng = np.random.default_rng(1)
    rows = []
    for truth, n in (("a", 30), ("b", 20), ("c", 10)):
        for _ in range(n):
            logits = rng.normal(size=3) + 1.5 * (np.array(NAMES) == truth)
            p = np.exp(logits) / np.exp(logits).sum()
            rows.append(record(truth, tuple(p.tolist()), inside=float(rng.uniform(0.4, 1))))
    rows += [
        record("quartz", (0.5, 0.3, 0.2), phase=None, inside=float(rng.uniform(0, 0.7)))
        for _ in range(25)
    ]
    return rows


def test_figures_as_they_are_equal_those_of_scikit_learn(records):
    found = figures(records, NAMES, mix="as-is")
    known = [r for r in records if r.truth in NAMES]
    truth = [r.truth for r in known]
    guess = [r.phase for r in known]
    both = found["answers"]["both"]
    assert both["accuracy"]["value"] == pytest.approx(np.mean(np.array(truth) == guess))
    assert both["weighted_f1"]["value"] == pytest.approx(f1_score(truth, guess, average="weighted"))
    assert both["balanced_accuracy"]["value"] == pytest.approx(
        balanced_accuracy_score(truth, guess)
    )
    inside = [r.in_distribution for r in records]
    assert found["open_set"]["auroc"] == pytest.approx(
        roc_auc_score([r.truth in NAMES for r in records], inside)
    )
    assert both["accuracy"]["low"] < both["accuracy"]["value"] < both["accuracy"]["high"]


def test_a_uniform_mix_makes_accuracy_the_mean_recall(records):
    both = figures(records, NAMES, mix="uniform")["answers"]["both"]
    assert both["accuracy"]["value"] == pytest.approx(both["balanced_accuracy"]["value"])


def test_no_answer_is_not_right_for_the_first_of_the_alphabet():
    equal = (1 / 3, 1 / 3, 1 / 3)
    rows = [record(name, equal, phase=None, verdict="none") for name in NAMES for _ in range(4)]
    rows += [record("a", (0.8, 0.1, 0.1)), record("b", (0.8, 0.1, 0.1))]
    found = figures(rows, NAMES, mix="as-is")
    both = found["answers"]["both"]
    assert both["accuracy"]["value"] == pytest.approx((4 + 1) / 14)
    assert both["recall"]["c"] == pytest.approx(1 / 3)
    named = {name: share["value"] for name, share in found["named"].items()}
    assert named == pytest.approx({"right": 1 / 14, "wrong": 1 / 14, "not_named": 12 / 14})
    text = table(found)
    assert all(words in text for words in ("named right", "named wrong", "not named"))


def test_two_likeliest_phases_share_the_guess():
    rows = [record("b", (0.45, 0.45, 0.1)), record("c", (0.2, 0.3, 0.5))]
    merged = figures(rows, NAMES, mix="as-is", groups=[("a", "b")])["answers"]["both"]
    assert merged["accuracy"]["value"] == pytest.approx(0.75)
    assert merged["merged_accuracy"]["value"] == pytest.approx(1.0)
    assert merged["confusion"][1] == pytest.approx([0.5, 0.5, 0.0])


def test_merged_groups_forgive_what_cannot_be_told_apart(records):
    plain = figures(records, NAMES, mix="as-is")["answers"]["both"]
    merged = figures(records, NAMES, mix="as-is", groups=[("b", "c")])["answers"]["both"]
    known = [r for r in records if r.truth in NAMES]
    same = [r.phase == r.truth or {r.phase, r.truth} == {"b", "c"} for r in known]
    assert merged["merged_accuracy"]["value"] == pytest.approx(np.mean(same))
    assert plain["merged_accuracy"]["value"] == pytest.approx(plain["accuracy"]["value"])


def test_ties_bound_what_positions_can_tell():
    rows = [
        record("a", (0.6, 0.3, 0.1), posterior={"a": 10.0, "b": 9.0, "c": 1.0}),
        record("b", (0.2, 0.7, 0.1), posterior={"b": 10.0}),
    ]
    ties = figures(rows, NAMES, mix="as-is")["ties"]
    assert ties == {"share": 0.5, "bound_by_positions": 0.75}


def test_a_calibration_error_stands_beside_what_chance_alone_would_give():
    rng = np.random.default_rng(7)
    rows = {"true": [], "over-sure": []}
    for _ in range(400):
        p = rng.dirichlet([0.6, 0.6, 0.6])
        truth = NAMES[rng.choice(3, p=p)]
        rows["true"].append(record(truth, tuple(p.tolist())))
        sharp = p**2 / (p**2).sum()
        rows["over-sure"].append(record(truth, tuple(sharp.tolist())))
    found = {
        kind: figures(own, NAMES, mix="as-is")["answers"]["both"] for kind, own in rows.items()
    }
    chance = found["true"]["calibration_error_by_chance"]
    assert 0 < chance["low"] < chance["value"] < chance["high"] < 0.1
    assert found["true"]["calibration_error"]["value"] < chance["high"]
    over = found["over-sure"]
    assert over["calibration_error"]["value"] > over["calibration_error_by_chance"]["high"]


def test_a_set_never_holds_the_truth_less_often_than_its_first_phase():
    rows = [
        record("a", (0.5, 0.4, 0.1)),
        record("b", (0.5, 0.4, 0.1)),
        record("c", (0.5, 0.4, 0.1)),
        record("b", (0.1, 0.8, 0.1)),
    ]
    both = figures(rows, NAMES, mix="as-is")["sets"]["both"]
    assert both["first_alone"] == pytest.approx(0.5)
    assert both["coverage"] == pytest.approx(0.75)


def test_the_table_says_all_of_it(records):
    text = table(figures(records, NAMES))
    for words in ("top-1", "weighted F1", "prediction sets", "verdict agree", "AUROC"):
        assert words in text
    assert "nan" not in text


def test_a_benchmark_goes_on_behind_a_torn_line(tmp_path, saed_trainer):
    data = tmp_path / "data" / "alpha-Zr"
    data.mkdir(parents=True)
    for i in range(3):
        Image.fromarray(eight_bits(net_pattern(seed=i)[0])).save(data / f"{i}.png")
    (data / "broken.png").write_bytes(b"no picture at all")
    command = (
        "benchmark", "none", "--phases", *sorted((resources_dir() / "phases").glob("*.cif")),
        "--data", tmp_path / "data",
        "--output", tmp_path / "out", "--mix", "as-is",
    )  # fmt: skip
    status, out, err = saed_trainer(*command)
    assert status == 0, err
    assert "1 unreadable" in out
    records = tmp_path / "out" / "records.jsonl"
    lines = records.read_text().splitlines()
    assert len(lines) == 4
    records.write_text("\n".join(lines[:2]) + "\n" + lines[2][:40])
    assert saed_trainer(*command)[0] == 0
    again = [json.loads(line) for line in records.read_text().splitlines()]
    assert len(again) == 4
    assert len({r["file"] for r in again}) == 4
    # answers to another question are not mixed in among these
    status, _, err = saed_trainer(*command, "--ignore-scale")
    assert status == 2
    assert "another folder" in err
    assert records.read_text().count("\n") == 4
    # another mix of the same answers is no other question
    assert saed_trainer(*command[:-1], "uniform")[0] == 0


def test_thresholds_fitted_on_some_patterns_hold_on_others():
    rng = np.random.default_rng(0)
    labels = Labels(("a", "b", "c", OTHER))

    def drawn(n):
        truth = rng.integers(0, 4, n)
        logits = rng.normal(size=(n, 4))
        logits[np.arange(n), truth] += 1.5
        # too sure of itself by a factor of three
        return truth, 3 * logits

    truth, logits = drawn(4000)
    fields = fitted_card(labels, truth, logits, logits / 2, 0.9)
    assert fields["temperature"] > 1.5
    assert fields["temperature_without_scale"] == pytest.approx(fields["temperature"] / 2, rel=0.02)
    truth, logits = drawn(4000)
    scaled = logits / fields["temperature"]
    p = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    among = p[:, :3] / p[:, :3].sum(axis=1, keepdims=True)
    for k, name in enumerate(labels.phases):
        own = among[truth == k, k]
        assert np.mean(own >= fields["set_thresholds"][name]) == pytest.approx(0.9, abs=0.03)
    inside = 1 - (p / p.sum(axis=1, keepdims=True))[truth != 3, 3]
    assert np.mean(inside >= fields["open_set_threshold"]) == pytest.approx(0.95, abs=0.02)
