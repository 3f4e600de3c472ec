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
from saed_desktop.results.atomic import atomic_bytes
from trainer.judge.crystals import SPLITS, CrystalPool, Split
from trainer.judge.observed import draw_pattern
from trainer.lattice.crystals import draw_crystal

PER_FILE = 100
ZONES = 3
_HARD_SHARE = 0.3


@dataclass(frozen=True, eq=False)
class LatticeExamples:
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

    features: npt.NDArray[np.float32]
    label: npt.NDArray[np.int64]
    crystal: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.label)

    def save(self, path: Path) -> None:
        """Write the examples under a temporary name and rename it."""
        with atomic_bytes(path) as stream:
            np.savez_compressed(stream, **{f.name: getattr(self, f.name) for f in fields(self)})


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
    parts: dict[str, list[np.ndarray]] = {f.name: [] for f in fields(LatticeExamples)}
    for path in paths:
        try:
            with np.load(path, allow_pickle=False) as data:
                for name, kept in parts.items():
                    kept.append(data[name])
        except (OSError, KeyError, ValueError) as error:
            raise UsageError(f"{path} holds no zones ({error}).") from error
        if parts["features"][-1].shape[1] != len(FEATURES):
            raise UsageError(f"{path} holds other features than this version reads.")
    return LatticeExamples(**{name: np.concatenate(kept) for name, kept in parts.items()})


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
    for number in range(-(-count // PER_FILE)):
        path = folder / f"{split}-{seed}-{number:04d}.npz"
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
