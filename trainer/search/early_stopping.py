"""Early stopping of trainings that are worse than most of their shard at the same epoch."""

from collections.abc import Iterable

import numpy as np

from trainer.search.results import Result, TrialStatus

FEWEST = 10
"""Finished trainings to compare with; fewer say nothing."""


class WorstQuantileStopping:
    """The rule of the worst share (a median stopping rule with a share of one's own).

    Parameters
    ----------
    share
        Trainings in this worst share are given up; 0 gives up none.
    results
        Those that a shard has finished.
    """

    def __init__(self, share: float, results: Iterable[Result]) -> None:
        self._share = share
        self._curves = [r.curve for r in results if r.outcome is not TrialStatus.FAILED]

    def __call__(self, epoch: int, score: float) -> bool:
        """Tell whether a score after an epoch, counted from 0, is hopeless."""
        if self._share <= 0:
            return False
        others = [curve[epoch][1] for curve in self._curves if len(curve) > epoch]
        if len(others) < FEWEST:
            return False
        return score < float(np.quantile(others, self._share))
