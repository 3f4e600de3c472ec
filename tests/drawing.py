"""Draws simple patterns for tests: spots on a lattice, rings, beam stops; written apart from the
trainer's image simulator, so that the two do not share mistakes."""

import numpy as np


def spot(image, x, y, height, sigma=2.2):
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]]
    image += height * np.exp(-0.5 * ((columns - x) ** 2 + (rows - y) ** 2) / sigma**2)


def net_pattern(
    *,
    side=512,
    center=(262.3, 249.1),
    basis=((41.0, 6.0), (-9.0, 52.0)),
    reach=4,
    background=60.0,
    beam_height=6000.0,
    sigma=2.2,
    seed=0,
    decay=160.0,
):
    """Return an image with spots on a lattice, and their positions without the beam's."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:side, :side].astype(float)
    radius = np.hypot(columns - center[0], rows - center[1])
    image = 20 + background / (1 + (radius / 60) ** 2)
    places = []
    for i in range(-reach, reach + 1):
        for j in range(-reach, reach + 1):
            x = center[0] + i * basis[0][0] + j * basis[1][0]
            y = center[1] + i * basis[0][1] + j * basis[1][1]
            if not (8 < x < side - 8 and 8 < y < side - 8):
                continue
            if i == j == 0:
                spot(image, x, y, beam_height, sigma=4.0)
                continue
            q = np.hypot(x - center[0], y - center[1])
            # Friedel mates are alike
            strength = 0.5 + 0.5 * np.cos(3.1 * abs(i) + 1.7 * abs(j) + 0.6 * abs(i - j))
            spot(image, x, y, (150 + 1400 * strength) * np.exp(-q / decay), sigma)
            places.append((x, y))
    return rng.poisson(image).astype(np.float32), np.array(places)


def ring_pattern(*, side=512, center=(250.0, 263.0), radii=(60, 98, 115, 162), width=2.5, seed=0):
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:side, :side].astype(float)
    radius = np.hypot(columns - center[0], rows - center[1])
    image = 15 + 300 / (1 + (radius / 30) ** 2)
    for i, r in enumerate(radii):
        image += 90 / (1 + 0.5 * i) * np.exp(-0.5 * ((radius - r) / width) ** 2)
    return rng.poisson(image).astype(np.float32)


def halo_pattern(*, side=512, center=(250.0, 263.0), seed=0):
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:side, :side].astype(float)
    radius = np.hypot(columns - center[0], rows - center[1])
    image = 10 + 200 * np.exp(-0.5 * ((radius - 90) / 26) ** 2) + 60 * np.exp(-radius / 120)
    return rng.poisson(image).astype(np.float32)


def with_beam_stop(image, center, *, width=26, azimuth_deg=90.0):
    """Return the image behind a needle that comes from the border and covers the beam."""
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]].astype(float)
    azimuth = np.deg2rad(azimuth_deg)
    along = (columns - center[0]) * np.cos(azimuth) + (rows - center[1]) * np.sin(azimuth)
    across = -(columns - center[0]) * np.sin(azimuth) + (rows - center[1]) * np.cos(azimuth)
    hidden = (along > -12) & (np.abs(across) < width / 2)
    result = image.copy()
    result[hidden] = np.random.default_rng(1).poisson(4, int(hidden.sum()))
    return result, hidden
