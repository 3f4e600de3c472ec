"""The two-dimensional lattice of a spot pattern, found without knowing its centre or crystal.

Most spots of a zone-axis pattern stand on one lattice. It is found from the vectors between spots,
which recur, and judged by the likelihood of all positions under "lattice plus foreign spots": a
lattice gains more the larger its cell, so that a fine mesh, which would fit anything, does not win.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.pattern.spots import Spots

_FOREIGN = 0.1
_MAX_SPOTS = 70
_MAX_VECTORS = 18
_CLOSER_LOOKS = 30


@dataclass(frozen=True, eq=False)
class SpotLattice:
    """A two-dimensional lattice laid through spots.

    Parameters
    ----------
    basis
        Two primitive vectors as rows (2, 2), px; reduced: |b1| ≤ |b2|, angle 60° to 120°.
    origin_xy
        One node, in pixels; which one means nothing.
    members
        Which of the spots stand on the lattice (n,).
    indices
        Node of every spot (n, 2), the nearest one for those that stand on none.
    rms_px
        Root mean square distance of the members from their nodes.
    gain
        Logarithm of the likelihood over that of no lattice at all; greater is better.
    """

    basis: FloatArray
    origin_xy: FloatArray
    members: npt.NDArray[np.bool_]
    indices: IntArray
    rms_px: float
    gain: float

    def nodes_near(self, xy: npt.ArrayLike, reach_px: float) -> FloatArray:
        """Return the nodes (n, 2) within a distance of a point."""
        point = np.asarray(xy, dtype=np.float64)
        middle = np.round((point - self.origin_xy) @ np.linalg.inv(self.basis))
        span = int(np.ceil(1.2 * reach_px / np.linalg.norm(self.basis[0]))) + 1
        steps = np.arange(-span, span + 1)
        grid = np.stack(np.meshgrid(steps, steps, indexing="ij"), -1).reshape(-1, 2) + middle
        nodes = self.origin_xy + grid @ self.basis
        return np.asarray(nodes[np.hypot(*(nodes - point).T) <= reach_px])

    @property
    def is_sure(self) -> bool:
        """Whether so many spots on a lattice are no accident."""
        on_lattice = int(self.members.sum())
        return on_lattice >= 6 and self.gain > 2.0 * on_lattice**0.5


def lattice_tolerance_px(shape_yx: tuple[int, ...]) -> float:
    """Return the standard deviation of a spot from its node for an image of a shape, in pixels."""
    return max(1.2, 0.003 * max(shape_yx))


def find_spot_lattice(
    spots: Spots, *, tolerance_px: float, min_members: int = 6, recurring: bool = True
) -> SpotLattice | None:
    """Return the lattice that most spots stand on, or None where no lattice is better than chance.

    Parameters
    ----------
    spots
        The spots, the direct beam among them or not.
    tolerance_px
        Standard deviation of a spot from its node that is still believable.
    min_members
        Fewest spots that make a lattice.
    recurring
        Whether a vector must recur to be tried as a side of the lattice; among a handful of spots
        few do.
    """
    if len(spots) < min_members:
        return None
    weight = np.sqrt(np.maximum(spots.significance, 1e-6))
    chosen = np.argsort(-weight)[:_MAX_SPOTS]
    xy = spots.xy[chosen]
    vectors = _recurring_vectors(xy, tolerance_px, 2 if recurring else 1)
    first, second = np.triu_indices(len(vectors), k=1)
    bases = reduced_bases(np.stack([vectors[first], vectors[second]], axis=1))
    bases = bases[np.hypot(*bases[:, 0].T) >= 4 * tolerance_px]
    best: tuple[float, FloatArray, FloatArray] | None = None
    for i in _promising(xy, bases, tolerance_px):
        if best is not None and _same_lattice(bases[i], best[1], tolerance_px):
            continue
        origin = _best_origin(xy, bases[i], tolerance_px)
        gain = float(_gains(xy, bases[i][None], origin[None], tolerance_px)[0])
        if best is None or gain > best[0]:
            best = (gain, bases[i], origin)
    if best is None or best[0] <= 0:
        return None
    basis = _whole_lattice(xy, best[1], best[2], tolerance_px)
    return _fitted(spots, basis, best[2], tolerance_px, min_members)


_PARTS = [
    np.array(rows, dtype=np.float64)
    for rows in (
        [[2, 0], [0, 1]], [[1, 0], [0, 2]], [[1, 1], [0, 2]],
        [[3, 0], [0, 1]], [[1, 0], [0, 3]], [[1, 1], [0, 3]], [[1, 2], [0, 3]],
    )
]  # fmt: skip
"""The sublattices of index 2 and 3, as combinations of a lattice's basis."""


