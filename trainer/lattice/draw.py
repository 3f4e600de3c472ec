"""Draws zones of crystals as features of their lattices, a file at a time."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from saed_desktop.errors import UsageError
from saed_desktop.indexing.lattice.features import FEATURES, lattice_features
from saed_desktop.indexing.lattice.zone_lattice import zone_lattice
from trainer.data.array_file import ArrayFile, series
from trainer.judge.crystals import SPLITS, CrystalPool, Split
from trainer.judge.observed import draw_pattern
from trainer.lattice.crystals import draw_crystal

PER_FILE = 100
ZONES = 3
_HARD_SHARE = 0.3


@dataclass(frozen=True, eq=False)
class LatticeExamples(ArrayFile):
    """Zones of crystals.

    Parameters
    ----------
    features
        Of each zone's lattice (n, f).
    label
        Place of the crystal's space group among the classes (n,).
    crystal
        Which of the crystals drawn (n,); one shows up to three zones.
    """

    HOLDS = "zones"

    features: npt.NDArray[np.float32]
    label: npt.NDArray[np.int64]
    crystal: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.label)


def load_examples(folder: Path) -> LatticeExamples:
    """Read all examples of a folder.

    Raises
    ------
    UsageError
        If there are none, or they hold other features.
    """
    paths = sorted(folder.glob("*.npz"))
    if not paths:
        raise UsageError(f"{folder} holds no zones; draw some with 'saed-trainer lattice draw'.")
    parts = [LatticeExamples.load(path) for path in paths]
    for path, part in zip(paths, parts, strict=True):
        if part.features.shape[1] != len(FEATURES):
            raise UsageError(f"{path} holds other features than this version reads.")
    names = [field.name for field in fields(LatticeExamples)]
    return LatticeExamples(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def draw_zones(
    folder: Path,
    split: Split,
    count: int,
    seed: int,
    *,
    on_progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Draw zones of at least `count` crystals into files; those that exist already are kept.

    Parameters
    ----------
    folder
        Where the files go.
    split
        Whose crystals are drawn.
    count
        Crystals, each in up to three zones.
    seed
        Of the whole series.
    on_progress
        Told how many crystals more are done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(series(folder, split, seed, count=count, per_file=PER_FILE)):
        if not path.exists():
            _draw_file(path, split, seed, number)
        on_progress(PER_FILE)


@cache
def _pool(split: Split) -> CrystalPool:
    return CrystalPool(split)


def _draw_file(path: Path, split: Split, seed: int, number: int) -> None:
    own = 3000 + seed * len(SPLITS) + SPLITS.index(split)
    features: list[npt.NDArray[np.float32]] = []
    label: list[int] = []
    crystal: list[int] = []
    for index in range(number * PER_FILE, (number + 1) * PER_FILE):
        rng = np.random.default_rng((own, index))
        drawn = draw_crystal(_pool(split), rng)
        for zone in range(ZONES):
            is_hard = bool(rng.random() < _HARD_SHARE)
            pattern = draw_pattern(
                drawn.phase, own, index * ZONES + zone, picture=False, hard=is_hard
            )
            if pattern is None or pattern.spot_lattice is None:
                continue
            found = zone_lattice(pattern.observation, pattern.spot_lattice)
            if found is None or not pattern.spot_lattice.is_sure:
                continue
            features.append(lattice_features(found))
            label.append(drawn.label)
            # numbers of several series stay apart
            crystal.append(own * 1_000_000 + index)
    LatticeExamples(
        np.array(features, np.float32).reshape(-1, len(FEATURES)),
        np.array(label, np.int64),
        np.array(crystal, np.int64),
    ).save(path)
