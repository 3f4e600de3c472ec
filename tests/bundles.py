"""Small real networks for tests: ONNX graphs written by hand, packed as bundles."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from saed_desktop.network.bundle import Bundle, write_bundle
from saed_desktop.network.card import ModelCard
from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.network.labels import PAPER_LABELS, Labels
from saed_desktop.paths import resources_dir


def linear_graph(specs, n_classes, *, seed=0, bias=None) -> bytes:
    """One linear layer over all inputs, flattened: the smallest network that is one."""
    rng = np.random.default_rng(seed)
    inputs, parts, nodes, constants = [], [], [], []
    for spec in specs:
        inputs.append(
            helper.make_tensor_value_info(spec.name, TensorProto.FLOAT, ["batch", *spec.shape])
        )
        nodes.append(helper.make_node("Flatten", [spec.name], [f"flat_{spec.name}"], axis=1))
        parts.append(f"flat_{spec.name}")
    width = sum(int(np.prod(spec.shape)) for spec in specs)
    weight = (rng.normal(size=(width, n_classes)) / np.sqrt(width)).astype(np.float32)
    offset = np.zeros(n_classes, np.float32) if bias is None else np.asarray(bias, np.float32)
    constants += [numpy_helper.from_array(weight, "w"), numpy_helper.from_array(offset, "b")]
    nodes.append(helper.make_node("Concat", parts, ["all"], axis=1))
    nodes.append(helper.make_node("Gemm", ["all", "w", "b"], ["logits"]))
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", n_classes])
    graph = helper.make_graph(nodes, "linear", inputs, [output], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()


SPOT_SPECS = (
    InputSpec("spots", InputKind.SPOTS, 64),
    InputSpec("context", InputKind.CONTEXT, 4),
)


def nine_phase_cifs() -> dict[str, bytes]:
    folder = resources_dir() / "phases"
    return {f"{name}.cif": (folder / f"{name}.cif").read_bytes() for name in PAPER_LABELS}


def small_bundle(path: Path, *, specs=SPOT_SPECS, labels=PAPER_LABELS, bias=None, **card) -> Bundle:
    """Write a bundle with a linear network over the nine phases."""
    return write_bundle(
        path,
        network=linear_graph(specs, len(labels), bias=bias),
        card=ModelCard(
            name=path.stem,
            summary="A linear network for tests.",
            labels=Labels(tuple(labels)),
            inputs=tuple(specs),
            **card,
        ),
        cif_files=nine_phase_cifs(),
    )
