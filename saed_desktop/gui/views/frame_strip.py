"""The frames of a file below the pattern: a slider, a number, and a strip of small pictures."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QSlider,
    QSpinBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.models.frames_model import FramesModel
from saed_desktop.gui.theme import colors_of, numeric_font
from saed_desktop.gui.views.widgets import button, rest_timer
from saed_desktop.translation import tr

SIDE_PX = 52
_PAD = 4
WAIT_MS = 60
"""Rest of the slider on a frame after which it is read."""


class _FrameDelegate(QStyledItemDelegate):
    """Draws a small picture with its number below."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        del index
        return QSize(SIDE_PX + 2 * _PAD, SIDE_PX + 2 * _PAD + option.fontMetrics.height())

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colors = colors_of(option.palette)
        is_shown = bool(option.state & QStyle.StateFlag.State_Selected)
        picture = QRectF(option.rect.left() + _PAD, option.rect.top() + _PAD, SIDE_PX, SIDE_PX)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if is_shown:
            painter.fillRect(picture.adjusted(-3, -3, 3, 3), QColor(colors.accent))
        pixmap = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(pixmap, QPixmap):
            painter.drawPixmap(picture, pixmap, QRectF(pixmap.rect()))
        else:
            painter.fillRect(picture, QColor(colors.raised))
        painter.setPen(QColor(colors.text if is_shown else colors.muted))
        below = QRectF(picture.left(), picture.bottom() + 2, SIDE_PX, option.fontMetrics.height())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, index.data())
        painter.restore()


class FrameStrip(QWidget):
    """Chooses a frame: by slider, number, small picture, or the keys of each."""

    frame_chosen = Signal(int)
    map_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Frames of the file"))
        self.frames = FramesModel()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("Frame"))
        self.number = QSpinBox()
        self.number.setAccessibleName(tr("Number of the frame"))
        self.number.setKeyboardTracking(False)
        self.number.setFont(numeric_font(self.font()))
        self.total = QLabel()
        self.map_button = button(
            tr("Scan and map…"),
            tip=tr("Virtual image of the scan, all frames indexed, a phase map"),
        )
        self.strip = QListView()
        self.strip.setAccessibleName(tr("Small pictures of the frames"))
        self.strip.setModel(self.frames)
        self.strip.setItemDelegate(_FrameDelegate(self.strip))
        self.strip.setFlow(QListView.Flow.LeftToRight)
        self.strip.setWrapping(False)
        self.strip.setUniformItemSizes(True)
        self.strip.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.strip.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.strip.setFixedHeight(SIDE_PX + 2 * _PAD + self.fontMetrics().height() + 16)
        self._rest = rest_timer(self, WAIT_MS, self._choose)
        self._shown = 0
        self._layout_widgets()
        self.slider.valueChanged.connect(self._slid)
        self.number.valueChanged.connect(lambda value: self.slider.setValue(value - 1))
        self.strip.selectionModel().currentChanged.connect(self._picked)
        self.map_button.clicked.connect(self.map_wanted)

    def _layout_widgets(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(QLabel(tr("Frame")))
        row.addWidget(self.number)
        row.addWidget(self.total)
        row.addWidget(self.slider, 1)
        row.addWidget(self.map_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.strip)

    def show_frames(self, n_frames: int, shown: int) -> None:
        """Show another file's frames, and which of them is seen."""
        self._rest.stop()
        self.frames.set_frames(n_frames)
        for widget in (self.slider, self.number):
            widget.blockSignals(True)
        self.slider.setRange(0, n_frames - 1)
        self.slider.setPageStep(max(1, n_frames // 20))
        self.number.setRange(1, n_frames)
        self.total.setText(tr("of {n_frames}", n_frames=n_frames))
        for widget in (self.slider, self.number):
            widget.blockSignals(False)
        self.show_frame(shown)

    def show_frame(self, frame: int) -> None:
        """Show which frame is seen, without choosing it again."""
        self._shown = frame
        if self._rest.isActive():
            return  # another one has been chosen since
        for widget in (self.slider, self.number, self.strip.selectionModel()):
            widget.blockSignals(True)
        self.slider.setValue(frame)
        self.number.setValue(frame + 1)
        index = self.frames.index(frame)
        self.strip.setCurrentIndex(index)
        self.strip.scrollTo(index)
        for widget in (self.slider, self.number, self.strip.selectionModel()):
            widget.blockSignals(False)
        self.strip.viewport().update()

    def set_small(self, *, is_small: bool) -> None:
        """Leave out the small pictures, where the window has little room."""
        self.strip.setVisible(not is_small)

    def _slid(self, value: int) -> None:
        self.number.blockSignals(True)
        self.number.setValue(value + 1)
        self.number.blockSignals(False)
        self._rest.start()

    def _picked(self, new: QModelIndex, _old: QModelIndex) -> None:
        if new.isValid():
            self.slider.setValue(new.row())

    def _choose(self) -> None:
        frame = self.slider.value()
        if frame != self._shown:
            self._shown = frame
            self.frame_chosen.emit(frame)

    def hideEvent(self, event: object) -> None:
        """Choose nothing more once it is gone."""
        del event
        self._rest.stop()
