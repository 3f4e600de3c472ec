"""Orientations that two measured vectors allow: lengths and the angle between them must agree."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.indexing.solving.phase_table import PhaseTable

MAX_HYPOTHESES = 4000
"""Per phase; the best-fitting pairs are kept where a large cell offers more."""


@dataclass(frozen=True)
class Tolerance:
    """Tolerances of measured vectors, as standard deviations.

    Parameters
    ----------
    length
        Relative, of a length, the scale's uncertainty included; infinite for an unknown scale.
    ratio
        Relative, of the ratio of two lengths (ellipse, jitter).
    angle_deg
        Of an angle.
    """

    length: float
    ratio: float = 0.017
    angle_deg: float = 1.0


@dataclass(frozen=True, eq=False)
class PairHypotheses:
    """Orientations of one phase to be tried.

    Parameters
    ----------
    orientation
        Rotations (n, 3, 3) from the crystal to the laboratory frame.
    scale
        Scale of each (n,), 1/Å per pixel, from the vectors' lengths.
    misfit
        Sum of squared deviations in standard deviations (n,).
    area
        Area (n,) of the parallelogram that the two reciprocal vectors span, 1/Å².
    affine
        Elliptical distortion (n, 2, 2) that lays the two vectors on the measured ones exactly;
        the identity where the measured ones are too uncertain to tell.
    """

    orientation: FloatArray
    scale: FloatArray
    misfit: FloatArray
    area: FloatArray
    affine: FloatArray

    def __len__(self) -> int:
        return len(self.orientation)


def hypotheses_from_pair(
    table: PhaseTable,
    first_px: FloatArray,
    second_px: FloatArray,
    *,
    scale: float | None,
    tolerance: Tolerance,
    scale_range: tuple[float, float],
    log_prior: Callable[[FloatArray, FloatArray], FloatArray],
    most: int,
    curvature: float = 0.0,
    exact: bool = False,
) -> PairHypotheses:
    """Return the orientations that turn two reciprocal vectors onto two measured ones.

    Parameters
    ----------
    table
        The phase.
    first_px, second_px
        Measured vectors (2,) in pixels from the beam, or between nodes of a lattice.
    scale
        1/Å per pixel, None where unknown.
    tolerance
        Of lengths, ratio and angle.
    scale_range
        Scales believed possible where none is known, 1/Å per pixel.
    log_prior
        Of scales (n,) and of the areas (n,) that the two reciprocal vectors span.
    most
        No more than this many are wanted, the most plausible ones.
    curvature
        Wavelength in Å to lift the measured vectors onto the Ewald sphere; 0 for vectors in the
        zero-order Laue zone of a zone axis.
    exact
        Whether the measured vectors are so sure that they tell the ellipse as well.
    """
    lengths = np.hypot(*first_px), np.hypot(*second_px)
    first, second = fitting_pairs(
        table, lengths, _angle(first_px, second_px), scale, tolerance, scale_range
    )
    if len(first) == 0:
        none = np.zeros(0)
        return PairHypotheses(np.zeros((0, 3, 3)), none, none, none, np.zeros((0, 2, 2)))
    points = table.points
    found = (points.length[first] / lengths[0] + points.length[second] / lengths[1]) / 2
    misfit = _misfit(points.length, first, second, lengths, scale, tolerance)
    angle = _angles(table, first, second)
    misfit += ((angle - _angle(first_px, second_px)) / np.deg2rad(tolerance.angle_deg)) ** 2
    order = np.argsort(np.round(misfit, 6), kind="stable")[:MAX_HYPOTHESES]
    area = (points.length[first] * points.length[second] * np.sin(angle))[order]
    plausible = log_prior(found[order], area) - 0.5 * misfit[order]
    wanted = np.sort(np.argsort(-np.round(plausible, 6), kind="stable")[:most])
    order, area = order[wanted], area[wanted]
    first, second, found, misfit = first[order], second[order], found[order], misfit[order]
    lab_first = _lifted(first_px, found, curvature)
    lab_second = _lifted(second_px, found, curvature)
    orientation = aligned(points.g[first], points.g[second], lab_first, lab_second)
    affine = np.tile(np.eye(2), (len(found), 1, 1))
    if exact:
        pair = np.stack([points.g[first], points.g[second]], axis=1)
        ideal = np.einsum("nij,nvj->niv", orientation, pair)[:, :2] / found[:, None, None]
        measured = np.column_stack([first_px, second_px])
        orientation, growth, affine = _distortion(orientation, measured @ np.linalg.inv(ideal))
        found = found / growth
    return PairHypotheses(orientation, found, misfit, area, affine)


def _distortion(
    orientation: FloatArray, mapping: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Split maps (n, 2, 2) from ideal to measured into turns, growths and ellipses."""
    turn = np.arctan2(mapping[:, 1, 0] - mapping[:, 0, 1], mapping[:, 0, 0] + mapping[:, 1, 1])
    cosine, sine = np.cos(turn), np.sin(turn)
    rotation = np.tile(np.eye(3), (len(turn), 1, 1))
    rotation[:, 0, 0], rotation[:, 0, 1] = cosine, -sine
    rotation[:, 1, 0], rotation[:, 1, 1] = sine, cosine
    stretch = np.swapaxes(rotation[:, :2, :2], 1, 2) @ mapping
    growth = np.trace(stretch, axis1=1, axis2=2) / 2
    return rotation @ orientation, growth, stretch / growth[:, None, None]


