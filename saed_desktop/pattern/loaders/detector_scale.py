"""Scales of detectors whose files state wavelength, distance and pixel size."""

import math
import re
from typing import Any

from saed_desktop.electron import energy_kev
from saed_desktop.pattern.raw_image import RawAxis

_ELECTRON_WAVELENGTHS = (0.005, 0.1)
"""In Å, of 10 keV to 2 MeV; a longer one is of X-rays, and no pattern of electrons."""


def number_in(text: str, before: str) -> float | None:
    """Return the first positive number after a regular expression, None where there is none."""
    found = re.search(before + r"([-+]?\d*\.?\d+(?:[eE][-+]?\d+)?)", text)
    value = float(found.group(1)) if found else math.nan
    return value if math.isfinite(value) and value > 0 else None


def detector_axes(
    shape_yx: tuple[int, ...],
    wavelength_angstrom: float | None,
    distance_mm: float | None,
    pixel_mm: float | None,
) -> tuple[RawAxis, RawAxis]:
    """Return axes with the scale pixel/(λ·L) where all three are stated."""
    height, width = int(shape_yx[0]), int(shape_yx[1])
    if not (is_of_electrons(wavelength_angstrom) and distance_mm and pixel_mm):
        return RawAxis(height), RawAxis(width)
    scale = pixel_mm / ((wavelength_angstrom or 1.0) * distance_mm)
    return RawAxis(height, scale, "1/Å"), RawAxis(width, scale, "1/Å")


def detector_facts(wavelength_angstrom: float | None, distance_mm: float | None) -> dict[str, Any]:
    """Return energy and camera length under the names of HyperSpy's tree."""
    metadata: dict[str, Any] = {}
    if is_of_electrons(wavelength_angstrom):
        metadata["Acquisition_instrument.TEM.beam_energy"] = energy_kev(wavelength_angstrom or 1.0)
    if distance_mm:
        metadata["Acquisition_instrument.TEM.camera_length"] = distance_mm
    return metadata


def is_of_electrons(wavelength_angstrom: float | None) -> bool:
    """Tell whether a wavelength is one of a transmission electron microscope."""
    lowest, highest = _ELECTRON_WAVELENGTHS
    return wavelength_angstrom is not None and lowest < wavelength_angstrom < highest
