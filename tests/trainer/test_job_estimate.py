"""What a job will take is told before it begins, and asked about where that is long."""

import importlib
import os
import pty
import subprocess
import sys

import pytest
import torch

from tests.trainer.conftest import trainer_environment
from trainer.cli import COMMANDS, available_commands
from trainer.config import make_config
from trainer.job_estimate import JobEstimate, NotWantedError, confirm_long_job, duration_text
from trainer.networks.registry import build
from trainer.training_cost import activation_bytes

LONG = JobEstimate(images=1000, seconds=7200)


def test_a_dry_run_says_what_training_takes_and_does_nothing(
    small_training, saed_trainer, tmp_path
):
    run = tmp_path / "run"
    words = ["train", *small_training, "--output", run, "--repeats", "3"]
    status, out, err = saed_trainer(*words, "--dry-run")
    assert status == 0, err
    assert not run.exists()
    # 36 patterns, 20 % for the test and 10 % of the others apart, four rotations, two epochs
    told = dict(line.split(maxsplit=1) for line in out.splitlines() if not line.startswith("note"))
    assert int(told["steps"]) % (3 * 2) == 0
    assert 3 * 2 * 4 * 20 < int(told["images"].replace(",", "")) < 3 * 2 * 4 * 36
    assert {"memory", "time"} <= set(told)
    # told truly: the same training without --dry-run takes so many steps
    assert saed_trainer(*words, "--only-repeat", "0")[0] == 0
    lines = (run / "repeat-00" / "result.json").read_text()
    assert f'"steps": {int(told["steps"]) // 3}' in lines


@pytest.mark.parametrize(
    ("network", "side"), [("space:16001", 64), ("299-an", 256), ("spots", 64), ("profile", 64)]
)
def test_activations_are_those_that_a_real_step_keeps(network, side):
    options = make_config({"network": {"network": network, "size": side, "crop": side}}).network
    with torch.device("meta"):
        outline = build(options, 5)
    real = build(options, 5).train()
    own = {p.untyped_storage().data_ptr() for p in real.parameters()}
    kept = {}

    def note(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = (storage.nbytes(), storage)
        return tensor

    inputs = [torch.rand(4, *spec.shape) for spec in real.input_specs]
    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        real(*inputs)
    truth = sum(size for size, _ in kept.values())
    # oneDNN keeps indices of a maximum and workspaces that the outline knows nothing of
    assert activation_bytes(outline, 4) == pytest.approx(truth, rel=0.1)


def test_a_long_job_on_a_cpu_warns_in_a_log_and_begins(capsys):
    confirm_long_job(LONG)
    assert "about 2.0 h on this CPU; --dry-run" in capsys.readouterr().out


@pytest.mark.parametrize(
    "estimate",
    [
        JobEstimate(images=1, seconds=3599),
        JobEstimate(images=1, seconds=7200, on_cpu=False),
        JobEstimate(images=1, seconds=7200, is_begun=True),
    ],
)
def test_short_jobs_and_those_that_go_on_say_nothing(estimate, capsys):
    confirm_long_job(estimate)
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize(("typed", "begins"), [(b"y\n", True), (b"\n", False), (b"n\n", False)])
def test_a_long_job_asks_at_a_terminal(typed, begins):
    main, other = pty.openpty()
    code = (
        "from trainer.job_estimate import *\n"
        "confirm_long_job(JobEstimate(images=1, seconds=7200))\nprint('has begun')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=other, stdout=other, stderr=other, env=trainer_environment(),
    )  # fmt: skip
    os.close(other)
    os.write(main, typed)
    said = b""
    while True:
        try:
            part = os.read(main, 1000)
        except OSError:
            break
        if not part:
            break
        said += part
    assert (process.wait(timeout=30) == 0) is begins
    assert b"Begin? [y/N]" in said
    assert (b"has begun" in said) is begins


def test_no_is_a_sentence():
    error = NotWantedError("Nothing was begun.")
    assert error.sentence == "Nothing was begun."


@pytest.mark.parametrize("command", [name for name, _, _ in COMMANDS])
def test_every_command_has_a_dry_run(command, saed_trainer):
    assert "--dry-run" in saed_trainer(command, "--help")[1]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (80, "80 s"), (600, "10 min"), (7200, "2.0 h"), (864000, "10.0 days")],
)
def test_durations_are_words(seconds, words):
    assert duration_text(seconds) == words


def test_help_states_the_columns_of_a_list_and_the_line_for_several_gpus(saed_trainer):
    out = saed_trainer("train", "--help")[1]
    assert "scale_inv_angstrom_per_px" in out
    assert "  torchrun --standalone --nproc-per-node 4 -m trainer train" in out
    for table in ("[network]", "[data]", "[loop]", "[optim]", "[task]"):
        assert table in out


@pytest.mark.parametrize("command", available_commands())
def test_every_command_has_an_estimate(command):
    module = importlib.import_module(available_commands()[command][0])
    assert callable(module.estimate)
