"""Likelihood of the measured spots under computed patterns.

A generative model of the spot list. A reflection's intensity scatters about the computed one, the
more the weaker that is, for multiple scattering, thickness and bending change weak reflections
most; where it is above the detection limit the reflection is found, near its computed place; a
spot that belongs to no reflection fell there by chance. The logarithm is taken relative to "all
spots fell there by chance", so zero means that the candidate explains nothing. Counting matches
alone lets dense lattices explain everything; charging for what should be seen and is not is what
keeps them honest.
"""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray, IntArray
from saed_desktop.indexing.solving.fitting.prediction import PredictedReflections
from saed_desktop.indexing.solving.observation import Observation

DETECTION = 0.93
"""Probability that even the brightest reflection is found."""

TEMPER = 0.2
"""Exponent on the likelihood where it meets priors and other phases' likelihoods: the errors within
one pattern are not independent, so the product over spots claims too much."""

LOG_INTENSITY_SIGMA = 0.8
"""Scatter of the logarithm of the brightest reflection's intensity about the compressed kinematical
one."""

SIGMA_OF_WEAK = 0.4
"""Further scatter for each unit that the computed logarithm is below the brightest's: multiple
scattering gives what is kinematically weak its intensity. Fitted on pictures by Bloch waves
through the second camera (docs/experiments)."""

LARGEST_INTENSITY_SIGMA = 2.0
"""Of that scatter: what has no intensity at all is not seen at random."""

SLOPE_SIGMA = 0.3
"""Standard deviation of a pattern's own compression from the usual one, as a factor."""


@dataclass(frozen=True)
class MatchTolerance:
    """Standard deviations of a spot's distance from its reflection.

    Parameters
    ----------
    relative
        Relative to the distance from the beam; one, or one for each orientation (b,).
    px
        In pixels, regardless of that distance.
    """

    relative: float | FloatArray
    px: float

    def sigma_px(self, radius_px: FloatArray, row: IntArray | None = None) -> FloatArray:
        """Return the standard deviations (k,) at distances (k,), in orientations (k,)."""
        of_row = self.relative[row] if isinstance(self.relative, np.ndarray) else self.relative
        return np.asarray(np.sqrt(self.px**2 + (of_row * radius_px) ** 2))


FINAL = MatchTolerance(0.004, 0.8)
"""Of a refined orientation."""


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
    tolerance: MatchTolerance,
    phases: int = 1,
) -> SpotLikelihood:
    """Return the log likelihood of the spots under each orientation of a batch.

    Parameters
    ----------
    observation
        The spots.
    predicted
        What would be seen.
    tolerance
        How far spots may be from reflections.
    phases
        Number of phases whose orientations they are.
    """
    row, count = predicted.row, predicted.count
    spot, distance = observation.nearest_spot(predicted.xy_px, batches=phases)
    # x and y apart: an axis of two is slow to sum over
    radius = np.sqrt(predicted.xy_px[:, 0] ** 2 + predicted.xy_px[:, 1] ** 2)
    sigma = tolerance.sigma_px(radius, row)
    close = np.flatnonzero(distance < 3 * sigma)
    row_close, spot_close = row[close], spot[close]
    observed = observation.log_intensity[spot_close]
    offset, slope = _brightness_fit(row_close, predicted.log_intensity[close], observed, count)
    computed = slope[row] * predicted.log_intensity + offset[row]
    intercept, steepness = observation.detection_limit
    limit = intercept + steepness * radius / observation.reach_px
    width = LOG_INTENSITY_SIGMA - SIGMA_OF_WEAK * np.minimum(predicted.log_intensity, 0)
    width = np.minimum(width, LARGEST_INTENSITY_SIGMA)
    visible = DETECTION * _share_below((computed - limit) / width)
    # NumPy's logarithm is several times as fast as its log1p
    miss = np.log(1 - visible)
    gain = _gain_of_matches(
        observation,
        distance[close],
        sigma[close],
        (observed - computed[close]) / width[close],
        width[close],
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
    weight = 1 / LOG_INTENSITY_SIGMA**2
    steeper = (
        weight
        * np.bincount(row, weights=from_middle * rest, minlength=count)
        / (weight * np.bincount(row, weights=from_middle**2, minlength=count) + 1 / SLOPE_SIGMA**2)
    )
    slope = 1 + np.clip(steeper, -0.5, 0.6)
    return _medians(y - slope[row] * x, row, count), slope


_KEY_BITS = 31
"""Of a number's place and row, beside the 32 of its value, in a signed number of 64."""


def _sorted_in_rows(values: FloatArray, row: IntArray) -> IntArray:
    """Return the order (k,) by row, then value, then place."""
    place_bits = len(values).bit_length()
    if place_bits + int(row.max(initial=0)).bit_length() < _KEY_BITS:
        # one number of row, value in single precision, and place: NumPy sorts numbers with vector
        # instructions, ten times as fast as it finds the order of some
        bits = values.astype(np.float32).view(np.int32).astype(np.int64)
        rising = np.where(bits < 0, -1 - (bits & 0x7FFFFFFF), bits)
        key = (row << 32) + rising
        key = (key << place_bits) + np.arange(len(values))
        key.sort()
        return key & ((1 << place_bits) - 1)
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


def _share_below(deviation: FloatArray) -> FloatArray:
    """Return the cumulative distribution of Student's t with two degrees of freedom."""
    return np.asarray(0.5 + 0.5 * deviation / np.sqrt(2 + deviation**2))


def _gain_of_matches(
    observation: Observation,
    distance: FloatArray,
    sigma: FloatArray,
    brightness_error: FloatArray,
    width: FloatArray,
) -> FloatArray:
    """Return what matches (k,) add to the log likelihood, relative to chance.

    That a match is seen is no separate evidence: it is as bright as it is, and above the limit.
    """
    place = -0.5 * (distance / sigma) ** 2 - np.log(2 * np.pi * sigma**2)
    # Student's t with two degrees of freedom: one absurd intensity must not sink a right answer
    brightness = -1.5 * np.log1p(brightness_error**2 / 2) - np.log(np.sqrt(8) * width)
    chance = np.log(observation.clutter_per_px2) - np.log(2.5 * observation.brightness_spread)
    return np.asarray(np.log(DETECTION) + place + brightness - chance)


def _claims(key: IntArray, gain: FloatArray) -> BoolArray:
    """Tell which reflection (k,) gains most of those with the same key, the first of equals."""
    size = int(key.max(initial=-1)) + 1
    most = np.full(size, -np.inf)
    np.maximum.at(most, key, gain)
    best = np.flatnonzero(gain == most[key])
    # assigned backwards, so that the first stays
    holder = np.zeros(size, dtype=np.int64)
    holder[key[best[::-1]]] = best[::-1]
    winner = np.zeros(len(key), dtype=bool)
    winner[best] = holder[key[best]] == best
    return winner
