"""Optimizer, schedules, task, options, configuration, log, calibration: the parts by themselves."""

import json

import numpy as np
import pytest
import torch

from saed_desktop.errors import UsageError
from saed_desktop.network.input import InputKind, InputSpec
from trainer.bundle.probability_calibration import at_temperature, fit_temperature, set_thresholds
from trainer.cli import main
from trainer.config import (
    PARTS,
    differences,
    make_config,
    protocol_values,
)
from trainer.data.loader import Batch
from trainer.distributed import World
from trainer.networks.base import Network
from trainer.networks.registry import entries
from trainer.optim import OptimOptions, make_optimizer, rate_factor
from trainer.options import make_options
from trainer.run_log import LogOptions, RunLog, StepMetrics, read_metrics
from trainer.task import ClassificationTask, MovingAverage, TaskOptions, balanced_weights


class Tiny(Network):
    def __init__(self) -> None:
        super().__init__((InputSpec("profile", InputKind.PROFILE, 6),))
        self.linear = torch.nn.Linear(6, 3)
        self.norm = torch.nn.BatchNorm1d(3)

    def forward(self, profile):
        return self.norm(self.linear(profile))


def tiny_batch(n: int = 8, seed: int = 0, weights=None) -> Batch:
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(3, (n,), generator=generator)
    return Batch({"profile": torch.rand(n, 6, generator=generator)}, labels, weights)


# ---- schedules and optimizer -----------------------------------------------


def test_schedules_rise_then_fall():
    factors = [rate_factor(s, 100, schedule="cosine", warmup=0.1) for s in range(100)]
    assert factors[:10] == sorted(factors[:10])
    assert factors[10:] == sorted(factors[10:], reverse=True)
    assert factors[10] == 1
    assert 0 < factors[-1] < 0.001
    assert rate_factor(55, 100, schedule="linear", warmup=0.1) == pytest.approx(0.5)
    assert {rate_factor(s, 100, schedule="constant", warmup=0) for s in range(100)} == {1.0}


def test_adamw_decays_matrices_only_and_adam_everything():
    network = Tiny()
    cpu = torch.device("cpu")
    groups = make_optimizer(network, OptimOptions(weight_decay=0.1), cpu).param_groups
    assert [g["weight_decay"] for g in groups] == [0.1, 0.0]
    assert [p.dim() for p in groups[0]["params"]] == [2]
    (group,) = make_optimizer(
        network, OptimOptions(optimizer="adam", weight_decay=0.1), cpu
    ).param_groups
    assert group["weight_decay"] == 0.1
    assert len(group["params"]) == 4


# ---- task ------------------------------------------------------------------


def gradients(task: ClassificationTask) -> list[torch.Tensor]:
    return [p.grad.clone() for p in task.network.parameters()]


