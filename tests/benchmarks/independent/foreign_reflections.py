"""Reflections of crystals that are none of the phases and took no part in any training.

python -m tests.benchmarks.independent.foreign_reflections --crystals 150 --seed 4242 foreign.npz

The crystals are drawn with a seed of their own; their Bloch waves are this repository's, the
pictures that make_folder makes of them the second camera's.
"""

import argparse
from pathlib import Path

import numpy as np

from trainer.data.ranges import OrientationRanges
from trainer.data.reflection_library import LibraryTask, compute_reflection_libraries
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
        LibraryTask(random_crystal(i, options.seed), 0, options.per_crystal, options.seed + i)
        for i in range(options.crystals)
    ]
    library = compute_reflection_libraries(tasks, OrientationRanges())
    thickness = rng.integers(0, library.n_thicknesses, len(library))
    log_i = library.log_dynamical[np.arange(len(library)), :, thickness].astype(np.float32)
    log_i = log_i - log_i.max(axis=1, keepdims=True)
    np.savez(
        options.output,
        q_xy=library.q_xy,
        log_intensity=np.where(log_i < _DEEPEST, -np.inf, log_i),
        label=library.label,
        names=np.array(["other"]),
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
