"""The periodic table to tick elements: in the structure, perhaps, or not.

A mouse click or the space bar goes from one to the next; the letters Y, M and N set one at once.
Filling and frame tell the three apart without colour.
"""

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from saed_desktop.gui.theme import Colors, colors_of, mixed
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.library_choice import ELEMENT_PLACES, LibraryChoice, Presence

N_COLUMNS, N_ROWS = 18, 9
_GAP_BEFORE_ROW = 7
"""Lanthanides and actinides stand a little below the rest."""
_NEXT = {
    Presence.MAYBE: Presence.YES,
    Presence.YES: Presence.NO,
    Presence.NO: Presence.MAYBE,
}
_BEFORE = {after: before for before, after in _NEXT.items()}
_KEYS = {
    Qt.Key.Key_Y: Presence.YES,
    Qt.Key.Key_Plus: Presence.YES,
    Qt.Key.Key_M: Presence.MAYBE,
    Qt.Key.Key_Question: Presence.MAYBE,
    Qt.Key.Key_N: Presence.NO,
    Qt.Key.Key_Minus: Presence.NO,
}
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_WORDS = {
    Presence.YES: mark("is in the structure"),
    Presence.MAYBE: mark("may be in the structure"),
    Presence.NO: mark("is not in the structure"),
}
_AT = {place: symbol for symbol, place in ELEMENT_PLACES.items()}


class PeriodicTable(QWidget):
    """The elements with what is known of each; says which one the user changes to what."""

    presence_chosen = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._choice = LibraryChoice()
        self._current = "Fe"
        self.setAccessibleName(tr("Periodic table"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._describe()

    def show_choice(self, choice: LibraryChoice) -> None:
        """Show what is known of the elements."""
        self._choice = choice
        self._describe()
        self.update()

    @property
    def current(self) -> str:
        """The element that keys act on."""
        return self._current

    # ---- geometry ---------------------------------------------------------------------------

    def _cell_px(self) -> float:
        return min(self.width() / N_COLUMNS, self.height() / (N_ROWS + 0.4))

    def rect_of(self, symbol: str) -> QRectF:
        """Return where an element is drawn."""
        row, column = ELEMENT_PLACES[symbol]
        side = self._cell_px()
        left = (self.width() - N_COLUMNS * side) / 2
        down = 0.4 if row >= _GAP_BEFORE_ROW else 0.0
        return QRectF(left + column * side, (row + down) * side, side, side).adjusted(1, 1, -1, -1)

    def symbol_at(self, point: QPoint) -> str:
        """Return the element at a point, empty where there is none."""
        return next((s for s in ELEMENT_PLACES if self.rect_of(s).contains(point)), "")

    def sizeHint(self) -> QSize:
        """Return room in which two letters are easily read."""
        side = int(2.1 * self.fontMetrics().height())
        return QSize(N_COLUMNS * side, int((N_ROWS + 0.4) * side))

    def minimumSizeHint(self) -> QSize:
        """Return room in which two letters are just read."""
        side = max(int(1.35 * self.fontMetrics().height()), 18)
        return QSize(N_COLUMNS * side, int((N_ROWS + 0.4) * side))

    def hasHeightForWidth(self) -> bool:
        """Tell that cells are square."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of square cells."""
        return int(width / N_COLUMNS * (N_ROWS + 0.4))

    # ---- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the elements."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = colors_of(self.palette())
        font = QFont(self.font())
        font.setPixelSize(max(int(0.42 * self._cell_px()), 8))
        painter.setFont(font)
        for symbol in ELEMENT_PLACES:
            self._draw(painter, colors, symbol)
        painter.end()

    def _draw(self, painter: QPainter, colors: Colors, symbol: str) -> None:
        rect, presence = self.rect_of(symbol), self._choice.presence(symbol)
        fill, ink, edge = {
            Presence.YES: (colors.accent, colors.on_accent, colors.accent),
            Presence.MAYBE: (colors.raised, colors.text, mixed(colors.line, colors.muted, 0.35)),
            Presence.NO: (colors.window, colors.muted, colors.window),
        }[presence]
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(rect, 3, 3)
        painter.setPen(QColor(ink))
        font = painter.font()
        font.setBold(presence is Presence.YES)
        painter.setFont(font)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, symbol)
        if presence is Presence.NO and self._is_rarely_no:
            painter.setPen(QPen(QColor(colors.muted), 1))
            inset = 0.16 * rect.width()
            inner = rect.adjusted(inset, inset, -inset, -inset)
            painter.drawLine(inner.bottomLeft(), inner.topRight())
        if symbol == self._current and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.text), 2))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    @property
    def _is_rarely_no(self) -> bool:
        """Whether few elements are excluded, so that one among many has to be seen."""
        return 2 * len(self._choice.no) < len(ELEMENT_PLACES)

    def _describe(self) -> None:
        words = f"{self._current} {tr(_WORDS[self._choice.presence(self._current)])}"
        self.setAccessibleDescription(tr("{words}. Arrows move, Y, N and M tick.", words=words))

    # ---- what the user does -----------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go on to the next opinion on an element, or back with the right button."""
        symbol = self.symbol_at(event.position().toPoint())
        if not symbol:
            return
        self._go_to(symbol)
        order = _BEFORE if event.button() == Qt.MouseButton.RightButton else _NEXT
        self.presence_chosen.emit(symbol, order[self._choice.presence(symbol)].value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, or tick."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._step(*_STEPS[key])
        elif key in _KEYS:
            self.presence_chosen.emit(self._current, _KEYS[key].value)
        elif key == Qt.Key.Key_Space:
            after = _NEXT[self._choice.presence(self._current)]
            self.presence_chosen.emit(self._current, after.value)
        else:
            super().keyPressEvent(event)

    def _step(self, down: int, right: int) -> None:
        row, column = ELEMENT_PLACES[self._current]
        for _ in range(N_COLUMNS):
            row, column = row + down, column + right
            if not (0 <= row < N_ROWS and 0 <= column < N_COLUMNS):
                return
            if (row, column) in _AT:
                self._go_to(_AT[row, column])
                return

    def _go_to(self, symbol: str) -> None:
        self._current = symbol
        self._describe()
        self.update()

    def event(self, event: QEvent) -> bool:
        """Say of an element under the mouse what is known of it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            symbol = self.symbol_at(event.pos())
            if symbol:
                words = f"{symbol} {tr(_WORDS[self._choice.presence(symbol)])}"
                QToolTip.showText(event.globalPos(), words, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
