"""The measured lattice of a zone with what is seen on its nodes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray, IntArray
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.pattern.spot_lattice import SpotLattice

ELLIPSE_SIGMA = 0.012
"""Relative error of a length's ratio to another: the lens's elliptical distortion."""
_MAX_NODES = 500
_BELOW_LIMIT = 0.5
"""Distance below the detection limit, in log intensity, that unseen reflections are given."""


@dataclass(frozen=True, eq=False)
class ZoneLattice:
    """A reduced lattice about the beam, and the spots on its nodes.

    Parameters
    ----------
    basis_px
        Its two shortest vectors (2, 2) with no acute angle between them.
    shape_sigma
        Relative uncertainty of a ratio of lengths, in radians of an angle.
    scale, scale_sigma
        1/Å per pixel, None where unknown, and its relative uncertainty.
    nodes
        Indices (n, 2) of the nodes in view, the beam's own left out.
    is_seen
        Whether each has a spot (n,).
    strength
        Log intensity (n,) less a line over the radius; that of the detection limit where nothing
        is seen.
    """

    basis_px: FloatArray
    shape_sigma: float
    scale: float | None
    scale_sigma: float
    nodes: IntArray
    is_seen: BoolArray
    strength: FloatArray

    @cached_property
    def lengths_px(self) -> FloatArray:
        """Lengths (3,) of the superbase: the two shortest vectors and minus their sum, sorted."""
        first, second = self.basis_px
        return np.linalg.norm([first, second, first + second], axis=1)

    @property
    def angle_deg(self) -> float:
        """Angle between the two shortest vectors, 90° to 120°."""
        first, second = self.basis_px
        cosine = float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))
        return float(np.rad2deg(np.arccos(np.clip(cosine, -1, 1))))

    @property
    def lengths_inv_angstrom(self) -> FloatArray | None:
        """Lengths (2,) of the two shortest vectors, None without a scale."""
        return None if self.scale is None else np.asarray(self.lengths_px[:2] * self.scale)


def zone_lattice(observation: Observation, spot_lattice: SpotLattice) -> ZoneLattice | None:
    """Return the lattice with its nodes; None where too few of them are in view.

    Parameters
    ----------
    observation
        The spots.
    spot_lattice
        The lattice found among them.
    """
    first, second = spot_lattice.basis
    basis = np.array([first, -second if first @ second > 0 else second])
    if np.linalg.norm(basis[0]) > np.linalg.norm(basis[1]):
        basis = basis[::-1].copy()
    # the beam is a node; the spots' own lattice says where it is better than the beam's estimate
    center = np.array(observation.center_xy)
    on_lattice = (center - spot_lattice.origin_xy) @ np.linalg.inv(basis)
    shift = (np.round(on_lattice) - on_lattice) @ basis
    nodes = _nodes_within(basis, observation.reach_px)
    places = nodes @ basis + shift
    can_be_seen = observation.can_be_seen(places)
    nodes, places = nodes[can_be_seen], places[can_be_seen]
    if len(nodes) < 6:
        return None
    spot, distance = observation.nearest_spot(places)
    radius = np.hypot(*places.T)
    is_seen = (spot >= 0) & (distance < 3 * np.hypot(1.0, 0.008 * radius))
    if is_seen.sum() < 5:
        return None
    intercept, slope = observation.detection_limit
    limit = intercept + slope * radius / observation.reach_px - _BELOW_LIMIT
    log_intensity = np.where(is_seen, observation.log_intensity[np.maximum(spot, 0)], limit)
    line = np.column_stack([np.ones_like(radius), radius / observation.reach_px])
    seen_line = np.linalg.lstsq(line[is_seen], log_intensity[is_seen], rcond=None)[0]
    of_spots = spot_lattice.rms_px / np.sqrt(max(int(spot_lattice.members.sum()), 4))
    return ZoneLattice(
        basis_px=basis,
        shape_sigma=float(np.hypot(ELLIPSE_SIGMA, of_spots / np.linalg.norm(basis[0]))),
        scale=observation.scale,
        scale_sigma=observation.scale_sigma,
        nodes=nodes,
        is_seen=is_seen,
        strength=log_intensity - line @ seen_line,
    )


def _nodes_within(basis: FloatArray, reach_px: float) -> IntArray:
    span = int(min(np.ceil(1.2 * reach_px / np.linalg.norm(basis[0])), 40))
    steps = np.arange(-span, span + 1)
    nodes = np.stack(np.meshgrid(steps, steps, indexing="ij"), -1).reshape(-1, 2)
    radius = np.hypot(*(nodes @ basis).T)
    order = np.argsort(radius, kind="stable")[1:]
    return np.asarray(nodes[order[radius[order] < reach_px]][:_MAX_NODES])
