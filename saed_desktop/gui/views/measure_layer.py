"""Drawn measurement on a pattern: a distance, or two spots seen from the beam."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTransform

from saed_desktop.gui.views.layer import Layer, draw_text, halo_pen
from saed_desktop.gui.views.readout import number
from saed_desktop.translation import tr

Point = tuple[float, float]


@dataclass(frozen=True)
class Measure:
    """Points in pixels of the image and what they say.

    Parameters
    ----------
    points
        Two for a distance; beam, first and second spot for a pair; fewer while it is made.
    kind
        "distance" or "pair".
    """

    kind: str
    points: tuple[Point, ...]


def distance_words(
    start: Point, end: Point, center: Point | None, scale: float | None
) -> tuple[str, ...]:
    """Return what a distance says, a line each.

    Parameters
    ----------
    start, end
        In pixels.
    center
        The direct beam: a distance across it, from a spot to its Friedel mate, counts half.
    scale
        1/Å per pixel, None where unknown.
    """
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    across = False
    if center is not None and length > 0:
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        off = math.hypot(middle[0] - center[0], middle[1] - center[1])
        across = off < max(2.5, 0.015 * length)
    lines = [f"{number(length, 1)} px"]
    if across:
        lines.append(tr("across the beam: halved"))
        length /= 2
    if scale is not None and length > 0:
        q = length * scale
        lines.append(f"{number(q, 4)} 1/Å   {number(10 * q, 3)} 1/nm")
        lines.append(f"d = {number(1 / q, 4)} Å")
    return tuple(lines)


def pair_words(center: Point, first: Point, second: Point, scale: float | None) -> tuple[str, ...]:
    """Return what two spots say as seen from the beam: ratio, angle and spacings."""
    a = (first[0] - center[0], first[1] - center[1])
    b = (second[0] - center[0], second[1] - center[1])
    ra, rb = math.hypot(*a), math.hypot(*b)
    if not (ra and rb):
        return ()
    cosine = (a[0] * b[0] + a[1] * b[1]) / (ra * rb)
    angle = math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
    ratio = max(ra, rb) / min(ra, rb)
    lines = [tr("ratio {ratio}   angle {angle}°", ratio=number(ratio, 4), angle=number(angle, 2))]
    if scale is None:
        lines.append(f"r = {number(ra, 1)} px, {number(rb, 1)} px")
    else:
        lines.append(f"d = {number(1 / (ra * scale), 4)} Å, {number(1 / (rb * scale), 4)} Å")
    return tuple(lines)


class MeasureLayer(Layer):
    """Draws the measure that was made last."""

    def __init__(self) -> None:
        super().__init__()
        self._measure: Measure | None = None
        self._center: Point | None = None
        self._scale: float | None = None

    def set_geometry(self, center: Point | None, scale: float | None) -> None:
        """Take the beam and the scale (1/Å per px)."""
        self._center, self._scale = center, scale
        self.update()

    def set_measure(self, measure: Measure | None) -> None:
        """Take what is measured."""
        self._measure = measure
        self.update()

    @property
    def words(self) -> tuple[str, ...]:
        """The measured values in words."""
        measure = self._measure
        if measure is None:
            return ()
        if measure.kind == "distance" and len(measure.points) == 2:
            return distance_words(*measure.points, self._center, self._scale)
        if measure.kind == "pair" and len(measure.points) == 3:
            return pair_words(*measure.points, self._scale)
        return ()

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw points, lines and words."""
        self.draw_within(painter, to_screen, self.visible_width())

    def draw_within(self, painter: QPainter, to_screen: QTransform, width: float) -> None:
        """Draw points, lines and words, the words no further right than a width."""
        if self._measure is None:
            return
        points = [to_screen.map(QPointF(*point)) for point in self._measure.points]
        painter.setPen(halo_pen(self.mark_color("measure"), 1.8))
        for end in points[1:]:
            painter.drawLine(points[0], end)
        marked = points if self._measure.kind == "distance" else points[1:]
        for point in marked:
            painter.drawEllipse(point, 6, 6)
        if self.words:
            self._draw_words(painter, points[-1], width)

    def _draw_words(self, painter: QPainter, at: QPointF, at_most: float) -> None:
        metrics = QFontMetricsF(painter.font())
        width = max(metrics.horizontalAdvance(line) for line in self.words) + 16
        height = metrics.lineSpacing() * len(self.words) + 10
        left = min(at.x() + 14, at_most - width - 4)
        top = max(at.y() - height - 10, 4.0)
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(QColor(12, 14, 18, 215))
        painter.drawRoundedRect(QRectF(left, top, width, height), 5, 5)
        for i, line in enumerate(self.words):
            baseline = top + 5 + metrics.ascent() + i * metrics.lineSpacing()
            draw_text(painter, QPointF(left + 8, baseline), line, self.mark_color("measure"))
