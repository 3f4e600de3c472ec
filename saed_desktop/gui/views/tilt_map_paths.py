"""The lines of a tilt map as paths of Qt."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)

from saed_desktop.arrays import BoolArray, FloatArray
from saed_desktop.gui.theme import Colors
from saed_desktop.gui.views.tilt_projection import TiltProjection

if TYPE_CHECKING:
    from saed_desktop.simulation.tilt_map import MapAxis, TiltMap

MARGIN_PX = 46
"""Room around a map, in which its scales stand."""


@dataclass(frozen=True, eq=False)
class DrawnBand:
    """A Kikuchi band: its area, its two edges, and where its name stands."""

    label: str
    strength: float
    area: QPainterPath
    edges: QPainterPath
    label_place: QPointF | None


@dataclass(frozen=True, eq=False)
class DrawnMap:
    """A tilt map in the plane of its drawing.

    Parameters
    ----------
    axes, places, is_near
        Zone axes on the side that is drawn, where they are (n, 2), and whether they are reached.
    bands
        Kikuchi bands, strongest first.
    """

    axes: "tuple[MapAxis, ...]"
    places: FloatArray
    is_near: tuple[bool, ...]
    bands: tuple[DrawnBand, ...]


NOTHING_DRAWN = DrawnMap((), np.zeros((0, 2)), (), ())


def drawn_map(found: "TiltMap", projection: TiltProjection) -> DrawnMap:
    """Return a map as it is drawn; made beside the window's thread, for it takes 40 ms."""
    places, is_drawn = projection.project(np.array([axis.direction for axis in found.axes]))
    axes = tuple(a for a, drawn in zip(found.axes, is_drawn, strict=True) if drawn)
    tilts = projection.holder.tilts_to(np.array([axis.direction for axis in axes]))
    bands = []
    for band in found.bands:
        outer, inner = (projection.project(edge) for edge in band.edges())
        area, edges = _band_paths(outer, inner)
        bands.append(DrawnBand(band.label, band.strength, area, edges, _label_place(outer)))
    return DrawnMap(
        axes,
        places[is_drawn],
        tuple(projection.holder.reaches(float(a), float(b)) for a, b in tilts),
        tuple(bands),
    )


def draw_degrees(painter: QPainter, size: QSizeF, to_screen: QTransform, colors: Colors) -> None:
    """Write degrees of α along the lower side, of β along the left one."""
    metrics = QFontMetricsF(painter.font())
    step = _round_step(70 / to_screen.m11())
    left, bottom = MARGIN_PX - 8, size.height() - MARGIN_PX + 8
    strip = QColor(colors.surface)
    painter.fillRect(QRectF(0, bottom, size.width(), size.height() - bottom), strip)
    painter.fillRect(QRectF(0, 0, left, size.height()), strip)
    painter.setPen(QPen(QColor(colors.muted), 1.0))
    painter.drawLine(QPointF(left, bottom), QPointF(size.width() - 6, bottom))
    painter.drawLine(QPointF(left, 6), QPointF(left, bottom))
    for number in range(-40, 41):
        at = to_screen.map(QPointF(number * step, number * step))
        text = f"{number * step:g}".replace("-", "−")
        width = metrics.horizontalAdvance(text)
        if left + 8 < at.x() < size.width() - 44:
            painter.drawLine(QPointF(at.x(), bottom), QPointF(at.x(), bottom + 4))
            painter.drawText(QPointF(at.x() - width / 2, bottom + 6 + metrics.ascent()), text)
        if 14 < at.y() < bottom - 8:
            painter.drawLine(QPointF(left - 4, at.y()), QPointF(left, at.y()))
            painter.drawText(QPointF(left - 7 - width, at.y() + metrics.ascent() / 2 - 1), text)
    painter.setPen(QColor(colors.text))
    painter.drawText(QPointF(size.width() - 30, bottom + 6 + metrics.ascent()), "α, °")
    painter.drawText(QPointF(left + 7, 6 + metrics.ascent()), "β, °")


def polygon_of(places: FloatArray) -> QPolygonF:
    """Return places (n, 2) as a polygon."""
    return QPolygonF([QPointF(float(x), float(y)) for x, y in places])


def _band_paths(
    outer: tuple[FloatArray, BoolArray], inner: tuple[FloatArray, BoolArray]
) -> tuple[QPainterPath, QPainterPath]:
    """Return a band's area and its two edges, cut where they leave the side that is drawn."""
    fill, lines = QPainterPath(), QPainterPath()
    for places, is_drawn in (outer, inner):
        for run in _runs(is_drawn):
            lines.addPolygon(polygon_of(places[run]))
    for run in _runs(outer[1] & inner[1]):
        fill.addPolygon(polygon_of(np.concatenate([outer[0][run], inner[0][run][::-1]])))
        fill.closeSubpath()
    fill.setFillRule(Qt.FillRule.WindingFill)
    return fill, lines


def _runs(is_drawn: BoolArray) -> list[slice]:
    """Return the runs of at least two points that are drawn."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_drawn.astype(np.int8), [0]])))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [slice(int(start), int(stop)) for start, stop in pairs if stop - start > 1]


def _label_place(edge: tuple[FloatArray, BoolArray]) -> QPointF | None:
    """Return where a band's name stands: on its edge, away from the middle of the map."""
    places, is_drawn = edge
    if not is_drawn.any():
        return None
    drawn = places[is_drawn]
    wanted = 0.55 * float(np.abs(drawn).max())
    far = np.abs(np.hypot(*drawn.T) - min(wanted, 26.0))
    return QPointF(*(float(value) for value in drawn[int(np.argmin(far))]))


def _round_step(least: float) -> float:
    """Return the smallest round step that is no less than a value."""
    for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30):
        if step >= least:
            return float(step)
    return 45.0
