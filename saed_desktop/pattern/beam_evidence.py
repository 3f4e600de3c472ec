"""Evidence of an image for a place of the direct beam, as log weights that add to likelihoods.

No single sign decides. The beam can be weaker than a reflection, hidden, half hidden, visible
through its stop or cut off in an export; the envelope of a tilted crystal is centred on its Laue
circle and not on the beam; Friedel pairs repeat about every half lattice point. Each sign is
therefore a number per place, and their weights are those of a conditional logit fitted on pictures
in which all of that varies (tests/benchmarks/center.py).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.beam_stop import StopShape
from saed_desktop.pattern.filters import masked_gaussian, percentiles, reduced
from saed_desktop.pattern.friedel import friedel_share, friedel_share_on_nodes
from saed_desktop.pattern.inversion import InversionSymmetry
from saed_desktop.pattern.pattern import ImageArray, MaskArray
from saed_desktop.pattern.spot_lattice import SpotLattice
from saed_desktop.pattern.spots import Spots

_DIFFUSE_SIDE_PX = 96
_FAINTEST = -5.0


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture as the search for its beam sees it.

    Parameters
    ----------
    image_yx
        Intensities (height, width), dark background, masked pixels filled smoothly.
    with_stop_yx
        The same but for the beam stop's shadow (height, width), through which a beam may show.
    masked_yx
        Excluded pixels (height, width), those of the stop among them.
    stop_yx
        The shadow of a beam stop (height, width).
    spots
        All spots, the direct beam among them or not.
    spot_lattice
        The lattice that most of them stand on.
    symmetry
        How well the picture, spots and all, matches itself under half a turn.
    """

    image_yx: ImageArray
    with_stop_yx: ImageArray
    masked_yx: MaskArray
    stop_yx: MaskArray
    spots: Spots
    spot_lattice: SpotLattice | None
    symmetry: InversionSymmetry

    @property
    def shape_yx(self) -> tuple[int, int]:
        """Height and width in pixels."""
        height, width = self.image_yx.shape
        return height, width

    @property
    def side_px(self) -> int:
        """The longer side."""
        return max(self.shape_yx)

    @property
    def tolerance_px(self) -> float:
        """Largest distance in pixels between two estimates of one place."""
        return max(2.0, 0.004 * self.side_px)

    @property
    def is_node_beyond_doubt(self) -> bool:
        """Whether so many spots stand on the lattice that the beam must be a node of it."""
        if self.spot_lattice is None or not self.spot_lattice.is_sure:
            return False
        on_lattice = int(self.spot_lattice.members.sum())
        return on_lattice >= 14 and on_lattice >= 0.45 * len(self.spot_lattice.members)

    def is_node(self, points: FloatArray) -> npt.NDArray[np.bool_]:
        """Tell which points (n, 2) are nodes of the lattice."""
        if self.spot_lattice is None:
            return np.zeros(len(points), dtype=bool)
        fraction = (points - self.spot_lattice.origin_xy) @ np.linalg.inv(self.spot_lattice.basis)
        off = np.hypot(*((fraction - np.round(fraction)) @ self.spot_lattice.basis).T)
        return np.asarray(off < max(self.tolerance_px, 2 * self.spot_lattice.rms_px))

    @cached_property
    def diffuse(self) -> "Diffuse":
        """The picture without its spots."""
        return Diffuse(self)

    @cached_property
    def stop(self) -> StopShape:
        """The shape of the beam stop."""
        return StopShape(self.stop_yx)


class Diffuse:
    """The picture without its spots, reduced: halo, film rings, glare.

    Parameters
    ----------
    scene
        The picture.
    """

    def __init__(self, scene: Scene) -> None:
        height, width = scene.shape_yx
        factor = max(1.0, scene.side_px / _DIFFUSE_SIDE_PX)
        size = (max(8, round(width / factor)), max(8, round(height / factor)))
        self._factor = (width / size[0], height / size[1])
        hidden = scene.masked_yx.astype(np.uint8)
        for (x, y), radius in zip(scene.spots.xy, scene.spots.width_px, strict=True):
            reach = int(min(max(3.0, 2.5 * radius), 0.03 * scene.side_px)) + 1
            cv2.circle(hidden, (round(float(x)), round(float(y))), reach, 1, -1)
        valid = (hidden == 0).astype(np.float32)
        weight, total = reduced(valid, size), reduced(scene.image_yx * valid, size)
        mean = np.where(weight > 0.05, total / np.maximum(weight, 1e-6), 0).astype(np.float32)
        smooth = masked_gaussian(mean, (weight > 0.05).astype(np.float32), 1.5)
        seen = weight > 0.25
        known = smooth[seen] if seen.any() else smooth.ravel()
        low, high = (float(v) for v in percentiles(known, [3, 99.5]))
        span = max(high - low, 1e-12)
        level = np.clip((smooth - low) / span, 0, 2)
        compressed = np.log1p(30 * level).astype(np.float32)
        self.symmetry = InversionSymmetry(compressed, ~seen, compress=False)

    def _reduced(self, points: FloatArray) -> FloatArray:
        return np.asarray((points + 0.5) / np.array(self._factor) - 0.5)

    def inversion(self, points: FloatArray) -> FloatArray:
        """Return the correlation (n,) with itself under half a turn about points (n, 2)."""
        return self.symmetry.at(self._reduced(points))

    @property
    def best_xy(self) -> tuple[float, float]:
        """The point of highest symmetry, in pixels of the picture."""
        x, y = (np.array(self.symmetry.best_xy) + 0.5) * np.array(self._factor) - 0.5
        return float(x), float(y)


