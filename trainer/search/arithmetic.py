"""The arithmetic of a plain CNN: floating-point operations of one pattern, and parameters."""

import itertools
import math

from trainer.networks.cnn_299an import KERNEL
from trainer.search.space import Architecture


def forward_flops(architecture: Architecture, size: int, n_classes: int = 9) -> int:
    """Return the operations of convolutions and dense layers; 0 where the shape is impossible.

    A multiplication and an addition count as two.
    """
    blocks, nodes = _convolutions(architecture, size)
    if not blocks:
        return 0
    return sum(blocks) + 2 * sum(a * b for a, b in _dense(architecture, nodes, n_classes))


def convolution_flops(architecture: Architecture, size: int) -> int:
    """Return the operations of the convolutions alone; 0 where the shape is impossible."""
    return sum(_convolutions(architecture, size)[0])


def parameter_count(architecture: Architecture, size: int, n_classes: int = 9) -> int:
    """Return the number of parameters, without building anything; 0 where it is impossible."""
    blocks, nodes = _convolutions(architecture, size)
    if not blocks:
        return 0
    shape, width = architecture.spec(size, size).shape, architecture.width
    channels, *sides = shape if len(shape) > 1 else (1, *shape)
    kernel, norm = KERNEL ** len(sides), 2 if architecture.point.batch_norm else 0
    count = 0
    for _ in blocks:
        count += width * (channels * kernel + 1 + norm)
        channels = width
    layers = _dense(architecture, nodes, n_classes)
    # the last layer has no batch norm
    return count + sum((a + 1 + norm) * b for a, b in layers) - norm * n_classes


def _convolutions(architecture: Architecture, size: int) -> tuple[list[int], int]:
    """Return the operations of every block and the nodes that are left; none if impossible."""
    shape = architecture.spec(size, size).shape
    channels, *sides = shape if len(shape) > 1 else (1, *shape)
    kernel = KERNEL ** len(sides)
    width, blocks = architecture.width, []
    for _ in range(architecture.point.conv_layers):
        convolved = [side - (KERNEL - 1) for side in sides]
        if min(convolved) < 1:
            return [], 0
        blocks.append(2 * math.prod(convolved) * width * channels * kernel)
        sides, channels = [side // 2 for side in convolved], width
    return blocks, channels * math.prod(sides)


def _dense(architecture: Architecture, nodes: int, n_classes: int) -> list[tuple[int, int]]:
    widths = [nodes, *architecture.point.dense_nodes, n_classes]
    return list(itertools.pairwise(widths))
