"""Trainings that are stopped, killed or run out of disk, and go on."""

import itertools
import json
import os
import signal
import threading

import pytest
from torch.nn import BatchNorm2d

from tests.trainer.conftest import start_trainer
from tests.trainer.runs import assert_same_weights, checkpoint_time, wait_for_new_checkpoint
from trainer.checkpoint import read_tensors
from trainer.evaluate import predict
from trainer.run_log import read_metrics
from trainer.stopping import EXIT_STOPPED


@pytest.fixture
def long_training(small_training) -> list:
    """Some hundred steps, each with a checkpoint, with dropout so that random states matter."""
    return [*small_training, "--network", "space:16035", "--epochs", 4, "--checkpoint-steps", 1]


def test_killed_and_resumed_is_the_same_as_uninterrupted(long_training, tmp_path, saed_trainer):
    assert saed_trainer("train", "--output", tmp_path / "whole", *long_training)[0] == 0
    run = tmp_path / "killed"
    for steps in (3, 2):
        process = start_trainer("train", "--output", run, *long_training)
        last = checkpoint_time(run)
        for _ in range(steps):
            last = wait_for_new_checkpoint(run, before=last)
        process.kill()
        process.communicate()
        assert not (run / "repeat-00" / "result.json").exists()
    status, out, _ = saed_trainer("train", "--output", run, *long_training)
    assert status == 0
    assert "Resumed after step" in out
    assert_same_weights(tmp_path / "whole", run)
    ours, theirs = (
        [{k: v for k, v in m.items() if k != "loss"} for m in read_metrics(d / "repeat-00")]
        for d in (run, tmp_path / "whole")
    )
    assert ours == theirs  # every epoch once, with the same figures
    assert not list((run / "repeat-00").glob("checkpoint*"))


@pytest.mark.parametrize("how", ["SIGTERM", "SIGUSR1", "SIGINT", "file"])
def test_asked_to_stop_it_saves_and_goes_on_later(how, long_training, tmp_path, saed_trainer):
    run = tmp_path / "run"

    def ask():
        wait_for_new_checkpoint(run)
        if how == "file":
            (run / "stop").touch()
        else:
            os.kill(os.getpid(), getattr(signal, how))

    options = [*long_training, "--epochs", 200]
    asking = threading.Thread(target=ask)
    asking.start()
    status, out, _ = saed_trainer("train", "--output", run, *options)
    asking.join()
    assert status == EXIT_STOPPED
    assert "Saved and stopped" in out
    step = read_tensors(run / "repeat-00" / "checkpoint.pt")["progress"]["step"]
    assert 0 < step < 200 * 6
    asking = threading.Thread(target=ask)
    asking.start()
    status, out, _ = saed_trainer("train", "--output", run, *options)
    asking.join()
    assert status == EXIT_STOPPED
    assert f"Resumed after step {step}" in out
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_asked_to_stop_within_a_step_it_leaves_the_step_and_goes_on_to_the_same(
    long_training, tmp_path, saed_trainer, monkeypatch
):
    # batch norm and dropout have drawn and counted by then; the step has to leave no trace
    assert saed_trainer("train", "--output", tmp_path / "whole", *long_training)[0] == 0
    run, passes = tmp_path / "run", itertools.count(1)
    forward = BatchNorm2d.forward

    def asked_meanwhile(layer, x):
        is_heard = signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        if layer.training and is_heard and next(passes) % 7 == 0:
            os.kill(os.getpid(), signal.SIGTERM)
        return forward(layer, x)

    monkeypatch.setattr(BatchNorm2d, "forward", asked_meanwhile)
    steps = []
    while True:
        status, _, err = saed_trainer("train", "--output", run, *long_training)
        if status == 0:
            break
        assert status == EXIT_STOPPED, err
        steps.append(read_tensors(run / "repeat-00" / "checkpoint.pt")["progress"]["step"])
    assert len(steps) > 3
    assert steps == sorted(steps)
    assert_same_weights(tmp_path / "whole", run)


@pytest.mark.parametrize("measured", [1, 3])
def test_asked_to_stop_while_it_measures_it_goes_on_there(
    measured, long_training, tmp_path, saed_trainer, monkeypatch
):
    # of two validations and one test: the first validation, and the test
    command = [*long_training, "--epochs", 2, "--validation-fraction", 0.2]
    assert saed_trainer("train", "--output", tmp_path / "whole", *command)[0] == 0
    begun = []

    def asked_meanwhile(*how, **options):
        begun.append(1)
        if len(begun) == measured:
            os.kill(os.getpid(), signal.SIGTERM)
        return predict(*how, **options)

    monkeypatch.setattr("trainer.epoch_end.predict", asked_meanwhile)
    run = tmp_path / "run"
    status, out, _ = saed_trainer("train", "--output", run, *command)
    assert status == EXIT_STOPPED
    assert "Saved and stopped" in out
    assert len(read_metrics(run / "repeat-00")) == measured - 1
    assert not (run / "repeat-00" / "result.json").exists()
    status, out, _ = saed_trainer("train", "--output", run, *command)
    assert status == 0
    assert "Resumed after step" in out
    assert len(begun) == 4
    assert_same_weights(tmp_path / "whole", run)
    ours, theirs = (
        [{k: v for k, v in m.items() if k != "loss"} for m in read_metrics(d / "repeat-00")]
        for d in (run, tmp_path / "whole")
    )
    assert ours == theirs


def test_a_full_disk_ends_in_a_sentence_and_goes_on_later(long_training, tmp_path, saed_trainer):
    resource = pytest.importorskip("resource")
    run = tmp_path / "run"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    saved = signal.getsignal(signal.SIGXFSZ)

    def fill_disk():
        wait_for_new_checkpoint(run)
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, hard))

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    filling = threading.Thread(target=fill_disk)
    filling.start()
    try:
        status, _, err = saed_trainer("train", "--output", run, *long_training, "--epochs", 12)
    finally:
        filling.join()
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, saved)
    assert status == 1
    assert "is full. The last good checkpoint is untouched." in err
    status, out, _ = saed_trainer("train", "--output", run, *long_training, "--epochs", 12)
    assert status == 0
    assert "Resumed after step" in out


def test_a_run_of_an_earlier_version_goes_on(small_training, tmp_path, saed_trainer):
    command = ["train", *small_training, "--output", tmp_path / "run"]
    status, _, err = saed_trainer(*command)
    assert status == 0, err
    config = tmp_path / "run" / "config.json"
    written = json.loads(config.read_text())
    del written["decisive"]["network"]["gamma"]
    simulation = written["decisive"]["simulation"]
    simulation["bank"] = simulation.pop("reflections")  # as version 0.1.0 called it
    config.write_text(json.dumps(written))
    status, _, err = saed_trainer(*command)
    assert status == 0, err
    status, _, err = saed_trainer(*command, "--gamma", 0.5)
    assert status != 0
    assert "gamma (was 1.0, now 0.5)" in err
