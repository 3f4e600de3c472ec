"""An explanation must change with the weights: Adebayo et al., Sanity checks, NeurIPS 2018."""

import numpy as np
import pytest
import torch

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


def session_of(network, tmp_path, name):
    (bundled,) = (resources_dir() / "networks").glob("*.saednet")
    bundle = open_bundle(bundled)
    card = ModelCard(name, "for a test", bundle.card.labels, network.input_specs)
    graph = export_module(network, network.input_specs)
    path = tmp_path / f"{name}.saednet"
    write_bundle(path, network=graph, card=card, cif_files=bundle.cif_files())
    return NetworkSession(open_bundle(path))


def random_network(name, seed):
    torch.manual_seed(seed)
    return build(NetworkOptions(network=name), 10).eval()


def ranks(values):
    return np.argsort(np.argsort(values))


@pytest.mark.parametrize("name", ["spots", "polar"])
def test_explanations_change_with_the_weights(prepared, tmp_path, name):
    found = []
    for seed in (1, 2, 3):
        session = session_of(random_network(name, seed), tmp_path, f"{name}-{seed}")
        weights = spot_weights(prepared, session)
        found.append(ranks(np.abs(weights.weight)))
        assert np.ptp(weights.weight) > 0, "hiding spots must matter to the network"
    likeness = [np.corrcoef(a, b)[0, 1] for i, a in enumerate(found) for b in found[:i]]
    assert max(likeness) < 0.95


def test_the_bundled_explanation_is_not_that_of_random_weights(prepared, tmp_path):
    (bundled,) = (resources_dir() / "networks").glob("*.saednet")
    learnt = spot_weights(prepared, NetworkSession(open_bundle(bundled)))
    likeness = []
    for seed in (1, 2, 3):
        session = session_of(random_network("spots", seed), tmp_path, f"random-{seed}")
        weights = spot_weights(prepared, session)
        assert weights.spot.tolist() == learnt.spot.tolist()
        likeness.append(np.corrcoef(ranks(learnt.weight), ranks(weights.weight))[0, 1])
    assert max(np.abs(likeness)) < 0.8
