"""A candidate's fit as the tokens that the judge reads: how it fits, not which crystal it is.

Training and product build them here and nowhere else. One token for each reflection in view, one
for each spot that is left over, and numbers of the fit as a whole; none of them names the crystal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from saed_desktop.arrays import Float32Array, FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.setting import setting_of
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.indexing.deciding.unknown_crystal import (
    log_likelihood_lattice_only,
    nodes_in_view,
)
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.fitting.likelihood import (
    FINAL,
    LOG_INTENSITY_SIGMA,
    SLOPE_SIGMA,
    TEMPER,
)
from saed_desktop.indexing.solving.fitting.spot_model import COMPRESSION, RELROD
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.pattern.spot_lattice import SpotLattice
from saed_desktop.simulation.kinematical import excitation_errors

N_REFLECTIONS = 64
N_SPOTS = 32
"""More reflections and spots than these are left out, the least visible and the faintest."""

REFLECTION_FEATURES = (
    "radius", "q", "excitation", "rocking", "expected", "strength", "visible", "forbidden",
    "matched", "distance", "radial", "tangential", "observed", "misfit", "significance",
    "above limit", "mate matched", "present",
)  # fmt: skip
SPOT_FEATURES = (
    "radius", "intensity", "significance", "on lattice", "has partner", "weak", "twin",
    "to reflection", "off index", "present",
)  # fmt: skip
NUMBER_FEATURES = (
    "log spots", "matched", "unexplained", "missing", "score", "likelihood per spot",
    "log posterior", "log prior", "rms px", "rms sigmas", "scale known", "scale sigma",
    "scale deviation", "scale off", "log reach", "ellipticity", "shift sigmas", "shift",
    "off zone", "beam sigma", "zone length", "cell volume", "laue order", "weak", "twin",
    "slope", "misfit", "correlation", "spread", "range", "lattice only", "over lattice",
    "has lattice", "on lattice", "expected number", "shown number", "forbidden shown",
    "forbidden matched", "energy", "scattering", "limit slope",
)  # fmt: skip

POSTERIOR_UNIT, PRIOR_UNIT = 10.0, 3.0
"""So much log posterior, and log prior, makes one."""
LARGEST = 20.0
"""No number is greater, or less than minus that."""

_RELATIVE_INTENSITY = 3.0
_CLIP = 5.0


@dataclass(frozen=True, eq=False)
class FitTokens:
    """The fits of one pattern's candidates, padded to one size.

    Parameters
    ----------
    reflections
        (candidates, 64, 18), the likeliest to be seen first; the last feature is 1 where there is
        one.
    spots
        Spots without a reflection (candidates, 32, 10), the brightest first; likewise.
    numbers
        Of each fit as a whole (candidates, 41).
    """

    reflections: Float32Array
    spots: Float32Array
    numbers: Float32Array

    def __len__(self) -> int:
        return len(self.numbers)


def fit_tokens(
    candidates: Sequence[Candidate],
    phases: Sequence[Phase],
    observation: Observation,
    spot_lattice: SpotLattice | None,
) -> FitTokens:
    """Return the tokens of candidates.

    Parameters
    ----------
    candidates
        Fits to one pattern.
    phases
        The crystal of each.
    observation
        The pattern's spots.
    spot_lattice
        The lattice found among them.
    """
    fits = _fits(candidates, phases, observation, spot_lattice)
    n = len(fits)
    reflections = np.zeros((n, N_REFLECTIONS, len(REFLECTION_FEATURES)), np.float32)
    spots = np.zeros((n, N_SPOTS, len(SPOT_FEATURES)), np.float32)
    for i, fit in enumerate(fits):
        for target, rows in (reflections, fit.reflection_rows()), (spots, fit.spot_rows()):
            target[i, : len(rows), :-1] = rows
            target[i, : len(rows), -1] = 1
    return FitTokens(_bounded(reflections), _bounded(spots), _numbers(fits))


def fit_numbers(
    candidates: Sequence[Candidate],
    phases: Sequence[Phase],
    observation: Observation,
    spot_lattice: SpotLattice | None,
) -> Float32Array:
    """Return the numbers of each fit (candidates, 41) that `fit_tokens` has, without the rest."""
    return _numbers(_fits(candidates, phases, observation, spot_lattice))


def _fits(
    candidates: Sequence[Candidate],
    phases: Sequence[Phase],
    observation: Observation,
    spot_lattice: SpotLattice | None,
) -> list["_Fit"]:
    nodes = None if spot_lattice is None else nodes_in_view(observation, spot_lattice)
    context = _PatternContext(observation, nodes)
    return [_Fit(c, p, context) for c, p in zip(candidates, phases, strict=True)]


def _numbers(fits: Sequence["_Fit"]) -> Float32Array:
    numbers = np.zeros((len(fits), len(NUMBER_FEATURES)), np.float32)
    for i, fit in enumerate(fits):
        numbers[i] = fit.numbers()
    return _bounded(numbers)


def _bounded(array: Float32Array) -> Float32Array:
    return np.clip(np.nan_to_num(array, copy=False), -LARGEST, LARGEST, out=array)


class _PatternContext:
    """The part of the input that all fits of a pattern share."""

    def __init__(self, observation: Observation, nodes: FloatArray | None) -> None:
        self.observation = observation
        self.nodes = nodes
        self.intensity = observation.log_intensity - observation.log_intensity.max(initial=-1e9)
        radius = observation.radius_px
        self.relative_radius = radius / observation.reach_px
        room = np.hypot(2.0, 0.012 * radius)
        _, distance = observation.nearest_spot(-observation.offsets_px)
        self.has_partner = distance < room
        self.on_lattice = np.zeros(len(observation), bool)
        self.lattice_only = 0.0
        if nodes is not None and len(nodes):
            gap = np.linalg.norm(observation.offsets_px[:, None] - nodes[None], axis=2).min(axis=1)
            self.on_lattice = gap < room
            self.lattice_only = log_likelihood_lattice_only(observation, nodes)
        intercept, slope = observation.detection_limit
        self.limit_slope = slope
        self.limit_intercept = intercept


class _Fit:
    """One candidate with what the rows of its tokens are made of."""

    def __init__(self, candidate: Candidate, phase: Phase, context: _PatternContext) -> None:
        self.candidate, self.phase, self.context = candidate, phase, context
        match, observation = candidate.match, context.observation
        self.offset = match.xy - np.array(candidate.center_xy)
        self.radius = np.hypot(*self.offset.T)
        self.matched = match.spot >= 0
        self.spot = np.clip(
            np.searchsorted(observation.index, match.spot), 0, max(len(observation) - 1, 0)
        )
        self.expected = np.log(np.maximum(match.intensity, 1e-12))
        self.sigma = np.hypot(observation.sigma_px[self.spot], FINAL.sigma_px(self.radius))
        self.slope, self.offset_log = self._brightness_line()
        self.computed = self.slope * self.expected + self.offset_log
        observed = observation.log_intensity[self.spot]
        self.misfit = np.where(self.matched, observed - self.computed, 0.0)
        away = observation.offsets_px[self.spot] + np.array(observation.center_xy) - match.xy
        self.away = np.where(self.matched[:, None], away, 0.0) / self.sigma[:, None]

    def _brightness_line(self) -> tuple[float, float]:
        """Return slope and offset of expected against observed log intensities."""
        x = self.expected[self.matched]
        y = self.context.observation.log_intensity[self.spot[self.matched]]
        if len(x) == 0:
            return 1.0, 0.0
        from_middle, rest = x - x.mean(), np.clip(y - x - np.median(y - x), -2, 2)
        weight = LOG_INTENSITY_SIGMA**-2
        steeper = weight * (from_middle @ rest)
        steeper /= weight * (from_middle @ from_middle) + SLOPE_SIGMA**-2
        slope = 1 + float(np.clip(steeper, -0.5, 0.6))
        return slope, float(np.median(y - slope * x))

    def reflection_rows(self) -> FloatArray:
        """Return the features (n, 17) of the reflections, the likeliest to be seen first."""
        match, context = self.candidate.match, self.context
        observation = context.observation
        lab = self.phase.lattice.g_vectors(match.hkl) @ self.candidate.orientation.T
        excitation = excitation_errors(lab, wavelength_angstrom(observation.energy_kev))
        rocking = np.log1p((excitation / RELROD) ** 2)
        limit = context.limit_intercept + context.limit_slope * self.radius / observation.reach_px
        order = np.argsort(-np.maximum(match.visible, self.matched * 0.3), kind="stable")
        order = order[:N_REFLECTIONS]
        unit = self.offset / np.maximum(self.radius, 1e-9)[:, None]
        radial = (self.away * unit).sum(axis=1)
        tangential = self.away[:, 1] * unit[:, 0] - self.away[:, 0] * unit[:, 1]
        strength = self.expected / COMPRESSION + rocking
        observed = np.where(self.matched, context.intensity[self.spot], 0.0)
        sure = np.log(np.maximum(observation.significance[self.spot], 1.0))
        columns = (
            self.radius / observation.reach_px,
            np.hypot(*lab[:, :2].T),
            excitation / 0.01,
            rocking,
            self.expected / _RELATIVE_INTENSITY,
            (strength - strength.max(initial=-1e9)) / _RELATIVE_INTENSITY,
            match.visible,
            match.forbidden,
            self.matched,
            np.hypot(*self.away.T),
            radial,
            tangential,
            observed / _RELATIVE_INTENSITY,
            self.misfit,
            np.where(self.matched, sure, 0.0) / _RELATIVE_INTENSITY,
            (self.computed - limit) / 2,
            self._mate_matched(),
        )
        return np.column_stack([np.asarray(c, np.float64)[order] for c in columns])

    def _mate_matched(self) -> FloatArray:
        """Tell of which reflections the Friedel mate has a spot."""
        code = self.candidate.match.hkl @ np.array([1_000_000, 1000, 1])
        # numbers of a handful are quicker in a set than in arrays
        found = set(code[self.matched].tolist())
        return np.array([-number in found for number in code.tolist()], dtype=np.float64)

    def spot_rows(self) -> FloatArray:
        """Return the features (n, 9) of the spots without a reflection, the brightest first."""
        context, candidate = self.context, self.candidate
        observation = context.observation
        left = np.ones(len(observation), bool)
        left[self.spot[self.matched]] = False
        chosen = np.flatnonzero(left)
        chosen = chosen[np.argsort(-observation.log_intensity[chosen], kind="stable")][:N_SPOTS]
        xy = observation.offsets_px[chosen] + np.array(observation.center_xy)
        places = candidate.match.xy
        gap = np.full(len(chosen), np.inf)
        if len(places) and len(chosen):
            gap = np.linalg.norm(xy[:, None] - places[None], axis=2).min(axis=1)
        weak = {int(i) for spots, _ in candidate.weak for i in spots}
        twin: set[int] = set()
        if candidate.twin is not None:
            of_twin = candidate.twin.crystal.match
            twin = set(of_twin.spot[of_twin.is_matched].tolist())
        own = observation.index[chosen].tolist()
        sure = np.log(np.maximum(observation.significance[chosen], 1.0))
        columns = (
            context.relative_radius[chosen],
            context.intensity[chosen] / _RELATIVE_INTENSITY,
            sure / _RELATIVE_INTENSITY,
            context.on_lattice[chosen],
            context.has_partner[chosen],
            [i in weak for i in own],
            [i in twin for i in own],
            np.minimum(gap / observation.reach_px * 10, _CLIP),
            self._off_index(xy) * 4,
        )
        return np.column_stack([np.asarray(c, np.float64) for c in columns])

    def _off_index(self, xy: FloatArray) -> FloatArray:
        """Return how far spots (n, 2) are from integer indices of the crystal, at most 0.5."""
        candidate = self.candidate
        bent = xy - np.array(candidate.center_xy)
        if candidate.distortion is not None:
            bent = bent @ np.linalg.inv(candidate.distortion).T
        q = bent * candidate.scale_inv_angstrom_per_px
        wavelength = wavelength_angstrom(self.context.observation.energy_kev)
        lab = np.column_stack([q, -0.5 * wavelength * (q**2).sum(axis=1)])
        hkl = (lab @ candidate.orientation) @ self.phase.lattice.direct.T
        return np.asarray(np.abs(hkl - np.round(hkl)).max(axis=1, initial=0.0))

    def numbers(self) -> FloatArray:
        """Return the numbers of the fit as a whole (41,)."""
        return np.array(
            [*self._of_counts(), *self._of_geometry(), *self._of_crystal(), *self._of_brightness()]
        )

    def _of_counts(self) -> list[float]:
        candidate, n = self.candidate, max(len(self.context.observation), 1)
        seen = max(float(candidate.match.visible.sum()), 1.0)
        distance = np.hypot(*self.away[self.matched].T)
        scale = candidate.scale_inv_angstrom_per_px
        return [
            np.log(n) / 2,
            candidate.matched / n,
            candidate.unexplained / n,
            candidate.missing / seen,
            candidate.score,
            candidate.log_likelihood / n / 2,
            candidate.log_posterior / POSTERIOR_UNIT,
            (candidate.log_posterior - TEMPER * candidate.log_likelihood) / PRIOR_UNIT,
            candidate.rms_residual_inv_angstrom / scale,
            float(np.sqrt((distance**2).mean())) if len(distance) else 0.0,
        ]

    def _of_geometry(self) -> list[float]:
        candidate, observation = self.candidate, self.context.observation
        known = observation.scale is not None
        fitted = candidate.scale_inv_angstrom_per_px
        off = float(np.log(fitted / observation.scale)) if observation.scale else 0.0
        sigma = max(min(observation.scale_sigma, 0.4), 0.003) if known else 0.4
        shift = float(np.hypot(*(np.array(candidate.center_xy) - observation.center_xy)))
        beam = candidate.beam_direction_sigma_deg
        return [
            float(known),
            np.log(sigma / 0.02),
            off / sigma,
            abs(off) * 30,
            np.log(fitted * observation.reach_px),
            candidate.ellipticity * 50,
            shift / max(1.0, observation.center_sigma_px),
            shift / observation.reach_px * 20,
            candidate.off_zone_deg / 2,
            np.log1p(min(beam, 20.0)) if beam is not None else 0.0,
        ]

    def _of_crystal(self) -> list[float]:
        candidate, phase = self.candidate, self.phase
        volume = phase.lattice.volume / len(phase.space_group.centring_vectors)
        length = float(np.linalg.norm(phase.lattice.directions(candidate.zone_axis)))
        setting = setting_of(phase)
        crystal = phase if setting is None else setting.conventional
        return [
            np.log(max(length / volume ** (1 / 3), 0.1)),
            np.log(volume / 80) / 2,
            np.log(len(crystal.space_group.laue_rotations)) - 2,
            sum(len(spots) for spots, _ in candidate.weak) / max(candidate.spots, 1),
            0.0 if candidate.twin is None else candidate.twin.share,
        ]

    def _of_brightness(self) -> list[float]:
        match, context = self.candidate.match, self.context
        observation, n = context.observation, max(len(context.observation), 1)
        x = self.expected[self.matched]
        y = observation.log_intensity[self.spot[self.matched]]
        spread = float(x.std() * y.std()) if len(x) > 2 else 0.0
        alike = float(((x - x.mean()) * (y - y.mean())).mean() / spread) if spread > 1e-9 else 0.0
        misfit = self.misfit[self.matched]
        has = context.nodes is not None
        lattice_only = context.lattice_only
        return [
            (self.slope - 1) * 2,
            float(misfit.std()) if len(misfit) else 0.0,
            alike,
            observation.brightness_spread - 1,
            float(np.ptp(observation.log_intensity)) / 4 if n > 1 else 0.0,
            lattice_only / n / 2,
            (self.candidate.log_likelihood - lattice_only) / n,
            float(has),
            float(context.on_lattice.mean()) if n else 0.0,
            np.log(max(float(match.visible.sum()), 0.1) / n),
            np.log(max(len(match.visible), 1) / n),
            float(match.forbidden.sum()) / n,
            float((match.forbidden & self.matched).sum()) / n,
            observation.energy_kev / 200 - 1,
            self._scattering(),
            context.limit_slope / 3,
        ]

    def _scattering(self) -> float:
        """Return the logarithm of the strongest reflection's |F| over the volume.

        The greater it is, the shorter the extinction distance and the less kinematical the pattern.
        """
        match = self.candidate.match
        if len(match.hkl) == 0:
            return 0.0
        strongest = match.hkl[int(np.argmax(match.intensity))].tolist()
        return _log_scattering(self.phase, tuple(strongest))


@lru_cache(maxsize=4096)
def _log_scattering(phase: Phase, hkl: tuple[int, ...]) -> float:
    strength = float(np.abs(phase.structure_factors(np.array([hkl])))[0])
    return float(np.log(max(strength / phase.lattice.volume, 1e-4)) + 2.0)
