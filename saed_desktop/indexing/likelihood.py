"""How likely the spots are, were a computed pattern the truth.

A generative model of the spot list. A reflection is seen with a probability that rises with its
computed intensity; a seen one lies near its computed place and is about as bright as computed; a
spot that belongs to no reflection fell there by chance. The logarithm is taken relative to "all
spots fell there by chance", so zero means that the candidate explains nothing. Counting matches
alone lets dense nets explain everything; charging for what should be seen and is not is what
keeps them honest.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saed_desktop.electron import wavelength_angstrom
from saed_desktop.indexing.observation import Observation
from saed_desktop.indexing.table import PhaseTable
from saed_desktop.simulation.kinematical import excitation_errors

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ModelOptions:
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


DEFAULT_OPTIONS = ModelOptions()


@dataclass(frozen=True, eq=False)
class Expectation:
    """What a batch of orientations would show; arrays are (orientations, reflections).

    Parameters
    ----------
    index
        Points of the table (orientations, reflections); rows are filled up with -1.
    xy_px
        Offsets from the beam (orientations, reflections, 2).
    log_intensity
        Computed log intensities, compressed; -inf where not excited or not in view.
    in_view
        Whether the place can be seen.
    """

    index: IntArray
    xy_px: FloatArray
    log_intensity: FloatArray
    in_view: BoolArray


def expect(
    table: PhaseTable,
    observation: Observation,
    orientation: FloatArray,
    scale: FloatArray,
    *,
    affine: FloatArray | None = None,
    shift_px: FloatArray | None = None,
    dark: BoolArray | None = None,
    options: ModelOptions = DEFAULT_OPTIONS,
) -> Expectation:
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
        Distortion (2, 2) or (b, 2, 2) of the pattern, applied to ideal offsets; none where None.
    shift_px
        Displacement (2,) or (b, 2) of the beam.
    dark
        Points of the table (n,) that cannot be seen, from `dark_points`.
    options
        Constants.
    """
    wavelength = wavelength_angstrom(observation.energy_kev)
    index = _near_sphere(table, observation, orientation, scale, wavelength, options)
    present = index >= 0
    point = np.maximum(index, 0)
    lab = np.einsum("bij,bnj->bni", orientation, table.points.g[point])
    s = excitation_errors(lab, wavelength)
    xy = lab[..., :2] / scale[:, None, None]
    if affine is not None:
        xy = xy @ np.swapaxes(affine, -1, -2)
    if shift_px is not None:
        xy = xy + shift_px[..., None, :]
    strength = np.where(
        table.points.absent[point], options.forbidden_log_strength, table.log_strength[point]
    )
    log_intensity = options.compression * (strength - np.log1p((s / options.relrod) ** 2))
    in_view = present & (np.abs(s) <= options.max_excitation_error)
    if dark is not None:
        in_view &= ~dark[point]
    in_view &= np.hypot(xy[..., 0], xy[..., 1]) <= observation.reach_px
    in_view &= observation.can_be_seen(xy)
    return Expectation(index, xy, np.where(in_view, log_intensity, -np.inf), in_view)


def dark_points(table: PhaseTable, observation: Observation, expectation: Expectation) -> BoolArray:
    """Return which forbidden points (n,) double diffraction cannot show in an orientation.

    It shows a forbidden reflection only where two allowed ones of the same zone add up to it:
    000l, l odd, of an hcp metal along ⟨11-20⟩, but not along ⟨10-10⟩; 200 of silicon along
    ⟨110⟩, but not along ⟨100⟩.

    Parameters
    ----------
    table
        The phase.
    observation
        For the field of view.
    expectation
        What the orientation would show; a batch of one.
    """
    points = table.points
    shown = expectation.index[0, expectation.in_view[0]]
    radius = np.hypot(*expectation.xy_px[0, expectation.in_view[0]].T)
    # near the beam all reflections are of one zone
    shown = shown[(radius < 0.7 * observation.reach_px) & ~points.absent[shown]]
    code = points.hkl @ np.array([1_000_000, 1_000, 1])
    sums = (code[shown][:, None] + code[shown][None, :]).ravel()
    return np.asarray(points.absent & ~np.isin(code, sums))


def _near_sphere(
    table: PhaseTable,
    observation: Observation,
    orientation: FloatArray,
    scale: FloatArray,
    wavelength: float,
    options: ModelOptions,
) -> IntArray:
    """Return the points (b, m) near the Ewald sphere in each orientation, filled up with -1."""
    length = table.points.length
    stop = int(np.searchsorted(length, 1.03 * observation.reach_px * float(np.max(scale))))
    height = orientation[:, 2, :].astype(np.float32) @ table.points.g[:stop].T.astype(np.float32)
    height += np.float32(0.5 * wavelength) * (length[:stop] ** 2).astype(np.float32)
    near = np.abs(height) < 1.1 * options.max_excitation_error
    near &= length[None, :stop] <= 1.03 * observation.reach_px * scale[:, None]
    row, column = np.nonzero(near)
    count = near.sum(axis=1)
    index = np.full((len(orientation), max(int(count.max(initial=0)), 1)), -1, dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(count)[:-1]))
    index[row, np.arange(len(row)) - starts[row]] = column
    return index


@dataclass(frozen=True, eq=False)
class Judgement:
    """The likelihood of each orientation of a batch.

    Parameters
    ----------
    log_likelihood
        Relative to chance (b,).
    visible
        Probability of being seen (b, reflections).
    spot
        Spot on each reflection (b, reflections), -1 where there is none.
    distance_px
        Distance to it.
    """

    log_likelihood: FloatArray
    visible: FloatArray
    spot: IntArray
    distance_px: FloatArray


