"""Network inputs of drawn images, whose beam and beam stop are known, batched on any device.

The desktop has to find the beam, what hides part of the pattern, and the spots, which costs ten
times as much as drawing the image. Who has drawn the image knows these things, and networks on
images need no more: here they get what `saed_desktop.network.input` would make of the prepared
pattern, with the centre displaced as much as the desktop's may be. Networks on spot lists learn
from the spot simulator and from lists that the desktop found.
"""

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from saed_desktop.network.input import InputKind, InputSpec, polar_radius_px
from saed_desktop.network.representations import (
    POLAR_FINER,
    POLAR_LOCAL_SIGMA,
    POLAR_THETA,
    contexts,
    polar_block_px,
)
from saed_desktop.pattern.negative import looks_inverted
from trainer.data.image_simulator import ImageBatch
from trainer.data.inputs import resize_matrix
from trainer.data.sample_rng import SampleRng

DRAWN_KINDS = (InputKind.IMAGE, InputKind.POLAR, InputKind.CONTEXT)
"""Inputs that are made of an image without searching it for spots."""

CENTER_SIGMA = (0.0003, 0.0025)
"""Error of the centre relative to the side: 0.2 to 2 px of 800, as the desktop's own. (choice)"""
UNSEEN_STOP_SHARE = 0.15
"""Share of beam stops that are not found and stay in the picture. (choice)"""


class DrawnInputs:
    """Makes the inputs of a network of a batch of drawn images.

    Parameters
    ----------
    specs
        The network's inputs: images, polar images, and of the context the scale. What the context
        says of spots stays 0.
    """

    def __init__(self, specs: Sequence[InputSpec]) -> None:
        self.specs = tuple(specs)

    @staticmethod
    def can_make(specs: Sequence[InputSpec]) -> bool:
        """Tell whether these inputs need no search for spots."""
        kinds = {spec.kind for spec in specs}
        return kinds <= set(DRAWN_KINDS) and kinds != {InputKind.CONTEXT}

    def __call__(self, drawn: ImageBatch, sample_rng: SampleRng) -> dict[str, Tensor]:
        """Return every input (b, *spec.shape) by name.

        Parameters
        ----------
        drawn
            The images.
        sample_rng
            Random numbers, for what the desktop would get wrong.
        """
        bright = _bright(drawn.image)
        side = bright.shape[-1]
        sigma = sample_rng.log_uniform(*CENTER_SIGMA) * side
        center = drawn.center_xy + sigma[:, None] * sample_rng.normal(2)
        is_seen = torch.as_tensor(sample_rng.random() >= UNSEEN_STOP_SHARE, device=bright.device)
        hidden = drawn.hidden & is_seen[:, None, None]
        return {spec.name: self._input(spec, drawn, bright, hidden, center) for spec in self.specs}

    @staticmethod
    def _input(
        spec: InputSpec,
        drawn: ImageBatch,
        bright: Tensor,
        hidden: Tensor,
        center: npt.NDArray[np.float64],
    ) -> Tensor:
        if spec.kind is InputKind.CONTEXT:
            return _scale_context(drawn, center).to(bright.device)
        if spec.kind is InputKind.IMAGE:
            return images(bright, center, spec)
        edge = _edge_px(center, bright.shape[-1])
        radius = [
            polar_radius_px(float(scale) if np.isfinite(scale) else None, float(far))
            for scale, far in zip(drawn.stated_scale, edge, strict=True)
        ]
        return polar_images(bright, hidden, center, np.array(radius), spec.size)


def _bright(image: Tensor) -> Tensor:
    """Return the images with spots brighter than the background."""
    dark = [looks_inverted(picture.cpu().numpy()) for picture in image]
    inverted = torch.tensor(dark, device=image.device)[:, None, None]
    return torch.where(inverted, image.amax(dim=(1, 2), keepdim=True) - image, image)


