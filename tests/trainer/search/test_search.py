"""Searches from the command line, at toy size."""

import json
import math

import pytest

from tests.trainer.search_spaces import EXHAUSTIVE, HALVING, SPACE, search_options, write_config
from trainer.predictions import read_table
from trainer.search.layout import result_files
from trainer.search.results import TrialStatus, merge
from trainer.search.rung_trials import known_trials, ranking


@pytest.fixture
def start(tmp_path, toy_set, toy_cache):
    """Give the words that start a search of some configuration in this process."""

    def words(*parts, name="search", engine="here"):
        config = write_config(tmp_path / f"{name}.toml", *parts)
        output = tmp_path / name
        return [*search_options(config, toy_set, toy_cache, output), "--engine", engine], output

    return words


def results_of(folder, rung):
    return merge(result_files(folder, rung)).by_key


def test_the_papers_space_is_described(saed_trainer):
    status, out, _ = saed_trainer("search", "--describe")
    assert status == 0
    assert "41,472 architectures" in out
    assert "299-AN is number 39040; it has 265,385 parameters" in out
    assert "1,728: halving from 8 nodes leaves none" in out


def test_halving_from_start_to_bundle(start, saed_trainer, tmp_path):
    words, folder = start(SPACE, HALVING, '[search]\nstrategy = "halving"\nshards = 2\n')
    assert saed_trainer(*words)[0] == 0
    first, second, finals = (results_of(folder, rung) for rung in range(3))
    assert sorted(first) == [(index, 0) for index in range(12)]
    # another seed: luck with the first weights takes nobody further
    best = {(result.index, 1) for result in ranking(first.values())[:6]}
    assert set(second) == best
    winner = ranking(second.values())[0].index
    assert sorted(finals) == [(winner, 0), (winner, 1)]
    for result in (*first.values(), *second.values(), *finals.values()):
        assert result.outcome is TrialStatus.DONE
        assert len(result.curve) == result.epochs
        assert min(result.parameters, result.flops, result.samples, result.n) > 0
        assert result.seconds > 0
        assert result.peak_memory_mb > 10
    # the score is that of the validation patterns
    run = folder / "finals" / f"{winner:06d}"
    table = read_table(run / "repeat-01" / "validation.csv")
    assert finals[winner, 1].score == table.scores.accuracy
    assert finals[winner, 1].n == len(table)

    out = saed_trainer("search", "status", folder, "--json")[1]
    rungs = json.loads(out)["rungs"]
    assert [(r["name"], r["total"], r["left"]) for r in rungs] == [
        ("rung 0", 12, 0), ("rung 1", 6, 0), ("finals", 2, 0),
    ]  # fmt: skip
    assert saed_trainer("search", "status", folder)[0] == 0

    # the same command finds nothing left to do
    lines = [path.read_bytes() for rung in range(3) for path in result_files(folder, rung)]
    assert saed_trainer(*words)[0] == 0
    again = [path.read_bytes() for rung in range(3) for path in result_files(folder, rung)]
    assert again == lines

    bundle = tmp_path / "winner.saednet"
    assert saed_trainer("export", run, "--output", bundle)[0] == 0
    assert bundle.is_file()


def test_a_rate_that_falls_to_nothing_goes_half_as_far(start, saed_trainer):
    # steps so small that the loss falls in proportion to their sum
    losses = {}
    for name, rate, schedule in (
        ("still", 1e-12, "constant"), ("constant", 1e-5, "constant"), ("linear", 1e-5, "linear"),
    ):  # fmt: skip
        space = SPACE.replace("[0.01, 0.001, 0.0001]", f"[{rate}]")
        rung = EXHAUSTIVE.replace("epochs = 2", f'epochs = 1\nschedule = "{schedule}"')
        words, folder = start(space, rung, '[search]\nstrategy = "exhaustive"\n', name=name)
        assert saed_trainer(*words)[0] == 0
        results = results_of(folder, 0)
        losses[name] = [results[index, 0].log_loss for index in range(4)]
    for before, whole, half in zip(*losses.values(), strict=True):
        assert whole < before
        assert 0.4 < (before - half) / (before - whole) < 0.7


def test_random_draws_the_same_again(start, saed_trainer):
    chosen = []
    for name in ("one", "two"):
        search = '[search]\nstrategy = "random"\ncount = 3\nseed = 4\n'
        words, folder = start(SPACE, EXHAUSTIVE, search, name=name)
        assert saed_trainer(*words)[0] == 0
        chosen.append(results_of(folder, 0))
    assert len(chosen[0]) == 3
    assert {k: r.curve for k, r in chosen[0].items()} == {k: r.curve for k, r in chosen[1].items()}


