"""The spots that are chosen, the box that chooses them, and where a dragged one would go."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPolygonF, QTransform

from saed_desktop.gui.views.layer import Layer, halo_pen

Point = tuple[float, float]


class SelectionLayer(Layer):
    """Drawn while spots are edited."""

    def __init__(self) -> None:
        super().__init__()
        self._chosen: tuple[Point, ...] = ()
        self._box: tuple[Point, Point] | None = None
        self._dragged: Point | None = None

    @property
    def chosen(self) -> tuple[Point, ...]:
        """The spots that are chosen."""
        return self._chosen

    def set_chosen(self, spots: Sequence[Point]) -> None:
        """Take the spots that are chosen."""
        self._chosen = tuple(spots)
        self.update()

    def set_box(self, corners: tuple[Point, Point] | None) -> None:
        """Take two corners of the box, None for no box."""
        self._box = corners
        self.update()

    def set_dragged(self, xy: Point | None) -> None:
        """Take where a spot is being dragged to, None for none."""
        self._dragged = xy
        self.update()

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw them."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(halo_pen(self.mark_color("measure"), 2.2))
        for xy in self._chosen:
            painter.drawEllipse(to_screen.map(QPointF(*xy)), 11, 11)
        if self._dragged is not None:
            at = to_screen.map(QPointF(*self._dragged))
            painter.drawEllipse(at, 8, 8)
            painter.drawLine(at - QPointF(13, 0), at + QPointF(13, 0))
            painter.drawLine(at - QPointF(0, 13), at + QPointF(0, 13))
        if self._box is not None:
            pen = halo_pen(self.mark_color("measure"), 1.3)
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            (x0, y0), (x1, y1) = self._box
            corners = [QPointF(x0, y0), QPointF(x1, y0), QPointF(x1, y1), QPointF(x0, y1)]
            painter.drawPolygon(QPolygonF([to_screen.map(corner) for corner in corners]))
