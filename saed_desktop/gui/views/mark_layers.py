"""Marks over a pattern: spots found, reflections with their indices, the direct beam, the mask."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QTransform

from saed_desktop.arrays import BoolArray, FloatArray
from saed_desktop.gui.theme import IMAGE_MARKS
from saed_desktop.gui.views.indices import draw_indices, indices_width
from saed_desktop.gui.views.layer import Layer, halo_pen

if TYPE_CHECKING:
    from saed_desktop.workspace.answer_view import ReflectionMarks


RESIDUAL_FACTOR = 20
"""Magnification that residuals are drawn with."""

_NONE_XY: FloatArray = np.zeros((0, 2))


def scale_of(transform: QTransform) -> float:
    """Return how many screen pixels an image pixel measures."""
    return float(np.hypot(transform.m11(), transform.m12()))


class SpotsLayer(Layer):
    """A thin ring around every spot found."""

    def __init__(self) -> None:
        super().__init__()
        self._xy = _NONE_XY
        self._width_px: FloatArray = np.zeros(0)

    def set_spots(self, xy: FloatArray, width_px: FloatArray) -> None:
        """Take positions (n, 2) and widths (n,) in pixels of the image."""
        self._xy, self._width_px = xy, width_px
        self.update()

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw the rings."""
        painter.setPen(halo_pen(self.mark_color("spot"), 1.3, 0.85))
        scale = scale_of(to_screen)
        for (x, y), width in zip(self._xy, self._width_px, strict=True):
            radius = max(6.0, 2.4 * width * scale)
            painter.drawEllipse(to_screen.map(QPointF(x, y)), radius, radius)


