"""The map of a scan: one square for each place; a click shows the pattern taken there."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from saed_desktop.arrays import ByteImage
from saed_desktop.gui.theme import colors_of
from saed_desktop.translation import tr

_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
MARGIN_PX = 8


class ScanMapView(QWidget):
    """Draws a map; clicking, dragging or the arrow keys choose a place."""

    frame_chosen = Signal(int)
    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Map of the scan"))
        self.setAccessibleDescription(
            tr("A click shows the pattern of a place; arrow keys go from place to place.")
        )
        self.setMinimumSize(260, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._image = QImage()
        self._n_frames = self._frame = 0
        self._columns = 1

    def show_map(self, colors_rgb: ByteImage, n_columns: int) -> None:
        """Show colours (n, 3) of the frames, so many in a row."""
        self._n_frames, self._columns = len(colors_rgb), max(1, n_columns)
        self._image = map_image(colors_rgb, self._columns)
        self.update()

    def show_frame(self, frame: int) -> None:
        """Mark the place whose pattern is shown."""
        self._frame = frame
        self.update()

    @property
    def image(self) -> QImage:
        """The map with one pixel for each place."""
        return self._image

    # ---- places -----------------------------------------------------------------------------

    @property
    def _area(self) -> tuple[QRectF, float]:
        """Area that the map is drawn in, and the side of a place in it."""
        width, height = max(self._image.width(), 1), max(self._image.height(), 1)
        room_x, room_y = self.width() - 2 * MARGIN_PX, self.height() - 2 * MARGIN_PX
        side = max(min(room_x / width, room_y / height), 0.01)
        size = QPointF(side * width, side * height)
        left, top = (self.width() - size.x()) / 2, (self.height() - size.y()) / 2
        return QRectF(left, top, size.x(), size.y()), side

    def frame_at(self, position: QPointF) -> int | None:
        """Return the frame at a position of the widget, None beside the map."""
        area, side = self._area
        column = int((position.x() - area.left()) // side)
        row = int((position.y() - area.top()) // side)
        frame = row * self._columns + column
        is_inside = 0 <= column < self._columns and row >= 0 and frame < self._n_frames
        return frame if is_inside else None

    def middle_of(self, frame: int) -> QPoint:
        """Return the middle of a frame's place in the widget."""
        area, side = self._area
        row, column = divmod(frame, self._columns)
        return QPointF(
            area.left() + (column + 0.5) * side, area.top() + (row + 0.5) * side
        ).toPoint()

    # ---- Qt's events ------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the map, every place as a square, and mark the one that is shown."""
        del event
        colors = colors_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.surface))
        if not self._image.isNull():
            area, side = self._area
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, side < 1)
            painter.drawImage(area, self._image, QRectF(self._image.rect()))
            row, column = divmod(self._frame, self._columns)
            mark = max(side, 7.0)
            x, y = area.left() + (column + 0.5) * side, area.top() + (row + 0.5) * side
            square = QRectF(x - mark / 2, y - mark / 2, mark, mark)
            for color, width in ((QColor(0, 0, 0, 210), 4.0), (QColor("#ffffff"), 1.8)):
                painter.setPen(QPen(color, width))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(square)
            if self.hasFocus():
                painter.setPen(QPen(QColor(colors.accent), 1.4))
                painter.drawRect(area.adjusted(-3, -3, 3, 3))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the place that is clicked."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._choose(self.frame_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is below the mouse; with the button down choose it."""
        frame = self.frame_at(event.position())
        self.pointed.emit(frame)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(frame)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbouring place."""
        key = Qt.Key(event.key())
        if key not in _STEPS or not self._n_frames:
            super().keyPressEvent(event)
            return
        dx, dy = _STEPS[key]
        row, column = divmod(self._frame, self._columns)
        column, row = column + dx, row + dy
        frame = row * self._columns + column
        if 0 <= column < self._columns and 0 <= frame < self._n_frames:
            self._choose(frame)
            self.pointed.emit(frame)

    def leaveEvent(self, event: object) -> None:
        """Tell that the mouse is nowhere."""
        del event
        self.pointed.emit(None)

    def _choose(self, frame: int | None) -> None:
        if frame is not None and frame != self._frame:
            self.show_frame(frame)
            self.frame_chosen.emit(frame)


def map_image(colors_rgb: ByteImage, n_columns: int) -> QImage:
    """Return colours (n, 3) of frames as an image of one pixel each, so many in a row."""
    n_rows = -(-len(colors_rgb) // n_columns)
    whole = np.full((n_rows * n_columns, 4), 0, dtype=np.uint8)
    whole[: len(colors_rgb), :3] = colors_rgb
    whole[: len(colors_rgb), 3] = 255
    width, height = n_columns, n_rows
    return QImage(whole.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
