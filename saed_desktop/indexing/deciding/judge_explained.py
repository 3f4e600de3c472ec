"""The judge's reasons for one candidate and against another, by occlusion.

A part of the evidence is hidden by giving both candidates the mean of their numbers in it, so that
it speaks for neither. Parts overlap in what they tell, so that hiding one alone says too little:
each part's share is the mean change of the log odds over all orders of hiding them (Shapley values,
see Lundberg and Lee, NeurIPS 2017), and the shares sum to the log odds. The log posterior of spot
indexing, which the judge starts from, is taken apart as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import factorial

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.by_judge import MOST_JUDGED, features_of_fits, judged_fits
from saed_desktop.indexing.deciding.centers import View
from saed_desktop.indexing.deciding.evidence_parts import PARTS, Part, evidence_parts
from saed_desktop.indexing.deciding.fit_features import (
    FIT_FEATURES,
    NOT_A_FIT,
    FitFeatures,
    feature_values,
)
from saed_desktop.indexing.deciding.fit_tokens import (
    LARGEST,
    NUMBER_FEATURES,
    POSTERIOR_UNIT,
    PRIOR_UNIT,
)
from saed_desktop.indexing.deciding.unknown_crystal import SPOTS_WORTH
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.fitting.likelihood import TEMPER
from saed_desktop.indexing.solving.observation import Observation, observe
from saed_desktop.network.judge import Judge
from saed_desktop.results.wording import LEAST_LOG_FACTOR

PART_OF_NUMBER: Mapping[str, Part] = {
    **dict.fromkeys(("matched", "unexplained", "weak", "twin"), Part.SPOTS),
    **dict.fromkeys(("rms px", "rms sigmas"), Part.POSITIONS),
    **dict.fromkeys(("slope", "misfit", "correlation"), Part.INTENSITIES),
    **dict.fromkeys(("missing", "expected number"), Part.MISSING),
    **dict.fromkeys(("forbidden shown", "forbidden matched"), Part.FORBIDDEN),
    **dict.fromkeys(
        ("scale deviation", "scale off", "log reach", "ellipticity", "shift sigmas", "shift"),
        Part.GEOMETRY,
    ),
    **dict.fromkeys(("off zone", "beam sigma", "zone length"), Part.ZONE),
    **dict.fromkeys(("cell volume", "laue order", "scattering", "shown number"), Part.CRYSTAL),
}
"""Numbers of a fit that belong to one part of the evidence."""
SUMS = ("score", "likelihood per spot", "log posterior", "log prior", "over lattice")
"""Numbers that several parts add up to."""
OF_PATTERN = (
    "log spots", "scale known", "scale sigma", "spread", "range", "lattice only", "has lattice",
    "on lattice", "energy", "limit slope",
)  # fmt: skip
"""Numbers that all fits to a pattern share."""

_AT = {name: i for i, name in enumerate(FIT_FEATURES)}
_OF_PART = np.array([[PART_OF_NUMBER.get(name) is p for name in NUMBER_FEATURES] for p in PARTS])
_SPOTS, _MISSING, _CRYSTAL = (PARTS.index(p) for p in (Part.SPOTS, Part.MISSING, Part.CRYSTAL))
_AWAY = np.array([-1.0, 1.0])
"""Half the difference is taken from the first and added to the second."""
_LEAST_SHARE = 1e-300


@dataclass(frozen=True, eq=False)
class JudgedComparison:
    """The judge's reasons for one candidate and against another.

    Parameters
    ----------
    first, second
        The phases.
    parts
        What each part of the evidence adds to the log odds of the first over the second; they sum
        to what the judge says.
    log_prior
        Log odds of the two before the pattern is looked at: the user's priors, and how common a
        structure is.
    """

    first: str
    second: str
    parts: Mapping[Part, float]
    log_prior: float

    @property
    def telling(self) -> tuple[tuple[str, float], ...]:
        """The parts that make a difference, and "prior" where it does, the strongest first."""
        return tuple(one for one in self.strongest if abs(one[1]) >= LEAST_LOG_FACTOR)

    @property
    def strongest(self) -> tuple[tuple[str, float], ...]:
        """Parts of the evidence and "prior", the strongest first."""
        found = [(str(part), value) for part, value in self.parts.items()]
        return tuple(sorted([*found, ("prior", self.log_prior)], key=lambda one: -abs(one[1])))

    @property
    def lead(self) -> float:
        """The log odds of the first over the second."""
        return sum(self.parts.values()) + self.log_prior


def explain_judged(
    judge: Judge,
    view: View,
    phases: Sequence[Phase],
    priors: Mapping[str, float],
    *,
    first: str,
    second: str,
) -> JudgedComparison | None:
    """Return why the judge prefers one phase to another; None where it was not asked about both.

    Parameters
    ----------
    judge
        The judge.
    view
        The pattern about one place of the beam, with the candidates of all phases.
    phases
        The crystals.
    priors
        Relative frequencies by name, 1 where not stated.
    first, second
        The two phases, by name.
    """
    observation = observe(view.prepared)
    fits = judged_fits(view, observation)[:MOST_JUDGED]
    names = [fit.phase for fit in fits]
    if first == second or first not in names or second not in names:
        return None
    by_name = {phase.name: phase for phase in phases}
    crystals = [by_name[name] for name in names]
    features = features_of_fits(fits, crystals, observation, view.prepared.spot_lattice)
    pair = _Pair(fits, features, observation, (names.index(first), names.index(second)))
    hidden, weight = _coalitions()
    lead = pair.log_odds(judge, hidden)
    prior = np.log(max(priors.get(first, 1.0), 1e-12) / max(priors.get(second, 1.0), 1e-12))
    parts = {part: float(w @ lead) for part, w in zip(PARTS, weight, strict=True)}
    return JudgedComparison(first, second, parts, float(prior))


@cache
def _coalitions() -> tuple[FloatArray, FloatArray]:
    """Return which parts are hidden (256, 8), and the weights (8, 256) of each part's share."""
    n = len(PARTS)
    hidden = (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(np.float64)
    number = hidden.sum(axis=1).astype(int)
    # the mean over all orders: a part is hidden after just these others in so many of them
    orders = np.array([factorial(k) * factorial(n - 1 - k) for k in range(n)]) / factorial(n)
    shown = orders[np.minimum(number, n - 1)]
    gone = -orders[np.maximum(number - 1, 0)]
    return hidden, np.where(hidden.T == 0, shown, gone)


class _Pair:
    """Two of a pattern's fits, to be shown to the judge with parts of the evidence hidden."""

    def __init__(
        self,
        fits: Sequence[Candidate],
        features: FitFeatures,
        observation: Observation,
        pair: tuple[int, int],
    ) -> None:
        n = len(NUMBER_FEATURES)
        rows = features.values[list(pair)].astype(np.float64)
        two = [fits[i] for i in pair]
        parts = [evidence_parts(fit, observation) for fit in two]
        self._features, self._observation = features, observation
        self._numbers, self._of_best = rows[:, :n], features.values[:1, :n]
        self._top = fits[0].log_posterior
        self._acceptable = rows[:, _AT["acceptable"]]
        self._odds = 5 * rows[:, _AT["against unknown"]]
        self._most = 5 * rows[:1, _AT["against unknown, the best"]]
        self._within = rows[:1, _AT["rivals within 1"]], rows[:1, _AT["rivals within 3"]]
        self._log_likelihood = np.array([fit.log_likelihood for fit in two])
        self._log_posterior = np.array([fit.log_posterior for fit in two])
        # by part, half of what the first has more than the second
        self._half_likelihood = (parts[0].log_likelihood - parts[1].log_likelihood) / 2
        self._half_prior = (parts[0].log_prior - parts[1].log_prior) / 2
        self._half_numbers = _OF_PART * (self._numbers[0] - self._numbers[1]) / 2
        self._half_odds = SPOTS_WORTH * self._half_likelihood / len(observation) + self._half_prior
        # symmetry is all that the odds have beside
        half = (self._odds[0] - self._odds[1]) / 2
        self._half_odds[_CRYSTAL] += half - self._half_odds.sum()
        self._found = np.array([_found_share(fit) for fit in two])
        score = np.array([fit.score for fit in two])
        self._explained = score * self._found / np.maximum(2 * self._found - score, 1e-9)

    def log_odds(self, judge: Judge, hidden: FloatArray) -> FloatArray:
        """Return the judge's log odds (k,) of the first over the second.

        Parameters
        ----------
        judge
            The judge.
        hidden
            1 where a part of the evidence is hidden (k, 8).
        """

        def with_hidden(values: FloatArray, half: FloatArray) -> FloatArray:
            return np.asarray(values + _AWAY * (hidden @ half)[:, None])

        likelihood = with_hidden(self._log_likelihood, self._half_likelihood)
        half_posterior = TEMPER * self._half_likelihood + self._half_prior
        posterior = with_hidden(self._log_posterior, half_posterior)
        acceptable = self._acceptable + _AWAY * (
            hidden[:, _SPOTS, None] * (self._acceptable[0] - self._acceptable[1]) / 2
        )
        behind = self._top - posterior
        values = feature_values(
            self._numbers_of(hidden, likelihood, posterior),
            self._of_best,
            behind,
            np.clip(with_hidden(self._odds, self._half_odds), NOT_A_FIT, -NOT_A_FIT),
            acceptable,
            self._most,
            self._within,
        )
        shares = judge.judge(
            values.reshape(-1, len(FIT_FEATURES)).astype(np.float32),
            behind.reshape(-1).astype(np.float32),
            float(self._features.odds),
            is_scaled=self._observation.scale is not None,
        ).shares
        evidence = np.log(np.maximum(shares, _LEAST_SHARE)).reshape(-1, 2)
        return np.asarray(evidence[:, 0] - evidence[:, 1])

    def _numbers_of(
        self, hidden: FloatArray, likelihood: FloatArray, posterior: FloatArray
    ) -> FloatArray:
        """Return the numbers of both fits (k, 2, 41)."""
        n = len(self._observation)
        numbers = self._numbers + _AWAY[:, None] * (hidden @ self._half_numbers)[:, None, :]
        lattice_only = self._log_likelihood[0] - n * self._numbers[0, _AT["over lattice"]]
        explained, found = (
            of_both + _AWAY * hidden[:, part, None] * (of_both[0] - of_both[1]) / 2
            for part, of_both in ((_SPOTS, self._explained), (_MISSING, self._found))
        )
        numbers[..., _AT["score"]] = 2 * explained * found / np.maximum(explained + found, 1e-9)
        numbers[..., _AT["likelihood per spot"]] = likelihood / n / 2
        numbers[..., _AT["log posterior"]] = posterior / POSTERIOR_UNIT
        numbers[..., _AT["log prior"]] = (posterior - TEMPER * likelihood) / PRIOR_UNIT
        numbers[..., _AT["over lattice"]] = (likelihood - lattice_only) / n
        return np.clip(numbers, -LARGEST, LARGEST)


def _found_share(fit: Candidate) -> float:
    """Return the share of the reflections expected, of a twin too, that have a spot."""
    matches = [fit.match] if fit.twin is None else [fit.match, fit.twin.crystal.match]
    visible = sum(float(match.visible.sum()) for match in matches)
    held = sum(float(match.visible[match.is_matched].sum()) for match in matches)
    return held / max(visible, 1e-9)