def test_accumulated_gradient_is_that_of_the_whole_batch():
    torch.manual_seed(0)
    network = Tiny()
    network.norm = torch.nn.Identity()  # batch norm sees other batches when they are cut up
    task = ClassificationTask(network, TaskOptions(ema=0), World())
    whole = tiny_batch(10)
    task.learn(whole, global_size=10, last=True)
    expected = gradients(task)
    network.zero_grad()
    for part in (slice(0, 7), slice(7, 10)):
        piece = Batch({"profile": whole.inputs["profile"][part]}, whole.labels[part])
        task.learn(piece, global_size=10, last=part.stop == 10)
    for ours, theirs in zip(gradients(task), expected, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_weights_of_classes_and_patterns_count():
    counts = torch.tensor([6, 3, 1])
    weights = balanced_weights(counts)
    assert (weights * counts).sum() / counts.sum() == pytest.approx(1)
    torch.testing.assert_close(weights * counts, torch.full((3,), 10 / 3))
    torch.manual_seed(0)
    network = Tiny()
    options = TaskOptions(ema=0, label_smoothing=0)
    own = torch.rand(8)
    task = ClassificationTask(network, options, World(), weights)
    outcome = task.learn(tiny_batch(weights=own), global_size=8, last=True)
    logits = task.logits(tiny_batch())
    each = torch.nn.functional.cross_entropy(logits, tiny_batch().labels, reduction="none")
    expected = (each * own * weights[tiny_batch().labels]).sum() / 8
    torch.testing.assert_close(outcome.loss, expected.detach())
    assert outcome.sums[0, 2] == 8


def test_moving_average_is_its_recursion():
    torch.manual_seed(0)
    network = Tiny()
    average = MovingAverage(network, 0.5)
    expected = network.linear.weight.detach().clone()
    for step in range(1, 20):
        with torch.no_grad():
            network.linear.weight.add_(torch.randn_like(network.linear.weight))
        average.update()
        kept = min(0.5, (1 + step) / (10 + step))
        expected = torch.lerp(expected, network.linear.weight.detach(), 1 - kept)
        # to the last digit: a checkpoint of an earlier version goes on alike
        assert torch.equal(average.network.linear.weight, expected)
    other = MovingAverage(Tiny(), 0.5)
    other.load_state(average.state())
    assert torch.equal(other.network.linear.weight, expected)
    assert other.state()["steps"] == 19


def test_moving_average_shares_frozen_weights():
    network = Tiny()
    network.linear.bias.requires_grad_(requires_grad=False)
    average = MovingAverage(network, 0.9)
    assert average.network.linear.bias.data_ptr() == network.linear.bias.data_ptr()
    assert average.network.linear.weight.data_ptr() != network.linear.weight.data_ptr()
    values = set(average.state()["values"])
    assert "linear.weight" in values
    assert "linear.bias" not in values


def test_bf16_computes_in_bf16_and_answers_in_fp32():
    task = ClassificationTask(Tiny(), TaskOptions(precision="bf16", ema=0), World())
    logits = task.logits(tiny_batch())
    assert logits.dtype == torch.float32
    exact = ClassificationTask(task.network, TaskOptions(ema=0), World()).logits(tiny_batch())
    assert 0 < (logits - exact).abs().max() < 0.1


# ---- options and configuration ---------------------------------------------


def test_flags_are_unique_over_all_parts():
    names = [name for options, _ in PARTS.values() for name in options.__dataclass_fields__]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("part", "values", "words"),
    [
        ("optim", {"lr": 0.0}, "--lr must be above 0"),
        ("optim", {"lr": "fast"}, "--lr wants a number"),
        ("optim", {"learning_rate": 1e-3}, "no option 'learning_rate' in 'optim'"),
        ("optim", {"optimiser": "adam"}, "did you mean 'optimizer'"),
        ("optim", {"optimizer": "sgd"}, "one of adam, adamw"),
        ("loop", {"epochs": 1.5}, "--epochs wants a whole number"),
        ("loop", {"epochs": True}, "--epochs wants a whole number"),
        ("data", {"split_by": "colour"}, "one of phase, specimen"),
        ("data", {"resident": "yes"}, "--resident wants true or false"),
        ("task", {"ema": 1.0}, "--ema must be at least 0 and below 1"),
    ],
)
def test_wrong_values_are_explained(part, values, words):
    with pytest.raises(UsageError, match=words):
        make_options(PARTS[part][0], values, part=part)


def test_configuration_survives_writing_and_reading():
    config = make_config({"network": {"network": "resnet-50", "size": 64}, "data": {"data": "x"}})
    again = make_config(json.loads(json.dumps(config.to_plain())))
    assert again == config
    assert differences(config.decisive(), again.decisive()) == []
    other = make_config({"network": {"network": "resnet-50", "size": 96}, "data": {"data": "x"}})
    assert differences(config.decisive(), other.decisive()) == [
        "crop (was 64, now 96)", "size (was 64, now 96)",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [name for name, one in entries().items() if one.size])
def test_the_protocol_of_the_paper(name):
    config = make_config({"network": {"network": name}}, protocol="hpec2023")
    assert (config.loop.epochs, config.loop.batch_size, config.loop.repeats) == (20, 32, 10)
    assert (config.optim.optimizer, config.optim.lr) == ("adam", 0.001)
    assert config.optim.weight_decay == (0.1 if name == "vit-l-16" else 0)
    assert config.network.sigmoid == (name == "299-an")
    assert config.network.size == (224 if name in ("vit-l-16", "resnet-101") else 800)
    assert config.network.crop == 800
    assert config.data.rotations == 24
    assert config.data.validation_fraction == 0
    assert config.task.precision == "fp32"
    assert not config.task.global_batch_norm


