"""A computed pattern over the measured one: disks as bright as their reflections."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QTransform

from saed_desktop.gui.views.indices import draw_indices, indices_width
from saed_desktop.gui.views.layer import Layer

if TYPE_CHECKING:
    from saed_desktop.simulation.single_pattern import SimulatedPattern

COLOR = "#ff7ad9"
LEAST_RADIUS, MOST_RADIUS = 1.8, 9.0
MOST_LABELS = 120


def disk_radius(intensity: float) -> float:
    """Return the radius of a reflection's disk in pixels of the screen: its area is its root."""
    return LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * float(intensity) ** 0.25


def draw_reflections(
    painter: QPainter,
    pattern: "SimulatedPattern",
    to_screen: QTransform,
    color: str,
    *,
    labels: bool,
    hollow: bool = False,
) -> None:
    """Draw a computed pattern.

    Parameters
    ----------
    painter, to_screen
        `to_screen` maps positions in 1/Å to those of the painter.
    pattern, color
        What is drawn, and in which colour.
    labels
        Whether indices are written, the strongest first, none over another, none cut off at
        the edge of a view.
    hollow
        Whether circles are drawn and not disks, so that what lies below is seen.
    """
    disk = QColor(color)
    places = [to_screen.map(QPointF(x, y)) for x, y in pattern.q_xy]
    painter.setPen(Qt.PenStyle.NoPen)
    for at, intensity in zip(places, pattern.intensity, strict=True):
        disk.setAlphaF(0.35 + 0.65 * float(intensity) ** 0.25)
        radius = disk_radius(float(intensity))
        if hollow:
            painter.setPen(QPen(disk, 1.6))
            painter.drawEllipse(at, radius + 2, radius + 2)
        else:
            painter.setBrush(disk)
            painter.drawEllipse(at, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if not labels:
        return
    metrics = QFontMetricsF(painter.font())
    taken: list[QRectF] = []
    frame = QRectF(painter.viewport())
    for at, text in list(zip(places, pattern.labels, strict=True))[:MOST_LABELS]:
        width = indices_width(metrics, text)
        box = QRectF(at.x() - width / 2, at.y() + 9, width, metrics.height())
        is_cut = frame.intersects(box) and not frame.contains(box)
        if is_cut or any(box.intersects(other) for other in taken):
            continue
        taken.append(box)
        draw_indices(painter, box.bottomLeft() - QPointF(0, metrics.descent()), text, color)


class SimulationLayer(Layer):
    """Draws the pattern that is simulated about the beam of the measured one."""

    def __init__(self) -> None:
        super().__init__()
        self._pattern: SimulatedPattern | None = None
        self._center = (0.0, 0.0)
        self._scale = 1.0
        self._labels = False
        self._is_lit = True

    def set_pattern(
        self,
        pattern: "SimulatedPattern | None",
        center_xy: tuple[float, float] = (0.0, 0.0),
        scale_inv_angstrom_per_px: float = 1.0,
        *,
        labels: bool = False,
    ) -> None:
        """Take what is drawn, where the beam is, and the scale; None for nothing."""
        self._pattern, self._center = pattern, center_xy
        self._scale, self._labels = scale_inv_angstrom_per_px, labels
        self.update()

    def set_lit(self, *, is_lit: bool) -> None:
        """Show it or not, as when it blinks."""
        self._is_lit = is_lit
        self.update()

    @property
    def is_drawn(self) -> bool:
        """Whether anything is drawn."""
        return self._pattern is not None and self._is_lit

    def places_xy(self) -> "np.ndarray":
        """Return where the reflections (n, 2) lie, in pixels of the image."""
        if self._pattern is None:
            return np.zeros((0, 2))
        return np.asarray(self._pattern.q_xy / self._scale + np.array(self._center))

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw it."""
        if self._pattern is None or not self._is_lit:
            return
        to_image = QTransform()
        to_image.translate(*self._center)
        to_image.scale(1 / self._scale, 1 / self._scale)
        draw_reflections(
            painter, self._pattern, to_image * to_screen, COLOR, labels=self._labels, hollow=True
        )
