"""Computed reflections of the crystals of the class "other", shipped with the trainer.

What a network learns to call "other" are the same crystals whatever the user's phases are, as long
as seed and ranges are the usual ones, and computing them takes minutes. They are kept with the
digits that the simulator's own scatter leaves of them. `python -m trainer.data.record_others`
computes the file.
"""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import numpy as np

from saed_desktop.results.atomic import atomic_bytes
from trainer.data.ranges import OrientationRanges
from trainer.data.reflection_library import LIBRARY_Q_MAX, LibraryTask, ReflectionLibrary
from trainer.data.structures import PER_OTHER_CRYSTAL

FILE = Path(__file__).with_name("shipped_others.npz")

_FLOOR = -16.0
_LOG_STEP = -_FLOOR / 255
_Q_STEP = 1.05 * LIBRARY_Q_MAX / 32767
_EXCITATION_STEP = 1e-5


def task_digest(task: LibraryTask, ranges: OrientationRanges) -> str:
    """Return what a crystal's reflections are found under.

    Numbers count to five digits: random crystals differ in the last ones between machines.
    """
    phase, lattice = task.phase, task.phase.lattice
    numbers = [lattice.a, lattice.b, lattice.c]
    numbers += [lattice.alpha_deg, lattice.beta_deg, lattice.gamma_deg]
    for site in phase.sites:
        numbers += [*site.xyz, site.occupancy, site.b_iso]
    told = [
        phase.name,
        task.count,
        task.seed,
        [f"{number:.5g}" for number in numbers],
        [site.element for site in phase.sites],
        list(phase.space_group.triplets),
        asdict(ranges),
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:20]


@lru_cache(maxsize=1)
def shipped_others() -> Mapping[str, ReflectionLibrary]:
    """Return the libraries by the digest of their task; empty where the file is not there."""
    try:
        with FILE.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
            return _unpacked({name: data[name] for name in data.files})
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return {}


def _unpacked(data: Mapping[str, np.ndarray]) -> dict[str, ReflectionLibrary]:
    q_xy = data["q_xy"].astype(np.float32) * np.float32(_Q_STEP)
    excitation = data["excitation_error"].astype(np.float32) * np.float32(_EXCITATION_STEP)
    kinematical = _FLOOR + data["log_kinematical"].astype(np.float32) * np.float32(_LOG_STEP)
    dynamical = _FLOOR + data["log_dynamical"].astype(np.float32) * np.float32(_LOG_STEP)
    libraries = {}
    for k, digest in enumerate(data["digests"].tolist()):
        rows = slice(k * PER_OTHER_CRYSTAL, (k + 1) * PER_OTHER_CRYSTAL)
        libraries[digest] = ReflectionLibrary(
            np.zeros(PER_OTHER_CRYSTAL, np.int64),
            q_xy[rows],
            excitation[rows],
            kinematical[rows],
            dynamical[rows],
        )
    return libraries


def save_others(libraries: Mapping[str, ReflectionLibrary], path: Path) -> None:
    """Write libraries of crystals, each of `PER_OTHER_CRYSTAL` orientations, by digest."""
    every = list(libraries.values())

    def stacked(name: str) -> np.ndarray:
        return np.concatenate([getattr(one, name) for one in every])

    def logs(name: str) -> np.ndarray:
        steps = np.rint((stacked(name) - _FLOOR) / _LOG_STEP)
        return np.asarray(np.clip(steps, 0, 255), dtype=np.uint8)

    excitation = np.rint(stacked("excitation_error") / _EXCITATION_STEP)
    with atomic_bytes(path) as stream:
        np.savez_compressed(
            stream,
            digests=np.array(list(libraries)),
            q_xy=np.rint(stacked("q_xy") / _Q_STEP).astype(np.int16),
            excitation_error=np.clip(excitation, -32767, 32767).astype(np.int16),
            log_kinematical=logs("log_kinematical"),
            log_dynamical=logs("log_dynamical"),
        )
