"""Noise-free patterns: what a crystal would show if nothing were wrong with the measurement."""

from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.simulation.kinematical import (
    DEFAULT_MAX_EXCITATION_ERROR,
    ReciprocalPoints,
    kinematical_reflections,
)

Q_MAX = 1.25
"""Radius up to which a pattern is looked at, 1/Å."""
THICKNESS_ANGSTROM = 300.0
FAINTEST_LOG = -6.0
"""Logarithm of the faintest intensity that is seen, relative to the brightest."""
FAINT_MARGIN_LOG = 2.0
"""A counterpart may be so much fainter than what needs one, or thresholds would decide."""
_NO_INTENSITY = 1e-30


@dataclass(frozen=True, eq=False)
class NoiseFreePattern:
    """A noise-free pattern.

    Parameters
    ----------
    q_xy
        Positions (n, 2) in 1/Å by the stated scale, strongest first; only what is bright enough
        to be seen.
    lab
        The same reflections (n, 3) in the laboratory frame, free of distortion.
    log_intensity
        Natural logarithms of their intensities (n,), relative to the brightest.
    faint_xy
        Positions (m, 2) of these and of the somewhat fainter ones.
    faint_log
        Natural logarithms of their intensities (m,).
    resolution
        The size of a pixel in 1/Å.
    """

    q_xy: FloatArray
    lab: FloatArray
    log_intensity: FloatArray
    faint_xy: FloatArray
    faint_log: FloatArray
    resolution: float


def noise_free_pattern(
    points: ReciprocalPoints,
    orientation: FloatArray,
    resolution: float,
    faintest_log: float = FAINTEST_LOG,
    *,
    faint_margin: float = FAINT_MARGIN_LOG,
    max_excitation_error: float = DEFAULT_MAX_EXCITATION_ERROR,
) -> NoiseFreePattern:
    """Return the noise-free and undistorted pattern of a crystal in one orientation."""
    shown = kinematical_reflections(
        points,
        orientation,
        thickness_angstrom=THICKNESS_ANGSTROM,
        max_excitation_error=max_excitation_error,
    )
    log = np.log(np.maximum(shown.intensity, _NO_INTENSITY))
    lab = points.phase.lattice.g_vectors(shown.hkl) @ orientation.T
    return _visible(shown.q_xy, lab, log, resolution, faintest_log, faint_margin)


def from_reflections(
    q_xy: FloatArray,
    log_intensity: FloatArray,
    resolution: float,
    wavelength: float,
    faintest_log: float = FAINTEST_LOG,
) -> NoiseFreePattern:
    """Return the noise-free pattern of a list of reflections whose crystal is not looked at.

    Reflections that are excited lie on the Ewald sphere, which gives the third coordinate.

    Parameters
    ----------
    q_xy
        Positions (n, 2) in 1/Å.
    log_intensity
        Natural logarithms of the intensities (n,).
    resolution
        The size of a pixel in 1/Å.
    wavelength
        Of the electrons in Å.
    faintest_log
        What is fainter, relative to the brightest, is not seen.
    """
    depth = -0.5 * wavelength * (q_xy**2).sum(axis=1)
    lab = np.column_stack([q_xy, depth])
    return _visible(q_xy, lab, log_intensity, resolution, faintest_log, FAINT_MARGIN_LOG)


def _visible(
    q_xy: FloatArray,
    lab: FloatArray,
    log: FloatArray,
    resolution: float,
    faintest_log: float,
    faint_margin: float,
) -> NoiseFreePattern:
    radius = np.hypot(*q_xy.T)
    inside = (radius < Q_MAX) & (radius > 1e-6)
    log = log - log[inside].max(initial=-np.inf)
    bright, faint = inside & (log > faintest_log), inside & (log > faintest_log - faint_margin)
    return NoiseFreePattern(
        q_xy[bright], lab[bright], log[bright], q_xy[faint], log[faint], resolution
    )


def distorted(pattern: NoiseFreePattern, affine: FloatArray) -> NoiseFreePattern:
    """Return a pattern as a wrong scale and an ellipse (2, 2) show it."""
    return replace(pattern, q_xy=pattern.q_xy @ affine.T, faint_xy=pattern.faint_xy @ affine.T)