def _edge_px(center: npt.NDArray[np.float64], side: int) -> npt.NDArray[np.float64]:
    return np.asarray(np.maximum(center, side - 1 - center).max(axis=1))


def _scale_context(drawn: ImageBatch, center: npt.NDArray[np.float64]) -> Tensor:
    known = np.isfinite(drawn.stated_scale)
    edge = _edge_px(center, drawn.image.shape[-1]) * np.where(known, drawn.stated_scale, 0)
    return torch.from_numpy(
        contexts(known, drawn.scale_sigma, edge, np.zeros(len(known), dtype=np.int64))
    )


def images(bright: Tensor, center: npt.NDArray[np.float64], spec: InputSpec) -> Tensor:
    """Return the cropped images (b, channels, size, size), brightness 0 to 1.

    Parameters
    ----------
    bright
        Images (b, side, side), spots brighter than the background.
    center
        The beams (b, 2) in pixels.
    spec
        What the network expects.
    """
    side = bright.shape[-1]
    low, high = (_quantile(bright, q)[:, None, None] for q in (0.005, 0.999))
    unit = ((bright - low) / torch.where(high > low, high - low, 1.0)).clamp(0, 1)
    about = center if spec.center == "beam" else np.full_like(center, (side - 1) / 2)
    crop_px = spec.crop_side_px((side, side))
    corner = np.round(about - (crop_px - 1) / 2).astype(np.int64)
    crops = torch.zeros(len(unit), crop_px, crop_px, device=unit.device)
    for crop, picture, (left, top) in zip(crops, unit, corner.tolist(), strict=True):
        x0, x1 = max(left, 0), min(left + crop_px, side)
        y0, y1 = max(top, 0), min(top + crop_px, side)
        crop[y0 - top : y1 - top, x0 - left : x1 - left] = picture[y0:y1, x0:x1]
    if spec.size != crop_px:
        matrix = torch.from_numpy(resize_matrix(crop_px, spec.size)).to(unit.device)
        crops = matrix @ crops @ matrix.T
    if spec.gamma != 1.0:
        crops = crops.clamp_min(0) ** spec.gamma
    return crops[:, None].expand(-1, spec.channels, -1, -1).contiguous()


def polar_images(
    bright: Tensor,
    hidden: Tensor,
    center: npt.NDArray[np.float64],
    radius_px: npt.NDArray[np.float64],
    size: int,
) -> Tensor:
    """Return the polar images (b, 3, size, 192) of `representations.polar_representation`.

    Parameters
    ----------
    bright
        Images (b, side, side), spots brighter than the background.
    hidden
        Pixels that do not count (b, side, side).
    center
        The beams (b, 2) in pixels.
    radius_px
        Outer radii (b,).
    size
        Number of radii.
    """
    values, weight = _sampled(bright, hidden, center, radius_px, size)
    b = len(bright)
    halves, weights = (x.reshape(b, size, 2, POLAR_THETA) for x in (values, weight))
    seen = weights.sum(dim=2)
    folded = (halves * weights).sum(dim=2) / seen.clamp_min(1e-6)
    shown = seen > 0.5
    median = torch.where(shown, folded, torch.nan).nanmedian(dim=2, keepdim=True).values
    contrast = torch.where(shown, folded - median.nan_to_num(0.0), 0.0)
    count = shown.sum(dim=(1, 2), keepdim=True)
    spread = (contrast.square().sum(dim=(1, 2), keepdim=True) / count.clamp_min(1)).sqrt()
    contrast = torch.asinh(contrast / spread.clamp_min(1e-6))
    local = _blurred(contrast.abs())
    return torch.stack([contrast, contrast / (local + 0.3), shown.to(contrast.dtype)], dim=1)


