"""The electron itself: wavelength and relativistic mass at a given energy."""

import numpy as np

from saed_desktop.errors import UsageError

# CODATA 2018, in SI units
_PLANCK = 6.62607015e-34
_ELECTRON_MASS = 9.1093837015e-31
_CHARGE = 1.602176634e-19
_LIGHT = 299792458.0
_REST_ENERGY_KEV = _ELECTRON_MASS * _LIGHT**2 / _CHARGE / 1e3

DEFAULT_ENERGY_KEV = 200.0
"""Assumed where a file states no energy; geometry at small angles hardly depends on it."""


def wavelength_angstrom(energy_kev: float) -> float:
    """Return the relativistic electron wavelength in Å.

    Raises
    ------
    UsageError
        If the energy is not positive.
    """
    if not energy_kev > 0:
        raise UsageError(f"The electron energy must be positive, not {energy_kev} keV.")
    volts = energy_kev * 1e3
    relativistic = 1 + _CHARGE * volts / (2 * _ELECTRON_MASS * _LIGHT**2)
    momentum = np.sqrt(2 * _ELECTRON_MASS * _CHARGE * volts * relativistic)
    return float(_PLANCK / momentum * 1e10)


def relativistic_gamma(energy_kev: float) -> float:
    """Return γ = m/m₀ of an electron of the given kinetic energy."""
    return 1 + energy_kev / _REST_ENERGY_KEV


def energy_kev(wavelength_angstrom: float) -> float:
    """Return the kinetic energy of an electron of the given wavelength.

    Raises
    ------
    UsageError
        If the wavelength is not positive.
    """
    if not wavelength_angstrom > 0:
        raise UsageError(f"The wavelength must be positive, not {wavelength_angstrom} Å.")
    momentum_energy_kev = _PLANCK * _LIGHT / (wavelength_angstrom * 1e-10) / _CHARGE / 1e3
    return float(np.hypot(_REST_ENERGY_KEV, momentum_energy_kev) - _REST_ENERGY_KEV)
