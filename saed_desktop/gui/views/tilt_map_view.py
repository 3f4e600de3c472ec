"""The tilt map: zone axes, Kikuchi bands, the goniometer's limits, where one is and could go."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from saed_desktop.gui.theme import IMAGE_MARKS, IMAGE_MARKS_ON_BRIGHT, Colors, colors_of
from saed_desktop.gui.views.indices import draw_indices, indices_width
from saed_desktop.gui.views.tilt_map_paths import (
    MARGIN_PX,
    NOTHING_DRAWN,
    DrawnMap,
    draw_degrees,
    polygon_of,
)
from saed_desktop.gui.views.tilt_projection import TiltProjection
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.simulation.goniometer import ReachedAxis
    from saed_desktop.simulation.tilt_map import MapAxis

MOST_ZOOM = 12.0
HIT_PX = 12.0
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class TiltMapView(QWidget):
    """Draws a tilt map; a click or the arrow keys choose a zone axis."""

    axis_chosen = Signal(object)
    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Tilt map"))
        self.setAccessibleDescription(
            tr("Arrow keys go from zone axis to zone axis, plus and minus zoom, F shows all of it.")
        )
        self.setMinimumSize(340, 320)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._drawn = NOTHING_DRAWN
        self._projection: TiltProjection | None = None
        self._target: ReachedAxis | None = None
        self._chosen: tuple[int, int, int] | None = None
        self._zoom, self._middle = 1.0, QPointF(0, 0)
        self._dragged: QPointF | None = None
        self._has_moved = False

    # ---- what is shown ----------------------------------------------------------------------

    def show_map(
        self,
        drawn: DrawnMap | None,
        projection: TiltProjection | None,
        target: "ReachedAxis | None" = None,
    ) -> None:
        """Show a map with a zone axis that one wants to go to; None for no map."""
        before = self._projection
        kinds = {p.is_stereographic for p in (before, projection) if p is not None}
        if len(kinds) > 1:
            self.fit()
        self._drawn, self._projection = drawn or NOTHING_DRAWN, projection
        self.show_target(target)

    def show_target(self, target: "ReachedAxis | None") -> None:
        """Show the way to a zone axis, None for no way."""
        self._target = target
        self.update()

    def fit(self) -> None:
        """Show all of it."""
        self._zoom, self._middle = 1.0, QPointF(0, 0)
        self.update()

    @property
    def projection(self) -> TiltProjection | None:
        """The goniometer whose tilts are drawn, and how; None where there is no map."""
        return self._projection

    @property
    def axes(self) -> "tuple[MapAxis, ...]":
        """The zone axes that are drawn."""
        return self._drawn.axes

    @property
    def chosen_uvw(self) -> tuple[int, int, int] | None:
        """The zone axis that was chosen."""
        return self._chosen

    def place_of(self, uvw: tuple[int, int, int]) -> QPointF | None:
        """Return where a zone axis is drawn in the widget, None where it is not."""
        for axis, place in zip(self._drawn.axes, self._drawn.places, strict=True):
            if axis.uvw == uvw:
                return self._to_screen.map(QPointF(*place))
        return None

    @property
    def _least_weight(self) -> float:
        """Least weight of an axis that is drawn: the closer one looks, the less."""
        is_wide = self._projection is not None and self._projection.is_stereographic
        return (0.36 if is_wide else 0.2) / self._zoom

    @property
    def _to_screen(self) -> QTransform:
        reach = self._projection.reach if self._projection is not None else 1.0
        room = min(self.width(), self.height()) - 2 * MARGIN_PX
        px = max(room, 10) / (2 * reach) * self._zoom
        made = QTransform()
        made.translate(self.width() / 2, self.height() / 2)
        made.scale(px, -px)
        made.translate(-self._middle.x(), -self._middle.y())
        return made

    # ---- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all of it."""
        del event
        colors = colors_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(colors.surface))
        if self._projection is not None:
            to_screen = self._to_screen
            self._draw_bands(painter, to_screen, colors)
            self._draw_limits(painter, to_screen, colors, self._projection)
            taken = self._draw_ends(painter, to_screen, colors, self._projection)
            self._draw_axes(painter, to_screen, colors, taken)
            if not self._projection.is_stereographic:
                draw_degrees(painter, QSizeF(self.size()), to_screen, colors)
        painter.end()

    def _draw_bands(self, painter: QPainter, to_screen: QTransform, colors: Colors) -> None:
        fill, line = QColor(colors.accent), QColor(colors.accent)
        painter.save()
        painter.setTransform(to_screen)
        for band in self._drawn.bands:
            fill.setAlphaF(0.03 + 0.13 * band.strength)
            line.setAlphaF(0.16 + 0.42 * band.strength)
            pen = QPen(line, 1.0)
            pen.setCosmetic(True)
            painter.fillPath(band.area, fill)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(band.edges)
        painter.restore()

    def _draw_limits(
        self,
        painter: QPainter,
        to_screen: QTransform,
        colors: Colors,
        projection: TiltProjection,
    ) -> None:
        """Dim what the holder does not reach, and draw its outline."""
        outline = QPainterPath()
        outline.addPolygon(polygon_of(projection.limits()))
        outline.closeSubpath()
        outline = to_screen.map(outline)
        outside = QPainterPath()
        outside.addRect(QRectF(self.rect()))
        shade = QColor(colors.surface)
        shade.setAlphaF(0.62)
        painter.fillPath(outside - outline, shade)
        pen = QPen(QColor(colors.warn), 1.6)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)
        if projection.is_stereographic:
            painter.setPen(QPen(QColor(colors.line), 1.4))
            middle = to_screen.map(QPointF(0, 0))
            painter.drawEllipse(middle, to_screen.m11(), to_screen.m11())

    def _draw_ends(
        self,
        painter: QPainter,
        to_screen: QTransform,
        colors: Colors,
        projection: TiltProjection,
    ) -> list[QRectF]:
        """Draw where one is, and the way to where one wants to go."""
        marks = IMAGE_MARKS if colors.is_dark else IMAGE_MARKS_ON_BRIGHT
        here = to_screen.map(QPointF(*projection.place_of_tilts(np.array([projection.now]))[0]))
        taken = [QRectF(here.x() - 9, here.y() - 9, 18, 18)]
        if self._target is not None:
            tilts = np.linspace(projection.now, self._target.tilts, 33)
            way = [to_screen.map(QPointF(*place)) for place in projection.place_of_tilts(tilts)]
            color = QColor(colors.good if self._target.is_reachable else colors.bad)
            pen = QPen(color, 2.0)
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(way))
            painter.setPen(QPen(color, 2.2))
            painter.drawEllipse(way[-1], 10, 10)
        painter.setPen(QPen(QColor(marks["center"]), 2.0))
        painter.drawEllipse(here, 7, 7)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(here + QPointF(dx, dy) * 4, here + QPointF(dx, dy) * 12)
        return taken

    def _draw_axes(
        self, painter: QPainter, to_screen: QTransform, colors: Colors, taken: list[QRectF]
    ) -> None:
        """Draw the zone axes, the important ones larger, no name over another."""
        base, ground = painter.font(), _ground(colors)
        for number, (axis, place) in enumerate(
            zip(self._drawn.axes, self._drawn.places, strict=True)
        ):
            is_chosen = axis.uvw == self._chosen
            if not is_chosen and axis.weight < self._least_weight:
                continue
            at = to_screen.map(QPointF(*place))
            if not self.rect().adjusted(-20, -20, 20, 20).contains(at.toPoint()):
                continue
            radius = 1.4 + 4.0 * axis.weight
            ink = colors.text if self._drawn.is_near[number] else colors.muted
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent if is_chosen else ink))
            painter.drawEllipse(at, radius + is_chosen, radius + is_chosen)
            font = QFont(base)
            font.setBold(axis.weight > 0.55)
            painter.setFont(font)
            metrics = QFontMetricsF(font)
            width = indices_width(metrics, axis.label)
            box = QRectF(
                at.x() + radius + 4, at.y() - metrics.height() / 2, width, metrics.height()
            )
            if any(box.intersects(other) for other in taken):
                continue
            taken.append(box.adjusted(-2, -2, 2, 2))
            baseline = box.bottomLeft() - QPointF(0, metrics.descent())
            painter.fillRect(box, ground)
            draw_indices(painter, baseline, axis.label, ink, has_halo=False)
        painter.setFont(base)
        self._draw_band_names(painter, to_screen, colors, taken)

    def _draw_band_names(
        self, painter: QPainter, to_screen: QTransform, colors: Colors, taken: list[QRectF]
    ) -> None:
        metrics, ground = QFontMetricsF(painter.font()), _ground(colors)
        for band in self._drawn.bands[:14]:
            if band.label_place is None:
                continue
            at = to_screen.map(band.label_place)
            box = QRectF(at.x(), at.y(), indices_width(metrics, band.label), metrics.height())
            if any(box.intersects(other) for other in taken):
                continue
            if not self.rect().adjusted(4, 4, -4, -4).contains(box.toRect()):
                continue
            taken.append(box)
            baseline = box.bottomLeft() - QPointF(0, metrics.descent())
            painter.fillRect(box, ground)
            draw_indices(painter, baseline, band.label, colors.accent, has_halo=False)

    # ---- mouse and keys ---------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the map."""
        self._dragged, self._has_moved = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it, or tell which tilts are below the mouse."""
        at = event.position()
        inverse, _ = self._to_screen.inverted()
        if self._dragged is not None and event.buttons() & Qt.MouseButton.LeftButton:
            moved = at - self._dragged
            if self._has_moved or moved.manhattanLength() > 4:
                self._has_moved = True
                self._middle -= inverse.map(at) - inverse.map(self._dragged)
                self._dragged = at
                self.update()
            return
        if self._projection is not None:
            place = inverse.map(at)
            self.pointed.emit(self._projection.tilts_at((place.x(), place.y())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the zone axis that was clicked."""
        self._dragged = None
        if self._has_moved or not self._drawn.axes:
            return
        to_screen, at = self._to_screen, event.position()
        places = [to_screen.map(QPointF(*place)) - at for place in self._drawn.places]
        far = [abs(p.x()) + abs(p.y()) for p in places]
        nearest = int(np.argmin(far))
        if far[nearest] < HIT_PX:
            self._choose(nearest)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the mouse."""
        before, _ = self._to_screen.inverted()
        place = before.map(event.position())
        self._set_zoom(self._zoom * 1.2 ** (event.angleDelta().y() / 120))
        after, _ = self._to_screen.inverted()
        self._middle += place - after.map(event.position())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to another zone axis, or zoom."""
        key = Qt.Key(event.key())
        if key in _STEPS and self._drawn.axes:
            self._step(*_STEPS[key])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._set_zoom(self._zoom * 1.3)
        elif key == Qt.Key.Key_Minus:
            self._set_zoom(self._zoom / 1.3)
        elif key in (Qt.Key.Key_F, Qt.Key.Key_Home):
            self.fit()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: object) -> None:
        """Tell that the mouse is nowhere."""
        del event
        self.pointed.emit(None)

    def _set_zoom(self, zoom: float) -> None:
        self._zoom = min(max(zoom, 0.5), MOST_ZOOM)
        self.update()

    def _step(self, dx: int, dy: int) -> None:
        """Choose the nearest of the more important axes in a direction."""
        assert self._projection is not None
        known = [i for i, axis in enumerate(self._drawn.axes) if axis.uvw == self._chosen]
        start = (
            self._drawn.places[known[0]]
            if known
            else self._projection.place_of_tilts(np.array([self._projection.now]))[0]
        )
        offset = self._drawn.places - start
        along, across = offset @ np.array([dx, dy]), offset @ np.array([dy, -dx])
        weight = np.array([axis.weight for axis in self._drawn.axes])
        cost = np.hypot(along, 2 * across) / np.sqrt(weight)
        cost[along <= np.abs(across)] = np.inf
        cost[along < 1e-9] = np.inf
        if np.isfinite(cost).any():
            self._choose(int(np.argmin(cost)))

    def _choose(self, number: int) -> None:
        self._chosen = self._drawn.axes[number].uvw
        self.update()
        self.axis_chosen.emit(self._chosen)


def _ground(colors: Colors) -> QColor:
    """Return what is laid below a name, so that lines do not cross it."""
    ground = QColor(colors.surface)
    ground.setAlphaF(0.72)
    return ground
