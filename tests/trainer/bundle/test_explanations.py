"""An explanation must change with the weights: Adebayo et al., Sanity checks, NeurIPS 2018."""

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from saed_desktop.network.bundle import open_bundle, write_bundle
from saed_desktop.network.card import ModelCard
from saed_desktop.network.occlusion import spot_weights
from saed_desktop.network.session import NetworkSession
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.readers import read_pattern
from trainer.bundle.onnx_graph import export_module
from trainer.networks.registry import NetworkOptions, build


@pytest.fixture(scope="module")
def prepared():
    return prepare(read_pattern(resources_dir() / "patterns" / "beta-Pu.tif"))


@pytest.fixture(scope="module")
def bundled():
    path = resources_dir() / "networks" / "saed-nine-phases.saednet"
    return open_bundle(path)


@pytest.fixture(scope="module", params=["spots", "polar"])
def untrained(request):
    """A network as it is before training, exported once: graph and inputs."""
    torch.manual_seed(1)
    network = build(NetworkOptions(network=request.param), 10).eval()
    return export_module(network, network.input_specs), network.input_specs


def shuffled(graph, seed):
    """The same network with the numbers of every weight in another order."""
    model, rng = onnx.load_from_string(graph), np.random.default_rng(seed)
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.ndim >= 2:
            values = rng.permuted(values.ravel()).reshape(values.shape)
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    return model.SerializeToString()


def weights_of(prepared, bundled, graph, specs, path):
    card = ModelCard(path.stem, "for a test", bundled.card.labels, tuple(specs))
    write_bundle(path, network=graph, card=card, cif_files=bundled.cif_files())
    return spot_weights(prepared, NetworkSession(open_bundle(path)))


def ranks(values):
    return np.argsort(np.argsort(values))


def test_explanations_change_with_the_weights(prepared, bundled, untrained, tmp_path):
    graph, specs = untrained
    found = []
    for i, one in enumerate((graph, shuffled(graph, 2), shuffled(graph, 3))):
        weights = weights_of(prepared, bundled, one, specs, tmp_path / f"{i}.saednet")
        assert np.ptp(weights.weight) > 0, "hiding spots must matter to the network"
        found.append(ranks(np.abs(weights.weight)))
    likeness = [np.corrcoef(a, b)[0, 1] for i, a in enumerate(found) for b in found[:i]]
    assert max(likeness) < 0.95


def test_the_bundled_explanation_is_not_that_of_random_weights(prepared, bundled, tmp_path):
    graph, specs = bundled.network_bytes(), bundled.card.inputs
    learnt = spot_weights(prepared, NetworkSession(bundled))
    likeness = []
    for seed in (1, 2, 3):
        path = tmp_path / f"{seed}.saednet"
        weights = weights_of(prepared, bundled, shuffled(graph, seed), specs, path)
        assert weights.spot.tolist() == learnt.spot.tolist()
        likeness.append(np.corrcoef(ranks(learnt.weight), ranks(weights.weight))[0, 1])
    assert max(np.abs(likeness)) < 0.8
