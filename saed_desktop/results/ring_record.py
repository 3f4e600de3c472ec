"""Rings and their phases as they are printed and stored; part of a record."""

import msgspec

from saed_desktop.results.cell_record import Indices, ParameterRecord


class RingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A ring: its size in the image, lattice spacing, and the reflection and phase that explain it.

    Parameters
    ----------
    d_angstrom, d_sigma_angstrom
        Lattice spacing with its uncertainty, the scale's apart; null without a scale.
    hkl, label, phase, d_computed_angstrom
        The reflection that gives most of it, its name, its phase, and its spacing in the refined
        cell; null where no phase explains the ring.
    intensity
        Of the whole ring, the strongest one 1.
    radius_px, radius_sigma_px, fwhm_px
        Mean radius with its uncertainty, and full width at half height.
    coverage
        Share of the visible azimuth in which the ring stands out.
    """

    d_angstrom: float | None = None
    d_sigma_angstrom: float | None = None
    hkl: Indices | None = None
    label: str | None = None
    phase: str | None = None
    d_computed_angstrom: float | None = None
    intensity: float | None = None
    radius_px: float | None = None
    radius_sigma_px: float | None = None
    fwhm_px: float | None = None
    coverage: float | None = None


class RingPhaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A phase of a ring pattern.

    Parameters
    ----------
    structure
        What sort of structure it has: "fcc", or its space group.
    probability
        That it is there.
    share
        Its share of the brightness of all explained rings.
    rings, missing
        Rings that it explains; lines that should be seen and are not.
    cell
        Refined lattice parameters; empty without a scale.
    least_grain_nm
        Least size of its grains: by Scherrer's formula, the instrument's width being in it.
    fibre
        Direction along the beam in all grains, null without such a texture.
    """

    phase: str
    structure: str
    probability: float
    share: float
    rings: int
    missing: int
    cell: dict[str, ParameterRecord]
    least_grain_nm: float | None = None
    fibre: Indices | None = None
