"""Patterns without candidates: a library is searched for structures that could show them.

The search index keeps what has a zone of the right size, shape and inner intensities; the indexer
judges the likeliest of those as it judges candidates that the user names.
"""

from collections.abc import Iterator

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.indexing.solving.hypotheses.basis_pairs import (
    BasisPair,
    find_basis_pairs,
    scale_range,
)
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.library.zone_fit import MeasuredLattice
from saed_desktop.pattern.spot_lattice import SpotLattice, reduced_basis

_COARSER_WEIGHT = -1.5
_PAIR_WEIGHT = -1.0
_FINER = [
    np.linalg.inv(np.array(m))
    for m in ([[2, 0], [0, 1]], [[1, 0], [0, 2]], [[1, 1], [1, -1]])
]  # fmt: skip
_COARSER = [
    np.array(m)
    for m in (
        [[2, 0], [0, 1]], [[1, 0], [0, 2]], [[1, 1], [1, -1]],
        [[3, 0], [0, 1]], [[1, 0], [0, 3]], [[1, 1], [-1, 2]], [[1, -1], [1, 2]],
    )
]  # fmt: skip


def measured_lattices(
    observation: Observation, spot_lattice: SpotLattice | None
) -> list[MeasuredLattice]:
    """Return the lattices that the spots may stand on, for a search.

    That is the lattice found, what it would be if foreign spots had made it too fine or missing
    ones too coarse, and, where none was found or few spots stand on it, what pairs of spots span.
    """
    found: list[MeasuredLattice] = []
    for i, pair in enumerate(find_basis_pairs(observation, spot_lattice)):
        weight = 0.0 if pair.from_lattice else _PAIR_WEIGHT
        found += [
            measured_lattice(observation, basis, pair.shift_px, log_weight=weight + more)
            for basis, more in _readings(pair, is_first=i == 0)
        ]
    return found


def _readings(pair: BasisPair, *, is_first: bool) -> Iterator[tuple[FloatArray, float]]:
    basis = np.array([pair.first_px, pair.second_px])
    changes = [(np.eye(2), 0.0)]
    if pair.from_lattice and is_first:
        changes += [(m, _COARSER_WEIGHT) for m in (*_FINER, *_COARSER)]
    for matrix, weight in changes:
        reduced = reduced_basis(matrix @ basis)
        if reduced is not None:
            yield reduced, weight


def measured_lattice(
    observation: Observation, basis_px: FloatArray, shift_px: FloatArray, *, log_weight: float
) -> MeasuredLattice:
    """Return a lattice through the beam with what is seen on its inner points.

    Parameters
    ----------
    observation
        The spots.
    basis_px
        Its two shortest vectors (2, 2).
    shift_px
        Displacement (2,) of the beam that puts it on the lattice.
    log_weight
        Log prior of this reading of the spots.
    """
    first, second = basis_px
    # as the rows of the index: no acute angle between the two
    basis = np.array([first, -second if first @ second > 0 else second])
    points = _points_within(basis, observation.reach_px)
    places = points @ basis
    both = np.stack([places, -places], axis=1) + shift_px
    spot, distance = observation.nearest_spot(both)
    radius = np.hypot(both[..., 0], both[..., 1])
    sigma = np.hypot(1.5, 0.012 * radius)
    has_spot = (spot >= 0) & (distance < 3 * sigma)
    intercept, slope = observation.detection_limit
    spread = np.log(2.5 * observation.brightness_spread)
    gain = -np.log(2 * np.pi * 2.0**2) - 0.5 - np.log(observation.clutter_per_px2) + spread
    known = observation.scale is not None
    n_on = max(int(has_spot.sum()), 3)
    return MeasuredLattice(
        basis_px=basis,
        points=points,
        spot=has_spot,
        seen=observation.can_be_seen(both) & (radius < observation.reach_px),
        log_intensity=observation.log_intensity[np.maximum(spot, 0)],
        limit=intercept + slope * radius / observation.reach_px,
        scale=observation.scale,
        scale_sigma=observation.scale_sigma if known else np.inf,
        scale_range=scale_range(observation),
        distortion=float(np.hypot(0.012, 1.0 / (np.linalg.norm(first) * np.sqrt(n_on)))),
        match_gain=float(gain - np.log(2.7 * 1.1)),
        log_weight=log_weight,
    )


_MAX_POINTS = 160


def _points_within(basis: FloatArray, reach_px: float) -> IntArray:
    """Return the points (n, 2) within a radius, inner ones first, one of each pair ±."""
    span = int(min(np.ceil(1.2 * reach_px / np.linalg.norm(basis[0])), 24))
    steps = np.arange(-span, span + 1)
    points = np.stack(np.meshgrid(steps, steps, indexing="ij"), -1).reshape(-1, 2)
    points = points[(points[:, 1] > 0) | ((points[:, 1] == 0) & (points[:, 0] > 0))]
    radius = np.hypot(*(points @ basis).T)
    order = np.argsort(radius, kind="stable")
    return np.asarray(points[order[radius[order] < reach_px]][:_MAX_POINTS])
