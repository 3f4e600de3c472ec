"""Two views of patterns that show the same field about their beams."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF

from saed_desktop.arrays import ByteImage
from saed_desktop.gui.views.pattern_view import PatternView


@dataclass(frozen=True)
class FieldGeometry:
    """Place of the beam in pixels, and the scale in 1/Å per pixel; None where unknown."""

    center_xy: tuple[float, float] = (0.0, 0.0)
    scale: float | None = None


class LinkedFields(QObject):
    """Moves and zooms each of two views with the other.

    Equal distances from the beam stand at equal places: in 1/Å where both scales are known, else
    in pixels.
    """

    def __init__(self, left: PatternView, right: PatternView) -> None:
        super().__init__(left)
        self._views = (left, right)
        self._geometry = [FieldGeometry(), FieldGeometry()]
        self._is_linked, self._is_following = True, False
        left.field_changed.connect(lambda: self._follow(0))
        right.field_changed.connect(lambda: self._follow(1))

    def set_geometry(self, side: int, geometry: FieldGeometry) -> None:
        """Take where a pattern's beam is; its view follows the other one."""
        self._geometry[side] = geometry
        self._follow(1 - side)

    def show_image(self, side: int, levels: Sequence[ByteImage], geometry: FieldGeometry) -> None:
        """Show another image on one side, in the field of the other where there is one."""
        self._is_following = True
        self._geometry[side] = geometry
        self._views[side].set_image(levels)
        self._is_following = False
        self._follow(1 - side)

    def set_linked(self, *, is_linked: bool) -> None:
        """Let the views go together or each for itself."""
        self._is_linked = is_linked
        if is_linked:
            self._follow(0)

    def _follow(self, leader: int) -> None:
        ready = not any(view.is_empty for view in self._views)
        if not self._is_linked or self._is_following or not ready:
            return
        first, second = self._geometry[leader], self._geometry[1 - leader]
        ratio = 1.0
        if first.scale is not None and second.scale is not None:
            ratio = first.scale / second.scale
        field = self._views[leader].field
        x, y = field.center().x() - first.center_xy[0], field.center().y() - first.center_xy[1]
        width, height = field.width() * ratio, field.height() * ratio
        middle_x, middle_y = second.center_xy[0] + x * ratio, second.center_xy[1] + y * ratio
        self._is_following = True
        self._views[1 - leader].show_field(
            QRectF(middle_x - width / 2, middle_y - height / 2, width, height)
        )
        self._is_following = False
