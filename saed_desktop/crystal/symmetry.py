"""Space-group symmetry as integer operations on hkl and uvw, through gemmi."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import gemmi
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import BoolArray, IntArray
from saed_desktop.errors import PhaseError


@dataclass(frozen=True)
class SpaceGroup:
    """A space group in the setting that its structure file uses.

    Parameters
    ----------
    triplets
        The symmetry operations as x,y,z triplets, centring included. They, not the symbol, are
        the truth: files in unusual settings stay right.
    symbol
        Hermann-Mauguin symbol for people, empty when the operations have no common name.
    number
        Number in the International Tables, 0 when unknown.
    """

    triplets: tuple[str, ...]
    symbol: str = ""
    number: int = 0

    def __getstate__(self) -> dict[str, object]:
        # what was computed on the way is gemmi's and cannot be sent to another process
        return {name: getattr(self, name) for name in ("triplets", "symbol", "number")}

    @cached_property
    def _operations(self) -> "gemmi.GroupOps":
        try:
            return gemmi.GroupOps([gemmi.Op(triplet) for triplet in self.triplets])
        except (RuntimeError, ValueError) as error:
            raise PhaseError(f"The symmetry operations form no group ({error}).") from error

    @property
    def order(self) -> int:
        """The number of operations, centring included."""
        return len(self.triplets)

    @cached_property
    def laue_rotations(self) -> IntArray:
        """The matrices W (n, 3, 3) of the Laue group: hkl·W are the equivalents of hkl.

        The inversion is added where the point group lacks it: kinematical intensities and the
        zero-order Laue zone cannot see the difference (Friedel's law).
        """
        rotations = {
            tuple(np.array(op.rot, dtype=int).reshape(-1) // gemmi.Op.DEN)
            for op in self._operations.sym_ops
        }
        rotations |= {tuple(-x for x in matrix) for matrix in rotations}
        return np.array(sorted(rotations, reverse=True), dtype=np.int64).reshape(-1, 3, 3)

    @cached_property
    def symmetry_operations(self) -> tuple[IntArray, npt.NDArray[np.float64]]:
        """Operations as rotations (n, 3, 3) and fractional translations (n, 3), with centring."""
        den = gemmi.Op.DEN
        operations = [gemmi.Op(triplet) for triplet in self.triplets]
        rotations = np.array([op.rot for op in operations], dtype=np.int64) // den
        translations = np.array([op.tran for op in operations], dtype=np.float64) / den
        return rotations, translations

    @property
    def is_closed(self) -> bool:
        """Whether the product of any two operations is one of them, so that they form a group."""
        rotations, translations = self.symmetry_operations
        den = gemmi.Op.DEN

        def code(rotation: IntArray, translation: npt.NDArray[np.float64]) -> IntArray:
            steps = np.round(translation * den).astype(np.int64) % den
            digits = np.concatenate([rotation.reshape(*rotation.shape[:-2], 9) + 2, steps], axis=-1)
            return np.asarray(digits @ (32 ** np.arange(12, dtype=np.int64)))

        products = np.einsum("aij,bjk->abik", rotations, rotations)
        shifts = np.einsum("aij,bj->abi", rotations, translations) + translations[:, None, :]
        own = code(rotations, translations)
        return bool(np.isin(code(products, shifts), own).all())

    @cached_property
    def centring_vectors(self) -> npt.NDArray[np.float64]:
        """The centring translations (n, 3), the zero vector included."""
        return np.array(self._operations.cen_ops, dtype=np.float64) / gemmi.Op.DEN

    @property
    def is_centrosymmetric(self) -> bool:
        """Whether the point group holds the inversion."""
        return bool(self._operations.is_centrosymmetric())

    def absent(self, hkl: npt.ArrayLike) -> BoolArray:
        """Tell which reflections (n, 3) are systematically absent: centring, glides and screws."""
        array = np.ascontiguousarray(hkl, dtype=np.int32).reshape(-1, 3)
        return np.asarray(self._operations.systematic_absences(array), dtype=bool)

    def centring_absent(self, hkl: npt.ArrayLike) -> BoolArray:
        """Tell which hkl (n, 3) are no points of the reciprocal lattice, by the centring alone.

        These can never appear; the other absences can, by double diffraction.
        """
        # the long axis last: it is quick to work along
        phases = self.centring_vectors @ np.asarray(hkl, dtype=np.float64).reshape(-1, 3).T
        return np.asarray(np.any(np.abs(phases - np.round(phases)) > 1e-6, axis=0))

    def equivalent_hkl(self, hkl: npt.ArrayLike) -> IntArray:
        """Return the distinct Laue equivalents (n, 3) of one hkl."""
        return np.unique(np.einsum("i,nij->nj", np.asarray(hkl), self.laue_rotations), axis=0)

    def equivalent_uvw(self, uvw: npt.ArrayLike) -> IntArray:
        """Return the distinct Laue equivalents (n, 3) of one direction uvw."""
        return np.unique(np.einsum("nij,j->ni", self.laue_rotations, np.asarray(uvw)), axis=0)

    def canonical_uvw(self, uvw: npt.ArrayLike) -> tuple[int, int, int]:
        """Return one agreed representative of the directions equivalent to uvw.

        Fewest negative indices first, then the largest, so that <110> is named [110] and not
        [-101]. For hexagonal and trigonal axes the choice is made on the four-index symbol's
        three-index form as it stands.
        """
        family = self.equivalent_uvw(uvw)
        u, v, w = family[_agreed(family)]
        return int(u), int(v), int(w)

    def naming_rotation(self, uvw: npt.ArrayLike) -> IntArray:
        """Return the proper rotation W (3, 3) that turns uvw into its agreed representative.

        Proper, so that the crystal's axes stay right-handed: where the representative of
        `canonical_uvw` can be reached by an inversion only, W leads to the best one on the same
        side. With W·uvw go the reflections hkl·W⁻¹, so that zone laws and zone axis agree.
        """
        proper = self.laue_rotations[np.linalg.det(self.laue_rotations) > 0]
        direction = np.asarray(uvw, dtype=np.int64)
        images = np.einsum("nij,j->ni", proper, direction)
        chosen = images[_agreed(images)]
        # of all that lead there the identity where it does
        identity = np.array_equal(chosen, direction)
        first = int(np.argmax((images == chosen).all(axis=1)))
        return np.eye(3, dtype=np.int64) if identity else np.asarray(proper[first])


def _agreed(family: IntArray) -> int:
    """Return which of several directions (n, 3) names them: fewest negatives, then the largest."""
    negatives = (family < 0).sum(axis=1)
    return int(np.lexsort((-family[:, 2], -family[:, 1], -family[:, 0], negatives))[0])


def space_group_from_symbol(symbol: str) -> SpaceGroup:
    """Return the space group of a Hermann-Mauguin symbol or number.

    Raises
    ------
    PhaseError
        If the symbol is unknown.
    """
    found = gemmi.find_spacegroup_by_name(symbol)
    if found is None and symbol.strip().isdigit():
        found = gemmi.find_spacegroup_by_number(int(symbol))
    if found is None:
        raise PhaseError(f"'{symbol}' is no known space group.")
    return _from_gemmi(found.xhm())


@lru_cache(maxsize=256)
def _from_gemmi(extended_symbol: str) -> SpaceGroup:
    found = gemmi.find_spacegroup_by_name(extended_symbol)
    triplets = tuple(op.triplet() for op in found.operations())
    return SpaceGroup(triplets=triplets, symbol=found.xhm(), number=found.number)
