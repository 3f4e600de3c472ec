"""Ring patterns for tests, drawn from numbers of the literature and no code of the product."""

import numpy as np

GOLD_D = {
    # ICDD 4-0784
    "111": (2.355, 1.0), "200": (2.039, 0.52), "220": (1.442, 0.40), "311": (1.230, 0.45),
    "222": (1.1774, 0.13), "400": (1.0196, 0.07), "331": (0.9358, 0.17), "420": (0.9120, 0.15),
}  # fmt: skip
"""Spacings in Å of gold's planes and about how much of a powder's electrons each has."""

CERIA_D = {
    # ICDD 34-394
    "111": (3.1234, 1.0), "200": (2.7056, 0.30), "220": (1.9134, 0.60), "311": (1.6318, 0.50),
    "331": (1.2415, 0.17), "420": (1.2101, 0.10), "422": (1.1048, 0.20), "511": (1.0415, 0.17),
}  # fmt: skip
"""The same of cerium oxide."""


def draw_rings(
    lines,
    *,
    scale=0.0045,
    side=512,
    center=(262.3, 247.8),
    ellipse=(0.0, 0.0),
    fwhm_px=6.0,
    height=900.0,
    arc=None,
    stop=False,
    seed=0,
):
    """Return an image of rings: `lines` maps names to spacing in Å and strength.

    Parameters
    ----------
    ellipse
        Amplitudes of cos 2θ and sin 2θ, relative to the radius.
    arc
        Azimuths in degrees from and to which there are rings at all; None for all around.
    stop
        Whether a needle from the left hides the beam.
    """
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side].astype(float)
    dx, dy = x - center[0], y - center[1]
    theta = np.arctan2(dy, dx)
    radius = np.hypot(dx, dy) / (
        1 + ellipse[0] * np.cos(2 * theta) + ellipse[1] * np.sin(2 * theta)
    )
    image = 40 + 900 / (1 + (radius / 25) ** 2)
    for spacing, strength in lines.values():
        ring = 1 / (spacing * scale)
        # a ring's electrons spread over its circumference
        peak = height * strength * 100 / ring
        part = peak / (1 + ((radius - ring) / (0.5 * fwhm_px)) ** 2) ** 1.5
        if arc is not None:
            degrees = np.rad2deg(theta) % 360
            part = part * ((degrees > arc[0]) & (degrees < arc[1]))
        image += part
    if stop:
        image[(dx < 12) & (np.abs(dy) < 12)] = 3
    return rng.poisson(image).astype(np.float32)
