"""The zones of cubic lattices: shapes of lattice that no free ratio of axes can give."""

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.spot_lattice import reduced_basis

CENTRINGS = ("P", "I", "F")
_MAX_INDEX = 4
_REACH = 9
_PER_LOG_LENGTH = 1.5
"""Loss of a zone axis in log prior for each unit of the logarithm of its length."""


@dataclass(frozen=True, eq=False)
class CubicZones:
    """The zones of one cubic lattice.

    Parameters
    ----------
    log_ratios
        Logarithms (n, 2) of the second and third length of the superbase over the first.
    log_first
        Logarithm (n,) of the first length in units of 1/a.
    log_prior
        Of each zone (n,).
    """

    log_ratios: FloatArray
    log_first: FloatArray
    log_prior: FloatArray

    def best(self, log_ratios: FloatArray, sigma: float) -> tuple[float, float]:
        """Return the log likelihood of the zone that suits best, and its log first length."""
        off = (self.log_ratios - log_ratios) / sigma
        value = -0.5 * (off**2).sum(axis=1) + self.log_prior
        place = int(np.argmax(value))
        return float(value[place]), float(self.log_first[place])


@cache
def cubic_zones(centring: str) -> CubicZones:
    """Return the zones of a cubic lattice up to index 4.

    Parameters
    ----------
    centring
        "P", "I" or "F".
    """
    steps = np.arange(-_REACH, _REACH + 1)
    hkl = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 3)
    if centring == "I":
        hkl = hkl[hkl.sum(axis=1) % 2 == 0]
    elif centring == "F":
        hkl = hkl[np.ptp(hkl % 2, axis=1) == 0]
    hkl = hkl[np.any(hkl != 0, axis=1)]
    hkl = hkl[np.argsort((hkl**2).sum(axis=1), kind="stable")]
    rows = []
    for w, v, u in product(range(_MAX_INDEX + 1), repeat=3):
        if not (u <= v <= w and w > 0 and np.gcd.reduce([u, v, w]) == 1):
            continue
        across = hkl[hkl @ np.array([u, v, w]) == 0]
        beside = np.linalg.norm(np.cross(across[0], across), axis=1) > 0.5
        lengths = _superbase(across[0], across[int(np.argmax(beside))])
        prior = -_PER_LOG_LENGTH * 0.5 * np.log(u * u + v * v + w * w)
        rows.append([*np.log(lengths[1:] / lengths[0]), np.log(lengths[0]), prior])
    table = np.array(rows)
    return CubicZones(table[:, :2], table[:, 2], table[:, 3])


def _superbase(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the sorted lengths (3,) of the reduced superbase of a plane of vectors (3,)."""
    along = first / np.linalg.norm(first)
    across = second - (second @ along) * along
    across_length = float(np.linalg.norm(across))
    flat = np.array([[np.linalg.norm(first), 0.0], [second @ along, across_length]])
    basis = reduced_basis(flat)
    assert basis is not None
    a, b = basis
    b = -b if a @ b > 0 else b
    return np.sort(np.linalg.norm([a, b, a + b], axis=1))
