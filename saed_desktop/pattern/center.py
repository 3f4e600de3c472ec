"""The direct beam: several independent estimates, combined, their disagreement reported.

None trusts the brightest pixel. Behind a beam stop there is no beam to see; off the middle the
middle means nothing; a two-beam condition makes a diffracted spot the brightest. What remains is
that a diffraction pattern repeats itself under half a turn about the beam: its diffuse background
does so broadly but without ambiguity, its Friedel pairs sharply but about every half lattice
point as well. Each candidate is judged by both, by a beam-like peak on it, and by whatever it
would leave unexplained.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.pattern.filters import gaussian
from saed_desktop.pattern.inversion import InversionSymmetry, ring_center
from saed_desktop.pattern.net import Net
from saed_desktop.pattern.pattern import ImageArray, MaskArray
from saed_desktop.pattern.spots import Spots

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Center:
    """The direct beam's position.

    Parameters
    ----------
    xy
        Position in pixels, x to the right, y downwards.
    sigma_px
        Standard uncertainty in pixels, from the estimates' disagreement.
    estimates
        What each method found by itself, for people and tests.
    method
        The estimates that the position rests on.
    """

    xy: tuple[float, float]
    sigma_px: float
    estimates: Mapping[str, tuple[float, float]]
    method: str


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


def find_center(
    image: ImageArray, masked: MaskArray, spots: Spots, net: Net | None = None
) -> Center:
    """Return the direct beam's position.

    Parameters
    ----------
    image
        Intensities (height, width), dark background, masked pixels filled smoothly.
    masked
        Excluded pixels (height, width).
    spots
        The spots found so far, the direct beam among them or not.
    net
        The lattice that the spots stand on: the direct beam is one of its nodes.
    """
    shape = (image.shape[0], image.shape[1])
    tolerance = max(2.0, 0.004 * max(shape))
    symmetry = InversionSymmetry(image, masked)
    trusted = net is not None and net.members.sum() >= max(8, 0.45 * len(net.members))
    if trusted and net is not None:
        spots = spots[net.members]
    # the surest hundred decide as well as all of them, at a fraction of the pairs
    spots = spots[np.arange(min(len(spots), 100))]
    estimates = {"background": symmetry.best_xy}
    beam = _beam_candidates(image, spots)
    pairs, _ = friedel_votes(spots, tolerance_px=tolerance)
    nodes = (
        net.nodes_near(symmetry.best_xy, 0.25 * max(shape)) if net is not None else np.zeros((0, 2))
    )
    judge = _Judge(symmetry, spots, masked, beam, net if trusted else None, tolerance)
    candidates = np.concatenate([[symmetry.best_xy], beam[:, :2], pairs[:40], nodes[:120]])
    best = candidates[int(np.argmax(judge.plausibility(candidates)))]
    if len(beam):
        estimates["direct beam"] = _tuple(beam[int(np.argmax(beam[:, 2]))])
    if len(pairs):
        estimates["Friedel pairs"] = _tuple(pairs[int(np.argmax(judge.plausibility(pairs[:40])))])
    if len(nodes):
        estimates["net"] = _tuple(nodes[int(np.argmax(judge.plausibility(nodes[:120])))])
    refined, methods, sigma = _refined(best, image, masked, spots, beam, tolerance)
    return Center(_tuple(refined), sigma, estimates, methods)


def center_on_net(center: Center, net: Net | None) -> Center:
    """Return the beam's position moved to the net's node that it must be.

    The beam is a node of every net of reflections. It is moved only where one node is meant
    beyond doubt: nearer than a third of the way to the next, and within the uncertainty.
    """
    if net is None or net.members.sum() < 8:
        return center
    nodes = net.nodes_near(center.xy, 0.34 * float(np.linalg.norm(net.basis[0])))
    if len(nodes) != 1:
        return center
    off = float(np.hypot(*(nodes[0] - np.array(center.xy))))
    if off > 3 * center.sigma_px + 2 * net.rms_px + 1:
        return center
    sigma = max(0.3, 1.5 * net.rms_px / float(np.sqrt(net.members.sum())))
    return Center(_tuple(nodes[0]), sigma, center.estimates, f"{center.method} + net")


def _tuple(point: npt.ArrayLike) -> tuple[float, float]:
    values = np.asarray(point, dtype=np.float64)
    return float(values[0]), float(values[1])


def _beam_candidates(image: ImageArray, spots: Spots) -> FloatArray:
    """Return peaks that could be the direct beam: (n, 3) of x, y and likeness 0..1.

    The direct beam is bright and wide at once, so the sum of its brightness stands out even
    where its peak is saturated and no higher than others.
    """
    if len(spots) == 0:
        return np.zeros((0, 3))
    smooth = gaussian(image, max(1.5, 0.008 * max(image.shape)))
    column, row = np.round(spots.xy).astype(int).T
    column = np.clip(column, 0, image.shape[1] - 1)
    row = np.clip(row, 0, image.shape[0] - 1)
    level = np.maximum(smooth[row, column] - float(np.median(smooth)), 0).astype(np.float64)
    # halo, height and size of the peak all speak for the beam
    size = np.clip(spots.width_px / np.median(spots.width_px), 0.5, 4)
    strength = level * np.sqrt(size)
    order = np.argsort(-strength)[:12]
    likeness = strength[order] / max(float(strength.max()), 1e-12)
    return np.column_stack([spots.xy[order], likeness])


@dataclass(frozen=True, eq=False)
class _Judge:
    """Weighs what speaks for a point as the beam.

    The weights are those of a conditional logit fitted to 300 simulated patterns (5 of 6 centres
    that a hand-set sum missed were found, cross-validated); see CONTRIBUTING, experiments.
    """

    symmetry: InversionSymmetry
    spots: Spots
    masked: MaskArray
    beam: FloatArray
    net: Net | None
    tolerance: float

    def plausibility(self, points: FloatArray) -> FloatArray:
        """Return how well each point (n, 2) serves as the beam (n,): greater is better."""
        height, width = self.masked.shape
        background = self.symmetry.at(points)
        score = 3.7 * background + 10.0 * background**2
        middle = np.array([width / 2, height / 2])
        offset = np.hypot(*(points - middle).T) / max(height, width)
        score -= 10.3 * offset**2
        for i, point in enumerate(points):
            if not (0 <= point[0] < width and 0 <= point[1] < height):
                score[i] = -np.inf
                continue
            score[i] += self._pairs(point) + self._presence(point) + self._on_net(point)
        return score

    def _pairs(self, point: FloatArray) -> float:
        if len(self.spots) < 4:
            return 0.0
        shape = (self.masked.shape[0], self.masked.shape[1])
        matched, tested = friedel_share(self.spots, point, shape, self.masked, self.tolerance)
        # pairs count by how many of the spots could be tested at all
        return 5.0 * matched * min(1.0, tested / 0.5) + 2.1 * tested

    def _presence(self, point: FloatArray) -> float:
        """Weigh a peak on the point that outshines all else; behind a stop none is expected."""
        row, column = round(float(point[1])), round(float(point[0]))
        height, width = self.masked.shape
        if self.masked[min(row, height - 1), min(column, width - 1)]:
            return 3.3
        if len(self.beam) == 0:
            return 0.0
        distance = np.hypot(*(self.beam[:, :2] - point).T)
        peak = float(
            np.max(self.beam[:, 2] * np.exp(-0.5 * (distance / (1.5 * self.tolerance)) ** 2))
        )
        second = float(np.sort(self.beam[:, 2])[-2]) if len(self.beam) > 1 else 0.0
        return 5.2 * max(peak - second, 0.0)

    def _on_net(self, point: FloatArray) -> float:
        """Weigh whether the point is a node of the net: midpoints are symmetric as well."""
        if self.net is None:
            return 0.0
        fraction = (point - self.net.origin_xy) @ np.linalg.inv(self.net.basis)
        distance = float(np.linalg.norm((fraction - np.round(fraction)) @ self.net.basis))
        return 2.2 if distance < 2 * self.tolerance else 0.0


def _refined(
    start: FloatArray,
    image: ImageArray,
    masked: MaskArray,
    spots: Spots,
    beam: FloatArray,
    tolerance: float,
) -> tuple[FloatArray, str, float]:
    """Return the position sharpened by Friedel pairs, the visible beam, and rings."""
    found: list[tuple[str, FloatArray, float]] = []
    paired = _pair_mean(start, spots, 2.0 * tolerance)
    if paired is not None:
        found.append(("Friedel pairs", *paired))
    if len(beam):
        distance = np.hypot(beam[:, 0] - start[0], beam[:, 1] - start[1])
        nearest = int(np.argmin(distance))
        if distance[nearest] < 3 * tolerance and beam[nearest, 2] > 0.3:
            found.append(("direct beam", beam[nearest, :2], 1.0 + 0.3 * tolerance))
    if not found:
        ring = ring_center(image, masked, start, reach_px=6 * tolerance)
        if ring is not None:
            found.append(("rings", ring, 0.5 * tolerance))
    if not found:
        return start, "background", 3 * tolerance
    weight = np.array([1 / sigma**2 for _, _, sigma in found])
    points = np.array([point for _, point, _ in found])
    mean = (points * weight[:, None]).sum(axis=0) / weight.sum()
    spread = float(np.sqrt((weight * ((points - mean) ** 2).sum(axis=1)).sum() / weight.sum()))
    sigma = float(np.hypot(1 / np.sqrt(weight.sum()), spread))
    return mean, " + ".join(name for name, _, _ in found), sigma


def _pair_mean(start: FloatArray, spots: Spots, reach: float) -> tuple[FloatArray, float] | None:
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
