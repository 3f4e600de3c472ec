"""Atomic scattering factors for electrons."""

from functools import lru_cache

import gemmi
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.errors import PhaseError


@lru_cache(maxsize=256)
def _coefficients(element: str) -> tuple[FloatArray, FloatArray]:
    symbol = gemmi.Element(element)
    if symbol.atomic_number == 0:
        raise PhaseError(f"'{element}' is no chemical element with known scattering factors.")
    table = symbol.c4322
    a, b = np.array(table.a, dtype=np.float64), np.array(table.b, dtype=np.float64)
    if not np.any(a):
        raise PhaseError(f"No electron scattering factor is tabulated for {element}.")
    return a, b


def atomic_scattering_factors(element: str, g_length: npt.ArrayLike) -> FloatArray:
    """Return the elastic electron scattering factor of a neutral atom in Å (rest mass).

    Five-Gaussian parameterisation of International Tables for Crystallography C, table 4.3.2.2
    (Peng, Ren, Dudarev & Whelan, Acta Cryst. A52 (1996) 257), good to s = |g|/2 = 2 1/Å.

    Parameters
    ----------
    element
        Chemical symbol.
    g_length
        |g| (...) in 1/Å.

    Raises
    ------
    PhaseError
        If the element has no tabulated factor.
    """
    a, b = _coefficients(element)
    s_squared = (np.asarray(g_length, dtype=np.float64) / 2) ** 2
    return np.einsum("i,i...->...", a, np.exp(-np.multiply.outer(b, s_squared)))
