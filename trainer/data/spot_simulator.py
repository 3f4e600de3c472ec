"""The spot simulator: computed reflections become lists of spots as a detector would find them.

Everything is drawn for every pattern and vectorised over a batch. Positions come out
in 1/Å on the *true* scale, distorted; what the microscopist believes the scale to be is another
number of the batch. The image simulator draws the same spots as an image.
"""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray, IntArray
from trainer.data.ranges import SpotRanges
from trainer.data.reflection_library import ReflectionLibrary
from trainer.data.sample_rng import SampleRng

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
    label: IntArray
    believed_scale: FloatArray
    scale_sigma: FloatArray
    edge_q: FloatArray

    def __len__(self) -> int:
        return len(self.label)


@dataclass(frozen=True, eq=False)
class SpotSimulator:
    """Draws batches of spot lists from a library.

    Parameters
    ----------
    library
        Computed reflections.
    ranges
        What is drawn from.
    class_shares
        Share of each label in the patterns drawn; equal where None.
    scale
        "mixed" draws the stated scale's uncertainty; a number fixes it; "unknown" states none.
    """

    library: ReflectionLibrary
    ranges: SpotRanges
    class_shares: FloatArray | None = None
    scale: str | float = "mixed"

    def draw(self, sample_rng: SampleRng) -> SpotBatch:
        """Return one pattern per stream."""
        label = self._labels(sample_rng)
        entry = self._entries(label, sample_rng)
        q, log_i = self._crystal(entry, sample_rng)
        q, log_i = self._with_companions(q, log_i, label, sample_rng)
        affine, believed, sigma = self._geometry(sample_rng)
        q = np.einsum("bij,bnj->bni", affine, q)
        return self._detected(q, log_i, label, believed, sigma, sample_rng)

    # ---- the crystal -----------------------------------------------------------------------

    def _labels(self, sample_rng: SampleRng) -> IntArray:
        names = np.unique(self.library.label)
        if self.class_shares is None:
            return names[sample_rng.choice(np.ones(len(names)))]
        return sample_rng.choice(self.class_shares)

    def _entries(self, label: IntArray, sample_rng: SampleRng) -> IntArray:
        start = np.searchsorted(self.library.label, label, side="left")
        stop = np.searchsorted(self.library.label, label, side="right")
        return start + np.floor(sample_rng.random() * (stop - start)).astype(np.int64)

    def _crystal(self, entry: IntArray, sample_rng: SampleRng) -> tuple[FloatArray, FloatArray]:
        """Return one crystal's pattern per entry, turned and mirrored at random."""
        dynamical = self._dynamical(entry, sample_rng)
        width = sample_rng.log_uniform(*self.ranges.relrod)[:, None]
        rocking = 2 * np.log(np.maximum(np.abs(self.library.excitation_error[entry]) / width, 1e-6))
        kinematical = self.library.log_kinematical[entry] - np.logaddexp(0, rocking)
        kinematical = np.where(self.library.log_kinematical[entry] <= -15.9, _ABSENT, kinematical)
        is_kinematical = sample_rng.random() < self.ranges.kinematical_share
        log_i = np.where(is_kinematical[:, None], kinematical, dynamical)
        q = self.library.q_xy[entry].astype(np.float64)
        mirror = sample_rng.random() < 0.5
        q[..., 0] = np.where(mirror[:, None], -q[..., 0], q[..., 0])
        return rotate_spots(q, sample_rng.uniform(0, 2 * np.pi)), _normalised(log_i)

    def _dynamical(self, entry: IntArray, sample_rng: SampleRng) -> FloatArray:
        """Return Bloch-wave log intensities at a random thickness, some averaged over a wedge."""
        n = self.library.n_thicknesses
        position = sample_rng.uniform(0, n - 1)
        lower = np.minimum(position.astype(int), n - 2)
        part = (position - lower)[:, None]
        table = self.library.log_dynamical[entry]
        rows = np.arange(len(entry))
        sharp = (1 - part) * table[rows, :, lower] + part * table[rows, :, lower + 1]
        wedge = np.logaddexp(table[rows, :, lower], table[rows, :, lower + 1])
        wedge = np.logaddexp(wedge, table[rows, :, np.minimum(lower + 2, n - 1)])
        bent = sample_rng.random() < self.ranges.bend_share
        log_i = np.where(bent[:, None], wedge, sharp)
        return np.where(table.max(axis=2) <= -15.9, _ABSENT, log_i)

    def _with_companions(
        self, q: FloatArray, log_i: FloatArray, label: IntArray, sample_rng: SampleRng
    ) -> tuple[FloatArray, FloatArray]:
        """Add a second grain of the same phase to some patterns, another phase to others."""
        ranges = self.ranges
        draw = sample_rng.random()
        is_grain = draw < ranges.second_grain_share
        is_phase = ~is_grain & (draw < ranges.second_grain_share + ranges.second_phase_share)
        other_label = np.where(is_grain, label, self._labels(sample_rng))
        q_2, log_2 = self._crystal(self._entries(other_label, sample_rng), sample_rng)
        weight = np.where(
            is_grain,
            sample_rng.log_uniform(*ranges.second_grain_weight),
            sample_rng.log_uniform(*ranges.second_phase_weight),
        )
        log_2 = np.where((is_grain | is_phase)[:, None], log_2 + np.log(weight)[:, None], _ABSENT)
        return np.concatenate([q, q_2], axis=1), np.concatenate([log_i, log_2], axis=1)

    # ---- the microscope --------------------------------------------------------------------

    def _geometry(self, sample_rng: SampleRng) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return distortions (b, 2, 2), the stated scale over the true one, its uncertainty."""
        ranges = self.ranges
        strong = sample_rng.random() < ranges.strong_ellipse_share
        amplitude = np.where(
            strong, sample_rng.uniform(*ranges.strong_ellipse), sample_rng.uniform(*ranges.ellipse)
        )
        azimuth = sample_rng.uniform(0, np.pi)
        # an axis ratio of 1 + a is ± a/2 about the mean
        stretch, shear = amplitude / 2 * np.cos(2 * azimuth), amplitude / 2 * np.sin(2 * azimuth)
        size = 1 + ranges.lattice_sigma * sample_rng.normal()
        affine = np.empty((len(sample_rng), 2, 2))
        affine[:, 0, 0], affine[:, 1, 1] = size * (1 + stretch), size * (1 - stretch)
        affine[:, 0, 1] = affine[:, 1, 0] = size * shear
        return affine, *drawn_scales(ranges, self.scale, sample_rng)

    # ---- the detector ----------------------------------------------------------------------

    def _detected(
        self,
        q: FloatArray,
        log_i: FloatArray,
        label: IntArray,
        believed: FloatArray,
        sigma: FloatArray,
        sample_rng: SampleRng,
    ) -> SpotBatch:
        ranges = self.ranges
        edge = sample_rng.uniform(*ranges.q_max)
        n = log_i.shape[1]
        log_i = log_i + sample_rng.uniform(*ranges.intensity_log_sigma)[
            :, None
        ] * sample_rng.normal(n)
        radius = np.hypot(q[..., 0], q[..., 1])
        log_i = np.where((radius < edge[:, None]) & (log_i > _ABSENT / 2), log_i, _ABSENT)
        q, log_i = self._with_spurious(q, log_i, edge, sample_rng)
        n = log_i.shape[1]
        radius = np.hypot(q[..., 0], q[..., 1])
        log_i = log_i - log_i.max(axis=1, keepdims=True)
        present = log_i > -_threshold(radius, ranges, sample_rng)
        present &= ~_behind_stop(q, ranges.beam_stop_share, sample_rng)
        present &= radius > sample_rng.uniform(0.02, 0.09)[:, None]
        present &= sample_rng.random(n) > sample_rng.uniform(*ranges.missing_share)[:, None]
        present &= ~_hidden_by_brighter(q, log_i, present)
        jitter = sample_rng.uniform(*ranges.position_sigma)[:, None, None] * sample_rng.normal(n, 2)
        shift = sample_rng.uniform(*ranges.center_sigma)[:, None, None] * sample_rng.normal(1, 2)
        log_i = _recorded(log_i, ranges, sample_rng)
        # the image reaches somewhat farther than the spots
        reach = edge * sample_rng.uniform(1, 1.35)
        return SpotBatch(q + jitter + shift, log_i, present, label, believed, sigma, reach)

    def _with_spurious(
        self, q: FloatArray, log_i: FloatArray, edge: FloatArray, sample_rng: SampleRng
    ) -> tuple[FloatArray, FloatArray]:
        """Add foreign spots: dust, another grain's, detector defects."""
        most = int(self.ranges.spurious_count[1])
        if most == 0:
            return q, log_i
        number = np.floor(sample_rng.uniform(*self.ranges.spurious_count) * sample_rng.random())
        radius = edge[:, None] * np.sqrt(sample_rng.random(most))
        azimuth = sample_rng.uniform(0, 2 * np.pi, most)
        extra = np.stack([radius * np.cos(azimuth), radius * np.sin(azimuth)], axis=2)
        brightness = log_i.max(axis=1, keepdims=True) - sample_rng.uniform(1, 6, most)
        brightness = np.where(np.arange(most)[None] < number[:, None], brightness, _ABSENT)
        return np.concatenate([q, extra], axis=1), np.concatenate([log_i, brightness], axis=1)


