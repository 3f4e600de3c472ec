"""Indexed rings on the image: measured on the left half, computed with hkl on the right half."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPolygonF, QTransform

from saed_desktop.gui.views.layer import Layer, draw_text, halo_pen

if TYPE_CHECKING:
    from saed_desktop.workspace.ring_view import RingMarks

PHASE_COLORS = ("#4dd0e1", "#ffb74d", "#aed581")
PHASE_COLORS_ON_BRIGHT = ("#006978", "#b04a00", "#3d6b00")
_STEPS = 90
_LABEL_PLACES = (45, 50, 40, 55)
"""Steps along the right half at which labels stand, level with the beam first."""


class IndexedRingLayer(Layer):
    """The rings of an answer, each phase in its colour."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: RingMarks | None = None
        self._has_labels = True

    def set_marks(self, marks: "RingMarks | None") -> None:
        """Take the rings of an answer, None for none."""
        self._marks = marks
        self.update()

    def show_labels(self, is_shown: bool) -> None:
        """Write the indices beside the rings, or not."""
        self._has_labels = is_shown
        self.update()

    @property
    def labels(self) -> tuple[str, ...]:
        """The indices that are written, innermost first."""
        if self._marks is None:
            return ()
        return tuple(r.label for r in sorted(self._marks.computed, key=lambda r: r.radius_px))

    def phase_color(self, number: int) -> str:
        """Return the colour of a phase on this ground."""
        colors = PHASE_COLORS_ON_BRIGHT if self._is_on_bright else PHASE_COLORS
        return colors[number % len(colors)]

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw measured half rings on the left and computed ones on the right."""
        if self._marks is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for row in self._marks.rows:
            color = self.mark_color("ring") if row.phase is None else self.phase_color(row.phase)
            pen = halo_pen(color, 1.3, 0.9)
            if row.phase is None:
                pen.setStyle(Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawPolyline(self._half(row.radius_px, to_screen, is_right=False))
        metrics = QFontMetricsF(painter.font())
        ends = [-1e9] * len(_LABEL_PLACES)
        for ring in sorted(self._marks.computed, key=lambda r: r.radius_px):
            color = self.phase_color(ring.phase)
            painter.setPen(halo_pen(color, 1.0 + ring.intensity, 0.35 + 0.6 * ring.intensity**0.3))
            half = self._half(ring.radius_px, to_screen, is_right=True)
            painter.drawPolyline(half)
            if not self._has_labels:
                continue
            # the first of a few azimuths at which the label stands clear of the one before it
            for place, step in enumerate(_LABEL_PLACES):
                at = half.at(step)
                if at.x() > ends[place] + 4:
                    draw_text(painter, at + QPointF(2, -3), ring.label, color)
                    ends[place] = at.x() + metrics.horizontalAdvance(ring.label)
                    break

    def _half(self, radius_px: float, to_screen: QTransform, *, is_right: bool) -> QPolygonF:
        """Return half a ring, from straight up to straight down, on the screen."""
        assert self._marks is not None
        geometry = self._marks.geometry
        turn = np.linspace(-np.pi / 2, np.pi / 2, _STEPS)
        theta = turn if is_right else np.pi - turn
        radius = radius_px * geometry.stretch(theta)
        x = geometry.center_xy[0] + radius * np.cos(theta)
        y = geometry.center_xy[1] + radius * np.sin(theta)
        points = [QPointF(float(u), float(v)) for u, v in zip(x, y, strict=True)]
        return to_screen.map(QPolygonF(points))
