"""The view of one pattern: zoom, pan, turn, marks, and where the cursor is."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter, QPaintEvent, QTransform

from saed_desktop.arrays import ByteImage, ByteTable
from saed_desktop.gui.plotting import pg
from saed_desktop.gui.views.detector_layer import DetectorLayer
from saed_desktop.gui.views.image_layer import ImageLayer
from saed_desktop.gui.views.indexed_ring_layer import IndexedRingLayer
from saed_desktop.gui.views.layer import Layer
from saed_desktop.gui.views.mark_layers import (
    CenterLayer,
    MaskLayer,
    ReflectionsLayer,
    SpotsLayer,
)
from saed_desktop.gui.views.measure_layer import MeasureLayer
from saed_desktop.gui.views.ring_layer import RingLayer
from saed_desktop.gui.views.scale_bar import draw_scale_bar
from saed_desktop.gui.views.selection_layer import SelectionLayer
from saed_desktop.gui.views.simulation_layer import SimulationLayer
from saed_desktop.gui.views.stroke_layer import StrokeLayer
from saed_desktop.gui.views.tools import Tool
from saed_desktop.gui.views.weight_layer import WeightLayer
from saed_desktop.translation import tr

_GROUND = "#0a0b0d"
MENU_CLICK_PX = 4
_WORDS = "#9aa3af"


class PatternView(pg.GraphicsView):
    """Shows a pattern and marks on it.

    The vertical axis runs downwards, as rows of an image do: `invertY` is the only flip there is.
    """

    cursor_moved = Signal(object)
    image_painted = Signal()
    menu_wanted = Signal(object, object)
    field_changed = Signal()

    def __init__(self) -> None:
        super().__init__(background=_GROUND)
        self.setAccessibleName(tr("Diffraction pattern"))
        self.setAccessibleDescription(tr("Wheel zooms, dragging moves, F shows the whole pattern."))
        self.setMinimumSize(320, 260)
        self._box: Any = pg.ViewBox(lockAspect=True, invertY=True, enableMenu=False)
        self._box.disableAutoRange()
        self._box.setMouseMode(pg.ViewBox.PanMode)
        self.setCentralItem(self._box)
        self._root: Any = pg.ItemGroup()
        self._box.addItem(self._root, ignoreBounds=True)
        self.image = ImageLayer()
        self.image.setParentItem(self._root)
        self._create_layers()
        self._scale: float | None = None
        self._unit = "1/nm"
        self._shows_scale_bar = True
        self._awaits_paint = False
        self._is_empty, self._words = True, ""
        self._tool = Tool(self)
        self._is_dragging = False
        self._right_press: QPointF | None = None
        # the range tells of zooming at once, the transform of a new size of the window
        self._box.sigRangeChanged.connect(self._zoom_changed)
        self._box.sigTransformChanged.connect(self._zoom_changed)
        self.setMouseTracking(True)

    def _create_layers(self) -> None:
        self.mask = MaskLayer()
        self.rings = RingLayer()
        self.indexed_rings = IndexedRingLayer()
        self.spots = SpotsLayer()
        self.weights = WeightLayer()
        self.reflections = ReflectionsLayer()
        self.center = CenterLayer()
        self.detector = DetectorLayer()
        self.simulation = SimulationLayer()
        self.selection = SelectionLayer()
        self.stroke = StrokeLayer()
        self.measure = MeasureLayer()
        self._layers: tuple[Layer, ...] = (
            self.mask,
            self.rings,
            self.indexed_rings,
            self.spots,
            self.weights,
            self.reflections,
            self.center,
            self.detector,
            self.simulation,
            self.selection,
            self.stroke,
            self.measure,
        )
        for layer in self._layers:
            layer.setParentItem(self._root)

    # ---- what is shown ----------------------------------------------------------------------

    def set_image(self, levels: Sequence[ByteImage], *, keeps_zoom: bool = False) -> None:
        """Show an image: full size first, then its halves."""
        before = self.image.size_px
        self.image.set_levels(levels)
        self._tell_ground()
        width, height = self.image.size_px
        for layer in self._layers:
            layer.set_extent(width, height)
        self._root.setTransformOriginPoint(QPointF((width - 1) / 2, (height - 1) / 2))
        if self.is_flipped and before != self.image.size_px:
            self.flip(is_flipped=True)
        self._awaits_paint = True
        if self._is_empty or not keeps_zoom or before != self.image.size_px:
            self._is_empty = False
            self.fit()
        self._root.setVisible(True)
        self._zoom_changed()

    def paint_now(self) -> None:
        """Paint without waiting for the event loop: what is computed next would delay it."""
        if self._awaits_paint:
            self.viewport().repaint()

    def clear(self, words: str = "") -> None:
        """Show no pattern, and some words in its place."""
        self._is_empty, self._words = True, words
        self._root.setVisible(False)
        self.viewport().update()

    def set_color_table(self, table: ByteTable) -> None:
        """Take a colour map (256, 3)."""
        self.image.set_color_table(table)
        self._tell_ground()

    def _tell_ground(self) -> None:
        is_bright = self.image.is_bright
        for layer in self._layers:
            layer.set_ground(is_bright=is_bright)

    def set_scale(self, scale_inv_angstrom_per_px: float | None, unit: str) -> None:
        """Take what the scale bar shows."""
        self._scale, self._unit = scale_inv_angstrom_per_px, unit
        self.viewport().update()

    def show_scale_bar(self, is_shown: bool) -> None:
        """Draw the scale bar or not."""
        self._shows_scale_bar = is_shown
        self.viewport().update()

    # ---- zoom and turn ----------------------------------------------------------------------

    def fit(self) -> None:
        """Show the whole pattern."""
        area = self._root.mapRectToParent(self.image.image_rect)
        self._box.setRange(area, padding=0.015)

    @property
    def field(self) -> QRectF:
        """The part of an upright pattern that is seen, in pixels of the image."""
        (left, right), (top, bottom) = self._box.viewRange()
        return QRectF(left, top, right - left, bottom - top)

    def show_field(self, field: QRectF) -> None:
        """Show a part of an upright pattern, and what fits beside it."""
        self._box.setRange(field, padding=0)

    def zoom(self, factor: float) -> None:
        """Enlarge about the middle of the view."""
        self._box.scaleBy((1 / factor, 1 / factor))

    def show_actual_size(self) -> None:
        """Show one pixel of the image on one of the screen."""
        self.zoom(1 / (self.screen_px_per_px * self.devicePixelRatioF()))

    @property
    def is_empty(self) -> bool:
        """Whether no pattern is shown."""
        return self._is_empty

    @property
    def angle_deg(self) -> float:
        """Rotation of the pattern on the screen in degrees, clockwise."""
        return float(-self._root.rotation() if self.is_flipped else self._root.rotation())

    @property
    def is_flipped(self) -> bool:
        """Whether the pattern is seen mirrored, left and right exchanged."""
        return bool(self._root.transform().m11() < 0)

    def flip(self, *, is_flipped: bool) -> None:
        """Exchange left and right on the screen; positions and answers do not change.

        Turned half round, a mirrored pattern has top and bottom exchanged.
        """
        mirror = QTransform()
        if is_flipped:
            origin = self._root.transformOriginPoint()
            mirror.translate(2 * origin.x(), 0)
            mirror.scale(-1, 1)
        angle_deg = self.angle_deg
        self._root.setTransform(mirror)
        self.turn(angle_deg)

    def turn(self, angle_deg: float) -> None:
        """Turn the pattern on the screen, clockwise; positions and answers do not change."""
        # seen in a mirror a turn goes the other way round
        self._root.setRotation(-angle_deg if self.is_flipped else angle_deg)
        self.fit()

    @property
    def screen_px_per_px(self) -> float:
        """Screen pixels per pixel of the image."""
        width, _ = self._box.viewPixelSize()
        return 1.0 / width if width else 1.0

    def to_image(self, position: QPointF) -> QPointF:
        """Return the position in the image of a position in the viewport."""
        scene = self.mapToScene(position.toPoint())
        mapped: QPointF = self._root.mapFromScene(scene)
        return mapped

    def to_viewport(self, xy: tuple[float, float]) -> QPointF:
        """Return the position in the viewport of a position in the image."""
        scene = self._root.mapToScene(QPointF(*xy))
        return QPointF(self.mapFromScene(scene))

    def _zoom_changed(self, *_: object) -> None:
        ratio = self.devicePixelRatioF() or 1.0
        self.image.set_pixels_per_screen_pixel(1 / (self.screen_px_per_px * ratio))
        self.field_changed.emit()

    # ---- tools ------------------------------------------------------------------------------

    def set_tool(self, tool: Tool) -> None:
        """Let the left button serve a tool."""
        self._tool.cancel()
        self._tool = tool
        self._is_dragging = False
        self.viewport().setCursor(tool.cursor)

    @property
    def tool(self) -> Tool:
        """The tool in hand."""
        return self._tool

    def _at(self, event: Any) -> tuple[float, float]:
        at = self.to_image(event.position())
        return at.x(), at.y()

    # ---- Qt's events ------------------------------------------------------------------------

    def mousePressEvent(self, event: Any) -> None:
        """Give the left button to the tool, all else to the view."""
        is_left = event.button() is Qt.MouseButton.LeftButton
        is_right = event.button() is Qt.MouseButton.RightButton
        self._right_press = event.position() if is_right else None
        if is_left and not self._is_empty and self._tool.press(self._at(event), self._zoom):
            self._is_dragging = True
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: Any) -> None:
        """Tell where the cursor is."""
        if not self._is_empty:
            at = self._at(event)
            self.cursor_moved.emit(at)
            if self._is_dragging:
                self._tool.move(at, self._zoom)
                event.accept()
                return
            self._tool.hover(at, self._zoom)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: Any) -> None:
        """End what the tool does."""
        if self._is_dragging and event.button() is Qt.MouseButton.LeftButton:
            self._is_dragging = False
            self._tool.release(self._at(event), self._zoom)
            event.accept()
            return
        super().mouseReleaseEvent(event)
        start, self._right_press = self._right_press, None
        if start is None or self._is_empty:
            return
        # dragging with the right button zooms; only a click asks for the menu
        moved = event.position() - start
        if abs(moved.x()) + abs(moved.y()) < MENU_CLICK_PX:
            self.menu_wanted.emit(event.globalPosition().toPoint(), self._at(event))

    def contextMenuEvent(self, event: Any) -> None:
        """Open the menu from the keyboard, at the middle of what is seen."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard and not self._is_empty:
            middle = QPointF(self.viewport().rect().center())
            xy = self.to_image(middle)
            at = self.viewport().mapToGlobal(middle.toPoint())
            self.menu_wanted.emit(at, (xy.x(), xy.y()))
        event.accept()

    def mouseDoubleClickEvent(self, event: Any) -> None:
        """Let the tool have it, or show the whole pattern."""
        is_left = event.button() is Qt.MouseButton.LeftButton
        if is_left and not self._is_empty and self._tool.double_click(self._at(event)):
            event.accept()
            return
        super().mouseDoubleClickEvent(event)
        if is_left:
            self.fit()

    def keyPressEvent(self, event: Any) -> None:
        """Let the tool have a key first."""
        if not self._is_empty and self._tool.key(event.key(), event.modifiers()):
            event.accept()
            return
        super().keyPressEvent(event)

    def leaveEvent(self, event: Any) -> None:
        """Tell that the cursor is nowhere."""
        super().leaveEvent(event)
        self.cursor_moved.emit(None)

    @property
    def _zoom(self) -> float:
        return self.screen_px_per_px

    def drawForeground(self, painter: QPainter, rect: QRectF | Any) -> None:
        """Draw what stays in its corner: the scale bar."""
        super().drawForeground(painter, rect)
        if self._is_empty and self._words:
            painter.save()
            painter.resetTransform()
            painter.setPen(QColor(_WORDS))
            painter.drawText(
                QRectF(self.viewport().rect()), Qt.AlignmentFlag.AlignCenter, self._words
            )
            painter.restore()
        if self._is_empty or not self._shows_scale_bar:
            return
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        viewport = QRectF(self.viewport().rect())
        draw_scale_bar(painter, viewport, self.screen_px_per_px, self._scale, self._unit)
        painter.restore()

    @property
    def image_to_scene(self) -> QTransform:
        """Maps pixels of the image to the scene, turned as the screen shows it."""
        transform: QTransform = self._root.sceneTransform()
        return transform

    @property
    def scale(self) -> tuple[float | None, str]:
        """Scale (1/Å per pixel) and unit of the scale bar."""
        return self._scale, self._unit

    def draw_marks(
        self, painter: QPainter, to_figure: QTransform, area: QRectF, *, marks: bool, labels: bool
    ) -> None:
        """Draw the marks that are shown onto something else than the screen.

        Parameters
        ----------
        painter
            In the units of drawing; marks keep the sizes that they have on the screen.
        to_figure
            Maps pixels of the image to those units.
        area
            That of the figure in those units.
        marks, labels
            Whether marks and their indices are drawn.
        """
        for layer in self._layers:
            if not layer.isVisible():
                continue
            painter.save()
            if layer is self.reflections:
                self.reflections.draw_parts(painter, to_figure, area, marks=marks, labels=labels)
            elif marks and layer is self.measure:
                self.measure.draw_within(painter, to_figure, area.width())
            elif marks:
                layer.draw(painter, to_figure)
            painter.restore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and tell once when a new image is on the screen."""
        super().paintEvent(event)
        if self._awaits_paint:
            self._awaits_paint = False
            self.image_painted.emit()
