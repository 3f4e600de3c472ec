"""Rotation and crop of 8-bit images in whole numbers: the same to the last bit on every device.

The published training set holds every pattern 24 times on disk, turned by 15° each. Here the turn
is made when the image is needed. Bilinear weights are rounded to 1/128 and everything after that
is integer arithmetic, so a CPU, a GPU and the PNG files that `prepare --write-images` leaves
cannot differ.
"""

import functools
import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from trainer.data.stored_input import region_side

_FRACTION_BITS = 7
_ONE = 1 << _FRACTION_BITS
_HALF = 1 << (2 * _FRACTION_BITS - 1)


@dataclass(frozen=True, eq=False)
class RotationPlan:
    """Source pixels and weights of the rotated crop for every angle.

    Parameters
    ----------
    taps
        Flat index of the upper left of four pixels (angles, crop²).
    weights_x, weights_y
        How far to the right and down from it, in 1/128 (angles, crop²).
    source_side, crop_px
        Sides of the kept square and of the crop.
    """

    taps: Tensor
    weights_x: Tensor
    weights_y: Tensor
    source_side: int
    crop_px: int

    @property
    def n_angles(self) -> int:
        """Number of angles; angle `i` is `360° · i / n_angles`, counter-clockwise as shown."""
        return len(self.taps)

    def to(self, device: torch.device) -> "RotationPlan":
        """Return the plan on a device."""
        return RotationPlan(
            self.taps.to(device),
            self.weights_x.to(device),
            self.weights_y.to(device),
            self.source_side,
            self.crop_px,
        )


@functools.lru_cache(maxsize=4)
def rotation_plan(n_angles: int, crop_px: int) -> RotationPlan:
    """Return the plan for equally spaced angles over the full turn."""
    source = region_side(crop_px, rotated=n_angles > 1)
    taps = np.empty((n_angles, crop_px * crop_px), dtype=np.int32)
    weights = np.empty((2, n_angles, crop_px * crop_px), dtype=np.uint8)
    offset = np.arange(crop_px) - (crop_px - 1) / 2
    x, y = np.meshgrid(offset, offset)
    for i in range(n_angles):
        cosine, sine = _cosine_sine(i, n_angles)
        middle = (source - 1) / 2
        # rows count downwards: the image turns counter-clockwise, so a pixel looks clockwise
        source_x = np.rint((cosine * x - sine * y + middle) * _ONE).astype(np.int64)
        source_y = np.rint((sine * x + cosine * y + middle) * _ONE).astype(np.int64)
        column, row = source_x >> _FRACTION_BITS, source_y >> _FRACTION_BITS
        taps[i] = (row * source + column).ravel()
        weights[0, i] = (source_x & (_ONE - 1)).ravel()
        weights[1, i] = (source_y & (_ONE - 1)).ravel()
    return RotationPlan(
        torch.from_numpy(taps),
        torch.from_numpy(weights[0]),
        torch.from_numpy(weights[1]),
        source,
        crop_px,
    )


def rotate_and_crop(images: Tensor, angles: Tensor, plan: RotationPlan) -> Tensor:
    """Return the crops (n, crop, crop) of 8-bit squares (n, side, side), each turned by its angle.

    Parameters
    ----------
    images
        The kept squares, uint8.
    angles
        Number of the angle of each image (n,).
    plan
        The plan, on the same device.
    """
    if images.device.type == "cpu":
        # one image at a time stays in the processor's cache
        parts = [
            _interpolate(images[i : i + 1], angles[i : i + 1], plan) for i in range(len(images))
        ]
        turned = torch.cat(parts) if parts else images.new_zeros((0, plan.crop_px**2))
    else:
        turned = _interpolate(images, angles, plan)
    return turned.view(len(images), plan.crop_px, plan.crop_px)


def _interpolate(images: Tensor, angles: Tensor, plan: RotationPlan) -> Tensor:
    flat = images.reshape(len(images), -1)
    if plan.n_angles == 1:
        return torch.gather(flat, 1, plan.taps[angles].long())
    taps = plan.taps[angles].long()
    right, down = plan.weights_x[angles].int(), plan.weights_y[angles].int()
    side = plan.source_side
    upper = _mix(flat, taps, taps + 1, right)
    lower = _mix(flat, taps + side, taps + side + 1, right)
    mixed = upper * (_ONE - down) + lower * down
    return ((mixed + _HALF) >> (2 * _FRACTION_BITS)).to(torch.uint8)


def _mix(flat: Tensor, first: Tensor, second: Tensor, weight: Tensor) -> Tensor:
    a = torch.gather(flat, 1, first).int()
    return a * _ONE + (torch.gather(flat, 1, second).int() - a) * weight


def _cosine_sine(i: int, n: int) -> tuple[float, float]:
    """Return cosine and sine of `i/n` of a turn, exact where they are 0 or ±1."""
    if (4 * i) % n == 0:
        quarter = (4 * i // n) % 4
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[quarter]
    return math.cos(2 * math.pi * i / n), math.sin(2 * math.pi * i / n)
