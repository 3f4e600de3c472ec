"""The legend of a phase map, on the screen and in a picture; and the picture itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from saed_desktop.gui.theme import colors_of
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.workspace.phase_map import LegendEntry

LONGER_SIDE_PX = 1200
_GAP = 8.0


def row_height(metrics: QFontMetricsF) -> float:
    """Return the height of a legend's line."""
    return metrics.height() + 8


def draw_legend(
    painter: QPainter, area: QRectF, entries: "Sequence[LegendEntry]", ink: str, rim: str
) -> None:
    """Draw a swatch, a name and a share for each entry, one below the other."""
    metrics = QFontMetricsF(painter.font())
    height, side = row_height(metrics), metrics.height() * 0.9
    for i, entry in enumerate(entries):
        top = area.top() + i * height
        swatch = QRectF(area.left() + 1, top + (height - side) / 2, side, side)
        painter.fillRect(swatch, QColor(entry.color))
        painter.setPen(QPen(QColor(rim), max(1.0, side / 20)))
        painter.drawRect(swatch)
        painter.setPen(QColor(ink))
        baseline = top + (height + metrics.ascent() - metrics.descent()) / 2
        share = share_words(entry)
        right = metrics.horizontalAdvance(share)
        room = area.width() - side - 2 * _GAP - right
        name = metrics.elidedText(entry.label, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(swatch.right() + _GAP, baseline), name)
        painter.drawText(QPointF(area.right() - right, baseline), share)


def share_words(entry: "LegendEntry") -> str:
    """Return how much of a phase there is."""
    percent = 100 * entry.share
    return f"{percent:.1f} %" if percent < 9.95 else f"{percent:.0f} %"


class MapLegend(QWidget):
    """The legend beside the map."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Legend of the phase map"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._entries: tuple[LegendEntry, ...] = ()

    def show_entries(self, entries: "Sequence[LegendEntry]") -> None:
        """Show the phases of a map."""
        self._entries = tuple(entries)
        self.setAccessibleDescription(
            ", ".join(f"{entry.label} {share_words(entry)}" for entry in entries)
        )
        self.updateGeometry()
        self.update()

    @property
    def entries(self) -> "tuple[LegendEntry, ...]":
        """Entries shown, from the top."""
        return self._entries

    def sizeHint(self) -> QSize:
        """Return the room that all lines need."""
        height = row_height(QFontMetricsF(self.font()))
        return QSize(200, round(height * len(self._entries)))

    def minimumSizeHint(self) -> QSize:
        """Return the same: no line is left out."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        colors = colors_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_legend(painter, QRectF(self.rect()), self._entries, colors.text, colors.line)
        painter.end()


def map_picture(
    image: QImage, entries: "Sequence[LegendEntry]", base: QFont, caption: str
) -> QImage:
    """Return a map as a picture for a paper: places as squares, the legend beside them.

    Parameters
    ----------
    image
        The map with one pixel for each place.
    entries
        The legend; none for a virtual image alone.
    base
        Font of the text.
    caption
        A line below the map.
    """
    factor = max(1, LONGER_SIDE_PX // max(image.width(), image.height(), 1))
    map_width, map_height = image.width() * factor, image.height() * factor
    font = QFont(base)
    font.setPixelSize(30)
    metrics = QFontMetricsF(font)
    margin = 24
    names = [metrics.horizontalAdvance(f"{e.label}   {share_words(e)}") for e in entries]
    legend_width = max(names, default=0.0) + metrics.height() + 4 * _GAP if entries else 0.0
    legend_height = row_height(metrics) * len(entries)
    below = metrics.height() + 10 if caption else 0.0
    width = map_width + (legend_width + margin if entries else 0) + 2 * margin
    height = max(map_height, legend_height) + below + 2 * margin
    made = QImage(round(width), round(height), QImage.Format.Format_RGB32)
    made.fill(QColor("#ffffff"))
    painter = QPainter(made)
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(QRectF(margin, margin, map_width, map_height), image, QRectF(image.rect()))
    if entries:
        area = QRectF(map_width + 2 * margin, margin, legend_width, legend_height)
        draw_legend(painter, area, entries, "#101418", "#808790")
    if caption:
        painter.setPen(QColor("#3c434c"))
        text = metrics.elidedText(caption, Qt.TextElideMode.ElideMiddle, width - 2 * margin)
        painter.drawText(QPointF(margin, height - margin), text)
    painter.end()
    return made
