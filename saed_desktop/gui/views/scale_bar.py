"""The scale bar of the view: as long as a round number of reciprocal lengths."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from saed_desktop.gui.views.layer import draw_text

_TARGET_PX = 130


def round_length(at_most: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is no greater."""
    power = 10 ** math.floor(math.log10(at_most))
    return max(step * power for step in (1, 2, 5) if step * power <= at_most * 1.0001)


def bar_text(length: float, unit: str) -> str:
    """Return the bar's caption."""
    return f"{length:g} {unit}"


def draw_scale_bar(
    painter: QPainter, viewport: QRectF, screen_px_per_px: float, scale: float | None, unit: str
) -> None:
    """Draw the bar into the lower left corner.

    Parameters
    ----------
    painter, viewport
        In pixels of the screen.
    screen_px_per_px
        The zoom.
    scale
        1/Å per pixel of the image, None where unknown: the bar then counts pixels.
    unit
        "1/nm" or "1/A".
    """
    if not screen_px_per_px > 0:
        return
    per_px = 1.0 if scale is None else scale * (10 if unit == "1/nm" else 1)
    name = "px" if scale is None else {"1/nm": "1/nm", "1/A": "1/Å"}[unit]
    length = round_length(_TARGET_PX / screen_px_per_px * per_px)
    width = length / per_px * screen_px_per_px
    left, bottom = viewport.left() + 18, viewport.bottom() - 18
    text = bar_text(length, name)
    text_width = QFontMetricsF(painter.font()).horizontalAdvance(text)
    plate = QRectF(left - 9, bottom - 27, max(width, text_width) + 18, 34)
    painter.setPen(Qt.PenStyle.NoPen)
    # on a plate of its own: images have scale bars of theirs, in black and in white
    painter.setBrush(QColor(10, 11, 13, 150))
    painter.drawRoundedRect(plate, 6, 6)
    painter.setBrush(QColor("#ffffff"))
    painter.drawRect(QRectF(left, bottom - 4, width, 4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shift = (width - text_width) / 2
    draw_text(painter, QPointF(left + max(shift, 0), bottom - 11), text, "#ffffff")