def _whole_lattice(
    xy: FloatArray, basis: FloatArray, origin: FloatArray, tolerance: float
) -> FloatArray:
    """Return the basis (2, 2) of the lattice of which the one given may be but a part.

    The common lattice of two twins has many empty nodes, so that its shortest vectors recur less
    often than those of its parts.
    """
    finer = reduced_bases(np.stack([np.linalg.inv(part) @ basis for part in _PARTS]))
    finer = finer[np.hypot(*finer[:, 0].T) >= 4 * tolerance]
    bases = np.concatenate([basis[None], finer])
    gains = _gains(xy, bases, np.broadcast_to(origin, (len(bases), 2)), tolerance)
    return np.asarray(bases[int(np.argmax(gains))])


_BRIGHTEST = 16
_MOST_OF_BRIGHTEST = 10


def spot_lattice_among_rings(
    spots: Spots, center_xy: tuple[float, float], tolerance_px: float
) -> SpotLattice | None:
    """Return the lattice of a large crystal among the many spots of small ones on rings.

    The crystal's spots are the brightest. Most of these must stand on one lattice, and the direct
    beam as well, for among the speckles of a ring some lattice or other is always found.

    Parameters
    ----------
    spots
        All spots.
    center_xy
        The direct beam.
    tolerance_px
        Standard deviation of a spot from its node that is still believable.
    """
    if len(spots) < 2 * _BRIGHTEST:
        return None
    order = np.argsort(-spots.intensity, kind="stable")[:_BRIGHTEST]
    spot_lattice = find_spot_lattice(
        spots[order], tolerance_px=tolerance_px, min_members=_MOST_OF_BRIGHTEST
    )
    if spot_lattice is None or spot_lattice.gain < 2 * _BRIGHTEST:
        return None
    center = np.asarray(center_xy)[None]
    if (
        _distance_to_nodes(center, spot_lattice.basis, spot_lattice.origin_xy)[0][0]
        > 2.2 * tolerance_px
    ):
        return None
    distance, node = _distance_to_nodes(spots.xy, spot_lattice.basis, spot_lattice.origin_xy)
    return replace(spot_lattice, members=distance < 2.2 * tolerance_px, indices=node)


def reduced_basis(basis: FloatArray) -> FloatArray | None:
    """Return the reduced basis (2, 2) of a lattice (Lagrange-Gauss), None if collinear."""
    reduced = reduced_bases(basis[None])
    return reduced[0] if len(reduced) else None


def reduced_bases(bases: FloatArray) -> FloatArray:
    """Return the shortest two vectors of each lattice (n, 2, 2), without the collinear ones."""
    a, b = bases[:, 0].copy(), bases[:, 1].copy()
    for _ in range(60):
        longer = (a * a).sum(axis=1) > (b * b).sum(axis=1)
        a[longer], b[longer] = b[longer], a[longer]
        squared = (a * a).sum(axis=1)
        steps = np.round((a * b).sum(axis=1) / np.where(squared > 0, squared, np.inf))
        if not steps.any():
            break
        b -= steps[:, None] * a
    area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    # a reduced basis of a true lattice includes 60° to 120°
    true = (area > 0.5 * squared) & (squared > 0)
    return np.stack([a[true], b[true]], axis=1)


