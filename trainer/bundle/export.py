"""`saed-trainer export`: a trained network as a bundle that the desktop runs.

The graph is compared with the network it came from on real and on random input; a bundle whose
answers differ is not written.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from saed_desktop.arrays import Float32Array
from saed_desktop.errors import UsageError
from saed_desktop.network.bundle import SUFFIX, write_bundle
from saed_desktop.network.card import ModelCard
from saed_desktop.network.input import InputSpec, network_inputs
from saed_desktop.network.labels import OTHER, Labels
from saed_desktop.network.network_name import checked_name
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.readers import read_pattern
from trainer.bundle.drawn_calibration import (
    drawn_patterns,
    simulated_lists,
    simulated_plan_of,
)
from trainer.bundle.ensemble import Ensemble, fit_shares
from trainer.bundle.fit_card import PreparedSet, fitted_card, inputs_of, prepared_set
from trainer.bundle.onnx_graph import ExportError, export_module
from trainer.bundle.probability_calibration import (
    FEWEST_FOR_TEMPERATURE,
    logits_of,
)
from trainer.data.manifest import read_manifest
from trainer.data.simulated import LIST_KINDS
from trainer.data.structure_files import read_cif_files
from trainer.job_estimate import DRAWING_SECONDS, PREPARING_SECONDS, JobEstimate
from trainer.networks.base import Network
from trainer.networks.registry import entry
from trainer.predictions import PREDICTIONS_FILE, VALIDATION_FILE, read_table
from trainer.run_folder import versions
from trainer.run_log import RUN_FILE, log_line
from trainer.weights_file import (
    RESULT,
    TrainedNetwork,
    choice_of_repeat,
    find_weights,
    load_weights,
)

_REAL_SAMPLES = 4
_SET_LEVEL = 0.9


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
        "--phases",
        type=Path,
        nargs="+",
        metavar="CIF|DIR",
        help="structure files of all phases, or a folder of them; each file's stem is a class (the "
        "bundled nine)",
    )
    parser.add_argument(
        "--calibrate",
        type=Path,
        metavar="PATH",
        help="labelled patterns, best of another origin than the training's, on which "
        "temperature, prediction sets, the open-set threshold and the shares of an ensemble's "
        "members are fitted",
    )
    parser.add_argument(
        "--drawn",
        type=int,
        default=0,
        metavar="N",
        help="where there is no --calibrate: calibrate a network from simulation on so many drawn "
        "pictures of each phase, which are harder than most patterns, instead of simulated spot "
        "lists or its own validation (0)",
    )
    parser.add_argument(
        "--scale-sigma",
        type=float,
        default=2.0,
        metavar="PERCENT",
        help="standard uncertainty of the scales that --calibrate states (2)",
    )
    parser.add_argument(
        "--group",
        nargs="+",
        action="append",
        default=[],
        metavar="PHASE",
        help="phases that cannot be told apart in most zone axes; may be given several times",
    )
    parser.add_argument(
        "--metrics",
        type=Path,
        metavar="JSON",
        help="figures for the card, as {title: figures.json of 'benchmark'}",
    )


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what packing the network will take."""
    count, each = 0, 2 * PREPARING_SECONDS
    if args.calibrate is not None:
        count = len(read_manifest(args.calibrate))
    elif args.drawn > 0:
        plan = simulated_plan_of(find_weights(args.runs[0], repeat=args.repeat).parent)
        count = 0 if plan is None else args.drawn * len(plan.labels.phases)
        each += DRAWING_SECONDS
    return JobEstimate(images=count, seconds=10 + each * count)


def run(args: argparse.Namespace) -> int:
    """Export a trained network."""
    output: Path = args.output
    if output.suffix != SUFFIX:
        raise UsageError(f"--output must end in {SUFFIX}.")
    name = checked_name(args.name or output.stem)
    trained = [load_weights(find_weights(path, repeat=args.repeat)) for path in args.runs]
    for path, one in zip(args.runs, trained, strict=True):
        chosen = choice_of_repeat(path, one.path, repeat=args.repeat)
        if chosen is not None:
            log_line(chosen)
    labels = trained[0].labels
    if any(member.labels != labels for member in trained):
        raise ExportError("The networks of an ensemble must know the same classes.")
    cif_files = read_cif_files(labels.phases, args.phases)
    network = trained[0].network if len(trained) == 1 else Ensemble([t.network for t in trained])
    found = _calibration_set(args, trained[0], network)
    if isinstance(network, Ensemble) and found is not None:
        network = _with_fitted_shares(network, found)
    graph = export_module(
        network, network.input_specs, samples=_real_samples(trained, network.input_specs)
    )
    card = ModelCard(
        name=name,
        summary=args.summary or _summary(trained),
        labels=labels,
        inputs=network.input_specs,
        groups=_groups(args.group, labels),
        metrics={**_metrics(trained), **_given_metrics(args.metrics)},
        provenance=_provenance(trained, network),
        **(_calibrated(trained) if found is None else _trust(network, labels, found)),
    )
    bundle = write_bundle(output, network=graph, card=card, cif_files=cif_files)
    if not card.is_calibrated:
        log_line(
            "note: its probabilities are not calibrated and its answers are no sets, for no "
            "labelled patterns were set apart: they say more than they know. Give labelled "
            "patterns of another origin with --calibrate."
        )
    log_line(
        f"{bundle.path} holds {card.name}, {len(labels)} classes, sha256 {bundle.sha256[:16]}."
    )
    return 0


