"""`saed-trainer export`: a trained network as a bundle that the desktop runs.

The graph is compared with the network it came from on real and on random input; a bundle whose
answers differ is not written.
"""

import argparse
import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from saed_desktop import paths
from saed_desktop.errors import SaedError, UsageError
from saed_desktop.network.bundle import SUFFIX, Card, write_bundle
from saed_desktop.network.input import InputKind, InputSpec, network_inputs
from saed_desktop.network.labels import OTHER, Labels
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.readers import read_pattern
from trainer.calibration import (
    FEWEST_FOR_TEMPERATURE,
    at_temperature,
    fit_temperature,
    logits_of,
    set_thresholds,
)
from trainer.networks.base import Network
from trainer.networks.registry import entry
from trainer.predictions import read_table
from trainer.report_rows import PREDICTIONS_FILE, RUN_FILE
from trainer.run_folder import versions
from trainer.run_log import say
from trainer.weights_file import RESULT, TrainedNetwork, find_weights, load_weights

Float32Array = npt.NDArray[np.float32]

TOLERANCE = 1e-4
"""Largest difference between ONNX Runtime and torch, relative to the largest logit or 1."""

LARGEST_GRAPH_BYTES = 2_000_000_000
"""Above this an ONNX graph needs files beside it, which a bundle does not carry."""

VALIDATION_FILE = "validation.csv"

_TESTED_BATCHES = (1, 3)
_REAL_SAMPLES = 4
_SET_LEVEL = 0.9


class ExportError(SaedError):
    """A network that cannot be exported faithfully."""


class Ensemble(Network):
    """Several networks as one: the mean of their log-probabilities.

    Members may look at different inputs; an input that two of them share is given once.

    Parameters
    ----------
    members
        The networks, all of the same classes.

    Raises
    ------
    ExportError
        If two members mean different things by the same input name.
    """

    def __init__(self, members: Sequence[Network]) -> None:
        specs: dict[str, InputSpec] = {}
        for member in members:
            for spec in member.input_specs:
                if specs.setdefault(spec.name, spec) != spec:
                    raise ExportError(
                        f"Two members of the ensemble expect different things of '{spec.name}'."
                    )
        super().__init__(tuple(specs.values()))
        self.members = nn.ModuleList(members)

    def forward(self, *inputs: Tensor) -> Tensor:
        """Return the mean log-probabilities (batch, classes)."""
        by_name = {spec.name: x for spec, x in zip(self.input_specs, inputs, strict=True)}
        parts = []
        for member in self.members:
            assert isinstance(member, Network)
            own = [by_name[spec.name] for spec in member.input_specs]
            parts.append(torch.log_softmax(member(*own), dim=1))
        return torch.stack(parts).mean(dim=0)


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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    parser.add_argument(
        "runs",
        type=Path,
        nargs="+",
        metavar="RUN",
        help="a training run, one of its repeats, or weights.pt; several make one ensemble",
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="FILE", help=f"bundle, ending in {SUFFIX}"
    )
    parser.add_argument("--repeat", type=int, metavar="K", help="which repeat; else the best")
    parser.add_argument("--name", default="", help="name of the network; else that of the file")
    parser.add_argument("--summary", default="", help="one sentence for the user")
    parser.add_argument(
        "--phases", type=Path, metavar="DIR", help="folder with PHASE.cif for every class"
    )


def run(args: argparse.Namespace) -> int:
    """Export a trained network."""
    output: Path = args.output
    if output.suffix != SUFFIX:
        raise UsageError(f"--output must end in {SUFFIX}.")
    trained = [load_weights(find_weights(path, repeat=args.repeat)) for path in args.runs]
    labels = trained[0].labels
    if any(member.labels != labels for member in trained):
        raise ExportError("The networks of an ensemble must know the same classes.")
    cif_files = read_cif_files(labels, args.phases or paths.resources_dir() / "phases")
    network = trained[0].network if len(trained) == 1 else Ensemble([t.network for t in trained])
    card = Card(
        name=args.name or output.stem,
        summary=args.summary or _summary(trained),
        labels=labels,
        inputs=network.input_specs,
        metrics=_metrics(trained),
        provenance=_provenance(trained),
        **_calibrated(trained),
    )
    graph = export_module(
        network, network.input_specs, samples=_real_samples(trained, network.input_specs)
    )
    bundle = write_bundle(output, network=graph, card=card, cif_files=cif_files)
    say(f"{bundle.path} holds {card.name}, {len(labels)} classes, sha256 {bundle.sha256[:16]}.")
    return 0


def read_cif_files(labels: Labels, folder: Path) -> dict[str, bytes]:
    """Return the structure file of every phase, by file name.

    Raises
    ------
    ExportError
        If one is missing.
    """
    missing = [name for name in labels.phases if not (folder / f"{name}.cif").is_file()]
    if missing:
        raise ExportError(
            f"{folder} holds no {missing[0]}.cif; name the folder of the structure files of "
            f"{', '.join(labels.phases)} with --phases."
        )
    return {f"{name}.cif": (folder / f"{name}.cif").read_bytes() for name in labels.phases}