def _promising(xy: FloatArray, bases: FloatArray, tolerance: float) -> npt.NDArray[np.intp]:
    """Return the lattices (indices) that are worth a closer look, the best first.

    Each is laid where the mean phase of the spots puts it, which is quick and nearly right.
    """
    if len(bases) == 0:
        return np.zeros(0, dtype=np.intp)
    fraction = xy @ _inverses(bases)
    origin = np.zeros((len(bases), 1, 2))
    weight = np.ones((*fraction.shape[:2], 1))
    for _ in range(3):
        wave = np.exp(2j * np.pi * fraction)
        origin = np.angle((weight * wave).sum(axis=1, keepdims=True)) / (2 * np.pi)
        off = fraction - origin
        off -= np.round(off)
        # spots off the lattice must not draw it
        weight = np.exp(-((off / 0.15) ** 2).sum(axis=2, keepdims=True) / 2)
    gain = _gains(xy, bases, (origin @ bases)[:, 0], tolerance)
    order = np.argsort(-gain, kind="stable")
    # of lattices that hardly differ only the best
    upright = np.where(bases[..., :1] + 1e-3 * bases[..., 1:] < 0, -bases, bases)[order]
    steps = np.round(upright / (2 * tolerance)).astype(np.int64).reshape(-1, 4)
    code = steps @ (4096 ** np.arange(4))
    distinct = np.sort(np.unique(code, return_index=True)[1])
    return order[distinct[:_CLOSER_LOOKS]]


def _inverses(bases: FloatArray) -> FloatArray:
    """Return the inverse of each matrix (n, 2, 2)."""
    (a, b), (c, d) = bases[:, 0].T, bases[:, 1].T
    determinant = a * d - b * c
    return np.stack([d, -b, -c, a], axis=-1).reshape(-1, 2, 2) / determinant[:, None, None]


