"""`saed-trainer networks`: every architecture with its parameter count."""

import argparse
import json
import sys
from typing import Any

import torch

from saed_desktop.network.labels import PAPER_LABELS
from trainer.job_estimate import JobEstimate
from trainer.networks.base import count_parameters
from trainer.networks.registry import NetworkOptions, build, entries, entry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="only these, timm:NAME and space:INDEX included"
    )
    parser.add_argument(
        "--classes",
        type=int,
        default=len(PAPER_LABELS),
        metavar="N",
        help="number of classes (default: %(default)s)",
    )
    parser.add_argument("--size", type=int, default=0, metavar="PX", help="image side in pixels")
    parser.add_argument("--json", action="store_true", help="one JSON list on standard output")


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what counting parameters takes: nothing is trained or read."""
    del args
    return JobEstimate(images=0, seconds=5.0)


def run(args: argparse.Namespace) -> int:
    """List the networks."""
    rows = network_rows(args.names, n_classes=args.classes, size=args.size)
    if args.json:
        sys.stdout.write(json.dumps(rows, indent=1) + "\n")
        return 0
    width = max(len(row["name"]) for row in rows)
    title_width = max(len(row["title"]) for row in rows)
    heading = f"{'network':{width}}  {'title':{title_width}}  pre-trained  {'parameters':>13}  sees"
    lines = [heading, "-" * len(heading)]
    lines += [
        f"{row['name']:{width}}  {row['title']:{title_width}}  "
        f"{'yes' if row['pretrained'] else 'no':11}  {row['parameters']:>13,}  "
        f"{row['sees']}"
        for row in rows
    ]
    lines.append(f"\nCounted for {args.classes} classes; beside them timm:NAME and space:INDEX.")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def network_rows(names: list[str], *, n_classes: int, size: int = 0) -> list[dict[str, Any]]:
    """Return one row per architecture and way of training it."""
    chosen = [entry(name) for name in names] if names else list(entries().values())
    rows = []
    for known in chosen:
        for pretrained in (False, True) if known.has_pretrained else (False,):
            options = NetworkOptions(network=known.name, pretrained=pretrained, size=size)
            with torch.device("meta"):
                network = build(options, n_classes, load_weights=False)
            sees = [
                f"{spec.kind.value} {' × '.join(str(n) for n in spec.shape)}"
                for spec in network.input_specs
            ]
            rows.append(
                {
                    "name": known.name,
                    "title": known.title,
                    "pretrained": pretrained,
                    "parameters": count_parameters(network),
                    "channels": 3 if pretrained else 1,
                    "size": size or known.size,
                    "sees": ", ".join(sees),
                    "summary": known.summary,
                }
            )
    return rows
