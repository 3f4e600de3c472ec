"""Scale and ellipse from a pattern of a known crystal: rings of many grains, or spots of one."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.calibration.ring_shape import RingShape
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import plane_label
from saed_desktop.errors import SaedError
from saed_desktop.indexing.pipeline import IndexingSetup, index_spots
from saed_desktop.indexing.solution import Candidate
from saed_desktop.pattern.calibration import UNKNOWN_SCALE_RANGE, Calibration
from saed_desktop.pattern.distortion import Ellipse, ellipse_of
from saed_desktop.pattern.kind import find_rings
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.simulation.kinematical import reciprocal_points

RING_TOLERANCE = 0.015
_REACH_INV_ANGSTROM = 1.6


class CalibrationFailedError(SaedError):
    """A pattern that cannot serve as a standard."""


@dataclass(frozen=True)
class PowderLine:
    """One line of a powder pattern."""

    label: str
    q_inv_angstrom: float
    strength: float


@dataclass(frozen=True)
class PowderLineFit:
    """One ring or reflection with what the fit leaves.

    Parameters
    ----------
    radius_px
        Measured.
    deviation
        Measured over expected radius, minus 1.
    """

    label: str
    d_angstrom: float
    radius_px: float
    deviation: float


@dataclass(frozen=True)
class StandardFit:
    """Scale and ellipse fitted to a standard.

    Parameters
    ----------
    scale_inv_angstrom_per_px, relative_sigma
        The scale, the mean over all directions, with its standard uncertainty.
    ellipse
        The distortion that is left in the pattern.
    center_xy
        The beam as the rings or the crystal have it, in pixels.
    lines
        What was used.
    n_unmatched
        Rings or spots that the crystal does not explain.
    words
        What was found, in a sentence.
    """

    scale_inv_angstrom_per_px: float
    relative_sigma: float
    ellipse: Ellipse
    center_xy: tuple[float, float]
    lines: tuple[PowderLineFit, ...]
    n_unmatched: int
    words: str


def powder_lines(phase: Phase, q_max: float = _REACH_INV_ANGSTROM) -> list[PowderLine]:
    """Return the lines of a powder of a crystal, by rising length."""
    points = reciprocal_points(phase, q_max)
    strength = np.abs(points.structure_factor) ** 2
    lines: list[PowderLine] = []
    start = 0
    for end in range(1, len(points.length) + 1):
        is_last = end == len(points.length)
        if not is_last and points.length[end] < points.length[start] * 1.002:
            continue
        together = slice(start, end)
        best = start + int(np.argmax(strength[together]))
        # a ring spreads what its family diffracts over its circumference
        total = float(strength[together].sum() / points.length[start])
        family = np.sort(np.abs(points.hkl[best]))[::-1] if _is_cubic(phase) else points.hkl[best]
        label = plane_label(phase.lattice, family)
        lines.append(PowderLine(label, float(points.length[together].mean()), total))
        start = end
    largest = max((line.strength for line in lines), default=1.0)
    return [line for line in lines if line.strength > 0.004 * largest]


def _is_cubic(phase: Phase) -> bool:
    return phase.space_group.number >= 195


# ---- rings ----------------------------------------------------------------------------------


def fit_rings(prepared: PreparedPattern, phase: Phase) -> StandardFit:
    """Fit scale, ellipse and centre to the rings of a powder.

    Raises
    ------
    CalibrationFailedError
        If there are too few rings, or they are not the crystal's.
    """
    radii = _ring_radii(prepared)
    if len(radii) < 2:
        raise CalibrationFailedError(
            "Fewer than two rings can be seen. Take a pattern with more rings, or choose a "
            "single crystal."
        )
    lines = powder_lines(phase)
    _, scale, pairs = _assigned(radii, lines, prepared.pattern.calibration)
    if len(pairs) < 2 or len(pairs) < 0.5 * len(radii):
        raise CalibrationFailedError(
            f"The rings do not fit {phase.name}: {len(pairs)} of {len(radii)} rings lie where "
            "its lines would be. Choose another standard."
        )
    shape = RingShape(prepared, radii[[i for i, _ in pairs]])
    expected = np.array([lines[j].q_inv_angstrom for _, j in pairs])
    weight = 1 / np.maximum(shape.sigma_px / shape.radius_px, 5e-4) ** 2
    scale = float(np.exp(np.average(np.log(expected / shape.radius_px), weights=weight)))
    deviation = shape.radius_px * scale / expected - 1
    spread = float(np.sqrt(np.average(deviation**2, weights=weight)))
    fits = tuple(
        PowderLineFit(lines[j].label, 1 / lines[j].q_inv_angstrom, float(r), float(off))
        for (_, j), r, off in zip(pairs, shape.radius_px, deviation, strict=True)
    )
    return StandardFit(
        scale_inv_angstrom_per_px=scale,
        relative_sigma=max(spread / np.sqrt(max(len(pairs) - 1, 1)), 0.001),
        ellipse=shape.ellipse,
        center_xy=shape.center_xy,
        lines=fits,
        n_unmatched=len(radii) - len(pairs),
        words=f"{len(pairs)} of {len(radii)} rings are lines of {phase.name}.",
    )


def _ring_radii(prepared: PreparedPattern) -> FloatArray:
    if len(prepared.rings) >= 2:
        return prepared.rings.radius_px
    # coarse grains make rings of dots, which the median over the azimuth does not see
    rings = find_rings(
        np.ascontiguousarray(prepared.bright_image), prepared.mask.masked, prepared.center.xy
    )
    return rings.radius_px if len(rings) > len(prepared.rings) else prepared.rings.radius_px


@dataclass(frozen=True)
class RingAssignment:
    """Assignment of a pattern's rings to the lines of a crystal at the best scale.

    Parameters
    ----------
    scale_inv_angstrom_per_px
        The scale under which most rings are lines.
    n_matched
        How many of them are.
    spread
        Standard deviation of their relative distances from those lines.
    value
        Greater is better: lines that should be seen and are not count against the crystal.
    """

    scale_inv_angstrom_per_px: float
    n_matched: int
    spread: float
    value: float


def ring_assignment(prepared: PreparedPattern, phase: Phase) -> RingAssignment:
    """Return how the rings fit a crystal at the scale that suits it best."""
    radii, lines = _ring_radii(prepared), powder_lines(phase)
    value, _, pairs = _assigned(radii, lines, Calibration.unknown())
    if not pairs:
        return RingAssignment(float("nan"), 0, float("inf"), float("-inf"))
    logs = np.log([lines[j].q_inv_angstrom / radii[i] for i, j in pairs])
    spread = float(np.std(logs)) if len(pairs) > 1 else float("inf")
    return RingAssignment(float(np.exp(logs.mean())), len(pairs), spread, value)


def _assigned(
    radii: FloatArray, lines: list[PowderLine], calibration: Calibration
) -> tuple[float, float, list[tuple[int, int]]]:
    """Return how well rings and lines agree at best, under which scale, and the pairs."""
    low, high = UNKNOWN_SCALE_RANGE
    stated = calibration.scale_inv_angstrom_per_px
    if stated is not None:
        # headers are wrong by a third at times; further off they mean something else
        low, high = 0.65 * stated, 1.5 * stated
    q = np.array([line.q_inv_angstrom for line in lines])
    strength = np.array([line.strength for line in lines])
    strong = strength > 0.08 * strength.max(initial=0.0)
    best: tuple[float, float, list[tuple[int, int]]] = (-np.inf, 0.0, [])
    for radius in radii:
        for candidate in q[:10] / radius:
            if not low <= candidate <= high:
                continue
            value, pairs = _judged(radii, q, strong, float(candidate))
            if value > best[0]:
                best = (value, float(candidate), pairs)
    return best


def _judged(
    radii: FloatArray, q: FloatArray, strong: npt.NDArray[np.bool_], scale: float
) -> tuple[float, list[tuple[int, int]]]:
    """Return how well rings and lines agree under a scale, and the pairs."""
    off = np.abs(np.log(radii[:, None] * scale / q[None, :]))
    pairs: list[tuple[int, int]] = []
    for i in range(len(radii)):
        j = int(np.argmin(off[i]))
        if off[i, j] < RING_TOLERANCE and not any(j == other for _, other in pairs):
            pairs.append((i, j))
    in_sight = (q > 0.97 * radii.min() * scale) & (q < 1.03 * radii.max() * scale)
    expected = in_sight & strong
    found = np.zeros(len(q), dtype=bool)
    found[[j for _, j in pairs]] = True
    missing = int((expected & ~found).sum())
    # weak lines in between are many, and a ring is near one of them by chance
    weak_pairs = sum(not strong[j] for _, j in pairs)
    closeness = sum(1 - off[i, j] / RING_TOLERANCE for i, j in pairs)
    value = len(pairs) + 0.5 * closeness - 0.8 * missing - 0.6 * weak_pairs
    return value - 0.7 * (len(radii) - len(pairs)), pairs


# ---- a single crystal -----------------------------------------------------------------------


def fit_crystal(prepared: PreparedPattern, phase: Phase) -> StandardFit:
    """Fit scale, ellipse and centre to the spots of a single crystal.

    Raises
    ------
    CalibrationFailedError
        If no orientation of the crystal explains the spots.
    """
    candidates = index_spots(_with_loose_scale(prepared), IndexingSetup((phase,))).candidates
    if not candidates or candidates[0].matched < 5:
        raise CalibrationFailedError(
            f"No orientation of {phase.name} explains the spots. Choose another standard."
        )
    best = candidates[0]
    used = np.flatnonzero(best.match.is_matched & (best.match.visible > 0.02))
    spots = prepared.diffracted
    ideal = (phase.lattice.g_vectors(best.match.hkl[used]) @ best.orientation.T)[:, :2]
    measured = spots.xy[best.match.spot[used]]
    matrix, center, residual = _affine(ideal, measured)
    scale = float(1 / np.sqrt(abs(np.linalg.det(matrix))))
    radius = np.hypot(*((measured - center) @ np.linalg.inv(matrix).T).T)
    length = np.hypot(*ideal.T)
    spread = float(np.sqrt(np.mean(residual**2)) * scale / np.sqrt(np.mean(length**2)))
    lines = tuple(
        PowderLineFit(
            plane_label(phase.lattice, best.match.hkl[i]),
            float(1 / q),
            float(np.hypot(*(xy - center))),
            float(r / q - 1),
        )
        for i, q, r, xy in zip(used, length, radius, measured, strict=True)
    )
    zone = best.zone_label
    return StandardFit(
        scale_inv_angstrom_per_px=scale,
        relative_sigma=max(spread / np.sqrt(max(len(used) - 3, 1)), 0.001),
        ellipse=ellipse_of(matrix) if len(used) >= 8 else Ellipse(1.0),
        center_xy=(float(center[0]), float(center[1])),
        lines=tuple(sorted(lines, key=lambda line: -line.d_angstrom)),
        n_unmatched=best.unexplained,
        words=_crystal_words(best, phase, zone),
    )


def _crystal_words(best: Candidate, phase: Phase, zone: str) -> str:
    total = best.matched + best.unexplained
    return f"{phase.name} along {zone} explains {best.matched} of {total} spots."


def _with_loose_scale(prepared: PreparedPattern) -> PreparedPattern:
    """Return the pattern with its scale believed only roughly: it is what is looked for."""
    calibration = prepared.pattern.calibration
    scale = calibration.scale_inv_angstrom_per_px
    loose = Calibration.unknown()
    if scale is not None:
        loose = Calibration.known(scale, calibration.source, max(calibration.relative_sigma, 0.06))
    return replace(prepared, pattern=prepared.pattern.with_calibration(loose))


def _affine(ideal: FloatArray, measured: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the linear map (2, 2), the centre (2,) and the residuals (n,) of measured on ideal."""
    design = np.column_stack([ideal, np.ones(len(ideal))])
    keep = np.ones(len(ideal), dtype=bool)
    solution: FloatArray = np.zeros((3, 2))
    distance: FloatArray = np.zeros(len(ideal))
    for _ in range(3):
        solution = np.asarray(
            np.linalg.lstsq(design[keep], measured[keep], rcond=None)[0], dtype=np.float64
        )
        distance = np.hypot(*(measured - design @ solution).T)
        keep = distance <= max(3 * float(np.median(distance[keep])), 0.3)
    return solution[:2].T, solution[2], distance[keep]
