"""Writes trained judges as one ONNX graph with its card."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor, nn

from saed_desktop.indexing.deciding.fit_tokens import (
    N_REFLECTIONS,
    N_SPOTS,
    NUMBER_FEATURES,
    REFLECTION_FEATURES,
    SPOT_FEATURES,
)
from saed_desktop.network.judge import CARD_FILE, FORMAT, GRAPH_FILE, Judge, JudgeCard
from saed_desktop.results.atomic import write_bytes
from trainer.bundle.onnx_graph import ExportError, onnx_bytes
from trainer.judge.calibration import JudgeCalibration, log_odds

INPUTS = ("reflections", "spots", "numbers", "behind")
_TOLERANCE = 1e-3


class JudgeEnsemble(nn.Module):
    """Several judges that answer with the mean of their evidence.

    Parameters
    ----------
    members
        The judges.
    """

    def __init__(self, members: Sequence[nn.Module]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(
        self, reflections: Tensor, spots: Tensor, numbers: Tensor, behind: Tensor
    ) -> Tensor:
        """Return log evidence (n,) of fits; see `JudgeNetwork`."""
        found = [member(reflections, spots, numbers, behind) for member in self.members]
        return torch.stack(found).mean(dim=0)


def export_judge(
    network: nn.Module,
    folder: Path,
    calibration: JudgeCalibration,
    *,
    provenance: dict[str, Any],
    measured: dict[str, Any],
    samples: tuple[Tensor, Tensor, Tensor, Tensor] | None = None,
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
    samples
        Real tokens to compare the graph on; drawn ones by default.

    Raises
    ------
    ExportError
        If the graph's answers are not the network's.
    """
    network = network.eval()
    sizes = (
        (N_REFLECTIONS, len(REFLECTION_FEATURES)),
        (N_SPOTS, len(SPOT_FEATURES)),
        (len(NUMBER_FEATURES),),
    )
    if samples is None:
        generator = torch.Generator().manual_seed(0)
        drawn = [torch.randn((7, *size), generator=generator) for size in sizes]
        for tokens in drawn[:2]:
            tokens[..., -1] = (torch.arange(tokens.shape[1]) < 5).float()
        behind = 12 * torch.rand(7, generator=generator)
        samples = drawn[0], drawn[1], drawn[2], behind - behind.min()
    graph = onnx_bytes(network, samples, INPUTS, "evidence")
    card = JudgeCard(
        format=FORMAT,
        graph_sha256=hashlib.sha256(graph).hexdigest(),
        reflection_features=REFLECTION_FEATURES,
        spot_features=SPOT_FEATURES,
        number_features=NUMBER_FEATURES,
        temperature=calibration.temperature,
        per_log_posterior=calibration.per_log_posterior,
        log_unlisted=calibration.log_unlisted,
        set_log_odds=calibration.set_log_odds,
        provenance={"parameters": _parameters(network), **provenance},
        measured=measured,
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / GRAPH_FILE, graph)
    write_bytes(folder / CARD_FILE, msgspec.json.format(msgspec.json.encode(card), indent=2))
    with torch.inference_mode():
        expected = network(*samples).double().numpy()
    posterior = -samples[3].double().numpy()
    expected = log_odds(expected[None], posterior[None], calibration)[0]
    reflections, spots, numbers = (t.numpy().astype(np.float32) for t in samples[:3])
    answer = Judge(folder).log_odds(reflections, spots, numbers, posterior)
    difference = float(np.abs(answer - expected).max())
    if not difference <= _TOLERANCE * max(1.0, float(np.abs(expected).max())):
        (folder / CARD_FILE).unlink()
        raise ExportError(f"ONNX Runtime and torch disagree by {difference:.2g} on this judge.")


def _parameters(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters() if p.requires_grad)
