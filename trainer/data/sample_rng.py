"""Random numbers that belong to a sample, not to the batch it happens to be drawn in.

Sample 4711 of epoch 3 is the same pattern in every run, whatever the batch size and the number
of processes, so a simulated run can be repeated and resumed exactly. NumPy's generators are
sequential; here every number is a hash of (seed, epoch, sample, draw, element), computed for a
whole batch at once (SplitMix64: Steele, Lea & Flood, OOPSLA 2014).
"""

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray

_UIntArray = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_TO_UNIT = 2.0**-53


def _mixed(x: _UIntArray) -> _UIntArray:
    with np.errstate(over="ignore"):
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


class SampleRng:
    """One stream of random numbers per sample; the first axis of every draw is the sample.

    Parameters
    ----------
    seed
        Of the whole series.
    epoch
        Which pass.
    indices
        Samples (b,).
    """

    def __init__(self, seed: int, epoch: int, indices: npt.ArrayLike) -> None:
        samples = np.asarray(indices, dtype=np.int64).astype(np.uint64)
        with np.errstate(over="ignore"):
            start = _mixed(np.array([seed], dtype=np.int64).astype(np.uint64) * _GOLDEN)
            start = _mixed(start + np.uint64(epoch + 1) * _GOLDEN)
            self._key = _mixed(_mixed(samples + np.uint64(1)) ^ start)
        self._draws = 0

    def __len__(self) -> int:
        return len(self._key)

    def _bits(self, shape: tuple[int, ...]) -> _UIntArray:
        self._draws += 1
        count = int(np.prod(shape, dtype=np.int64))
        with np.errstate(over="ignore"):
            key = _mixed(self._key + np.uint64(self._draws) * _GOLDEN)
            element = (np.arange(count, dtype=np.uint64) + np.uint64(1)) * _GOLDEN
            return _mixed(key[:, None] + element[None, :]).reshape(len(self), *shape)

    def random(self, *shape: int) -> FloatArray:
        """Return uniform numbers in [0, 1) of shape (b, *shape)."""
        return (self._bits(shape) >> np.uint64(11)).astype(np.float64) * _TO_UNIT

    def uniform(self, low: npt.ArrayLike, high: npt.ArrayLike, *shape: int) -> FloatArray:
        """Return uniform numbers in [low, high) of shape (b, *shape)."""
        return np.asarray(low) + (np.asarray(high) - np.asarray(low)) * self.random(*shape)

    def log_uniform(self, low: float, high: float, *shape: int) -> FloatArray:
        """Return numbers in [low, high) whose logarithm is uniform, of shape (b, *shape)."""
        return np.asarray(np.exp(self.uniform(np.log(low), np.log(high), *shape)))

    def normal(self, *shape: int) -> FloatArray:
        """Return standard normal numbers of shape (b, *shape), by Box and Muller."""
        radius = np.sqrt(-2 * np.log(1 - self.random(*shape)))
        return np.asarray(radius * np.cos(2 * np.pi * self.random(*shape)))

    def choice(self, shares: npt.ArrayLike) -> IntArray:
        """Return one index (b,) per sample, drawn in proportion to the shares."""
        limits = np.cumsum(np.asarray(shares, dtype=np.float64))
        chosen = np.searchsorted(limits / limits[-1], self.random(), side="right")
        return np.minimum(chosen, len(limits) - 1)

    def seeds(self) -> IntArray:
        """Return a seed (b,) for a generator of its own per sample."""
        return (self._bits(()) >> np.uint64(2)).astype(np.int64)
