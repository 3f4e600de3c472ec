import itertools

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from saed_desktop.errors import UsageError
from trainer.networks.base import count_parameters
from trainer.networks.plain_family import plain_from_name, plain_name
from trainer.networks.registry import NetworkOptions, build
from trainer.networks.search_space import POINT_299AN, index_of
from trainer.search.arithmetic import forward_flops
from trainer.search.settings import make_settings
from trainer.search.space import make_space, table_ii

OWN = {
    "name": "own",
    "axes": {
        "input": ["image", "polar", "profile"],
        "conv_layers": [1, 2],
        "width": [4, 8],
        "learning_rate": [0.01, 1],
        "batch_norm": [True, False],
    },
}


def test_the_papers_space_is_that_of_the_registry():
    space = table_ii()
    assert len(space) == 41_472
    found = space.at(index_of(POINT_299AN))
    assert found.index == 39_040
    assert found.network == "space:39040"
    assert found.point == POINT_299AN
    # 4.2 GFLOP forward at 800 pixels: 2.10 GMAC
    assert forward_flops(found, 800) == pytest.approx(4.2e9, rel=0.01)


def test_own_spaces_are_numbered_and_say_what_they_are():
    space = make_space(OWN)
    assert len(space) == 48
    for architecture, values in zip(space, itertools.product(*OWN["axes"].values()), strict=True):
        described = architecture.describe()
        assert tuple(described[name] for name in OWN["axes"]) == values
        assert plain_from_name(architecture.network.partition(":")[2]) == (
            architecture.plan, architecture.kind,
        )  # fmt: skip
    assert make_space(space.to_plain()).to_plain() == space.to_plain()


@pytest.mark.parametrize("index", [0, 17, 40])
def test_own_networks_are_built_and_answer(index):
    space = make_space(OWN)
    architecture = space.at(index)
    spec = architecture.spec(48, 48)
    network = build(NetworkOptions(network=architecture.network, size=48, crop=48), 5).eval()
    assert network.input_specs == (spec,)
    assert network(torch.zeros(2, *spec.shape)).shape == (2, 5)
    linear = [m for m in network.modules() if isinstance(m, torch.nn.Linear | torch.nn.Conv2d)]
    assert count_parameters(network) >= sum(m.weight.numel() for m in linear)
    flops = forward_flops(architecture, 48, 5)
    with FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, *spec.shape))
    assert counter.get_total_flops() == flops


def test_every_point_has_a_shape_that_groups_it():
    space = make_space({"name": "x", "axes": {"learning_rate": [0.1, 0.01], "batch_size": [8, 16]}})
    shapes = [architecture.shape for architecture in space]
    assert shapes[0] == shapes[2] != shapes[1]


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ({"conv_layer": [1]}, "did you mean 'conv_layers'"),
        ({"conv_layers": [0]}, "whole numbers from 1 on, not 0"),
        ({"conv_layers": 3}, "wants a list"),
        ({"conv_layers": [2, 2]}, "twice"),
        ({"batch_norm": [1]}, "true and false"),
        ({"input": ["spots"]}, "image, polar, profile"),
        ({"dense_shape": ["round"]}, "constant and encoder"),
        ({"learning_rate": ["fast"]}, "numbers above 0"),
        ({}, "has no axes"),
    ],
)
def test_impossible_spaces_are_refused_in_a_sentence(axes, words):
    with pytest.raises(UsageError, match=words):
        make_space({"name": "own", "axes": axes})


def test_a_rung_may_not_rule_out_what_the_full_size_allows():
    rungs = [{"size": 64}]
    with pytest.raises(UsageError, match="rules out architectures that 800 pixels allow"):
        make_settings({"rungs": rungs})
    assert make_settings({"rungs": [{"size": 190}]}).rungs[0].size == 190


@pytest.mark.parametrize("text", ["conv=x", "colour=red", "conv=0", "norm=maybe", "drop=2"])
def test_names_that_describe_no_network(text):
    with pytest.raises(UsageError, match="says nothing about a plain network"):
        plain_from_name(text)


def test_names_hold_dropout():
    plan = POINT_299AN.plan
    assert plain_from_name(plain_name(plan).partition(":")[2])[0] == plan
