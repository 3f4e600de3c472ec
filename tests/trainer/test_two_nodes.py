import json

import pytest

from tests.trainer.runs import wait_for_new_checkpoint, weights
from tests.trainer.two_nodes import FIRST, SECOND, cut_cable, end_node, start_node, two_namespaces
from trainer.predictions import read_table
from trainer.run_log import read_metrics

pytestmark = pytest.mark.root


def test_a_node_cut_off_in_mid_epoch_costs_nothing(small_training, tmp_path, saed_trainer):
    epochs = 4
    options = [
        *small_training, "--epochs", epochs, "--lr", 3e-5, "--ema", 0, "--checkpoint-steps", 2,
        "--timeout-seconds", 8, "--validation-fraction", 0, "--rotations", 24,
    ]  # fmt: skip
    whole = tmp_path / "whole"
    assert saed_trainer("train", "--output", whole, *options)[0] == 0
    run = tmp_path / "run"
    with two_namespaces():
        nodes = {
            node: start_node(node, tmp_path / f"{node}.log", "train", "--output", run, *options)
            for node in (FIRST, SECOND)
        }
        try:
            seen = 0
            for _ in range(7):
                seen = wait_for_new_checkpoint(run, before=seen, seconds=180)
            cut_cable()
            assert not (run / "repeat-00" / "result.json").exists()
            assert nodes[FIRST].wait(timeout=300) == 0, (tmp_path / f"{FIRST}.log").read_text()
        finally:
            for process in nodes.values():
                end_node(process)
    log = (tmp_path / f"{FIRST}.log").read_text()
    assert "2 process(es)" in log
    assert "Another process of this training has ended or cannot be reached" in log
    assert "Resumed after step" in log
    assert "1 process(es)" in log

    result = json.loads((run / "repeat-00" / "result.json").read_text())
    assert result["processes"] == 1
    ours, theirs = read_metrics(run / "repeat-00"), read_metrics(whole / "repeat-00")
    assert [m["epoch"] for m in ours] == list(range(epochs))
    assert [m["samples"] for m in ours] == [m["samples"] for m in theirs]
    tables = [read_table(d / "repeat-00" / "predictions.csv") for d in (run, whole)]
    assert tables[0].names == tables[1].names
    for key, value in weights(whole).items():
        difference = (weights(run)[key].double() - value.double()).norm()
        assert difference <= 0.05 * value.double().norm() + 5e-3, key