def test_command_line_wins_over_file_and_file_over_protocol(tmp_path, toy_set):
    path = tmp_path / "options.toml"
    path.write_text("[loop]\nepochs = 3\nbatch_size = 4\n[optim]\nlr = 1e-4\n")
    import argparse

    from trainer.config import add_config_arguments, config_from_arguments

    parser = argparse.ArgumentParser()
    add_config_arguments(parser)
    words = ["--config", str(path), "--protocol", "hpec2023", "--batch-size", "8"]
    config = config_from_arguments(parser.parse_args(words))
    assert (config.loop.epochs, config.loop.batch_size) == (3, 8)
    assert (config.optim.lr, config.optim.optimizer) == (1e-4, "adam")
    assert config.loop.repeats == 10


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[loop]\nepoch = 3\n", "no option 'epoch' in 'loop'; did you mean 'epochs'?"),
        ("[lop]\nepochs = 3\n", "no group of options 'lop'"),
        ("epochs = 3\n", "one table per group"),
        ("[loop\n", "no valid configuration file"),
        (None, "no configuration file"),
    ],
)
def test_wrong_configuration_files_are_explained(tmp_path, capsys, text, words):
    path = tmp_path / "options.toml"
    if text is not None:
        path.write_text(text)
    assert main(["train", "--output", str(tmp_path / "run"), "--config", str(path)]) == 2
    assert words in capsys.readouterr().err


def test_protocols_are_known():
    with pytest.raises(UsageError, match="no protocol 'other'"):
        protocol_values("other", "299-an")


# ---- log -------------------------------------------------------------------


def facts(step: int) -> StepMetrics:
    return StepMetrics(step, 100, 0, 0.5, 1e-3, 12.0, 3700.0)


def test_plain_lines_come_no_more_often_than_asked(tmp_path, capsys):
    log = RunLog(tmp_path, LogOptions(log_seconds=1000.0), is_main=True)
    for step in range(5):
        if log.wants_step():
            log.step(facts(step))
    assert capsys.readouterr().out.count("\n") == 1
    log.line("a line")
    assert capsys.readouterr().out == "a line\n"


def test_terminal_gets_a_bar(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with RunLog(tmp_path, LogOptions(), is_main=True) as log:
        log.step(facts(40))
        log.line("between")
    out = capsys.readouterr().out
    assert "40/100" in out
    assert "12.0 images/s" in out
    assert "1 h 01 min left" in out


def test_metrics_are_kept_up_to_the_resumed_step(tmp_path):
    log = RunLog(tmp_path, LogOptions(), is_main=True)
    for step in (10, 20, 30):
        log.record("epoch", step, {"loss": 0.1})
    with (tmp_path / "metrics.jsonl").open("a") as stream:
        stream.write('{"event": "epoch", "st')  # killed while it wrote
    assert [m["step"] for m in read_metrics(tmp_path)] == [10, 20, 30]
    log.resume_after(20)
    log.record("epoch", 30, {"loss": 0.2})
    assert [(m["step"], m["loss"]) for m in read_metrics(tmp_path)] == [
        (10, 0.1), (20, 0.1), (30, 0.2),
    ]  # fmt: skip


def test_other_processes_are_silent(tmp_path, capsys):
    log = RunLog(tmp_path / "run", LogOptions(), is_main=False)
    log.line("x")
    log.step(facts(1))
    log.record("epoch", 1, {})
    assert capsys.readouterr().out == ""
    assert not (tmp_path / "run").exists()


# ---- calibration -----------------------------------------------------------


def test_temperature_is_found_again():
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(4000, 5)) * 2
    true = at_temperature(logits, 1.0)
    labels = np.array([generator.choice(5, p=p) for p in true])
    # a network that is twice as sure as it should be
    assert fit_temperature(logits * 2, labels) == pytest.approx(2.0, rel=0.06)


def test_sets_hold_the_truth_as_often_as_they_say():
    generator = np.random.default_rng(1)
    logits = generator.normal(size=(9000, 3)) * 2
    probability = at_temperature(logits, 1.0)
    labels = np.array([generator.choice(3, p=p) for p in probability])
    names = ("a", "b", "c")
    found = set_thresholds(probability[:3000], labels[:3000], names, 0.9)
    later, truth = probability[3000:], labels[3000:]
    for k, name in enumerate(names):
        coverage = (later[truth == k, k] >= found[name]).mean()
        assert coverage == pytest.approx(0.9, abs=0.03)
    # eight patterns cannot vouch for nine in ten
    assert set_thresholds(probability[:8], np.zeros(8, int), names, 0.9) == {}
