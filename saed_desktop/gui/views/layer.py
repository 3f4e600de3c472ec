"""The base of everything that is drawn on a pattern: sharp, and of one size at every zoom."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from saed_desktop.gui.theme import IMAGE_MARKS, IMAGE_MARKS_ON_BRIGHT


class Layer(QGraphicsObject):
    """Marks at positions of the image, drawn in pixels of the screen.

    A subclass implements `draw`; it maps positions with the transform that it is given.
    """

    def __init__(self) -> None:
        super().__init__()
        self._bounds = QRectF(0, 0, 1, 1)
        self._is_on_bright = False

    def set_ground(self, *, is_bright: bool) -> None:
        """Tell whether the image is mostly bright, so that marks stand out from it."""
        if is_bright != self._is_on_bright:
            self._is_on_bright = is_bright
            self.update()

    def mark_color(self, name: str) -> str:
        """Return the colour of a kind of mark on this ground."""
        return (IMAGE_MARKS_ON_BRIGHT if self._is_on_bright else IMAGE_MARKS)[name]

    def set_extent(self, width: int, height: int) -> None:
        """Tell how large the image is, in pixels."""
        self.prepareGeometryChange()
        # labels and marks may stand a little outside the image
        margin = 0.25 * max(width, height)
        self._bounds = QRectF(-margin, -margin, width + 2 * margin, height + 2 * margin)

    def boundingRect(self) -> QRectF:
        """Return the extent within which the layer draws."""
        return self._bounds

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the marks in pixels of the screen."""
        to_screen = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, to_screen)
        painter.restore()

    def visible_width(self) -> float:
        """Return the width of the view that shows the layer."""
        views = self.scene().views() if self.scene() is not None else []
        return float(views[0].viewport().width()) if views else 1e6

    def visible_area(self) -> QRectF:
        """Return the area of the view that shows the layer, in its pixels."""
        views = self.scene().views() if self.scene() is not None else []
        return QRectF(views[0].viewport().rect()) if views else QRectF(-1e6, -1e6, 2e6, 2e6)

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw the marks; `to_screen` maps pixels of the image to those of the screen."""
        raise NotImplementedError


def halo_pen(color: str, width: float = 1.5, alpha: float = 1.0) -> QPen:
    """Return a pen for marks on an image."""
    shade = QColor(color)
    shade.setAlphaF(alpha)
    pen = QPen(shade, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def shadow_of(color: str) -> QColor:
    """Return what surrounds text of a colour: dark around bright text, bright around dark."""
    return QColor(0, 0, 0, 200) if QColor(color).lightness() > 127 else QColor(255, 255, 255, 210)


def draw_text(painter: QPainter, at: QPointF, text: str, color: str) -> None:
    """Draw text that is read on bright and dark ground alike."""
    painter.setPen(shadow_of(color))
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1), (1, 1)):
        painter.drawText(at + QPointF(dx, dy), text)
    painter.setPen(QColor(color))
    painter.drawText(at, text)
