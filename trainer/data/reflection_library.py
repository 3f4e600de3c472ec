"""A library of computed reflections: computed once, from which patterns are drawn.

For each orientation it keeps the strongest reflections with their place, excitation error,
structure factor and Bloch-wave intensities at several thicknesses. Everything that a microscope
and a detector do to them is left to the spot simulator, which draws it for every pattern.
"""

import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import Float32Array
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import Indices, zone_axes
from saed_desktop.errors import UsageError
from saed_desktop.results.atomic import atomic_bytes
from saed_desktop.simulation.bloch import BlochCalculator, BlochPattern
from saed_desktop.simulation.orientation import (
    orientation_of_zone,
    random_rotations,
    rotation_about,
)
from trainer.data.interruption import PreparationStopped, never
from trainer.data.ranges import OrientationRanges

N_REFLECTIONS = 160
LIBRARY_Q_MAX = 1.75
_FLOOR = -16.0


@dataclass(frozen=True, eq=False)
class ReflectionLibrary:
    """Reflections of many orientations; entries are sorted by label.

    Parameters
    ----------
    label
        Class index of each entry (n,).
    q_xy
        Positions (n, 160, 2) in 1/Å.
    excitation_error
        (n, 160) in 1/Å.
    log_kinematical
        Natural logarithm of |F|² over the largest of the crystal (n, 160); -16 where empty.
    log_dynamical
        Natural logarithm of Bloch-wave intensities (n, 160, thicknesses); -16 where empty.
    names
        Class names in the order of the indices.
    """

    label: npt.NDArray[np.int64]
    q_xy: Float32Array
    excitation_error: Float32Array
    log_kinematical: Float32Array
    log_dynamical: Float32Array
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.label)

    @property
    def n_thicknesses(self) -> int:
        """The number of thicknesses that intensities are kept for."""
        return self.log_dynamical.shape[2]

    def named(self, names: Sequence[str]) -> "ReflectionLibrary":
        """Return the library with names for its classes."""
        return replace(self, names=tuple(names))

    def parted(self, every: int) -> tuple["ReflectionLibrary", "ReflectionLibrary"]:
        """Return two libraries of different orientations, the second with one in `every`.

        What is measured on the second says something of orientations that were never learnt.
        """
        rank = np.arange(len(self)) - np.searchsorted(self.label, self.label, side="left")
        apart = rank % every == every - 1
        return self._subset(~apart), self._subset(apart)

    def _subset(self, chosen: npt.NDArray[np.bool_]) -> "ReflectionLibrary":
        return ReflectionLibrary(
            self.label[chosen],
            self.q_xy[chosen],
            self.excitation_error[chosen],
            self.log_kinematical[chosen],
            self.log_dynamical[chosen],
            self.names,
        )

    def save(self, path: Path) -> None:
        """Write the library under a temporary name and rename it."""
        with atomic_bytes(path) as stream:
            np.savez(
                stream,
                label=self.label,
                q_xy=self.q_xy,
                excitation_error=self.excitation_error.astype(np.float16),
                log_kinematical=self.log_kinematical.astype(np.float16),
                log_dynamical=self.log_dynamical.astype(np.float16),
                names=np.array(self.names),
            )

    @classmethod
    def load(cls, path: Path) -> "ReflectionLibrary":
        """Read a library.

        Raises
        ------
        UsageError
            If the file is no library.
        """
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
                return cls(
                    data["label"],
                    data["q_xy"],
                    data["excitation_error"].astype(np.float32),
                    data["log_kinematical"].astype(np.float32),
                    data["log_dynamical"].astype(np.float32),
                    tuple(str(name) for name in data["names"]),
                )
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise UsageError(f"{path} is no reflection library ({error}).") from error


def joined(libraries: Sequence[ReflectionLibrary]) -> ReflectionLibrary:
    """Return one library of several, sorted by label."""
    label = np.concatenate([library.label for library in libraries])
    order = np.argsort(label, kind="stable")
    return ReflectionLibrary(
        label[order],
        np.concatenate([b.q_xy for b in libraries])[order],
        np.concatenate([b.excitation_error for b in libraries])[order],
        np.concatenate([b.log_kinematical for b in libraries])[order],
        np.concatenate([b.log_dynamical for b in libraries])[order],
    )


