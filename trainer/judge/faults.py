"""Planar faults and modulations: intensity where a perfect crystal has none.

A fault that shifts the crystal by R draws out into a rod, along the normal of its plane, every
reflection whose g·R is no whole number (Warren, X-ray Diffraction (1969), chapter 13). Where the
plane is on edge, the rod lies in the pattern as a streak, of which a spot list shows a place or
two; else the Ewald sphere cuts it beside the reflection, and the spot is shifted.
"""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import is_hexagonal
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.simulation.kinematical import excitation_errors
from trainer.data.ranges import Range
from trainer.judge.crystal_pattern import ENERGY_KEV, Q_MAX, CrystalPattern

_PLANES = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 1, 1))
_ON_EDGE = 0.12
"""Cosine of the angle between the normal and the beam below which a rod lies in the pattern."""
_MOST_ON_STREAK = 2
_SHORTEST, _LONGEST = 0.02, 0.25
"""Distances, 1/Å, from a reflection at which spots on a streak are told from it, and end."""
_WHOLE = 0.05
_FAINTEST = 0.003
_SATELLITE_ERROR = 0.04


@dataclass(frozen=True, eq=False)
class Fault:
    """A family of planar faults.

    Parameters
    ----------
    plane
        Indices (3,) of the plane.
    shift
        By which one side is displaced (3,), in lattice coordinates.
    height
        Intensity along the streak at its middle, relative to the reflection's.
    width
        Half width of the streak, 1/Å.
    """

    plane: IntArray
    shift: FloatArray
    height: float
    width: float

    def draws_out(self, hkl: IntArray) -> BoolArray:
        """Tell which reflections (n, 3) become streaks."""
        phase = hkl @ self.shift
        return np.asarray(np.abs(phase - np.round(phase)) > _WHOLE)

    def along(self, distance: FloatArray) -> FloatArray:
        """Return the intensities (...) along the streak at distances in 1/Å."""
        return np.asarray(self.height / (1 + (distance / self.width) ** 2))


def draw_fault(
    phase: Phase,
    orientation: FloatArray,
    height: Range,
    width: Range,
    rng: np.random.Generator,
) -> Fault:
    """Return a fault of a crystal: on close-packed planes where it has some, else on low ones.

    Parameters
    ----------
    phase
        The crystal.
    orientation
        Rotation (3, 3) to the laboratory frame; planes on edge are drawn twice as often.
    height, width
        Ranges of the streak, log-uniform.
    rng
        Random numbers.
    """
    group = phase.space_group
    is_cubic = len(group.laue_rotations) in (24, 48) and not is_hexagonal(phase.lattice)
    if is_hexagonal(phase.lattice):
        plane = (0, 0, 1)
    elif is_cubic and len(group.centring_vectors) == 4:
        plane = (1, 1, 1)
    elif is_cubic and len(group.centring_vectors) == 2:
        plane = (1, 1, 2)
    else:
        plane = _PLANES[int(rng.integers(len(_PLANES)))]
    members = group.equivalent_hkl(plane)
    normals = phase.lattice.g_vectors(members)
    tipped = np.abs(normals @ orientation[2]) / np.linalg.norm(normals, axis=1)
    weight = np.where(tipped < _ON_EDGE, 2.0, 1.0)
    member = members[int(rng.choice(len(members), p=weight / weight.sum()))]
    return Fault(
        member,
        fault_shift(phase, member),
        float(np.exp(rng.uniform(*np.log(height)))),
        float(np.exp(rng.uniform(*np.log(width)))),
    )


def fault_shift(phase: Phase, plane: IntArray) -> FloatArray:
    """Return a shift (3,) within a plane that brings its atoms to places of another layer.

    On a net of equilateral triangles it is to the middle of one, which is Shockley's partial
    dislocation on {111} of fcc; else it is half the shortest lattice vector.

    Parameters
    ----------
    phase
        The crystal.
    plane
        Indices (3,).
    """
    span = np.arange(-2, 3)
    whole = np.stack(np.meshgrid(span, span, span, indexing="ij"), axis=-1).reshape(-1, 3)
    every = (whole[:, None] + phase.space_group.centring_vectors[None]).reshape(-1, 3)
    every = every[(np.abs(every @ plane) < 1e-6) & (np.abs(every).sum(axis=1) > 1e-6)]
    vectors = phase.lattice.directions(every)
    length = np.linalg.norm(vectors, axis=1)
    shortest = int(np.argmin(np.round(length, 6)))
    cosine = vectors @ vectors[shortest] / (length * length[shortest])
    alike = (np.abs(length / length[shortest] - 1) < 0.01) & (np.abs(cosine - 0.5) < 0.01)
    if alike.any():
        return np.asarray((every[shortest] + every[int(np.argmax(alike))]) / 3)
    return np.asarray(every[shortest] / 2)


