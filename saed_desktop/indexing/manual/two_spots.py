"""Indexing by two spots, the classical way: lengths, their ratio, and the angle between them.

Two reflections with the measured lengths and angle fix the orientation of a crystal; their cross
product is the zone axis (Edington, Practical Electron Microscopy in Materials Science, 1976).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import (
    Indices,
    direction_label,
    plane_label,
    reduced,
    zone_axis_of,
)
from saed_desktop.indexing.manual.given_orientation import candidate_in_orientation
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.hypotheses.pair_hypotheses import (
    Tolerance,
    aligned,
    fitting_pairs,
)
from saed_desktop.indexing.solving.phase_table import PhaseTable, phase_table
from saed_desktop.pattern.calibration import UNKNOWN_SCALE_RANGE, Calibration
from saed_desktop.pattern.prepare import PreparedPattern

PointXY = tuple[float, float]

LONGEST_Q_INV_ANGSTROM = 0.8
"""Largest reciprocal length that is tried for the outer of two spots where no scale is known."""
MOST_SOLUTIONS = 60
_MOST_LOOKED_AT = 400


@dataclass(frozen=True)
class PairTolerance:
    """Tolerances of a pair.

    Parameters
    ----------
    length
        Relative, of a length where the scale is known; the scale's uncertainty is added.
    ratio
        Relative, of the ratio of the two lengths.
    angle_deg
        Of the angle between them.
    """

    length: float = 0.03
    ratio: float = 0.03
    angle_deg: float = 2.0


@dataclass(frozen=True)
class PairSolution:
    """Two reflections that may be the two spots.

    Parameters
    ----------
    hkl, labels
        Indices of both and what they are called.
    zone_axis, zone_label
        The zone axis that they span; it points at the viewer.
    length_off
        Measured over expected lengths, minus 1, at the stated scale; None without one.
    ratio_off
        Measured over expected ratio of the lengths, minus 1.
    angle_off_deg
        Measured minus expected angle.
    scale_inv_angstrom_per_px
        The scale that the two lengths give.
    misfit
        Root mean square deviation in units of the tolerances.
    is_forbidden
        Whether the space group forbids one of them: double diffraction can show it.
    """

    phase: str
    hkl: tuple[Indices, Indices]
    labels: tuple[str, str]
    zone_axis: Indices
    zone_label: str
    length_off: tuple[float, float] | None
    ratio_off: float
    angle_off_deg: float
    scale_inv_angstrom_per_px: float
    misfit: float
    is_forbidden: bool


def pair_solutions(
    phase: Phase,
    first_px: PointXY,
    second_px: PointXY,
    calibration: Calibration,
    tolerance: PairTolerance = PairTolerance(),
) -> list[PairSolution]:
    """Return the pairs of reflections that fit two spots, best first, one of each family.

    Parameters
    ----------
    phase
        The crystal.
    first_px, second_px
        The spots as offsets from the direct beam in pixels, x to the right, y downwards.
    calibration
        The stated scale; where it is unknown, ratio and angle alone decide.
    tolerance
        How far a pair may be off.
    """
    measured = np.array([first_px, second_px], dtype=np.float64)
    lengths = np.hypot(*measured.T)
    if not (lengths > 0).all():
        return []
    angle = _angle(measured[0], measured[1])
    is_clockwise = float(measured[0, 0] * measured[1, 1] - measured[0, 1] * measured[1, 0]) > 0
    scale = calibration.scale_inv_angstrom_per_px
    longest = float(lengths.max())
    # without a scale the longer of the two is one of the crystal's own short vectors
    q_max = 1.2 * scale * longest if scale is not None else LONGEST_Q_INV_ANGSTROM
    table = phase_table(phase, float(np.ceil(10 * q_max) / 10))
    # a third each, because pairs are taken up to three deviations
    loose = Tolerance(
        np.hypot(tolerance.length, calibration.relative_sigma) / 3 if scale else np.inf,
        tolerance.ratio / 3,
        tolerance.angle_deg / 3,
    )
    first, second = fitting_pairs(
        table, (float(lengths[0]), float(lengths[1])), angle, scale, loose, UNKNOWN_SCALE_RANGE
    )
    order = _nearest(table, first, second, lengths, angle, tolerance)
    found: dict[tuple[object, ...], PairSolution] = {}
    for i, j in zip(first[order], second[order], strict=True):
        solution = _solution(
            table, int(i), int(j), lengths, angle, scale, tolerance, is_clockwise=is_clockwise
        )
        if solution is not None:
            found.setdefault(_kind(phase, solution), solution)
    return sorted(found.values(), key=lambda s: (s.misfit, s.scale_inv_angstrom_per_px))[
        :MOST_SOLUTIONS
    ]


def _nearest(
    table: PhaseTable,
    first: npt.NDArray[np.intp],
    second: npt.NDArray[np.intp],
    lengths_px: FloatArray,
    angle: float,
    tolerance: PairTolerance,
) -> npt.NDArray[np.intp]:
    """Return which pairs agree best in ratio and angle; short vectors first among equals."""
    points = table.points
    length_1, length_2 = points.length[first], points.length[second]
    ratio_off = np.log(length_1 / length_2) - np.log(lengths_px[0] / lengths_px[1])
    cosine = (points.g[first] * points.g[second]).sum(axis=1) / (length_1 * length_2)
    angle_off = np.rad2deg(np.arccos(np.clip(cosine, -1, 1)) - angle)
    misfit = (ratio_off / tolerance.ratio) ** 2 + (angle_off / tolerance.angle_deg) ** 2
    # where no scale is known, large cells have some long pair that fits by chance
    return np.argsort(misfit + 0.5 * (length_1 + length_2), kind="stable")[:_MOST_LOOKED_AT]


def _solution(
    table: PhaseTable,
    i: int,
    j: int,
    lengths_px: FloatArray,
    angle: float,
    scale: float | None,
    tolerance: PairTolerance,
    *,
    is_clockwise: bool,
) -> PairSolution | None:
    points, lattice = table.points, table.phase.lattice
    cross = np.cross(points.hkl[i], points.hkl[j])
    if not cross.any():
        return None
    expected = np.array([points.length[i], points.length[j]])
    implied = float(np.mean(expected / lengths_px))
    ratio_off = float((lengths_px[0] / lengths_px[1]) / (expected[0] / expected[1]) - 1)
    angle_off = float(np.rad2deg(angle - _angle(points.g[i], points.g[j])))
    length_off = None
    deviations = [ratio_off / tolerance.ratio, angle_off / tolerance.angle_deg]
    if scale is not None:
        off = lengths_px * scale / expected - 1
        length_off = (float(off[0]), float(off[1]))
        deviations += [float(value) / tolerance.length for value in off]
    # rows grow downwards: from the first spot to the second clockwise, the cross product points
    # away from the viewer
    away = np.asarray(zone_axis_of(points.hkl[i], points.hkl[j]))
    zone = reduced(-away if is_clockwise else away)
    one, other = _indices(points.hkl[i]), _indices(points.hkl[j])
    return PairSolution(
        phase=table.phase.name,
        hkl=(one, other),
        labels=(plane_label(lattice, one), plane_label(lattice, other)),
        zone_axis=zone,
        zone_label=direction_label(lattice, zone),
        length_off=length_off,
        ratio_off=ratio_off,
        angle_off_deg=angle_off,
        scale_inv_angstrom_per_px=implied,
        misfit=float(np.sqrt(np.mean(np.square(deviations)))),
        is_forbidden=bool(points.absent[i] or points.absent[j]),
    )


def _kind(phase: Phase, solution: PairSolution) -> tuple[object, ...]:
    """Return what pairs that symmetry makes one share."""
    group = phase.space_group

    def family(hkl: Indices) -> tuple[int, ...]:
        return max(tuple(int(v) for v in row) for row in group.equivalent_hkl(hkl))

    return (
        family(solution.hkl[0]),
        family(solution.hkl[1]),
        group.canonical_uvw(np.array(solution.zone_axis)),
        round(solution.angle_off_deg, 3),
    )


def candidate_of_pair(
    prepared: PreparedPattern,
    phase: Phase,
    hkl: tuple[Indices, Indices],
    spots_xy: tuple[PointXY, PointXY],
) -> Candidate | None:
    """Return the pattern indexed so that two spots are two reflections, refined on all spots.

    Parameters
    ----------
    prepared
        The pattern.
    phase, hkl
        The crystal, and the indices of the two spots; the other spots are named on the same axes.
    spots_xy
        The two spots in pixels of the pattern.
    """
    offsets = np.array(spots_xy) - np.array(prepared.center.xy)
    g = phase.lattice.g_vectors(np.array(hkl))
    lengths_px = np.hypot(*offsets.T)
    if not (lengths_px > 0).all() or np.linalg.norm(np.cross(g[0], g[1])) < 1e-9:
        return None
    scale = float(np.mean(np.linalg.norm(g, axis=1) / lengths_px))
    lab = np.column_stack([offsets * scale, np.zeros(2)])
    orientation = aligned(g[:1], g[1:], lab[:1], lab[1:])
    return candidate_in_orientation(
        prepared, phase, orientation, scale, refines_tilt=False, keeps_axes=True
    )


def _indices(hkl: npt.NDArray[np.int64]) -> Indices:
    h, k, el = (int(value) for value in hkl)
    return h, k, el


def _angle(a: FloatArray, b: FloatArray) -> float:
    return float(np.arccos(np.clip(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)), -1, 1)))
