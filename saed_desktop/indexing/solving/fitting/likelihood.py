"""Likelihood of the measured spots under computed patterns.

A generative model of the spot list. A reflection is seen with a probability that rises with its
computed intensity; a seen one lies near its computed place and is about as bright as computed; a
spot that belongs to no reflection fell there by chance. The logarithm is taken relative to "all
spots fell there by chance", so zero means that the candidate explains nothing. Counting matches
alone lets dense lattices explain everything; charging for what should be seen and is not is what
keeps them honest.
"""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray, IntArray
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.indexing.solving.phase_table import PhaseTable
from saed_desktop.simulation.kinematical import excitation_errors


@dataclass(frozen=True)
class LikelihoodOptions:
    """Constants of the model.

    Parameters
    ----------
    relrod
        Half width of a reflection along the beam, 1/Å.
    max_excitation_error
        Reflections farther from the Ewald sphere are not expected, 1/Å.
    compression
        Exponent on kinematical intensities: dynamical scattering evens them out.
    log_intensity_sigma
        Scatter of the logarithm of an intensity about the compressed kinematical one.
    slope_sigma
        How far a pattern's own compression may be from the usual one, as a factor.
    visibility_width
        Width of the transition from unseen to seen, in log intensity.
    detection
        Probability that even the brightest reflection is found.
    temper
        Exponent on the likelihood where it meets priors and other phases' likelihoods: the errors
        within one pattern are not independent, so the product over spots claims too much.
    forbidden_log_strength
        Log intensity, before compression, of reflections that only double diffraction shows.
    """

    relrod: float = 0.008
    max_excitation_error: float = 0.022
    compression: float = 0.65
    log_intensity_sigma: float = 1.1
    slope_sigma: float = 0.3
    visibility_width: float = 0.7
    detection: float = 0.93
    temper: float = 0.2
    forbidden_log_strength: float = -4.5


DEFAULT_LIKELIHOOD = LikelihoodOptions()

_CACHED_NUMBERS = 250_000
"""Single-precision numbers that a processor keeps near at hand: 1 MB."""


