"""Crystals as they are: bent, twinned, faulted, modulated, and scattering more than once."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.twin_laws import twin_laws
from saed_desktop.simulation.orientation import rotation_about
from trainer.data.ranges import OrientationRanges, Range
from trainer.data.reflection_library import draw_orientations
from trainer.judge.crystal_pattern import (
    CrystalPattern,
    calculator_of,
    crystal_pattern,
    superposed,
)
from trainer.judge.faults import draw_fault, with_fault, with_satellites

_BEND_SAMPLES = 3
_ON_EDGE = 3.0
"""Twins are looked at along their planes: for each unit of the cosine between a plane's normal and
the beam a law is drawn e^-3 times as often."""

_SCATTERED_AGAIN = 16
"""Beams that are strong enough to be scattered once more."""
_FORBIDDEN = 1e-6
"""|F|² relative to the largest."""


@dataclass(frozen=True)
class ImperfectionRanges:
    """Ranges of the imperfections of drawn crystals. All are choices.

    Parameters
    ----------
    bend_share, bend_sigma_deg
        Share of bent crystals, and the standard deviation of the tilt within the selected area;
        foils bend by tenths of a degree per micrometre.
    twin_share, twin_weight
        Share of twinned crystals, and the twin's volume relative to the crystal's.
    rescattered_share, rescattered_level
        Share of patterns with spots of double diffraction that Bloch waves do not give: of
        forbidden reflections in kinematical patterns, and of sums of a twin's vectors and the
        crystal's; and the brightest of them, relative to the brightest spot.
    fault_share, fault_height, fault_width
        Share of crystals with planar faults; the intensity along a fault's streak at its middle,
        relative to the reflection's, and the streak's half width, 1/Å.
    satellite_share, satellite_level
        Share of modulated crystals, and the intensity of satellites relative to their reflection's.
    misstated_share, misstated_sigmas
        Share of stated scales that are wrong by more than they say, and how many times as much.
    """

    bend_share: float = 0.5
    bend_sigma_deg: Range = (0.1, 0.8)
    twin_share: float = 0.12
    twin_weight: Range = (0.1, 1.0)
    rescattered_share: float = 0.5
    rescattered_level: Range = (0.002, 0.3)
    fault_share: float = 0.12
    fault_height: Range = (0.03, 0.5)
    fault_width: Range = (0.01, 0.08)
    satellite_share: float = 0.06
    satellite_level: Range = (0.01, 0.2)
    misstated_share: float = 0.05
    misstated_sigmas: Range = (1.5, 3.0)


PERFECT = ImperfectionRanges(
    bend_share=0.0,
    twin_share=0.0,
    rescattered_share=0.0,
    fault_share=0.0,
    satellite_share=0.0,
    misstated_share=0.0,
)


@dataclass(frozen=True)
class DrawnCrystal:
    """A crystal's reflections, with the names of its imperfections."""

    pattern: CrystalPattern
    imperfections: tuple[str, ...]


def draw_crystal(
    phase: Phase,
    orientations: OrientationRanges,
    ranges: ImperfectionRanges,
    rng: np.random.Generator,
) -> DrawnCrystal:
    """Return a crystal's reflections in an orientation drawn.

    Parameters
    ----------
    phase
        The crystal.
    orientations
        Orientations and thicknesses to draw from.
    ranges
        Imperfections to draw from.
    rng
        Random numbers.
    """
    orientation = draw_orientations(phase, 1, orientations, rng)[0]
    thickness = np.array(orientations.thickness_angstrom)
    calculator = calculator_of(phase)
    names = []
    tilts: list[FloatArray] = []
    if rng.random() < ranges.bend_share:
        names.append("bent")
        tilts = draw_tilts(ranges, rng)

    def seen(turned: FloatArray) -> CrystalPattern:
        return crystal_pattern(calculator, turned, thickness, tilts)

    pattern = seen(orientation)
    is_rescattered = bool(rng.random() < ranges.rescattered_share)
    if is_rescattered:
        names.append("double diffraction")
        pattern = with_rescattered(phase, pattern, _level(ranges.rescattered_level, rng))
    if rng.random() < ranges.fault_share:
        names.append("faults")
        fault = draw_fault(phase, orientation, ranges.fault_height, ranges.fault_width, rng)
        pattern = with_fault(pattern, phase, orientation, fault, rng)
    if rng.random() < ranges.satellite_share:
        names.append("satellites")
        level = _level(ranges.satellite_level, rng)
        pattern = with_satellites(pattern, phase, orientation, level, rng)
    if rng.random() < ranges.twin_share:
        level = _level(ranges.rescattered_level, rng) if is_rescattered else 0.0
        twin = _draw_twin(phase, orientation, seen, rng)
        if twin is not None:
            names.append("twin")
            pattern = twinned(pattern, twin, _level(ranges.twin_weight, rng), level)
    return DrawnCrystal(pattern, tuple(names))


