"""Weights of the spots in a network's answer: each is hidden in turn, with its Friedel mate.

Zeiler and Fergus (ECCV 2014) hide patches of a picture; hiding spots asks the question in the
units that a crystallographer thinks in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.network.rough_scale import without_scale
from saed_desktop.network.session import NetworkSession
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.pattern.spots import Spots

MAX_GROUPS = 48
"""Spots beyond the brightest so many pairs are not hidden: they seldom decide and cost time."""

_BATCH = 8


@dataclass(frozen=True, eq=False)
class SpotWeights:
    """Change of the answer when each spot is hidden.

    Parameters
    ----------
    spots_xy
        Positions (n, 2) of the spots that were hidden, in pixels.
    spot
        Their indices (n,) among `PreparedPattern.diffracted`.
    weight
        By how much (n,) the lead of the first phase over the second shrinks, in natural
        logarithms of the odds; positive for a spot that speaks for the answer.
    first, second
        The two phases.
    lead
        The lead with all spots.
    is_without_scale
        Whether the network was not told a scale that there is, for it is a rough one.
    """

    spots_xy: FloatArray
    spot: npt.NDArray[np.intp]
    weight: FloatArray
    first: str
    second: str
    lead: float
    is_without_scale: bool


def spot_weights(
    prepared: PreparedPattern,
    session: NetworkSession,
    *,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> SpotWeights:
    """Hide the brightest spots in turn and ask the network again.

    Parameters
    ----------
    prepared
        The pattern; a rough scale is not told to the network.
    session
        The network.
    is_cancelled
        Asked between batches; what is known by then is returned.
    """
    labels = session.bundle.card.labels
    rows = list(labels.phase_indices)
    is_rough = prepared.pattern.calibration.is_rough
    if is_rough:
        # an answer averaged over scales would be asked a dozen times for each spot
        prepared = without_scale(prepared)
    whole = _log_probabilities(session, [prepared])[0, rows]
    order = np.argsort(-whole)
    first, second = int(order[0]), int(order[1])
    lead = float(whole[first] - whole[second])
    groups = friedel_groups(prepared)[:MAX_GROUPS]
    found: list[float] = []
    for start in range(0, len(groups), _BATCH):
        if is_cancelled():
            break
        hidden = [without_spots(prepared, group) for group in groups[start : start + _BATCH]]
        logits = _log_probabilities(session, hidden)[:, rows]
        found += [float(lead - (row[first] - row[second])) for row in logits]
    members = [(i, weight) for group, weight in zip(groups, found, strict=False) for i in group]
    index = np.array([i for i, _ in members], dtype=np.intp)
    return SpotWeights(
        spots_xy=prepared.diffracted.xy[index].reshape(-1, 2),
        spot=index,
        weight=np.array([weight for _, weight in members], dtype=np.float64),
        first=labels.phases[first],
        second=labels.phases[second],
        lead=lead,
        is_without_scale=is_rough,
    )


def friedel_groups(prepared: PreparedPattern) -> list[tuple[int, ...]]:
    """Return indices of spots with that of their Friedel mate, the brightest first."""
    spots = prepared.diffracted
    if len(spots) == 0:
        return []
    mirrored = 2 * np.array(prepared.center.xy) - spots.xy
    distance = np.linalg.norm(mirrored[:, None, :] - spots.xy[None, :, :], axis=2)
    reach = max(3.0, 2 * prepared.center.sigma_px + 0.004 * max(prepared.pattern.shape_yx))
    taken: set[int] = set()
    groups: list[tuple[int, ...]] = []
    for i in np.argsort(-spots.intensity, kind="stable"):
        spot = int(i)
        if spot in taken:
            continue
        mate = int(np.argmin(distance[spot]))
        group = (spot, mate) if distance[spot, mate] < reach and mate not in taken else (spot,)
        group = (spot,) if mate == spot else group
        taken.update(group)
        groups.append(group)
    return groups


def without_spots(prepared: PreparedPattern, hidden: tuple[int, ...]) -> PreparedPattern:
    """Return a pattern in which some of its diffracted spots were never there."""
    gone = prepared.diffracted[np.array(hidden, dtype=np.intp)]
    keep = np.ones(len(prepared.spots), dtype=bool)
    for xy in gone.xy:
        keep &= np.hypot(*(prepared.spots.xy - xy).T) > 0.5
    image = prepared.pattern.image_yx.copy()
    for x, y, reach, fill, area in _patches(image, gone):
        height, width = image.shape
        rows = slice(max(0, y - reach), min(height, y + reach + 1))
        columns = slice(max(0, x - reach), min(width, x + reach + 1))
        inside = area[
            rows.start - (y - reach) : rows.stop - (y - reach),
            columns.start - (x - reach) : columns.stop - (x - reach),
        ]
        image[rows, columns][inside] = fill
    pattern = replace(prepared.pattern, image_yx=image)
    return replace(prepared, pattern=pattern, spots=prepared.spots[keep])


def _patches(
    image: npt.NDArray[np.float32], spots: Spots
) -> Iterator[tuple[int, int, int, float, npt.NDArray[np.bool_]]]:
    """Yield column, row, reach, level of the background around it, and the disk of each spot."""
    height, width = image.shape
    for (x, y), sigma in zip(spots.xy, spots.width_px, strict=True):
        reach = max(2, int(np.ceil(3 * sigma)))
        offset = np.arange(-reach, reach + 1)
        column, row = round(float(x)), round(float(y))
        ring = np.arange(-reach - 2, reach + 3)
        rows = np.clip(row + ring, 0, height - 1)
        columns = np.clip(column + ring, 0, width - 1)
        square = image[np.ix_(rows, columns)]
        outer = np.hypot(ring[:, None], ring[None, :]) > reach
        disk = np.hypot(offset[:, None], offset[None, :]) <= reach
        yield column, row, reach, float(np.median(square[outer])), disk


def _log_probabilities(session: NetworkSession, patterns: list[PreparedPattern]) -> FloatArray:
    """Return the logarithms of the calibrated probabilities (n, classes) of several patterns."""
    known = patterns[0].pattern.calibration.is_known
    probability = session.probabilities(patterns, scale_known=known)
    return np.asarray(np.log(np.maximum(probability, 1e-12)))
