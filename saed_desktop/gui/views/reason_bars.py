"""Reasons for one candidate and against another, as bars to either side with their factors."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from saed_desktop.gui.theme import colors_of, numeric_font
from saed_desktop.gui.views.weight_layer import AGAINST_COLOR, FOR_COLOR
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.workspace.judged_reasons import JudgedReasons, Reason

_GAP = 7
_LEAST_SCALE = 1.0
"""Of the longest bar, in log odds: weak reasons look weak."""


class ReasonBars(QWidget):
    """One bar for each reason: to the right for the first candidate, to the left for the other."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: JudgedReasons | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("What decided?"))

    def set_reasons(self, shown: "JudgedReasons | None") -> None:
        """Take the reasons; None for none."""
        self._shown = shown
        self.setVisible(shown is not None and bool(shown.reasons))
        if shown is not None:
            said = ", ".join(f"{reason.label} {reason.factor}" for reason in shown.reasons)
            self.setAccessibleDescription(f"{shown.first}: {said}")
        self.updateGeometry()
        self.update()

    def _row_height(self) -> float:
        return QFontMetricsF(self.font()).height() + _GAP

    def sizeHint(self) -> QSize:
        """Return room for the names of the two and all bars."""
        rows = 1 + len(self._shown.reasons) if self._shown is not None else 0
        return QSize(260, int(self._row_height() * rows) + 2)

    def minimumSizeHint(self) -> QSize:
        """Return the same height: bars are not cut off."""
        return QSize(180, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        if self._shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(numeric_font(self.font()))
        metrics = QFontMetricsF(painter.font())
        labels = max((metrics.horizontalAdvance(r.label) for r in self._shown.reasons), default=0)
        numbers = max((metrics.horizontalAdvance(r.factor) for r in self._shown.reasons), default=0)
        left = min(labels, 0.45 * self.width()) + 12
        room = QRectF(left, 0, max(self.width() - left - numbers - 10, 20), self._row_height())
        self._draw_names(painter, metrics, room)
        longest = max(_LEAST_SCALE, *(abs(r.log_factor) for r in self._shown.reasons), 0.0)
        for reason in self._shown.reasons:
            room.translate(0, self._row_height())
            self._draw_reason(painter, metrics, reason, room, longest)
        painter.end()

    def _draw_names(self, painter: QPainter, metrics: QFontMetricsF, room: QRectF) -> None:
        """Write above either side whom its bars speak for."""
        if self._shown is None:
            return
        middle = room.center().x()
        for name, color, start, end, side in (
            (self._shown.second, AGAINST_COLOR, 0.0, middle - 6, Qt.AlignmentFlag.AlignRight),
            (
                self._shown.first,
                FOR_COLOR,
                middle + 6,
                float(self.width()),
                Qt.AlignmentFlag.AlignLeft,
            ),
        ):
            painter.setPen(QColor(color if colors_of(self.palette()).is_dark else _darker(color)))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, end - start)
            place = QRectF(start, room.top(), end - start, room.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | side, text)

    def _draw_reason(
        self,
        painter: QPainter,
        metrics: QFontMetricsF,
        reason: "Reason",
        room: QRectF,
        longest: float,
    ) -> None:
        colors = colors_of(self.palette())
        painter.setPen(QColor(colors.text))
        label = metrics.elidedText(reason.label, Qt.TextElideMode.ElideRight, room.left() - 8)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, room.top(), room.left(), room.height()), flags, label)
        painter.drawText(
            QRectF(0, room.top(), self.width() - 2, room.height()),
            flags | Qt.AlignmentFlag.AlignRight,
            reason.factor,
        )
        x, y = room.center().x(), room.center().y()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.line))
        painter.drawRect(QRectF(x - 0.5, room.top(), 1, room.height()))
        length = max(room.width() / 2 * abs(reason.log_factor) / longest, 3)
        is_for = reason.log_factor > 0
        painter.setBrush(QColor(FOR_COLOR if is_for else AGAINST_COLOR))
        painter.drawRoundedRect(QRectF(x if is_for else x - length, y - 4, length, 8), 3, 3)


def _darker(color: str) -> str:
    """Return a colour that can be read as text on a bright ground."""
    return QColor(color).darker(165).name()