def _sampled(
    bright: Tensor,
    hidden: Tensor,
    center: npt.NDArray[np.float64],
    radius_px: npt.NDArray[np.float64],
    size: int,
) -> tuple[Tensor, Tensor]:
    """Return the square roots of the brightness above the darkest, and weights (b, size, 384)."""
    blocks = np.array([polar_block_px(float(r), size) for r in radius_px])
    whole = torch.where(hidden, _visible_mean(bright, hidden), bright)
    shape = (len(bright), size, 2 * POLAR_THETA)
    values, weight = bright.new_zeros(shape), bright.new_zeros(shape)
    for block in np.unique(blocks).tolist():
        own = np.flatnonzero(blocks == block)
        index = torch.as_tensor(own, device=bright.device)
        layer, visible = whole[index], (~hidden[index]).to(bright.dtype)
        if block > 1:
            layer, visible = (functional.avg_pool2d(x, block) for x in (layer, visible))
        dark = _quantile(layer, 0.005)[:, None, None]
        grid = _grid((center[own] + 0.5) / block - 0.5, radius_px[own] / block, layer, size)
        fine = _at((layer - dark).clamp_min(0).sqrt(), grid).roll(POLAR_FINER // 2, dims=2)
        groups = (len(own), size, 2 * POLAR_THETA, POLAR_FINER)
        values[index] = fine.reshape(groups).mean(dim=3)
        weight[index] = _at(visible, grid[:, :, ::POLAR_FINER])
    return values, torch.where(weight > 0.6, weight, 0.0)


def _at(layer: Tensor, grid: Tensor) -> Tensor:
    """Return images (b, h, w) at the points of a grid (b, n, m, 2), 0 outside."""
    return functional.grid_sample(layer[:, None], grid, align_corners=True)[:, 0]


def _grid(
    center: npt.NDArray[np.float64],
    radius_px: npt.NDArray[np.float64],
    layer: Tensor,
    size: int,
) -> Tensor:
    """Return where to sample (b, size, azimuths, 2), from -1 to 1 across the pixel centres."""
    height, width = layer.shape[-2:]
    n_theta = 2 * POLAR_THETA * POLAR_FINER
    device = layer.device
    theta = torch.arange(n_theta, device=device) * (2 * np.pi / n_theta)
    steps = (torch.arange(size, device=device) + 0.5) / size
    outer = torch.as_tensor(radius_px, dtype=torch.float32, device=device)
    beam = torch.as_tensor(center, dtype=torch.float32, device=device)[:, None, None]
    radius = outer[:, None, None] * steps[None, :, None]
    x = (beam[..., 0] + radius * theta.cos()) * (2 / (width - 1)) - 1
    y = (beam[..., 1] + radius * theta.sin()) * (2 / (height - 1)) - 1
    return torch.stack([x, y], dim=3)


def _visible_mean(image: Tensor, hidden: Tensor) -> Tensor:
    visible = ~hidden
    total = (image * visible).sum(dim=(1, 2), keepdim=True)
    return total / visible.sum(dim=(1, 2), keepdim=True).clamp_min(1)


def _quantile(image: Tensor, q: float) -> Tensor:
    """Return a quantile of each image (b,), that of every seventh pixel of large ones."""
    flat = image.flatten(1)
    if flat.shape[1] > 20_000:
        flat = flat[:, ::7]
    return torch.quantile(flat.contiguous(), q, dim=1)


def _blurred(contrast: Tensor) -> Tensor:
    """Return the images blurred by the Gaussian of `representations.polar_representation`.

    A blur of one axis is a product with a matrix, which OpenCV itself is asked for.
    """
    rows, columns = (
        torch.from_numpy(_blur_matrix(n)).to(contrast.device) for n in contrast.shape[-2:]
    )
    return rows @ contrast @ columns.T


@lru_cache(maxsize=8)
def _blur_matrix(n: int) -> npt.NDArray[np.float32]:
    unit = np.eye(n, dtype=np.float32)
    columns = [cv2.GaussianBlur(row[:, None], (0, 0), POLAR_LOCAL_SIGMA)[:, 0] for row in unit]
    return np.ascontiguousarray(np.stack(columns, axis=1))
