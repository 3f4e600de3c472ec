"""Kinematical diffraction: a phase in an orientation gives reflections with q, hkl, intensity."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.reflection_families import reflection_families
from saed_desktop.electron import relativistic_gamma, wavelength_angstrom

DEFAULT_THICKNESS_ANGSTROM = 500.0
DEFAULT_MAX_EXCITATION_ERROR = 0.02
"""Beyond this distance from the Ewald sphere (1/Å) a reflection is not computed."""

ShapeFactor = Callable[[FloatArray, float], FloatArray]
"""Maps excitation errors (1/Å) and the thickness (Å) to factors 0..1 on the intensity."""


@dataclass(frozen=True, eq=False)
class ReciprocalPoints:
    """All reflections of a phase up to a length, independent of orientation.

    Parameters
    ----------
    hkl
        Indices (n, 3), by rising length.
    g
        Reciprocal vectors (n, 3) in the Cartesian crystal frame, 1/Å.
    length
        |g| (n,).
    amplitude
        |F| (n,), Å; the same for all of a family.
    absent
        Whether the space group forbids it (n,); such points appear by double diffraction only.
    representative
        Whether it stands for its family under the Laue group (n,).
    """

    phase: Phase
    hkl: IntArray
    g: FloatArray
    length: FloatArray
    amplitude: FloatArray
    absent: BoolArray
    representative: BoolArray


@dataclass(frozen=True, eq=False)
class Reflections:
    """Computed reflections of one pattern, strongest first.

    Parameters
    ----------
    hkl
        Indices (n, 3).
    q_xy
        Positions (n, 2) in 1/Å: x to the right, y downwards, origin at the direct beam.
    excitation_error
        Distance from the Ewald sphere (n,) along the beam, 1/Å; positive inside.
    intensity
        Kinematical intensity (n,), arbitrary but consistent units.
    """

    hkl: IntArray
    q_xy: FloatArray
    excitation_error: FloatArray
    intensity: FloatArray

    def __len__(self) -> int:
        return len(self.hkl)


def reciprocal_points(phase: Phase, q_max: float, *, with_absent: bool = False) -> ReciprocalPoints:
    """Return the reflections of a phase with |g| ≤ `q_max` (1/Å).

    Parameters
    ----------
    phase
        The crystal.
    q_max
        Largest length in 1/Å.
    with_absent
        Keep what screws and glides forbid (double diffraction can show it); what the centring
        forbids is no point of the reciprocal lattice and is never kept.
    """
    hkl = phase.lattice.hkl_within(q_max)
    hkl = hkl[~phase.space_group.centring_absent(hkl)]
    families = reflection_families(phase.space_group, hkl)
    absent = phase.space_group.absent(hkl[families.member])
    # zero by definition: rounded coordinates (0.3333) leave a trace on what symmetry makes zero
    amplitude = np.zeros(len(absent))
    amplitude[~absent] = np.abs(phase.structure_factors(hkl[families.member][~absent]))
    absent, amplitude = absent[families.family], amplitude[families.family]
    representative = families.representative
    if not with_absent:
        shown = ~absent
        hkl, absent, amplitude = hkl[shown], absent[shown], amplitude[shown]
        representative = representative[shown]
    g = phase.lattice.g_vectors(hkl)
    length = np.sqrt(g[:, 0] ** 2 + g[:, 1] ** 2 + g[:, 2] ** 2)
    return ReciprocalPoints(phase, hkl, g, length, amplitude, absent, representative)


def excitation_errors(g_lab: FloatArray, wavelength: float) -> FloatArray:
    """Return the distance (...) of points g (..., 3) from the Ewald sphere along the beam.

    Exact along z: the sphere of radius 1/λ around -k; positive where the point lies inside.

    Parameters
    ----------
    g_lab
        Vectors in the laboratory frame (z along the beam), 1/Å.
    wavelength
        In Å.
    """
    k = 1 / wavelength
    in_plane_squared = g_lab[..., 0] ** 2 + g_lab[..., 1] ** 2
    # the root is real for every |g| < k, which holds for electrons by a factor of 20
    return np.asarray(np.sqrt(np.maximum(k * k - in_plane_squared, 0)) - k - g_lab[..., 2])


def excitation_error_at(height: FloatArray, length: FloatArray, wavelength: float) -> FloatArray:
    """Return `excitation_errors` of points (...) of which only height and length are known.

    Parameters
    ----------
    height
        Components along z, 1/Å.
    length
        Distances from the origin, 1/Å.
    wavelength
        In Å.
    """
    k = 1 / wavelength
    in_plane_squared = length**2 - height**2
    return np.asarray(np.sqrt(np.maximum(k * k - in_plane_squared, 0)) - k - height)


def sinc_squared(excitation_error: FloatArray, thickness: float) -> FloatArray:
    """Return the shape factor (...) of a parallel-sided foil: sinc²(π·s·t), 0 to 1."""
    return np.asarray(np.sinc(excitation_error * thickness) ** 2)


def lorentzian(excitation_error: FloatArray, thickness: float) -> FloatArray:
    """Return a smooth envelope (...) of the foil's shape factor: 1/(1 + (π·s·t)²)."""
    return np.asarray(1 / (1 + (np.pi * excitation_error * thickness) ** 2))


def inverse_extinction_lengths(points: ReciprocalPoints, energy_kev: float) -> FloatArray:
    """Return 1/ξ_g (n,) in 1/Å: γ·λ·|F|/(π·V).

    De Graef, Introduction to Conventional Transmission Electron Microscopy (2003), section 2.6.
    """
    strength = relativistic_gamma(energy_kev) * wavelength_angstrom(energy_kev)
    return np.asarray(strength * points.amplitude / (np.pi * points.phase.lattice.volume))


def kinematical_reflections(
    points: ReciprocalPoints,
    orientation: FloatArray,
    *,
    energy_kev: float = 200.0,
    thickness_angstrom: float = DEFAULT_THICKNESS_ANGSTROM,
    max_excitation_error: float = DEFAULT_MAX_EXCITATION_ERROR,
    shape_factor: ShapeFactor = lorentzian,
) -> Reflections:
    """Return the kinematical pattern of a crystal in one orientation, strongest first.

    Intensity is |F|² times the shape factor of the excitation error.

    Parameters
    ----------
    points
        The phase's reflections, from `reciprocal_points`.
    orientation
        Rotation (3, 3) from the crystal's Cartesian frame to the laboratory frame.
    energy_kev
        Electron energy.
    thickness_angstrom
        Crystal thickness along the beam.
    max_excitation_error
        Cut-off in 1/Å.
    shape_factor
        How the intensity falls off the Ewald sphere.
    """
    g_lab = points.g @ orientation.T
    s = excitation_errors(g_lab, wavelength_angstrom(energy_kev))
    near = np.abs(s) <= max_excitation_error
    factor = points.amplitude[near] ** 2
    intensity = factor * shape_factor(s[near], thickness_angstrom)
    order = np.argsort(-intensity, kind="stable")
    return Reflections(
        hkl=points.hkl[near][order],
        q_xy=g_lab[near, :2][order],
        excitation_error=s[near][order],
        intensity=intensity[order],
    )
