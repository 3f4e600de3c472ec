"""The pattern itself: finished grey values in several sizes, painted at the one that fits."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from saed_desktop.arrays import ByteImage, ByteTable
from saed_desktop.gui.plotting import pg

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_BRIGHT = 140


class ImageLayer(pg.ImageItem):
    """An 8-bit image that shows its reduced copy where the screen has fewer pixels.

    Spots of a few pixels would vanish if a large image were drawn by leaving pixels out; the
    copies are averaged, and small ones are painted faster as well.
    """

    def __init__(self) -> None:
        super().__init__(axisOrder="row-major")
        self._levels_yx: tuple[ByteImage, ...] = ()
        self._level = 0
        self._table: ByteTable | None = None

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the full image."""
        if not self._levels_yx:
            return 1, 1
        height, width = self._levels_yx[0].shape
        return width, height

    @property
    def image_rect(self) -> QRectF:
        """The area that the image covers: pixel centres lie at whole numbers."""
        width, height = self.size_px
        return QRectF(-0.5, -0.5, width, height)

    @property
    def is_bright(self) -> bool:
        """Whether most of the image is drawn bright, as with dark spots on a bright ground."""
        if not self._levels_yx:
            return False
        typical = int(np.median(self._levels_yx[-1]))
        if self._table is None:
            return typical > _BRIGHT
        return float(self._table[typical] @ _LUMINANCE) > _BRIGHT

    def set_levels(self, levels: Sequence[ByteImage]) -> None:
        """Take a new image: full size first, then halves."""
        self._levels_yx = tuple(levels)
        self._level = min(self._level, len(levels) - 1)
        self._show()

    def set_color_table(self, table: ByteTable) -> None:
        """Take a colour map (256, 3)."""
        self._table = table
        if self._levels_yx:
            self._show()

    def set_pixels_per_screen_pixel(self, ratio: float) -> None:
        """Choose the copy for a zoom: how many pixels of the image fall on one of the screen."""
        level = int(np.clip(np.floor(np.log2(max(ratio, 1e-9)) + 0.2), 0, None))
        level = min(level, max(len(self._levels_yx) - 1, 0))
        if level != self._level:
            self._level = level
            if self._levels_yx:
                self._show()

    @property
    def ground_color(self) -> QColor:
        """The colour of what is black in the pattern."""
        return QColor(0, 0, 0) if self._table is None else QColor(*(int(c) for c in self._table[0]))

    @property
    def full_yx(self) -> ByteImage:
        """The pattern at its own resolution, as finished grey values."""
        return self._levels_yx[0] if self._levels_yx else np.zeros((1, 1), np.uint8)

    @property
    def colors(self) -> ByteTable:
        """The colours (256, 3) of the grey values."""
        if self._table is None:
            return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, 1)
        return self._table[:, :3]

    def _show(self) -> None:
        self.setImage(self._levels_yx[self._level], autoLevels=False, levels=None, lut=self._table)
        self.setRect(self.image_rect)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Paint; smoothly where pixels are merged, as squares where they are enlarged."""
        scale = painter.worldTransform().m11() ** 2 + painter.worldTransform().m12() ** 2
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, scale**0.5 * 2**self._level < 1.6
        )
        super().paint(painter, option, widget)
