"""Rings of a pattern whose spots and spot lattice are known, and the beam's place by them."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from saed_desktop.pattern.center import Center, CenterHypothesis
from saed_desktop.pattern.kind import Rings, no_rings
from saed_desktop.pattern.pattern import ImageArray, MaskArray
from saed_desktop.pattern.rings.measure import MeasuredRings, measure_rings
from saed_desktop.pattern.spots import Spots

_LEAST_SIGMA_PX = 0.3


def rings_about(
    image_yx: ImageArray, masked_yx: MaskArray, center: Center, *, is_centered: bool
) -> MeasuredRings | None:
    """Return the rings of an image, None without any.

    Parameters
    ----------
    image_yx
        Brightness, rings brighter than the background.
    masked_yx
        Pixels that do not count.
    center
        The beam as the image without rings has it.
    is_centered
        Whether the rings are to be about that place, which a lattice or the user gives.
    """
    places: Sequence[tuple[float, float]] = [center.xy]
    if not is_centered:
        places = [center.xy, *(h.xy for h in center.hypotheses[:3])]
    measured = measure_rings(image_yx, masked_yx, places, is_centered=is_centered)
    return measured if measured is not None and len(measured) else None


def as_rings(measured: MeasuredRings | None) -> Rings:
    """Return measured rings as the few numbers that their kind is told by."""
    if measured is None:
        return no_rings()
    return Rings(measured.radius_px, measured.fwhm_px, measured.contrast)


def center_by_rings(center: Center, measured: MeasuredRings) -> Center:
    """Return the centre at that of the rings, which are round about nothing else."""
    xy = measured.geometry.center_xy
    sigma = float(np.clip(measured.geometry_fit.center_sigma_px, _LEAST_SIGMA_PX, 5.0))
    return replace(
        center,
        xy=xy,
        sigma_px=sigma,
        estimates={**center.estimates, "rings": xy},
        method="rings",
        hypotheses=(CenterHypothesis(xy, sigma, 0.0, "rings"),),
    )


def without_spots(masked_yx: MaskArray, spots: Spots) -> MaskArray:
    """Return a mask that also covers spots, of a crystal that is not the rings'."""
    covered = masked_yx.astype(np.uint8)
    for (x, y), width in zip(spots.xy, spots.width_px, strict=True):
        radius = max(3, round(3.5 * float(width)))
        cv2.circle(covered, (round(float(x)), round(float(y))), radius, 1, thickness=-1)
    return covered > 0
