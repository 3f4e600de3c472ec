"""Confidence intervals of proportions of few cases."""

import math
from dataclasses import dataclass

NORMAL_95 = 1.959963984540054
"""Half-width of the central 95 % of a normal distribution, in standard deviations."""


@dataclass(frozen=True)
class Interval:
    """A confidence interval of a proportion."""

    low: float
    high: float


def wilson_interval(correct: float, n: int, *, z: float = NORMAL_95) -> Interval:
    """Return the Wilson score interval of a proportion, by default at 95 %.

    It holds for few cases and for proportions near 0 and 1 too; of no cases it is 0 to 1.

    Parameters
    ----------
    correct, n
        Cases that count, of all.
    z
        Half-width in standard deviations of a normal distribution.
    """
    if n == 0:
        return Interval(0.0, 1.0)
    p = correct / n
    scale = 1 + z * z / n
    middle = (p + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Interval(max(middle - half, 0.0), min(middle + half, 1.0))
