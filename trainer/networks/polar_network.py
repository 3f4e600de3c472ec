"""Network B: phases from the polar image; it needs a centre and no spot finding.

The azimuth of the polar image runs over half a turn (Friedel mates are folded), so a rotation of
the pattern is a cyclic shift: convolutions wrap around there, and what is pooled over the azimuth
does not change with it. The radius is never pooled: how far out a spot lies is the answer.

Beside the convolutions stands a summary that is free of rotation by construction: what each ring
holds, its angular power spectrum (Kam, J. Theor. Biol. 82 (1980) 15), and the spectrum of the
radial profile over the logarithm of the radius, whose magnitude does not change with the scale
(the Mellin transform; Casasent and Psaltis, Appl. Opt. 15 (1976) 1795).
"""

import math

import torch
from torch import Tensor, nn

from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.network.representations import CONTEXT_FEATURES, POLAR_CHANNELS, POLAR_THETA
from trainer.networks.base import Network
from trainer.networks.registry import BuildRequest, register

N_RADII = 128
_SCALE_FEATURES = 2
"""Of the context only the scale and its uncertainty: the rest counts spots."""
_RING_FEATURES = 5
_ANGULAR_ORDERS = 16
_ANGULAR_RINGS = 32
_LOG_RADII = 96
_LOG_ORDERS = 40
_INNERMOST = 1 / 16
_SPOT_CONTRAST = 1.5


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
        self.summary = _Summary(n_radii)
        self.digest = nn.Sequential(
            nn.Linear(self.summary.size + _SCALE_FEATURES, 256),
            nn.GELU(),
            nn.LayerNorm(256),
            nn.Dropout(dropout),
            nn.Linear(256, 192),
            nn.GELU(),
            nn.LayerNorm(192),
        )
        self.head = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(pooled + 192 + _SCALE_FEATURES, 128),
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
        scale = context[:, :_SCALE_FEATURES]
        digest = self.digest(torch.cat([self.summary(polar), scale], dim=1))
        logits: Tensor = self.head(torch.cat([pooled, digest, scale], dim=1))
        return logits


class _Summary(nn.Module):
    """Rotation-invariant features of a polar image; without learnt weights.

    Parameters
    ----------
    n_radii
        Rows of the polar image.
    """

    def __init__(self, n_radii: int) -> None:
        super().__init__()
        self.size = (
            _RING_FEATURES * n_radii + _ANGULAR_RINGS * _ANGULAR_ORDERS + 3 * (_LOG_ORDERS + 1)
        )
        self.angular: Tensor
        self.radial: Tensor
        self.logarithmic: Tensor
        self.register_buffer("angular", _waves(POLAR_THETA, _ANGULAR_ORDERS + 1)[:, 2:])
        self.register_buffer("radial", _waves(_LOG_RADII, _LOG_ORDERS + 1))
        self.register_buffer("logarithmic", _to_log_radius(n_radii, _LOG_RADII))

    def forward(self, polar: Tensor) -> Tensor:
        """Return the summary (b, size) of polar images (b, 3, radii, 192)."""
        contrast, shown = polar[:, 0], polar[:, 2]
        bright = contrast.clamp_min(0)
        spots = torch.sigmoid(4 * (contrast - _SPOT_CONTRAST))
        rings = torch.stack(
            [
                contrast.amax(dim=2),
                bright.mean(dim=2),
                bright.square().mean(dim=2).sqrt(),
                spots.mean(dim=2),
                shown.mean(dim=2),
            ],
            dim=1,
        )
        power = _power(bright @ self.angular)
        power = power.reshape(-1, _ANGULAR_RINGS, power.shape[1] // _ANGULAR_RINGS, _ANGULAR_ORDERS)
        scale_free = _power(rings[:, (0, 2, 3)] @ self.logarithmic @ self.radial)
        parts = [rings, torch.log1p(power.mean(dim=2)), torch.log1p(scale_free)]
        return torch.cat([part.flatten(1) for part in parts], dim=1)


def _waves(n: int, orders: int) -> Tensor:
    """Return cosines and sines (n, 2 orders), pair by pair, of the first orders from 0 on."""
    phase = 2 * math.pi / n * torch.outer(torch.arange(n), torch.arange(orders))
    return torch.stack([phase.cos(), phase.sin()], dim=2).flatten(1) / math.sqrt(n)


def _power(amplitudes: Tensor) -> Tensor:
    """Return the magnitudes (..., n) of cosine and sine parts (..., 2 n)."""
    # the small number keeps the root's slope finite where there is nothing
    even, odd = amplitudes[..., 0::2], amplitudes[..., 1::2]
    return (even.square() + odd.square() + 1e-6).sqrt()


def _to_log_radius(n_radii: int, n_out: int) -> Tensor:
    """Return the matrix (n_radii, n_out) that interpolates rows at equal steps of log radius."""
    place = n_radii * torch.logspace(math.log10(_INNERMOST), 0, n_out) - 0.5
    lower = place.floor().clamp(0, n_radii - 2)
    share = (place - lower).clamp(0, 1)
    matrix = torch.zeros(n_radii, n_out)
    column = torch.arange(n_out)
    matrix[lower.long(), column] = 1 - share
    matrix[lower.long() + 1, column] += share
    return matrix


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