def with_fault(
    pattern: CrystalPattern,
    phase: Phase,
    orientation: FloatArray,
    fault: Fault,
    rng: np.random.Generator,
) -> CrystalPattern:
    """Return a pattern with what a fault adds: places on streaks, or shifted spots.

    Parameters
    ----------
    pattern
        Of the crystal.
    phase, orientation
        The crystal and its rotation (3, 3) to the laboratory frame.
    fault
        The fault.
    rng
        Random numbers.
    """
    normal = orientation @ phase.lattice.g_vectors(fault.plane)
    normal /= np.linalg.norm(normal)
    if abs(normal[2]) < _ON_EDGE:
        return _with_streaks(pattern, fault, normal, rng)
    hkl = phase.lattice.hkl_within(Q_MAX)
    hkl = hkl[~phase.space_group.centring_absent(hkl) & fault.draws_out(hkl)]
    g_lab = phase.lattice.g_vectors(hkl) @ orientation.T
    distance = cut_by_sphere(g_lab, normal)
    near = (np.abs(distance) > _SHORTEST) & (np.abs(distance) < _LONGEST)
    hkl, g_lab, distance = hkl[near], g_lab[near], distance[near]
    strength = _strength(pattern, phase, hkl) * fault.along(distance)
    bright = strength > _FAINTEST * float(pattern.kinematical.max(initial=0.0))
    places = (g_lab + distance[:, None] * normal)[bright, :2]
    return pattern.with_spots(places, strength[bright], np.zeros(int(bright.sum())))


def cut_by_sphere(g_lab: FloatArray, normal: FloatArray) -> FloatArray:
    """Return how far along a normal (3,) the Ewald sphere cuts the rods through points (n, 3)."""
    wavelength = wavelength_angstrom(ENERGY_KEV)
    distance = np.zeros(len(g_lab))
    for _ in range(4):
        place = g_lab + distance[:, None] * normal
        error = excitation_errors(place, wavelength)
        slope = (excitation_errors(place + 1e-4 * normal, wavelength) - error) / 1e-4
        distance -= error / np.where(np.abs(slope) < 1e-3, 1e-3, slope)
    return distance


def _with_streaks(
    pattern: CrystalPattern, fault: Fault, normal: FloatArray, rng: np.random.Generator
) -> CrystalPattern:
    """Return a pattern with a place or two on the streak of each bright reflection."""
    bright = pattern.kinematical
    drawn = fault.draws_out(pattern.hkl) & (bright > 0.02 * bright.max(initial=0.0))
    parents = np.repeat(np.flatnonzero(drawn), _MOST_ON_STREAK)
    parents = parents[rng.random(len(parents)) < 0.7]
    distance = rng.uniform(_SHORTEST, 3 * fault.width + _SHORTEST, len(parents))
    strength = bright[parents] * fault.along(distance)
    places = (
        pattern.q_xy[parents] + (rng.choice([-1, 1], len(parents)) * distance)[:, None] * normal[:2]
    )
    return pattern.with_spots(places, strength, np.zeros(len(parents)))


def with_satellites(
    pattern: CrystalPattern,
    phase: Phase,
    orientation: FloatArray,
    level: float,
    rng: np.random.Generator,
) -> CrystalPattern:
    """Return the pattern of a modulated crystal: a spot on either side of each reflection.

    Parameters
    ----------
    pattern
        Of the crystal.
    phase, orientation
        The crystal and its rotation (3, 3) to the laboratory frame.
    level
        Intensity of a satellite, relative to its reflection's.
    rng
        Random numbers.
    """
    axis = np.array(_PLANES[int(rng.integers(len(_PLANES)))])
    share = float(rng.choice([1 / 2, 1 / 3, 1 / 4, rng.uniform(0.1, 0.45)]))
    wave = share * (orientation @ phase.lattice.g_vectors(axis))
    hkl = phase.lattice.hkl_within(Q_MAX)
    hkl = hkl[~phase.space_group.centring_absent(hkl)]
    g_lab = phase.lattice.g_vectors(hkl) @ orientation.T
    near = np.abs(g_lab[:, 2]) < abs(wave[2]) + 2 * _SATELLITE_ERROR
    hkl, g_lab = hkl[near], g_lab[near]
    places = np.concatenate([g_lab + wave, g_lab - wave])
    error = excitation_errors(places, wavelength_angstrom(ENERGY_KEV))
    strength = np.tile(level * _strength(pattern, phase, hkl), 2)
    shown = (np.abs(error) < _SATELLITE_ERROR) & (strength > _FAINTEST * strength.max(initial=0.0))
    return pattern.with_spots(places[shown, :2], strength[shown], error[shown])


def _strength(pattern: CrystalPattern, phase: Phase, hkl: IntArray) -> FloatArray:
    """Return |F|² of reflections (n, 3) in the pattern's unit."""
    factor = np.abs(phase.structure_factors(hkl)) ** 2
    allowed = pattern.hkl[np.any(pattern.hkl != 0, axis=1)]
    own = np.abs(phase.structure_factors(allowed)) ** 2 if len(allowed) else factor
    return np.asarray(factor / max(float(own.max(initial=0.0)), 1e-12))
