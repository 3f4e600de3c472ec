"""The radial profile beside the image: where rings and spots lie, and where a crystal's would."""

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QLocale, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from saed_desktop.gui.theme import Colors, colors_of

if TYPE_CHECKING:
    from saed_desktop.workspace.radial import RadialProfile

FloatArray = npt.NDArray[np.float64]

_TICK_PX = 4
_FOOT = 0.12
"""How high the lines of a crystal stand, as a share of the height."""
_STEP_PER_DEGREE = 1.02
_NARROWEST_PX = 10.0
_ALIGN = Qt.AlignmentFlag


class ProfileView(QWidget):
    """Brightness (logarithmic) against the distance from the beam.

    Its horizontal axis counts pixels of the image inside and shows the unit that is known.
    """

    radius_hovered = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Radial profile")
        self.setMinimumHeight(120)
        self.setMouseTracking(True)
        self._profile: RadialProfile | None = None
        self._scale: float | None = None
        self._unit = "1/nm"
        self._lines_q: FloatArray = np.zeros(0)
        self._cursor_px: float | None = None
        self._range_px = (0.0, 1.0)
        self._drag_from: float | None = None

    def sizeHint(self) -> QSize:
        """Return a height at which peaks are told apart."""
        return QSize(480, 180)

    def restyle(self) -> None:
        """Take the colours of the theme."""
        self.update()

    def set_profile(self, profile: "RadialProfile | None", scale: float | None, unit: str) -> None:
        """Take a profile with the scale (1/Å per px) and the unit of its axis."""
        if profile is not self._profile:
            self._range_px = (0.0, self._reach_of(profile))
        self._profile, self._scale, self._unit = profile, scale, unit
        self.update()

    def set_lines(self, q_inv_angstrom: FloatArray) -> None:
        """Take the lengths (n,) in 1/Å at which a crystal diffracts."""
        self._lines_q = q_inv_angstrom
        self.update()

    def show_cursor(self, radius_px: float | None) -> None:
        """Mark the radius under the cursor of the pattern."""
        self._cursor_px = radius_px
        self.update()

    @staticmethod
    def _reach_of(profile: "RadialProfile | None") -> float:
        if profile is None or len(profile.radius_px) == 0:
            return 1.0
        return max(1.01 * float(profile.radius_px[-1]), _NARROWEST_PX)

    @property
    def _per_px(self) -> float:
        if self._scale is None:
            return 1.0
        return self._scale * (10.0 if self._unit == "1/nm" else 1.0)

    # ---- painting ---------------------------------------------------------------------------

    @property
    def _area(self) -> QRectF:
        """The rectangle that the curves fill."""
        line = self.fontMetrics().height()
        return QRectF(self.rect()).adjusted(line + 12, 8, -14, -(2 * line + _TICK_PX + 8))

    def _x_of(self, radius_px: FloatArray | float) -> FloatArray:
        area, (low, high) = self._area, self._range_px
        return np.asarray(area.left() + (radius_px - low) / (high - low) * area.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axes, curves, the lines of a crystal, and the cursor."""
        colors = colors_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(colors.surface))
        self._draw_axes(painter, colors)
        if self._profile is None:
            return
        painter.setClipRect(self._area)
        self._draw_curves(painter, self._profile, colors)
        if self._scale is not None:
            self._draw_lines(painter, self._lines_q / self._scale, colors)
        if self._cursor_px is not None:
            painter.setPen(QPen(QColor(colors.warn), 1, Qt.PenStyle.DashLine))
            x = float(self._x_of(self._cursor_px))
            painter.drawLine(QPointF(x, self._area.top()), QPointF(x, self._area.bottom()))

    def _draw_axes(self, painter: QPainter, colors: Colors) -> None:
        area, line = self._area, self.fontMetrics().height()
        painter.setPen(QColor(colors.line))
        painter.drawLine(area.topLeft(), area.bottomLeft())
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        below = area.bottom() + _TICK_PX + 1
        point = QLocale().decimalPoint()
        for value in _round_numbers(*(edge * self._per_px for edge in self._range_px)):
            x = float(self._x_of(value / self._per_px))
            painter.setPen(QColor(colors.line))
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + _TICK_PX))
            painter.setPen(QColor(colors.muted))
            painter.drawText(
                QRectF(x - 40, below, 80, line),
                _ALIGN.AlignCenter,
                f"{value:g}".replace(".", point),
            )
        name = "px" if self._scale is None else {"1/nm": "1/nm"}.get(self._unit, "1/Å")
        under = QRectF(area.left(), below + line, area.width(), line + 2)
        painter.drawText(under, _ALIGN.AlignCenter, f"Distance from the beam, {name}")
        painter.save()
        painter.translate(4, area.center().y())
        painter.rotate(-90)
        beside = QRectF(-area.height() / 2, 0, area.height(), line + 2)
        painter.drawText(beside, _ALIGN.AlignCenter, "log brightness")
        painter.restore()

    def _draw_curves(self, painter: QPainter, profile: "RadialProfile", colors: Colors) -> None:
        floor = float(np.nanmin(profile.median)) if np.isfinite(profile.median).any() else 0.0
        mean, median = _log(profile.mean, floor), _log(profile.median, floor)
        both = np.concatenate([mean, median])
        if not np.isfinite(both).any():
            return
        low, high = float(np.nanmin(both)), float(np.nanmax(both))
        area, x = self._area, self._x_of(profile.radius_px)
        height = area.height() / (1.1 * max(high - low, 1e-9))
        for values, color, width in ((median, colors.muted, 1.2), (mean, colors.accent, 1.6)):
            y = area.bottom() - (values - low) * height - 0.045 * area.height()
            painter.setPen(QPen(QColor(color), width))
            for piece in _unbroken(values):
                points = zip(x[piece].tolist(), y[piece].tolist(), strict=True)
                painter.drawPolyline(QPolygonF([QPointF(*point) for point in points]))

    def _draw_lines(self, painter: QPainter, radii_px: FloatArray, colors: Colors) -> None:
        painter.setPen(QPen(QColor(colors.good), 1.4))
        bottom = self._area.bottom()
        top = bottom - _FOOT * self._area.height()
        for x in self._x_of(radii_px).tolist():
            painter.drawLine(QPointF(x, bottom), QPointF(x, top))

    # ---- the mouse --------------------------------------------------------------------------

    def _radius_at(self, event: QMouseEvent | QWheelEvent) -> float:
        area, (low, high) = self._area, self._range_px
        share = (event.position().x() - area.left()) / max(area.width(), 1)
        return float(low + share * (high - low))

    def _show_range(self, low: float, width: float) -> None:
        reach = self._reach_of(self._profile)
        width = min(max(width, _NARROWEST_PX), reach)
        low = min(max(low, 0.0), reach - width)
        self._range_px = (low, low + width)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Stretch the axis about the cursor."""
        factor = _STEP_PER_DEGREE ** (-event.angleDelta().y() / 8)
        low, high = self._range_px
        at = self._radius_at(event)
        self._show_range(at - (at - low) * factor, (high - low) * factor)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the axis."""
        self._drag_from = self._radius_at(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which radius the cursor is on; move the axis where it is held."""
        if self._drag_from is not None:
            low, high = self._range_px
            self._show_range(low + self._drag_from - self._radius_at(event), high - low)
        self.radius_hovered.emit(max(self._radius_at(event), 0.0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._drag_from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole profile."""
        self._show_range(0.0, math.inf)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the cursor is nowhere."""
        super().leaveEvent(event)
        self.radius_hovered.emit(None)


def _log(values: FloatArray, floor: float) -> FloatArray:
    span = float(np.nanmax(values) - floor) if np.isfinite(values).any() else 1.0
    return np.asarray(np.log10(np.maximum(values - floor, 0) + 1e-3 * max(span, 1e-9)))


def _unbroken(values: FloatArray) -> list[slice]:
    """Return the stretches of a curve between its gaps."""
    known = np.concatenate([[False], np.isfinite(values), [False]]).astype(np.int8)
    steps = np.diff(known)
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    return [slice(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]


def _round_numbers(low: float, high: float) -> list[float]:
    """Return four to ten round numbers within a range."""
    rough = (high - low) / 10
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough)
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 10) for i in range(first, math.floor(high / step + 1e-9) + 1)]