def test_failures_are_results_with_their_reason(start, saed_trainer):
    space = """
crop = 64
[space]
name = "hard"
[space.axes]
conv_layers = [2, 6]
dense_layers = [2]
first_nodes = [1, 8, 30000000000]
dense_shape = ["encoder"]
batch_norm = [false]
learning_rate = [0.001, 1e30]
batch_size = [16]
width = [4]
"""
    search = '[search]\nstrategy = "exhaustive"\ntogether = 2\n'
    words, folder = start(space, EXHAUSTIVE.replace("size = 32", "size = 64"), search)
    status, _, err = saed_trainer(*words)
    assert status == 0, err
    results = results_of(folder, 0)
    assert len(results) == 12
    reasons = [results[index, 0].reason for index in range(12)]
    assert all("halving from 1 nodes leaves none" in reason for reason in reasons[:2])
    assert reasons[2] is None
    assert "no longer a number in epoch 1" in reasons[3]
    assert reasons[4:6] == ["out of memory"] * 2
    # two did not fit, then one did not either
    assert results[4, 0].shrunk == (2, 1)
    assert all("64 pixels is used up" in reason or "halving" in reason for reason in reasons[6:])
    assert results[2, 0].together == 2

    status, out, _ = saed_trainer("search", "status", folder)
    assert status == 0
    assert "2 failed: out of memory" in out
    assert saed_trainer("search", "retry-failed", folder, "--only-forget")[0] == 0
    left = results_of(folder, 0)
    # what is impossible stays so; the others are to be tried again
    assert set(left) == set(results) - {(3, 0), (4, 0), (5, 0)}
    assert saed_trainer("search", "resume", folder, "--engine", "here", "--device", "cpu")[0] == 0
    assert set(results_of(folder, 0)) == set(results)


def test_hopeless_trainings_are_given_up(start, saed_trainer):
    space = SPACE.replace("[0.01, 0.001, 0.0001]", "[0.01, 0.001, 0.0001, 1e-6, 1e-7, 1e-8]")
    search = '[search]\nstrategy = "exhaustive"\ngive_up = 0.7\n'
    rungs = "[[rungs]]\nepochs = 3\nsize = 64\nrotations = 8\n[finals]\ncandidates = 0\nsize = 64\n"
    words, folder = start(space, rungs, search)
    assert saed_trainer(*words)[0] == 0
    results = results_of(folder, 0).values()
    stopped = [r for r in results if r.outcome is TrialStatus.STOPPED]
    assert len(results) == 24
    assert stopped
    assert all(r.epochs < 3 and "among the worst" in r.reason for r in stopped)
    assert all(math.isfinite(r.score) for r in results)


def test_work_needs_no_batch_system(start, saed_trainer):
    search = '[search]\nstrategy = "exhaustive"\nshards = 2\n'
    words, folder = start(SPACE, EXHAUSTIVE, search)
    status, _, _ = saed_trainer(*words, "--engine", "none")
    assert status == 2
    assert saed_trainer(*words, "--only-prepare")[0] == 0
    assert saed_trainer("search", "work", folder, "--shard", 1, "--device", "cpu")[0] == 0
    half = set(results_of(folder, 0))
    assert 0 < len(half) < 12
    assert len(known_trials(folder, 0)) == 12
    assert saed_trainer("search", "work", folder, "--device", "cpu")[0] == 0
    assert len(results_of(folder, 0)) == 12
    status, _, err = saed_trainer("search", "work", folder, "--shard", 2)
    assert (status, "from 0 to 1; there is no 2" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["search"], 2, "Say what to do"),
        (["search", "status", "nowhere"], 2, "holds no search"),
        (["search", "run", "--output", "x", "--config", "nowhere.toml"], 2, "no configuration"),
        (["search", "run", "--output", "x"], 2, "Name the labelled patterns"),
        (["search", "describe", "--strategy", "clever"], 2, "invalid choice"),
        (["search", "run", "--output", "x", "--validation-fraction", "0"], 2, "ranks by validation"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_sentence(words, status, message, saed_trainer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found, _, err = saed_trainer(*words)
    assert found == status
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not toml", "no valid TOML"),
        ("[serch]\nstrategy = 1", "no group 'serch'"),
        ("[search]\nstrategy = 1", "--strategy wants"),
        ("[search]\nshard = 1", "did you mean 'shards'"),
        ("[[rungs]]\nepochs = 0", "--epochs must be at least 1"),
        ("[[rungs]]\nschedule = 'steps'", "--schedule is one of constant, cosine, linear"),
        ("rungs = 3", "list of tables"),
        ("[search]\nstrategy = 'random'\n[[rungs]]\n[[rungs]]", "has one rung, not 2"),
    ],
)
def test_wrong_configuration_is_one_sentence(text, message, saed_trainer, tmp_path):
    path = tmp_path / "search.toml"
    path.write_text(text)
    status, _, err = saed_trainer("search", "describe", "--config", path)
    assert status == 2
    assert message in err


def test_a_folder_takes_one_search(start, saed_trainer):
    words, _ = start(SPACE, EXHAUSTIVE, '[search]\nstrategy = "random"\ncount = 1\n')
    assert saed_trainer(*words)[0] == 0
    status, _, err = saed_trainer(*words, "--seed", 3)
    assert status == 2
    assert "other settings: seed (was 0, now 3)" in err
