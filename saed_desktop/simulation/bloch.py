"""Dynamical diffraction by Bloch waves: intensities of one orientation at many thicknesses.

Kinematical intensities are weak evidence for heavy elements; this is the real thing for a
perfect crystal (Humphreys, Rep. Prog. Phys. 42 (1979) 1825; De Graef 2003, chapter 5). High-energy
approximation, symmetric Laue case: the surface is taken normal to the beam.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.phase import ComplexArray, Phase
from saed_desktop.electron import relativistic_gamma, wavelength_angstrom
from saed_desktop.simulation.kinematical import excitation_errors


@dataclass(frozen=True, eq=False)
class BlochPattern:
    """Dynamical intensities of one orientation.

    Parameters
    ----------
    hkl
        Indices (n, 3) of the beams, 000 first.
    q_xy
        Positions (n, 2) in 1/Å, x to the right, y downwards.
    excitation_error
        (n,) in 1/Å.
    intensity
        Intensities (thicknesses, n) as fractions of the incident beam.
    """

    hkl: IntArray
    q_xy: FloatArray
    excitation_error: FloatArray
    intensity: FloatArray


class BlochCalculator:
    """Bloch-wave intensities of one phase at one energy.

    Parameters
    ----------
    phase
        The crystal.
    energy_kev
        Electron energy.
    q_max
        Reflections up to this length (1/Å) are beams.
    max_excitation_error
        Reflections farther from the Ewald sphere (1/Å) are none.
    max_beams
        No more than this many, the most strongly excited ones; the cost grows with the cube.
    absorption
        Imaginary part of the potential relative to the real one; 0.05 to 0.1 is usual.
    for_many
        Whether many orientations follow: the potential is then computed once for all differences
        of beams, else for those that an orientation needs.
    """

    def __init__(
        self,
        phase: Phase,
        *,
        energy_kev: float = 200.0,
        q_max: float = 1.4,
        max_excitation_error: float = 0.04,
        max_beams: int = 160,
        absorption: float = 0.07,
        for_many: bool = True,
    ) -> None:
        self.phase = phase
        self.energy_kev = energy_kev
        self.max_excitation_error = max_excitation_error
        self.max_beams = max_beams
        self.absorption = absorption
        self._for_many = for_many
        hkl = phase.lattice.hkl_within(q_max)
        self.hkl = hkl[~phase.space_group.centring_absent(hkl)]
        self._g = phase.lattice.g_vectors(self.hkl)
        self._wavelength = wavelength_angstrom(energy_kev)
        self._span = 2 * np.abs(self.hkl).max(axis=0)

    @cached_property
    def _potential(self) -> ComplexArray:
        """U (1/Å²) of every difference of two beams, indexed by hkl plus the span."""
        axes = [np.arange(-n, n + 1) for n in self._span]
        grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
        return self._potential_at(grid.reshape(-1, 3)).reshape(grid.shape[:3])

    def _potential_at(self, hkl: IntArray) -> ComplexArray:
        """Return U (1/Å²) of differences (n, 3)."""
        lattice_point = ~self.phase.space_group.centring_absent(hkl)
        factor = np.zeros(len(hkl), dtype=np.complex128)
        factor[lattice_point] = self.phase.structure_factors(hkl[lattice_point])
        kappa = relativistic_gamma(self.energy_kev) / (np.pi * self.phase.lattice.volume)
        return np.asarray(kappa * factor)

    def _coupling(self, difference: IntArray) -> ComplexArray:
        index = difference + self._span
        if self._for_many:
            return np.asarray(self._potential[index[..., 0], index[..., 1], index[..., 2]])
        shape = tuple(2 * self._span + 1)
        flat = np.ravel_multi_index(tuple(np.moveaxis(index, -1, 0)), shape)
        needed, owner = np.unique(flat, return_inverse=True)
        hkl = np.stack(np.unravel_index(needed, shape), axis=-1) - self._span
        return np.asarray(self._potential_at(hkl)[owner.reshape(flat.shape)])

    def _beams(self, orientation: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
        """Return hkl, laboratory vectors and excitation errors of the beams, 000 first."""
        g_lab = self._g @ orientation.T
        s = excitation_errors(g_lab, self._wavelength)
        near = np.flatnonzero(np.abs(s) < self.max_excitation_error)
        strength = np.abs(self._coupling(self.hkl[near])) * self._wavelength
        # forbidden beams are reached through others: they compete as if a little excited
        excited = np.maximum(strength, 0.02 * strength.max(initial=0.0)) / np.maximum(
            np.abs(s[near]), 5e-4
        )
        chosen = near[np.argsort(-excited, kind="stable")[: self.max_beams - 1]]
        hkl = np.concatenate([np.zeros((1, 3), dtype=np.int64), self.hkl[chosen]])
        lab = np.concatenate([np.zeros((1, 3)), g_lab[chosen]])
        return hkl, lab, np.concatenate([[0.0], s[chosen]])

    def pattern(self, orientation: FloatArray, thickness_angstrom: npt.ArrayLike) -> BlochPattern:
        """Return the intensities of all beams at several thicknesses.

        Parameters
        ----------
        orientation
            Rotation (3, 3) from the crystal's Cartesian frame to the laboratory frame.
        thickness_angstrom
            Thicknesses (t,).
        """
        hkl, lab, s = self._beams(orientation)
        structure = self._coupling(hkl[:, None, :] - hkl[None, :, :])
        k = 1 / self._wavelength
        matrix = structure.copy()
        np.fill_diagonal(matrix, 2 * k * s)
        values, vectors = np.linalg.eigh(matrix)
        # absorption by perturbation: the imaginary potential's expectation in each Bloch wave
        damping = np.real(
            np.einsum("ij,ik,kj->j", vectors.conj(), self.absorption * structure, vectors)
        )
        gamma = (values + 1j * damping) / (2 * k)
        thickness = np.atleast_1d(np.asarray(thickness_angstrom, dtype=np.float64))
        waves = np.exp(2j * np.pi * np.multiply.outer(thickness, gamma))
        amplitude = (waves * vectors[0].conj()[None, :]) @ vectors.T
        return BlochPattern(hkl, lab[:, :2], s, np.abs(amplitude) ** 2)
