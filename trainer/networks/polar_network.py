"""Network B: phases from the polar image; it needs a centre and no spot finding.

The azimuth of the polar image runs over half a turn (Friedel mates are folded), so a rotation of
the pattern is a cyclic shift: convolutions wrap around there, and what is pooled over the azimuth
does not change with it. The radius is never pooled: how far out a spot lies is the answer.
"""

import torch
from torch import Tensor, nn

from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.network.representations import CONTEXT_FEATURES, POLAR_CHANNELS
from trainer.networks.base import Network
from trainer.networks.registry import BuildRequest, register

N_RADII = 128
_SCALE_FEATURES = 2
"""Of the context only the scale and its uncertainty: the rest counts spots."""


class PolarNetwork(Network):
    """Classifies polar images.

    Parameters
    ----------
    n_classes
        Outputs.
    n_radii
        Rows of the polar image, a multiple of 16.
    width
        Channels of the first layer; the last has six times as many.
    dropout
        Before each layer of the head.
    """

    def __init__(
        self, n_classes: int, *, n_radii: int = N_RADII, width: int = 20, dropout: float = 0.2
    ) -> None:
        super().__init__(
            (
                InputSpec("polar", InputKind.POLAR, n_radii),
                InputSpec("context", InputKind.CONTEXT, CONTEXT_FEATURES),
            )
        )
        self.radii: Tensor
        self.register_buffer("radii", torch.linspace(0, 1, n_radii).view(1, 1, n_radii, 1))
        last = 6 * width
        self.body = nn.Sequential(
            _Layer(POLAR_CHANNELS + 1, width, kernel=5, stride=2),
            _Layer(width, 2 * width, kernel=3, stride=2),
            _Layer(2 * width, 3 * width, kernel=3, stride=2),
            _Layer(3 * width, 5 * width, kernel=3, stride=2),
            _Layer(5 * width, last, kernel=3, stride=1),
        )
        pooled = 2 * last * (n_radii // 16)
        self.head = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(pooled + _SCALE_FEATURES, 128),
            nn.BatchNorm1d(128),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(128, n_classes),
        )

    def forward(self, polar: Tensor, context: Tensor) -> Tensor:
        """Return logits (b, classes) for polar images (b, 3, radii, 192) and context (b, 4)."""
        radii = self.radii.expand(polar.shape[0], -1, -1, polar.shape[3])
        features = self.body(torch.cat([polar, radii], dim=1))
        # the strongest and the mean over the azimuth: is there a spot, and how many
        pooled = torch.cat([features.amax(dim=3), features.mean(dim=3)], dim=1).flatten(1)
        logits: Tensor = self.head(torch.cat([pooled, context[:, :_SCALE_FEATURES]], dim=1))
        return logits


class _Layer(nn.Module):
    """A convolution that wraps around the azimuth and ends at the rim, normalised."""

    def __init__(self, n_in: int, n_out: int, *, kernel: int, stride: int) -> None:
        super().__init__()
        self.side = kernel // 2
        self.conv = nn.Conv2d(n_in, n_out, kernel, stride, padding=(self.side, 0), bias=False)
        self.norm = nn.BatchNorm2d(n_out)

    def forward(self, x: Tensor) -> Tensor:
        wrapped = torch.cat([x[..., -self.side :], x, x[..., : self.side]], dim=3)
        return nn.functional.gelu(self.norm(self.conv(wrapped)))


@register(
    "polar",
    title="PolarNetwork",
    summary="ours, on polar images: convolutions around the beam, no spot finding",
    size=0,
    crop_px=0,
)
def build_polar_network(request: BuildRequest) -> Network:
    """Return the network on polar images."""
    return PolarNetwork(request.n_classes)
