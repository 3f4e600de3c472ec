"""The open patterns side by side: thumbnails with the sign of their verdict."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from saed_desktop.gui.models.film_model import LABEL_ROLE, VERDICT_ROLE, FilmModel
from saed_desktop.gui.theme import VERDICT_ICONS, Colors, colors_of, paint_icon, verdict_color
from saed_desktop.translation import tr

_SIDE, _SMALL_SIDE = 84, 46
_PAD = 6


class _FilmDelegate(QStyledItemDelegate):
    """Draws a thumbnail, the name below it, the verdict's sign in its corner."""

    side = _SIDE

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(_SIDE + 2 * _PAD, self.side + 2 * _PAD + option.fontMetrics.height() + 3)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colors = colors_of(option.palette)
        area: QRect = option.rect
        picture = QRectF(
            area.left() + _PAD + (_SIDE - self.side) / 2, area.top() + _PAD, self.side, self.side
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent))
            painter.drawRoundedRect(picture.adjusted(-3, -3, 3, 3), 5, 5)
        pixmap = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(pixmap, QPixmap):
            painter.drawPixmap(picture, pixmap, QRectF(pixmap.rect()))
        else:
            painter.fillRect(picture, QColor(colors.raised))
        self._draw_signs(painter, picture, index, colors)
        painter.setPen(QColor(colors.text))
        text = option.fontMetrics.elidedText(
            index.data(Qt.ItemDataRole.DisplayRole), Qt.TextElideMode.ElideMiddle, _SIDE
        )
        below = QRectF(area.left() + _PAD, picture.bottom() + 4, _SIDE, option.fontMetrics.height())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def _draw_signs(
        self,
        painter: QPainter,
        picture: QRectF,
        index: QModelIndex | QPersistentModelIndex,
        colors: Colors,
    ) -> None:
        verdict = index.data(VERDICT_ROLE)
        signs = []
        if index.data(LABEL_ROLE):
            signs.append(("verdict-accepted", "agree"))
        if verdict:
            signs.append((VERDICT_ICONS.get(verdict, "verdict-none"), verdict))
        for i, (name, meaning) in enumerate(signs):
            at = QRectF(picture.right() - 21 - 22 * i, picture.top() + 3, 18, 18)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.window))
            painter.drawEllipse(at.adjusted(-1.5, -1.5, 1.5, 1.5))
            paint_icon(painter, at, name, verdict_color(colors, meaning))


class FilmStrip(QListView):
    """A strip to choose from, with the mouse or the arrow keys."""

    pattern_chosen = Signal(object)
    close_wanted = Signal(object)
    menu_wanted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Open patterns"))
        self.film = FilmModel()
        self.setModel(self.film)
        self._delegate = _FilmDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.set_small(is_small=False)
        self.selectionModel().currentChanged.connect(self._current_changed)

    def set_small(self, *, is_small: bool) -> None:
        """Draw the pictures small, where the window has little room."""
        self._delegate.side = _SMALL_SIDE if is_small else _SIDE
        self.setFixedHeight(self._delegate.side + 2 * _PAD + self.fontMetrics().height() + 18)
        self.scheduleDelayedItemsLayout()

    def show_current(self, row: int) -> None:
        """Select a row without choosing it again."""
        self.selectionModel().blockSignals(True)
        index = self.film.index(row, 0)
        self.setCurrentIndex(index)
        self.selectionModel().blockSignals(False)
        self.scrollTo(index)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close the pattern chosen with Delete."""
        if event.key() == Qt.Key.Key_Delete:
            pattern = self.film.pattern_at(self.currentIndex().row())
            if pattern is not None:
                self.close_wanted.emit(pattern)
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the pattern below the mouse."""
        index = self.indexAt(event.pos())
        pattern = self.film.pattern_at((index if index.isValid() else self.currentIndex()).row())
        if pattern is not None:
            self.menu_wanted.emit(event.globalPos(), pattern)

    def _current_changed(self, new: QModelIndex, _old: QModelIndex) -> None:
        pattern = self.film.pattern_at(new.row())
        if pattern is not None:
            self.pattern_chosen.emit(pattern)
