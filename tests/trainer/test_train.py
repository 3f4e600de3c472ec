import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.session import NetworkSession
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.readers import read_pattern
from tests.trainer.conftest import start_trainer, trainer_environment
from tests.trainer.runs import assert_same_weights, weights
from tests.trainer.toy_data import TOY_PHASES, write_toy_set
from trainer.checkpoint import read_tensors
from trainer.predictions import read_table
from trainer.run_log import read_metrics

# ---- the whole road --------------------------------------------------------


def test_from_patterns_to_a_bundle_that_the_app_runs(toy_cache, tmp_path, saed_trainer):
    data = write_toy_set(tmp_path / "set", dict.fromkeys(TOY_PHASES, 30))
    run = tmp_path / "run"
    status, out, err = saed_trainer(
        "train", "--output", run, "--data", data, "--cache-dir", toy_cache, "--jobs", 1,
        "--network", "space:16001", "--size", 64, "--crop", 64, "--rotations", 8,
        "--epochs", 10, "--batch-size", 16, "--validation-fraction", 0.2, "--lr", 3e-3,
    )  # fmt: skip
    assert status == 0, err
    assert "test accuracy" in out
    scores = json.loads((run / "repeat-00" / "result.json").read_text())["test"]
    assert scores["accuracy"] > 0.7  # a third by chance
    table = read_table(run / "repeat-00" / "predictions.csv")
    assert table.scores.accuracy == scores["accuracy"]
    theirs = read_table(run / "repeat-00" / "predictions-authors.csv")
    np.testing.assert_array_equal(theirs.predictions, table.predictions)
    facts = json.loads((run / "run.json").read_text())
    assert facts["labels"] == list(TOY_PHASES)
    assert facts["data"]["train"]["rotations"] == 8

    # measured again, from the weights alone
    status, out, _ = saed_trainer(
        "evaluate", run, "--data", data, "--output", tmp_path / "again", "--cache-dir", toy_cache
    )
    assert status == 0
    again = read_table(tmp_path / "again" / "predictions.csv")
    assert len(again) == 90
    by_name = dict(zip(again.names, again.probabilities, strict=True))
    for name, probabilities in zip(table.names, table.probabilities, strict=True):
        np.testing.assert_allclose(by_name[name], probabilities, atol=1e-5)

    # exported, and run by the app on a file
    status, out, err = saed_trainer("export", run, "--output", tmp_path / "toy.saednet")
    assert status == 0, err
    bundle = open_bundle(tmp_path / "toy.saednet")
    assert bundle.card.labels.names == TOY_PHASES
    assert bundle.card.metrics["test"]["accuracy"] == scores["accuracy"]
    assert bundle.card.provenance["members"][0]["network"] == "space:16001"
    assert [phase.name for phase in bundle.phases] == sorted(TOY_PHASES)
    session = NetworkSession(bundle)
    path = Path(table.names[0])
    prediction = session.predict(prepare(read_pattern(path)))
    at_one = session.logits({"image": np.zeros((1, 1, 64, 64), np.float32)})
    assert at_one.shape == (1, 3)
    assert prediction.best == TOY_PHASES[table.predictions[0]]


def test_an_ensemble_of_repeats_is_exported(small_training, tmp_path, saed_trainer):
    run = tmp_path / "run"
    assert saed_trainer("train", "--output", run, *small_training, "--repeats", 2)[0] == 0
    members = [run / "repeat-00", run / "repeat-01"]
    status, out, err = saed_trainer("export", *members, "--output", tmp_path / "both.saednet")
    assert status == 0, err
    assert "not calibrated" in out
    card = open_bundle(tmp_path / "both.saednet").card
    assert not card.is_calibrated
    assert len(card.metrics["members"]) == 2
    assert card.temperature == 1.0
    status, out, err = saed_trainer("export", run, "--output", tmp_path / "best.saednet")
    assert status == 0, err
    assert "Of 2 repeats" in out and "on the validation patterns" in out
    status, out, _ = saed_trainer("export", run, "--repeat", 0, "--output", tmp_path / "0.saednet")
    assert status == 0
    assert "repeat-00 is taken, as --repeat says" in out


def test_an_export_without_structure_files_is_explained(small_training, tmp_path, saed_trainer):
    run = tmp_path / "run"
    assert saed_trainer("train", "--output", run, *small_training)[0] == 0
    status, _, err = saed_trainer(
        "export", run, "--output", tmp_path / "x.saednet", "--phases", tmp_path
    )
    assert status == 1
    assert "holds no CIF file" in err
    given = ("--phases", resources_dir() / "phases" / "PuO2.cif")
    status, _, err = saed_trainer("export", run, "--output", tmp_path / "x.saednet", *given)
    assert status == 2
    assert "no structure file of alpha-Zr" in err
    assert not (tmp_path / "x.saednet").exists()


# ---- repeats, seeds, early stopping ----------------------------------------


