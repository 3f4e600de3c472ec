"""The arithmetic of a plain CNN: floating-point operations of one pattern, forwards."""

import math

from trainer.networks.cnn_299an import KERNEL
from trainer.search.space import Architecture


def forward_flops(architecture: Architecture, size: int, n_classes: int = 9) -> int:
    """Return the operations of convolutions and dense layers; 0 where the shape is impossible.

    A multiplication and an addition count as two.
    """
    shape = architecture.spec(size, size).shape
    channels, *sides = shape if len(shape) > 1 else (1, *shape)
    kernel = KERNEL ** len(sides)
    width, operations = architecture.width, 0
    for _ in range(architecture.point.conv_layers):
        convolved = [side - (KERNEL - 1) for side in sides]
        if min(convolved) < 1:
            return 0
        operations += 2 * math.prod(convolved) * width * channels * kernel
        sides, channels = [side // 2 for side in convolved], width
    nodes = channels * math.prod(sides)
    for wider in (*architecture.point.dense_nodes, n_classes):
        operations += 2 * nodes * wider
        nodes = wider
    return operations
