"""Spots by hand: a click adds one, dragging moves one, a box chooses several, Delete removes."""

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from saed_desktop.arrays import FloatArray
from saed_desktop.gui.views.tools import Point, Tool

GRIP_SCREEN_PX = 10
CLICK_SCREEN_PX = 4
NUDGE_PX, FINE_NUDGE_PX = 0.5, 0.1
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


class SpotTool(Tool):
    """Says what the user does to spots; it changes none itself."""

    added = Signal(object, float)
    moved = Signal(object, object)
    dragged = Signal(object)
    boxed = Signal(object)
    chosen = Signal(list)
    nudged = Signal(float, float)
    remove_wanted = Signal()
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._xy: FloatArray = np.zeros((0, 2))
        self._start: Point | None = None
        self._held: Point | None = None

    def set_spots(self, spots_xy: FloatArray) -> None:
        """Take the spots (n, 2) there are."""
        self._xy = spots_xy

    def spot_at(self, at: Point, zoom: float) -> Point | None:
        """Return the spot under the cursor."""
        if len(self._xy) == 0:
            return None
        distance = np.hypot(self._xy[:, 0] - at[0], self._xy[:, 1] - at[1])
        nearest = int(np.argmin(distance))
        if distance[nearest] * zoom > GRIP_SCREEN_PX:
            return None
        return float(self._xy[nearest, 0]), float(self._xy[nearest, 1])

    def press(self, at: Point, zoom: float) -> bool:
        """Take hold of a spot, or begin a box."""
        self._start, self._held = at, self.spot_at(at, zoom)
        return True

    def move(self, at: Point, zoom: float) -> None:
        """Show where the spot or the box would be."""
        if self._start is None or self._is_click(at, zoom):
            return
        if self._held is not None:
            self.dragged.emit(self._target(at))
        else:
            self.boxed.emit((self._start, at))

    def release(self, at: Point, zoom: float) -> None:
        """Add, choose or move."""
        start, held = self._start, self._held
        if start is None:
            return
        is_click, target = self._is_click(at, zoom), self._target(at)
        self._start = self._held = None
        self.boxed.emit(None)
        self.dragged.emit(None)
        if is_click and held is None:
            self.added.emit(at, zoom)
        elif is_click:
            self.chosen.emit([held])
        elif held is not None:
            self.moved.emit(held, target)
        else:
            self.chosen.emit(self._inside(start, at))

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """Remove with Delete, nudge with the arrows, finely with Shift."""
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_wanted.emit()
            return True
        arrow = _ARROWS.get(Qt.Key(key))
        if arrow is None or modifiers & ~Qt.KeyboardModifier.ShiftModifier:
            return False
        step = FINE_NUDGE_PX if modifiers & Qt.KeyboardModifier.ShiftModifier else NUDGE_PX
        self.nudged.emit(step * arrow[0], step * arrow[1])
        return True

    def cancel(self) -> None:
        """Drop what is half done."""
        self._start = self._held = None
        self.boxed.emit(None)
        self.dragged.emit(None)
        self.chosen.emit([])

    def _is_click(self, at: Point, zoom: float) -> bool:
        if self._start is None:
            return False
        far = max(abs(at[0] - self._start[0]), abs(at[1] - self._start[1]))
        return far * zoom < CLICK_SCREEN_PX

    def _target(self, at: Point) -> Point:
        """Return where the spot goes: a grip beside its middle does not make it jump."""
        if self._held is None or self._start is None:
            return at
        return (
            self._held[0] + at[0] - self._start[0],
            self._held[1] + at[1] - self._start[1],
        )

    def _inside(self, one: Point, other: Point) -> list[Point]:
        low, high = np.minimum(one, other), np.maximum(one, other)
        inside = ((self._xy >= low) & (self._xy <= high)).all(axis=1)
        return [(float(x), float(y)) for x, y in self._xy[inside]]
