"""Workers without enough memory: a real bound of the system, on the CPU."""

import json
import subprocess
import sys

import pytest

from tests.trainer.conftest import trainer_environment
from tests.trainer.search_spaces import search_options, write_config
from trainer.search.layout import result_files
from trainer.search.results import TrialStatus, merge

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="RLIMIT_DATA bounds memory on Linux only"
)

SPACE = """
crop = 64
[space]
name = "wide"
[space.axes]
conv_layers = [1]
dense_layers = [1]
first_nodes = [8, 2048]
learning_rate = [0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001]
batch_size = [16]
width = [4]
[[rungs]]
epochs = 1
size = 64
rotations = 1
[finals]
candidates = 0
size = 64
[search]
strategy = "exhaustive"
together = 4
"""
"""2048 nodes on a map of 31 x 31 x 4: 7.9 million weights, which training holds five times."""


def test_what_does_not_fit_goes_to_smaller_batches_of_networks(
    tmp_path, toy_set, toy_cache, saed_trainer
):
    config = write_config(tmp_path / "search.toml", SPACE)
    folder = tmp_path / "search"
    words = search_options(config, toy_set, toy_cache, folder)
    assert saed_trainer(*words, "--only-prepare")[0] == 0
    done = subprocess.run(
        [sys.executable, "-m", "tests.trainer.search.memory_worker", str(folder), "420", "0"],
        env=trainer_environment(), capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    results = merge(result_files(folder, 0)).by_key
    outcomes = {r.outcome: (r.key, r.reason) for r in results.values()}
    assert list(outcomes) == [TrialStatus.DONE], outcomes
    assert sorted(results) == [(index, 0) for index in range(16)]
    small, wide = ([results[i, 0] for i in part] for part in (range(8), range(8, 16)))
    assert [(r.together, r.shrunk) for r in small] == [(4, ())] * 8
    # four never fit; whether two do hangs on how much the libraries hold besides
    assert all(r.shrunk in {(4,), (4, 2)} for r in wide)
    assert all(r.together == r.shrunk[-1] // 2 for r in wide)
    rung = json.loads(saed_trainer("search", "status", folder, "--json")[1])["rungs"][0]
    assert rung["shrunk"] == 8
    out = saed_trainer("search", "status", folder)[1]
    assert "8 training(s) went to a smaller batch of networks" in out
    assert "A worker has had at most" in out


BOUNDED = """
import resource
import pytest
import torch
from saed_desktop.errors import UsageError
from trainer.search.memory import bounded_memory, held_bytes

cpu = torch.device("cpu")
before = resource.getrlimit(resource.RLIMIT_DATA)
with bounded_memory(cpu, held_bytes() / 1e9 + 0.1):
    with pytest.raises(RuntimeError, match="can't allocate memory"):
        torch.empty(200_000_000, dtype=torch.uint8)
    torch.empty(20_000_000, dtype=torch.uint8)
assert resource.getrlimit(resource.RLIMIT_DATA) == before
torch.empty(200_000_000, dtype=torch.uint8)
with pytest.raises(UsageError, match="before it trains anything"), bounded_memory(cpu, 0.001):
    pass
"""


def test_the_bound_holds_and_goes_again():
    # in a process of its own: this one may hold what earlier tests have freed
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED],
        env=trainer_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
