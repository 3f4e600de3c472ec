"""The benchmarks run; what they measure is for a quiet machine."""

import json
import sys

import pytest

pytest.importorskip("torch")

from tests.benchmarks import architecture_speed, search_speed, training_speed


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