@dataclass(frozen=True, eq=False)
class PredictedReflections:
    """The reflections that a batch of orientations would show, one after the other.

    Parameters
    ----------
    count
        Number of orientations.
    row
        Orientation of each reflection (k,), rising.
    index
        Its point of the table (k,).
    xy_px
        Offsets from the beam (k, 2).
    log_intensity
        Computed log intensities (k,), compressed.
    """

    count: int
    row: IntArray
    index: IntArray
    xy_px: FloatArray
    log_intensity: FloatArray

    def entries(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """Return which reflections belong to some orientations (b,), and the new row of each."""
        start = np.searchsorted(self.row, rows)
        stop = np.searchsorted(self.row, rows, side="right")
        chosen = [np.arange(a, b) for a, b in zip(start, stop, strict=True)]
        none = np.zeros(0, dtype=np.int64)
        return np.concatenate([none, *chosen]), np.repeat(np.arange(len(rows)), stop - start)

    def of(self, chosen: IntArray, row: IntArray, count: int) -> "PredictedReflections":
        """Return some of the reflections, with new rows, from `entries`."""
        return PredictedReflections(
            count, row, self.index[chosen], self.xy_px[chosen], self.log_intensity[chosen]
        )


def predict_reflections(
    table: PhaseTable,
    observation: Observation,
    orientation: FloatArray,
    scale: FloatArray,
    *,
    affine: FloatArray,
    shift_px: FloatArray,
    unexcited_forbidden: BoolArray | None = None,
    options: LikelihoodOptions = DEFAULT_LIKELIHOOD,
) -> PredictedReflections:
    """Return what orientations (b, 3, 3) of a phase would show on the detector.

    Parameters
    ----------
    table
        The phase.
    observation
        For the field of view and the energy.
    orientation
        Rotations (b, 3, 3).
    scale
        1/Å per pixel (b,).
    affine
        Distortion (b, 2, 2) of the pattern, applied to ideal offsets.
    shift_px
        Displacement (b, 2) of the beam.
    unexcited_forbidden
        Points of the table (b, n) that cannot be seen, from `find_unexcited_forbidden`.
    options
        Constants.
    """
    wavelength = wavelength_angstrom(observation.energy_kev)
    row, point = _near_sphere(table, observation, orientation, scale, wavelength, options)
    lab = np.einsum("kij,kj->ki", orientation[row], table.points.g[point])
    s = excitation_errors(lab, wavelength)
    xy = np.einsum("kij,kj->ki", (affine / scale[:, None, None])[row], lab[:, :2]) + shift_px[row]
    in_view = np.abs(s) <= options.max_excitation_error
    in_view &= np.hypot(xy[:, 0], xy[:, 1]) <= observation.reach_px
    in_view &= observation.can_be_seen(xy)
    if unexcited_forbidden is not None:
        in_view &= ~unexcited_forbidden[row, point]
    row, point, s = row[in_view], point[in_view], s[in_view]
    strength = np.where(
        table.points.absent[point], options.forbidden_log_strength, table.log_strength[point]
    )
    log_intensity = options.compression * (strength - np.log1p((s / options.relrod) ** 2))
    return PredictedReflections(len(orientation), row, point, xy[in_view], log_intensity)


def find_unexcited_forbidden(
    table: PhaseTable, observation: Observation, predicted: PredictedReflections
) -> BoolArray | None:
    """Return which forbidden points double diffraction cannot show; None where none is forbidden.

    It shows a forbidden reflection only where two allowed ones of the same zone add up to it:
    000l, l odd, of an hcp metal along ⟨11-20⟩, but not along ⟨10-10⟩; 200 of silicon along
    ⟨110⟩, but not along ⟨100⟩.

    Parameters
    ----------
    table
        The phase.
    observation
        For the field of view.
    predicted
        What the orientations would show.

    Returns
    -------
    unexcited_forbidden
        For each orientation and point of the table (b, n).
    """
    points = table.points
    absent = np.flatnonzero(points.absent)
    if len(absent) == 0:
        return None
    # near the beam all reflections are of one zone
    near = np.hypot(*predicted.xy_px.T) < 0.7 * observation.reach_px
    near &= ~points.absent[predicted.index]
    code = points.hkl @ np.array([1_000_000, 1_000, 1])
    unexcited_forbidden = np.zeros((predicted.count, len(points.hkl)), dtype=bool)
    for row in range(predicted.count):
        shown = code[predicted.index[near & (predicted.row == row)]]
        sums = (shown[:, None] + shown[None, :]).ravel()
        unexcited_forbidden[row, absent] = ~np.isin(code[absent], sums)
    return unexcited_forbidden


def _near_sphere(
    table: PhaseTable,
    observation: Observation,
    orientation: FloatArray,
    scale: FloatArray,
    wavelength: float,
    options: LikelihoodOptions,
) -> tuple[IntArray, IntArray]:
    """Return the orientation and the point of all that lies near the Ewald sphere (k,)."""
    length = table.points.length
    reach = 1.03 * observation.reach_px * scale
    # lengths rise: all points before `inner` are within every orientation's reach
    inner, stop = np.searchsorted(length, [reach.min(), reach.max()])
    g = table.points.g[:stop].T.astype(np.float32, order="C")
    curve = np.float32(0.5 * wavelength) * (length[:stop] ** 2).astype(np.float32)
    beam = orientation[:, 2, :].astype(np.float32)
    rows, points = [], []
    # a few orientations at a time: what stays in the processor's cache is passed over quickly
    step = max(1, _CACHED_NUMBERS // max(int(stop), 1))
    for start in range(0, len(orientation), step):
        # not as a matrix product: three terms are not worth the threads that a linear-algebra
        # library starts for it, which then wait at the processor's expense
        height = np.einsum("bi,in->bn", beam[start : start + step], g)
        height += curve
        near = np.abs(height, out=height) < 1.1 * options.max_excitation_error
        near[:, inner:] &= length[None, inner:stop] <= reach[start : start + step, None]
        row, point = np.divmod(np.flatnonzero(near), max(int(stop), 1))
        rows.append(row + start)
        points.append(point)
    return np.concatenate(rows), np.concatenate(points)


@dataclass(frozen=True, eq=False)
class SpotLikelihood:
    """The likelihood of each orientation of a batch.

    Parameters
    ----------
    log_likelihood
        Relative to chance (b,).
    visible
        Probability of being seen (k,) of each reflection.
    spot
        Spot on each reflection (k,), -1 where there is none.
    distance_px
        Distance to it (k,).
    """

    log_likelihood: FloatArray
    visible: FloatArray
    spot: IntArray
    distance_px: FloatArray

    def of(self, chosen: IntArray, rows: IntArray) -> "SpotLikelihood":
        """Return the likelihood of some orientations, from `PredictedReflections.entries`."""
        return SpotLikelihood(
            self.log_likelihood[rows],
            self.visible[chosen],
            self.spot[chosen],
            self.distance_px[chosen],
        )


def evaluate_likelihood(
    observation: Observation,
    predicted: PredictedReflections,
    *,
    relative_sigma: float | FloatArray,
    sigma_px: float,
    options: LikelihoodOptions = DEFAULT_LIKELIHOOD,
) -> SpotLikelihood:
    """Return the log likelihood of the spots under each orientation of a batch.

    Parameters
    ----------
    observation
        The spots.
    predicted
        What would be seen.
    relative_sigma
        Standard deviation of a position relative to its distance from the beam; one or (b,).
    sigma_px
        Standard deviation of a position regardless of distance.
    options
        Constants.
    """
    row, count = predicted.row, predicted.count
    spot, distance = observation.nearest_spot(predicted.xy_px)
    radius = np.hypot(predicted.xy_px[:, 0], predicted.xy_px[:, 1])
    sigma = np.hypot(sigma_px, np.broadcast_to(relative_sigma, count)[row] * radius)
    close = np.flatnonzero(distance < 3 * sigma)
    row_close, spot_close = row[close], spot[close]
    observed = observation.log_intensity[spot_close]
    offset, slope = _brightness_fit(
        row_close, predicted.log_intensity[close], observed, count, options
    )
    computed = slope[row] * predicted.log_intensity + offset[row]
    intercept, steepness = observation.detection_limit
    limit = intercept + steepness * radius / observation.reach_px
    with np.errstate(over="ignore"):
        visible = options.detection / (1 + np.exp((limit - computed) / options.visibility_width))
    miss = np.log1p(-visible)
    gain = _gain_of_matches(
        observation,
        distance[close],
        sigma[close],
        observed - computed[close],
        visible[close],
        options,
    )
    # each spot is assigned to one reflection; a match less likely than a miss counts as a miss
    holds = _claims(row_close * len(observation) + spot_close, gain) & (gain > miss[close])
    held = close[holds]
    value = miss
    value[held] = gain[holds]
    claimed = np.full(len(row), -1, dtype=np.int64)
    claimed[held] = spot_close[holds]
    total = np.bincount(row, weights=value, minlength=count)
    return SpotLikelihood(np.asarray(total, np.float64), visible, claimed, distance)


def _brightness_fit(
    row: IntArray,
    computed: FloatArray,
    observed: FloatArray,
    count: int,
    options: LikelihoodOptions,
) -> tuple[FloatArray, FloatArray]:
    """Return offset and slope (b,) from computed to observed log intensities of the matches.

    The slope says how far dynamical scattering has evened the intensities out in this very
    pattern; a thin crystal's are nearly kinematical.
    """
    # bright reflections set the level: the faint ones are cut off by the detection limit
    order = _sorted_in_rows(-computed, row)
    row, x, y = row[order], computed[order], observed[order]
    number = np.bincount(row, minlength=count)
    rank = np.arange(len(row)) - (np.cumsum(number) - number)[row]
    keep = rank < np.maximum(3, (0.6 * number).astype(int))[row]
    row, x, y = row[keep], x[keep], y[keep]
    number = np.maximum(np.bincount(row, minlength=count), 1)
    from_middle = x - (np.bincount(row, weights=x, minlength=count) / number)[row]
    # one absurd intensity must not turn the line
    rest = np.clip(y - x - _medians(y - x, row, count)[row], -2, 2)
    weight = 1 / options.log_intensity_sigma**2
    steeper = (
        weight
        * np.bincount(row, weights=from_middle * rest, minlength=count)
        / (
            weight * np.bincount(row, weights=from_middle**2, minlength=count)
            + 1 / options.slope_sigma**2
        )
    )
    slope = 1 + np.clip(steeper, -0.5, 0.6)
    return _medians(y - slope[row] * x, row, count), slope


def _sorted_in_rows(values: FloatArray, row: IntArray) -> IntArray:
    """Return the order (k,) by row and then value; twice as quick as `lexsort`, and the same."""
    order = np.argsort(values, kind="stable")
    # small integers are sorted by their digits, in one go
    small = row.astype(np.uint16 if row.max(initial=0) < 65536 else np.int64)
    return np.asarray(order[np.argsort(small[order], kind="stable")], dtype=np.int64)


def _medians(values: FloatArray, row: IntArray, count: int) -> FloatArray:
    """Return the median (b,) of the values of each row, rows rising; 0 where there is none."""
    ordered = np.append(values[_sorted_in_rows(values, row)], 0.0)
    number = np.bincount(row, minlength=count)
    start = np.cumsum(number) - number
    low = start + np.maximum(number - 1, 0) // 2
    middle = (ordered[low] + ordered[start + number // 2]) / 2
    return np.where(number > 0, middle, 0.0)


def _gain_of_matches(
    observation: Observation,
    distance: FloatArray,
    sigma: FloatArray,
    brightness_error: FloatArray,
    visible: FloatArray,
    options: LikelihoodOptions,
) -> FloatArray:
    place = -0.5 * (distance / sigma) ** 2 - np.log(2 * np.pi * sigma**2)
    # a Student-like tail: one absurd intensity must not sink a right answer
    width = options.log_intensity_sigma
    brightness = -1.5 * np.log1p((brightness_error / width) ** 2 / 2) - np.log(2.7 * width)
    chance = np.log(observation.clutter_per_px2) - np.log(2.5 * observation.brightness_spread)
    return np.asarray(np.log(np.maximum(visible, 1e-6)) + place + brightness - chance)


def _claims(key: IntArray, gain: FloatArray) -> BoolArray:
    """Tell which reflection (k,) gains most of those with the same key."""
    order = np.lexsort((-gain, key))
    ordered = key[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    winner = np.zeros(len(order), dtype=bool)
    winner[order[first]] = True
    return winner