def _calibration_set(
    args: argparse.Namespace, first: TrainedNetwork, network: Network
) -> PreparedSet | None:
    """Return the patterns to calibrate on: those that are given, else simulated ones, if any."""
    labels, specs = first.labels, network.input_specs
    if args.calibrate is not None:
        return prepared_set(args.calibrate, labels, specs, scale_sigma=args.scale_sigma / 100)
    plan = simulated_plan_of(first.path.parent)
    if plan is None or plan.labels != labels:
        return None
    per_phase = max(int(args.drawn), 0)
    if per_phase * len(labels.phases) < FEWEST_FOR_TEMPERATURE:
        if any(spec.kind not in LIST_KINDS for spec in specs):
            return None
        found = simulated_lists(plan, labels, specs)
        log_line(
            f"calibrated on {len(found.labels)} simulated spot lists of orientations that were "
            "never learnt, with their scale and without; labelled patterns of another origin tell "
            "more: --calibrate"
        )
        return found
    log_line(
        f"calibrating on {per_phase} pictures of each phase, drawn for it; labelled patterns of "
        "another origin tell more: --calibrate"
    )
    return inputs_of(drawn_patterns(plan, labels, per_phase=per_phase), specs)


def _with_fitted_shares(ensemble: Ensemble, found: PreparedSet) -> Ensemble:
    """Return the ensemble with the members' shares that suit the calibration patterns best."""
    members = [member for member in ensemble.members if isinstance(member, Network)]
    rows = []
    for inputs in (found.with_scale, found.without_scale):
        logits = np.stack([_logits(member, inputs) for member in members]).astype(np.float64)
        peak = logits.max(axis=2, keepdims=True)
        log_sum = peak + np.log(np.exp(logits - peak).sum(axis=2, keepdims=True))
        rows.append(fit_shares(logits - log_sum, found.labels))
    return Ensemble(members, np.stack(rows))


def _trust(network: Network, labels: Labels, found: PreparedSet) -> dict[str, Any]:
    """Return what the card says of temperature, prediction sets and the open set."""
    with_scale = _logits(network, found.with_scale).astype(np.float64)
    without_scale = with_scale
    # a network that looks at no scale answers once: one on images takes a minute
    if any(
        not np.array_equal(found.with_scale[name], found.without_scale[name])
        for name in found.with_scale
    ):
        without_scale = _logits(network, found.without_scale).astype(np.float64)
    return fitted_card(labels, found.labels, with_scale, without_scale, _SET_LEVEL)


def _logits(network: Network, inputs: Mapping[str, Float32Array]) -> Float32Array:
    tensors = [torch.from_numpy(inputs[spec.name]) for spec in network.input_specs]
    with torch.inference_mode():
        parts = [
            network(*part) for part in zip(*(torch.split(t, 64) for t in tensors), strict=True)
        ]
    return np.asarray(torch.cat(parts).numpy())


def _groups(given: Sequence[Sequence[str]], labels: Labels) -> tuple[tuple[str, ...], ...]:
    for name in (name for group in given for name in group):
        if name not in labels.phases:
            raise UsageError(f"--group names {name}, which the network does not know.")
    return tuple(tuple(group) for group in given)


def _given_metrics(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    found = _read(path)
    if not found:
        raise UsageError(f"{path} holds no figures.")
    return found


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
    """Return temperature and thresholds from a single network's validation patterns."""
    table_path = trained[0].path.parent / VALIDATION_FILE
    if len(trained) > 1 or not table_path.is_file():
        return {}
    table = read_table(table_path)
    if table.probabilities is None or len(table) < FEWEST_FOR_TEMPERATURE:
        return {}
    logits = logits_of(table.probabilities)
    fields = fitted_card(trained[0].labels, table.labels, logits, logits, _SET_LEVEL)
    # its patterns with a scale and without are not told apart
    return {name: value for name, value in fields.items() if "without_scale" not in name}


def _summary(trained: Sequence[TrainedNetwork]) -> str:
    titles = sorted(
        {entry(t.options.network).title + " on redrawn spots" * t.options.redrawn for t in trained}
    )
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


def _provenance(trained: Sequence[TrainedNetwork], network: Network) -> dict[str, Any]:
    members: list[dict[str, Any]] = []
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
    if isinstance(network, Ensemble):
        for member, (known, unknown) in zip(members, network.shares.T.tolist(), strict=True):
            member["share"] = {"with_scale": round(known, 4), "without_scale": round(unknown, 4)}
    return {"members": members, "exported_with": versions()}


def _read(path: Path) -> dict[str, Any]:
    """Return the content of a JSON file of the run, nothing where weights came without a run."""
    if not path.is_file():
        return {}
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}
