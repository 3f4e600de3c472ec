"""Make network inputs of stored arrays on the device: rotation, resizing, gamma, channels.

Every kind of input of a pattern turns together, by the same angle and in the same sense, so a
network with several inputs sees one rotated pattern and not several.
"""

import functools
import math

import cv2
import numpy as np
import torch
from torch import Tensor

from saed_desktop.errors import UsageError
from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.network.representations import POLAR_THETA
from trainer.data.rotation import RotationPlan, rotate_and_crop, rotation_plan


class InputMaker:
    """Turns kept arrays of one input into what the network sees.

    Parameters
    ----------
    spec
        The input.
    n_angles
        Rotations by equal angles over the full turn; 1 for none.
    device
        Where the work is done.
    """

    def __init__(self, spec: InputSpec, n_angles: int, device: torch.device) -> None:
        self.spec = spec
        self.n_angles = n_angles
        self._plan: RotationPlan | None = None
        self._resize: Tensor | None = None
        if spec.kind is InputKind.IMAGE:
            # a crop that is a share of the pattern is kept at its size, and with its gamma
            self._is_at_size = bool(spec.crop_share)
            side = spec.size if self._is_at_size else spec.crop_px
            self._plan = rotation_plan(n_angles, side).to(device)
            if spec.size != side:
                self._resize = torch.from_numpy(resize_matrix(spec.crop_px, spec.size)).to(device)
        elif spec.kind is InputKind.POLAR and (2 * POLAR_THETA) % n_angles:
            raise UsageError(
                f"{n_angles} rotations do not fit the {2 * POLAR_THETA} azimuths of a polar image."
            )

    def __call__(self, kept: Tensor, angles: Tensor) -> Tensor:
        """Return the input (n, *spec.shape) of kept arrays (n, ...) turned by their angles (n,)."""
        if self._plan is not None:
            return self._image(rotate_and_crop(kept, angles, self._plan))
        if self.spec.kind is InputKind.POLAR:
            return _turned_polar(kept, angles, self.n_angles)
        if self.spec.kind is InputKind.SPOTS:
            return _turned_spots(kept, angles, self.n_angles)
        return kept

    def _image(self, crops: Tensor) -> Tensor:
        image = crops.to(torch.float32) / 255
        if self._resize is not None:
            image = self._resize @ image @ self._resize.T
        if self.spec.gamma != 1.0 and not self._is_at_size:
            image = image.clamp(min=0) ** self.spec.gamma
        return image.unsqueeze(1).expand(-1, self.spec.channels, -1, -1)


@functools.lru_cache(maxsize=8)
def resize_matrix(n_in: int, n_out: int) -> np.ndarray:
    """Return the matrix (n_out, n_in) that resizes one axis just as OpenCV does in the app.

    Both of its methods treat the axes one after the other, so what they do to the unit vectors of
    one axis is all there is to know.
    """
    method = cv2.INTER_AREA if n_out < n_in else cv2.INTER_LINEAR
    unit = np.eye(n_in, dtype=np.float32)
    return np.ascontiguousarray(cv2.resize(unit, (n_in, n_out), interpolation=method))


def _turned_polar(polar: Tensor, angles: Tensor, n_angles: int) -> Tensor:
    # azimuths run clockwise on the screen and the image turns against it
    steps = angles * (2 * POLAR_THETA // n_angles)
    theta = torch.arange(POLAR_THETA, device=polar.device)
    wanted = (theta[None, :] + steps[:, None]) % POLAR_THETA
    index = wanted[:, None, None, :].expand(*polar.shape)
    return torch.gather(polar, 3, index)


def _turned_spots(spots: Tensor, angles: Tensor, n_angles: int) -> Tensor:
    angle = angles.to(torch.float32) * (2 * math.pi / n_angles)
    cosine, sine = torch.cos(angle)[:, None], torch.sin(angle)[:, None]
    turned = spots.clone()
    turned[..., 1] = cosine * spots[..., 1] + sine * spots[..., 2]
    turned[..., 2] = cosine * spots[..., 2] - sine * spots[..., 1]
    return turned
