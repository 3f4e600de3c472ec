"""Friedel pairs: points about which the spots repeat themselves under half a turn."""

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.pattern import MaskArray
from saed_desktop.pattern.spot_lattice import SpotLattice
from saed_desktop.pattern.spots import Spots

_MOST_POINTS = 80


def friedel_votes(
    spots: Spots, *, tolerance_px: float, max_spots: int = 60
) -> tuple[FloatArray, FloatArray]:
    """Return points (n, 2) about which spots pair up, with the weight of their pairs (n,).

    Every pair of spots votes for its midpoint, more so the more alike the two are in brightness;
    votes within the tolerance are joined.
    """
    chosen = np.argsort(-spots.significance)[:max_spots]
    if len(chosen) < 3:
        return np.zeros((0, 2)), np.zeros(0)
    xy = spots.xy[chosen]
    brightness = np.log(np.maximum(spots.intensity[chosen], 1e-12))
    first, second = np.triu_indices(len(chosen), k=1)
    middle = (xy[first] + xy[second]) / 2
    vote = np.exp(-np.abs(brightness[first] - brightness[second]) / 1.0)
    cell = np.floor(middle / tolerance_px).astype(int)
    cell -= cell.min(axis=0)
    grid = np.zeros(cell.max(axis=0) + 3)
    np.add.at(grid, (cell[:, 0] + 1, cell[:, 1] + 1), vote)
    joined = cv2.boxFilter(grid, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    highest = cv2.dilate(joined, np.ones((5, 5), np.uint8))
    peaks = np.argwhere((joined >= highest) & (joined > 0.15 * joined.max()))
    strongest = np.argsort(-joined[peaks[:, 0], peaks[:, 1]], kind="stable")
    peaks = peaks[strongest[:_MOST_POINTS]]
    origin = np.floor(middle / tolerance_px).astype(int).min(axis=0)
    points, weights = [], []
    for peak in peaks:
        about = (peak - 1 + origin + 0.5) * tolerance_px
        near = np.max(np.abs(middle - about), axis=1) < 1.6 * tolerance_px
        if near.any():
            points.append(np.average(middle[near], axis=0, weights=vote[near]))
            weights.append(float(vote[near].sum()))
    order = np.argsort(-np.array(weights))
    return np.array(points)[order].reshape(-1, 2), np.array(weights)[order]


def friedel_share(
    spots: Spots,
    xy: npt.ArrayLike,
    shape_yx: tuple[int, int],
    masked: MaskArray,
    tolerance_px: float,
) -> tuple[float, float]:
    """Return how far the spots pair up about a point, and how much of them could be tested.

    Returns
    -------
    matched
        Share (0..1) of the spots' weight, among those whose mirror image falls on the visible
        image, that has a partner there.
    tested
        Share (0..1) of the spots' weight whose mirror image falls on the visible image.
    """
    center = np.asarray(xy, dtype=np.float64)
    mirrored = 2 * center - spots.xy
    column, row = np.round(mirrored).astype(int).T
    inside = (column >= 0) & (column < shape_yx[1]) & (row >= 0) & (row < shape_yx[0])
    inside[inside] &= ~masked[row[inside], column[inside]]
    # a spot on the candidate itself is its own partner and proves nothing
    apart = np.hypot(*(spots.xy - center).T) > 2 * tolerance_px
    inside &= apart
    weight = np.log1p(np.maximum(spots.significance, 0))
    total = float(weight[apart].sum())
    if not inside.any() or total <= 0:
        return 0.0, 0.0
    distance = np.linalg.norm(mirrored[inside, None, :] - spots.xy[None, :, :], axis=2)
    partner = distance.argmin(axis=1)
    difference = np.abs(
        np.log(
            np.maximum(spots.intensity[inside], 1e-12) / np.maximum(spots.intensity[partner], 1e-12)
        )
    )
    closeness = np.exp(-0.5 * (distance.min(axis=1) / tolerance_px) ** 2)
    matched = float((weight[inside] * closeness * np.exp(-difference)).sum())
    return matched / float(weight[inside].sum()), float(weight[inside].sum()) / total


def pair_mean(start: FloatArray, spots: Spots, reach: float) -> tuple[FloatArray, float] | None:
    """Return the mean midpoint of the Friedel pairs about a point, and its uncertainty."""
    if len(spots) < 4:
        return None
    point = start
    middles = np.zeros((0, 2))
    for shrink in (1.0, 0.6, 0.5):
        mirrored = 2 * point - spots.xy
        distance = np.linalg.norm(mirrored[:, None, :] - spots.xy[None, :, :], axis=2)
        partner = distance.argmin(axis=1)
        index = np.arange(len(spots))
        mutual = (partner[partner] == index) & (partner != index)
        near = mutual & (distance[index, partner] < 2 * reach * shrink)
        if near.sum() < 4:
            break
        middles = (spots.xy[near] + spots.xy[partner[near]]) / 2
        point = np.median(middles, axis=0)
    if len(middles) < 4:
        return None
    # each pair is counted from both of its ends
    n_pairs = len(middles) / 2
    scatter = float(np.median(np.hypot(*(middles - point).T)))
    return point, max(0.15, 1.25 * scatter / np.sqrt(n_pairs))


def friedel_share_on_nodes(
    spots: Spots, spot_lattice: SpotLattice, points: FloatArray, masked: MaskArray
) -> tuple[FloatArray, FloatArray]:
    """Return `friedel_share` about many nodes of a lattice at once, by the spots' indices.

    Parameters
    ----------
    spots
        The spots of the lattice's members.
    spot_lattice
        The lattice.
    points
        Nodes (n, 2) or places near them, in pixels.
    masked
        Excluded pixels (height, width).

    Returns
    -------
    matched
        Share (n,) of the spots' testable weight that has a partner as bright.
    tested
        Share (n,) of the spots' weight that could be tested.
    """
    index, inverse = spot_lattice.indices[spot_lattice.members], np.linalg.inv(spot_lattice.basis)
    members = spots[spot_lattice.members]
    log_intensity = np.log(np.maximum(members.intensity, 1e-12))
    weight = np.log1p(np.maximum(members.significance, 0))
    low = index.min(axis=0)
    span = index.max(axis=0) - low + 1
    held = np.full(span, np.nan)
    held[tuple((index - low).T)] = log_intensity
    node = np.round((points - spot_lattice.origin_xy) @ inverse).astype(np.int64)
    mirrored = 2 * node[:, None] - index[None]
    place = spot_lattice.origin_xy + mirrored @ spot_lattice.basis
    column, row = np.round(np.moveaxis(place, -1, 0)).astype(int)
    inside = (column >= 0) & (column < masked.shape[1]) & (row >= 0) & (row < masked.shape[0])
    row, column = np.clip(row, 0, masked.shape[0] - 1), np.clip(column, 0, masked.shape[1] - 1)
    inside &= ~masked[row, column]
    apart = (index[None] != node[:, None]).any(axis=2)
    inside &= apart
    cell = mirrored - low
    on_grid = np.all((cell >= 0) & (cell < span), axis=2)
    cell = np.clip(cell, 0, span - 1)
    partner = np.where(on_grid, held[cell[..., 0], cell[..., 1]], np.nan)
    likeness = np.nan_to_num(np.exp(-np.abs(partner - log_intensity[None])), nan=0.0)
    tested = (weight * inside).sum(axis=1)
    matched = (weight * inside * likeness).sum(axis=1) / np.maximum(tested, 1e-9)
    return matched, tested / np.maximum((weight * apart).sum(axis=1), 1e-9)
