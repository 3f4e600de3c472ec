"""What a search will cost: measured on this device, the rest by arithmetic that is checked here."""

import math
import re
import sys

import pytest
import torch

from tests.trainer.search_spaces import EXHAUSTIVE, HALVING, SPACE
from trainer.networks.registry import NetworkOptions
from trainer.networks.registry import parameter_count as counted
from trainer.search.arithmetic import convolution_flops, parameter_count
from trainer.search.cost import cost_plan, search_cost
from trainer.search.memory import held_bytes
from trainer.search.projection import Measurement, between, examples, measured_depths
from trainer.search.settings import make_settings
from trainer.search.space import make_space, table_ii
from trainer.search.throughput import Throughput

tomllib = pytest.importorskip("tomllib")

CPU = torch.device("cpu")
DEEP = SPACE.replace("[1, 2]", "[1, 2, 3, 4]")


@pytest.fixture
def cost(tmp_path, saed_trainer):
    """Ask for the cost of a configuration."""

    def ask(*parts, words=()):
        config = tmp_path / "search.toml"
        config.write_text("".join(parts))
        return saed_trainer(
            "search", "cost", "--config", config, "--device", "cpu", "--seconds", 0, *words
        )

    return ask


def figures(line):
    return [float(word.strip("~").replace(",", "")) for word in line.split()]


def test_the_answer_says_what_is_measured_and_what_is_not(cost):
    rungs = HALVING.replace("size = 32", "size = 64")
    status, out, err = cost(DEEP, rungs)
    assert status == 0
    assert "4 networks are measured" in err
    assert "at 64 pixels: 1 convolution and 30,905 parameters; 1 convolution and 61,753" in err
    assert "measurements: 4 done" in err
    measured, carried_on = out.split("Not measured but carried on by arithmetic, and marked ~:")
    assert "nothing was measured on a GPU" in measured
    assert "~" not in measured
    rows = [line.split() for line in measured.splitlines()[2:6]]
    # a step of two patterns is longer than no time at all, so there is only one
    assert [row[1] for row in rows] == ["1", "1", "2", "4"]
    assert {(row[0], *row[5:7]) for row in rows} == {("64", "2", "1")}
    assert "- 3 convolutions: between the measured ones" in carried_on
    assert "a step of 16 would have taken longer than 0 s" in carried_on
    rows = [line.split() for line in carried_on.splitlines() if re.match("rung|finals", line)]
    assert [int(row[-6]) for row in rows] == [24, 12, 2]
    assert all(word.startswith("~") for row in rows for word in row[-4:])
    hours = [figures(" ".join(row[-2:])) for row in rows]
    assert all(on_8 == pytest.approx(on_1 / 8, rel=0.01) for on_1, on_8 in hours)


