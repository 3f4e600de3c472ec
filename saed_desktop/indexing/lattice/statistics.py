"""The lattice statistics: probabilities of space groups, given the features of a zone's lattice.

A small network with one hidden layer, fitted by `saed-trainer lattice` to simulated patterns of the
bundled library's structures, deformed within their symmetry, and of random crystals.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from saed_desktop.arrays import Float32Array, FloatArray
from saed_desktop.errors import BundleError
from saed_desktop.indexing.lattice.features import FEATURES
from saed_desktop.indexing.lattice.space_groups import space_group_classes
from saed_desktop.paths import resources_dir

STATISTICS_FILE = Path("lattice") / "statistics.npz"
ARRAYS = ("mean", "spread", "inner", "inner_bias", "outer", "outer_bias", "log_prior")
NUMBERS = ("temperature", "joint_weight")
_MOST_ZONES = 3


@dataclass(frozen=True, eq=False)
class LatticeStatistics:
    """Fitted statistics.

    Parameters
    ----------
    mean, spread
        Of the features (f,).
    inner, inner_bias
        From features to hidden values (f, h), (h,).
    outer, outer_bias
        From hidden values to classes (h, c), (c,).
    log_prior
        Log shares of the classes (c,) in the patterns that were fitted.
    temperature
        Logits are divided by it.
    joint_weight
        What each further zone's evidence is worth beside one; zones of a crystal are not
        independent.
    """

    mean: FloatArray
    spread: FloatArray
    inner: FloatArray
    inner_bias: FloatArray
    outer: FloatArray
    outer_bias: FloatArray
    log_prior: FloatArray
    temperature: float
    joint_weight: float

    def log_probabilities(self, features: Float32Array) -> FloatArray:
        """Return log probabilities (n, c) of the classes for features (n, f)."""
        scaled = np.clip((features.astype(np.float64) - self.mean) / self.spread, -5, 5)
        hidden = np.maximum(scaled @ self.inner + self.inner_bias, 0.0)
        return normalised((hidden @ self.outer + self.outer_bias) / self.temperature)

    def joint(self, log_probabilities: FloatArray) -> FloatArray:
        """Return log probabilities (c,) out of those of several zones (n, c) of one crystal.

        The weight was fitted to two and three zones; more of them count as three, since patterns
        of one specimen repeat zones and errors.
        """
        evidence = log_probabilities - self.log_prior
        n = len(evidence)
        weight = 1.0 if n == 1 else self.joint_weight * min(n, _MOST_ZONES)
        return normalised(self.log_prior + weight * evidence.mean(axis=0))


def normalised(logits: FloatArray) -> FloatArray:
    """Return logits (..., c) as log probabilities."""
    return np.asarray(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True))


def read_statistics(path: Path) -> LatticeStatistics:
    """Read fitted statistics.

    Raises
    ------
    BundleError
        If the file is missing, damaged, or made for other features.
    """
    try:
        with np.load(path, allow_pickle=False) as data:
            arrays = {name: data[name].astype(np.float64) for name in ARRAYS}
            temperature, joint_weight = (float(data[name]) for name in NUMBERS)
    except (OSError, KeyError, ValueError) as error:
        raise BundleError(f"{path} holds no lattice statistics ({error}).") from error
    found = LatticeStatistics(**arrays, temperature=temperature, joint_weight=joint_weight)
    sizes = (found.mean.shape[0], found.outer.shape[1])
    if sizes != (len(FEATURES), len(space_group_classes())):
        raise BundleError(f"{path} was made for other features than this version's.")
    return found


@cache
def bundled_statistics() -> LatticeStatistics:
    """Return the statistics that come with the program."""
    return read_statistics(resources_dir() / STATISTICS_FILE)
