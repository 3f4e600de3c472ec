"""Parts of a spot lattice that one crystal of several explains.

Two twins, or two grains in a rational orientation, show one common lattice that is finer than
either crystal's: the lattice found among the spots is that of both. Each crystal's own is a
sublattice of index 2, 3, 4 … through the beam, on which more of the nodes have a spot.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.pattern.spot_lattice import SpotLattice, reduced_basis

MAX_INDEX = 5
_FEWEST_SPOTS = 6
_FEWEST_MEMBERS = 12
_LEAST_EXCESS = 2.5


def sublattices(
    observation: Observation, spot_lattice: SpotLattice, *, most: int = 3
) -> list[FloatArray]:
    """Return the reduced bases (2, 2) of sublattices fuller than the rest, the fullest first.

    Parameters
    ----------
    observation
        The spots.
    spot_lattice
        The lattice of all of them; the beam is one of its nodes.
    most
        No more than this many.
    """
    if spot_lattice.members.sum() < _FEWEST_MEMBERS:
        return []
    center = np.array(observation.center_xy)
    nodes = spot_lattice.nodes_near(center, observation.reach_px) - center
    inverse = np.linalg.inv(spot_lattice.basis)
    index = np.round(nodes @ inverse).astype(np.int64)
    seen = index.any(axis=1) & observation.can_be_seen(nodes)
    nodes, index = nodes[seen], index[seen]
    spot, distance = observation.nearest_spot(nodes)
    tolerance = 0.2 * float(np.linalg.norm(spot_lattice.basis[0]))
    filled = (spot >= 0) & (distance < min(tolerance, 2.5 * spot_lattice.rms_px + 2.0))
    if filled.sum() < _FEWEST_MEMBERS:
        return []
    # the bright ones tell more: each counts by how far it stands out of the faintest
    log_intensity = np.where(filled, observation.log_intensity[np.maximum(spot, 0)], 0.0)
    weight = np.where(filled, 1 + log_intensity - observation.log_intensity.min(), 0.0)
    rated = []
    for combination in _combinations():
        members = _on_sublattice(index, combination)
        if filled[members].sum() < _FEWEST_SPOTS or members.all():
            continue
        excess = _excess(weight, members)
        if excess > _LEAST_EXCESS:
            basis = reduced_basis(combination @ spot_lattice.basis)
            if basis is not None:
                rated.append((excess, basis))
    rated.sort(key=lambda pair: -pair[0])
    return [basis for _, basis in rated[:most]]


def _combinations() -> Iterator[IntArray]:
    """Yield the bases of all sublattices in Hermite normal form, as combinations of the basis."""
    for order in range(2, MAX_INDEX + 1):
        for a in (d for d in range(1, order + 1) if order % d == 0):
            for shift in range(a):
                yield np.array([[order // a, shift], [0, a]], dtype=np.int64)


def _on_sublattice(index: IntArray, combination: IntArray) -> npt.NDArray[np.bool_]:
    """Tell which nodes (n, 2) are whole combinations of a sublattice's basis."""
    coordinates = index @ np.linalg.inv(combination)
    return np.asarray(np.abs(coordinates - np.round(coordinates)).max(axis=1) < 1e-6)


def _excess(weight: FloatArray, members: npt.NDArray[np.bool_]) -> float:
    """Return by how many standard deviations the members' mean weight is above the others'."""
    inside, outside = weight[members], weight[~members]
    variance = weight.var() * (1 / len(inside) + 1 / len(outside))
    return float((inside.mean() - outside.mean()) / np.sqrt(max(variance, 1e-12)))
