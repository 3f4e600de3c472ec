"""Everything about a phase that indexing needs and that no pattern changes, computed once."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from saed_desktop.arrays import BoolArray, Float32Array, FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.simulation.kinematical import ReciprocalPoints, reciprocal_points

MAX_POINTS = 60_000
"""A cell with more reciprocal points than this in range is searched only as far as they reach."""


LENT_LOG_STRENGTH = -4.5
"""Log intensity, relative to the strongest, that multiple scattering lends to weak and forbidden
reflections where two strong ones add up to them."""

_WEAK, _STRONG = LENT_LOG_STRENGTH + 1, -3.0
"""Reflections weaker than the one gain by that, those stronger than the other give."""

_PLATE_RATIO = 1.45
"""Of the widest spacing to the next: 1.5 of graphite and boron nitride, 1.8 of MoO3; 1.1 of zinc,
1.3 of V2O5."""

_OF_LAYERS = 0.02
"""Intensity of a reflection of layers, at least, relative to the strongest."""


@dataclass(frozen=True, eq=False)
class PhaseTable:
    """Reciprocal points of a phase with their strengths.

    Parameters
    ----------
    phase
        The crystal.
    points
        All reciprocal-lattice points up to `q_max`, forbidden ones included, by rising length.
    log_strength
        Natural logarithm of |F|² (n,) over the largest; forbidden points get a floor.
    """

    phase: Phase
    points: ReciprocalPoints
    log_strength: FloatArray
    q_max: float

    @cached_property
    def hkl_single(self) -> Float32Array:
        """Indices (3, n) of the points, each in a row of its own, in single precision."""
        return np.ascontiguousarray(self.points.hkl.T, dtype=np.float32)

    @cached_property
    def g_xyz(self) -> FloatArray:
        """Coordinates (3, n) of the points, each in a row of its own."""
        return np.ascontiguousarray(self.points.g.T)

    @cached_property
    def unit(self) -> FloatArray:
        """Unit vectors (n, 3) towards the points."""
        return np.asarray(self.points.g / self.points.length[:, None])

    @cached_property
    def length_squared_single(self) -> Float32Array:
        """|g|² (n,) in single precision."""
        return (self.points.length**2).astype(np.float32)

    @cached_property
    def g_xyz_single(self) -> Float32Array:
        """The same in single precision."""
        return self.g_xyz.astype(np.float32)

    @cached_property
    def lent_log_strength(self) -> FloatArray:
        """Log intensities (n,) with what multiple scattering of strong reflections adds."""
        return np.where(
            self.points.absent,
            LENT_LOG_STRENGTH,
            np.logaddexp(self.log_strength, LENT_LOG_STRENGTH),
        )

    @cached_property
    def is_strong(self) -> BoolArray:
        """Whether a reflection (n,) is one of those that scatter twice."""
        return np.asarray(~self.points.absent & (self.log_strength > _STRONG))

    @cached_property
    def weak(self) -> IntArray:
        """The points (k,) that have little intensity of their own, or none."""
        return np.flatnonzero(self.points.absent | (self.log_strength < _WEAK))

    def without_path(self, strong: IntArray) -> BoolArray:
        """Tell which weak points (n,) no two of several reflections (k,) add up to."""
        code, size = self._codes
        reached = np.zeros(size, dtype=bool)
        reached[np.add.outer(code[strong], code[strong]).ravel() + size // 2] = True
        without = np.zeros(len(code), dtype=bool)
        without[self.weak] = ~reached[code[self.weak] + size // 2]
        return without

    @cached_property
    def _codes(self) -> tuple[IntArray, int]:
        """One number for each hkl (n,), linear in it, and how many the sums of two can be."""
        sides = 4 * np.abs(self.points.hkl).max(axis=0, initial=0) + 1
        weights = np.array([sides[1] * sides[2], sides[2], 1])
        return np.asarray(self.points.hkl @ weights), int(np.prod(sides))

    @cached_property
    def plate_normal(self) -> FloatArray | None:
        """Unit vector (3,) normal to the plates in which the crystal grows and cleaves, if it does.

        By Bravais, Friedel, Donnay and Harker the faces of the widest spacing, extinctions taken
        into account, are the largest (Donnay and Harker, Am. Mineral. 22 (1937) 446). Where one
        spacing is much wider than all at an angle to it, the crystals are plates. Spacings of
        weak reflections are those of a superstructure and not of layers.
        """
        shown = ~self.points.absent & (self.log_strength > np.log(_OF_LAYERS))
        g, length = self.points.g[shown], self.points.length[shown]
        if len(g) == 0:
            return None
        normal = g[0] / length[0]
        aside = np.flatnonzero(np.linalg.norm(np.cross(g, normal), axis=1) > 0.1 * length)
        if len(aside) == 0 or length[aside[0]] < _PLATE_RATIO * length[0]:
            return None
        return np.asarray(normal)


@lru_cache(maxsize=512)
def phase_table(phase: Phase, q_max: float) -> PhaseTable:
    """Return the table of a phase up to `q_max` (1/Å)."""
    # the number of points is about 4/3·π·q³·V; a huge cell must not take unbounded time
    limit = (MAX_POINTS / (4.19 * phase.lattice.volume)) ** (1 / 3)
    q_max = min(q_max, limit)
    points = reciprocal_points(phase, q_max, with_absent=True)
    strength = points.amplitude**2
    largest = float(strength.max(initial=0.0)) or 1.0
    log_strength = np.log(np.maximum(strength / largest, 1e-9))
    return PhaseTable(phase, points, log_strength, q_max)