def _recurring_vectors(xy: FloatArray, tolerance: float, fewest: int) -> FloatArray:
    """Return the vectors between spots that recur most, and no fewer times than `fewest`.

    Vectors vote on a grid of the tolerance, each with its negative: a lattice has both.
    """
    first, second = np.triu_indices(len(xy), k=1)
    vectors = xy[second] - xy[first]
    length = np.hypot(*vectors.T)
    usable = length > 4 * tolerance
    vectors, length = vectors[usable], length[usable]
    order = np.argsort(length, kind="stable")[:1500]
    vectors, length = vectors[order], length[order]
    if len(vectors) == 0:
        return np.zeros((0, 2))
    both = np.concatenate([vectors, -vectors])
    half = int(np.ceil(length.max() / tolerance)) + 2
    # of a vector and its negative one is enough: half the grid, and two lines beyond it
    cell = np.round(both / tolerance).astype(int) + np.array([half, 2])
    cell = cell[cell[:, 1] >= 0]
    shape = (2 * half + 1, half + 3)
    counts = np.bincount(cell[:, 0] * shape[1] + cell[:, 1], minlength=shape[0] * shape[1])
    grid = counts.astype(np.float32).reshape(shape)
    votes = cv2.boxFilter(grid, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    highest = cv2.dilate(votes, np.ones((3, 3), np.uint8))
    # ties make plateaus: the fuller cell of one leads
    taken = np.unique(cell, axis=0)
    at = (taken[:, 0], taken[:, 1])
    peaks = taken[(votes[at] >= highest[at]) & (votes[at] >= fewest)]
    place = (peaks - np.array([half, 2])) * tolerance
    upper = (place[:, 1] > 0) | ((place[:, 1] == 0) & (place[:, 0] > 0))
    peaks, place = peaks[upper], place[upper]
    # long vectors find fewer partners inside the image
    rank = votes[peaks[:, 0], peaks[:, 1]] * (1 + 0.5 * np.hypot(*place.T) / length.max())
    kept: list[FloatArray] = []
    for i in np.argsort(-rank, kind="stable"):
        if len(kept) >= (_MAX_VECTORS if fewest > 1 else 2 * _MAX_VECTORS):
            break
        near = np.abs(both[:, 0] - place[i, 0]) < 1.6 * tolerance
        near &= np.abs(both[:, 1] - place[i, 1]) < 1.6 * tolerance
        if near.any():
            mean = both[near].mean(axis=0)
            if all(np.hypot(*(mean - k)) > 2 * tolerance for k in kept):
                kept.append(mean)
    return np.array(kept).reshape(-1, 2)


def _best_origin(xy: FloatArray, basis: FloatArray, tolerance: float) -> FloatArray:
    """Return the offset of the lattice that most spots agree on."""
    fraction = xy @ _inverses(basis[None])[0]
    # every spot proposes itself as a node; the one with most company wins
    first = fraction[:, None, 0] - fraction[None, :, 0]
    second = fraction[:, None, 1] - fraction[None, :, 1]
    first -= np.round(first)
    second -= np.round(second)
    x = first * basis[0, 0] + second * basis[1, 0]
    y = first * basis[0, 1] + second * basis[1, 1]
    company = np.exp((x * x + y * y) * (-0.5 / tolerance**2))
    leader = int(np.argmax(company.sum(axis=1)))
    weight = company[:, leader]
    offset = np.array([x[:, leader] @ weight, y[:, leader] @ weight]) / weight.sum()
    return np.asarray(xy[leader] + offset)


def _distance_to_nodes(
    xy: FloatArray, basis: FloatArray, origin: FloatArray
) -> tuple[FloatArray, IntArray]:
    fraction = (xy - origin) @ _inverses(basis[None])[0]
    node = np.round(fraction)
    return np.hypot(*((fraction - node) @ basis).T), node.astype(np.int64)


def _gains(xy: FloatArray, bases: FloatArray, origins: FloatArray, sigma: float) -> FloatArray:
    """Return by how much each lattice (n, 2, 2) with its origin (n, 2) beats no lattice (n,)."""
    fraction = (xy[None] - origins[:, None]) @ _inverses(bases)
    off = (fraction - np.round(fraction)) @ bases
    area = np.abs(bases[:, 0, 0] * bases[:, 1, 1] - bases[:, 0, 1] * bases[:, 1, 0])
    peaked = (
        np.exp(-0.5 * (off**2).sum(axis=2) / sigma**2) * (area / (2 * np.pi * sigma**2))[:, None]
    )
    return np.asarray(np.log((1 - _FOREIGN) * peaked + _FOREIGN).sum(axis=1))


def _same_lattice(first: FloatArray, second: FloatArray, tolerance: float) -> bool:
    coordinates = first @ _inverses(second[None])[0]
    whole = np.round(coordinates)
    if abs(whole[0, 0] * whole[1, 1] - whole[0, 1] * whole[1, 0]) != 1:
        return False
    off = np.hypot(*((coordinates - whole) @ second).T)
    return bool(np.all(off < tolerance))


def _fitted(
    spots: Spots, basis: FloatArray, origin: FloatArray, tolerance: float, min_members: int
) -> SpotLattice | None:
    """Fit basis and origin to the members by weighted least squares, from the middle outwards."""
    weight = np.sqrt(np.maximum(spots.significance, 1e-6))
    middle = np.average(spots.xy, axis=0, weights=weight)
    distance_from_middle = np.hypot(*(spots.xy - middle).T)
    for reach in (0.4, 0.7, 1.0, 1.0):
        distance, node = _distance_to_nodes(spots.xy, basis, origin)
        near = distance_from_middle <= reach * distance_from_middle.max()
        members = (distance < 2.2 * tolerance) & near
        if members.sum() < 4:
            continue
        design = np.column_stack([node[members], np.ones(int(members.sum()))])
        if np.linalg.matrix_rank(design) < 3:
            continue
        scaled = weight[members, None]
        solution = np.linalg.lstsq(design * scaled, spots.xy[members] * scaled, rcond=None)[0]
        if reduced_basis(solution[:2]) is not None:
            basis, origin = solution[:2], solution[2]
    distance, node = _distance_to_nodes(spots.xy, basis, origin)
    members = distance < 2.2 * tolerance
    if members.sum() < min_members:
        return None
    final = reduced_basis(basis)
    if final is None:
        return None
    distance, node = _distance_to_nodes(spots.xy, final, origin)
    rms = float(np.sqrt(np.mean(distance[members] ** 2)))
    gain = float(_gains(spots.xy, final[None], origin[None], tolerance)[0])
    return SpotLattice(final, origin, members, node, rms, gain) if gain > 0 else None
