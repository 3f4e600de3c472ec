"""The radial profile beside the image: where rings and spots lie, and where a crystal's would."""

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal

from saed_desktop.arrays import FloatArray
from saed_desktop.gui.plotting import pg
from saed_desktop.gui.theme import colors_of
from saed_desktop.gui.views.indexed_ring_layer import PHASE_COLORS, PHASE_COLORS_ON_BRIGHT
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.pattern.radial_profile import RadialProfile


class ProfileView(pg.GraphicsView):
    """Brightness (logarithmic) against the distance from the beam.

    Put together from axes, box and curves: pyqtgraph's own plot brings menus that are not needed
    here and that outlive it.
    """

    radius_hovered = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Radial profile"))
        self.setMinimumHeight(120)
        self._profile: RadialProfile | None = None
        self._scale: float | None = None
        self._unit = "1/nm"
        self._lines_q: tuple[FloatArray, ...] = ()
        self._box: Any = pg.ViewBox(enableMenu=False)
        self._box.setMouseEnabled(x=True, y=False)
        self._box.setLimits(xMin=0)
        self._left: Any = pg.AxisItem("left", linkView=self._box)
        self._bottom: Any = pg.AxisItem("bottom", linkView=self._box)
        layout: Any = pg.GraphicsLayout()
        layout.setContentsMargins(6, 8, 14, 4)
        layout.setSpacing(0)
        layout.addItem(self._left, 0, 0)
        layout.addItem(self._box, 0, 1)
        layout.addItem(self._bottom, 1, 1)
        self.setCentralItem(layout)
        self._mean: Any = pg.PlotCurveItem()
        self._median: Any = pg.PlotCurveItem()
        # one for each phase
        self._ticks: list[Any] = [pg.PlotCurveItem(connect="pairs") for _ in PHASE_COLORS]
        self._cursor: Any = pg.InfiniteLine(movable=False)
        self._cursor.setVisible(False)
        for item, counts in (
            (self._median, True),
            (self._mean, True),
            *((ticks, False) for ticks in self._ticks),
            (self._cursor, False),
        ):
            self._box.addItem(item, ignoreBounds=not counts)
        self.setMouseTracking(True)
        self.restyle()

    def restyle(self) -> None:
        """Take the colours of the theme."""
        colors = colors_of(self.palette())
        self.setBackground(colors.surface)
        for axis in (self._left, self._bottom):
            axis.setPen(colors.line)
            axis.setTextPen(colors.muted)
        self._mean.setPen(pg.mkPen(colors.accent, width=1.6))
        self._median.setPen(pg.mkPen(colors.muted, width=1.2))
        is_dark = self.palette().window().color().lightness() < 128
        phases = PHASE_COLORS if is_dark else PHASE_COLORS_ON_BRIGHT
        for ticks, color in zip(self._ticks, (colors.good, *phases[1:]), strict=True):
            ticks.setPen(pg.mkPen(color, width=1.4))
        self._cursor.setPen(pg.mkPen(colors.warn, width=1, style=Qt.PenStyle.DashLine))
        self._label_axes()

    def set_profile(self, profile: "RadialProfile | None", scale: float | None, unit: str) -> None:
        """Take a profile with the scale (1/Å per px) and the unit of its axis."""
        self._profile, self._scale, self._unit = profile, scale, unit
        self._redraw()

    def set_lines(self, *q_inv_angstrom: FloatArray) -> None:
        """Take the lengths (n,) in 1/Å at which a crystal diffracts, of several one after another.

        They stand on the axis, those of the first phase lowest.
        """
        self._lines_q = q_inv_angstrom[: len(self._ticks)]
        self._redraw_ticks()

    def show_cursor(self, radius_px: float | None) -> None:
        """Mark the radius under the cursor of the pattern."""
        self._cursor.setVisible(radius_px is not None)
        if radius_px is not None:
            self._cursor.setPos(radius_px * self._per_px)

    @property
    def _per_px(self) -> float:
        if self._scale is None:
            return 1.0
        return self._scale * (10.0 if self._unit == "1/nm" else 1.0)

    def _redraw(self) -> None:
        profile = self._profile
        self._label_axes()
        if profile is None:
            self._mean.clear()
            self._median.clear()
            self._redraw_ticks()
            return
        x = profile.radius_px * self._per_px
        floor = float(np.nanmin(profile.median)) if np.isfinite(profile.median).any() else 0.0
        self._mean.setData(x, _log(profile.mean, floor), connect="finite")
        self._median.setData(x, _log(profile.median, floor), connect="finite")
        self._box.enableAutoRange(axis=pg.ViewBox.YAxis)
        self._box.setXRange(0, float(x[-1]), padding=0.01)
        self._redraw_ticks()

    def _redraw_ticks(self) -> None:
        for ticks in self._ticks:
            ticks.clear()
        if self._scale is None or self._profile is None:
            return
        low, high = self._box.viewRange()[1]
        foot = 0.12 * (high - low)
        for i, lengths in enumerate(self._lines_q):
            q = lengths * (10.0 if self._unit == "1/nm" else 1.0)
            ends = [low + i * foot, low + (i + 0.9) * foot]
            self._ticks[i].setData(np.repeat(q, 2), np.tile(ends, len(q)))

    def _label_axes(self) -> None:
        name = "px"
        if self._scale is not None:
            name = "1/nm" if self._unit == "1/nm" else "1/Å"
        color = colors_of(self.palette()).muted
        self._bottom.setLabel(tr("Distance from the beam, {name}", name=name), color=color)
        self._left.setLabel(tr("log brightness"), color=color)

    def mouseMoveEvent(self, event: Any) -> None:
        """Tell which radius the cursor is on."""
        super().mouseMoveEvent(event)
        at: QPointF = self._box.mapSceneToView(self.mapToScene(event.position().toPoint()))
        self.radius_hovered.emit(max(at.x(), 0.0) / self._per_px)

    def leaveEvent(self, event: Any) -> None:
        """Tell that the cursor is nowhere."""
        super().leaveEvent(event)
        self.radius_hovered.emit(None)


def _log(values: FloatArray, floor: float) -> FloatArray:
    span = float(np.nanmax(values) - floor) if np.isfinite(values).any() else 1.0
    return np.asarray(np.log10(np.maximum(values - floor, 0) + 1e-3 * max(span, 1e-9)))
