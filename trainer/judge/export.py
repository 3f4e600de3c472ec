"""Writes trained judges as one ONNX graph with its card."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor, nn

from saed_desktop.errors import UsageError
from saed_desktop.indexing.deciding.fit_features import FIT_FEATURES
from saed_desktop.network.judge import CARD_FILE, FORMAT, GRAPH_FILE, Judge, JudgeCard
from saed_desktop.results.atomic import write_bytes
from trainer.bundle.onnx_graph import ExportError, onnx_bytes
from trainer.judge.calibration import JudgeCalibration, listed_probability, shares
from trainer.judge.network import JudgeNetwork

INPUTS = ("values", "behind", "odds", "is_scaled")
_TOLERANCE = 1e-3


class JudgeEnsemble(nn.Module):
    """Several judges that answer with the means of their evidence and log odds.

    Parameters
    ----------
    members
        The judges.
    """

    def __init__(self, members: Sequence[JudgeNetwork]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Return log evidence (b, m) and log odds (b,); see `JudgeNetwork`."""
        found = [member(*inputs) for member in self.members]
        return (
            torch.stack([evidence for evidence, _ in found]).mean(dim=0),
            torch.stack([listed for _, listed in found]).mean(dim=0),
        )


class _OfOnePattern(nn.Module):
    """The graph's interface: the fits of one pattern, one row each."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, values: Tensor, behind: Tensor, odds: Tensor, is_scaled: Tensor) -> Tensor:
        """Return log evidence, and the log odds of the crystal being listed in each row (m, 2)."""
        present = torch.ones_like(behind, dtype=torch.bool)[None]
        evidence, listed = self.network(
            values[None], behind[None], odds[:1], is_scaled[:1], present
        )
        # not `expand`, which would fix the number of rows in the graph
        return torch.stack([evidence[0], listed + torch.zeros_like(behind)], dim=-1)


def export_judge(
    network: nn.Module,
    folder: Path,
    calibration: JudgeCalibration,
    *,
    provenance: dict[str, Any],
    measured: dict[str, Any],
) -> None:
    """Write graph and card, after ONNX Runtime gave the same answers as torch.

    Parameters
    ----------
    network
        The trained judge, or several together.
    folder
        Where to.
    calibration
        Goes into the card.
    provenance, measured
        Go into the card.

    Raises
    ------
    UsageError
        If the judge reads tokens, which the program does not.
    ExportError
        If the graph's answers are not the network's.
    """
    if any(name.startswith("tokens.") or ".tokens." in name for name in network.state_dict()):
        raise UsageError(
            "A judge that reads tokens is for comparison; the program has no use for it."
        )
    module = _OfOnePattern(network.eval()).eval()
    generator = torch.Generator().manual_seed(0)
    behind = 12 * torch.rand(7, generator=generator)
    samples = (
        torch.randn((7, len(FIT_FEATURES)), generator=generator),
        behind - behind.min(),
        torch.full((7,), 1.5),
        torch.ones(7),
    )
    graph = onnx_bytes(module, samples, INPUTS, "judged")
    card = JudgeCard(
        format=FORMAT,
        graph_sha256=hashlib.sha256(graph).hexdigest(),
        features=FIT_FEATURES,
        temperature=calibration.temperature,
        listed_slope=calibration.listed_slope,
        listed_offset=calibration.listed_offset,
        share_of_set=calibration.share_of_set,
        provenance={"parameters": _parameters(network), **provenance},
        measured=measured,
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / GRAPH_FILE, graph)
    write_bytes(folder / CARD_FILE, msgspec.json.format(msgspec.json.encode(card), indent=2))
    difference = max(_difference(module, Judge(folder), samples, calibration, n) for n in (1, 4, 7))
    if not difference <= _TOLERANCE:
        (folder / CARD_FILE).unlink()
        raise ExportError(f"ONNX Runtime and torch disagree by {difference:.2g} on this judge.")


def _difference(
    module: nn.Module,
    judge: Judge,
    samples: tuple[Tensor, ...],
    calibration: JudgeCalibration,
    rows: int,
) -> float:
    """Return by how much the program's probabilities differ on so many fits."""
    some = [part[:rows] for part in samples]
    with torch.inference_mode():
        expected = module(*some).double().numpy()
    values, behind = some[0].numpy(), some[1].numpy()
    answer = judge.judge(values, behind, float(some[2][0]), is_scaled=True)
    return max(
        float(np.abs(answer.shares - shares(expected[None, :, 0], calibration)[0]).max()),
        abs(answer.listed - float(listed_probability(expected[0, 1:], calibration)[0])),
    )


def _parameters(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters() if p.requires_grad)
