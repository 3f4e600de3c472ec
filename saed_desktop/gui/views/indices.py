"""Miller indices as crystallographers write them: a bar over the digit instead of a minus.

The bars are lines that are painted here, not characters: no font can put them elsewhere.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from saed_desktop.crystal.index_symbols import SymbolPart, symbol_parts, text_parts
from saed_desktop.gui.views.layer import shadow_of

BAR_WIDTH = 0.075
"""Thickness of a bar in heights of the font."""
_BAR_GAP = 0.1
_BAR_INSET = 0.18


def indices_width(metrics: QFontMetricsF, symbol: str) -> float:
    """Return how wide a symbol is drawn."""
    return _width(metrics, symbol_parts(symbol))


def draw_indices(
    painter: QPainter, at: QPointF, symbol: str, color: str, *, has_halo: bool = True
) -> None:
    """Draw a symbol from its baseline's left end, to be read on bright and dark ground alike.

    Without a halo it takes a sixth of the time, where the ground is known.
    """
    parts, shadow = symbol_parts(symbol), shadow_of(color)
    if not has_halo:
        _draw(painter, at, parts, QColor(color))
        return
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1), (1, 1)):
        _draw(painter, at + QPointF(dx, dy), parts, shadow)
    _draw(painter, at, parts, QColor(color))


def _width(metrics: QFontMetricsF, parts: Sequence[SymbolPart]) -> float:
    return sum(metrics.horizontalAdvance(part.text) for part in parts)


def bar_rect(metrics: QFontMetricsF, baseline: QPointF, width: float) -> QRectF:
    """Return the bar over digits that begin at a point of their baseline and are so wide."""
    thickness = max(1.0, BAR_WIDTH * metrics.height())
    bottom = baseline.y() + metrics.tightBoundingRect("0").top() - _BAR_GAP * metrics.height()
    # a little shorter than its digits, so that two bars never run together
    inset = _BAR_INSET * metrics.horizontalAdvance("0")
    return QRectF(baseline.x() + inset, bottom - thickness, width - 2 * inset, thickness)


def _draw(painter: QPainter, at: QPointF, parts: Sequence[SymbolPart], color: QColor) -> None:
    metrics = QFontMetricsF(painter.font())
    x = at.x()
    painter.setPen(QPen(color))
    for part in parts:
        painter.drawText(QPointF(x, at.y()), part.text)
        width = metrics.horizontalAdvance(part.text)
        if part.is_barred:
            painter.fillRect(bar_rect(metrics, QPointF(x, at.y()), width), color)
        x += width


class IndicesDelegate(QStyledItemDelegate):
    """Draws a cell with bars: a symbol, or a sentence in which symbols stand between brackets.

    Parameters
    ----------
    parent
        The table.
    is_sentence
        Whether only what stands between square brackets is a symbol.
    """

    def __init__(self, parent: QObject | None = None, *, is_sentence: bool = False) -> None:
        super().__init__(parent)
        self._parts_of: Callable[[str], tuple[SymbolPart, ...]] = (
            text_parts if is_sentence else symbol_parts
        )

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the cell."""
        whole = QStyleOptionViewItem(option)
        self.initStyleOption(whole, index)
        parts = self._parts_of(whole.text)
        whole.text = ""
        style = whole.widget.style() if whole.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, whole, painter, whole.widget)
        area = QRectF(
            style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, whole, whole.widget)
        ).adjusted(3, 0, -2, 0)
        metrics = QFontMetricsF(whole.font)
        baseline = area.center().y() + (metrics.ascent() - metrics.descent()) / 2
        left = area.left()
        if whole.displayAlignment & Qt.AlignmentFlag.AlignRight:
            left = max(left, area.right() - _width(metrics, parts))
        painter.save()
        painter.setClipRect(whole.rect)
        painter.setFont(whole.font)
        color = whole.palette.color(QPalette.ColorRole.Text)
        _draw(painter, QPointF(left, baseline), _elided(metrics, parts, area.width()), color)
        painter.restore()


def _elided(
    metrics: QFontMetricsF, parts: Sequence[SymbolPart], width: float
) -> Sequence[SymbolPart]:
    """Return what fits into a width, with dots where something is left out."""
    if _width(metrics, parts) <= width:
        return parts
    left = width
    kept: list[SymbolPart] = []
    for part in parts:
        needed = metrics.horizontalAdvance(part.text)
        if needed > left:
            text = metrics.elidedText(part.text + "…", Qt.TextElideMode.ElideRight, left)
            return [*kept, SymbolPart(text, False)]
        kept.append(part)
        left -= needed
    return kept
