"""An architecture search on a real Slurm that is treated badly.

    sudo SAED_RUN_ROOT=1 python -m pytest tests/slurm

A worker is killed with -9, another put back into the queue, a node drained and the controller
killed and started anew. Afterwards every result must be there and none twice.
"""

import contextlib
import json
import os
import signal
import tempfile
import time
from pathlib import Path

import pytest

pytest.importorskip("submitit")

from tests.slurm.cluster import NODES, Cluster, is_installed, wait_until
from tests.trainer.conftest import TOY_PHASES, trainer_environment
from tests.trainer.search_spaces import SPACE, search_options, write_config
from tests.trainer.toy_data import write_toy_set
from trainer.cli import main
from trainer.search.layout import result_files
from trainer.search.results import merge, read_results
from trainer.search.rung_trials import known_trials

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(not is_installed(), reason="needs Debian's slurm-wlm and munge"),
]

RUNGS = """
[[rungs]]
epochs = 4
size = 64
rotations = 24
[[rungs]]
epochs = 8
size = 64
rotations = 24
keep = 0.5
[finals]
candidates = 0
size = 64
[search]
strategy = "halving"
shards = 3
checkpoint_seconds = 0
"""


@pytest.fixture
def folder():
    # the daemons' sockets want short paths
    with tempfile.TemporaryDirectory(prefix="saed-slurm-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_nothing_is_lost_and_nothing_done_twice(folder, monkeypatch, capsys):
    for name, value in trainer_environment().items():
        monkeypatch.setenv(name, value)
    data = write_toy_set(folder / "toy", dict.fromkeys(TOY_PHASES, 24))
    config = write_config(folder / "search.toml", SPACE, RUNGS)
    search = folder / "search"
    words = search_options(config, data, folder / "cache", search)
    with Cluster(folder / "cluster") as cluster:
        assert main([*words, "--engine", "slurm", "--slurm", "time=30", "cpus=1"]) == 0
        wait_until(lambda: count(search, 0) >= 2, 180)
        assert main(["search", "resume", str(search), "--engine", "slurm"]) == 2
        assert "still queued or running" in capsys.readouterr().err

        killed = kill_a_worker(search)
        first = cluster.command("squeue", "-h", "-r", "-t", "RUNNING", "-o", "%i").split()
        if first:
            cluster.command("scontrol", "requeue", first[-1])
        cluster.command("scontrol", "update", f"NodeName={NODES[0]}", "State=DRAIN", "Reason=test")
        # it writes down what it knows every few seconds
        time.sleep(8)
        cluster.kill_controller()
        cluster.start_controller()
        wait_until(
            lambda: "drain" in cluster.command("sinfo", "-h", "-n", NODES[0], "-o", "%T"), 60
        )
        wait_until(lambda: not cluster.states(), 480)
        if left(search):
            # a worker may have been lost in the last rung, after which nothing follows
            assert main(["search", "resume", str(search), "--engine", "slurm", "--slurm",
                         "time=30", "cpus=1"]) == 0  # fmt: skip
            wait_until(lambda: not cluster.states(), 300)
    assert killed
    assert left(search) == 0
    for rung, expected in ((0, 12), (1, 6)):
        keys = known_trials(search, rung)
        lines = [result for path in result_files(search, rung) for result in read_results(path)[0]]
        assert len(keys) == expected
        assert sorted(result.key for result in lines) == sorted(keys)
        assert all(result.outcome == "done" for result in lines)


def count(search, rung):
    return len(merge(result_files(search, rung)).by_key)


def left(search):
    total = 0
    for rung in (0, 1):
        keys = known_trials(search, rung)
        total += (
            1 if keys is None else len(set(keys) - set(merge(result_files(search, rung)).by_key))
        )
    return total


def kill_a_worker(search):
    """Kill the process of a shard that is in the middle of a training."""
    for path in sorted(search.glob("rung-0/shard-*/state.json")):
        state = json.loads(path.read_text())
        if state["state"] == "running":
            with contextlib.suppress(ProcessLookupError):
                os.kill(state["process"], signal.SIGKILL)
                return True
    return False
