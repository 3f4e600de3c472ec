"""Projections of a specimen's directions onto a tilt map: by their tilts, or stereographic."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray

if TYPE_CHECKING:
    from saed_desktop.simulation.goniometer import Holder, Tilts

FARTHEST_TILT_DEG = 85.0
"""Beyond this the tilts of neighbouring directions run apart."""


@dataclass(frozen=True, eq=False)
class TiltProjection:
    """Maps directions (n, 3) at zero tilts to the plane of the drawing, x right and y up.

    Parameters
    ----------
    holder, now
        The goniometer, and where it stands.
    is_stereographic
        Whether it is a stereographic projection about the beam, in units of its radius, or the
        plane of α (right) and β (up) in degrees.
    """

    holder: "Holder"
    now: "Tilts"
    is_stereographic: bool

    def project(self, directions: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return places (n, 2), and which of them (n,) are on the side that is drawn."""
        if not self.is_stereographic:
            tilts = self.holder.tilts_to(directions)
            is_drawn = (directions[:, 2] < 0) & (np.abs(tilts) < FARTHEST_TILT_DEG).all(axis=1)
            return tilts, is_drawn
        seen = directions @ self.holder.rotation(*self.now).T
        places = seen[:, :2] / (1 + np.abs(seen[:, 2:]))
        # rows of an image run downwards, a drawing's y upwards
        return places * np.array([1.0, -1.0]), seen[:, 2] < 1e-9

    def place_of_tilts(self, tilts_deg: FloatArray) -> FloatArray:
        """Return where tilts (n, 2) in degrees lie."""
        if not self.is_stereographic:
            return np.asarray(tilts_deg, dtype=np.float64)
        return self.project(self.holder.beam_in_specimen(tilts_deg))[0]

    def tilts_at(self, place: tuple[float, float]) -> FloatArray | None:
        """Return the tilts (2,) of a place of the drawing, None outside it."""
        if not self.is_stereographic:
            return np.array(place)
        x, y = place[0], -place[1]
        square = x * x + y * y
        if square > 1:
            return None
        seen = np.array([2 * x, 2 * y, square - 1]) / (1 + square)
        return self.holder.tilts_to(self.holder.rotation(*self.now).T @ seen)

    def limits(self, n_points: int = 61) -> FloatArray:
        """Return the outline (n, 2) of what the holder reaches."""
        a, b = self.holder.alpha_limit_deg, self.holder.beta_limit_deg
        step = np.linspace(-1, 1, n_points)
        full = np.ones(n_points)
        sides = [(step * a, full * b), (full * a, -step * b), (-step * a, -full * b)]
        sides.append((-full * a, step * b))
        outline = np.concatenate([np.column_stack(side) for side in sides])
        return self.place_of_tilts(outline)

    @property
    def reach(self) -> float:
        """Half the width of the drawing when all of it is shown."""
        if self.is_stereographic:
            return 1.04
        return 1.18 * max(self.holder.alpha_limit_deg, self.holder.beta_limit_deg)
