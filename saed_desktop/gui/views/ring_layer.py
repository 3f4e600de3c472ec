"""Rings about the direct beam: round spacings, and the radius that the profile points at."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QTransform

from saed_desktop.gui.views.layer import Layer, draw_text, halo_pen
from saed_desktop.gui.views.mark_layers import scale_of
from saed_desktop.gui.views.readout import number

SPACINGS_ANGSTROM = (20, 10, 5, 4, 3, 2.5, 2, 1.5, 1.2, 1, 0.8, 0.7, 0.6, 0.5)
_MIN_GAP_PX = 26


class RingLayer(Layer):
    """Resolution rings, and one ring that follows the cursor of the radial profile."""

    def __init__(self) -> None:
        super().__init__()
        self._center_xy = (0.0, 0.0)
        self._scale: float | None = None
        self._reach_px = 1.0
        self._is_shown = False
        self._hovered_px: float | None = None
        self._rings_px: np.ndarray = np.zeros(0)
        self._fitted_px: np.ndarray = np.zeros(0)

    def set_geometry(
        self, center_xy: tuple[float, float], scale: float | None, reach_px: float
    ) -> None:
        """Take the beam, the scale (1/Å per px) and how far the image reaches."""
        self._center_xy, self._scale, self._reach_px = center_xy, scale, reach_px
        self.update()

    def set_found(self, rings_px: np.ndarray) -> None:
        """Take the radii of the rings that were found in the image."""
        self._rings_px = rings_px
        self.update()

    def set_fitted(self, rings_px: np.ndarray) -> None:
        """Take the radii at which a standard's lines were found."""
        self._fitted_px = rings_px
        self.update()

    def show_rings(self, is_shown: bool) -> None:
        """Draw the resolution rings or not."""
        self._is_shown = is_shown
        self.update()

    def set_hovered(self, radius_px: float | None) -> None:
        """Draw a ring at a radius, None for none."""
        self._hovered_px = radius_px
        self.update()

    def radii(self) -> list[tuple[float, str]]:
        """Return radii in pixels with their captions, outwards."""
        if self._scale is None:
            step = 10 ** np.floor(np.log10(max(self._reach_px, 10)))
            count = int(self._reach_px / step)
            return [(float(step * i), f"{step * i:g} px") for i in range(1, count + 1)]
        found = [(1 / (d * self._scale), d) for d in SPACINGS_ANGSTROM]
        return [
            (r, f"{number(d, 1 if d % 1 else 0)} Å") for r, d in found if 8 < r < self._reach_px
        ]

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw the rings, none closer to another than can be read."""
        center = to_screen.map(QPointF(*self._center_xy))
        scale = scale_of(to_screen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._is_shown:
            self._draw_rings(painter, center, scale)
        painter.setPen(halo_pen(self.mark_color("matched"), 1.5, 0.9))
        for radius_px in self._fitted_px:
            painter.drawEllipse(center, radius_px * scale, radius_px * scale)
        if self._hovered_px is not None:
            pen = halo_pen(self.mark_color("measure"), 1.2)
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawEllipse(center, self._hovered_px * scale, self._hovered_px * scale)

    def _draw_rings(self, painter: QPainter, center: QPointF, scale: float) -> None:
        metrics = QFontMetricsF(painter.font())
        last = -float(_MIN_GAP_PX)
        for radius_px, text in self.radii():
            radius = radius_px * scale
            if radius - last < _MIN_GAP_PX:
                continue
            last = radius
            painter.setPen(halo_pen(self.mark_color("ring"), 1.1, 0.75))
            painter.drawEllipse(center, radius, radius)
            # on the lower right diagonal, where the indices of strong spots seldom stand
            at = center + QPointF(radius, radius) * 0.7071
            draw_text(painter, at + QPointF(3, metrics.ascent()), text, self.mark_color("ring"))
        pen = halo_pen(self.mark_color("ring"), 1.0, 0.8)
        pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        for radius_px in self._rings_px:
            painter.drawEllipse(center, radius_px * scale, radius_px * scale)