def draw_tilts(ranges: ImperfectionRanges, rng: np.random.Generator) -> list[FloatArray]:
    """Return rotations (3, 3) of some parts of a bent crystal, relative to its middle."""
    sigma = np.deg2rad(rng.uniform(*ranges.bend_sigma_deg))
    return [
        rotation_about([1, 0, 0], a) @ rotation_about([0, 1, 0], b)
        for a, b in rng.normal(0, sigma, (_BEND_SAMPLES, 2))
    ]


def with_rescattered(phase: Phase, pattern: CrystalPattern, level: float) -> CrystalPattern:
    """Return a pattern whose forbidden reflections are reached by way of two others.

    A strong beam h is diffracted once more by g - h, so that g is as bright as h is, times |F|² of
    g - h; where no two reflections lead to it, it stays dark.

    Parameters
    ----------
    phase
        The crystal.
    pattern
        Its reflections.
    level
        Intensity of the brightest one, relative to the brightest spot, where all are excited.
    """
    forbidden = np.flatnonzero(pattern.strength < _FORBIDDEN)
    bright = pattern.kinematical
    first = np.argsort(-bright)[:_SCATTERED_AGAIN]
    if len(forbidden) == 0 or len(first) == 0:
        return pattern
    second = pattern.hkl[forbidden][:, None] - pattern.hkl[first][None]
    factor = np.abs(phase.structure_factors(second.reshape(-1, 3))) ** 2
    paths = (factor.reshape(second.shape[:2]) * bright[first]).sum(axis=1)
    most = float(paths.max())
    if most <= _FORBIDDEN * max(float(factor.max()) * float(bright.max()), 1e-12):
        return pattern
    strength = pattern.strength.copy()
    strength[forbidden] = paths / most * level * float(bright.max())
    return replace(pattern, strength=strength)


def _draw_twin(
    phase: Phase,
    orientation: FloatArray,
    seen: Callable[[FloatArray], CrystalPattern],
    rng: np.random.Generator,
) -> CrystalPattern | None:
    """Return the pattern of a twin by one of the crystal's laws; None where it has none."""
    laws = twin_laws(phase)
    if not laws:
        return None
    weight = np.exp([law.log_prior - _ON_EDGE * abs(orientation[2] @ law.normal) for law in laws])
    law = laws[int(rng.choice(len(laws), p=weight / weight.sum()))]
    return seen(orientation @ law.rotation)


def twinned(
    crystal: CrystalPattern, twin: CrystalPattern, weight: float, level: float
) -> CrystalPattern:
    """Return a crystal with its twin, and what the one diffracts of the other's beams.

    Parameters
    ----------
    crystal, twin
        Their patterns.
    weight
        Volume of the twin, relative to the crystal's.
    level
        Intensity of the brightest sum of a vector of each, relative to the brightest spot; 0 for
        crystals that lie side by side and not one upon the other.
    """
    both = superposed(crystal, twin, weight)
    if level <= 0 or len(crystal) == 0 or len(twin) == 0:
        return both
    one, other = (np.argsort(-p.kinematical)[:6] for p in (crystal, twin))
    q_xy = (crystal.q_xy[one][:, None] + twin.q_xy[other][None]).reshape(-1, 2)
    share = np.multiply.outer(crystal.kinematical[one], twin.kinematical[other]).ravel()
    bright = share > 0
    if not bright.any():
        return both
    strength = share / share.max() * level * float(both.kinematical.max())
    return both.with_spots(q_xy[bright], strength[bright], np.zeros(int(bright.sum())))


def _level(span: Range, rng: np.random.Generator) -> float:
    return float(np.exp(rng.uniform(*np.log(span))))
