import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch

from tests.trainer.toy_data import TOY_PHASES, write_toy_set
from trainer.bundle import onnx_graph
from trainer.cli import main

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def _graphs_are_traced_once():
    """Weights that are exported again keep their graph: tracing takes five to fifteen seconds."""
    trace, kept = onnx_graph._onnx_graph, {}

    def once(module, specs):
        weights = hashlib.sha256()
        for name, tensor in module.state_dict().items():
            weights.update(name.encode() + tensor.numpy().tobytes())
        key = (type(module), repr(module), repr(specs), weights.digest())
        if key not in kept:
            kept[key] = trace(module, specs)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(onnx_graph, "_onnx_graph", once)
        yield


@pytest.fixture(scope="session")
def toy_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A labelled folder: twelve patterns of each of three phases."""
    return write_toy_set(tmp_path_factory.mktemp("toy"), dict.fromkeys(TOY_PHASES, 12))


@pytest.fixture(scope="session")
def toy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def small_training(toy_set: Path, toy_cache: Path) -> list[str]:
    """Options of a training that takes about a second."""
    return [
        "--data", str(toy_set), "--cache-dir", str(toy_cache), "--jobs", "1",
        "--network", "space:16001", "--size", "64", "--crop", "64", "--rotations", "4",
        "--epochs", "2", "--batch-size", "16", "--device", "cpu",
    ]  # fmt: skip


@pytest.fixture
def saed_trainer(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run `saed-trainer` in this process; give exit status, standard output and error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            status = main([str(word) for word in arguments])
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def trainer_environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "OMP_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",
    }


def start_trainer(*arguments: object, processes: int = 1) -> subprocess.Popen[str]:
    """Start `saed-trainer` in processes of its own."""
    head = [sys.executable, "-m"]
    if processes > 1:
        head += ["torch.distributed.run", "--standalone", f"--nproc-per-node={processes}", "-m"]
    return subprocess.Popen(
        [*head, "trainer", *[str(word) for word in arguments]],
        env=trainer_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
