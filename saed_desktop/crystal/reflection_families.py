"""Families of symmetry-equivalent reflections: what holds for one of them is computed once.

The reflections of a cubic crystal are up to 48 times as many as its families.
"""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import BoolArray, IntArray
from saed_desktop.crystal.symmetry import SpaceGroup


@dataclass(frozen=True, eq=False)
class ReflectionFamilies:
    """Division of several reflections into those equivalent under the Laue group.

    Parameters
    ----------
    member
        One reflection (m) of each family, by its place among all.
    family
        The family (n,) of every reflection.
    representative
        Whether a reflection (n,) is the agreed one of its family.
    """

    member: IntArray
    family: IntArray
    representative: BoolArray


def reflection_families(group: SpaceGroup, hkl: IntArray) -> ReflectionFamilies:
    """Return the families of reflections (n, 3) that hold the equivalents of each."""
    if len(hkl) == 0:
        none = np.zeros(0, dtype=np.int64)
        return ReflectionFamilies(none, none, np.zeros(0, dtype=bool))
    # one number for each hkl, since no index of an equivalent is larger; that of an equivalent is
    # linear in hkl as well. Floating point is exact here and has fast products of matrices
    base = 2.0 * float(np.abs(hkl).max()) + 1
    weights = np.array([base * base, base, 1.0])
    hkl_rows = np.ascontiguousarray(hkl.T, dtype=np.float64)
    agreed = ((group.laue_rotations @ weights) @ hkl_rows).max(axis=0)
    _, member, family = np.unique(agreed, return_index=True, return_inverse=True)
    return ReflectionFamilies(member, family, agreed == weights @ hkl_rows)
