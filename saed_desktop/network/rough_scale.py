"""The answer where a scale is stated, but more roughly than networks have learnt.

Networks learn from patterns whose scale is good to five per cent or not known at all. Told a scale
that is off by fifteen they are sure of the wrong phase, so a rough scale would be worse than none.
Instead they are asked at several scales within the stated uncertainty. Each answer counts as much
as its scale is likely and as the pattern, on that scale, looks like any known phase at all. What
comes of it is averaged, by its logarithm, with the answer of one who knows no scale.
"""

from dataclasses import replace

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.pattern.calibration import ROUGH_SIGMA, Calibration
from saed_desktop.pattern.prepare import PreparedPattern

_N_SCALES = 11
_REACH = 2.2
"""Farthest scales that are tried, in standard deviations."""
_LARGEST_SIGMA = 1.0
"""Nobody means more than a factor of three by an uncertainty."""


def depends_on_scale(specs: tuple[InputSpec, ...]) -> bool:
    """Tell whether any input of a network is made with the help of the scale."""
    return any(spec.kind is not InputKind.IMAGE for spec in specs)


def on_possible_scales(prepared: PreparedPattern) -> tuple[list[PreparedPattern], FloatArray]:
    """Return a pattern on the scales that it may have, and how likely each is (n,).

    Each is stated as well as networks can make use of; together they are as uncertain as the
    pattern's own.
    """
    stated = prepared.pattern.calibration
    sigma = min(stated.relative_sigma, _LARGEST_SIGMA)
    spread = np.sqrt(sigma**2 - ROUGH_SIGMA**2)
    deviation = np.linspace(-_REACH, _REACH, _N_SCALES)
    likely = np.exp(-0.5 * deviation**2)
    scale = stated.scale_inv_angstrom_per_px
    assert scale is not None  # a rough scale is a stated one
    patterns = [
        _restated(
            prepared,
            replace(
                stated,
                scale_inv_angstrom_per_px=scale * float(factor),
                relative_sigma=ROUGH_SIGMA,
            ),
        )
        for factor in np.exp(spread * deviation)
    ]
    return patterns, likely / likely.sum()


def without_scale(prepared: PreparedPattern) -> PreparedPattern:
    """Return a pattern as one who knows no scale has it."""
    return _restated(prepared, Calibration.unknown())


def _restated(prepared: PreparedPattern, calibration: Calibration) -> PreparedPattern:
    return replace(prepared, pattern=prepared.pattern.with_calibration(calibration))


def blend(
    on_scales: FloatArray, likely: FloatArray, without: FloatArray, other: int | None
) -> FloatArray:
    """Return one answer (classes,) of those on several scales and that without any.

    Parameters
    ----------
    on_scales
        Probabilities on each scale (n, classes).
    likely
        How likely each scale is (n,).
    without
        Probabilities where no scale is known (classes,).
    other
        Index of the class of patterns that are none of the phases, None without one.
    """
    known = 1.0 if other is None else np.maximum(1 - on_scales[:, other], 1e-9)
    weight = likely * known
    averaged = (weight / weight.sum()) @ on_scales
    # the floor makes contradictory certain answers a flat distribution instead of 0/0
    product = np.sqrt(np.maximum(averaged * without, 1e-300))
    return np.asarray(product / product.sum())
