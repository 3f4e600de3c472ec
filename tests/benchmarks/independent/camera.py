"""A second image simulator: other formulas than the trainer's for everything between crystal and file.

Pseudo-Voigt spots, an exponential background with a plasmon shoulder, barrel and spiral
distortion, a modulation transfer function in Fourier space, column noise, an H&D film curve,
bar-shaped beam stops, exports with window and level. Numbers were chosen before any network was
tested on them and are not tuned.
"""

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass
class Shot:
    """One picture with its truth."""

    image: np.ndarray
    center_xy: tuple[float, float]
    scale: float
    is_export: bool


def shoot(
    q_xy: np.ndarray, log_intensity: np.ndarray, rng: np.random.Generator, side: int = 768
) -> Shot:
    """Return a picture of reflections (n, 2) in 1/Å with log intensities (n,)."""
    reach = rng.uniform(0.85, 1.5)
    center = side / 2 + rng.normal(0, 0.02 * side, 2)
    scale = 2 * reach / side
    place = distorted(q_xy / scale, side, rng) + center
    brightness = np.exp(np.clip(log_intensity - log_intensity.max(), -14, 0))
    electrons = 10 ** rng.uniform(2.2, 4.6)
    scene = spots(place, brightness * electrons, side, rng)
    scene += glow(center, scale, side, rng) * electrons * 10 ** rng.uniform(-2.6, -1.3)
    scene += beam(center, side, rng) * electrons * 10 ** rng.uniform(0.0, 1.5)
    if rng.random() < 0.3:
        scene *= bar(center, side, rng)
    counts = camera(scene, rng)
    is_export = rng.random() < 0.5
    picture = export(counts, rng) if is_export else np.round(counts).astype(np.float32)
    return Shot(picture, (float(center[0]), float(center[1])), float(scale), bool(is_export))


def distorted(xy: np.ndarray, side: int, rng: np.random.Generator) -> np.ndarray:
    radius = np.hypot(*xy.T)[:, None] / (side / 2)
    barrel = 1 + rng.normal(0, 0.004) * radius**2
    spiral = rng.normal(0, 0.003) * radius**2
    axis = rng.uniform(0, np.pi)
    amount = abs(rng.normal(0, 0.007))
    along = np.array([np.cos(axis), np.sin(axis)])
    xy = xy + amount * (xy @ along)[:, None] * along
    turned = np.stack([-xy[:, 1], xy[:, 0]], axis=1)
    return (xy + spiral * turned) * barrel


def spots(place, height, side, rng) -> np.ndarray:
    """Pseudo-Voigt profiles: a Gaussian core with Lorentzian wings."""
    scene = np.zeros((side, side))
    width = rng.uniform(1.3, 3.4) * side / 768
    wings = rng.uniform(0.05, 0.45)
    half = int(9 * width)
    for (x, y), h in zip(place, height, strict=True):
        if not (-half < x < side + half and -half < y < side + half) or h < 1e-3:
            continue
        x0, x1 = max(0, int(x) - half), min(side, int(x) + half + 1)
        y0, y1 = max(0, int(y) - half), min(side, int(y) + half + 1)
        if x0 >= x1 or y0 >= y1:
            continue
        columns, rows = np.arange(x0, x1)[None, :], np.arange(y0, y1)[:, None]
        r2 = ((columns - x) ** 2 + (rows - y) ** 2) / width**2
        core, wing = np.exp(-0.693 * r2), 1 / (1 + r2) ** 1.5
        scene[y0:y1, x0:x1] += h * ((1 - wings) * core + wings * wing)
    return scene


def glow(center, scale, side, rng) -> np.ndarray:
    """Inelastic background: exponential of the root, with a soft shoulder."""
    rows, columns = np.mgrid[:side, :side]
    q = np.hypot(columns - center[0], rows - center[1]) * scale
    background = np.exp(-np.sqrt(q / rng.uniform(0.02, 0.08)))
    shoulder = rng.uniform(0, 0.3) * np.exp(-0.5 * ((q - rng.uniform(0.15, 0.35)) / 0.12) ** 2)
    lean = 1 + rng.normal(0, 0.15) * (columns - center[0]) / side
    return (background * 12 + shoulder) * np.clip(lean, 0.3, 3)


def beam(center, side, rng) -> np.ndarray:
    rows, columns = np.mgrid[:side, :side]
    r = np.hypot(columns - center[0], rows - center[1])
    radius = rng.uniform(3, 16) * side / 768
    return 1 / (1 + (r / radius) ** rng.uniform(5, 9)) + 0.003 / (1 + (r / (4 * radius)) ** 2)


def bar(center, side, rng) -> np.ndarray:
    """A straight bar across half the picture, sometimes with a ball at its end."""
    rows, columns = np.mgrid[:side, :side]
    turn = rng.uniform(0, 2 * np.pi)
    along = (columns - center[0]) * np.cos(turn) + (rows - center[1]) * np.sin(turn)
    across = -(columns - center[0]) * np.sin(turn) + (rows - center[1]) * np.cos(turn)
    half = rng.uniform(8, 24) * side / 768
    inside = (along > -rng.uniform(0, 15)) & (np.abs(across) < half)
    if rng.random() < 0.4:
        inside |= np.hypot(columns - center[0], rows - center[1]) < 1.5 * half
    soft = cv2.GaussianBlur(inside.astype(np.float64), (0, 0), 1.5)
    return 1 - rng.uniform(0.96, 1.0) * soft


def camera(scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Modulation transfer, shot noise in electrons, gain, column noise, spikes."""
    side = scene.shape[0]
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :])
    c1, c2 = rng.uniform(0.2, 0.5), rng.uniform(0.15, 0.45)
    mtf = (1 - c1) / (1 + (frequency / c2) ** 2) + c1
    electrons = rng.poisson(np.clip(scene, 0, 1e8)).astype(np.float64)
    smooth = np.fft.irfft2(np.fft.rfft2(electrons) * mtf, scene.shape)
    gain = rng.uniform(1, 8)
    counts = gain * smooth + rng.normal(0, rng.uniform(1, 6), scene.shape) + rng.uniform(0, 200)
    counts += rng.normal(0, rng.uniform(0, 1.5), side)[None, :]
    n_spikes = rng.poisson(8)
    counts[rng.integers(0, side, n_spikes), rng.integers(0, side, n_spikes)] += rng.uniform(
        500, 20_000, n_spikes
    )
    if rng.random() < 0.15:
        exposure = counts / np.percentile(counts, 99.7)
        counts = 3000 / (1 + (0.35 / np.clip(exposure, 1e-4, None)) ** rng.uniform(0.9, 1.6))
        counts += cv2.GaussianBlur(rng.normal(0, 60, scene.shape), (0, 0), 0.8)
    return np.clip(counts, -50, 65_535)


def export(counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Window and level, a gamma, 8 bits, sometimes smaller, inverted or JPEG."""
    low = np.percentile(counts, rng.uniform(0, 20))
    high = np.percentile(counts, rng.uniform(98.8, 99.95))
    grey = np.clip((counts - low) / max(high - low, 1e-9), 0, 1) ** rng.uniform(0.4, 1.0)
    picture = np.round(255 * grey).astype(np.uint8)
    if rng.random() < 0.1:
        picture = 255 - picture
    if rng.random() < 0.4:
        quality = int(rng.uniform(70, 96))
        _, code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        picture = cv2.imdecode(code, cv2.IMREAD_GRAYSCALE)
    return picture.astype(np.float32)
