"""Distances and angles that a person measured, as rows of a list."""

import math
from dataclasses import dataclass

from saed_desktop.workspace.document import Measurement

PointXY = tuple[float, float]

ACROSS_PX, ACROSS_SHARE = 2.5, 0.015
"""A distance whose middle is this near the beam, in pixels or of its length, is across it."""


@dataclass(frozen=True)
class MeasurementRow:
    """Values of a measurement; None where one does not apply or no scale is known.

    Parameters
    ----------
    lengths_px
        Of the distance, halved where it is across the beam; of both spots of a pair.
    q_inv_angstrom, d_angstrom
        The same as reciprocal length and as lattice spacing.
    ratio, angle_deg
        Of a pair: longer over shorter length, and the angle between them at the beam.
    is_across
        Whether a distance goes from a spot to its Friedel mate.
    """

    kind: str
    lengths_px: tuple[float, ...]
    q_inv_angstrom: tuple[float, ...] | None
    d_angstrom: tuple[float, ...] | None
    ratio: float | None
    angle_deg: float | None
    is_across: bool
    note: str


def measurement_row(
    measurement: Measurement, center_xy: PointXY | None, scale_inv_angstrom_per_px: float | None
) -> MeasurementRow:
    """Return what a measurement says about a beam and a scale, which may have changed since."""
    ratio = angle = None
    is_across = False
    if measurement.kind == "pair":
        corner, *spots = measurement.points_xy
        corner = center_xy or corner
        arms = [(x - corner[0], y - corner[1]) for x, y in spots]
        lengths = tuple(math.hypot(*arm) for arm in arms)
        if len(arms) == 2 and all(lengths):
            ratio = max(lengths) / min(lengths)
            cosine = (arms[0][0] * arms[1][0] + arms[0][1] * arms[1][1]) / math.prod(lengths)
            angle = math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
    else:
        (x0, y0), (x1, y1) = measurement.points_xy
        length = math.hypot(x1 - x0, y1 - y0)
        if center_xy is not None and length > 0:
            off = math.hypot((x0 + x1) / 2 - center_xy[0], (y0 + y1) / 2 - center_xy[1])
            is_across = off < max(ACROSS_PX, ACROSS_SHARE * length)
        lengths = (length / 2 if is_across else length,)
    scale = scale_inv_angstrom_per_px
    q = tuple(length * scale for length in lengths) if scale is not None else None
    d = tuple(1 / value if value else math.inf for value in q) if q is not None else None
    return MeasurementRow(
        measurement.kind, lengths, q, d, ratio, angle, is_across, measurement.note
    )
