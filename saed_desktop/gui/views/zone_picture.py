"""A small picture of a simulated zone-axis pattern under its zone axis."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from saed_desktop.gui.views.indices import draw_indices
from saed_desktop.gui.views.simulated_view import GROUND, INK
from saed_desktop.gui.views.simulation_layer import draw_reflections
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.simulation.single_pattern import SimulatedPattern
    from saed_desktop.workspace.phase_page import ZonePattern

_SIDE_PX = 190
_LEAST_LABELLED_PX, _N_LABELLED = 150, 8


def _innermost(pattern: "SimulatedPattern") -> "SimulatedPattern":
    """Return the reflections that are labelled: the inner ones, which tell the zone."""
    inner = np.argsort(np.hypot(*pattern.q_xy.T), kind="stable")[:_N_LABELLED]
    return replace(
        pattern,
        hkl=pattern.hkl[inner],
        labels=tuple(pattern.labels[i] for i in inner),
        q_xy=pattern.q_xy[inner],
        intensity=pattern.intensity[inner],
    )


class ZonePicture(QWidget):
    """Draws spots on black, the direct beam as a dot, the zone axis in the corner."""

    def __init__(self, zone: "ZonePattern") -> None:
        super().__init__()
        self._zone, self._inner = zone, _innermost(zone.pattern)
        self.setAccessibleName(tr("Simulated pattern along {label}", label=zone.label))
        self.setAccessibleDescription(tr("{len} reflections", len=len(zone.pattern.q_xy)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 120)

    @property
    def label(self) -> str:
        """The zone axis."""
        return self._zone.label

    def sizeHint(self) -> QSize:
        """Return room for a few indices."""
        return QSize(_SIDE_PX, _SIDE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(GROUND))
        middle = QPointF(self.width() / 2, self.height() / 2)
        px_per_q = 0.5 * min(self.width(), self.height()) / self._zone.q_max
        to_screen = QTransform()
        to_screen.translate(middle.x(), middle.y())
        to_screen.scale(px_per_q, px_per_q)
        draw_reflections(painter, self._zone.pattern, to_screen, INK, labels=False)
        if self.width() > _LEAST_LABELLED_PX:
            draw_reflections(painter, self._inner, to_screen, INK, labels=True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(INK))
        painter.drawEllipse(QRectF(middle.x() - 4, middle.y() - 4, 8, 8))
        baseline = QPointF(8, 6 + painter.fontMetrics().ascent())
        draw_indices(painter, baseline, self._zone.label, "#ffd866")
        painter.end()
