"""A computed pattern by itself: dragging turns it, dragging with Shift tilts the crystal."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from saed_desktop.gui.views.simulation_layer import draw_reflections
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.arrays import ByteImage
    from saed_desktop.simulation.single_pattern import SimulatedPattern

GROUND, INK = "#0a0b0d", "#e8eaed"
TILT_DEG_PER_PX = 0.05


class SimulatedView(QWidget):
    """Draws reflections on black; says how it is dragged."""

    turned = Signal(float)
    tilted = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Simulated pattern"))
        self.setAccessibleDescription(
            tr("Dragging turns it, dragging with Shift tilts the crystal.")
        )
        self.setMinimumSize(280, 280)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._pattern: SimulatedPattern | None = None
        self._q_max = 1.3
        self._labels = True
        self._picture: QImage | None = None
        self._last: QPointF | None = None

    def show_pattern(
        self, pattern: "SimulatedPattern | None", q_max: float, *, labels: bool
    ) -> None:
        """Show a pattern out to a distance from the beam in 1/Å."""
        self._pattern, self._q_max, self._labels = pattern, q_max, labels
        self.update()

    def show_picture(self, picture: "ByteImage | None") -> None:
        """Show a picture (side, side, 3) out to the same distance instead of the reflections."""
        self._picture = None
        if picture is not None:
            side = picture.shape[0]
            self._picture = QImage(
                picture.tobytes(), side, side, 3 * side, QImage.Format.Format_RGB888
            ).copy()
        self.update()

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown instead of the reflections."""
        return self._picture is not None

    @property
    def pattern(self) -> "SimulatedPattern | None":
        """The simulated pattern shown, None without one."""
        return self._pattern

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the reflections and the beam."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(GROUND))
        middle = QPointF(self.width() / 2, self.height() / 2)
        if self._picture is not None:
            half = 0.5 * min(self.width(), self.height())
            area = QRectF(middle.x() - half, middle.y() - half, 2 * half, 2 * half)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(area, self._picture, QRectF(self._picture.rect()))
        elif self._pattern is not None:
            px_per_q = 0.5 * min(self.width(), self.height()) / self._q_max
            to_screen = QTransform()
            to_screen.translate(middle.x(), middle.y())
            to_screen.scale(px_per_q, px_per_q)
            draw_reflections(painter, self._pattern, to_screen, INK, labels=self._labels)
        painter.setPen(QColor("#ff5fa2"))
        for dx, dy in ((9, 0), (0, 9)):
            offset = QPointF(dx, dy)
            painter.drawLine(middle - offset, middle + offset)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        self._last = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn or tilt."""
        if self._last is None:
            return
        now, before = event.position(), self._last
        self._last = now
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            moved = now - before
            self.tilted.emit(moved.x() * TILT_DEG_PER_PX, moved.y() * TILT_DEG_PER_PX)
            return
        middle = QPointF(self.width() / 2, self.height() / 2)
        a, b = before - middle, now - middle
        angle = math.degrees(math.atan2(b.y(), b.x()) - math.atan2(a.y(), a.x()))
        self.turned.emit((angle + 180) % 360 - 180)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._last = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
