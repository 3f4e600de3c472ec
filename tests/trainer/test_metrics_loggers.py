"""Figures of a training in the libraries that people look at them with, read back by those."""

import csv
import json
import subprocess
import sys

import pytest

from tests.trainer.conftest import trainer_environment
from trainer.metrics_loggers import open_logger
from trainer.run_log import read_metrics

ABOUT = {"optim": {"lr": 0.01, "optimizer": "adam"}}
SESSIONS = ((-1, (1, 2, 3)), (2, (3, 4)))
"""The last step that a session goes on from, and the steps that it logs: the third comes twice."""


def log_two_sessions(name, folder):
    for after, steps in SESSIONS:
        logger = open_logger(name, folder, after_step=after, about=ABOUT)
        for step in steps:
            logger.log("epoch", step, {"loss": step / 2 if step < 3 or after > 0 else 99.0})
        logger.close()


def test_csv(tmp_path):
    log_two_sessions("csv", tmp_path)
    with (tmp_path / "metrics.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(int(r["step"]), r["name"], float(r["value"])) for r in rows] == [
        (1, "loss", 0.5), (2, "loss", 1.0), (3, "loss", 1.5), (4, "loss", 2.0),
    ]  # fmt: skip


def test_tensorboard_reads_its_event_files(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    log_two_sessions("tensorboard", tmp_path)
    events = EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    assert [(e.step, e.value) for e in events.Scalars("epoch/loss")] == [
        (1, 0.5), (2, 1.0), (3, 1.5), (4, 2.0),
    ]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
def test_mlflow_finds_one_run_with_options_and_figures(tmp_path, monkeypatch):
    pytest.importorskip("mlflow")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    folder = tmp_path / "run" / "repeat-00"
    log_two_sessions("mlflow", folder)
    from mlflow.tracking import MlflowClient

    client = MlflowClient((tmp_path / "run" / "mlruns").as_uri())
    (experiment,) = [e for e in client.search_experiments() if e.name == "saed-trainer"]
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.data.params["optim.lr"] == "0.01"
    assert run.info.run_name == "run/repeat-00"
    last = {m.step: m.value for m in client.get_metric_history(run.info.run_id, "epoch/loss")}
    assert last == {1: 0.5, 2: 1.0, 3: 1.5, 4: 2.0}


@pytest.mark.filterwarnings("ignore")
def test_wandb_keeps_its_files_in_the_folder(tmp_path):
    pytest.importorskip("wandb")
    code = (
        "import sys; from pathlib import Path; from tests.trainer.test_metrics_loggers import *\n"
        "log_two_sessions('wandb', Path(sys.argv[1]))"
    )
    environment = {**trainer_environment(), "HOME": str(tmp_path / "home")}
    environment = {k: v for k, v in environment.items() if not k.startswith("WANDB")}
    subprocess.run([sys.executable, "-c", code, tmp_path], env=environment, check=True, timeout=300)
    runs = list(tmp_path.glob("wandb/offline-run-*/*.wandb"))
    assert len(runs) == 2
    assert all(b"epoch/loss" in path.read_bytes() for path in runs)


def test_a_missing_library_is_one_sentence_before_anything_begins(small_training, tmp_path):
    code = (
        "import sys\nsys.modules['wandb'] = None\n"
        "import importlib.util as u; found = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'wandb' else found(name, *a)\n"
        "from trainer.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = ["train", *small_training, "--output", str(tmp_path / "run"), "--logger", "wandb"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=trainer_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "saed-trainer: --logger wandb needs the package wandb: pip install wandb."
    )
    assert not (tmp_path / "run").exists()


def test_a_training_logs_what_its_own_record_holds(small_training, tmp_path, saed_trainer):
    run = tmp_path / "run"
    words = ["train", *small_training, "--output", run, "--logger", "csv"]
    assert saed_trainer(*words)[0] == 0
    repeat = run / "repeat-00"
    with (repeat / "metrics.csv").open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["event"] == "epoch"]
    told = {(int(r["step"]), r["name"]): float(r["value"]) for r in rows}
    for line in read_metrics(repeat):
        assert told[line["step"], "loss"] == line["loss"]
        assert told[line["step"], "validation_accuracy"] == line["validation_accuracy"]
    config = json.loads((run / "config.json").read_text())
    assert config["all"]["log"]["logger"] == "csv"