def _onnx_graph(module: nn.Module, specs: Sequence[InputSpec]) -> bytes:
    example = tuple(torch.from_numpy(_random(spec, 2, seed=0)) for spec in specs)
    batch = torch.export.Dim("batch", min=1, max=65536)
    with warnings.catch_warnings():
        # the exporter warns of its own innards
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module,
            example,
            dynamo=True,
            input_names=[spec.name for spec in specs],
            output_names=["logits"],
            dynamic_shapes=_dynamic_shapes(module, len(specs), batch),
            external_data=False,
            verbose=False,
        )
    if program is None:
        raise ExportError("This network cannot be written as an ONNX graph.")
    graph: bytes = program.model_proto.SerializeToString()
    return graph


def _dynamic_shapes(module: nn.Module, n_inputs: int, batch: Any) -> Any:
    axes = [{0: batch} for _ in range(n_inputs)]
    # torch asks for one entry per parameter of `forward`, and *inputs is one
    return (tuple(axes),) if isinstance(module, Ensemble) else tuple(axes)


def _comparisons(
    specs: Sequence[InputSpec], samples: Mapping[str, Float32Array] | None
) -> list[dict[str, Float32Array]]:
    sets = [{spec.name: _random(spec, n, seed=n) for spec in specs} for n in _TESTED_BATCHES]
    if samples is not None:
        sets.append({spec.name: np.asarray(samples[spec.name], np.float32) for spec in specs})
    return sets


def _random(spec: InputSpec, n: int, *, seed: int) -> Float32Array:
    """Return input of the range that real patterns have."""
    generator = np.random.default_rng([seed, len(spec.name)])
    values = generator.random((n, *spec.shape), dtype=np.float32)
    if spec.kind is InputKind.SPOTS:
        values[..., 0] = np.round(values[..., 0])
        values[..., 1:3] = 3 * values[..., 1:3] - 1.5
        values[..., 3] *= -8
        values *= values[..., :1]
    return values


def _difference(
    module: nn.Module, graph: bytes, specs: Sequence[InputSpec], inputs: Mapping[str, Float32Array]
) -> float:
    import onnxruntime

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


def _real_samples(
    trained: Sequence[TrainedNetwork], specs: Sequence[InputSpec]
) -> dict[str, Float32Array] | None:
    """Return some test patterns as the app would prepare them, None where there are none left."""
    table = trained[0].path.parent / PREDICTIONS_FILE
    if not table.is_file():
        return None
    files = [Path(name) for name in read_table(table).names if name]
    inputs = [
        network_inputs(prepare(read_pattern(path)), specs)
        for path in [path for path in files if path.is_file()][:_REAL_SAMPLES]
    ]
    if not inputs:
        return None
    return {spec.name: np.stack([own[spec.name] for own in inputs]) for spec in specs}


def _calibrated(trained: Sequence[TrainedNetwork]) -> dict[str, Any]:
    """Return temperature and set thresholds from a single network's validation patterns."""
    table_path = trained[0].path.parent / VALIDATION_FILE
    if len(trained) > 1 or not table_path.is_file():
        return {}
    table = read_table(table_path)
    if table.probabilities is None or len(table) < FEWEST_FOR_TEMPERATURE:
        return {}
    logits = logits_of(table.probabilities)
    temperature = fit_temperature(logits, table.labels)
    probabilities = at_temperature(logits, temperature)
    thresholds = set_thresholds(probabilities, table.labels, table.class_names, _SET_LEVEL)
    return {
        "temperature": temperature,
        "set_thresholds": thresholds,
        "set_level": _SET_LEVEL,
    }


def _summary(trained: Sequence[TrainedNetwork]) -> str:
    titles = sorted({entry(t.options.network).title for t in trained})
    kind = f"Ensemble of {len(trained)}: " if len(trained) > 1 else ""
    names = ", ".join(trained[0].labels.phases)
    other = " and says where it is none of them" if OTHER in trained[0].labels.names else ""
    return f"{kind}{' and '.join(titles)}, tells apart {names}{other}."


def _metrics(trained: Sequence[TrainedNetwork]) -> dict[str, Any]:
    """Return what was measured on test patterns, where there were any; of an ensemble, its members.

    The members' figures are not those of the ensemble, so they are not given as such.
    """
    measured = [_read(t.path.parent / RESULT).get("test") for t in trained]
    if not any(measured):
        return {}
    facts = _read(trained[0].path.parent.parent / RUN_FILE)
    data = facts.get("data", {}).get("test", {})
    if len(trained) == 1:
        return {"test": {**(measured[0] or {}), "data": data}}
    return {"members": [{**m, "data": data} for m in measured if m]}


def _provenance(trained: Sequence[TrainedNetwork]) -> dict[str, Any]:
    members = []
    for one in trained:
        run = _read(one.path.parent.parent / RUN_FILE)
        members.append(
            {
                "network": one.options.network,
                "pretrained": one.options.pretrained,
                "training": dict(one.facts),
                "protocol": run.get("protocol"),
                "trained_with": run.get("versions", {}),
            }
        )
    return {"members": members, "exported_with": versions()}


def _read(path: Path) -> dict[str, Any]:
    """Return the content of a JSON file of the run, nothing where weights came without a run."""
    if not path.is_file():
        return {}
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}
