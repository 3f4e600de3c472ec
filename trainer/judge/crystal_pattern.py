"""The reflections of one crystal in one orientation, before microscope and detector.

With a hundred beams: a quick look at many crystals, not an exact one at few.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.simulation.bloch import BlochCalculator
from saed_desktop.simulation.kinematical import excitation_errors
from trainer.data.reflection_library import ReflectionLibrary

Q_MAX = 1.6
ENERGY_KEV = 200.0
FLOOR = float(np.exp(-16.0))
"""Relative intensities below it are none."""

USUAL_RELROD = 0.012
"""Half width of the rocking curve, 1/Å, at which kinematical intensities of several parts are
added up; the spot simulator draws its own."""

_BEAMS = 110
_SAME_PLACE = 0.008
"""Reflections of two parts of a crystal within this, 1/Å, are one spot."""


@dataclass(frozen=True, eq=False)
class CrystalPattern:
    """Reflections as they leave the crystal; those that no index belongs to have 000.

    Parameters
    ----------
    hkl
        Indices (n, 3).
    q_xy
        Positions (n, 2) in 1/Å.
    excitation_error
        (n,) in 1/Å.
    strength
        |F|² over the largest of the crystal (n,).
    intensity
        By Bloch waves at each thickness (t, n), fractions of the incident beam.
    """

    hkl: IntArray
    q_xy: FloatArray
    excitation_error: FloatArray
    strength: FloatArray
    intensity: FloatArray

    def __len__(self) -> int:
        return len(self.q_xy)

    @property
    def kinematical(self) -> FloatArray:
        """Kinematical intensities (n,) at the usual relrod."""
        return self.strength * rocking(self.excitation_error)

    def with_spots(
        self, q_xy: FloatArray, strength: FloatArray, excitation_error: FloatArray
    ) -> "CrystalPattern":
        """Return the pattern with further spots.

        By Bloch waves they are, at each thickness, as bright beside the brightest spot as they are
        kinematically.

        Parameters
        ----------
        q_xy, strength, excitation_error
            Of the spots (k, 2), (k,) and (k,).
        """
        share = strength * rocking(excitation_error) / max(float(self.kinematical.max()), FLOOR)
        return joined(
            self,
            CrystalPattern(
                np.zeros((len(q_xy), 3), np.int64),
                q_xy,
                excitation_error,
                strength,
                self.intensity.max(axis=1, keepdims=True) * share,
            ),
        )

    def as_library(self) -> ReflectionLibrary:
        """Return the pattern as a library of one entry, which the spot simulator draws from."""
        return ReflectionLibrary(
            np.zeros(1, np.int64),
            self.q_xy[None].astype(np.float32),
            self.excitation_error[None].astype(np.float32),
            np.log(np.maximum(self.strength, FLOOR))[None].astype(np.float32),
            np.log(np.maximum(self.intensity, FLOOR)).T[None].astype(np.float32),
        )


def joined(first: CrystalPattern, second: CrystalPattern) -> CrystalPattern:
    """Return the reflections of both, each at its own place."""
    return CrystalPattern(
        *(
            np.concatenate([getattr(p, f.name) for p in (first, second)], axis=-1)
            if f.name == "intensity"
            else np.concatenate([getattr(p, f.name) for p in (first, second)])
            for f in fields(CrystalPattern)
        )
    )


def rocking(excitation_error: FloatArray) -> FloatArray:
    """Return the kinematical factor 0..1 of excitation errors (...) at the usual relrod."""
    return np.asarray(1 / (1 + (excitation_error / USUAL_RELROD) ** 2))


def calculator_of(phase: Phase) -> BlochCalculator:
    """Return the Bloch-wave calculator of a crystal."""
    return BlochCalculator(
        phase,
        energy_kev=ENERGY_KEV,
        q_max=Q_MAX,
        max_beams=_BEAMS,
        absorption=0.07,
        for_many=False,
    )


def crystal_pattern(
    calculator: BlochCalculator,
    orientation: FloatArray,
    thickness_angstrom: FloatArray,
    tilts: Sequence[FloatArray] = (),
) -> CrystalPattern:
    """Return the mean pattern of a crystal's parts, which are tilted if it is bent.

    Positions and indices are those of the part that is not tilted: tenths of a degree move no spot.

    Parameters
    ----------
    calculator
        Of the crystal.
    orientation
        Of the middle (3, 3).
    thickness_angstrom
        Thicknesses (t,).
    tilts
        Rotations (3, 3) in the laboratory frame of the other parts.
    """
    every = [np.eye(3), *tilts]
    waves = [calculator.pattern(tilt @ orientation, thickness_angstrom) for tilt in every]
    hkl, owner = np.unique(np.concatenate([p.hkl[1:] for p in waves]), axis=0, return_inverse=True)
    intensity = np.zeros((len(hkl), len(thickness_angstrom)))
    np.add.at(intensity, owner.ravel(), np.concatenate([p.intensity[:, 1:] for p in waves], 1).T)
    g_lab = calculator.phase.lattice.g_vectors(hkl) @ orientation.T
    wavelength = wavelength_angstrom(calculator.energy_kev)
    error = excitation_errors(g_lab, wavelength)
    if tilts:
        curves = [rocking(excitation_errors(g_lab @ tilt.T, wavelength)) for tilt in every]
        mean = np.clip(np.mean(curves, axis=0), 1e-9, 1.0)
        error = np.copysign(USUAL_RELROD * np.sqrt(1 / mean - 1), error)
    strength = np.abs(calculator.phase.structure_factors(hkl)) ** 2
    return CrystalPattern(
        hkl,
        g_lab[:, :2],
        error,
        strength / max(float(strength.max(initial=0.0)), 1e-12),
        intensity.T / len(every),
    )


def superposed(crystal: CrystalPattern, other: CrystalPattern, weight: float) -> CrystalPattern:
    """Return two crystals side by side: where both have a spot, its intensities add up.

    Parameters
    ----------
    crystal, other
        Patterns of the same thicknesses.
    weight
        Volume of the second, relative to the first.
    """
    faint = replace(other, strength=weight * other.strength, intensity=weight * other.intensity)
    if len(crystal) == 0 or len(other) == 0:
        return joined(crystal, faint)
    gap = np.linalg.norm(crystal.q_xy[:, None] - faint.q_xy[None], axis=2)
    place = gap.argmin(axis=0)
    same = gap.min(axis=0) < _SAME_PLACE
    intensity, total = crystal.intensity.T.copy(), crystal.kinematical.copy()
    np.add.at(intensity, place[same], faint.intensity.T[same])
    np.add.at(total, place[same], faint.kinematical[same])
    # the stronger one's excitation error, and the strength that gives the sum with it
    error = crystal.excitation_error.copy()
    for i, j in zip(place[same], np.flatnonzero(same), strict=True):
        if abs(faint.excitation_error[j]) < abs(error[i]):
            error[i] = faint.excitation_error[j]
    summed = replace(
        crystal,
        excitation_error=error,
        strength=total / rocking(error),
        intensity=intensity.T,
    )
    return joined(summed, part_of(faint, ~same))


def part_of(pattern: CrystalPattern, chosen: np.ndarray) -> CrystalPattern:
    """Return some reflections of a pattern, by a mask or by places."""
    return CrystalPattern(
        pattern.hkl[chosen],
        pattern.q_xy[chosen],
        pattern.excitation_error[chosen],
        pattern.strength[chosen],
        pattern.intensity[:, chosen],
    )
