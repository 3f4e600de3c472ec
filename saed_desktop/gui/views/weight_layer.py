"""Marks on the spots that decided the network's answer, larger where they weigh more."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QTransform

from saed_desktop.arrays import FloatArray
from saed_desktop.gui.views.layer import Layer

FOR_COLOR, AGAINST_COLOR = "#ffb000", "#648fff"

_LEAST_SCALE = 0.25
"""Of the largest disk, in log odds: weights that decide nothing look as if they did not."""


class WeightLayer(Layer):
    """A disk on each spot: amber spoke for the answer, blue against it."""

    def __init__(self) -> None:
        super().__init__()
        self._xy: FloatArray = np.zeros((0, 2))
        self._weight: FloatArray = np.zeros(0)

    def set_weights(self, xy: FloatArray, weight: FloatArray) -> None:
        """Take positions (n, 2) and weights (n,), positive for the answer."""
        self._xy, self._weight = xy, weight
        self.update()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return len(self._weight) == 0

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw the disks."""
        largest = float(np.abs(self._weight).max(initial=0.0))
        if largest <= 0:
            return
        largest = max(largest, _LEAST_SCALE)
        painter.setPen(Qt.PenStyle.NoPen)
        for (x, y), weight in zip(self._xy, self._weight, strict=True):
            share = abs(weight) / largest
            if share < 0.02:
                continue
            color = QColor(FOR_COLOR if weight > 0 else AGAINST_COLOR)
            color.setAlphaF(0.25 + 0.55 * share)
            painter.setBrush(color)
            radius = 5 + 13 * share**0.5
            painter.drawEllipse(to_screen.map(QPointF(x, y)), radius, radius)
