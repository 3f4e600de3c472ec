import subprocess
import sys

import pytest

from tests.trainer.conftest import trainer_environment
from trainer.cli import COMMANDS, available_commands, main
from trainer.job_estimate import JobEstimate


@pytest.mark.parametrize("command", list(available_commands()))
def test_every_command_explains_itself(command, saed_trainer):
    status, out, _ = saed_trainer(command, "--help")
    assert status == 0
    assert f"saed-trainer {command}" in out


def test_commands_without_a_module_are_not_listed(monkeypatch, saed_trainer):
    monkeypatch.setattr(
        "trainer.cli.COMMANDS", (*COMMANDS, ("nothing", "trainer.no.such.module", "no help"))
    )
    assert "nothing" not in available_commands()
    _, out, _ = saed_trainer("--help")
    assert "nothing" not in out


def test_no_command_is_wrong_usage(saed_trainer):
    status, out, _ = saed_trainer()
    assert status == 2
    assert "train" in out


@pytest.mark.parametrize(("processes", "torn_down"), [("1", True), ("2", False)])
def test_one_of_many_processes_ends_at_once_and_says_all(processes, torn_down):
    # torn down beside the threads of a process group, the interpreter aborts now and then
    code = (
        "import atexit\nfrom trainer.__main__ import end_process\n"
        "atexit.register(print, 'torn down')\nprint('said')\nend_process(3)"
    )
    environment = {**trainer_environment(), "WORLD_SIZE": processes}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stdout.split("\n")[0] == "said"
    assert ("torn down" in done.stdout) == torn_down


@pytest.mark.parametrize("words", ["'networks'", "'train', '--help'"])
def test_without_its_libraries_it_says_what_to_install(words):
    code = (
        "import sys\nsys.modules.update(torch=None)\nfrom trainer.cli import main\n"
        f"sys.exit(main([{words}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=trainer_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("saed-trainer: 'torch' is not installed")
    assert "pip install '.[trainer]'" in done.stderr


def test_help_imports_no_torch():
    code = (
        "import sys\nfrom trainer.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "sys.exit('torch' in sys.modules or 'matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=trainer_environment(), check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["networks", "resnet50"], 2, "did you mean 'resnet-50'?"),
        (["networks", "timm:nosuchnetwork"], 2, "timm has no network"),
        (["networks", "space:41472"], 2, "from 0 to 41471"),
        (["report", "--predictions", "/no/such/folder", "--output", "/tmp/x"], 2, "There is no"),
        (["train", "--output", "x"], 2, "--data"),
        (["train", "--output", "x", "--data", "/no/such"], 1, "There is no folder or CSV"),
        (["train", "--output", "x", "--data", ".", "--epochs", "0"], 2, "--epochs must be"),
        (["train", "--output", "x", "--data", ".", "--device", "cuda"], 2, "There is no GPU"),
        (["train", "--output", "x", "--data", ".", "--pretrained"], 2, "no pre-trained weights"),
        (["train", "--output", "x", "--data", ".", "--sigmoid"], 2, "label smoothing"),
        (
            ["train", "--output", "x", "--data", ".", "--patience", "2",
             "--validation-fraction", "0"],
            2,
            "validation",
        ),
        (["train", "--output", "x", "--data", ".", "--only-repeat", "1"], 2, "--only-repeat"),
        (["export", "/no/such/run", "--output", "x.saednet"], 2, "no trained network"),
        (["export", "/no/such/run", "--output", "x.onnx"], 2, ".saednet"),
        (["evaluate", "/no/such/run", "--data", ".", "--output", "x"], 2, "no trained network"),
    ],
)  # fmt: skip
def test_wrong_input_ends_in_one_sentence(arguments, status, words, saed_trainer, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    got, _, err = saed_trainer(*arguments)
    assert got == status
    assert words in err
    assert err.count("\n") == 1, err
    assert "Traceback" not in err


def test_full_disk_is_a_sentence(monkeypatch, capsys):
    import errno

    import trainer.studies.report.command

    def full(args):
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere/table.csv")

    nothing = JobEstimate(images=0, seconds=1)
    monkeypatch.setattr(trainer.studies.report.command, "estimate", lambda args: nothing)
    monkeypatch.setattr(trainer.studies.report.command, "run", full)
    assert main(["report", "--predictions", ".", "--output", "x"]) == 1
    assert "The disk is full (/somewhere/table.csv)" in capsys.readouterr().err
