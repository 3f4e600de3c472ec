"""The input of the judge: numbers of a pattern's fits, also relative to the best of them.

Training and product build it here and nowhere else. What spot indexing says by itself stands apart,
for the judge starts from it: how far a fit is behind the best in log posterior, and the log odds
of the best against a crystal that is not listed.
"""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import BoolArray, Float32Array, FloatArray
from saed_desktop.indexing.deciding.fit_tokens import NUMBER_FEATURES

OF_RIVALS = (
    "behind", "behind, near", "against unknown", "acceptable", "against unknown, behind the best",
    "against unknown, the best", "rivals within 1", "rivals within 3",
)  # fmt: skip
FIT_FEATURES = (
    *NUMBER_FEATURES,
    *(f"{name}, relative to the best" for name in NUMBER_FEATURES),
    *OF_RIVALS,
)

NOT_A_FIT = -30.0
"""Least log odds against an unknown crystal; the greatest are as far above zero."""
_FAR_BEHIND = 30.0
_NEAR = 5.0
_LARGEST_ODDS = 15.0


@dataclass(frozen=True, eq=False)
class FitFeatures:
    """The fits of some patterns, or of one, as the judge reads them.

    Parameters
    ----------
    values
        Features (…, fits, 90), by `FIT_FEATURES`.
    behind
        By how much each log posterior is below the best of its pattern (…, fits).
    odds
        Log odds of the best acceptable fit against a crystal that is not listed (…).
    """

    values: Float32Array
    behind: Float32Array
    odds: Float32Array


def fit_features(
    numbers: FloatArray | Float32Array,
    log_posterior: FloatArray,
    log_odds_unknown: FloatArray,
    acceptable: BoolArray,
    present: BoolArray | None = None,
) -> FitFeatures:
    """Return the features of fits.

    Parameters
    ----------
    numbers
        Of each fit as a whole (…, fits, 41), see `FitTokens`.
    log_posterior, log_odds_unknown
        Of each fit (…, fits): among the candidates, and against an unknown crystal.
    acceptable
        Whether spot indexing calls it a fit (…, fits).
    present
        Whether there is a fit (…, fits); all are where None. Each pattern has one.
    """
    if present is None:
        present = np.ones(acceptable.shape, bool)
    posterior = np.where(present, log_posterior, -np.inf)
    best = posterior.argmax(axis=-1)[..., None]
    top = np.take_along_axis(posterior, best, axis=-1)
    behind = np.where(present, top - np.where(present, log_posterior, 0.0), 0.0)
    of_best = np.asarray(np.take_along_axis(numbers, best[..., None], axis=-2), np.float64)
    odds = np.clip(log_odds_unknown, NOT_A_FIT, -NOT_A_FIT)
    of_fits = np.where(present & acceptable, odds, NOT_A_FIT)
    most = of_fits.max(axis=-1, keepdims=True)
    values = feature_values(
        numbers,
        of_best,
        behind,
        odds,
        acceptable,
        most,
        (_log_number(present & (behind < 1.0)), _log_number(present & (behind < 3.0))),
    )
    values = np.where(present[..., None], values, 0.0)
    return FitFeatures(
        values.astype(np.float32),
        behind.astype(np.float32),
        np.clip(most[..., 0], -_LARGEST_ODDS, _LARGEST_ODDS).astype(np.float32),
    )


def feature_values(
    numbers: FloatArray | Float32Array,
    of_best: FloatArray | Float32Array,
    behind: FloatArray,
    odds: FloatArray,
    acceptable: BoolArray,
    most: FloatArray,
    within: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """Return the features (…, fits, 90) by `FIT_FEATURES`.

    Parameters
    ----------
    numbers, of_best
        Of each fit as a whole (…, fits, 41), and of the best of its pattern (…, 1, 41).
    behind
        By how much each log posterior is below the best (…, fits).
    odds
        Log odds against an unknown crystal (…, fits), within ±30.
    acceptable
        Whether spot indexing calls it a fit (…, fits).
    most
        The greatest odds of an acceptable fit (…, 1).
    within
        Logarithms of one more than the number of fits within 1 and 3 of the best (…, 1).
    """
    below = np.where(most > NOT_A_FIT, odds - most, 0.0)
    every = np.ones_like(behind)
    of_rivals = (
        np.minimum(behind, _FAR_BEHIND) / 10,
        np.minimum(behind, _NEAR) / 2,
        odds / 5,
        acceptable.astype(np.float64),
        below / 5,
        most * every / 5,
        within[0] * every,
        within[1] * every,
    )
    absolute = np.asarray(numbers, np.float64)
    relative = absolute - np.asarray(of_best, np.float64)
    return np.concatenate([absolute, relative, np.stack(of_rivals, axis=-1)], axis=-1)


def _log_number(which: BoolArray) -> FloatArray:
    """Return the logarithm of one more than the number of fits (…, 1)."""
    return np.log1p(which.sum(axis=-1, keepdims=True).astype(np.float64))
