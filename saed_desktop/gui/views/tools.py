"""Tools of the left mouse button on a pattern.

A tool gets positions in pixels of the image and says with a signal what the user made; it
changes nothing itself.
"""

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from saed_desktop.arrays import FloatArray
from saed_desktop.gui.views.measure_layer import Measure

Point = tuple[float, float]

SNAP_SCREEN_PX = 12


class Snapper:
    """Draws a position to the spot or to the beam beside it."""

    def __init__(self) -> None:
        self._xy: FloatArray = np.zeros((0, 2))
        self.center: Point | None = None

    def set_targets(self, spots_xy: FloatArray, center: Point | None) -> None:
        """Take the spots (n, 2) and the beam."""
        self.center = center
        beam = np.array([center]) if center is not None else np.zeros((0, 2))
        self._xy = np.concatenate([beam, spots_xy])

    def snapped(self, at: Point, screen_px_per_px: float) -> Point:
        """Return the target within reach, or the position itself."""
        if len(self._xy) == 0:
            return at
        distance = np.hypot(self._xy[:, 0] - at[0], self._xy[:, 1] - at[1])
        nearest = int(np.argmin(distance))
        if distance[nearest] * screen_px_per_px > SNAP_SCREEN_PX:
            return at
        return float(self._xy[nearest, 0]), float(self._xy[nearest, 1])


class Tool(QObject):
    """Does nothing: the view itself moves and zooms."""

    cursor = Qt.CursorShape.ArrowCursor

    def press(self, at: Point, zoom: float) -> bool:
        """Take a press of the left button; returns whether it is used."""
        return False

    def move(self, at: Point, zoom: float) -> None:
        """Take a movement with the button held."""

    def hover(self, at: Point, zoom: float) -> None:
        """Take a movement without the button."""

    def release(self, at: Point, zoom: float) -> None:
        """Take the release of the button."""

    def double_click(self, at: Point) -> bool:
        """Take a double click; returns whether it is used."""
        return False

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """Take a key; returns whether it is used."""
        return False

    def cancel(self) -> None:
        """Drop what is half done."""


class DistanceTool(Tool):
    """Drags a line between two points."""

    measured = Signal(object)
    finished = Signal(object)
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, snapper: Snapper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._snapper = snapper
        self._start: Point | None = None

    def press(self, at: Point, zoom: float) -> bool:
        """Begin the line."""
        self._start = self._snapper.snapped(at, zoom)
        return True

    def move(self, at: Point, zoom: float) -> None:
        """Drag its end."""
        if self._start is not None:
            end = self._snapper.snapped(at, zoom)
            self.measured.emit(Measure("distance", (self._start, end)))

    def release(self, at: Point, zoom: float) -> None:
        """Let go."""
        self.move(at, zoom)
        start, self._start = self._start, None
        end = self._snapper.snapped(at, zoom)
        if start is not None and math.hypot(end[0] - start[0], end[1] - start[1]) * zoom > 3:
            self.finished.emit(Measure("distance", (start, end)))

    def cancel(self) -> None:
        """Remove the line."""
        self._start = None
        self.measured.emit(None)


class PairTool(Tool):
    """Clicks two spots; the beam is the corner between them."""

    measured = Signal(object)
    picked = Signal(object, object)
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, snapper: Snapper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._snapper = snapper
        self._first: Point | None = None

    def press(self, at: Point, zoom: float) -> bool:
        """Take a spot."""
        center = self._snapper.center
        if center is None:
            return True
        point = self._snapper.snapped(at, zoom)
        if self._first is None:
            self._first = point
            self.measured.emit(Measure("pair", (center, point)))
        else:
            first, self._first = self._first, None
            self.measured.emit(Measure("pair", (center, first, point)))
            self.picked.emit(first, point)
        return True

    def hover(self, at: Point, zoom: float) -> None:
        """Show what the second spot would say."""
        center = self._snapper.center
        if self._first is not None and center is not None:
            point = self._snapper.snapped(at, zoom)
            self.measured.emit(Measure("pair", (center, self._first, point)))

    def cancel(self) -> None:
        """Remove what is measured."""
        self._first = None
        self.measured.emit(None)


class CenterTool(Tool):
    """Puts the direct beam where the user says."""

    moved = Signal(object)
    placed = Signal(object)
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, current: Callable[[], Point | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current = current
        self._offset: Point = (0.0, 0.0)
        self._is_held = False

    def press(self, at: Point, zoom: float) -> bool:
        """Take hold of the mark, or put it under the cursor."""
        current = self._current()
        self._offset = (0.0, 0.0)
        if current is not None:
            dx, dy = current[0] - at[0], current[1] - at[1]
            if math.hypot(dx, dy) * zoom < 20:
                self._offset = (dx, dy)  # a grip beside the middle does not make it jump
        self._is_held = True
        self.move(at, zoom)
        return True

    def move(self, at: Point, zoom: float) -> None:
        """Drag it."""
        if self._is_held:
            self.moved.emit((at[0] + self._offset[0], at[1] + self._offset[1]))

    def release(self, at: Point, zoom: float) -> None:
        """Leave it there."""
        if self._is_held:
            self._is_held = False
            self.placed.emit((at[0] + self._offset[0], at[1] + self._offset[1]))

    def cancel(self) -> None:
        """Leave it where it was."""
        if self._is_held:
            self._is_held = False
            current = self._current()
            if current is not None:
                self.moved.emit(current)


class BrushTool(Tool):
    """Paints strokes, to leave pixels out or to use them after all."""

    stroke_changed = Signal(object)
    painted = Signal(object)
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, *, erases: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.erases = erases
        self._points: list[Point] = []

    def press(self, at: Point, zoom: float) -> bool:
        """Begin a stroke."""
        self._points = [at]
        self.stroke_changed.emit(tuple(self._points))
        return True

    def move(self, at: Point, zoom: float) -> None:
        """Draw on."""
        if self._points:
            self._points.append(at)
            self.stroke_changed.emit(tuple(self._points))

    def release(self, at: Point, zoom: float) -> None:
        """End the stroke."""
        points, self._points = tuple(self._points), []
        if points:
            self.stroke_changed.emit(())
            self.painted.emit(points)

    def cancel(self) -> None:
        """Drop the stroke."""
        self._points = []
        self.stroke_changed.emit(())


class PolygonTool(Tool):
    """Clicks corners; a double click closes the polygon."""

    outline_changed = Signal(object)
    closed = Signal(object)
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._points: list[Point] = []

    def press(self, at: Point, zoom: float) -> bool:
        """Add a corner."""
        self._points.append(at)
        self.outline_changed.emit(tuple(self._points))
        return True

    def hover(self, at: Point, zoom: float) -> None:
        """Show where the next side would go."""
        if self._points:
            self.outline_changed.emit((*self._points, at))

    def double_click(self, at: Point) -> bool:
        """Close the polygon."""
        points, self._points = tuple(self._points), []
        self.outline_changed.emit(())
        if len(points) >= 3:
            self.closed.emit(points)
        return True

    def cancel(self) -> None:
        """Drop the polygon."""
        self._points = []
        self.outline_changed.emit(())