def test_repeats_are_one_resumable_run(small_training, tmp_path, saed_trainer):
    run = tmp_path / "run"
    assert saed_trainer("train", "--output", run, *small_training, "--repeats", 1)[0] == 0
    first = (run / "repeat-00" / "weights.pt").stat().st_mtime_ns
    status, out, _ = saed_trainer("train", "--output", run, *small_training, "--repeats", 3)
    assert status == 0
    assert "3 training(s) finished" in out
    assert (run / "repeat-00" / "weights.pt").stat().st_mtime_ns == first
    summary = json.loads((run / "summary.json").read_text())
    accuracies = summary["accuracy"]["all"]
    assert len(accuracies) == 3
    assert summary["accuracy"]["sd"] == pytest.approx(np.std(accuracies, ddof=1))
    assert not torch.equal(
        weights(run, 0)["body.dense.0.linear.weight"], weights(run, 1)["body.dense.0.linear.weight"]
    )


def test_one_repeat_of_an_array_is_the_same_as_in_a_row(small_training, tmp_path, saed_trainer):
    options = [*small_training, "--repeats", 2]
    assert saed_trainer("train", "--output", tmp_path / "a", *options)[0] == 0
    only = [*options, "--only-repeat", 1]
    assert saed_trainer("train", "--output", tmp_path / "b", *only)[0] == 0
    assert not (tmp_path / "b" / "repeat-00").exists()
    assert_same_weights(tmp_path / "a", tmp_path / "b", repeat=1)


def test_the_same_seed_gives_the_same_weights(small_training, tmp_path, saed_trainer):
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        assert saed_trainer(
            "train", "--output", tmp_path / name, *small_training, "--seed", seed
        )[0] == 0  # fmt: skip
    assert_same_weights(tmp_path / "a", tmp_path / "b")
    with pytest.raises(AssertionError):
        assert_same_weights(tmp_path / "a", tmp_path / "c")


def test_it_stops_early_and_keeps_the_best(small_training, tmp_path, saed_trainer):
    run = tmp_path / "run"
    options = [*small_training, "--epochs", 40, "--patience", 2, "--lr", 1e-9, "--ema", 0]
    assert saed_trainer("train", "--output", run, *options)[0] == 0
    result = json.loads((run / "repeat-00" / "result.json").read_text())
    assert result["epochs"] < 40
    assert result["epochs"] == result["best_epoch"] + 3
    kept = json.loads(read_tensors(run / "repeat-00" / "weights.pt")["facts"])
    assert kept["epoch"] == result["best_epoch"]


def test_other_options_in_the_same_folder_are_refused(small_training, tmp_path, saed_trainer):
    run = tmp_path / "run"
    assert saed_trainer("train", "--output", run, *small_training)[0] == 0
    status, _, err = saed_trainer("train", "--output", run, *small_training, "--lr", 0.5)
    assert status == 2
    assert "lr (was 0.001, now 0.5)" in err
    # what does not touch the outcome may change
    assert saed_trainer("train", "--output", run, *small_training, "--log-seconds", 5)[0] == 0


def test_another_number_of_epochs_is_refused_with_advice_that_holds(
    small_training, tmp_path, saed_trainer
):
    run, other, repeat = tmp_path / "run", tmp_path / "other", tmp_path / "run" / "repeat-00"
    assert saed_trainer("train", "--output", run, *small_training)[0] == 0
    # as where it was left before its end
    (repeat / "result.json").unlink()
    status, _, err = saed_trainer("train", "--output", run, *small_training, "--epochs", 1)
    assert status == 2
    assert "epochs (was 2, now 1)" in err
    assert f"add --start {repeat} and choose another --output" in err
    again = ("train", "--output", other, *small_training, "--epochs", 1, "--start", repeat)
    assert saed_trainer(*again)[0] == 0
    # a run none of whose trainings has ended says where its weights are
    status, _, err = saed_trainer("export", run, "--output", tmp_path / "x.saednet")
    assert status == 2
    assert f"none has ended; {repeat} has the best weights so far" in err
    status, _, err = saed_trainer("export", repeat, "--output", tmp_path / "x.saednet")
    assert status == 0, err


@pytest.mark.parametrize(
    "options",
    [["--balanced-sampling"], ["--loss-weights", "balanced"], ["--accumulation", 2],
     ["--precision", "bf16"], ["--no-channels-last"], ["--optimizer", "adam"],
     ["--schedule", "linear"], ["--prefetch", 0], ["--ema", 0], ["--rotations", 1],
     ["--validation-fraction", 0], ["--test-fraction", 0], ["--logger", "csv"]],
    ids=lambda words: "".join(str(w) for w in words),
)  # fmt: skip
def test_options_work(options, small_training, tmp_path, saed_trainer):
    options = [*small_training, "--epochs", 1, *options]
    status, _, err = saed_trainer("train", "--output", tmp_path / "run", *options)
    assert status == 0, err
    (last,) = read_metrics(tmp_path / "run" / "repeat-00")
    assert np.isfinite(last["loss"])