def _angle(a: FloatArray, b: FloatArray) -> float:
    return float(np.arccos(np.clip(a @ b / (np.hypot(*a) * np.hypot(*b)), -1, 1)))


def _angles(table: PhaseTable, first: IntArray, second: IntArray) -> FloatArray:
    """Return the angles (n,) between pairs of points, in rad."""
    cosine = np.einsum("ni,ni->n", table.unit[first], table.unit[second])
    return np.asarray(np.arccos(np.clip(cosine, -1, 1)))


def _misfit(
    length: FloatArray,
    first: npt.NDArray[np.intp],
    second: npt.NDArray[np.intp],
    measured_px: tuple[float, float],
    scale: float | None,
    tolerance: Tolerance,
) -> FloatArray:
    log_1 = np.log(length[first] / measured_px[0])
    log_2 = np.log(length[second] / measured_px[1])
    misfit = ((log_1 - log_2) / tolerance.ratio) ** 2
    if scale is not None:
        misfit = misfit + (((log_1 + log_2) / 2 - np.log(scale)) / tolerance.length) ** 2
    return np.asarray(misfit)


def fitting_pairs(
    table: PhaseTable,
    measured_px: tuple[float, float],
    angle: float,
    scale: float | None,
    tolerance: Tolerance,
    scale_range: tuple[float, float],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the pairs of points whose lengths, ratio and angle agree within three deviations.

    The scale is held to the mean of both lengths, which an ellipse leaves as it is: single lengths
    may be farther off by half of what the ratio may be.
    """
    length = table.points.length
    span = 3 * tolerance.ratio
    if scale is not None:
        off = 3 * tolerance.length
        low, high = scale * np.exp([-off - span / 2, off + span / 2])
    else:
        low, high = scale_range
    # point lengths rise, so a range of lengths is a slice
    start, stop = np.searchsorted(length, [low * measured_px[0], high * measured_px[0]])
    candidates = np.arange(start, stop)
    candidates = candidates[table.points.representative[candidates]]
    own_scale = length[candidates] / measured_px[0]
    shortest, longest = own_scale * np.exp(-span), own_scale * np.exp(span)
    if scale is not None:
        shortest = np.maximum(shortest, scale**2 * np.exp(-2 * off) / own_scale)
        longest = np.minimum(longest, scale**2 * np.exp(2 * off) / own_scale)
    lower = np.searchsorted(length, shortest * measured_px[1])
    upper = np.searchsorted(length, longest * measured_px[1])
    cosine_low = np.cos(min(np.pi, angle + np.deg2rad(3 * tolerance.angle_deg)))
    cosine_high = np.cos(max(0.0, angle - np.deg2rad(3 * tolerance.angle_deg)))
    middle, half = (cosine_low + cosine_high) / 2, (cosine_high - cosine_low) / 2
    seconds = [np.zeros(0, dtype=np.intp)]
    for i, a, b in zip(candidates, lower, upper, strict=True):
        off = table.unit[a:b] @ table.unit[i]
        off -= middle
        seconds.append(np.flatnonzero(np.abs(off, out=off) <= half) + a)
    counts = [len(hit) for hit in seconds[1:]]
    return np.repeat(candidates, counts), np.concatenate(seconds)


def _lifted(vector_px: FloatArray, scale: FloatArray, wavelength: float) -> FloatArray:
    """Return laboratory vectors (n, 3) of a measured vector at several scales, on the sphere."""
    in_plane = vector_px[None, :] * scale[:, None]
    height = -0.5 * wavelength * (in_plane**2).sum(axis=1)
    return np.column_stack([in_plane, height])


def aligned(
    crystal_1: FloatArray, crystal_2: FloatArray, lab_1: FloatArray, lab_2: FloatArray
) -> FloatArray:
    """Return rotations (n, 3, 3) that carry pairs of crystal vectors onto pairs in the laboratory.

    The pairs need not be equally long nor include the same angle: the bisectors are aligned, so
    that the misfit is shared.
    """
    return np.asarray(
        np.einsum("nij,nkj->nik", _frames(lab_1, lab_2), _frames(crystal_1, crystal_2))
    )


def _frames(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return right-handed orthonormal frames (n, 3, 3), columns: bisector, in-plane, normal."""
    # coordinates first: an axis of three is slow to work along
    first, second = _unit(a.T), _unit(b.T)
    normal = _unit(_cross(first, second))
    bisector = _unit(first + second)
    return np.moveaxis(np.stack([bisector, _cross(normal, bisector), normal]), 2, 0).swapaxes(1, 2)


def _unit(xyz: FloatArray) -> FloatArray:
    return np.asarray(xyz / np.sqrt(xyz[0] ** 2 + xyz[1] ** 2 + xyz[2] ** 2))


def _cross(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.stack(
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    )
