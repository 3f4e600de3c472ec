"""The lattice of a crystal and its reciprocal."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.errors import PhaseError


@dataclass(frozen=True)
class Lattice:
    """A lattice by its six parameters, lengths in Å and angles in degrees.

    Cartesian frame: **a** along x, **b** in the xy plane, **c*** along z (the convention of the
    Protein Data Bank and of gemmi).

    Raises
    ------
    PhaseError
        If the parameters span no volume.
    """

    a: float
    b: float
    c: float
    alpha_deg: float = 90.0
    beta_deg: float = 90.0
    gamma_deg: float = 90.0

    def __post_init__(self) -> None:
        parameters = (self.a, self.b, self.c, self.alpha_deg, self.beta_deg, self.gamma_deg)
        if not all(np.isfinite(parameters)) or min(parameters) <= 0:
            raise PhaseError(f"The cell {parameters} has a length or angle that is not positive.")
        if max(parameters[3:]) >= 180 or not self._relative_volume_squared() > 1e-6:
            raise PhaseError(f"The cell angles {parameters[3:]} span no volume.")

    def _cosines(self) -> tuple[float, float, float]:
        angles = np.deg2rad([self.alpha_deg, self.beta_deg, self.gamma_deg])
        # exact zeros keep orthogonal cells exactly orthogonal
        cosines = np.where(np.isclose(np.abs(np.cos(angles)), 0, atol=1e-15), 0, np.cos(angles))
        return float(cosines[0]), float(cosines[1]), float(cosines[2])

    def _relative_volume_squared(self) -> float:
        ca, cb, cg = self._cosines()
        return 1 - ca * ca - cb * cb - cg * cg + 2 * ca * cb * cg

    @cached_property
    def direct(self) -> FloatArray:
        """The matrix (3, 3) whose rows are **a**, **b**, **c** in Cartesian Å."""
        ca, cb, cg = self._cosines()
        sg = np.sqrt(1 - cg * cg)
        return np.array(
            [
                [self.a, 0, 0],
                [self.b * cg, self.b * sg, 0],
                [
                    self.c * cb,
                    self.c * (ca - cb * cg) / sg,
                    self.c * np.sqrt(self._relative_volume_squared()) / sg,
                ],
            ]
        )

    @cached_property
    def reciprocal(self) -> FloatArray:
        """The matrix (3, 3) whose rows are **a***, **b***, **c*** in Cartesian 1/Å (no 2π)."""
        return np.asarray(np.linalg.inv(self.direct).T, dtype=np.float64)

    @cached_property
    def volume(self) -> float:
        """The cell volume in Å³."""
        return float(abs(np.linalg.det(self.direct)))

    def g_vectors(self, hkl: npt.ArrayLike) -> FloatArray:
        """Return the reciprocal-lattice vectors (..., 3) of hkl (..., 3) in Cartesian 1/Å."""
        return np.asarray(hkl, dtype=np.float64) @ self.reciprocal

    def directions(self, uvw: npt.ArrayLike) -> FloatArray:
        """Return the direct-lattice vectors (..., 3) of uvw (..., 3) in Cartesian Å."""
        return np.asarray(uvw, dtype=np.float64) @ self.direct

    def d_spacings(self, hkl: npt.ArrayLike) -> FloatArray:
        """Return the interplanar spacings (...) of hkl (..., 3) in Å."""
        return 1 / np.linalg.norm(self.g_vectors(hkl), axis=-1)

    def hkl_within(self, q_max: float) -> IntArray:
        """Return every hkl (n, 3), except 000, with |g| ≤ `q_max` in 1/Å, by rising |g|."""
        # |h| <= |g|·|a| since h = g·a (Cauchy-Schwarz)
        limits = np.floor(q_max * np.array([self.a, self.b, self.c]) + 1e-9).astype(int)
        axes = [np.arange(-n, n + 1) for n in limits]
        hkl = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
        # from the first to the last, each is the negative of its counterpart and as long
        x, y, z = self.g_vectors(hkl[: len(hkl) // 2]).T
        half = np.sqrt(x * x + y * y + z * z)
        length = np.concatenate([half, [0.0], half[::-1]])
        keep = (length <= q_max + 1e-12) & (length > 0)
        # they rise by h, k and l already, and a stable sort leaves it so among equal lengths
        return hkl[keep][np.argsort(np.round(length[keep], 9), kind="stable")]
