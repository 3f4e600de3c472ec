"""The spot stage: computed reflections become lists of spots as a detector would find them.

Everything here is drawn anew for every pattern and vectorised over a batch. Positions come out
in 1/Å on the *true* scale, distorted; what the microscopist believes the scale to be is another
number of the batch. The image stage draws the same spots as an image.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainer.data.bank import Bank
from trainer.data.ranges import Range, SpotRanges

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_ABSENT = -1e9


@dataclass(frozen=True, eq=False)
class SpotBatch:
    """Patterns as spot lists.

    Parameters
    ----------
    q_xy
        Positions (b, n, 2) in 1/Å, distorted, centre error included.
    log_intensity
        Natural logarithms of the intensities (b, n); the brightest spot of a pattern is 0.
    present
        Whether a spot is there and found (b, n).
    label
        Class indices (b,).
    believed_scale
        Ratio (b,) of the scale that is stated to the true one; NaN where none is stated.
    scale_sigma
        Relative uncertainty that is stated with it (b,).
    edge_q
        Distance of the farthest side of the image from the beam, 1/Å true (b,).
    """

    q_xy: FloatArray
    log_intensity: FloatArray
    present: BoolArray
    label: npt.NDArray[np.int64]
    believed_scale: FloatArray
    scale_sigma: FloatArray
    edge_q: FloatArray

    def __len__(self) -> int:
        return len(self.label)


@dataclass(frozen=True, eq=False)
class SpotSource:
    """Draws batches of spot lists from a bank.

    Parameters
    ----------
    bank
        Computed reflections.
    ranges
        What is drawn from.
    class_shares
        Share of each label in the patterns drawn; equal where None.
    scale
        "mixed" draws the stated scale's uncertainty; a number fixes it; "unknown" states none.
    """

    bank: Bank
    ranges: SpotRanges
    class_shares: FloatArray | None = None
    scale: str | float = "mixed"

    def draw(self, count: int, rng: np.random.Generator) -> SpotBatch:
        """Return `count` patterns."""
        label = self._labels(count, rng)
        entry = self._entries(label, rng)
        q, log_i = self._crystal(entry, rng)
        q, log_i = self._with_companions(q, log_i, label, rng)
        affine, believed, sigma = self._geometry(label, rng)
        q = np.einsum("bij,bnj->bni", affine, q)
        return self._detected(q, log_i, label, believed, sigma, rng)

    # ---- the crystal -----------------------------------------------------------------------

    def _labels(self, count: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
        names = np.unique(self.bank.label)
        shares = self.class_shares
        if shares is None:
            return rng.choice(names, size=count)
        return rng.choice(len(shares), size=count, p=shares / shares.sum())

    def _entries(
        self, label: npt.NDArray[np.int64], rng: np.random.Generator
    ) -> npt.NDArray[np.int64]:
        start = np.searchsorted(self.bank.label, label, side="left")
        stop = np.searchsorted(self.bank.label, label, side="right")
        return start + np.floor(rng.random(len(label)) * (stop - start)).astype(np.int64)

    def _crystal(
        self, entry: npt.NDArray[np.int64], rng: np.random.Generator
    ) -> tuple[FloatArray, FloatArray]:
        """Return one crystal's pattern per entry, turned and mirrored at random."""
        ranges, count = self.ranges, len(entry)
        dynamical = self._dynamical(entry, rng)
        width = _log_uniform(rng, ranges.relrod, count)[:, None]
        rocking = 2 * np.log(np.maximum(np.abs(self.bank.excitation_error[entry]) / width, 1e-6))
        kinematical = self.bank.log_kinematical[entry] - np.logaddexp(0, rocking)
        kinematical = np.where(self.bank.log_kinematical[entry] <= -15.9, _ABSENT, kinematical)
        is_kinematical = rng.random(count) < ranges.kinematical_share
        log_i = np.where(is_kinematical[:, None], kinematical, dynamical)
        q = self.bank.q_xy[entry].astype(np.float64)
        mirror = rng.random(count) < 0.5
        q[..., 0] = np.where(mirror[:, None], -q[..., 0], q[..., 0])
        return _turned(q, rng.uniform(0, 2 * np.pi, count)), _normalised(log_i)

    def _dynamical(self, entry: npt.NDArray[np.int64], rng: np.random.Generator) -> FloatArray:
        """Return Bloch-wave log intensities at a random thickness, some averaged over a wedge."""
        n = self.bank.n_thicknesses
        position = rng.uniform(0, n - 1, len(entry))
        lower = np.minimum(position.astype(int), n - 2)
        part = (position - lower)[:, None]
        table = self.bank.log_dynamical[entry]
        rows = np.arange(len(entry))
        sharp = (1 - part) * table[rows, :, lower] + part * table[rows, :, lower + 1]
        wedge = np.logaddexp(table[rows, :, lower], table[rows, :, lower + 1])
        further = np.minimum(lower + 2, n - 1)
        wedge = np.logaddexp(wedge, table[rows, :, further])
        bent = rng.random(len(entry)) < self.ranges.bend_share
        log_i = np.where(bent[:, None], wedge, sharp)
        return np.where(table.max(axis=2) <= -15.9, _ABSENT, log_i)

    def _with_companions(
        self,
        q: FloatArray,
        log_i: FloatArray,
        label: npt.NDArray[np.int64],
        rng: np.random.Generator,
    ) -> tuple[FloatArray, FloatArray]:
        """Add a second grain of the same phase to some patterns, another phase to others."""
        ranges, count = self.ranges, len(label)
        draw = rng.random(count)
        is_grain = draw < ranges.second_grain_share
        is_phase = ~is_grain & (draw < ranges.second_grain_share + ranges.second_phase_share)
        other_label = np.where(is_grain, label, self._labels(count, rng))
        q_2, log_2 = self._crystal(self._entries(other_label, rng), rng)
        weight = np.where(
            is_grain,
            _log_uniform(rng, ranges.second_grain_weight, count),
            _log_uniform(rng, ranges.second_phase_weight, count),
        )
        log_2 = np.where((is_grain | is_phase)[:, None], log_2 + np.log(weight)[:, None], _ABSENT)
        return np.concatenate([q, q_2], axis=1), np.concatenate([log_i, log_2], axis=1)

    # ---- the microscope --------------------------------------------------------------------

    def _geometry(
        self, label: npt.NDArray[np.int64], rng: np.random.Generator
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return distortions (b, 2, 2), the stated scale over the true one, and its uncertainty."""
        ranges, count = self.ranges, len(label)
        strong = rng.random(count) < ranges.strong_ellipse_share
        amplitude = np.where(
            strong, rng.uniform(*ranges.strong_ellipse, count), rng.uniform(*ranges.ellipse, count)
        )
        azimuth = rng.uniform(0, np.pi, count)
        # an axis ratio of 1 + a is ± a/2 about the mean
        stretch, shear = amplitude / 2 * np.cos(2 * azimuth), amplitude / 2 * np.sin(2 * azimuth)
        size = 1 + rng.normal(0, ranges.lattice_sigma, count)
        affine = np.empty((count, 2, 2))
        affine[:, 0, 0], affine[:, 1, 1] = size * (1 + stretch), size * (1 - stretch)
        affine[:, 0, 1] = affine[:, 1, 0] = size * shear
        sigma = self._sigmas(count, rng)
        believed = np.exp(rng.normal(0, 1, count) * np.where(np.isfinite(sigma), sigma, 0))
        return affine, np.where(np.isfinite(sigma), believed, np.nan), sigma

    def _sigmas(self, count: int, rng: np.random.Generator) -> FloatArray:
        if self.scale == "unknown":
            return np.full(count, np.inf)
        if self.scale != "mixed":
            return np.full(count, float(self.scale))
        sigma = rng.choice(np.array(self.ranges.scale_sigmas), size=count)
        return np.where(rng.random(count) < self.ranges.unknown_scale_share, np.inf, sigma)

    # ---- the detector ----------------------------------------------------------------------

    def _detected(
        self,
        q: FloatArray,
        log_i: FloatArray,
        label: npt.NDArray[np.int64],
        believed: FloatArray,
        sigma: FloatArray,
        rng: np.random.Generator,
    ) -> SpotBatch:
        ranges, count = self.ranges, len(label)
        edge = rng.uniform(*ranges.q_max, count)
        scatter = rng.uniform(*ranges.intensity_log_sigma, count)[:, None]
        log_i = log_i + scatter * rng.normal(size=log_i.shape)
        radius = np.hypot(q[..., 0], q[..., 1])
        log_i = np.where((radius < edge[:, None]) & (log_i > _ABSENT / 2), log_i, _ABSENT)
        q, log_i = self._with_spurious(q, log_i, edge, rng)
        radius = np.hypot(q[..., 0], q[..., 1])
        log_i = log_i - log_i.max(axis=1, keepdims=True)
        present = log_i > -_threshold(radius, ranges, rng)
        present &= ~_behind_stop(q, ranges.beam_stop_share, rng)
        present &= radius > rng.uniform(0.02, 0.09, count)[:, None]
        present &= rng.random(log_i.shape) > rng.uniform(*ranges.missing_share, count)[:, None]
        present &= ~_hidden_by_brighter(q, log_i, present)
        q = q + rng.uniform(*ranges.position_sigma, count)[:, None, None] * rng.normal(size=q.shape)
        q = q + rng.uniform(*ranges.center_sigma, count)[:, None, None] * rng.normal(
            size=(count, 1, 2)
        )
        log_i = _recorded(log_i, ranges, rng)
        return SpotBatch(
            q, log_i, present, label, believed, sigma, edge * rng.uniform(1, 1.35, count)
        )

    def _with_spurious(
        self, q: FloatArray, log_i: FloatArray, edge: FloatArray, rng: np.random.Generator
    ) -> tuple[FloatArray, FloatArray]:
        """Add foreign spots: dust, another grain's, detector defects."""
        count, most = len(q), int(self.ranges.spurious_count[1])
        number = np.floor(rng.uniform(*self.ranges.spurious_count, count) * rng.random(count))
        radius = edge[:, None] * np.sqrt(rng.random((count, most)))
        azimuth = rng.uniform(0, 2 * np.pi, (count, most))
        extra = np.stack([radius * np.cos(azimuth), radius * np.sin(azimuth)], axis=2)
        brightness = log_i.max(axis=1, keepdims=True) - rng.uniform(1, 6, (count, most))
        brightness = np.where(np.arange(most)[None] < number[:, None], brightness, _ABSENT)
        return np.concatenate([q, extra], axis=1), np.concatenate([log_i, brightness], axis=1)


def _log_uniform(rng: np.random.Generator, bounds: Range, count: int) -> FloatArray:
    return np.exp(rng.uniform(np.log(bounds[0]), np.log(bounds[1]), count))


def _turned(q: FloatArray, angle: FloatArray) -> FloatArray:
    cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]
    return np.stack(
        [cosine * q[..., 0] - sine * q[..., 1], sine * q[..., 0] + cosine * q[..., 1]], axis=2
    )


