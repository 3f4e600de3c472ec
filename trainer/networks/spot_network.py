"""Network A: phases from a list of spots; it never sees a pixel and runs anywhere in milliseconds.

Two views of the same list meet in one head. The *radial* view soft-bins the spots and the
distances between them, once in 1/Å, for what the scale can tell, and once in units of the lattice's
own spacing, for what it cannot. The *relational* view is a transformer over spots whose
attention sees the distance and the angle of each pair, so that the geometry of the lattice is
invariant under rotation and mirror by construction and not by augmentation.
"""

from typing import NamedTuple, Self

import torch
from torch import Tensor, nn

from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.network.representations import CONTEXT_FEATURES
from trainer.networks.base import Network
from trainer.networks.registry import BuildRequest, register

N_SPOTS = 64
_ABSOLUTE_BINS, _ABSOLUTE_MAX = 144, 1.8
_RELATIVE_BINS, _RELATIVE_MAX = 112, 7.0
_RELATED_SPOTS = 24
"""Number of the strongest spots that are related: the cost grows with its square."""


class SpotNetwork(Network):
    """Classifies spot lists.

    Parameters
    ----------
    n_classes
        Outputs.
    width
        Width of a spot's token.
    depth
        Attention layers.
    heads
        Attention heads.
    dropout
        In the head and the attention blocks.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        width: int = 80,
        depth: int = 2,
        heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__(
            (
                InputSpec("spots", InputKind.SPOTS, N_SPOTS),
                InputSpec("context", InputKind.CONTEXT, CONTEXT_FEATURES),
            )
        )
        self.absolute_bins: Tensor
        self.relative_bins: Tensor
        self.register_buffer("absolute_bins", _centres(_ABSOLUTE_BINS, _ABSOLUTE_MAX))
        self.register_buffer("relative_bins", _centres(_RELATIVE_BINS, _RELATIVE_MAX))
        self.pairs: Tensor
        self.register_buffer("pairs", torch.triu_indices(_RELATED_SPOTS, _RELATED_SPOTS, 1))
        radial = 3 * (_ABSOLUTE_BINS + _RELATIVE_BINS) + CONTEXT_FEATURES + 1
        self.radial = nn.Sequential(
            nn.Linear(radial, 256),
            nn.GELU(),
            nn.LayerNorm(256),
            nn.Dropout(dropout),
            nn.Linear(256, 192),
            nn.GELU(),
            nn.LayerNorm(192),
        )
        self.frequencies = nn.Parameter(torch.randn(16) * 8)
        self.token = nn.Linear(4 * 16 + 2 + CONTEXT_FEATURES, width)
        self.pair = nn.Sequential(nn.Linear(4 * 4 + 3, 32), nn.GELU(), nn.Linear(32, depth * heads))
        self.pair_frequencies = nn.Parameter(torch.randn(4) * 6)
        self.blocks = nn.ModuleList(_Block(width, heads, dropout) for _ in range(depth))
        self.head = nn.Sequential(
            nn.LayerNorm(192 + 2 * width),
            nn.Dropout(dropout),
            nn.Linear(192 + 2 * width, 128),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(128, n_classes),
        )
        self.depth, self.heads = depth, heads

    def forward(self, spots: Tensor, context: Tensor) -> Tensor:
        """Return logits (b, classes) for spots (b, 64, 4) and context (b, 4)."""
        known = context[:, :1]
        all_spots = _Spots.of(spots)
        strongest = _Spots.of(spots[:, :_RELATED_SPOTS])
        distance = _pair_distances(strongest.q)
        unit = _net_spacing(distance, strongest.radius, strongest.present)
        radial = self._radial(all_spots, strongest, distance, unit, known, context)
        pooled = self._relational(strongest, distance, unit, known, context)
        return self.head(torch.cat([radial, pooled], dim=-1))

    def _radial(
        self,
        spots: "_Spots",
        strongest: "_Spots",
        distance: Tensor,
        unit: Tensor,
        known: Tensor,
        context: Tensor,
    ) -> Tensor:
        first, second = self.pairs
        pairs = distance[:, first, second]
        both = strongest.weight[:, first] * strongest.weight[:, second]
        views = []
        for scale, bins, gate in (
            (torch.ones_like(unit), self.absolute_bins, known),
            (1 / unit, self.relative_bins, torch.ones_like(known)),
        ):
            radius = spots.radius * scale
            views += [
                gate * torch.log1p(_histogram(radius, spots.present, bins)),
                gate * torch.log1p(4 * _histogram(radius, spots.weight, bins)),
                gate * torch.log1p(_histogram(pairs * scale, both, bins)),
            ]
        return self.radial(torch.cat([*views, context, torch.log(unit)], dim=-1))

    def _relational(
        self,
        spots: "_Spots",
        distance: Tensor,
        unit: Tensor,
        known: Tensor,
        context: Tensor,
    ) -> Tensor:
        present, q, radius, log_i = spots.present, spots.q, spots.radius, spots.log_intensity
        about = torch.cat(
            [
                known[..., None] * _waves(radius, self.frequencies),
                _waves(radius / unit / 4, self.frequencies),
                log_i[..., None] / 6,
                present[..., None],
                context[:, None, :].expand(-1, radius.shape[1], -1),
            ],
            dim=-1,
        )
        tokens = self.token(about) * present[..., None]
        cosine = (q @ q.transpose(1, 2)) / (
            radius[:, :, None] * radius[:, None, :] + 1e-6
        ).clamp_min(1e-4)
        # even in the angle's sign and under Friedel's law: the square tells both apart from 90°
        geometry = torch.cat(
            [
                known[..., None, None] * _waves(distance, self.pair_frequencies),
                _waves(distance / unit[..., None] / 4, self.pair_frequencies),
                cosine[..., None],
                (cosine**2)[..., None],
                (log_i[:, :, None] - log_i[:, None, :])[..., None] / 6,
            ],
            dim=-1,
        )
        bias = self.pair(geometry).permute(0, 3, 1, 2)
        hidden = (1 - present)[:, None, None, :] * -1e4
        for i, block in enumerate(self.blocks):
            part = bias[:, i * self.heads : (i + 1) * self.heads]
            tokens = block(tokens, part + hidden) * present[..., None]
        count = present.sum(dim=1, keepdim=True).clamp_min(1)
        mean = tokens.sum(dim=1) / count
        top = (tokens + (present[..., None] - 1) * 1e4).amax(dim=1).clamp_min(-1e3)
        return torch.cat([mean, top], dim=-1)


class _Spots(NamedTuple):
    """A batch of spot lists, by what is known of each spot (b, n)."""

    present: Tensor
    q: Tensor
    radius: Tensor
    log_intensity: Tensor
    weight: Tensor

    @classmethod
    def of(cls, spots: Tensor) -> Self:
        present, q, log_i = spots[..., 0], spots[..., 1:3], spots[..., 3]
        radius = q.norm(dim=-1) * present
        return cls(present, q, radius, log_i, present * torch.exp(0.35 * log_i))


class _Block(nn.Module):
    """Pre-norm self-attention with a bias per pair, then a small MLP."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Dropout(dropout), nn.Linear(2 * width, width)
        )

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, count, width = x.shape
        qkv = self.qkv(self.norm_1(x)).reshape(batch, count, 3, self.heads, width // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        score = query @ key.transpose(-1, -2) / (width // self.heads) ** 0.5 + bias
        mixed = (score.softmax(dim=-1) @ value).transpose(1, 2).reshape(batch, count, width)
        x = x + self.out(mixed)
        return x + self.mlp(self.norm_2(x))


def _centres(count: int, top: float) -> Tensor:
    return (torch.arange(count) + 0.5) * (top / count)


def _histogram(values: Tensor, weights: Tensor, bins: Tensor) -> Tensor:
    """Return a histogram (b, bins) in which each value (b, n) is shared by the two nearest bins."""
    position = values / (2 * bins[0]) - 0.5
    lower = position.floor()
    share = position - lower
    counts = torch.zeros(values.shape[0], bins.shape[0] + 2, device=values.device)
    last = bins.shape[0] + 1
    # one bin beside each end collects what lies beyond, and is dropped
    counts = counts.scatter_add(1, (lower + 1).clamp(0, last).long(), weights * (1 - share))
    counts = counts.scatter_add(1, (lower + 2).clamp(0, last).long(), weights * share)
    return counts[:, 1:-1]


def _waves(values: Tensor, frequencies: Tensor) -> Tensor:
    phase = values[..., None] * frequencies
    return torch.cat([phase.sin(), phase.cos()], dim=-1)


def _pair_distances(q: Tensor) -> Tensor:
    difference = q[:, :, None, :] - q[:, None, :, :]
    return (difference.square().sum(dim=-1) + 1e-8).sqrt()


def _net_spacing(distance: Tensor, radius: Tensor, present: Tensor) -> Tensor:
    """Return the mean distance (b, 1) from a spot to its nearest neighbour, the beam among them.

    On a lattice of few gaps this is its shortest vector, whatever the scale.
    """
    absent = (1 - present)[:, None, :] * 1e3
    itself = torch.eye(distance.shape[1], device=distance.device)[None] * 1e3
    nearest = (distance + absent + itself).amin(dim=-1)
    nearest = torch.minimum(nearest, radius + (1 - present) * 1e3)
    count = present.sum(dim=1, keepdim=True).clamp_min(1)
    return ((nearest * present).sum(dim=1, keepdim=True) / count).clamp(1e-3, 10.0)


@register(
    "spots",
    title="SpotNetwork",
    summary="ours, on spot lists: radial histograms and attention over pairs of spots",
    size=0,
    crop_px=0,
)
def build_spot_network(request: BuildRequest) -> Network:
    """Return the network on spot lists."""
    return SpotNetwork(request.n_classes)
