"""The pattern itself: finished grey values in several sizes, painted at the one that fits."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

ByteImage = npt.NDArray[np.uint8]
ByteTable = npt.NDArray[np.uint8]

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_BRIGHT = 140
_GREY: ByteTable = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)


class ImageLayer(QGraphicsItem):
    """An 8-bit image that shows its reduced copy where the screen has fewer pixels.

    Spots of a few pixels would vanish if a large image were drawn by leaving pixels out; the
    copies are averaged, and small ones are painted faster as well.
    """

    def __init__(self) -> None:
        super().__init__()
        self._levels_yx: tuple[ByteImage, ...] = ()
        self._level = 0
        self._table = _GREY
        self._picture: QImage | None = None

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
    def shown_yx(self) -> ByteImage:
        """The copy that is painted at this zoom."""
        return self._levels_yx[self._level]

    @property
    def color_table(self) -> ByteTable:
        """The colours (256, 3) of the grey values."""
        return self._table

    @property
    def is_bright(self) -> bool:
        """Whether most of the image is drawn bright, as with dark spots on a bright ground."""
        if not self._levels_yx:
            return False
        typical = int(np.median(self._levels_yx[-1]))
        return float(self._table[typical] @ _LUMINANCE) > _BRIGHT

    def set_levels(self, levels: Sequence[ByteImage]) -> None:
        """Take a new image: full size first, then halves."""
        self.prepareGeometryChange()
        self._levels_yx = tuple(np.ascontiguousarray(level) for level in levels)
        self._level = min(self._level, len(levels) - 1)
        self._forget_picture()

    def set_color_table(self, table: ByteTable) -> None:
        """Take a colour map (256, 3)."""
        self._table = table
        self._forget_picture()

    def set_pixels_per_screen_pixel(self, ratio: float) -> None:
        """Choose the copy for a zoom: how many pixels of the image fall on one of the screen."""
        level = int(np.clip(np.floor(np.log2(max(ratio, 1e-9)) + 0.2), 0, None))
        level = min(level, max(len(self._levels_yx) - 1, 0))
        if level != self._level:
            self._level = level
            self._forget_picture()

    def _forget_picture(self) -> None:
        self._picture = None
        self.update()

    def _colored(self) -> QImage:
        """Return the copy shown in the colours of the screen, made at its first painting."""
        if self._picture is None:
            grey = self.shown_yx
            height, width = grey.shape
            indexed = QImage(grey.data, width, height, width, QImage.Format.Format_Indexed8)
            rgb = self._table.astype(np.uint32)
            table = 0xFF000000 | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]
            indexed.setColorTable(table.tolist())
            self._picture = indexed.convertToFormat(QImage.Format.Format_RGB32)
        return self._picture

    def boundingRect(self) -> QRectF:
        """Return the area that the image covers."""
        return self.image_rect

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Paint; smoothly where pixels are merged, as squares where they are enlarged."""
        if not self._levels_yx:
            return
        scale = painter.worldTransform().m11() ** 2 + painter.worldTransform().m12() ** 2
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, scale**0.5 * 2**self._level < 1.6
        )
        painter.drawImage(self.image_rect, self._colored())
