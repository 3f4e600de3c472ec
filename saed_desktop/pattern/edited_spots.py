"""Found spots with a person's changes."""

import numpy as np
import numpy.typing as npt

from saed_desktop.pattern.pattern import ImageArray, MaskArray
from saed_desktop.pattern.spot_edits import PointXY, SpotEdits
from saed_desktop.pattern.spots import Spots, measure_spots

LEAST_REACH_PX = 2.5
"""A spot within this distance, or within its own width, of a removed place is the one meant."""
USUAL_WIDTH_PX = 2.0
USUAL_SIGNIFICANCE = 20.0
"""Significance of an added spot where none was found that it could be compared with."""


def with_edits(
    spots: Spots, image: ImageArray, masked: MaskArray, edits: SpotEdits | None
) -> Spots:
    """Return spots with a person's changes; added ones come first and stay where they were put.

    Parameters
    ----------
    spots
        Those found.
    image
        Intensities (height, width) with bright spots.
    masked
        Pixels that do not count (height, width).
    edits
        In pixels of that image; None for none.
    """
    if edits is None:
        return spots
    spots = spots[_kept(spots, edits.removed)]
    if not edits.added:
        return spots
    xy = np.array(edits.added, dtype=np.float64)
    width = float(np.median(spots.width_px)) if len(spots) else USUAL_WIDTH_PX
    significance = float(np.median(spots.significance)) if len(spots) else USUAL_SIGNIFICANCE
    count = len(xy)
    new = measure_spots(image, masked, xy, np.full(count, width), np.full(count, significance))
    # an old spot below a new one is the same one
    spots = spots[_kept(spots, edits.added)]
    return Spots(
        xy=np.concatenate([xy, spots.xy]),
        sigma_px=np.concatenate([new.sigma_px, spots.sigma_px]),
        intensity=np.concatenate([new.intensity, spots.intensity]),
        amplitude=np.concatenate([new.amplitude, spots.amplitude]),
        width_px=np.concatenate([new.width_px, spots.width_px]),
        significance=np.concatenate([new.significance, spots.significance]),
    )


def _kept(spots: Spots, removed: tuple[PointXY, ...]) -> npt.NDArray[np.bool_]:
    """Tell which spots (n,) are nearest to none of the places that were removed."""
    kept = np.ones(len(spots), dtype=bool)
    for place in removed:
        if len(spots) == 0:
            break
        distance = np.hypot(*(spots.xy - np.array(place)).T)
        nearest = int(np.argmin(distance))
        if distance[nearest] <= max(LEAST_REACH_PX, float(spots.width_px[nearest])):
            kept[nearest] = False
    return kept
