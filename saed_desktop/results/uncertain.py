"""Measured values as text, with as many digits as their uncertainty leaves."""

import math

_MOST_DECIMALS = 4


def with_uncertainty(value: float, sigma: float) -> str:
    """Return a value with its standard uncertainty, which keeps two digits: "5.56 ± 0.11".

    Source: JCGM 100:2008 (GUM), 7.2.6.
    """
    decimals = _MOST_DECIMALS
    if sigma > 0:
        decimals = min(max(1 - math.floor(math.log10(sigma)), 0), _MOST_DECIMALS)
    return f"{value:.{decimals}f} ± {sigma:.{decimals}f}"
