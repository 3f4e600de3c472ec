"""The direct beam: several places with their evidence, and the one that the image prefers.

No estimate uses the brightest pixel: a beam stop may hide the direct beam, the pattern may be
off-centre, and in a two-beam condition a diffracted spot is brightest. On a significant lattice the
beam is a node, but the image alone may not tell which. So every plausible place is kept as a
hypothesis with its log weight, to which spot indexing and the network add their evidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.beam_evidence import Scene, features
from saed_desktop.pattern.beam_weights import log_weights
from saed_desktop.pattern.friedel import friedel_votes, pair_mean
from saed_desktop.pattern.inversion import ring_center
from saed_desktop.pattern.spot_lattice import SpotLattice

_MOST_HYPOTHESES = 6
_LEAST_PROBABLE = 0.004
_HELD = 0.955
"""Two standard uncertainties hold the true place this often."""


@dataclass(frozen=True)
class CenterHypothesis:
    """One place where the direct beam may be.

    Parameters
    ----------
    xy
        Position in pixels, x to the right, y downwards.
    sigma_px
        Standard uncertainty in pixels if it is this place.
    log_weight
        Logarithm of the evidence, up to a constant that all hypotheses share.
    method
        What the position rests on.
    """

    xy: tuple[float, float]
    sigma_px: float
    log_weight: float
    method: str


@dataclass(frozen=True)
class Center:
    """The direct beam's position.

    Parameters
    ----------
    xy
        Position in pixels, x to the right, y downwards.
    sigma_px
        Standard uncertainty in pixels: of the place itself, and of which place it is.
    estimates
        What each method found by itself, for people and tests.
    method
        The estimates that the position rests on.
    hypotheses
        Places that it may be, likeliest first; none where it was set by hand.
    """

    xy: tuple[float, float]
    sigma_px: float
    estimates: Mapping[str, tuple[float, float]]
    method: str
    hypotheses: tuple[CenterHypothesis, ...] = field(default=())

    @property
    def probabilities(self) -> tuple[float, ...]:
        """The probability of each hypothesis."""
        if not self.hypotheses:
            return ()
        weight = np.array([h.log_weight for h in self.hypotheses])
        share = np.exp(weight - weight.max())
        return tuple(float(p) for p in share / share.sum())

    @property
    def local_sigma_px(self) -> float:
        """Standard uncertainty in pixels if this is the right one of the places."""
        at = [h.sigma_px for h in self.hypotheses if h.xy == self.xy]
        return at[0] if at else self.sigma_px

    def at(self, chosen: CenterHypothesis) -> "Center":
        """Return the centre at one hypothesis, as if it were known to be the right one."""
        return replace(self, xy=chosen.xy, sigma_px=chosen.sigma_px, method=chosen.method)


def judged_center(center: Center, hypotheses: Sequence[CenterHypothesis]) -> Center:
    """Return the centre at the likeliest of hypotheses, its uncertainty wide enough for the others.

    Parameters
    ----------
    center
        The centre, for what else it knows.
    hypotheses
        Places with their evidence, all that is known.
    """
    ranked = tuple(sorted(hypotheses, key=lambda h: -h.log_weight))
    best = ranked[0]
    judged = replace(center.at(best), hypotheses=ranked)
    distance = np.array([np.hypot(h.xy[0] - best.xy[0], h.xy[1] - best.xy[1]) for h in ranked])
    order = np.argsort(distance, kind="stable")
    held = np.cumsum(np.array(judged.probabilities)[order])
    last = int(np.argmax(held >= min(_HELD, held[-1])))
    wide = float(distance[order][last]) / 2
    return replace(judged, sigma_px=max(best.sigma_px, wide))


def find_center(scene: Scene) -> Center:
    """Return the direct beam's position by the evidence of the image.

    Parameters
    ----------
    scene
        The picture, its spots, its lattice and its beam stop.
    """
    points, estimates = _places(scene)
    weight = log_weights(features(scene, points))
    order = np.argsort(-weight, kind="stable")
    share = np.exp(weight - weight.max())
    share /= share.sum()
    hypotheses: list[CenterHypothesis] = []
    for i in order:
        if len(hypotheses) == _MOST_HYPOTHESES or (hypotheses and share[i] < _LEAST_PROBABLE):
            break
        xy, method, sigma = _refined(scene, points[i], by_rings=not hypotheses)
        again = [
            k
            for k, h in enumerate(hypotheses)
            if np.hypot(h.xy[0] - xy[0], h.xy[1] - xy[1]) < 3 * scene.tolerance_px
        ]
        if again:
            known = hypotheses[again[0]]
            joint = float(np.logaddexp(known.log_weight, weight[i]))
            hypotheses[again[0]] = replace(known, log_weight=joint)
        else:
            hypotheses.append(CenterHypothesis(_tuple(xy), sigma, float(weight[i]), method))
    start = Center(hypotheses[0].xy, hypotheses[0].sigma_px, estimates, hypotheses[0].method)
    return judged_center(start, hypotheses)


def _places(scene: Scene) -> tuple[FloatArray, dict[str, tuple[float, float]]]:
    """Return every place (n, 2) worth a look, and what single methods say."""
    estimates = {"background": scene.diffuse.best_xy}
    brightest = scene.spots[np.argsort(-scene.spots.intensity, kind="stable")[:8]].xy
    if len(brightest):
        estimates["brightest spot"] = _tuple(brightest[0])
    likely = np.array([scene.diffuse.best_xy, scene.symmetry.best_xy])
    nodes = np.zeros((0, 2))
    if scene.spot_lattice is not None:
        nodes = _nodes(scene, scene.spot_lattice, np.concatenate([likely, brightest[:3]]))
        if scene.is_node_beyond_doubt and len(nodes):
            return nodes, estimates
    pairs, _ = friedel_votes(scene.spots, tolerance_px=scene.tolerance_px)
    if len(pairs):
        estimates["Friedel pairs"] = _tuple(pairs[0])
    others = np.concatenate([likely, brightest, pairs[:25], scene.stop.likely_places()])
    height, width = scene.shape_yx
    others = others[np.all((others >= 0) & (others < [width, height]), axis=1)]
    if len(nodes):
        apart = np.linalg.norm(others[:, None] - nodes[None], axis=2).min(axis=1)
        others = others[apart > 1.5 * scene.tolerance_px]
    return np.concatenate([nodes, others]), estimates


_MOST_NODES = 120


def _nodes(scene: Scene, spot_lattice: SpotLattice, likely: FloatArray) -> FloatArray:
    """Return the nodes of a lattice that can be the beam: inside the image, the nearest ones."""
    height, width = scene.shape_yx
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    nodes = spot_lattice.nodes_near(middle, 0.75 * scene.side_px)
    inside = np.all((nodes >= 0) & (nodes <= [width - 1, height - 1]), axis=1)
    nodes = nodes[inside]
    likely = np.concatenate([middle[None], likely])
    distance = np.linalg.norm(nodes[:, None] - likely[None], axis=2).min(axis=1)
    return nodes[np.argsort(distance, kind="stable")[:_MOST_NODES]]


def _tuple(point: npt.ArrayLike) -> tuple[float, float]:
    values = np.asarray(point, dtype=np.float64)
    return float(values[0]), float(values[1])


def _refined(scene: Scene, start: FloatArray, *, by_rings: bool) -> tuple[FloatArray, str, float]:
    """Return a place sharpened by lattice, Friedel pairs, visible beam or rings."""
    tolerance = scene.tolerance_px
    found: list[tuple[str, FloatArray, float]] = []
    if scene.spot_lattice is not None and scene.is_node(start[None])[0]:
        on_lattice = float(np.sqrt(scene.spot_lattice.members.sum()))
        found.append(("lattice", start, max(0.35, 2.0 * scene.spot_lattice.rms_px / on_lattice)))
    else:
        paired = pair_mean(start, scene.spots, 2.0 * tolerance)
        if paired is not None:
            found.append(("Friedel pairs", *paired))
    spots = scene.spots
    if len(spots):
        distance = np.hypot(*(spots.xy - start).T)
        nearest = int(np.argmin(distance))
        near = distance[nearest] < 2 * tolerance + 0.3 * spots.width_px[nearest]
        if near and not scene.stop.is_beside(spots.xy[nearest], 2 * spots.width_px[nearest]):
            found.append(("direct beam", spots.xy[nearest], 0.5 + 0.1 * spots.width_px[nearest]))
    if not found and by_rings:
        ring = ring_center(scene.image_yx, scene.masked_yx, start, reach_px=6 * tolerance)
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
