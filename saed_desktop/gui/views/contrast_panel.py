"""Contrast and colours: a histogram with black and white point, the curve, the colour map."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.theme import colors_of
from saed_desktop.gui.views.color_maps import color_map_names, color_map_title
from saed_desktop.gui.views.number_field import NumberSpin, number_spin
from saed_desktop.gui.views.widgets import button, button_row
from saed_desktop.translation import mark, tr

if TYPE_CHECKING:
    from saed_desktop.workspace.display import ContrastSettings, Pyramid

CURVES = (("log", mark("Logarithm")), ("power", mark("Power (gamma)")), ("linear", mark("Linear")))


class Histogram(QWidget):
    """Histogram of the intensities, with two handles."""

    levels_dragged = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._counts: npt.NDArray[np.float64] = np.zeros(1)
        self._edges: npt.NDArray[np.float64] = np.array([0.0, 1.0])
        self._low, self._high = 0.0, 1.0
        self._held: str | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Histogram of intensities"))
        self.setAccessibleDescription(tr("The fields below set the same black and white point."))
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def sizeHint(self) -> QSize:
        """Return its size."""
        return QSize(330, 96)

    def set_histogram(
        self, counts: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]
    ) -> None:
        """Take counts (n,) of bins drawn equally wide, and the intensities of their edges."""
        self._counts, self._edges = counts, edges
        self.update()

    def set_levels(self, low: float, high: float) -> None:
        """Take the intensities drawn black and white."""
        self._low, self._high = low, high
        self.update()

    def _x(self, intensity: float) -> float:
        share = np.interp(intensity, self._edges, np.linspace(0, 1, len(self._edges)))
        return float(share) * (self.width() - 1)

    def _intensity(self, x: float) -> float:
        share = x / max(self.width() - 1, 1)
        return float(np.interp(share, np.linspace(0, 1, len(self._edges)), self._edges))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars and handles."""
        colors = colors_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(colors.window))
        heights = np.log1p(self._counts)
        top = float(heights.max()) or 1.0
        bottom = self.height() - 1.0
        xs = np.linspace(0, self.width() - 1, len(heights))
        outline = [QPointF(0, bottom)]
        outline += [
            QPointF(x, bottom - 0.92 * bottom * h / top) for x, h in zip(xs, heights, strict=True)
        ]
        outline.append(QPointF(self.width() - 1.0, bottom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.muted))
        painter.drawPolygon(QPolygonF(outline))
        for value, shade in ((self._low, "#000000"), (self._high, "#ffffff")):
            x = self._x(value)
            painter.setPen(QColor(colors.accent))
            painter.drawLine(QPointF(x, 0), QPointF(x, bottom))
            painter.setBrush(QColor(shade))
            painter.drawRect(QRectF(min(max(x - 4, 0), self.width() - 9), bottom - 12, 8, 11))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the nearer handle."""
        x = event.position().x()
        near_low = abs(x - self._x(self._low)) <= abs(x - self._x(self._high))
        self._held = "low" if near_low else "high"
        self._drag(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        if self._held:
            self._drag(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = None

    def _drag(self, x: float) -> None:
        value = self._intensity(x)
        if self._held == "low":
            self._low = min(value, self._high)
        else:
            self._high = max(value, self._low)
        self.update()
        self.levels_dragged.emit(self._low, self._high)


class ContrastPanel(QFrame):
    """Drops down from its button; every change is seen at once."""

    contrast_changed = Signal(object)
    auto_wanted = Signal()
    color_map_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("kind", "banner")
        self.setAccessibleName(tr("Contrast"))
        self.histogram = Histogram()
        self.low = _percent_box(tr("Black point, percent of the pixels below"))
        self.high = _percent_box(tr("White point, percent of the pixels below"))
        self.curve = QComboBox()
        self.curve.setAccessibleName(tr("Curve"))
        for value, text in CURVES:
            self.curve.addItem(tr(text), value)
        self.lift = QSlider(Qt.Orientation.Horizontal)
        self.lift.setRange(0, 100)
        self.lift.setAccessibleName(tr("Lift faint spots"))
        self.color_map = QComboBox()
        self.color_map.setAccessibleName(tr("Colours"))
        for name in color_map_names():
            self.color_map.addItem(color_map_title(name), name)
        self.auto_button = button(tr("Auto"), tip=tr("Choose the contrast for this pattern"))
        self._pyramid: Pyramid | None = None
        self._is_filling = False
        self._layout_widgets()
        self._connect_widgets()

    def _layout_widgets(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        form.addRow(tr("Black below, %"), self.low)
        form.addRow(tr("White above, %"), self.high)
        form.addRow(tr("Curve"), self.curve)
        form.addRow(tr("Lift faint spots"), self.lift)
        form.addRow(tr("Colours"), self.color_map)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 12)
        layout.setSpacing(10)
        layout.addWidget(self.histogram)
        layout.addLayout(form)
        layout.addLayout(button_row(self.auto_button, stretch_first=True))

    def _connect_widgets(self) -> None:
        self.histogram.levels_dragged.connect(self._dragged)
        self.low.valueChanged.connect(self._changed)
        self.high.valueChanged.connect(self._changed)
        self.curve.currentIndexChanged.connect(self._changed)
        self.lift.valueChanged.connect(self._changed)
        self.auto_button.clicked.connect(self.auto_wanted)
        self.color_map.activated.connect(
            lambda _index: self.color_map_chosen.emit(self.color_map.currentData())
        )

    def show_contrast(
        self, pyramid: "Pyramid", contrast: "ContrastSettings", color_map: str
    ) -> None:
        """Show the contrast of a pattern."""
        self._is_filling = True
        self._pyramid = pyramid
        self.histogram.set_histogram(pyramid.counts, pyramid.edges)
        self.histogram.set_levels(
            pyramid.intensity_at(contrast.low_percent), pyramid.intensity_at(contrast.high_percent)
        )
        self.low.setValue(contrast.low_percent)
        self.high.setValue(contrast.high_percent)
        self.curve.setCurrentIndex(self.curve.findData(contrast.curve.value))
        self.lift.setValue(round(100 * contrast.lift))
        self.lift.setEnabled(contrast.curve.value != "linear")
        self.color_map.setCurrentIndex(max(self.color_map.findData(color_map), 0))
        self._is_filling = False

    def _dragged(self, low: float, high: float) -> None:
        if self._pyramid is None:
            return
        self._is_filling = True
        self.low.setValue(self._pyramid.percent_at(low))
        self.high.setValue(self._pyramid.percent_at(high))
        self._is_filling = False
        self._changed()

    def _changed(self) -> None:
        if self._is_filling or self._pyramid is None:
            return
        from saed_desktop.workspace.display import ContrastCurve, ContrastSettings

        low, high = self.low.value(), self.high.value()
        contrast = ContrastSettings(
            min(low, high - 0.01),
            high,
            ContrastCurve(self.curve.currentData()),
            self.lift.value() / 100,
        )
        self.lift.setEnabled(contrast.curve is not ContrastCurve.LINEAR)
        self.histogram.set_levels(
            self._pyramid.intensity_at(contrast.low_percent),
            self._pyramid.intensity_at(contrast.high_percent),
        )
        self.contrast_changed.emit(contrast)


def _percent_box(name: str) -> NumberSpin:
    box = number_spin(name, 0, 100, 0, decimals=2)
    box.setSingleStep(0.1)
    box.setToolTip(name)
    return box