def _normalised(log_i: FloatArray) -> FloatArray:
    return np.maximum(log_i - log_i.max(axis=1, keepdims=True), _ABSENT)


def _threshold(radius: FloatArray, ranges: SpotRanges, rng: np.random.Generator) -> FloatArray:
    """Return how far below the brightest spot (natural logarithm) one is still found (b, n).

    The diffuse background is highest near the beam and drowns weak spots there.
    """
    count = len(radius)
    depth = rng.uniform(*ranges.dynamic_range, count)[:, None]
    glare = rng.uniform(0, 2.5, count)[:, None]
    reach = rng.uniform(0.1, 0.4, count)[:, None]
    return np.maximum(depth - glare * np.exp(-radius / reach), 1.0)


def _behind_stop(q: FloatArray, share: float, rng: np.random.Generator) -> BoolArray:
    """Tell which spots lie behind a needle from the border to just past the beam."""
    count = len(q)
    azimuth = rng.uniform(0, 2 * np.pi, count)[:, None]
    along = q[..., 0] * np.cos(azimuth) + q[..., 1] * np.sin(azimuth)
    across = -q[..., 0] * np.sin(azimuth) + q[..., 1] * np.cos(azimuth)
    half_width = rng.uniform(0.02, 0.09, count)[:, None]
    tip = -rng.uniform(0.0, 0.08, count)[:, None]
    hidden = (along > tip) & (np.abs(across) < half_width)
    return hidden & (rng.random(count) < share)[:, None]


def _hidden_by_brighter(q: FloatArray, log_i: FloatArray, present: BoolArray) -> BoolArray:
    """Tell which spots melt into a brighter one: those in the same cell of 0.02 1/Å."""
    cell = np.floor(q / 0.02).astype(np.int64) + 4096
    pattern = np.arange(len(q))[:, None]
    key = ((pattern << 26) + (cell[..., 0] << 13) + cell[..., 1]).ravel()
    brightness = np.where(present, log_i, _ABSENT).ravel()
    order = np.lexsort((-brightness, key))
    melted = np.zeros(len(key), dtype=bool)
    melted[order[1:]] = key[order[1:]] == key[order[:-1]]
    return melted.reshape(present.shape)


def _recorded(log_i: FloatArray, ranges: SpotRanges, rng: np.random.Generator) -> FloatArray:
    """Return what the detector and the export make of the intensities: clipping and a power."""
    count = len(log_i)
    level = np.log(_log_uniform(rng, ranges.saturation, count))
    level = np.where(rng.random(count) < ranges.saturation_share, level, 0.0)
    clipped = np.minimum(log_i, level[:, None]) - level[:, None]
    return clipped * rng.uniform(*ranges.intensity_power, count)[:, None]
