"""Probabilities as bars, "none of these" among them; a full dot marks what is not excluded."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from saed_desktop.gui.theme import colors_of, mixed, numeric_font
from saed_desktop.results.wording import percent
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.workspace.answer_view import Bar

_GAP = 7
LEAST = 0.005

_WIDEST = (percent(1.0), percent(0.999))


class ProbabilityBars(QWidget):
    """One bar per phase and one for none of them, the likeliest first."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: tuple[Bar, ...] = ()
        self._most = 9
        self._is_answer = True
        self.n_hidden = 0
        self._other: dict[str, float] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Probabilities"))

    def set_bars(self, bars: tuple["Bar", ...], *, is_answer: bool) -> None:
        """Take the bars; `is_answer` tells whether any of them is believed."""
        shown = tuple(bar for i, bar in enumerate(bars) if i < self._most or not bar.phase)
        # phases that cannot be meant need a word together, not a line each
        shown = tuple(
            bar for bar in shown if bar.is_in_set or not bar.phase or bar.probability >= LEAST
        )
        self._bars = shown
        self.n_hidden = len(bars) - len(shown)
        self._is_answer = is_answer
        self.setAccessibleDescription(
            ", ".join(f"{bar.label} {percent(bar.probability)}" for bar in self._bars)
        )
        self.updateGeometry()
        self.update()

    def set_comparison(self, other: dict[str, float]) -> None:
        """Take another network's probabilities by phase, drawn thinly below; {} for none."""
        self._other = other
        self.update()

    def _row_height(self) -> float:
        return QFontMetricsF(self.font()).height() + _GAP

    def sizeHint(self) -> QSize:
        """Return room for all bars."""
        return QSize(260, int(self._row_height() * max(len(self._bars), 1)) + 2)

    def minimumSizeHint(self) -> QSize:
        """Return the same height: bars are not cut off."""
        return QSize(180, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(numeric_font(self.font()))
        metrics = QFontMetricsF(painter.font())
        names = max((metrics.horizontalAdvance(bar.label) for bar in self._bars), default=0)
        name_width = min(names, 0.42 * self.width())
        for i, bar in enumerate(self._bars):
            self._draw_bar(painter, bar, i * self._row_height(), name_width, metrics)
        painter.end()

    def _draw_bar(
        self, painter: QPainter, bar: "Bar", top: float, name_width: float, metrics: QFontMetricsF
    ) -> None:
        colors = colors_of(self.palette())
        height = self._row_height()
        middle = top + height / 2
        text_color = colors.text if bar.is_in_set else colors.muted
        painter.setPen(Qt.PenStyle.NoPen)
        if bar.is_in_set:
            painter.setBrush(QColor(colors.accent))
            painter.drawEllipse(QPointF(5, middle), 3.5, 3.5)
        painter.setPen(QColor(text_color))
        left = 18.0
        name = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, name_width + 1)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, top, name_width + 4, height), flags, name)
        number_width = max(metrics.horizontalAdvance(text) for text in _WIDEST)
        start = left + name_width + 14
        full = self.width() - start - number_width - 10
        groove = QRectF(start, middle - 4, max(full, 1), 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.line if not self._is_answer else colors.raised))
        painter.drawRoundedRect(groove, 4, 4)
        color = colors.accent if bar.is_in_set else mixed(colors.muted, colors.surface, 0.7)
        length = groove.width() * min(max(bar.probability, 0.0), 1.0)
        if length >= 1:
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(QRectF(groove.left(), groove.top(), max(length, 4), 8), 4, 4)
        other = self._other.get(bar.phase)
        if other is not None:
            painter.setBrush(QColor(colors.none))
            painter.drawRoundedRect(
                QRectF(groove.left(), middle + 5, max(groove.width() * other, 2), 3), 1.5, 1.5
            )
        painter.setPen(QColor(text_color))
        number = percent(bar.probability)
        right = QRectF(self.width() - number_width - 2, top, number_width, height)
        painter.drawText(right, flags | Qt.AlignmentFlag.AlignRight, number)