def draw_orientations(
    phase: Phase, count: int, ranges: OrientationRanges, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return orientations (n, 3, 3): mostly near short zone axes, some anywhere.

    The in-plane rotation is left at one value; the spot simulator turns every pattern.
    """
    axes = _axes_of(phase, ranges.max_index)
    length = np.array([np.linalg.norm(phase.lattice.directions(uvw)) for uvw in axes])
    weight = (length / length.min()) ** -ranges.length_power
    chosen = rng.choice(len(axes), size=count, p=weight / weight.sum())
    is_random = rng.random(count) < ranges.random_share
    anywhere = random_rotations(count, rng)
    result = np.empty((count, 3, 3))
    for i in range(count):
        if is_random[i]:
            result[i] = anywhere[i]
            continue
        tilt = np.hypot(*rng.normal(0, ranges.tilt_sigma_deg, 2))
        result[i] = orientation_of_zone(
            phase.lattice,
            axes[chosen[i]],
            tilt_deg=float(tilt),
            tilt_azimuth_deg=float(rng.uniform(0, 360)),
        )
    return result


@lru_cache(maxsize=4)
def _axes_of(phase: Phase, max_index: int) -> list[Indices]:
    return zone_axes(phase, max_index=max_index)


def compute_reflection_library(
    phase: Phase,
    label: int,
    count: int,
    ranges: OrientationRanges,
    seed: int,
    *,
    is_stopped: Callable[[], bool] = never,
) -> ReflectionLibrary:
    """Return the library of one crystal.

    Parameters
    ----------
    phase
        The crystal.
    label
        Its class index.
    count
        Number of orientations.
    ranges
        Which orientations.
    seed
        Of the draw.
    is_stopped
        Asked before each orientation.

    Raises
    ------
    PreparationStopped
        If `is_stopped` says so.
    """
    # by the crystal and not by its label: another phase in the list changes nothing for this one
    rng = np.random.default_rng((seed, zlib.crc32(phase.name.encode()), count))
    orientations = draw_orientations(phase, count, ranges, rng)
    shares = np.array(ranges.energy_shares) / np.sum(ranges.energy_shares)
    energy = rng.choice(ranges.energies_kev, size=count, p=shares)
    thickness = np.array(ranges.thickness_angstrom)
    q = np.zeros((count, N_REFLECTIONS, 2), np.float32)
    s = np.zeros((count, N_REFLECTIONS), np.float32)
    kinematical = np.full((count, N_REFLECTIONS), _FLOOR, np.float32)
    dynamical = np.full((count, N_REFLECTIONS, len(thickness)), _FLOOR, np.float32)
    for value in np.unique(energy):
        calculator = _calculator(phase, float(value))
        strength = np.abs(phase.structure_factors(calculator.hkl)) ** 2
        largest = float(strength.max(initial=1e-12))
        for i in np.flatnonzero(energy == value):
            if is_stopped():
                raise PreparationStopped
            pattern = _bent_pattern(calculator, orientations[i], thickness, ranges, rng)
            log_f2 = np.log(
                np.maximum(
                    np.abs(phase.structure_factors(pattern.hkl)) ** 2 / largest, np.exp(_FLOOR)
                )
            )
            log_d = np.log(np.maximum(pattern.intensity, np.exp(_FLOOR))).T
            rocking = np.log1p((pattern.excitation_error / 0.012) ** 2)
            importance = np.maximum(log_d.max(axis=1, initial=_FLOOR), log_f2 - rocking - 3)
            order = np.argsort(-importance)[:N_REFLECTIONS]
            n = len(order)
            q[i, :n] = pattern.q_xy[order]
            s[i, :n] = pattern.excitation_error[order]
            kinematical[i, :n] = log_f2[order]
            dynamical[i, :n] = log_d[order]
    return ReflectionLibrary(np.full(count, label, np.int64), q, s, kinematical, dynamical)


_BEND_SAMPLES = 3


def _bent_pattern(
    calculator: BlochCalculator,
    orientation: npt.NDArray[np.float64],
    thickness: npt.NDArray[np.float64],
    ranges: OrientationRanges,
    rng: np.random.Generator,
) -> BlochPattern:
    """Return the pattern without the direct beam, some averaged over the tilts of a bent foil."""
    middle = calculator.pattern(orientation, thickness)
    patterns = [middle]
    if rng.random() < ranges.bend_share:
        sigma = np.deg2rad(rng.uniform(*ranges.bend_sigma_deg))
        for _ in range(_BEND_SAMPLES):
            a, b = rng.normal(0, sigma, 2)
            tilt = rotation_about([1, 0, 0], a) @ rotation_about([0, 1, 0], b)
            patterns.append(calculator.pattern(tilt @ orientation, thickness))
    hkl, first, owner = np.unique(
        np.concatenate([p.hkl[1:] for p in patterns]),
        axis=0,
        return_index=True,
        return_inverse=True,
    )
    intensity = np.zeros((len(thickness), len(hkl)))
    values = np.concatenate([p.intensity[:, 1:] for p in patterns], axis=1)
    for column, beam in enumerate(owner.ravel().tolist()):
        intensity[:, beam] += values[:, column] / len(patterns)
    # the middle pattern comes first, so its positions stand wherever it has the beam
    q_xy = np.concatenate([p.q_xy[1:] for p in patterns])[first]
    s = np.concatenate([p.excitation_error[1:] for p in patterns])[first]
    return BlochPattern(hkl, q_xy, s, intensity)


def _calculator(phase: Phase, energy_kev: float) -> BlochCalculator:
    return BlochCalculator(
        phase,
        energy_kev=energy_kev,
        q_max=LIBRARY_Q_MAX,
        max_beams=_max_beams(phase),
        absorption=0.07,
    )


def _max_beams(phase: Phase) -> int:
    # a large cell has more beams at the same quality; the cost grows with the cube of them
    primitive = phase.lattice.volume / len(phase.space_group.centring_vectors)
    return int(np.clip(0.9 * primitive, 120, 300))


@dataclass(frozen=True)
class LibraryTask:
    """One crystal's share of a library."""

    phase: Phase
    label: int
    count: int
    seed: int


def relative_cost(task: LibraryTask) -> float:
    """Return what a task costs relative to others: orientations times the cube of the beams."""
    return float(task.count * _max_beams(task.phase) ** 3)


def seconds_per_cost(task: LibraryTask, ranges: OrientationRanges) -> float:
    """Return seconds for each unit of `relative_cost`, timed on one orientation of a task."""
    calculator = _calculator(task.phase, ranges.energies_kev[0])
    thickness = np.array(ranges.thickness_angstrom)
    start = time.perf_counter()
    calculator.pattern(np.eye(3), thickness)
    mean_patterns = 1 + ranges.bend_share * _BEND_SAMPLES
    elapsed = (time.perf_counter() - start) * mean_patterns
    return elapsed * task.count / relative_cost(task)


def _run(task: LibraryTask, ranges: OrientationRanges) -> ReflectionLibrary:
    return compute_reflection_library(task.phase, task.label, task.count, ranges, task.seed)


def compute_reflection_libraries(
    tasks: Sequence[LibraryTask],
    ranges: OrientationRanges,
    *,
    processes: int = 1,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> ReflectionLibrary:
    """Return the joined library of several crystals, computed by several processes."""
    libraries: list[ReflectionLibrary] = []
    if processes <= 1:
        for task in tasks:
            libraries.append(_run(task, ranges))
            on_progress(len(libraries), len(tasks))
        return joined(libraries)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for library in pool.map(_run, tasks, [ranges] * len(tasks)):
            libraries.append(library)
            on_progress(len(libraries), len(tasks))
    return joined(libraries)
