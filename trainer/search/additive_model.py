"""Additive model of architecture scores: one effect per value of a variable.

One short training is mostly luck, and a rung has thousands of them. The mean over all that have
three convolutions, or the middle learning rate, is hardly luck at all. So the first rung ranks by
both: an additive model of the variables, fitted to all scores, and the architecture's own score.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from trainer.search.space import Space

FEWEST_PER_EFFECT = 4
"""Architectures per value of a variable; with fewer the model would repeat their luck."""


def additive_model_scores(
    space: Space, scores: Mapping[int, float], share: float
) -> dict[int, float]:
    """Return what to rank architectures of a space by.

    Parameters
    ----------
    space
        The space.
    scores
        Score by number of the architecture.
    share
        How much the additive model counts; the rest is the architecture's own score. Where there
        are too few architectures for the model, it counts nothing.
    """
    numbers = sorted(scores)
    own = np.array([scores[number] for number in numbers])
    effects = _effects(space, numbers)
    if not share or len(numbers) < FEWEST_PER_EFFECT * effects.shape[1]:
        return dict(scores)
    weights = np.linalg.lstsq(effects, own, rcond=None)[0]
    mixed = share * (effects @ weights) + (1 - share) * own
    return dict(zip(numbers, mixed.tolist(), strict=True))


def _effects(space: Space, numbers: Sequence[int]) -> npt.NDArray[np.float64]:
    """Return the columns of the model: a constant, and each further value of every variable."""
    sizes = [len(values) for values in space.axes.values()]
    places = np.unravel_index(np.asarray(numbers, dtype=np.int64), sizes)
    columns = [np.ones(len(numbers))]
    for place, size in zip(places, sizes, strict=True):
        columns += [(place == value).astype(np.float64) for value in range(1, size)]
    return np.stack(columns, axis=1)
