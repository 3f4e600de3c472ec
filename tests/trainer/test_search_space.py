import itertools

import pytest
import torch

from trainer.networks.registry import NetworkOptions, build, parameter_count
from trainer.networks.search_space import (
    AXES,
    POINT_299AN,
    SPACE_SIZE,
    DenseShape,
    describe,
    impossible_because,
    index_of,
    point_at,
    points,
)


def test_the_space_has_the_papers_size_and_order():
    assert SPACE_SIZE == 41_472
    expected = itertools.product(*AXES.values())
    for index, (point, values) in enumerate(zip(points(), expected, strict=True)):
        assert tuple(getattr(point, name) for name in AXES) == values
        if index % 997 == 0:
            assert index_of(point) == index
    assert index_of(point_at(SPACE_SIZE - 1)) == SPACE_SIZE - 1


def test_299an_is_found_by_its_description():
    wanted = {
        "conv_layers": 6, "dense_layers": 4, "first_nodes": 64, "batch_norm": True,
        "dropout_2d": False, "dropout": False, "learning_rate": 0.001,
        "dense_shape": "constant", "training_set": "rotated", "batch_size": 16,
    }  # fmt: skip
    (found,) = (i for i, point in enumerate(points()) if describe(point) == wanted)
    assert found == index_of(POINT_299AN)
    assert parameter_count(NetworkOptions(network=f"space:{found}")) == 265_385


def test_impossible_points_say_why():
    assert impossible_because(POINT_299AN, 800) is None
    assert "100 pixels is used up in convolution block 6" in str(
        impossible_because(POINT_299AN, 100)
    )
    at_800 = [impossible_because(point, 800) for point in points()]
    refused = [reason for reason in at_800 if reason is not None]
    # halving 8 nodes leaves none for the fifth and sixth layer, halving 16 none for the sixth
    assert len(refused) == SPACE_SIZE // 2 * 3 // 24
    assert all("halving from" in reason for reason in refused)


@pytest.mark.parametrize("index", range(0, SPACE_SIZE, 4999))
def test_points_are_built_as_described(index):
    point = point_at(index)
    if impossible_because(point, 800) is not None:
        pytest.skip("impossible by its geometry")
    with torch.device("meta"):
        network = build(NetworkOptions(network=f"space:{index}"), 9)
    kinds = [type(m).__name__ for m in network.modules()]
    assert kinds.count("Conv2d") == point.conv_layers
    assert kinds.count("Linear") == point.dense_layers + 1
    assert kinds.count("BatchNorm2d") == point.conv_layers * point.batch_norm
    assert kinds.count("Dropout2d") == point.conv_layers * point.dropout_2d
    assert kinds.count("Dropout") == point.dense_layers * point.dropout


def test_encoders_halve():
    point = next(
        p for p in points()
        if p.dense_shape is DenseShape.ENCODER and (p.dense_layers, p.first_nodes) == (4, 64)
    )  # fmt: skip
    assert point.dense_nodes == (64, 32, 16, 8)
