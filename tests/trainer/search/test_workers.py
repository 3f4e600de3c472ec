"""Workers that are killed, that come twice, that are told to go: nothing lost, nothing twice."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch

from tests.trainer.conftest import start_trainer, trainer_environment
from tests.trainer.search_spaces import EXHAUSTIVE, SPACE, search_options, write_config
from trainer.search import trial, worker
from trainer.search.layout import result_files, shard_folder
from trainer.search.results import merge, read_results
from trainer.search.rung_trials import known_trials
from trainer.search.settings import load_settings
from trainer.search.worker import LostShardError, Worker, run_shard

SLOW = EXHAUSTIVE.replace("epochs = 2", "epochs = 40")
TWO_SHARDS = '[search]\nstrategy = "exhaustive"\nshards = 2\ncheckpoint_seconds = 0\n'
CPU = torch.device("cpu")


@pytest.fixture
def prepared(tmp_path, toy_set, toy_cache, saed_trainer):
    """Give a function that prepares a search and returns its folder."""

    def prepare(*parts):
        config = write_config(tmp_path / "search.toml", *parts)
        folder = tmp_path / "search"
        words = search_options(config, toy_set, toy_cache, folder)
        assert saed_trainer(*words, "--only-prepare")[0] == 0
        return folder

    return prepare


def lines_of(folder):
    return [r for path in result_files(folder, 0) for r in read_results(path)[0]]


def wait_until(happens, seconds=90):
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_worker_killed_under_the_local_engine(prepared, saed_trainer):
    folder = prepared(SPACE, SLOW, TWO_SHARDS)
    engine = start_trainer("search", "resume", folder, "--device", "cpu")
    state = shard_folder(folder, 0, 1) / "state.json"
    # in the middle of a training that has left a checkpoint
    checkpoint = shard_folder(folder, 0, 1) / "checkpoint.pt"
    wait_until(lambda: len(lines_of(folder)) >= 2 and state.is_file() and checkpoint.is_file())
    os.kill(json.loads(state.read_text())["process"], signal.SIGKILL)
    output = engine.communicate(timeout=120)[0]
    assert engine.returncode == 1, output
    assert "Shard 1 ended early: it was killed, as by signal 9" in output
    assert "'search resume' goes on from here" in output
    # a line that the worker was in the middle of
    with (shard_folder(folder, 0, 1) / "results.jsonl").open("a") as stream:
        stream.write('{"index": 3, "seed": 0, "outc')
    before = len(lines_of(folder))
    assert before < 12

    assert saed_trainer("search", "resume", folder, "--engine", "here", "--device", "cpu")[0] == 0
    keys = known_trials(folder, 0)
    assert sorted(r.key for r in lines_of(folder)) == sorted(keys) == [(i, 0) for i in range(12)]
    merged = merge(result_files(folder, 0))
    assert (merged.twice, merged.torn) == (0, 1)
    assert all(len(r.curve) == r.epochs == 40 for r in merged.by_key.values())


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_a_stopped_worker_goes_on_where_it_was(schedule, prepared):
    rungs = EXHAUSTIVE.replace("epochs = 2", f'epochs = 4\nschedule = "{schedule}"')
    folder = prepared(SPACE, rungs, TWO_SHARDS)
    for shard in (0, 1):
        assert run_shard(folder, shard, 0, CPU)
    whole = merge(result_files(folder, 0)).by_key
    for path in result_files(folder, 0):
        path.unlink()
    # asked between layers and patterns too: it stops before a training, within a step, after it
    asked = itertools.count(1)
    left = []
    for shard in (0, 1):
        while not run_shard(folder, shard, 0, CPU, stop=lambda: next(asked) % 97 == 0):
            left.append((shard_folder(folder, 0, shard) / "checkpoint.pt").is_file())
    assert sum(left) > 5
    again = merge(result_files(folder, 0)).by_key
    # to the last digit: weights, order, dropout and statistics all came back
    assert {k: r.curve for k, r in again.items()} == {k: r.curve for k, r in whole.items()}


def test_a_worker_killed_before_its_result_was_kept_does_not_train_again(prepared, monkeypatch):
    folder = prepared(SPACE, EXHAUSTIVE, TWO_SHARDS)
    epochs: list[float] = []

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(worker, "append_result", die)
        with pytest.raises(KeyboardInterrupt):
            run_shard(folder, 0, 0, CPU)
    assert not lines_of(folder)
    close = trial._Batch.close_epoch

    def count(batch, *words):
        epochs.append(batch._keys[0][0])
        return close(batch, *words)

    monkeypatch.setattr(trial._Batch, "close_epoch", count)
    assert run_shard(folder, 0, 0, CPU)
    done = [r.key[0] for r in lines_of(folder)]
    assert len(done) == len(set(done)) == 6
    # the first was trained to its end before, and its last checkpoint was still there
    assert done[0] not in epochs and set(epochs) == set(done[1:])
    assert not (shard_folder(folder, 0, 0) / "checkpoint.pt").exists()


def test_a_worker_that_was_replaced_leaves_the_shard_to_the_other(prepared):
    folder = prepared(SPACE, EXHAUSTIVE, TWO_SHARDS)
    settings = load_settings(folder)
    second = Worker(folder, settings, 0, CPU)

    def take_over():
        assert second.work(0)
        return False

    first = Worker(folder, settings, 0, CPU, stop=take_over)
    with pytest.raises(LostShardError, match="taken over shard 0"):
        first.work(0)
    assert run_shard(folder, 1, 0, CPU)
    assert sorted(r.key for r in lines_of(folder)) == [(i, 0) for i in range(12)]


def test_workers_of_torchrun_share_the_shards(prepared):
    halving = EXHAUSTIVE + "[[rungs]]\nepochs = 1\nsize = 32\nrotations = 2\nkeep = 3\n"
    folder = prepared(SPACE, halving, '[search]\nstrategy = "halving"\nshards = 3\n')
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2",
         "-m", "trainer", "search", "work", str(folder), "--device", "cpu"],
        env=trainer_environment(), capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(lines_of(folder)) == 12
    later = [r for path in result_files(folder, 1) for r in read_results(path)[0]]
    assert sorted(r.key for r in later) == sorted(known_trials(folder, 1))
    assert len(later) == 3
