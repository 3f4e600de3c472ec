import numpy as np
import pytest
import torch

from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.network.runtime import onnx_runtime
from tests.trainer.variants import VARIANTS, toy_options
from trainer.bundle.ensemble import Ensemble, EnsembleError, fit_shares
from trainer.bundle.onnx_graph import ExportError, export_module
from trainer.networks.base import Network
from trainer.networks.registry import build


def run_graph(graph: bytes, inputs: dict[str, np.ndarray]) -> np.ndarray:
    session = onnx_runtime().InferenceSession(graph, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]


QUICK = [("299-an", False), ("timm:resnet18", True)]
"""One of either kind whose graph is traced in a few seconds."""


@pytest.mark.parametrize(
    ("name", "pretrained"),
    [*QUICK, *(pytest.param(*v, marks=pytest.mark.slow) for v in VARIANTS if v not in QUICK)],
)
def test_every_network_is_exported(name, pretrained):
    torch.manual_seed(0)
    network = build(toy_options(name, pretrained=pretrained), 3, load_weights=False)
    graph = export_module(network, network.input_specs)
    generator = np.random.default_rng(0)
    inputs = {
        spec.name: generator.random((5, *spec.shape), dtype=np.float32)
        for spec in network.input_specs
    }
    with torch.no_grad():
        expected = network(*(torch.from_numpy(x) for x in inputs.values())).numpy()
    np.testing.assert_allclose(run_graph(graph, inputs), expected, rtol=1e-4, atol=1e-4)


class TwoInputs(Network):
    def __init__(self, size: int) -> None:
        super().__init__(
            (InputSpec("spots", InputKind.SPOTS, size), InputSpec("context", InputKind.CONTEXT, 4))
        )
        self.linear = torch.nn.Linear(4, 3)
        self.other = torch.nn.Linear(4, 3)

    def forward(self, spots, context):
        return self.linear((spots * spots[..., :1]).sum(1)) + self.other(context)


class OneInput(Network):
    def __init__(self) -> None:
        super().__init__((InputSpec("profile", InputKind.PROFILE, 20),))
        self.linear = torch.nn.Linear(20, 3)

    def forward(self, profile):
        return self.linear(profile)


def test_an_ensemble_is_one_graph_with_every_input_once():
    torch.manual_seed(0)
    members = [TwoInputs(8), OneInput(), TwoInputs(8)]
    ensemble = Ensemble(members)
    assert [spec.name for spec in ensemble.input_specs] == ["spots", "context", "profile"]
    graph = export_module(ensemble, ensemble.input_specs)
    generator = np.random.default_rng(1)
    inputs = {
        spec.name: generator.random((4, *spec.shape), dtype=np.float32)
        for spec in ensemble.input_specs
    }
    spots, context, profile = (torch.from_numpy(inputs[s.name]) for s in ensemble.input_specs)
    with torch.no_grad():
        parts = [
            torch.log_softmax(out, 1)
            for out in (members[0](spots, context), members[1](profile), members[2](spots, context))
        ]
    expected = torch.stack(parts).mean(0).numpy()
    np.testing.assert_allclose(run_graph(graph, inputs), expected, atol=1e-4)


def test_members_must_mean_the_same_by_a_name():
    with pytest.raises(EnsembleError, match="'spots'"):
        Ensemble([TwoInputs(8), TwoInputs(9)])


def test_shares_hold_with_a_scale_and_without():
    torch.manual_seed(1)
    members = [TwoInputs(8), TwoInputs(8), OneInput()]
    ensemble = Ensemble(members, np.array([[2.0, 0.0, 2.0], [0.0, 3.0, 1.0]]))
    spots, context, profile = torch.rand(2, 8, 4), torch.rand(2, 4), torch.rand(2, 20)
    context[:, 0] = torch.tensor([1.0, 0.0])
    inputs = {"spots": spots, "context": context, "profile": profile}
    with torch.no_grad():
        parts = [
            torch.log_softmax(out, 1)
            for out in (members[0](spots, context), members[1](spots, context), members[2](profile))
        ]
    expected = torch.stack(
        [0.5 * parts[0][0] + 0.5 * parts[2][0], 0.75 * parts[1][1] + 0.25 * parts[2][1]]
    )
    graph = export_module(ensemble, ensemble.input_specs)
    answer = run_graph(graph, {name: x.numpy() for name, x in inputs.items()})
    np.testing.assert_allclose(answer, expected.numpy(), atol=1e-4)
    for wrong in (np.ones((2, 2)), -np.ones((2, 3)), np.zeros((2, 3))):
        with pytest.raises(EnsembleError, match="share"):
            Ensemble(members, wrong)


def test_shares_go_to_those_who_are_right():
    generator = np.random.default_rng(2)
    labels = generator.integers(0, 4, 3000)
    truth = np.eye(4)[labels]

    def member(strength):
        logits = strength * truth + generator.normal(size=(3000, 4))
        return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))

    strong, weak, noise = member(2.0), member(1.0), member(0.0)
    # of independent Gaussian evidence the best weights are the strengths themselves
    shares = fit_shares(np.stack([strong, weak, noise]), labels)
    np.testing.assert_allclose(shares, [2 / 3, 1 / 3, 0], atol=0.04)
    assert fit_shares(strong[None], labels).tolist() == [1.0]


class ExportsSomethingElse(OneInput):
    """Answers differently while it is traced than afterwards."""

    def forward(self, profile):
        shift = 1e-2 if torch.compiler.is_exporting() else 0.0
        return self.linear(profile) + shift


def test_a_graph_that_answers_differently_is_refused():
    network = ExportsSomethingElse()
    with pytest.raises(ExportError, match="disagree by"):
        export_module(network, network.input_specs)


class NotANumber(OneInput):
    def forward(self, profile):
        return self.linear(profile) * float("nan")


def test_a_network_that_answers_nothing_is_refused():
    network = NotANumber()
    with pytest.raises(ExportError, match="disagree by nan"):
        export_module(network, network.input_specs)


def test_a_network_too_large_for_a_bundle_is_refused():
    with torch.device("meta"):
        network = build(toy_options("vgg16"), 3)
        network.heavy = torch.nn.Parameter(torch.empty(600_000_000))
    with pytest.raises(ExportError, match="GB of weights"):
        export_module(network.to("meta"), network.input_specs)