def drawn_scales(
    ranges: SpotRanges, scale: str | float, sample_rng: SampleRng
) -> tuple[FloatArray, FloatArray]:
    """Return the stated scale over the true one (b,), NaN where none is, and its uncertainty (b,).

    Parameters
    ----------
    ranges
        Uncertainties to draw from.
    scale
        "mixed", "unknown", or one uncertainty for all.
    sample_rng
        Random numbers.
    """
    sigma = _sigmas(ranges, scale, sample_rng)
    known = np.isfinite(sigma)
    believed = np.exp(sample_rng.normal() * np.where(known, sigma, 0))
    return np.where(known, believed, np.nan), sigma


def _sigmas(ranges: SpotRanges, scale: str | float, sample_rng: SampleRng) -> FloatArray:
    if scale == "unknown":
        return np.full(len(sample_rng), np.inf)
    if scale != "mixed":
        return np.full(len(sample_rng), float(scale))
    offered = np.array(ranges.scale_sigmas)
    sigma = offered[sample_rng.choice(np.ones(len(offered)))]
    return np.where(sample_rng.random() < ranges.unknown_scale_share, np.inf, sigma)


def rotate_spots(q: FloatArray, angle: FloatArray) -> FloatArray:
    """Return positions (b, n, 2) turned by an angle (b,) each."""
    cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]
    return np.stack(
        [cosine * q[..., 0] - sine * q[..., 1], sine * q[..., 0] + cosine * q[..., 1]], axis=2
    )


