"""A view that zooms and moves as image programs do: wheel, drag, and no scroll bars."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsItemGroup, QGraphicsScene, QGraphicsView

_LARGEST_ZOOM = 200.0
_SMALLEST_SIDE_PX = 24.0
_STEP_PER_DEGREE = 1.02
_DRAG_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)


class ZoomView(QGraphicsView):
    """Shows an area of whatever hangs below its `frame`, centred and as large as it fits.

    The scene is measured in pixels of the viewport; the frame alone is scaled and moved, by
    fractions of a pixel too, which scroll bars could not.
    """

    zoom_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setScene(QGraphicsScene(self))
        self.frame_item = QGraphicsItemGroup()
        self.scene().addItem(self.frame_item)
        self._area = QRectF(0, 0, 1, 1)
        self._largest = QRectF(0, 0, 1, 1)
        self._drag_from: QPointF | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        # every mark spans the whole image: to find out what has changed costs more than painting
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    # ---- what is shown ----------------------------------------------------------------------

    def show_area(self, area: QRectF, padding: float = 0.0) -> None:
        """Show an area of the frame, with a margin of a share of its size."""
        margin_x, margin_y = padding * area.width(), padding * area.height()
        self._largest = area
        self._set_area(area.adjusted(-margin_x, -margin_y, margin_x, margin_y))

    def scale_by(self, factor: float, about: QPointF | None = None) -> None:
        """Enlarge about a position in the viewport, about its middle for None."""
        area, zoom = self._area, self.zoom_factor
        smallest = _SMALLEST_SIDE_PX / max(self._largest.width(), self._largest.height(), 1e-9)
        factor = min(max(factor * zoom, smallest), _LARGEST_ZOOM) / zoom
        fixed = area.center() if about is None else self._to_frame(about)
        left = fixed.x() - (fixed.x() - area.left()) / factor
        top = fixed.y() - (fixed.y() - area.top()) / factor
        self._set_area(QRectF(left, top, area.width() / factor, area.height() / factor))

    @property
    def zoom_factor(self) -> float:
        """How many pixels of the screen a unit of the frame measures."""
        size = self.viewport().size()
        across = max(size.width(), 1) / self._area.width()
        return float(min(across, max(size.height(), 1) / self._area.height()))

    def _set_area(self, area: QRectF) -> None:
        self._area = area
        self._arrange()

    def _arrange(self) -> None:
        size = self.viewport().size()
        self.scene().setSceneRect(QRectF(0, 0, size.width(), size.height()))
        zoom, middle = self.zoom_factor, self._area.center()
        transform = QTransform()
        transform.translate(size.width() / 2, size.height() / 2)
        transform.scale(zoom, zoom)
        transform.translate(-middle.x(), -middle.y())
        self.frame_item.setTransform(transform)
        self.zoom_changed.emit()

    def _to_frame(self, position: QPointF) -> QPointF:
        """Return the position in the frame of one in the viewport."""
        inverse, _ = self.frame_item.transform().inverted()
        return inverse.map(position)

    # ---- Qt's events ------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep showing the same area."""
        super().resizeEvent(event)
        self._arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the cursor."""
        # Qt counts eighths of a degree; a common wheel turns by 15 degrees a notch
        self.scale_by(_STEP_PER_DEGREE ** (event.angleDelta().y() / 8), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the pattern."""
        if event.button() in _DRAG_BUTTONS:
            self._drag_from = event.position()
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the pattern along."""
        if self._drag_from is not None:
            by = (event.position() - self._drag_from) / self.zoom_factor
            self._drag_from = event.position()
            self._set_area(self._area.translated(-by.x(), -by.y()))
            event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() in _DRAG_BUTTONS:
            self._drag_from = None
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave all keys to the window: there is nothing to scroll."""
        event.ignore()