def test_nothing_is_said_to_be_carried_on_that_was_measured(cost):
    _, out, _ = cost(SPACE, EXHAUSTIVE, words=["--largest-batch", 2])
    assert "convolutions: between" not in out
    assert "would have taken longer" not in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--patterns", 0], "--patterns and --validation must be at least 1."),
        (["--largest-batch", 1], "--largest-batch must be at least 2"),
        (["--seconds", "nan"], "--seconds must be a number from 0 on."),
        (["--seconds", "inf"], "--seconds must be a number from 0 on."),
        (["--seconds", "soon"], "invalid float value"),
    ],
)
def test_wrong_numbers_are_one_sentence(words, message, cost):
    status, out, err = cost(SPACE, EXHAUSTIVE, words=words)
    assert (status, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_a_space_of_which_nothing_can_be_built_is_a_sentence(cost):
    status, out, err = cost(SPACE.replace("[1, 2]", "[6]"), EXHAUSTIVE)
    assert (status, out) == (1, "")
    assert "No architecture of the space 'toy' can be built at 32 pixels" in err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no such bound elsewhere")
def test_too_little_memory_is_a_sentence(cost):
    # a hundred million parameters: 0.4 GB before anything is learnt
    space = SPACE.replace("width = [4]", "width = [60000]").replace("[1, 2]", "[1]")
    limit = held_bytes() / 1e9 + 0.3
    status, _, err = cost(space, EXHAUSTIVE, words=["--memory-gb", limit])
    assert status == 1
    assert "of 1 convolution(s) at 32 pixels with" in err
    assert "more than the memory holds" in err


def test_parameters_are_counted_without_building():
    own = make_space(
        {
            "name": "own",
            "axes": {
                "conv_layers": [1, 3], "dense_layers": [1, 3], "first_nodes": [16],
                "dense_shape": ["constant", "encoder"], "batch_norm": [False, True],
                "width": [4, 8], "input": ["image", "polar", "profile"],
            },
        }
    )  # fmt: skip
    for architecture in (*own, table_ii().at(39040), table_ii().at(7)):
        options = NetworkOptions(network=architecture.network, size=200, crop=200)
        assert parameter_count(architecture, 200) == counted(options)
    assert parameter_count(table_ii().at(39040), 40) == 0


def test_what_is_measured_of_the_papers_space():
    space = table_ii()
    possible = [a for a in space if space.impossible_because(a.index, 800) is None]
    found = examples(possible, 800, 200_000_000)
    assert [a.point.conv_layers for a in found] == [1, 1, 2, 6]
    assert [a.point.first_nodes for a in found] == [8, 32, 8, 8]
    assert all(a.point.batch_norm for a in found)
    assert measured_depths([3, 5, 8]) == [3, 8]
    assert measured_depths([1]) == [1]


def test_the_rest_is_counted():
    """Two kinds of network with times made up: the sum by hand is the sum of the program."""
    settings = make_settings(tomllib.loads(SPACE + EXHAUSTIVE))
    plan = cost_plan(settings, CPU, seconds=0.0, largest_batch=32)
    few, many, deep = plan.by_size[32]
    p, q, r = (parameter_count(a, 32) for a in (few, many, deep))
    per_pattern = {1: 0.01, 2: 0.03}

    def pace(architecture):
        depth = architecture.point.conv_layers
        step = 8 * per_pattern[depth] + 1e-5 * parameter_count(architecture, 32)
        return Throughput(step, 0.002, 1, 8, 5, 100.0)

    measurements = [Measurement(a, 32, pace(a)) for a in (few, many, deep)]
    (rung,) = search_cost(plan, measurements, patterns=80, validation=50)
    # two epochs of 80 patterns, turned twice, in batches of 16: 10 steps
    nodes = {a.point.first_nodes: parameter_count(a, 32) for a in plan.possible
             if a.point.conv_layers == 2}  # fmt: skip
    assert nodes[8] == r
    sizes = {1: (p, q), 2: (nodes[8], nodes[16])}
    expected = sum(
        3 * 2 * (160 * per_pattern[depth] + 10 * 1e-5 * count + 50 * 0.002)
        for depth, counts in sizes.items()
        for count in counts
    )
    assert rung.trainings == 12
    assert 3600 * rung.device_hours == pytest.approx(expected)
    assert rung.images_per_second == pytest.approx(12 * 2 * 160 / expected)
    assert rung.per_device_hour == pytest.approx(12 * 3600 / expected)


def test_halving_of_the_papers_space_costs_a_hundredth():
    # patterns of 299-AN learnt and validated per second by a core of a server's CPU
    rates = {256: (50.0, 150.0), 400: (20.0, 70.0), 800: (4.6, 15.0)}
    hours = {}
    for strategy in ("exhaustive", "halving"):
        settings = make_settings({"search": {"strategy": strategy}})
        plan = cost_plan(settings, CPU, seconds=0.0, largest_batch=16)
        measurements = [
            Measurement(
                a, size, Throughput(16 / rates[size][0], 1 / rates[size][1], 1, 16, 1, 100.0)
            )
            for size, own in plan.by_size.items()
            for a in own
        ]
        costs = search_cost(plan, measurements, patterns=531, validation=59)
        hours[strategy] = sum(cost.device_hours for cost in costs)
        if strategy == "halving":
            assert [c.trainings for c in costs] == [38_880, 9_720, 2_430, 486, 100]
    assert 100 < hours["exhaustive"] / hours["halving"] < 120


def test_blocks_after_the_second_are_a_small_part_of_the_arithmetic():
    """So a depth that lies between two measured ones cannot be far from either."""
    deep = {a.point.conv_layers: a for a in table_ii()}
    for size in (256, 400, 800):
        flops = {depth: convolution_flops(a, size) for depth, a in deep.items()}
        assert flops[6] / flops[2] < 1.35
        assert flops[2] / flops[1] > 7
        found = between({1: 5.0, 2: 1.0, 6: 2.0}, flops)
        assert (found[1], found[2], found[6]) == (5.0, 1.0, 2.0)
        assert 1.0 < found[3] < found[4] < found[5] < 2.0
        share = (flops[4] - flops[2]) / (flops[6] - flops[2])
        assert math.isclose(found[4], 1.0 + share)
