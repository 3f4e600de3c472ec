"""Model of camera and export: noise, defects, 8 bits, burnt-in text."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from trainer.data.ranges import ImageRanges, Range

_FULL_WELL = 60_000.0


Generators = Sequence[np.random.Generator]


def apply_camera(scene: Tensor, ranges: ImageRanges, own: Generators) -> Tensor:
    """Return counts (b, h, w) of a camera, or the blackening of a film, for mean counts.

    Parameters
    ----------
    scene
        Mean counts (b, h, w).
    ranges
        What is drawn from.
    own
        One generator per pattern.
    """
    return torch.stack(
        [_detected(picture, ranges, rng) for picture, rng in zip(scene, own, strict=True)]
    )


def _detected(scene: Tensor, ranges: ImageRanges, rng: np.random.Generator) -> Tensor:
    noise = torch.Generator(device=scene.device)
    noise.manual_seed(int(rng.integers(2**62)))
    scene = scene * _gain(scene, ranges, rng)
    counts = torch.poisson(scene.clamp(0, 1e7), generator=noise)
    read = float(rng.uniform(*ranges.read_noise))
    counts = counts + read * torch.randn(scene.shape, generator=noise, device=scene.device)
    # binned or summed cameras saturate far above a single exposure's full well
    counts = counts.clamp_max(_FULL_WELL)
    if rng.random() < ranges.film_share:
        counts = _film(counts, rng, noise)
    return _with_defects(counts, ranges, rng)


def _gain(scene: Tensor, ranges: ImageRanges, rng: np.random.Generator) -> Tensor:
    """Return a smooth mottle of the detector's gain (h, w)."""
    coarse = rng.normal(size=(1, 1, 24, 24)) * rng.uniform(*ranges.gain_sigma)
    mottle = torch.as_tensor(coarse, dtype=torch.float32, device=scene.device)
    smooth = torch.nn.functional.interpolate(
        mottle, size=scene.shape, mode="bilinear", align_corners=False
    )
    return 1 + smooth[0, 0]


def _film(counts: Tensor, rng: np.random.Generator, torch_rng: torch.Generator) -> Tensor:
    """Return the optical density of a film: it saturates, and has grain."""
    level = float(torch.quantile(counts.flatten()[::17], 0.995)) + 1e-6
    density = 1 - torch.exp(-counts.clamp_min(0) / (level * float(rng.uniform(0.3, 1.5))))
    grain = torch.randn(counts.shape, generator=torch_rng, device=counts.device)
    grain = torch.nn.functional.avg_pool2d(grain[None, None], 3, 1, 1)[0, 0]
    return (density + float(rng.uniform(0.005, 0.03)) * grain * density.sqrt()) * 4000


def _with_defects(counts: Tensor, ranges: ImageRanges, rng: np.random.Generator) -> Tensor:
    height, width = counts.shape
    n_hot = int(rng.poisson(rng.uniform(*ranges.hot_share) * height * width))
    if n_hot:
        rows, columns = rng.integers(0, height, n_hot), rng.integers(0, width, n_hot)
        values = rng.uniform(0.1, 1.0, n_hot) * float(counts.max())
        counts[rows, columns] = torch.as_tensor(values, dtype=torch.float32, device=counts.device)
    if rng.random() < ranges.dead_line_share:
        line = int(rng.integers(0, height))
        if rng.random() < 0.5:
            counts[line, :] = 0
        else:
            counts[:, line % width] = 0
    return counts


def export_as_picture(
    counts: Tensor, scale: npt.NDArray[np.float64], ranges: ImageRanges, own: Generators
) -> tuple[Tensor, npt.NDArray[np.bool_]]:
    """Return the pictures (b, h, w), some exported to 8 bits, and which ones were.

    Parameters
    ----------
    counts
        What the camera recorded (b, h, w).
    scale
        1/Å per pixel (b,), for the scale bar.
    ranges
        What is drawn from.
    own
        One generator per pattern.
    """
    is_export = np.array([rng.random() < ranges.export_share for rng in own])
    for i in np.flatnonzero(is_export).tolist():
        counts[i] = _export(counts[i], float(scale[i]), ranges, own[i])
    return counts, is_export


def _export(counts: Tensor, scale: float, ranges: ImageRanges, rng: np.random.Generator) -> Tensor:
    sample = counts.flatten()[::11]
    low = float(torch.quantile(sample, float(rng.uniform(0, 0.05))))
    high = float(torch.quantile(sample, float(1 - _log_uniform(rng, (2e-4, 8e-3)))))
    if rng.random() < 0.3:
        high = float(counts.max())
    unit = ((counts - low) / max(high - low, 1e-6)).clamp(0, 1)
    if rng.random() < ranges.log_share:
        strength = float(rng.uniform(10, 300))
        unit = torch.log1p(strength * unit) / float(np.log1p(strength))
    else:
        unit = unit ** float(rng.uniform(*ranges.export_gamma))
    picture = (unit * 255).round().to(torch.uint8).cpu().numpy()
    if rng.random() < ranges.inverted_share:
        picture = 255 - picture
    if rng.random() < ranges.text_share:
        _burn_in(picture, scale, rng)
    if rng.random() < ranges.jpeg_share:
        quality = int(rng.uniform(*ranges.jpeg_quality))
        _, code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        picture = np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE))
    return torch.as_tensor(picture, dtype=torch.float32, device=counts.device)


def _burn_in(picture: npt.NDArray[np.uint8], scale: float, rng: np.random.Generator) -> None:
    """Write a scale bar with its length, and sometimes a label, into a picture."""
    height, width = picture.shape
    ink = 255 if picture.mean() < 128 else 0
    size = height / 800 * float(rng.uniform(0.7, 1.3))
    reach_nm = 10 * scale * width
    lengths = [v for v in (1, 2, 5, 10, 20) if 0.06 * reach_nm < v < 0.35 * reach_nm]
    left, bottom = int(0.03 * width), int(0.96 * height)
    if lengths:
        value = lengths[int(rng.integers(len(lengths)))]
        bar = round(value / (10 * scale))
        thick = max(2, round(float(rng.uniform(4, 12)) * size))
        cv2.rectangle(picture, (left, bottom - thick), (left + bar, bottom), ink, -1)
        place = (left, bottom - thick - max(3, round(6 * size)))
        cv2.putText(
            picture,
            f"{value} 1/nm",
            place,
            cv2.FONT_HERSHEY_SIMPLEX,
            size,
            ink,
            max(1, round(2 * size)),
            cv2.LINE_AA,
        )
    if rng.random() < 0.3:
        text = f"{int(rng.integers(1, 999)):03d} {int(rng.choice([80, 200, 300]))}kV"
        place = (int(rng.uniform(0.02, 0.6) * width), int(0.06 * height))
        cv2.putText(
            picture,
            text,
            place,
            cv2.FONT_HERSHEY_SIMPLEX,
            size,
            ink,
            max(1, round(2 * size)),
            cv2.LINE_AA,
        )


def _log_uniform(rng: np.random.Generator, bounds: Range) -> float:
    return float(np.exp(rng.uniform(np.log(bounds[0]), np.log(bounds[1]))))
