"""A crystalline phase: lattice, space group, atoms, and the structure factors that follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.scattering import atomic_scattering_factors
from saed_desktop.crystal.symmetry import SpaceGroup
from saed_desktop.errors import UsageError

ComplexArray = npt.NDArray[np.complex128]

DEFAULT_B_ISO = 0.5
"""Debye-Waller parameter B in Å² where a structure file states none (metals, room temperature)."""


SAME_WITHIN_ANGSTROM = 0.05
"""Coordinates in files are rounded (0.3333); whole atoms never stand this close."""


@dataclass(frozen=True)
class Site:
    """One atom site of the asymmetric unit.

    Parameters
    ----------
    element
        Chemical symbol.
    xyz
        Fractional coordinates.
    occupancy
        Chemical occupancy, 0 to 1.
    b_iso
        Isotropic Debye-Waller parameter B = 8π²⟨u²⟩ in Å².
    same_within_angstrom
        Symmetry images closer than this are one atom, whose coordinates are rounded; atoms that
        are split into halves beside a mirror have a smaller one.
    """

    element: str
    xyz: tuple[float, float, float]
    occupancy: float = 1.0
    b_iso: float = DEFAULT_B_ISO
    same_within_angstrom: float = SAME_WITHIN_ANGSTROM


@dataclass(frozen=True)
class OwnSetting:
    """The axes of a structure file whose crystal was put on its conventional ones.

    Parameters
    ----------
    lattice
        The file's cell.
    symbol
        The symmetry that the file states.
    to_conventional
        Rows of the matrix P (3, 3): uvw on the conventional axes are P·uvw of the file.
    """

    lattice: Lattice
    symbol: str
    to_conventional: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Phase:
    """A crystal structure with the name by which answers call it.

    Parameters
    ----------
    name
        For answers.
    lattice
        The cell.
    space_group
        Its symmetry.
    sites
        The asymmetric unit.
    formula
        Elements, for people.
    remarks
        What is unusual about its description.
    own
        The axes of its file where these are not the ones used here.
    """

    name: str
    lattice: Lattice
    space_group: SpaceGroup
    sites: tuple[Site, ...]
    formula: str = ""
    remarks: tuple[str, ...] = field(default=(), compare=False)
    own: OwnSetting | None = field(default=None, compare=False)

    @cached_property
    def _site_positions(self) -> tuple[FloatArray, ...]:
        rotations, translations = self.space_group.symmetry_operations
        return tuple(
            _distinct_positions(
                np.einsum("nij,j->ni", rotations, np.array(site.xyz)) + translations,
                self.lattice,
                site.same_within_angstrom,
            )
            for site in self.sites
        )

    @property
    def multiplicities(self) -> tuple[int, ...]:
        """Number of positions in the cell for each site."""
        return tuple(len(positions) for positions in self._site_positions)

    @cached_property
    def cell_atoms(self) -> tuple[tuple[str, ...], FloatArray, FloatArray, FloatArray]:
        """Atoms of the cell: elements, fractional xyz (n, 3), occupancies (n,), B in Å² (n,)."""
        counts = self.multiplicities
        elements = [
            site.element for site, n in zip(self.sites, counts, strict=True) for _ in range(n)
        ]
        return (
            tuple(elements),
            np.concatenate(self._site_positions) if self.sites else np.zeros((0, 3)),
            np.repeat([site.occupancy for site in self.sites], counts),
            np.repeat([site.b_iso for site in self.sites], counts),
        )

    @property
    def n_atoms(self) -> int:
        """The number of atom positions in the cell."""
        return len(self.cell_atoms[0])

    def structure_factors(self, hkl: npt.ArrayLike) -> ComplexArray:
        """Return the electron structure factors F (n,) of hkl (n, 3) in Å, rest mass.

        F = Σ occ·f(|g|)·exp(-B·|g|²/4)·exp(2πi·hkl·xyz) over all atoms of the cell.
        """
        indices = np.asarray(hkl, dtype=np.int64).reshape(-1, 3)
        elements, positions, occupancies, b_iso = self.cell_atoms
        g_length = np.linalg.norm(self.lattice.g_vectors(indices), axis=1)
        total = np.zeros(len(indices), dtype=np.complex128)
        for element, b in sorted(set(zip(elements, b_iso.tolist(), strict=True))):
            chosen = [i for i, e in enumerate(elements) if e == element and b_iso[i] == b]
            factor = atomic_scattering_factors(element, g_length) * np.exp(-b * g_length**2 / 4)
            phase_sum = np.zeros(len(indices), dtype=np.complex128)
            # in slices: a cell of thousands of atoms must not ask for gigabytes
            for start in range(0, len(chosen), 64):
                part = chosen[start : start + 64]
                phase_sum += _waves(indices, positions[part]) @ occupancies[part]
            total += factor * phase_sum
        return total


def _waves(hkl: IntArray, positions: FloatArray) -> ComplexArray:
    """Return exp(2πi·hkl·xyz) (n, m) of hkl (n, 3) and positions (m, 3).

    Tabulates exp(2πi·h·x) for each axis: few distinct indices occur, and one complex exponential
    costs about eight multiplications.
    """
    waves = np.ones((len(hkl), len(positions)), dtype=np.complex128)
    for index, xyz in zip(hkl.T, positions.T, strict=True):
        lowest = index.min(initial=0)
        factor = np.exp(2j * np.pi * np.outer(np.arange(lowest, index.max(initial=0) + 1), xyz))
        waves *= factor[index - lowest]
    return waves


def _distinct_positions(
    images: FloatArray, lattice: Lattice, same_within_angstrom: float
) -> FloatArray:
    """Return the distinct positions (m, 3) among images (n, 3), modulo the lattice."""
    wrapped = images - np.floor(images)
    difference = wrapped[:, None, :] - wrapped[None, :, :]
    difference -= np.round(difference)
    distance = np.linalg.norm(difference @ lattice.direct, axis=-1)
    same = distance < same_within_angstrom
    first_of_cluster = np.argmax(same, axis=1)
    return np.asarray(wrapped[first_of_cluster == np.arange(len(wrapped))])


def phases_by_name(phases: Sequence[Phase]) -> dict[str, Phase]:
    """Return the phases by name, later ones winning over earlier ones of the same name."""
    return {phase.name: phase for phase in phases}


def require_names_differ(phases: Iterable[Phase]) -> None:
    """Refuse candidates of one name, of which all but one would be lost.

    Raises
    ------
    UsageError
        If two phases have the same name, which is that of their files.
    """
    names = [phase.name for phase in phases]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise UsageError(f"Two structure files are called {twice[0]}; rename one.")


__all__ = [
    "DEFAULT_B_ISO",
    "ComplexArray",
    "IntArray",
    "OwnSetting",
    "Phase",
    "Site",
    "phases_by_name",
    "require_names_differ",
]
