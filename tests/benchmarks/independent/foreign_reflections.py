"""Reflections of crystals that are none of the phases and took no part in any training.

python -m tests.benchmarks.independent.foreign_reflections --crystals 150 --seed 4242 foreign.npz

The crystals are drawn with a seed of their own; their Bloch waves are this repository's, the
pictures that make_folder makes of them the second camera's.
"""

import argparse
from pathlib import Path

import numpy as np

from trainer.data.bank import BankTask, compute_banks
from trainer.data.ranges import OrientationRanges
from trainer.data.structures import random_crystal

_DEEPEST = -14.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("--crystals", type=int, default=150)
    parser.add_argument("--per-crystal", type=int, default=2)
    parser.add_argument("--seed", type=int, default=4242)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    tasks = [
        BankTask(random_crystal(i, options.seed), 0, options.per_crystal, options.seed + i)
        for i in range(options.crystals)
    ]
    bank = compute_banks(tasks, OrientationRanges())
    thickness = rng.integers(0, bank.n_thicknesses, len(bank))
    log_i = bank.log_dynamical[np.arange(len(bank)), :, thickness].astype(np.float32)
    log_i = log_i - log_i.max(axis=1, keepdims=True)
    np.savez(
        options.output,
        q_xy=bank.q_xy,
        log_intensity=np.where(log_i < _DEEPEST, -np.inf, log_i),
        label=bank.label,
        names=np.array(["other"]),
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
