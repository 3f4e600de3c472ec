"""Networks as ONNX graphs, compared with the networks they came from before anyone sees them."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from saed_desktop.arrays import Float32Array
from saed_desktop.errors import SaedError
from saed_desktop.network.input import InputSpec
from saed_desktop.network.runtime import onnx_runtime
from saed_desktop.network.trial import drawn_input
from trainer.bundle.ensemble import Ensemble

TOLERANCE = 1e-4
"""Largest difference between ONNX Runtime and torch, relative to the largest logit or 1."""

LARGEST_GRAPH_BYTES = 2_000_000_000
"""Above this an ONNX graph needs files beside it, which a bundle does not carry."""

_TESTED_BATCHES = (1, 3)


class ExportError(SaedError):
    """A network that cannot be exported faithfully."""


def export_module(
    module: nn.Module,
    specs: Sequence[InputSpec],
    *,
    samples: Mapping[str, Float32Array] | None = None,
    tolerance: float = TOLERANCE,
) -> bytes:
    """Return a network as a serialised ONNX graph, after ONNX Runtime gave the same answers.

    Parameters
    ----------
    module
        Takes one batch per spec, in their order, and returns logits (batch, classes).
    specs
        The inputs; their names become those of the graph.
    samples
        Real inputs by name (n, ...) to compare on, besides random ones.
    tolerance
        Largest permitted difference of a logit, relative to the largest logit or 1.

    Raises
    ------
    ExportError
        If the graph is too large, or its answers differ from the network's.
    """
    n_bytes = sum(4 * tensor.numel() for tensor in module.state_dict().values())
    if n_bytes > LARGEST_GRAPH_BYTES:
        raise ExportError(
            f"The network holds {n_bytes / 1e9:.1f} GB of weights; a bundle carries up to "
            f"{LARGEST_GRAPH_BYTES / 1e9:.0f} GB. VGG16 fits as 'vgg16-usual'."
        )
    module = module.cpu().float().eval()
    graph = _onnx_graph(module, specs)
    for inputs in _comparisons(specs, samples):
        difference = _difference(module, graph, specs, inputs)
        if not difference <= tolerance:
            raise ExportError(
                f"ONNX Runtime and torch disagree by {difference:.2g} on this network, more than "
                f"{tolerance:g}; no bundle was written."
            )
    return graph


def _onnx_graph(module: nn.Module, specs: Sequence[InputSpec]) -> bytes:
    example = tuple(torch.from_numpy(drawn_input(spec, 2, seed=0)) for spec in specs)
    batch = torch.export.Dim("batch", min=1, max=65536)
    shapes = _dynamic_shapes(module, len(specs), batch)
    return _exported(module, example, [spec.name for spec in specs], "logits", shapes)


def onnx_bytes(
    module: nn.Module, example: tuple[Tensor, ...], inputs: Sequence[str], output: str
) -> bytes:
    """Return a module as a serialised ONNX graph for any number of rows.

    Parameters
    ----------
    module
        Takes tensors that share their first axis.
    example
        Of each input (n, ...), n at least 2.
    inputs, output
        Names in the graph.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    rows = torch.export.Dim("rows", min=1, max=65536)
    return _exported(module, example, inputs, output, tuple({0: rows} for _ in example))


def _exported(
    module: nn.Module,
    example: tuple[Tensor, ...],
    inputs: Sequence[str],
    output: str,
    dynamic_shapes: Any,
) -> bytes:
    with warnings.catch_warnings():
        # the exporter warns of its own innards
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module,
            example,
            dynamo=True,
            input_names=list(inputs),
            output_names=[output],
            dynamic_shapes=dynamic_shapes,
            external_data=False,
            verbose=False,
        )
    if program is None:
        raise ExportError("This network cannot be written as an ONNX graph.")
    model = program.model_proto
    # the exporter notes for each node from which file of this machine it came
    for part in (
        model,
        model.graph,
        *model.graph.node,
        *model.graph.value_info,
        *model.graph.input,
        *model.functions,
        *(node for function in model.functions for node in function.node),
    ):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    graph: bytes = model.SerializeToString()
    return graph


def _dynamic_shapes(module: nn.Module, n_inputs: int, batch: Any) -> Any:
    axes = [{0: batch} for _ in range(n_inputs)]
    # torch asks for one entry per parameter of `forward`, and *inputs is one
    return (tuple(axes),) if isinstance(module, Ensemble) else tuple(axes)


def _comparisons(
    specs: Sequence[InputSpec], samples: Mapping[str, Float32Array] | None
) -> list[dict[str, Float32Array]]:
    sets = [{spec.name: drawn_input(spec, n, seed=n) for spec in specs} for n in _TESTED_BATCHES]
    if samples is not None:
        sets.append({spec.name: np.asarray(samples[spec.name], np.float32) for spec in specs})
    return sets


def _difference(
    module: nn.Module, graph: bytes, specs: Sequence[InputSpec], inputs: Mapping[str, Float32Array]
) -> float:
    onnxruntime = onnx_runtime()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = torch.get_num_threads()
    try:
        session: Any = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )
        answer = np.asarray(session.run(None, dict(inputs))[0], dtype=np.float64)
    except Exception as error:  # ONNX Runtime's own exceptions share no base class
        raise ExportError(f"ONNX Runtime cannot run this network ({error}).") from error
    with torch.inference_mode():
        expected = module(*(torch.from_numpy(inputs[s.name]) for s in specs)).double().numpy()
    scale = max(float(np.abs(expected).max()), 1.0)
    return float(np.abs(answer - expected).max()) / scale