def judge(
    observation: Observation,
    expectation: Expectation,
    *,
    relative_sigma: float | FloatArray,
    sigma_px: float | FloatArray,
    options: ModelOptions = DEFAULT_OPTIONS,
) -> Judgement:
    """Return the log likelihood of the spots under each orientation of a batch.

    Parameters
    ----------
    observation
        The spots.
    expectation
        What would be seen.
    relative_sigma
        Standard deviation of a position relative to its distance from the beam; one or (b, 1).
    sigma_px
        Standard deviation of a position regardless of distance; one or (b, 1).
    options
        Constants.
    """
    spot, distance = observation.nearest_spot(expectation.xy_px)
    radius = np.hypot(expectation.xy_px[..., 0], expectation.xy_px[..., 1])
    sigma = np.hypot(sigma_px, relative_sigma * radius)
    close = expectation.in_view & (distance < 3 * sigma)
    observed = np.where(close, observation.log_intensity[np.maximum(spot, 0)], np.nan)
    offset, slope_of = _brightness_fit(observed, expectation.log_intensity, close, options)
    computed = slope_of[:, None] * expectation.log_intensity + offset[:, None]
    intercept, slope = observation.detection_limit
    limit = intercept + slope * radius / observation.reach_px
    with np.errstate(over="ignore", invalid="ignore"):
        visible = options.detection / (1 + np.exp(-(computed - limit) / options.visibility_width))
    visible = np.where(expectation.in_view, visible, 0.0)
    gain = _gain_of_matches(
        observation, np.where(close, distance, np.inf), sigma, observed - computed, visible, options
    )
    # a spot is claimed by one reflection only: the one that gains most from it
    claimed, gain = _claims(spot, gain, len(observation))
    # a match worse than a miss is a miss
    claimed &= gain > np.log1p(-visible)
    missed = np.where(expectation.in_view & ~claimed, np.log1p(-visible), 0.0)
    total = np.where(claimed, gain, 0.0).sum(axis=1) + missed.sum(axis=1)
    return Judgement(total, visible, np.where(claimed, spot, -1), distance)


def _brightness_fit(
    observed: FloatArray, computed: FloatArray, close: BoolArray, options: ModelOptions
) -> tuple[FloatArray, FloatArray]:
    """Return offset and slope (b,) from computed to observed log intensities of the matches.

    The slope says how far dynamical scattering has evened the intensities out in this very
    pattern; a thin crystal's are nearly kinematical.
    """
    # bright reflections set the level: the faint ones are cut off by the detection limit
    order = np.argsort(-np.where(close, computed, -np.inf), axis=1)
    count = close.sum(axis=1)
    keep = np.arange(close.shape[1])[None, :] < np.maximum(3, (0.6 * count).astype(int))[:, None]
    keep &= np.take_along_axis(close, order, axis=1)
    x = np.where(keep, np.take_along_axis(computed, order, axis=1), np.nan)
    y = np.where(keep, np.take_along_axis(observed, order, axis=1), np.nan)
    offset, slope = np.zeros(len(close)), np.ones(len(close))
    some = count > 0
    level = np.nanmedian(y[some] - x[some], axis=1)[:, None]
    from_middle = x[some] - np.nanmean(x[some], axis=1)[:, None]
    # one absurd intensity must not turn the line
    rest = np.clip(y[some] - x[some] - level, -2, 2)
    weight = 1 / options.log_intensity_sigma**2
    steeper = (
        weight
        * np.nansum(from_middle * rest, axis=1)
        / (weight * np.nansum(from_middle**2, axis=1) + 1 / options.slope_sigma**2)
    )
    slope[some] = 1 + np.clip(steeper, -0.5, 0.6)
    offset[some] = np.nanmedian(y[some] - slope[some, None] * x[some], axis=1)
    return offset, slope


def _gain_of_matches(
    observation: Observation,
    distance: FloatArray,
    sigma: FloatArray,
    brightness_error: FloatArray,
    visible: FloatArray,
    options: ModelOptions,
) -> FloatArray:
    place = -0.5 * (distance / sigma) ** 2 - np.log(2 * np.pi * sigma**2)
    # a Student-like tail: one absurd intensity must not sink a right answer
    width = options.log_intensity_sigma
    brightness = -1.5 * np.log1p((brightness_error / width) ** 2 / 2) - np.log(2.7 * width)
    spread = max(float(np.std(observation.log_intensity)), 1.0)
    chance = np.log(observation.clutter_per_px2) - np.log(2.5 * spread)
    with np.errstate(divide="ignore"):
        gain = np.log(np.maximum(visible, 1e-6)) + place + brightness - chance
    return np.where(np.isfinite(distance), gain, -np.inf)


def _claims(spot: IntArray, gain: FloatArray, n_spots: int) -> tuple[BoolArray, FloatArray]:
    """Give each spot to the reflection of most gain; returns who holds one, and the gains."""
    batch = np.arange(len(spot))[:, None]
    key = batch * (n_spots + 1) + np.where(np.isfinite(gain), spot, n_spots)
    flat_key, flat_gain = key.ravel(), gain.ravel()
    order = np.lexsort((-flat_gain, flat_key))
    first = np.ones(len(order), dtype=bool)
    first[1:] = flat_key[order][1:] != flat_key[order][:-1]
    winner = np.zeros(len(order), dtype=bool)
    winner[order[first]] = True
    claimed = winner.reshape(spot.shape) & np.isfinite(gain)
    return claimed, gain
