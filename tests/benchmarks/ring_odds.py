"""The odds of rings' candidates against an unknown crystal, fitted on drawn rings.

    python -m tests.benchmarks.ring_odds [--patterns 100] [--sides 448 640] [--seed 11]

Each picture of one phase is answered among ten candidates with the truth and twice without it. A
logistic regression learns which answers are right from what `RingVerdictOptions` weighs; crystals are
held out fivefold. The rule set by hand (the likelihood over an unknown crystal's, tempered) stands
beside it: named right and foreign, at several thresholds.
"""

import argparse
import sys
import zlib

import numpy as np

from saed_desktop.indexing.rings.answer import index_rings
from saed_desktop.indexing.rings.likelihood import most_gain
from saed_desktop.indexing.rings.verdict import RingVerdictOptions
from tests.benchmarks import rings as benchmark
from tests.benchmarks.independent.powder_camera import shoot_rings

_FOLDS, _RIDGE = 5, 1.0
THRESHOLDS = (0.0, 0.5, 1.0, 1.5)


class Recorder(RingVerdictOptions):
    """The decision, keeping what it weighs; it names whatever comes first."""

    kept: np.ndarray | None = None

    def log_odds(self, best, observed):
        margin = best.log_posterior - self.unknown(observed)
        most = max(float(most_gain(observed).sum()), 1e-9)
        width = min(float(np.median(observed.width)), self.most_width)
        offset = (best.log_scales[0] - observed.log_scale) / observed.scale_sigma
        share = float(best.fit.explained.sum()) / most
        Recorder.kept = np.array([1.0, margin, share, width, offset**2])
        return 50.0


def answers(patterns: int, sides: list[int], seed: int):
    """Yield for each answer the crystal, whether it was there, whether it is named, the weighed."""
    options = Recorder()
    for i in range(patterns):
        rng = np.random.default_rng([seed, i])
        phases = benchmark.sixty_phases()
        powder = benchmark.drawn_powder(phases[rng.integers(len(phases))], rng)
        shot = shoot_rings([powder], rng, side=sides[i % len(sides)])
        prepared = benchmark._prepared(shot)
        for is_there in (True, False, False):
            Recorder.kept = None
            name, probability = None, 0.0
            if prepared.measured_rings is not None and prepared.kind.value == "rings":
                candidates, calibration = benchmark.setting(shot, rng, with_truth=is_there)
                found = index_rings(
                    prepared.measured_rings, calibration, candidates, options=options
                )
                if found.phases:
                    name = found.phases[0].phase
                    probability = found.probabilities[name]
            yield powder.phase.name, is_there, name, probability, Recorder.kept


def fitted(rows: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the weights of a logistic regression, by Newton's method on standardised columns."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    mean[0], spread[0] = 0.0, 1.0
    z, weights = (rows - mean) / spread, np.zeros(rows.shape[1])
    ridge = np.diag([1e-6, *np.full(len(weights) - 1, _RIDGE)])
    for _ in range(60):
        p = 1 / (1 + np.exp(-z @ weights))
        curvature = (z * (p * (1 - p))[:, None]).T @ z + ridge
        weights -= np.linalg.solve(curvature, z.T @ (p - right) + ridge @ weights)
    raw = weights / spread
    raw[0] = weights[0] - float((weights[1:] * mean[1:] / spread[1:]).sum())
    return raw


def main() -> int:
    """Print weights and the table."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--patterns", type=int, default=100)
    parser.add_argument("--sides", type=int, nargs="+", default=[448, 640])
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    every = list(answers(options.patterns, options.sides, options.seed))
    known = [a for a in every if a[2] is not None and a[4] is not None]
    rows = np.array([a[4] for a in known])
    right = np.array([a[1] and a[2] == a[0] for a in known], dtype=float)
    fold = np.array([zlib.crc32(a[0].encode()) % _FOLDS for a in known])
    learned = np.zeros(len(known))
    for k in range(_FOLDS):
        if (fold == k).any():
            learned[fold == k] = rows[fold == k] @ fitted(rows[fold != k], right[fold != k])
    n_there = sum(a[1] for a in every)
    lines = [f"weights of 1, margin, share, width, offset²: {np.round(fitted(rows, right), 3)}", ""]
    lines += ["| rule | log odds above | named right | foreign above 0.5 |", "|---|--:|--:|--:|"]
    is_sure = np.array([a[3] > 0.5 and not a[1] for a in known])
    for rule, odds in (("fitted", learned), ("by hand", RingVerdictOptions().temper * rows[:, 1])):
        for least in THRESHOLDS:
            named = int((right * (odds > least)).sum())
            foreign = int((is_sure & (odds > least)).sum())
            lines.append(
                f"| {rule} | {least} | {named} of {n_there} | {foreign} of {len(every) - n_there} |"
            )
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
