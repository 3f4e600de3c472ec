"""The detector of a virtual image over the pattern: a disc or a ring about the beam."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QTransform

from saed_desktop.gui.views.layer import Layer, halo_pen
from saed_desktop.gui.views.mark_layers import scale_of


class DetectorLayer(Layer):
    """Draws where a virtual image takes its intensity from."""

    def __init__(self) -> None:
        super().__init__()
        self._center: tuple[float, float] | None = None
        self._inner_px, self._outer_px = 0.0, 0.0

    def set_detector(
        self,
        center_xy: tuple[float, float] | None,
        inner_px: float = 0.0,
        outer_px: float = 0.0,
    ) -> None:
        """Take centre and radii in pixels of the image; None draws nothing."""
        self._center, self._inner_px, self._outer_px = center_xy, inner_px, outer_px
        self.update()

    @property
    def radii_px(self) -> tuple[float, float] | None:
        """The radii that are drawn, None where nothing is."""
        return None if self._center is None else (self._inner_px, self._outer_px)

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw the detector as a tinted area with its rim."""
        if self._center is None:
            return
        at, scale = to_screen.map(QPointF(*self._center)), scale_of(to_screen)
        area = QPainterPath()
        area.addEllipse(at, self._outer_px * scale, self._outer_px * scale)
        if self._inner_px > 0:
            area.addEllipse(at, self._inner_px * scale, self._inner_px * scale)
        area.setFillRule(Qt.FillRule.OddEvenFill)
        tint = QColor(self.mark_color("matched"))
        tint.setAlphaF(0.2)
        painter.fillPath(area, tint)
        painter.setPen(halo_pen(self.mark_color("matched"), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(area)
