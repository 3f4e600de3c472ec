"""The stroke or outline that the user is drawing right now."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from saed_desktop.gui.views.layer import Layer, halo_pen
from saed_desktop.gui.views.mark_layers import scale_of

Point = tuple[float, float]


class StrokeLayer(Layer):
    """Shows a stroke of the brush, or the polygon so far."""

    def __init__(self) -> None:
        super().__init__()
        self._points: tuple[Point, ...] = ()
        self._width_px = 0.0
        self._erases = False

    def set_stroke(
        self, points: tuple[Point, ...], width_px: float = 0.0, *, erases: bool = False
    ) -> None:
        """Take points; a width of 0 means the corners of a polygon."""
        self._points, self._width_px, self._erases = points, width_px, erases
        self.update()

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw it."""
        if not self._points:
            return
        line = QPolygonF([to_screen.map(QPointF(*point)) for point in self._points])
        if self._width_px == 0:
            painter.setPen(halo_pen(self.mark_color("mask"), 1.8))
            painter.setBrush(QColor(255, 79, 109, 50))
            painter.drawPolygon(line)
            return
        color = QColor("#ffffff" if self._erases else self.mark_color("mask"))
        color.setAlpha(120)
        pen = QPen(color, max(2.0, self._width_px * scale_of(to_screen)))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        if len(self._points) == 1:
            painter.drawPoint(line.at(0))
        else:
            painter.drawPolyline(line)
