"""Draws zones of crystals as features of their lattices, a file at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt

from saed_desktop.errors import UsageError
from saed_desktop.indexing.lattice.features import FEATURES, lattice_features
from saed_desktop.indexing.lattice.zone_lattice import zone_lattice
from trainer.data.array_file import ArrayFile, series
from trainer.judge.crystals import SPLITS, CrystalPool, Split
from trainer.judge.observed import DrawnPattern, draw_pattern
from trainer.lattice.crystals import draw_crystal

PER_FILE = 100
ZONES = 3
_HARD_SHARE = 0.3
SPOTS_KEPT = 256


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

    def __getitem__(self, rows: npt.NDArray[Any]) -> Self:
        """Return the zones of an index array or a boolean mask (n,)."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, eq=False)
class DrawnZones(LatticeExamples):
    """Zones with their spots, so that other features and networks can read the very same ones.

    Parameters
    ----------
    spots
        Offsets from the beam in px, log intensity, significance (n, 256, 4), zero beyond the last.
    n_spots
        How many there are (n,).
    center_xy
        The beam (n, 2) in px.
    scale, scale_sigma
        1/Å per pixel as it is believed (n,), NaN where unknown, and its relative uncertainty.
    basis
        The two vectors of the lattice found (n, 2, 2) in px.
    origin_xy, rms_px, n_members
        Its origin (n, 2), its spots' distance from it (n,), and how many they are (n,).
    name
        Of the crystal before it was deformed (n,).
    """

    spots: npt.NDArray[np.float32]
    n_spots: npt.NDArray[np.int64]
    center_xy: npt.NDArray[np.float64]
    scale: npt.NDArray[np.float64]
    scale_sigma: npt.NDArray[np.float64]
    basis: npt.NDArray[np.float64]
    origin_xy: npt.NDArray[np.float64]
    rms_px: npt.NDArray[np.float64]
    n_members: npt.NDArray[np.int64]
    name: npt.NDArray[np.str_]


_Kind = TypeVar("_Kind", bound=LatticeExamples)


def load_examples(folder: Path) -> LatticeExamples:
    """Read all examples of a folder, without their spots.

    Raises
    ------
    UsageError
        If there are none, or they hold other features.
    """
    return _loaded(folder, LatticeExamples)


def load_zones(folder: Path) -> DrawnZones:
    """Read all zones of a folder with their spots.

    Raises
    ------
    UsageError
        If there are none, or they hold other features.
    """
    return _loaded(folder, DrawnZones)


def _loaded(folder: Path, kind: type[_Kind]) -> _Kind:
    paths = sorted(folder.glob("*.npz"))
    if not paths:
        raise UsageError(f"{folder} holds no zones; draw some with 'saed-trainer lattice draw'.")
    parts = [kind.load(path) for path in paths]
    for path, part in zip(paths, parts, strict=True):
        if part.features.shape[1] != len(FEATURES):
            raise UsageError(f"{path} holds other features than this version reads.")
    return joined(parts)


def joined(parts: Sequence[_Kind]) -> _Kind:
    """Return the zones of several parts as one."""
    kind = type(parts[0])
    names = [field.name for field in fields(kind)]
    return kind(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})


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
    rows: list[dict[str, Any]] = []
    for index in range(number * PER_FILE, (number + 1) * PER_FILE):
        rng = np.random.default_rng((own, index))
        drawn = draw_crystal(_pool(split), rng)
        for zone in range(ZONES):
            is_hard = bool(rng.random() < _HARD_SHARE)
            pattern = draw_pattern(
                drawn.phase, own, index * ZONES + zone, picture=False, hard=is_hard
            )
            row = None if pattern is None else zone_row(pattern)
            if row is not None:
                # numbers of several series stay apart
                crystal = own * 1_000_000 + index
                rows.append({**row, "label": drawn.label, "crystal": crystal, "name": drawn.name})
    zones_of_rows(rows).save(path)


def zone_row(pattern: DrawnPattern) -> dict[str, Any] | None:
    """Return what is kept of a pattern's zone but for its crystal; None without a sure lattice.

    Parameters
    ----------
    pattern
        A drawn pattern.
    """
    found, observation = pattern.spot_lattice, pattern.observation
    if found is None or not found.is_sure:
        return None
    zone = zone_lattice(observation, found)
    if zone is None:
        return None
    spots = np.zeros((SPOTS_KEPT, 4), np.float32)
    n_spots = min(len(observation), SPOTS_KEPT)
    columns = (*observation.offsets_px.T, observation.log_intensity, observation.significance)
    spots[:n_spots] = np.column_stack(columns)[:n_spots]
    return {
        "features": lattice_features(zone),
        "spots": spots,
        "n_spots": n_spots,
        "center_xy": observation.center_xy,
        "scale": np.nan if observation.scale is None else observation.scale,
        "scale_sigma": observation.scale_sigma,
        "basis": found.basis,
        "origin_xy": found.origin_xy,
        "rms_px": found.rms_px,
        "n_members": int(found.members.sum()),
    }


def zones_of_rows(rows: list[dict[str, Any]]) -> DrawnZones:
    """Return zones out of one row for each."""
    shapes = {"features": (len(FEATURES),), "spots": (SPOTS_KEPT, 4), "basis": (2, 2)}
    shapes |= {"center_xy": (2,), "origin_xy": (2,)}
    kinds: dict[str, type] = {"features": np.float32, "spots": np.float32, "name": np.str_}
    kinds |= dict.fromkeys(("label", "crystal", "n_spots", "n_members"), np.int64)
    return DrawnZones(
        **{
            f.name: np.array([row[f.name] for row in rows], kinds.get(f.name, np.float64)).reshape(
                -1, *shapes.get(f.name, ())
            )
            for f in fields(DrawnZones)
        }
    )
