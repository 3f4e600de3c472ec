"""Miller indices as crystallographers write them: a bar over the digit instead of a minus."""

import html
import re
from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from saed_desktop.gui.views.layer import shadow_of

_BARRED = re.compile(r"-(\d+)")
# between brackets or on its own, so that the minus of "R-3c" or "alpha-Zr" stays what it is
_SYMBOL = re.compile(r"\[[-\d ]+\]")


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Yield pieces of a symbol with whether a bar goes over them."""
    at = 0
    for match in _BARRED.finditer(text):
        if match.start() > at:
            yield text[at : match.start()], False
        yield match[1], True
        at = match.end()
    if at < len(text):
        yield text[at:], False


def indices_html(text: str) -> str:
    """Return text as HTML in which the zone axes have bars."""

    def barred(match: re.Match[str]) -> str:
        return _BARRED.sub(r'<span style="text-decoration:overline">\1</span>', match[0])

    return _SYMBOL.sub(barred, html.escape(text))


def indices_width(metrics: QFontMetricsF, text: str) -> float:
    """Return how wide a symbol is drawn."""
    return sum(metrics.horizontalAdvance(piece) for piece, _ in _parts(text))


def draw_indices(painter: QPainter, at: QPointF, text: str, color: str) -> None:
    """Draw a symbol from its baseline's left end, to be read on bright and dark ground alike."""
    shadow = shadow_of(color)
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1), (1, 1)):
        _draw(painter, at + QPointF(dx, dy), text, shadow)
    _draw(painter, at, text, QColor(color))


def _draw(painter: QPainter, at: QPointF, text: str, color: QColor) -> None:
    metrics = QFontMetricsF(painter.font())
    digit = metrics.tightBoundingRect("0")
    x = at.x()
    painter.setPen(QPen(color, max(1.0, metrics.height() / 14)))
    for piece, is_barred in _parts(text):
        painter.drawText(QPointF(x, at.y()), piece)
        width = metrics.horizontalAdvance(piece)
        if is_barred:
            height = at.y() + digit.top() - 0.14 * metrics.height()
            painter.drawLine(QPointF(x + 1.7, height), QPointF(x + width - 1.7, height))
        x += width


class IndicesDelegate(QStyledItemDelegate):
    """Draws a cell's symbol with bars."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the cell."""
        whole = QStyleOptionViewItem(option)
        self.initStyleOption(whole, index)
        text = whole.text
        whole.text = ""
        style = whole.widget.style() if whole.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, whole, painter, whole.widget)
        area = style.subElementRect(
            QStyle.SubElement.SE_ItemViewItemText, whole, whole.widget
        ).adjusted(4, 0, -2, 0)
        metrics = QFontMetricsF(whole.font)
        baseline = area.center().y() + (metrics.ascent() - metrics.descent()) / 2 + 1
        painter.save()
        painter.setClipRect(whole.rect)
        painter.setFont(whole.font)
        color = whole.palette.color(QPalette.ColorRole.Text)
        _draw(painter, QPointF(area.left(), baseline), text, color)
        painter.restore()