def test_the_protocol_of_the_paper_trains(toy_set, toy_cache, tmp_path, saed_trainer):
    status, _, err = saed_trainer(
        "train", "--output", tmp_path / "run", "--protocol", "hpec2023", "--network", "299-an",
        "--data", toy_set, "--cache-dir", toy_cache, "--jobs", 1, "--size", 192, "--crop", 192,
        "--epochs", 1, "--repeats", 1, "--rotations", 1, "--batch-size", 8,
    )  # fmt: skip
    assert status == 0, err
    facts = json.loads((tmp_path / "run" / "run.json").read_text())
    assert facts["protocol"] == "hpec2023"
    table = read_table(tmp_path / "run" / "repeat-00" / "predictions.csv")
    # the sigmoid caps what a softmax can say of three classes
    assert table.probabilities.max() <= np.e / (np.e + 2) + 1e-6


def test_pretrained_networks_train_their_head_only(toy_set, toy_cache, tmp_path, saed_trainer):
    from trainer.networks.torchvision_guard import torchvision

    models = torchvision().models
    torch.manual_seed(0)
    whole = models.efficientnet_b3(weights=None).state_dict()
    name = models.EfficientNet_B3_Weights.DEFAULT.url.rpartition("/")[2]
    torch.save(whole, tmp_path / name)
    options = [
        "--network", "efficientnet-b3", "--pretrained", "--data", toy_set, "--size", 64,
        "--crop", 64, "--cache-dir", toy_cache, "--jobs", 1, "--rotations", 1, "--epochs", 1,
        "--batch-size", 8, "--lr", 0.01,
    ]  # fmt: skip
    status, _, err = saed_trainer("train", "--output", tmp_path / "none", *options,
                                  "--weights-dir", tmp_path / "empty")  # fmt: skip
    assert status == 1
    assert name in err
    status, out, err = saed_trainer("train", "--output", tmp_path / "run", *options,
                                    "--weights-dir", tmp_path)  # fmt: skip
    assert status == 0, err
    assert "its checksum differs" in out
    kept = weights(tmp_path / "run")
    for key, value in whole.items():
        if not key.startswith("classifier"):
            assert torch.equal(kept[f"body.features.{key}"], value), key
    assert kept["body.head.1.weight"].abs().max() > 0
    facts = json.loads((tmp_path / "run" / "run.json").read_text())
    assert facts["trainable_parameters"] == 1536 * 3 + 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--batch-size", 1], "--batch-size must be at least 4"),
        (["--accumulation", 16], "16 accumulation(s) leaves too few"),
        (["--split-by", "specimen"], "36 of 36 have none"),
        (["--lr", 1e30, "--clip-norm", 0, "--ema", 0], "no longer a number"),
        (["--size", 16], "is impossible"),
    ],
)
def test_trainings_that_cannot_be_end_in_a_sentence(
    options, words, small_training, tmp_path, saed_trainer
):
    status, _, err = saed_trainer("train", "--output", tmp_path / "x", *small_training, *options)
    assert status in (1, 2)
    assert words in err
    assert err.count("\n") == 1


def test_too_little_memory_ends_in_a_sentence(small_training, tmp_path):
    # VGG16 at 800 pixels has 5 GB in one layer
    options = [*small_training, "--network", "vgg16", "--size", "800", "--crop", "64"]
    code = (
        "import resource, sys\n"
        "from trainer.cli import main\n"
        "import trainer.train\n"
        "resource.setrlimit(resource.RLIMIT_AS, (6_000_000_000, 6_000_000_000))\n"
        f"sys.exit(main({['train', '--output', str(tmp_path / 'x'), *map(str, options)]!r}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=trainer_environment(), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "too little memory for a batch of 16 at 800 pixels" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_compiled_network_learns_the_same(small_training, tmp_path, saed_trainer):
    options = [*small_training, "--epochs", 1, "--lr", 1e-4, "--ema", 0]
    assert saed_trainer("train", "--output", tmp_path / "a", *options)[0] == 0
    # in a process of its own: the compiler warns of its own innards
    process = start_trainer("train", "--output", tmp_path / "b", *options, "--compile")
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    for key, value in weights(tmp_path / "a").items():
        torch.testing.assert_close(weights(tmp_path / "b")[key], value, atol=5e-3, rtol=0.05)


def test_damaged_patterns_end_in_a_sentence(small_training, tmp_path, saed_trainer):
    data = write_toy_set(tmp_path / "set", {"PuO": 8, "PuO2": 8})
    (data / "PuO" / "bad.png").write_bytes(b"no image")
    options = [*small_training, "--data", data]
    status, _, err = saed_trainer("train", "--output", tmp_path / "x", *options)
    assert status == 1
    assert "1 of 17 patterns cannot be read" in err
    assert "saed-trainer prepare" in err