def _normalised(log_i: FloatArray) -> FloatArray:
    return np.maximum(log_i - log_i.max(axis=1, keepdims=True), _ABSENT)


def _threshold(radius: FloatArray, ranges: SpotRanges, sample_rng: SampleRng) -> FloatArray:
    """Return how far below the brightest spot (natural logarithm) one is still found (b, n).

    The diffuse background is highest near the beam and drowns weak spots there.
    """
    depth = sample_rng.uniform(*ranges.dynamic_range)[:, None]
    glare = sample_rng.uniform(0, 2.5)[:, None]
    reach = sample_rng.uniform(0.1, 0.4)[:, None]
    return np.maximum(depth - glare * np.exp(-radius / reach), 1.0)


def _behind_stop(q: FloatArray, share: float, sample_rng: SampleRng) -> BoolArray:
    """Tell which spots lie behind a needle from the border to just past the beam."""
    azimuth = sample_rng.uniform(0, 2 * np.pi)[:, None]
    along = q[..., 0] * np.cos(azimuth) + q[..., 1] * np.sin(azimuth)
    across = -q[..., 0] * np.sin(azimuth) + q[..., 1] * np.cos(azimuth)
    half_width = sample_rng.uniform(0.02, 0.09)[:, None]
    tip = -sample_rng.uniform(0.0, 0.08)[:, None]
    hidden = (along > tip) & (np.abs(across) < half_width)
    return hidden & (sample_rng.random() < share)[:, None]


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


def _recorded(log_i: FloatArray, ranges: SpotRanges, sample_rng: SampleRng) -> FloatArray:
    """Return what the detector and the export make of the intensities: clipping and a power."""
    level = np.log(sample_rng.log_uniform(*ranges.saturation))
    level = np.where(sample_rng.random() < ranges.saturation_share, level, 0.0)
    clipped = np.minimum(log_i, level[:, None]) - level[:, None]
    return clipped * sample_rng.uniform(*ranges.intensity_power)[:, None]