FEATURES = (
    "offset",
    "offset squared",
    "inversion",
    "diffuse inversion squared",
    "pairs",
    "pairs tested",
    "peak",
    "peak strength",
    "peak lead",
    "peak width",
    "bare",
    "hidden",
    "hidden peak",
    "hidden depth",
    "near tip",
    "on net",
    "on large net",
    "off net",
    "coset",
)


def features(scene: Scene, points: FloatArray) -> FloatArray:
    """Return the signs (n, features) that points (n, 2) are the beam, in the order of `FEATURES`.

    Parameters
    ----------
    scene
        The picture.
    points
        Places in pixels.
    """
    height, width = scene.shape_yx
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    offset = np.hypot(*(points - middle).T) / scene.side_px
    inversion, diffuse = scene.symmetry.at(points), scene.diffuse.inversion(points)
    columns = [
        -np.log1p((offset / 0.08) ** 4),
        -(np.minimum(offset, 0.5) ** 2) * 10,
        inversion,
        np.maximum(diffuse, 0) ** 2,
        *_pairs(scene, points),
        *_peaks(scene, points),
        *_lattice(scene, points),
    ]
    return np.column_stack(columns)


def _pairs(scene: Scene, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the share of the spots' weight that pairs about points, and how much could be told."""
    if len(scene.spots) < 4:
        return np.zeros(len(points)), np.zeros(len(points))
    matched, tested = np.zeros(len(points)), np.zeros(len(points))
    nodes = scene.is_node(points)
    if scene.spot_lattice is not None and nodes.any():
        matched[nodes], tested[nodes] = friedel_share_on_nodes(
            scene.spots, scene.spot_lattice, points[nodes], scene.masked_yx
        )
    spots = scene.spots[np.arange(min(len(scene.spots), 60))]
    for i in np.flatnonzero(~nodes):
        matched[i], tested[i] = friedel_share(
            spots, points[i], scene.shape_yx, scene.masked_yx, scene.tolerance_px
        )
    return matched * np.minimum(1.0, tested / 0.5), tested


def _peaks(scene: Scene, points: FloatArray) -> tuple[FloatArray, ...]:
    """Return what stands on points: a peak and its likeness to a beam, nothing, or a stop."""
    n = len(points)
    spots = scene.spots
    hidden = scene.stop.is_hidden(points)
    through, depth, tip = scene.stop.peak_through(scene.with_stop_yx, points, scene.tolerance_px)
    depth = np.where(hidden, depth, 0.0)
    near_tip = np.exp(-0.5 * (tip / (0.03 * scene.side_px)) ** 2)
    through = np.where(hidden, through, 0.0)
    peak, strength, lead, size = (np.zeros(n) for _ in range(4))
    if len(spots):
        distance = np.linalg.norm(points[:, None] - spots.xy[None], axis=2)
        nearest = distance.argmin(axis=1)
        near = (
            distance[np.arange(n), nearest]
            < 1.5 * scene.tolerance_px + 0.5 * spots.width_px[nearest]
        )
        log_intensity = np.log(np.maximum(spots.intensity, 1e-12))
        ranked = np.sort(log_intensity)[::-1]
        own = log_intensity[nearest]
        second = ranked[1] if len(ranked) > 1 else ranked[0] - 1.0
        typical = float(np.median(spots.width_px))
        peak = near.astype(np.float64)
        strength = np.where(near, np.maximum(own - ranked[0], _FAINTEST), 0.0)
        lead = np.where(near & (own >= ranked[0]), np.minimum(own - second, 4.0), 0.0)
        ratio = np.log(np.maximum(spots.width_px[nearest], 0.3) / max(typical, 0.3))
        size = np.where(near, np.clip(ratio, -1, 1.5), 0.0)
    bare = ((peak == 0) & ~hidden).astype(np.float64)
    return peak, strength, lead, size, bare, hidden.astype(np.float64), through, depth, near_tip


def _lattice(scene: Scene, points: FloatArray) -> tuple[FloatArray, ...]:
    """Return whether points are nodes, and how bright their sublattice of index 4 is."""
    n = len(points)
    spot_lattice = scene.spot_lattice
    if spot_lattice is None:
        return np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    is_node = scene.is_node(points)
    members = np.flatnonzero(spot_lattice.members)
    node = is_node.astype(np.float64)
    share = len(members) / len(spot_lattice.members)
    on_lattice = node * (min(spot_lattice.gain, 60.0) / 20)
    on_large = node * float(np.log(max(len(members), 6) / 6) * share)
    off_net = (1 - node) * float(spot_lattice.is_sure)
    if len(members) < 6:
        return on_lattice, on_large, off_net, np.zeros(n)
    inverse = np.linalg.inv(spot_lattice.basis)
    brightness = np.log(np.maximum(scene.spots.intensity[members], 1e-12))
    brightness = np.clip(brightness - np.percentile(brightness, 10), 0, None) + 0.5
    middle = scene.spots.xy[members].mean(axis=0)
    reach = np.percentile(np.hypot(*(scene.spots.xy[members] - middle).T), 90)
    inside = np.round(
        (spot_lattice.nodes_near(middle, float(reach)) - spot_lattice.origin_xy) @ inverse
    )
    held = np.bincount(_coset(spot_lattice.indices[members]), weights=brightness, minlength=4)
    mean = held / (np.bincount(_coset(inside), minlength=4) + 1.0)
    relative = np.log((mean + 0.1) / (mean.max() + 0.1))
    own = _coset(np.round((points - spot_lattice.origin_xy) @ inverse))
    return on_lattice, on_large, off_net, node * relative[own]


def _coset(nodes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return to which of the four sublattices with doubled axes nodes (n, 2) belong."""
    return np.asarray(np.mod(nodes, 2) @ np.array([1, 2])).astype(np.int64)