class ReflectionsLayer(Layer):
    """The reflections of a candidate: matched, missing, forbidden; and spots left unexplained."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: ReflectionMarks | None = None
        self._spots_xy = _NONE_XY
        self._center_xy = (0.0, 0.0)
        self._shows_marks = True
        self._shows_labels = True
        self._shows_residuals = False
        self._pointed: tuple[float, float] | None = None
        self._order: npt.NDArray[np.intp] = np.zeros(0, dtype=np.intp)

    def set_candidate(
        self,
        marks: "ReflectionMarks | None",
        center_xy: tuple[float, float],
        spots_xy: FloatArray,
    ) -> None:
        """Take the reflections of a candidate and all spots, of which some may be unexplained."""
        self._marks, self._center_xy = marks, center_xy
        self._spots_xy = _NONE_XY
        if marks is not None:
            explained = np.zeros(len(spots_xy), dtype=bool)
            explained[marks.spot[marks.spot >= 0]] = True
            self._spots_xy = spots_xy[~explained]
            drawn = np.flatnonzero(marks.is_matched | (marks.visible > 0.5))
            self._order = drawn[np.argsort(-marks.intensity[drawn], kind="stable")]
        self.update()

    def set_parts(self, *, marks: bool, labels: bool, residuals: bool = False) -> None:
        """Choose whether marks, indices and residuals are drawn."""
        self._shows_marks, self._shows_labels = marks, labels
        self._shows_residuals = residuals
        self.update()

    def point_at(self, xy: tuple[float, float] | None) -> None:
        """Mark one reflection, the one chosen in a table."""
        self._pointed = xy
        self.update()

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw marks first, labels over them."""
        area = self.visible_area()
        self.draw_parts(painter, to_screen, area, marks=True, labels=True)

    def draw_parts(
        self,
        painter: QPainter,
        to_screen: QTransform,
        area: QRectF,
        *,
        marks: bool,
        labels: bool,
    ) -> None:
        """Draw what is shown of marks and of labels; labels stay within the area."""
        if self._marks is None:
            return
        if self._shows_marks and marks:
            self._draw_marks(painter, to_screen, self._marks)
        if self._shows_residuals and marks:
            self._draw_residuals(painter, to_screen, self._marks)
        if self._shows_labels and labels:
            self._draw_labels(painter, to_screen, self._marks, area)
        if self._pointed is not None and marks:
            painter.setPen(halo_pen(self.mark_color("measure"), 2.2))
            painter.drawEllipse(to_screen.map(QPointF(*self._pointed)), 13, 13)

    def _draw_marks(
        self, painter: QPainter, to_screen: QTransform, marks: "ReflectionMarks"
    ) -> None:
        for i in self._order:
            at = to_screen.map(QPointF(*marks.xy[i]))
            if marks.is_matched[i]:
                painter.setPen(halo_pen(self.mark_color("matched"), 1.8))
                painter.drawEllipse(at, 7.5, 7.5)
                continue
            pen = halo_pen(self.mark_color("missing"), 1.5)
            pen.setStyle(Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawRect(QRectF(at.x() - 6, at.y() - 6, 12, 12))
        painter.setPen(halo_pen(self.mark_color("unexplained"), 1.5))
        for x, y in self._spots_xy:
            at = to_screen.map(QPointF(x, y))
            corners = [at + QPointF(dx, dy) for dx, dy in ((0, -8), (8, 0), (0, 8), (-8, 0))]
            painter.drawPolygon(corners)

    def _draw_residuals(
        self, painter: QPainter, to_screen: QTransform, marks: "ReflectionMarks"
    ) -> None:
        """Draw from each reflection towards its spot, enlarged: a pattern in them is a clue."""
        painter.setPen(halo_pen(self.mark_color("measure"), 1.6))
        for i in self._order:
            if not marks.is_matched[i]:
                continue
            start = to_screen.map(QPointF(*marks.xy[i]))
            off = marks.xy[i] + RESIDUAL_FACTOR * (marks.spot_xy[i] - marks.xy[i])
            end = to_screen.map(QPointF(*off))
            painter.drawLine(start, end)
            painter.drawEllipse(end, 1.8, 1.8)

    def _draw_labels(
        self, painter: QPainter, to_screen: QTransform, marks: "ReflectionMarks", area: QRectF
    ) -> None:
        """Write indices outwards of their spots, the strongest first, none over another."""
        metrics = QFontMetricsF(painter.font())
        center = to_screen.map(QPointF(*self._center_xy))
        taken: list[QRectF] = []
        for i in self._order[:400]:
            if not marks.is_matched[i]:
                continue
            at = to_screen.map(QPointF(*marks.xy[i]))
            text = marks.labels[i]
            size = QSizeF(indices_width(metrics, text), metrics.height())
            box = label_box(at, center, size, area)
            if any(box.intersects(other) for other in taken):
                continue
            taken.append(box)
            color = self.mark_color("forbidden" if marks.is_forbidden[i] else "label")
            draw_indices(painter, box.bottomLeft() + QPointF(0, -metrics.descent()), text, color)


def label_box(at: QPointF, center: QPointF, size: QSizeF, area: QRectF) -> QRectF:
    """Return where a label goes: beside its spot, away from the beam unless the area ends there."""
    offset = at - center
    length = float(np.hypot(offset.x(), offset.y())) or 1.0
    ux, uy = offset.x() / length, offset.y() / length
    box = _beside(at, ux, uy, size)
    if not area.contains(at) or area.contains(box):
        return box
    if box.left() < area.left() or box.right() > area.right():
        ux = -ux
    if box.top() < area.top() or box.bottom() > area.bottom():
        uy = -uy
    return _beside(at, ux, uy, size)


def _beside(at: QPointF, ux: float, uy: float, size: QSizeF) -> QRectF:
    """Return a box of a size that stands off a point in a direction."""
    x = at.x() + 11 * ux + (ux - 1) / 2 * size.width()
    y = at.y() + 11 * uy + (uy - 1) / 2 * size.height()
    return QRectF(QPointF(x, y), size)


class CenterLayer(Layer):
    """The direct beam: a cross in a ring as large as its uncertainty."""

    def __init__(self) -> None:
        super().__init__()
        self._xy: tuple[float, float] | None = None
        self._sigma_px = 0.0
        self._others: tuple[tuple[float, float], ...] = ()

    def set_center(
        self,
        xy: tuple[float, float] | None,
        sigma_px: float = 0.0,
        others: tuple[tuple[float, float], ...] = (),
    ) -> None:
        """Take the position, its uncertainty in pixels of the image, and other possible places."""
        self._xy, self._sigma_px, self._others = xy, sigma_px, others
        self.update()

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw the cross and the ring."""
        if self._xy is None:
            return
        at = to_screen.map(QPointF(*self._xy))
        # where another place remains, the ring would reach it: a cross on each says more
        wide = 0.0 if self._others else 2 * self._sigma_px * scale_of(to_screen)
        radius = max(9.0, wide)
        painter.setPen(halo_pen(self.mark_color("center"), 1.6))
        for other in self._others:
            place = to_screen.map(QPointF(*other))
            for dx, dy in ((1, 1), (1, -1)):
                painter.drawLine(place - QPointF(dx, dy) * 7, place + QPointF(dx, dy) * 7)
        painter.drawEllipse(at, radius, radius)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            start = at + QPointF(dx, dy) * (radius - 3)
            painter.drawLine(start, at + QPointF(dx, dy) * (radius + 8))


class MaskLayer(Layer):
    """Tint over the masked pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._size = (1, 1)

    def set_mask(self, mask_yx: BoolArray | None) -> None:
        """Take a boolean image (height, width)."""
        if mask_yx is None or not mask_yx.any():
            self._image = None
            self.update()
            return
        height, width = mask_yx.shape
        self._size = (width, height)
        # more than the screen can show is thinned out
        step = max(1, max(mask_yx.shape) // 1024)
        small = np.ascontiguousarray(mask_yx[::step, ::step].astype(np.uint8))
        rows, columns = small.shape
        image = QImage(
            small.tobytes(), columns, rows, columns, QImage.Format.Format_Indexed8
        ).copy()
        tint = QColor(IMAGE_MARKS["mask"])
        tint.setAlpha(95)
        image.setColorTable([QColor(0, 0, 0, 0).rgba(), tint.rgba()])
        self._image = image
        self.update()

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw the tint."""
        if self._image is None:
            return
        painter.setTransform(to_screen, True)
        width, height = self._size
        painter.drawImage(QRectF(-0.5, -0.5, width, height), self._image)
