"""Small diffraction-like images: a square or hexagonal net of dots per class, turned at random."""

from pathlib import Path

import cv2
import numpy as np

from saed_desktop.network.input import InputKind, InputSpec

SIDE_PX = 96
TOY_PHASES = ("alpha-Zr", "PuO2", "ZrO2_mono")


def toy_pattern(kind: int, seed: int, side_px: int = SIDE_PX) -> np.ndarray:
    """Return one 8-bit image: the spacing and the angle between the rows of dots tell the class."""
    generator = np.random.default_rng([kind, seed])
    spacing = (0.13 + 0.045 * (kind % 3)) * side_px
    angle = np.pi / 2 if kind % 2 else np.pi / 3
    turn = generator.uniform(0, 2 * np.pi)
    a = spacing * np.array([np.cos(turn), np.sin(turn)])
    b = spacing * np.array([np.cos(turn + angle), np.sin(turn + angle)])
    y, x = np.mgrid[:side_px, :side_px] - (side_px - 1) / 2
    image = 6 * np.exp(-(x**2 + y**2) / (0.2 * side_px) ** 2)
    for h in range(-6, 7):
        for k in range(-6, 7):
            sx, sy = h * a + k * b
            bright = 200 * np.exp(-np.hypot(sx, sy) / (0.35 * side_px))
            image += bright * np.exp(-((x - sx) ** 2 + (y - sy) ** 2) / (2 * 1.3**2))
    noisy = generator.poisson(np.maximum(image, 0) + 4)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def write_toy_set(
    folder: Path, counts: dict[str, int], *, side_px: int = SIDE_PX, first_seed: int = 0
) -> Path:
    """Write a labelled folder with so many patterns of each phase, and return it."""
    for kind, (phase, count) in enumerate(counts.items()):
        (folder / phase).mkdir(parents=True, exist_ok=True)
        for i in range(count):
            image = toy_pattern(kind, first_seed + i, side_px)
            assert cv2.imwrite(str(folder / phase / f"{phase}-{i:03d}.png"), image)
    return folder


def image_spec(crop: int, size: int = 0, **more) -> InputSpec:
    """Return the spec of an image cut from the middle."""
    return InputSpec("image", InputKind.IMAGE, size or crop, crop_px=crop, **more)
