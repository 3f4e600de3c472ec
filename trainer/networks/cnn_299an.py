"""299-AN of Tomczak and Kuppannagari (HPEC 2023), and the plain CNN that it is one case of."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from saed_desktop.errors import UsageError
from saed_desktop.network.input import InputSpec
from trainer.networks.base import ImageNetwork, Network
from trainer.networks.registry import BuildRequest, register

CHANNELS = 32
KERNEL = 3

_LARGEST_MAP = 100_000_000
"""Numbers of a batch's maps above which convolution and pooling go through it in parts.

At 800 pixels and a batch of 32 the first block of 299-AN alone computes for seconds on a CPU; a
request to stop is heard between parts.
"""


@dataclass(frozen=True)
class PlainCnn:
    """The description of a plain CNN.

    Parameters
    ----------
    conv_layers
        Blocks of convolution, ReLU, 2 × 2 max-pooling and, where asked for, batch norm.
    dense_nodes
        Nodes of each hidden dense layer; the output layer comes on top of them.
    batch_norm
        Batch norm at the end of every block and hidden layer.
    dropout_2d, dropout
        Dropout probability after each block and after each hidden layer; 0 for none.
    width
        Channels of every convolution.
    """

    conv_layers: int = 6
    dense_nodes: tuple[int, ...] = (64, 64, 64, 64)
    batch_norm: bool = True
    dropout_2d: float = 0.0
    dropout: float = 0.0
    width: int = CHANNELS


def map_side(size: int, conv_layers: int) -> int:
    """Return the side of the last feature map; 0 or less says that the image is too small."""
    for _ in range(conv_layers):
        # a 3 × 3 kernel without padding takes a border of one pixel, pooling halves what is left
        size = (size - (KERNEL - 1)) // 2
    return size


class PlainCnnBody(nn.Module):
    """The layers of a plain CNN, from images or curves to logits.

    Parameters
    ----------
    plan
        The layers.
    shape
        Of one input: (channels, height, width), or (length,) of a curve, along which it convolves.
    n_classes
        Number of outputs.
    """

    def __init__(self, plan: PlainCnn, *, shape: tuple[int, ...], n_classes: int) -> None:
        super().__init__()
        channels, *sides = shape if len(shape) > 1 else (1, *shape)
        left = [map_side(side, plan.conv_layers) for side in sides]
        if min(left) < 1:
            raise UsageError(
                f"{plan.conv_layers} convolution blocks leave nothing of an image of "
                f"{min(sides)} pixels."
            )
        if min(plan.dense_nodes, default=1) < 1:
            raise UsageError("A dense layer of this network would have no nodes.")
        self._is_curve = len(sides) == 1
        widths = [channels] + [plan.width] * (plan.conv_layers - 1)
        self.convolution = nn.Sequential(
            *(_ConvBlock(width, plan, is_curve=self._is_curve) for width in widths)
        )
        dense: list[nn.Module] = []
        width = plan.width * math.prod(left)
        for nodes in plan.dense_nodes:
            dense.append(_DenseBlock(width, nodes, plan))
            width = nodes
        self.dense = nn.Sequential(*dense, nn.Linear(width, n_classes))

    def forward(self, image: Tensor) -> Tensor:
        """Return the logits (batch, classes)."""
        if self._is_curve:
            image = image[:, None, None, :]
        logits: Tensor = self.dense(self.convolution(image).flatten(1))
        return logits


class _ConvBlock(nn.Module):
    def __init__(self, channels: int, plan: PlainCnn, *, is_curve: bool) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(channels, plan.width, (1, KERNEL) if is_curve else KERNEL)
        self.pool = nn.MaxPool2d((1, 2) if is_curve else 2)
        self.norm = nn.BatchNorm2d(plan.width) if plan.batch_norm else nn.Identity()
        self.dropout = nn.Dropout2d(plan.dropout_2d) if plan.dropout_2d else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        # The paper takes the ReLU first. The larger of two numbers, cut off at 0, is the same as
        # the larger of the two cut off numbers, and so is its gradient; but this way the ReLU
        # reads, and keeps for the backward pass, a quarter of the largest map of the network.
        pooled = torch.cat([self._pooled(part) for part in self._parts(x)])
        result: Tensor = self.dropout(self.norm(pooled))
        return result

    def _parts(self, x: Tensor) -> Sequence[Tensor]:
        each = self.convolution.out_channels * x.shape[-2] * x.shape[-1]
        is_written = torch.onnx.is_in_onnx_export() or torch.compiler.is_compiling()
        if is_written or x.device.type != "cpu" or each * len(x) <= _LARGEST_MAP:
            return [x]
        return torch.split(x, max(_LARGEST_MAP // each, 1))

    def _pooled(self, x: Tensor) -> Tensor:
        pooled: Tensor = nn.functional.relu(self.pool(self.convolution(x)))
        return pooled


class _DenseBlock(nn.Module):
    def __init__(self, width: int, nodes: int, plan: PlainCnn) -> None:
        super().__init__()
        self.linear = nn.Linear(width, nodes)
        self.norm = nn.BatchNorm1d(nodes) if plan.batch_norm else nn.Identity()
        self.dropout = nn.Dropout(plan.dropout) if plan.dropout else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.dropout(self.norm(nn.functional.relu(self.linear(x))))
        return result


def plain_cnn(plan: PlainCnn, request: BuildRequest, spec: InputSpec | None = None) -> Network:
    """Return a plain CNN as a network on images, or on another input where its spec is given."""
    if spec is None:
        spec = request.image_spec()
    body = PlainCnnBody(plan, shape=spec.shape, n_classes=request.n_classes)
    return ImageNetwork(body, spec, intensity=request.intensity, sigmoid=request.sigmoid)


@register(
    "299-an",
    title="299-AN",
    summary="the paper's own: six convolution blocks, four dense layers of 64",
)
def build_299an(request: BuildRequest) -> Network:
    """Return 299-AN: 265,385 parameters at 800 × 800 and nine classes."""
    return plain_cnn(PlainCnn(), request)
