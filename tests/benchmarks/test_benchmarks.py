"""The benchmarks run; what they measure is for a quiet machine."""

import json
import sys

import pytest

pytest.importorskip("torch")

from tests.benchmarks import (
    architecture_speed,
    gpu,
    lattice_peers,
    search_speed,
    training_speed,
)
from tests.benchmarks.peers.lattice_networks import PEERS
from trainer.lattice import draw


def run(benchmark, words, monkeypatch, capsys) -> dict:
    monkeypatch.setattr(sys, "argv", [benchmark.__name__, *words])
    assert benchmark.main() == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_training_speed(monkeypatch, capsys):
    words = ["--size", "192", "--batch-size", "4", "--steps", "1", "--precision", "fp32"]
    result = run(training_speed, words, monkeypatch, capsys)
    assert result["ratio"] > 0


@pytest.mark.slow
def test_architecture_speed(monkeypatch, capsys):
    words = ["--networks", "299-an", "--batch-size", "2", "--repeats", "1"]
    result = run(architecture_speed, words, monkeypatch, capsys)
    assert 0 < result["share_of_arithmetic_limit"] < 1
    assert result["limited_by"] in ("arithmetic", "memory")


def test_search_speed(monkeypatch, capsys):
    words = ["--sizes", "64", "--together", "1", "2", "--seconds", "0", "--batch-size", "4"]
    result = run(search_speed, words, monkeypatch, capsys)
    assert set(result["images_per_second"]["64"]) == {"1", "2"}
    assert result["best"]["64"] in (1, 2)


@pytest.mark.slow
def test_lattice_peers(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(draw, "PER_FILE", 12)
    folders = [tmp_path / split for split in ("train", "calibration", "test")]
    for folder in folders:
        draw.draw_zones(folder, folder.name, 12, 3)
    words = [*map(str, folders), "--resnet", "1", "--cnn", "1", "--keep", str(tmp_path / "kept")]
    monkeypatch.setattr(sys, "argv", [lattice_peers.__name__, *words])
    assert lattice_peers.main() == 0
    first = capsys.readouterr().out
    assert all(f"| {peer.name}, one zone |" in first for peer in PEERS.values())
    # networks that were kept are not trained again, and say the same
    assert lattice_peers.main() == 0
    again = capsys.readouterr()
    assert again.out == first and "epoch 1 of 1" not in again.err


@pytest.mark.slow
def test_what_waits_for_a_gpu_is_ready(tmp_path, monkeypatch, capsys):
    """All of it on a CPU, at sizes that say nothing: on the day there is a GPU it must not fail."""
    from saed_desktop.crystal.cif import read_phases
    from saed_desktop.paths import resources_dir
    from trainer.data.ranges import OrientationRanges
    from trainer.data.reflection_library import LibraryTask, compute_reflection_libraries

    phases = list(read_phases(resources_dir() / "phases"))
    tasks = [LibraryTask(phase, label, 1, 0) for label, phase in enumerate(phases)]
    file = tmp_path / "library.npz"
    library = compute_reflection_libraries(tasks, OrientationRanges())
    library.named([phase.name for phase in phases]).save(file)
    words = [
        "--tiny",
        "--device",
        "cpu",
        "--reflections",
        str(file),
        "--output",
        str(tmp_path / "out"),
    ]
    monkeypatch.setattr(sys, "argv", ["gpu", *words])
    status = gpu.main()
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert status == 0, results
    assert set(results) == {name for name, _ in gpu.PARTS}
    assert results["collectives"]["largest_difference"] < 1e-6
    assert len(results["precision"]["bf16"]["accuracy"]) == 3
    assert results["protocol"]["presentations"] == 18 * 2
    text = (tmp_path / "out" / "gpu.md").read_text()
    assert "| resnet-50 | yes | 32 |" in text
    # a second time nothing is left to do
    capsys.readouterr()
    assert gpu.main() == 0
    assert capsys.readouterr().out == ""
