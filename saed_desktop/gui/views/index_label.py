"""A label whose sentences may hold Miller indices, drawn with bars of their own."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QWidget

from saed_desktop.crystal.index_symbols import SymbolPart, text_parts
from saed_desktop.gui.views.indices import bar_rect

_UNBOUNDED = 1e6
_MOST_SIZES = 64
_FONT_CHANGES = (
    QEvent.Type.FontChange,
    QEvent.Type.ApplicationFontChange,
    QEvent.Type.StyleChange,
)


class IndexLabel(QLabel):
    """Plain text, wrapped; indices between brackets have bars instead of minus signs.

    Qt's own overlines stand where the font says, too high and too wide to tell the digits apart.
    Screen readers and `text()` keep the minus signs.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[SymbolPart, ...] = ()
        self._sizes: dict[tuple[float, bool], tuple[float, float]] = {}
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show a text."""
        self._parts = text_parts(text)
        self._sizes.clear()
        super().setText(text)

    @property
    def shown(self) -> str:
        """The text drawn, without the bars."""
        return "".join(part.text for part in self._parts)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again in another font."""
        if event.type() in _FONT_CHANGES:
            self._sizes.clear()
        super().changeEvent(event)

    def _size(self, width: float) -> tuple[float, float]:
        """Return the height and the width that the text takes; layouts ask a dozen times."""
        key = width, self.wordWrap()
        found = self._sizes.get(key)
        if found is None:
            if len(self._sizes) >= _MOST_SIZES:
                self._sizes.clear()
            _, *size = self._laid_out(width)
            found = self._sizes[key] = size[0], size[1]
        return found

    def _laid_out(self, width: float) -> tuple[QTextLayout, float, float]:
        """Return the lines with the height and the width that they take."""
        layout = QTextLayout(self.shown, self.font())
        option = QTextOption()
        option.setWrapMode(
            QTextOption.WrapMode.WordWrap if self.wordWrap() else QTextOption.WrapMode.NoWrap
        )
        layout.setTextOption(option)
        layout.beginLayout()
        height = widest = 0.0
        while True:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height))
            height += line.height()
            widest = max(widest, line.naturalTextWidth())
        layout.endLayout()
        return layout, height, widest

    def heightForWidth(self, width: int) -> int:
        """Return the height of the text in a width."""
        margins = self.contentsMargins()
        service = max(width - margins.left() - margins.right(), 1)
        height, _ = self._size(service)
        return int(height + 0.999) + margins.top() + margins.bottom()

    def hasHeightForWidth(self) -> bool:
        """Tell that text wraps."""
        return self.wordWrap()

    def sizeHint(self) -> QSize:
        """Return room for the text: in one line, or as high as its width now makes it."""
        if self.wordWrap():
            width = max(self.width(), 40)
            return QSize(super().sizeHint().width(), self.heightForWidth(width))
        height, widest = self._size(_UNBOUNDED)
        margins = self.contentsMargins()
        return QSize(
            int(widest + 1.999) + margins.left() + margins.right(),
            int(height + 0.999) + margins.top() + margins.bottom(),
        )

    def minimumSizeHint(self) -> QSize:
        """Return room for a word where text wraps, for the whole where it does not."""
        if self.wordWrap():
            return QSize(40, QFontMetricsF(self.font()).height().__ceil__())
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines, then a bar over each negative index."""
        painter = QPainter(self)
        area = QRectF(self.contentsRect())
        layout, height, _ = self._laid_out(area.width())
        top = area.top()
        if self.alignment() & Qt.AlignmentFlag.AlignVCenter and height < area.height():
            top += (area.height() - height) / 2
        origin = QPointF(area.left(), top)
        color = self.palette().color(self.foregroundRole())
        painter.setPen(color)
        layout.draw(painter, origin)
        metrics = QFontMetricsF(self.font())
        at = 0
        for part in self._parts:
            if part.is_barred:
                line = layout.lineForTextPosition(at)
                left, right = _x_of(line, at), _x_of(line, at + len(part.text))
                baseline = origin.y() + line.y() + line.ascent()
                painter.fillRect(
                    bar_rect(metrics, QPointF(origin.x() + left, baseline), right - left), color
                )
            at += len(part.text)
        painter.end()


def _x_of(line: object, position: int) -> float:
    found = line.cursorToX(position)  # type: ignore[attr-defined]
    return float(found[0] if isinstance(found, tuple) else found)
